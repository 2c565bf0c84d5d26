#!/usr/bin/env luashot
--- Tells where two pictures differ:  luashot diff [options] before after [picture]

local argparse = require "argparse"

local parser = argparse("luashot diff", "Tell where two pictures of one size differ.")
  :help_description_margin(32)
  :epilog [[
Prints one line for each group of changes: x y width height. PICTURE gets them in red, the rest pale.
Exit status: 0 nothing differs; 1 something does; 2 wrong usage, or it failed.]]

parser:argument("before", "a picture file")
parser:argument("after", "another one")
parser:argument("picture", "where a picture of the differences goes"):args "?"
parser:option("-t --tolerance", "how much a channel may differ, 0 to 255 (default: 0)"):argname "N"
  :convert(function(text)
    local value = math.tointeger(tonumber(text))
    return value and value >= 0 and value <= 255 and value or nil,
      ("'%s' is not a number from 0 to 255"):format(text)
  end)
parser:option("-i --ignore", "a place that does not count; may be repeated"):argname "WxH+X+Y":count "*"
  :convert(function(text)
    local width, height, x, y = text:match "^([1-9]%d*)x([1-9]%d*)%+(%d+)%+(%d+)$"
    return width and { x = tonumber(x), y = tonumber(y), width = tonumber(width), height = tonumber(height) }
      or nil, ("'%s' is not a region such as 640x480+10+20"):format(text)
  end)
parser:flag("-q --quiet", "print nothing")

function parser:error(message)
  io.stderr:write(self:get_usage(), "\n\ndiff: ", message, "\n")
  os.exit(2)
end

local function check(value, message)
  if not value then
    io.stderr:write("diff: ", message, "\n")
    os.exit(2)
  end
  return value
end

local options = parser:parse(arg)
local before, after = check(luashot.load(options.before)), check(luashot.load(options.after))
local result = check(before:diff(after, {
  tolerance = options.tolerance,
  ignore = options.ignore,
  picture = options.picture ~= nil,
}))
if options.picture then
  check(result.picture:save(options.picture))
end
for _, rect in ipairs(options.quiet and {} or result.rects) do
  print(("%d %d %d %d"):format(rect.x, rect.y, rect.width, rect.height))
end
os.exit(result.changed > 0 and 1 or 0)
