--- Acting: the methods of displays and matches that move the pointer and press keys.

local core = require "luashot.core"
local duration = require "luashot.schedule.duration"

local act = {}

local BUTTONS <const> = { left = 1, middle = 2, right = 3, back = 8, forward = 9 }
local AT_ONCE <const> = 256 -- characters of one act
local PATIENCE <const> = 10 -- seconds: a person may hold a key down for a moment, and the server may be slow
local SLOWEST <const> = 300 -- the same for characters that are lent keys, some at a time
local MOST_STEPS <const> = 1000 -- of the wheel in one act

-- frame -> the result of luashot.wait in that frame.
local found_in = setmetatable({}, { __mode = "k" })

local function wrong(level, text, ...)
  error(text:format(...), level + 1)
end

local function shown(value)
  return type(value) == "string" and ("'%s'"):format(value) or tostring(value)
end

local function read_button(value, name, level)
  local button = BUTTONS[value] or math.tointeger(value)
  if not button or button < 1 or button > 9 or type(value) == "boolean" then
    wrong(level + 1, "%s: \"left\", \"middle\", \"right\", \"back\", \"forward\" or 1 to 9 expected, got %s",
      name, shown(value))
  end
  return button
end

local function read_keys(value, name, level)
  if value == nil then
    return nil
  elseif type(value) ~= "string" then
    wrong(level + 1, "%s: keys joined by '+' expected, got %s", name, type(value))
  end
  local keys, message, code = core.chord(value)
  if not keys and code == "EINVAL" then
    wrong(level + 1, "%s: %s", name, message)
  end
  return keys, message, code
end

local function whole(value, level)
  local number = type(value) == "number" and value == value and math.abs(value) < 1 << 30
    and math.tointeger(math.floor(value))
  if not number then
    wrong(level + 1, "a point's coordinate in pixels expected, got %s", shown(value))
  end
  return number
end

-- The point that a table means: { x, y }, { x =, y = }, the middle of a rectangle or of a match.
local function read_point(value, name, level)
  if type(value) ~= "table" then
    wrong(level + 1, "%s: a point { x, y } or a match expected, got %s", name, shown(value))
  end
  local x, y = value.x or rawget(value, 1), value.y or rawget(value, 2)
  if x == nil or y == nil then
    wrong(level + 1, "%s: a point { x, y } or a match expected, got a table without them", name)
  end
  x, y = whole(x, level + 1), whole(y, level + 1)
  if type(value.width) == "number" and type(value.height) == "number" then
    x, y = x + value.width // 2, y + value.height // 2
  end
  local _, left, top = core.origin(value)
  return math.tointeger(x + (left or 0)), math.tointeger(y + (top or 0))
end

local function read_options(options, names, level)
  core.check_options(options, names, level + 1)
  return options or {}
end

local function read_count(options, level)
  local count = options.count
  if count ~= nil and not (math.type(count) == "integer" and count >= 1 and count <= 10) then
    wrong(level + 1, "option 'count': an integer from 1 to 10 expected, got %s", shown(count))
  end
  return count
end

local function steps(value, level)
  if value ~= nil and (type(value) ~= "number" or math.abs(value) > MOST_STEPS or not math.tointeger(value)) then
    wrong(level + 1, "steps of the wheel expected, -%d to %d, got %s", MOST_STEPS, MOST_STEPS, shown(value))
  end
  return math.tointeger(value or 0)
end

-- Only called as a tail call, so that errors point at the method's caller.
local function click(display, x, y, options)
  options = read_options(options, { "button", "count", "with" }, 2)
  local button = options.button ~= nil and read_button(options.button, "option 'button'", 2) or 1
  local count = read_count(options, 2)
  local keys, message, code = read_keys(options.with, "option 'with'", 2)
  if code then
    return nil, message, code
  end
  return core.act(display, PATIENCE, "click", nil, nil, x, y, button, count, nil, keys)
end

--- See docs/annotations/luashot.lua.
function act.move(display, x, y)
  if type(x) == "table" then
    x, y = read_point(x, "move", 2)
  else
    x, y = whole(x, 2), whole(y, 2)
  end
  return core.act(display, PATIENCE, "move", nil, nil, x, y)
end

function act.click(display, where, options)
  if where == nil then
    return click(display, nil, nil, options)
  elseif type(where) == "table" then
    local x, y = read_point(where, "click", 2)
    return click(display, x, y, options)
  end
  local button = read_button(where, "click", 2)
  local given = {}
  for name, value in pairs(read_options(options, { "count", "with" }, 2)) do
    given[name] = value
  end
  given.button = button
  return click(display, nil, nil, given)
