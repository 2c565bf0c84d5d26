#!/usr/bin/env luashot
--- Saves a picture whenever something changes on the screen:  luashot watch [options] [file]

local command = require "luashot.command"
local what = require "luashot.command.what"

local parser = command.parser("watch", "Save a picture whenever a part of the screen changes, and print where it is.")
  :epilog [[
FILE may hold strftime codes and the fields {name} {x} {y} {width} {height} {ms} {sequence}. No
picture is lost when two get the same name: the second one gets a number.
A picture that fails is reported, and the next one is tried. Exit status: 0 all were saved; 1 some
were not, or the X server is gone; 2 wrong usage; 130 ended by Ctrl-C.]]

local positive = command.integer(1, math.huge, "a whole number above 0")

parser:argument("file", "where the pictures go (default: change-DATE_TIME.png)"):args "?"
parser:mutex(
  parser:option("-m --monitor", "one monitor: its output or name, 'primary' or 'cursor'"):argname "NAME",
  parser:option("-r --region", "a part of the screen"):argname "WxH+X+Y",
  parser:option("-w --what", what.help):argname "WHAT":convert(what.read)
)
parser:option("-i --min-interval", "two pictures are at least so far apart"):argname "TIME":default "1s"
  :convert(command.duration)
parser:option("-t --threshold", "fewer changed pixels make no picture"):argname "PIXELS":default "1":convert(positive)
parser:option("-n --count", "end after so many pictures"):argname "N":convert(positive)
parser:option("-q --quality", "of JPEG and WebP: 1 to 100 (default: 85)"):argname "N"
  :convert(command.integer(1, 100, "a quality of 1 to 100"))
parser:option("--display", "the X display, instead of $DISPLAY"):argname ":N"

local check = command.check "watch"
local saved, failed = 0, 0

local function complain(message)
  io.stderr:write("watch: ", message, "\n")
  failed = failed + 1
end

local options = parser:parse(arg)
local target = options.monitor or options.region or options.what
local display <close> = check(luashot.open { display = options.display })
check(display:grab(target)):release() -- what is wrong with it is said before the first change
io.stdout:setvbuf "line"

local job
job = check(display:on_change(target, function(frame)
  local path, message = frame:save(options.file or "change-%Y-%m-%d_%H-%M-%S.png", {
    clobber = "number",
    quality = options.quality,
  })
  if path then
    print(path)
    saved = saved + 1
  else
    complain(message)
  end
  if saved == 0 or saved == options.count then
    job:stop()
  end
end, { min_interval = options.min_interval, threshold = options.threshold, name = "watch" }))

if job.polling then
  io.stderr:write("watch: ", job.polling, ": pictures are compared instead\n")
end
luashot.run()
os.exit(failed == 0 and job.errors == 0)
