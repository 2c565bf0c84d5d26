#!/usr/bin/env luashot
--- Shows live figures of a capture:  luashot top [options], luashot top --ring NAME

local command = require "luashot.command"
local what = require "luashot.command.what"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local parser = command.parser("top", "Show live figures of a capture or of a ring.")
  :epilog(what.grammar .. "\n\n" .. [[
On a terminal the view is redrawn; otherwise each interval prints a line. The lateness is the average
delay of the captures after their planned time. Rates of a ring count frames and wrap markers.
Exit status: 0 done, or the ring is gone; 1 it failed, or the X server is gone; 2 wrong usage; 130 ended
by Ctrl-C.]])

parser:mutex(
  parser:option("--ring", "watch this ring, without disturbing it"):argname "NAME",
  command.add_what(parser)
)
command.add_fps(parser, "as fast as possible")
parser:flag("--damage", "capture only changed pixels")
parser:option("-e --every", "interval: seconds, or 250ms, 5s"):argname "TIME":default "1s"
  :convert(command.interval "an interval of 0 seconds is too short")
command.add_count(parser, "end after N intervals")
command.add_display(parser)

local check = command.check "top"

local BAR <const> = 40 -- characters

local function bar(share)
  local full = math.floor(share * BAR + 0.5)
  return ("[%s%s] %5.1f %%"):format(("#"):rep(full), ("."):rep(BAR - full), share * 100)
end

local is_terminal = uv.guess_handle(1) == "tty"
local drawn = 0 -- lines on the terminal

-- Shows the figures: on a terminal in place of the last ones, else on one line.
local function show(lines)
  if not is_terminal then
    print(os.date "%H:%M:%S" .. "  " .. table.concat(lines, "  "))
    return
  end
  io.write(drawn > 0 and ("\27[%dA"):format(drawn) or "", table.concat(lines, "\27[K\n"), "\27[K\n")
  io.flush()
  drawn = #lines
end

-- Captures until a failure; returns the job, and a function that formats its figures.
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
      ("rate %8.1f/s%s"):format(count * 1e9 / (now - last_at),
        options.fps > 0 and (" of %g/s"):format(options.fps) or ", as fast as possible"),
      ("lateness %7.2f ms"):format(late * 1e3),
      ("captures %d, skipped %d"):format(series.count, series.skipped),
      ("slots %d of %d held, %.1f MB"):format(stats.held, stats.slots, stats.bytes / 1e6),
      ("path %s"):format(stats.path),
    }
    last, last_at = series, now
    return lines
  end
end

-- Formats the figures of a ring; nil when the ring is gone.
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
  look() -- reports a missing ring at once, and is the base of the first rates
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