end

function act.drag(display, from, to, options)
  options = read_options(options, { "button", "with" }, 2)
  local from_x, from_y = read_point(from, "drag", 2)
  local to_x, to_y = read_point(to, "drag", 2)
  local button = options.button ~= nil and read_button(options.button, "option 'button'", 2) or 1
  local keys, message, code = read_keys(options.with, "option 'with'", 2)
  if code then
    return nil, message, code
  end
  return core.act(display, PATIENCE, "drag", from_x, from_y, to_x, to_y, button, nil, nil, keys)
end

function act.scroll(display, dx, dy, options)
  options = read_options(options, { "at", "with" }, 2)
  local x, y
  if options.at ~= nil then
    x, y = read_point(options.at, "option 'at'", 2)
  end
  local keys, message, code = read_keys(options.with, "option 'with'", 2)
  if code then
    return nil, message, code
  end
  return core.act(display, PATIENCE, "scroll", x, y, steps(dx, 2), steps(dy, 2), nil, nil, nil, keys)
end

function act.key(display, keys)
  if type(keys) ~= "string" then
    wrong(2, "key: keys joined by '+' expected, got %s", type(keys))
  end
  local codes, message, code = read_keys(keys, "key", 2)
  if not codes then
    return nil, message, code
  end
  return core.act(display, PATIENCE, "key", nil, nil, nil, nil, nil, nil, nil, codes)
end

--- Counts the characters of a text. Raises for other values, and for control characters.
---@param text string
---@return integer
function act.read_text(text)
  if type(text) ~= "string" then
    wrong(3, "type: a text expected, got %s", type(text))
  end
  local length, at = utf8.len(text)
  if not length then
    wrong(3, "type: byte %d of the text is not UTF-8", at)
  end
  at = text:find "[%z\1-\8\11-\31\127]" or text:find "\194[\128-\159]"
  if at then
    wrong(3, "type: byte %d of the text, \\%d, is a control character other than \\n and \\t: see display:key", at,
      text:byte(at))
  end
  return length
end

local function read_interval(options)
  if options.interval == nil then
    return 0
  end
  local seconds, why = duration.read(options.interval)
  if not seconds or seconds > 10 then
    wrong(3, "type: option 'interval': %s", why or "10 seconds at most expected")
  end
  return seconds
end

function act.type(display, text, options)
  local left = act.read_text(text)
  local interval = read_interval(read_options(options, { "interval" }, 2))
  local at = 1
  while true do
    local count = math.min(left, AT_ONCE)
    local after = utf8.offset(text, count + 1, at)
    local units = {}
    for _, unit in utf8.codes(text:sub(at, after - 1)) do
      units[#units + 1] = string.pack("=I4", unit)
    end
    local ok, message, code = core.act(display, PATIENCE + SLOWEST + interval * count, "type",
      nil, nil, nil, nil, nil, nil, interval, nil, table.concat(units))
    if not ok then
      return nil, message, code
    end
    left, at = left - count, after
    if left == 0 then
      return true
    end
  end
end

-- The display of a match, and the match's point there.
local function aim(match)
  local display = core.origin(match)
  if not display then
    return nil, "it was found in no frame of a display that was opened with input = true", "ENOINPUT"
  end
  return display, read_point(match, "the match", 3)
end

local matches = core.match

--- See docs/annotations/luashot.lua.
function matches:click(options)
  local display, x, y = aim(self)
  if not display then
    return nil, x, y
  end
  return click(display, x, y, options)
end

function matches:move()
  local display, x, y = aim(self)
  if not display then
    return nil, x, y
  end
  return core.act(display, PATIENCE, "move", nil, nil, x, y)
end

--- Remembers the result in a frame, for frame:click().
function act.remember(frame, found)
  if type(found) == "table" and core.origin(found) then
    found_in[frame] = found
  end
end

--- Clicks the result of luashot.wait in the frame, else the frame's middle.
function act.click_frame(frame, options)
  local display, x, y = core.origin(frame)
  if not display then
    return nil, "the frame came from no display that was opened with input = true", "ENOINPUT"
  end
  if found_in[frame] then
    x, y = read_point(found_in[frame], "the match", 2)
  else
    x, y = x + frame.width // 2, y + frame.height // 2
  end
  return click(display, x, y, options)
end

return act
