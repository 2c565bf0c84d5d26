--- The target of a capture, as a text on a command line.

local what = {}

--- The grammar, for the end of a script's --help.
what.grammar = [[
WHAT is 'primary', 'cursor' (the monitor that the pointer is on), a monitor's output or name, a region
WxH+X+Y (-X and -Y count from the right and bottom edges), WxH@cursor (a region around the pointer), or
a window: title=TEXT, class=TEXT, window=ID, window=active; ',obscured' after a window includes its
covered parts.]]

-- Whether it is a geometry without pixels, which grab treats as a mistake of the script.
local function is_nothing(text)
  local width, height, place = text:match "^(%d+)x(%d+)(.*)$"
  return width and (tonumber(width) == 0 or tonumber(height) == 0)
    and (place == "" or place:find "^[+-][+-]?%d+[+-][+-]?%d+$") and true or false
end

local WINDOWS <const> = { title = true, class = true, window = true } -- how a text names one
local NEEDED <const> = "'%s' names no window: it needs a text after the '='"

-- A pattern that matches exactly this text.
local function literal(text)
  return (text:gsub("%p", "%%%0"))
end

local function window(kind, text)
  local target = { obscured = text:sub(-9) == ",obscured" or nil }
  local value = target.obscured and text:sub(1, -10) or text
  if value == "" then
    return nil, NEEDED:format(kind .. "=" .. text)
  elseif kind ~= "window" then
    target[kind] = literal(value)
    return target
  end
  local id = math.tointeger(tonumber(value))
  if value ~= "active" and not (id and id > 0 and id <= 0xffffffff) then
    return nil, ("'%s' is not a window's id, nor 'active'"):format(value)
  end
  target.window = id or value
  return target
end

--- Returns the end of a message for a text that names a window, but stands where something else is expected.
---@param text string
---@param does string a verb for --what, such as "searches"
---@return string
function what.hint(text, does)
  return WINDOWS[text:match "^(%l+)=."] and ("; --what '%s' %s a window"):format(text, does) or ""
end

--- Reads "title=TEXT" and "class=TEXT" (the window with that text in its title or class), "window=ID" and
--- "window=active", each optionally followed by ",obscured", and "WxH@cursor". Any other text is a monitor or
--- a region, as for grab.
---@param text string
---@return luashot.What|nil what
---@return string? message
function what.read(text)
  local kind, rest = text:match "^(%l+)=(.*)$"
  if WINDOWS[kind] then
    return window(kind, rest)
  end
  local width, height = text:match "^([1-9]%d*)x([1-9]%d*)@cursor$"
  if width then
    return { width = math.tointeger(width), height = math.tointeger(height), follow = "cursor" }
  elseif is_nothing(text) then
    return nil, ("region '%s': width and height must be 1 or more"):format(text)
  end
  return text
end

return what
