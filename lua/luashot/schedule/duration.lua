--- Durations: numbers of seconds, or strings with a unit.

local core = require "luashot.core"

local duration = {}

--- Reads a duration: seconds, or nil and the reason against `value` (see base/duration.h). With `is_bare` a
--- string may lack the unit, as on a command line.
---@type fun(value: any, is_bare?: boolean): number|nil, string|nil
duration.read = core.duration

--- Reads a duration that is a function's argument, or raises at the caller of that function.
---@param value any
---@param position integer the argument's number, for the message
---@param name string the function's name
---@return number seconds
function duration.check(value, position, name)
  local seconds, why = duration.read(value)
  if not seconds then
    error(("bad argument #%d to '%s' (%s)"):format(position, name, why), 3)
  end
  return seconds
end

--- Reads a duration that is an option, or raises with its name.
---@param value any
---@param name string the option's
---@param level integer as error takes it
---@return number seconds
function duration.option(value, name, level)
  local seconds, why = duration.read(value)
  if not seconds then
    error(("option '%s': %s"):format(name, why), level + 1)
  end
  return seconds
end

return duration
