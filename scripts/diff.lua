#!/usr/bin/env luashot
--- Compares two pictures:  luashot diff [options] before after [picture]

local command = require "luashot.command"
local report = require "luashot.command.report"

local parser = command.parser("diff", "Compare two pictures.")
  :epilog [[
Prints one line for each group of changes: x y width height. PICTURE shows them in red, the rest pale.
Pictures of different sizes always differ, whatever --allow says; then no PICTURE is written.
Exit status, as diff's: 0 no difference, or one that --allow allows; 1 a difference; 2 wrong usage, or it
failed.]]

parser:argument("before", "a picture file")
parser:argument("after", "another picture file")
parser:argument("picture", "path of a picture of the differences"):args "?"
parser:option("--tolerance", "allowed difference of each channel, 0 to 255 (default: 0)"):argname "N"
  :convert(command.integer(0, 255))
parser:flag("--ignore-antialiasing", "leave out pixels that only make an edge look smooth in one of the pictures")
parser:option("--allow", "how many pixels may differ: a number, or a part of the picture such as 0.1% (default: 0)")
  :argname "N|N%":default "0":show_default(false):convert(function(text)
    local count, part = tonumber(text:match "^%d+$"), tonumber(text:match "^(%d+%.?%d*)%%$")
    if count or part and part <= 100 then
      return { count = count, part = part }
    end
    return nil, ("'%s' is not a number of pixels such as 20, nor a part such as 0.1%%"):format(text)
  end)
parser:option("--ignore", "a region to leave out, -X and -Y from the far edges; may be repeated")
  :argname "WxH+X+Y":count "*":convert(command.region)
parser:option("--report", "write an HTML page that shows both pictures and the difference"):argname "FILE.html"
parser:mutex(
  parser:flag("-j --json", "print the result as JSON"),
  parser:flag("--quiet", "print nothing")
)

local check = command.check("diff", 2)

local options = parser:parse(arg)
if options.json then
  check(pcall(require, "luashot.dkjson"))
end
local before, after = check(luashot.load(options.before)), check(luashot.load(options.after))

-- The difference, with rects = {} and no picture for frames of different sizes.
local function compare()
  if before.width ~= after.width or before.height ~= after.height then
    return { rects = {} }
  end
  return check(before:diff(after, {
    tolerance = options.tolerance,
    ignore_antialiasing = options.ignore_antialiasing,
    ignore = options.ignore,
    picture = options.picture ~= nil or options.report ~= nil,
  }))
end

local function size(frame)
  return ("%dx%d"):format(frame.width, frame.height)
end

local result = compare()
local pixels = before.width * before.height
-- A part such as 0.345% is a little less in binary, so a little is added.
local allowed = options.allow.count or math.floor(pixels * options.allow.part / 100 + 1e-6)
local percent = result.changed and 100 * result.changed / pixels
local is_equal = result.changed ~= nil and result.changed <= allowed

local function verdict()
  if not result.changed then
    return ("The sizes differ: %s and %s."):format(size(before), size(after))
  end
  return ("%d of %d pixels differ (%.4g%%), in %d %s; %d are allowed: %s."):format(result.changed, pixels, percent,
    #result.rects, #result.rects == 1 and "group" or "groups", allowed, is_equal and "passed" or "failed")
end

local function write_report()
  local html = check(report.html(verdict(), {
    before = { path = options.before, frame = before },
    after = { path = options.after, frame = after },
    picture = result.picture,
    rects = result.rects,
  }))
  check(luashot.write_file(options.report, html))
end

if options.picture and result.changed then
  check(result.picture:save(options.picture))
end
if options.report then
  write_report()
end
if options.json then
  print(require("luashot.dkjson").encode({
    equal = is_equal, changed = result.changed, pixels = result.changed and pixels, percent = percent,
    allowed = allowed,
    before = { width = before.width, height = before.height }, after = { width = after.width, height = after.height },
    rects = result.rects,
  }, { indent = true, keyorder = {
    "equal", "changed", "pixels", "percent", "allowed", "before", "after", "rects", "x", "y", "width", "height",
  } }))
elseif not options.quiet then
  if not result.changed then
    io.stderr:write("diff: ", verdict(), "\n")
  end
  for _, rect in ipairs(result.rects) do
    print(("%d %d %d %d"):format(rect.x, rect.y, rect.width, rect.height))
  end
end
os.exit(is_equal and 0 or 1)
