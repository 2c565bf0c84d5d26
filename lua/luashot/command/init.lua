--- The ready-made scripts as commands: what their options have in common, and how they fail.

local argparse = require "argparse"
local duration = require "luashot.schedule.duration"

local command = {}

--- A parser of argparse's. What is wrong with the command line ends the process with the status 2.
---@param name string of the script
---@param description string
---@return table
function command.parser(name, description)
  local parser = argparse("luashot " .. name, description):help_description_margin(32)
  function parser:error(message)
    io.stderr:write(self:get_usage(), "\n\n", name, ": ", message, "\n")
    os.exit(2)
  end
  return parser
end

--- A function that returns its argument, or ends the process with the message that comes in its place.
---@param name string of the script
---@param status? integer 1 when absent
---@return fun(value: any, message: string|nil): any
function command.check(name, status)
  return function(value, message)
    if not value then
      io.stderr:write(name, ": ", message, "\n")
      os.exit(status or 1)
    end
    return value
  end
end

-- What follows is for argparse's `convert`: of a text the value, or nil and what is wrong.

--- Seconds, of "5", "250ms", "10m", …
---@param text string
---@return number|nil seconds
---@return string|nil message
function command.duration(text)
  return duration.read(tonumber(text) or text)
end

--- The same without 0.
---@param message string what is wrong with that
---@return fun(text: string): number|nil, string|nil
function command.interval(message)
  return function(text)
    local seconds, why = command.duration(text)
    return seconds ~= 0 and seconds or nil, why or message
  end
end

--- A number, within bounds.
---@param low number
---@param high number
---@param name? string what it has to be, "a rate of 0 to 100"; "a number from 0 to 100" when absent
---@return fun(text: string): number|nil, string|nil
function command.number(low, high, name)
  return function(text)
    local value = tonumber(text)
    return value and value >= low and value <= high and value or nil,
      ("'%s' is not %s"):format(text, name or ("a number from %d to %d"):format(low, high))
  end
end

--- The same without a fraction.
---@param low integer
---@param high number
---@param name? string
---@return fun(text: string): integer|nil, string|nil
function command.integer(low, high, name)
  local number = command.number(low, high, name)
  return function(text)
    local value, message = number(text)
    return math.tointeger(value), message
  end
end

return command
