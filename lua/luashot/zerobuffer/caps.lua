--- What the frames of a ring are, told in its metadata: JSON with a GStreamer caps string, as the
--- video programs that speak this protocol write and parse it.
---
---     {"type": "luashot", "version": "0.1.0", "element_name": "door",
---      "caps": "video/x-raw, format=(string)BGRx, width=(int)640, height=(int)480, framerate=(fraction)30/1"}

local json = require "dkjson"

local caps = {}

-- Of luashot and of GStreamer: bytes in memory order.
local formats = { bgrx = "BGRx", bgr = "BGR", rgb = "RGB", rgba = "RGBA", gray = "GRAY8" }
local names = {}
for name, theirs in pairs(formats) do
  names[theirs] = name
end

---@class luashot.zerobuffer.Video
---@field format luashot.PixelFormat rows are packed, the top one first
---@field width integer
---@field height integer
---@field fps? number frames a second; nil when they come as they come
---@field element? string who writes them
---@field type? string the program that writes them, in what is read
---@field version? string its version

--- A rate as a fraction: thousandths where it is not whole, the NTSC rates as what they are.
local function fraction(fps)
  for _, denominator in ipairs { 1, 1001, 1000 } do
    local numerator = math.floor(fps * denominator + 0.5)
    if denominator == 1000 or math.abs(numerator / denominator - fps) < 0.0001 then
      return numerator, denominator
    end
  end
end

--- Metadata that describes video frames.
---@param video luashot.zerobuffer.Video a frame of luashot will do
---@return string metadata for `writer:set_metadata`
function caps.metadata(video)
  local format = formats[video.format]
  if not format then
    error(("unknown format '%s' (known: bgrx, bgr, rgb, rgba, gray)"):format(video.format), 2)
  end
  local text = ("video/x-raw, format=(string)%s, width=(int)%d, height=(int)%d, framerate=(fraction)%d/%d")
    :format(format, video.width, video.height, fraction(video.fps or 0))
  return (json.encode({
    type = "luashot",
    version = require "luashot.core".version,
    caps = text,
    element_name = video.element or "luashot",
  }, { keyorder = { "type", "version", "caps", "element_name" } }))
end

--- The value of a field in a caps string, without its type: width=(int)640, width=640.
local function field(text, name)
  local value = (text .. ","):match("[,;]%s*" .. name .. "%s*=%s*(.-)%s*[,;]")
  return value and value:gsub("^%(%s*%a+%s*%)%s*", ""):gsub('^"(.*)"$', "%1")
end

--- Read metadata that describes video frames, from whichever program.
---@param metadata string what `reader:metadata` returns
---@return luashot.zerobuffer.Video|nil video
---@return string|nil message
---@return string|nil code EMETADATA: it is something else, or of a format that luashot has not
function caps.video(metadata)
  local object, _, why = json.decode(metadata)
  if type(object) ~= "table" then
    return nil, "the metadata is not JSON: " .. (why or "no object"), "EMETADATA"
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
