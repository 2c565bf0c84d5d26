--- The description of a ring's frames in its metadata: JSON with a GStreamer caps string, as video programs
--- that speak this protocol write and parse it.
---
---     {"type": "luashot", "version": "0.2.0", "element_name": "door",
---      "caps": "video/x-raw, format=(string)BGRx, width=(int)640, height=(int)480, framerate=(fraction)30/1"}

local json = require "luashot.dkjson"

local caps = {}

local FASTEST <const> = 1000000 -- frames a second: the limit of a fraction's terms in thousandths

-- Of luashot and of GStreamer: bytes in memory order.
local formats = { bgrx = "BGRx", bgr = "BGR", rgb = "RGB", rgba = "RGBA", gray = "GRAY8" }
local names = {}
for name, theirs in pairs(formats) do
  names[theirs] = name
end

--- A rate as a fraction: whole numbers, the exact NTSC rates, else thousandths.
local function fraction(fps)
  for _, denominator in ipairs { 1, 1001, 1000 } do
    local numerator = math.floor(fps * denominator + 0.5)
    if denominator == 1000 or math.abs(numerator / denominator - fps) < 0.0001 then
      return numerator, denominator
    end
  end
end

local function is_size(value)
  return math.type(value) == "integer" and value >= 1
end

-- An optional field of a description; a frame raises for fields that it lacks.
local function optional(video, name)
  return type(video) == "table" and video[name] or nil
end

function caps.metadata(video)
  if type(video) ~= "table" and type(video) ~= "userdata" then
    error(("bad argument #1 to 'metadata' (table or frame expected, got %s)"):format(type(video)), 2)
  end
  local format, fps = formats[video.format], optional(video, "fps") or 0
  local element = optional(video, "element") or "luashot"
  if not format then
    error(("unknown format '%s' (known: bgrx, bgr, rgb, rgba, gray)"):format(video.format), 2)
  elseif not is_size(video.width) or not is_size(video.height) then
    error("width and height expected, integers of 1 or more", 2)
  elseif type(fps) ~= "number" or not (fps >= 0 and fps <= FASTEST) then
    error(("field 'fps': a number from 0 to %d expected, got %s"):format(FASTEST, tostring(fps)), 2)
  elseif type(element) ~= "string" then
    error(("field 'element': a string expected, got %s"):format(type(element)), 2)
  end
  local text = ("video/x-raw, format=(string)%s, width=(int)%d, height=(int)%d, framerate=(fraction)%d/%d")
    :format(format, video.width, video.height, fraction(fps))
  return (json.encode({
    type = "luashot",
    version = require "luashot.core".version,
    caps = text,
    element_name = element,
  }, { keyorder = { "type", "version", "caps", "element_name" } }))
end

--- The value of a field in a caps string, without its type: width=(int)640, width=640.
local function field(text, name)
  local value = text:match("[,;]%s*" .. name .. "%s*=%s*([^,;]*)")
  value = value and value:find "%S" and value:match "^.*%S" or value -- in a time that grows as the text does
  return value and value:gsub("^%(%s*%a+%s*%)%s*", ""):gsub('^"(.*)"$', "%1")
end

function caps.video(metadata)
  if type(metadata) ~= "string" then
    error(("bad argument #1 to 'video' (string expected, got %s)"):format(type(metadata)), 2)
  end
  -- Another process wrote it; text that is nested too deeply raises.
  local ok, object, _, why = pcall(json.decode, metadata)
  if not ok or type(object) ~= "table" then
    why = ok and why or not ok and "nested too deeply" or "no object"
    return nil, "the metadata is not JSON: " .. why, "EMETADATA"
  end
  local text = object.caps
  if type(text) ~= "string" or not text:find "^%s*video/x%-raw%s*[,(]" then
    return nil, ("the metadata has no caps of video/x-raw, but '%s'"):format(tostring(text)), "EMETADATA"
  end
  local format = field(text, "format")
  local width, height = math.tointeger(field(text, "width")), math.tointeger(field(text, "height"))
  if not names[format] or not width or not height or width < 1 or height < 1 then
    return nil, ("the caps name no format of %s, width and height: '%s'")
      :format("BGRx, BGR, RGB, RGBA, GRAY8", text), "EMETADATA"
  end
  local numerator, denominator = (field(text, "framerate") or ""):match "^(%d+)/(%d+)$"
  local fps = numerator and tonumber(denominator) > 0 and numerator / denominator
  local function name_of(value)
    return type(value) == "string" and value or nil
  end
  return {
    format = names[format],
    width = width,
    height = height,
    fps = fps and fps > 0 and fps or nil,
    element = name_of(object.element_name),
    type = name_of(object.type),
    version = name_of(object.version),
  }
end

return caps
