--- The ready-made scripts as commands: the options that they share, and how they fail.
---
--- A letter means the same in every script: -a active window, -c cursor, -d display, -e every, -f fps,
--- -i interval, -j JSON, -k keep, -l list, -m monitor, -n count, -o obscured, -q quality, -r region,
--- -s seconds, -t title, -u until, -v visible, -w what. Other options have long names alone.

local luashot = require "luashot"

local ok, argparse = pcall(require, "argparse")
if not ok then
  io.stderr:write("luashot: the ready-made scripts need the Lua module argparse ",
    "(Debian's package lua-argparse, LuaRocks' argparse)\n")
  os.exit(1)
end
local duration = require "luashot.schedule.duration"
local what = require "luashot.command.what"

local command = {}

local MARGIN <const> = 32 -- columns before the text of an option

-- Join the lines "-n N," and "--name N" of an option, which argparse puts below each other.
local function join_names(help)
  return (help:gsub("\n +(%-%a) ([^\n,]+), +([^\n]*)\n +(%-%-[%w-]+) %2", function(short, value, text, long)
    local label = ("   %s, %s %s"):format(short, long, value)
    return "\n" .. label .. (" "):rep(math.max(MARGIN - #label, 2)) .. text
  end))
end

--- A parser of argparse's. A mistake on the command line ends the process with status 2.
---@param name string of the script
---@param description string
---@return table
function command.parser(name, description)
  local parser = argparse("luashot " .. name, description):help_description_margin(MARGIN)
  local get_help = parser.get_help
  function parser:get_help()
    return join_names(get_help(self))
  end
  parser:flag("--version", "Print the version of luashot and exit."):action(function()
    print("luashot " .. luashot.version)
    os.exit(0)
  end)
  function parser:error(message)
    io.stderr:write(self:get_usage(), "\n\n", name, ": ", message, "\n")
    os.exit(2)
  end
  return parser
end

--- Add -d, --display.
function command.add_display(parser)
  parser:option("-d --display", "the display, :0 or wayland-1, instead of the environment's"):argname "NAME"
end

--- Add -w, --what, which `what.grammar` in the epilog explains.
---@param action? string "capture", before "this part of the screen"
function command.add_what(parser, action)
  return parser:option("-w --what", (action or "capture") .. " this instead of the whole screen; see WHAT below")
    :argname "WHAT":convert(what.read)
end

--- Add -n, --count.
---@param text string
function command.add_count(parser, text)
  parser:option("-n --count", text):argname "N":convert(command.integer(1, math.huge))
end

--- Add -c, --cursor.
function command.add_cursor(parser)
  parser:flag("-c --cursor", "draw the mouse pointer")
end

--- Add -q, --quality.
function command.add_quality(parser)
  parser:option("-q --quality", "quality of JPEG and WebP, 1 to 100 (default: 85)"):argname "N"
    :convert(command.integer(1, 100))
end

-- Permissions of a file, as chmod takes them.
local function mode(text)
  local is_mode = text:find "^[0-7]+$" and tonumber(text, 8) <= 511 -- 0777
  return is_mode and text or nil, ("'%s' is not a mode such as 640"):format(text)
end

--- Add --mode.
function command.add_mode(parser)
  parser:option("--mode", "permissions of the file, such as 644 (default: 600 for a new file)"):argname "MODE"
    :convert(mode)
end

--- Add -f, --fps.
---@param zero string|nil the meaning of a rate of 0; nil: it is refused
function command.add_fps(parser, zero)
  parser:option("-f --fps", "frames per second" .. (zero and "; 0: " .. zero or "")):argname "N":default "30"
    :convert(function(text)
      local fps, message = command.number(0, 10000)(text)
      if fps == 0 and not zero then
        return nil, "a rate of 0 frames per second captures nothing"
      end
      return fps, message
    end)
end

--- Return a function that returns its argument, or ends the process with the message in its place.
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

-- The functions below are for argparse's `convert`: they return the value of a text, or nil and a message.

--- The name of a language that words are in, such as "eng" or "deu+eng".
---@param text string
---@return string|nil language
---@return string|nil message
function command.language(text)
  if not text:match "^[%w_]+[%w_+]*$" then
    return nil, ("'%s' is not a language such as eng or deu+eng"):format(text)
  end
  return text
end

--- Seconds, from "5", "250ms", "10m", …
---@param text string
---@return number|nil seconds
---@return string|nil message
function command.duration(text)
  return duration.read(text, true)
end

--- The same, but 0 is refused.
---@param message string the reason
---@return fun(text: string): number|nil, string|nil
function command.interval(message)
  return function(text)
    local seconds, why = command.duration(text)
    return seconds ~= 0 and seconds or nil, why or message
  end
end

-- "from 1 to 100", or "of 1 or more".
local function range(low, high)
  return high == math.huge and ("of %d or more"):format(low) or ("from %d to %d"):format(low, high)
end

--- A number, within bounds.
---@param low number
---@param high number
---@return fun(text: string): number|nil, string|nil
function command.number(low, high)
  return function(text)
    local value = tonumber(text)
    return value and value >= low and value <= high and value or nil,
      ("'%s' is not a number %s"):format(text, range(low, high))
  end
end

--- An integer, within bounds.
---@param low integer
---@param high number
---@return fun(text: string): integer|nil, string|nil
function command.integer(low, high)
  return function(text)
    local value = math.tointeger(tonumber(text))
    return value and value >= low and value <= high and value or nil,
      ("'%s' is not an integer %s"):format(text, range(low, high))
  end
end

--- A region such as "640x480+10+20".
---@param text string
---@return string|nil region
---@return string|nil message
function command.region(text)
  local offset = text:match "^[1-9]%d*x[1-9]%d*(.*)$"
  if offset == "" or offset and offset:match "^[+-][+-]?%d+[+-][+-]?%d+$" then
    return text
  end
  return nil, ("'%s' is not a region such as 640x480+10+20"):format(text)
end

return command
