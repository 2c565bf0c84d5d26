--- Errors of servers and clients about misuse, at the line of the caller.

local core = require "luashot.core"
local duration = require "luashot.schedule.duration"

local check = {}

--- Raises, at the caller of the caller, for a channel that is not a string, and for an option that is unknown
--- or of another type.
---@param channel any
---@param given table|nil the options
---@param types table<string, string> name -> type; "duration" is a number or a string
---@param where string the function's name
function check.open(channel, given, types, where)
  if type(channel) ~= "string" then
    error(("bad argument #1 to '%s' (string expected, got %s)"):format(where, type(channel)), 3)
  elseif given ~= nil and type(given) ~= "table" then
    error(("bad argument #2 to '%s' (table expected, got %s)"):format(where, type(given)), 3)
  end
  local known = {}
  for name in pairs(types) do
    known[#known + 1] = name
  end
  table.sort(known)
  core.check_options(given, known, 3)
  for name, value in pairs(given or {}) do
    local expected = types[name]
    if expected == "duration" then
      local _, why = duration.read(value)
      if why then
        error(("option '%s': %s"):format(name, why), 3)
      end
    elseif type(value) ~= expected then
      error(("option '%s': a %s expected, got %s"):format(name, expected, type(value)), 3)
    end
  end
end

local function settle(where, ok, ...)
  if ok then
    return ...
  end
  local why = ...
  local message = type(why) == "string" and why:match "^.-:%d+: (.*)$"
  if not message then
    error(why, 0)
  end
  error((message:gsub("^(bad argument #%d+ to )'[%w_]+'", ("%%1'%s'"):format(where))), 2)
end

--- Wraps `fn`: its errors about arguments, and those of the ring below it, point at the line that called the
--- wrapper, and name the function.
---@param where string the function's name
---@param fn function it calls nothing of the user's
---@return function
function check.calls(where, fn)
  return function(...)
    return settle(where, pcall(fn, ...))
  end
end

return check
