#!/usr/bin/env luashot
--- Shows how a capture is doing, live:  luashot top [options], luashot top --ring NAME

local command = require "luashot.command"
local what = require "luashot.command.what"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local parser = command.parser("top", "Show how a capture is doing: one of its own, or what goes through a ring.")
  :epilog [[
On a terminal the view is redrawn; else there is a line for each look. The lateness is how long after
the time that was planned the captures were sent, in the mean. What goes through a ring is counted as
the protocol does, with a marker for each time that it starts over. Exit status: 0 done, or the ring is
gone; 1 it failed, or the X server is gone; 2 wrong usage; 130 ended by Ctrl-C.]]

parser:mutex(
  parser:option("-r --ring", "watch this ring, without disturbing it"):argname "NAME",
  parser:option("-w --what", "capture " .. what.help):argname "WHAT":convert(what.read)
)
parser:option("-f --fps", "captures a second; 0: as many as go"):argname "N":default "30"
  :convert(command.number(0, 10000, "a rate of 0 to 10000"))
parser:flag("--damage", "capture only what has changed")
parser:option("-e --every", "between two looks: seconds, or 250ms, 5s"):argname "TIME":default "1s"
  :convert(command.interval "a look every 0 seconds is too much")
parser:option("-n --count", "end after so many looks"):argname "N"
  :convert(command.integer(1, math.huge, "a number of looks"))
parser:option("--display", "the X display, instead of $DISPLAY"):argname ":N"

local check = command.check "top"

local BAR <const> = 40 -- characters

local function bar(share)
  local full = math.floor(share * BAR + 0.5)
  return ("[%s%s] %5.1f %%"):format(("#"):rep(full), ("."):rep(BAR - full), share * 100)
end

local is_terminal = uv.guess_handle(1) == "tty"
local drawn = 0 -- lines on the terminal

-- Show one look: on a terminal its lines in place of the last one's, else all on one line.
local function show(lines)
  if not is_terminal then
    print(os.date "%H:%M:%S" .. "  " .. table.concat(lines, "  "))
    return
  end
  io.write(drawn > 0 and ("\27[%dA"):format(drawn) or "", table.concat(lines, "\27[K\n"), "\27[K\n")
  io.flush()
  drawn = #lines
end

-- Captures, until it fails; returns the job and what a look at it shows.
local function capture(display, options)
  local job = after(0, function()
    local ok, message = pcall(function()
      for _ in display:frames { options.what, fps = options.fps } do end
    end)
    check(ok, (tostring(message):gsub("^[^\n]-:%d+: ", ""))) -- without the place in this script
  end)
  local nothing = { count = 0, skipped = 0, fps = 0, lateness = 0 }
  local last, last_at = nothing, uv.hrtime()
  return job, function()
    local stats, now = display:stats(), uv.hrtime()
    local series = stats.series or nothing
    local count = series.count - last.count
    local late = count > 0 and (series.lateness * series.count - last.lateness * last.count) / count or 0
    local lines = {
      ("rate %8.1f/s of %s"):format(count * 1e9 / (now - last_at),
        options.fps > 0 and ("%g/s"):format(options.fps) or "what goes"),
      ("lateness %7.2f ms"):format(late * 1e3),
      ("captures %d, skipped %d"):format(series.count, series.skipped),
      ("slots %d of %d held, %.1f MB"):format(stats.held, stats.slots, stats.bytes / 1e6),
      ("path %s"):format(stats.path),
    }
    last, last_at = series, now
    return lines
  end
end

-- What a look at a ring shows; nil when it is gone.
local function ring(name)
  local last, last_at
  return function()
    local stat, message, code = zb.stat(name)
    if not stat and last and code == "ENOENT" then
      return nil
    end
    check(stat, message)
    local now = uv.hrtime()
    local function rate(counter)
      return last and (stat[counter] - last[counter]) * 1e9 / (now - last_at) or 0
    end
    local lines = {
      ("in %8.1f/s"):format(rate "written"),
      ("out %7.1f/s"):format(rate "read"),
      ("use %s %s"):format(is_terminal and bar(stat.utilization) or ("%.1f %%"):format(stat.utilization * 100),
        stat.health),
      ("writer %s"):format(stat.writer_alive and stat.writer_pid or "-"),
      ("reader %s"):format(stat.reader_alive and stat.reader_pid or "-"),
    }
    last, last_at = stat, now
    return lines
  end
end

local options = parser:parse(arg)
local display <close> = not options.ring and
  check(luashot.open { display = options.display, damage = options.damage }) or nil
local job, look
if options.ring then
  look = ring(options.ring)
  look() -- says at once that there is none, and is what the first rates are counted from
else
  check(display:grab(options.what)):release()
  job, look = capture(display, options)
end
io.stdout:setvbuf "line"
for _ = 1, options.count or math.huge do
  sleep(options.every)
  local lines = look()
  if not lines then
    print "the ring is gone"
    break
  end
  show(lines)
end
if job then
  job:stop()
end
