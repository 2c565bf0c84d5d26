--- Tracebacks that show the user's own frames and leave out the host's.

local traceback = {}

-- The folders of luashot's files that no script calls: what is above them stays in sight.
local hidden <const> = { "schedule/", "events/", "host/", "attach/" }

-- How the names of these files begin: a folder's path, and in the host what no path can be.
local root = debug.getinfo(1, "S").source:match("^[@=](.*)schedule/traceback%.lua$")

-- Lua shows the end of a long path alone, after three dots.
local function is_hidden(line)
  local place = line:match "^\t(.*)$"
  local ending = line:match "^\t%.%.%.(.-%.lua):%d+:"
  for _, folder in ipairs(hidden) do
    local start = root .. folder
    local file = ending and ending:match("/(" .. folder .. "[%l_/]+%.lua)$")
    if place and place:sub(1, #start) == start or file and (root .. file):sub(-#ending) == ending then
      return true
    end
  end
  return false
end

--- An error value as lua5.4 shows it.
---@param value any
---@return string
function traceback.message(value)
  local meta = getmetatable(value)
  if type(value) == "string" or type(value) == "number" or type(meta) == "table" and meta.__tostring then
    return tostring(value)
  end
  return ("(error object is a %s value)"):format(type(value))
end

--- Takes the host's own frames out of a traceback.
---@param text string
---@return string
function traceback.clean(text)
  local message, frames = text:match("^(.*)(\nstack traceback:\n.*)$")
  if not message then
    return text
  end
  frames = frames:gsub("\n\t%[C%]: in function 'xpcall'(\n([^\n]*))", function(rest, caller)
    return is_hidden(caller) and rest or nil
  end)
  return message .. frames:gsub("\n([^\n]*)", function(line)
    return is_hidden(line) and "" or nil
  end)
end

--- The traceback of an interrupt; only "interrupted" when it came while something was waited for, of
--- which the message tells no line.
---@param text string|nil
---@return string
function traceback.of_interrupt(text)
  if not text or is_hidden("\t" .. text) or text:match "^interrupted\n" then
    return "interrupted"
  end
  return traceback.clean(text)
end

--- The message and traceback of a coroutine that has failed with `value`.
---@param thread thread
---@param value any
---@return string
function traceback.of(thread, value)
  return traceback.clean(debug.traceback(thread, traceback.message(value)))
end

--- A message handler for xpcall.
---@param value any
---@return string
function traceback.handler(value)
  return traceback.clean(debug.traceback(traceback.message(value), 2))
end

return traceback
