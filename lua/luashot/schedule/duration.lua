--- Durations: numbers of seconds, or strings with a unit.

local duration = {}

local units = { ms = 0.001, s = 1, m = 60, h = 3600 }

--- Reads a duration.
---@param value number|string seconds, or "250ms", "5s", "1.5m", "1h"
---@return number|nil seconds not negative, not NaN; may be math.huge
---@return string|nil message why `value` is not a duration
function duration.read(value)
  if type(value) == "string" then
    local number, unit = value:match("^%s*(%d*%.?%d*)%s*(%a+)%s*$")
    local seconds = units[unit] and tonumber(number)
    if seconds then
      return seconds * units[unit]
    end
  elseif math.type(value) and value >= 0 then
    return value
  end
  local shown = type(value) == "string" and ("'%s'"):format(value) or tostring(value)
  return nil, ("duration expected (seconds >= 0, or '250ms', '5s', '10m', '1h'), got %s"):format(shown)
end

--- Reads a duration that is somebody's argument, or raises at the caller of that function.
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
