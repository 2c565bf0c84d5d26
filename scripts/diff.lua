#!/usr/bin/env luashot
--- Tells where two pictures differ:  luashot diff [options] before after [picture]

local command = require "luashot.command"

local parser = command.parser("diff", "Tell where two pictures of one size differ.")
  :epilog [[
Prints one line for each group of changes: x y width height. PICTURE gets them in red, the rest pale.
Exit status: 0 nothing differs; 1 something does; 2 wrong usage, or it failed.]]

parser:argument("before", "a picture file")
parser:argument("after", "another one")
parser:argument("picture", "where a picture of the differences goes"):args "?"
parser:option("-t --tolerance", "how much a channel may differ, 0 to 255 (default: 0)"):argname "N"
  :convert(command.integer(0, 255))
parser:option("-i --ignore", "a place that does not count; may be repeated"):argname "WxH+X+Y":count "*"
  :convert(function(text)
    local width, height, x, y = text:match "^([1-9]%d*)x([1-9]%d*)%+(%d+)%+(%d+)$"
    return width and { x = tonumber(x), y = tonumber(y), width = tonumber(width), height = tonumber(height) }
      or nil, ("'%s' is not a region such as 640x480+10+20"):format(text)
  end)
parser:flag("-q --quiet", "print nothing")

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
