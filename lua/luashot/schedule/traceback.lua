--- Tracebacks that show the user's own frames and leave out the host's.

local traceback = {}

-- The folders of luashot's files that scripts do not call. The files above them stay visible.
local hidden <const> = { "schedule/", "events/", "host/", "attach/" }

-- The beginning of these files' names: a folder's path, and in the host a text that no path can be.
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

-- The function that converts an error value that is not a string.
local function converter_of(value)
  local meta = debug.getmetatable(value) -- also where __metatable hides it
  return type(value) ~= "string" and type(meta) == "table" and rawget(meta, "__tostring") or nil
end

--- Whether message() runs nothing of the script's own.
---@param value any
---@return boolean
function traceback.is_plain(value)
  return converter_of(value) == nil
end

--- An error value as lua5.4 shows it. It does not raise; a __tostring may wait if its caller can.
---@param value any
---@return string
function traceback.message(value)
  if type(value) == "string" or type(value) == "number" then
    return tostring(value)
  end
  local convert = converter_of(value)
  local kind = ("(error object is a %s value"):format(type(value))
  if convert == nil then
    return kind .. ")"
  end
  local ok, text = pcall(convert, value)
  if ok and (type(text) == "string" or type(text) == "number") then
    return tostring(text)
  elseif ok then
    return ("%s, whose __tostring returned a %s value)"):format(kind, type(text))
  end
  return ("%s, whose __tostring failed%s)"):format(kind, type(text) == "string" and ": " .. text or "")
end

--- The replacement of a message whose __tostring was stopped.
---@param value any
---@return string
function traceback.unfinished(value)
  return ("(error object is a %s value, whose __tostring was stopped)"):format(type(value))
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
  frames = frames:gsub("'luashot%.core%.", "'luashot.") -- the same table, found first by either name
  return message .. frames:gsub("\n([^\n]*)", function(line)
    return is_hidden(line) and "" or nil
  end)
end

--- The traceback of an interrupt; only "interrupted" when it came during a wait, because the message then
--- names no line.
---@param text string|nil
---@return string
function traceback.of_interrupt(text)
  if not text or is_hidden("\t" .. text) or text:match "^interrupted\n" then
    return "interrupted"
  end
  return traceback.clean(text)
end

--- The frames of a coroutine, to follow a message.
---@param thread thread
---@return string
function traceback.frames(thread)
  return traceback.clean(debug.traceback(thread, ""))
end

--- Calls `fn` as pcall does, but returns an error as text, with message and traceback.
---@param fn function
---@return boolean ok
---@return any ... results, or the text
function traceback.call(fn, ...)
  local frames = ""
  local results = table.pack(xpcall(fn, function(value)
    frames = traceback.clean(debug.traceback("", 2))
    return value
  end, ...))
  if results[1] then
    return table.unpack(results, 1, results.n)
  end
  return false, traceback.message(results[2]) .. frames -- here, where __tostring may wait
end

return traceback
