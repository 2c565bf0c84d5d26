#!/usr/bin/env luashot
--- Takes pictures of the screen at an interval:  luashot timelapse --every 10s [options] [file]

local command = require "luashot.command"
local keep = require "luashot.command.keep"
local what = require "luashot.command.what"

local PICTURES <const> = 30 -- in a second of a video

local parser = command.parser("timelapse", "Take pictures of the screen at an interval.")
  :epilog(what.grammar .. "\n\n" .. [[
FILE may contain strftime codes and the fields {name} {x} {y} {width} {height} {ms} {sequence}; {sequence:4}
has leading zeros. A picture never replaces another one: if the name is taken, it gets a number. With --to
the pictures become a video; a later run with the same VIDEO appends to it. A picture that fails is
reported, and the next one is tried. Exit status: 0 all were taken; 1 some were not, or the X server is gone;
2 wrong usage; 130 ended by Ctrl-C.]])

-- Seconds from now until the clock next shows "HH:MM".
local function seconds_until(text)
  local hour, minute = text:match "^([0-2]?%d):([0-5]%d)$"
  local date = os.date "*t"
  for days = 0, hour and tonumber(hour) < 24 and 1 or -1 do
    local time = os.time { year = date.year, month = date.month, day = date.day + days,
      hour = hour, min = minute }
    if time > os.time() then
      return os.difftime(time, os.time())
    end
  end
  return nil, ("'%s' is not a time such as 17:30"):format(text)
end

parser:argument("file", "path of the pictures (default: timelapse-DATE_TIME.png)"):args "?"
parser:option("-e --every", "interval: seconds, or 250ms, 5s, 10m, 1h"):argname "TIME":default "10s"
  :convert(command.interval "pictures cannot be taken every 0 seconds")
command.add_count(parser, "end after N pictures")
keep.add(parser)
parser:option("--to", "make a video instead of pictures, or continue an existing one"):argname "VIDEO"
parser:option("--speed", "with --to: seconds that one second of the video shows (default: 30 pictures)"):argname "N"
  :convert(command.number(1, 1e6))
parser:option("-u --until", "end when the clock shows this time"):argname "HH:MM":convert(seconds_until)
command.add_what(parser)
command.add_quality(parser)
command.add_mode(parser)
command.add_display(parser)

local options = parser:parse(arg)
if options.to and options.file then
  parser:error "a video by --to has no pictures: leave FILE out"
elseif options.speed and not options.to then
  parser:error "--speed is for a video: name one by --to"
end
local file = options.file or "timelapse-%Y-%m-%d_%H-%M-%S.png"
local taken, failed, is_over = 0, 0, false
local tidy = keep.tidier(parser, file, options.keep)
local jobs = {}
io.stdout:setvbuf "line"

local function complain(message)
  io.stderr:write("timelapse: ", message, "\n")
  failed = failed + 1
end

local function finish()
  is_over = true
  for _, job in ipairs(jobs) do
    job:stop()
  end
end

local check = command.check "timelapse"

if options.to then
  local result = check(luashot.record {
    display = check(luashot.open { display = options.display, damage = true }),
    what = options.what,
    fps = 1 / options.every,
    speed = options.speed or math.max(1, PICTURES * options.every),
    count = options.count,
    seconds = options["until"],
    append = true,
    to = options.to,
  })
  print(("%s: %d picture%s"):format(options.to, result.frames, result.frames == 1 and "" or "s"))
  os.exit(0)
end

local display = check(luashot.open { display = options.display })

local function tell(path, message, code)
  if path then
    if path ~= "-" then
      print(path)
      tidy()
    end
    taken = taken + 1
  else
    complain(message)
  end
  if taken == 0 or taken == options.count or code == "ELOST" then
    finish()
  end
end

local asked, results, told = 0, {}, 0

-- The worker threads may finish in another order.
local function tell_in_order(number, ...)
  results[number] = table.pack(...)
  while results[told + 1] do
    told = told + 1
    tell(table.unpack(results[told], 1, 3))
    results[told] = nil
  end
end

local function take()
  if options.count and asked - failed >= options.count then
    return -- the last ones are being saved
  end
  asked = asked + 1
  local number = asked
  local frame <close>, message, code = display:grab(options.what)
  local ok = frame
  if frame then
    local how = { clobber = "number", quality = options.quality, mode = options.mode }
    ok, message, code = frame:save_async(file, how, function(...)
      tell_in_order(number, ...)
    end)
  end
  if not ok then
    tell_in_order(number, nil, message, code)
  end
end

take()
if not is_over then
  jobs = { every(options.every, take), options["until"] and after(options["until"], finish) }
end
luashot.run()
os.exit(failed == 0)
