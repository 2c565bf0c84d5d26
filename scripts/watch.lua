#!/usr/bin/env luashot
--- Saves a picture whenever the screen changes:  luashot watch [options] [file]

local command = require "luashot.command"
local keep = require "luashot.command.keep"
local what = require "luashot.command.what"

local parser = command.parser("watch", "Save a picture whenever a part of the screen changes, and print its path.")
  :epilog(what.grammar .. "\n\n" .. [[
FILE may contain strftime codes and the fields {name} {x} {y} {width} {height} {ms} {sequence}; {sequence:4}
has leading zeros. A picture never replaces another one: if the name is taken, it gets a number. A picture
that fails is reported, and the next one is tried. Exit status: 0 all were saved; 1 some were not, or the
X server is gone; 2 wrong usage; 130 ended by Ctrl-C.]])

parser:argument("file", "path of the pictures (default: change-DATE_TIME.png)"):args "?"
parser:mutex(
  parser:option("-m --monitor", "one monitor: its output or name, 'primary' or 'cursor'"):argname "NAME",
  parser:option("-r --region", "a part of the screen"):argname "WxH+X+Y":convert(command.region),
  command.add_what(parser, "watch")
)
parser:option("-i --min-interval", "minimum time between two pictures"):argname "TIME":default "1s"
  :convert(command.duration)
parser:option("--threshold", "minimum number of changed pixels"):argname "PIXELS":default "1"
  :convert(command.integer(1, math.huge))
command.add_count(parser, "end after N pictures")
keep.add(parser)
command.add_quality(parser)
command.add_mode(parser)
command.add_display(parser)

local check = command.check "watch"
local saved, failed = 0, 0

local function complain(message)
  io.stderr:write("watch: ", message, "\n")
  failed = failed + 1
end

local options = parser:parse(arg)
local target = options.monitor or options.region or options.what
local file = options.file or "change-%Y-%m-%d_%H-%M-%S.png"
local tidy = keep.tidier(parser, file, options.keep)
local display <close> = check(luashot.open { display = options.display })
check(display:grab(target)):release() -- a wrong target fails here, not at the first change
io.stdout:setvbuf "line"

local job
job = check(display:on_change(target, function(frame)
  local path, message = frame:save(file, {
    clobber = "number",
    quality = options.quality,
    mode = options.mode,
  })
  if path then
    print(path)
    tidy()
    saved = saved + 1
  else
    complain(message)
  end
  if saved == 0 or saved == options.count then
    job:stop()
  end
end, { min_interval = options.min_interval, threshold = options.threshold, name = "watch" }))

if job.polling then
  io.stderr:write("watch: ", job.polling, "; pictures are compared instead\n")
end
luashot.run()
os.exit(failed == 0 and job.errors == 0)
