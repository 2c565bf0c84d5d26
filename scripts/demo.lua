#!/usr/bin/env luashot
--- Shows what luashot does, on your display:  luashot demo [folder]

local command = require "luashot.command"

local parser = command.parser("demo", "Take the first captures and explain them.")
parser:argument("folder", "existing folder for the pictures (default: .)"):args "?"
local folder = parser:parse(arg).folder or "."

local function say(...)
  print(string.format(...))
end

-- Report a failure in one line, without a traceback.
local check = command.check "demo"

local display <close> = check(luashot.open {})
local width, height = assert(display:size())
say("The screen is %dx%d. On it:", width, height)
for _, monitor in ipairs(assert(display:monitors())) do
  say("  %s (%s), %dx%d at %d,%d", monitor.output, monitor.name, monitor.width, monitor.height,
    monitor.x, monitor.y)
end

-- A frame is the memory that the X server wrote. It is given back at the end of the block.
do
  local frame <close> = assert(display:grab())
  say("\n%s was taken at %s.", frame, os.date("%H:%M:%S", frame.wall // 1000000000))
  if require("luv").guess_handle(1) == "tty" then
    check(frame:show())
  end
  say("Its middle is #%02x%02x%02x.", frame:pixel(width // 2, height // 2))

  -- A crop is a view: the same pixels, nothing copied.
  local middle <close> = assert(frame:crop(width // 4, height // 4, width // 2, height // 2))
  say("Saved %s", check(frame:save(folder .. "/screen.png")))
  say("Saved %s", check(middle:save(folder .. "/middle.png")))
end

-- A few frames a second. Each is given back when the next is taken: one slot is enough.
say ""
local count = 0
for frame in display:frames { "primary", fps = 5 } do
  say("Saved %s", check(frame:save(folder .. "/frame-{sequence}.png")))
  count = count + 1
  if count == 3 then
    break
  end
end

-- As fast as it goes.
local from
for frame in display:frames() do
  from = from or frame.time
  if frame.time - from > 500000000 then
    break
  end
end

local stats = display:stats()
say("\n%d frames of the whole screen in half a second, %.0f a second.", stats.series.count,
  stats.series.fps)
say("They came by the path %s%s.", stats.path, stats.reason and (" (%s)"):format(stats.reason) or "")
say("The pool made %d slots for all of this, %.1f MB; at most %d were held at one time.",
  stats.growths, stats.bytes / 1e6, stats.peak)
