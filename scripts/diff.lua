#!/usr/bin/env luashot
--- Compares two pictures:  luashot diff [options] before after [picture]

local command = require "luashot.command"

local parser = command.parser("diff", "Compare two pictures of the same size.")
  :epilog [[
Prints one line for each group of changes: x y width height. PICTURE shows them in red, the rest pale.
Exit status, as diff's: 0 no difference; 1 a difference; 2 wrong usage, or it failed.]]

parser:argument("before", "a picture file")
parser:argument("after", "another picture file")
parser:argument("picture", "path of a picture of the differences"):args "?"
parser:option("--tolerance", "allowed difference of each channel, 0 to 255 (default: 0)"):argname "N"
  :convert(command.integer(0, 255))
parser:option("--ignore", "a region to leave out; may be repeated"):argname "WxH+X+Y":count "*"
  :convert(function(text)
    local width, height, x, y = text:match "^([1-9]%d*)x([1-9]%d*)%+(%d+)%+(%d+)$"
    return width and { x = tonumber(x), y = tonumber(y), width = tonumber(width), height = tonumber(height) }
      or nil, ("'%s' is not a region such as 640x480+10+20"):format(text)
  end)
parser:flag("--quiet", "print nothing")

local check = command.check("diff", 2)

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
