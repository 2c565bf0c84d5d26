--- display:on_monitors: a function that is called when monitors come, go, move or change their size, or the
--- screen changes its size.

local failure = require "luashot.schedule.failure"
local lost = require "luashot.events.on_lost"
local jobs = require "luashot.schedule.jobs"
local readable = require "luashot.events.fd_wait"
local schedule = require "luashot.schedule"

-- The monitors and the size of the screen, and the same as text, to compare.
local function look(display)
  local monitors, why, code = display:monitors()
  local width, height
  if monitors then
    width, height, code = display:size()
    monitors, why = width and monitors, height
  end
  if not monitors then
    return nil, why, code
  end
  local parts = { ("%dx%d"):format(width, height) }
  for _, monitor in ipairs(monitors) do
    parts[#parts + 1] = ("%s %s %s %d,%d %dx%d %s %dx%d"):format(monitor.output, monitor.label, monitor.name,
      monitor.x, monitor.y, monitor.width, monitor.height, monitor.primary, monitor.mm_width, monitor.mm_height)
  end
  return monitors, table.concat(parts, "\n")
end

-- Waits until the server has reported a change since `seen`, or the connection is lost.
local function await_change(display, seen)
  local alive, why, code = display:poll()
  while alive and display:changes() == seen do
    readable(display:fd(), math.huge)
    alive, why, code = display:poll()
  end
  return alive, why, code
end

--- Calls `fn(monitors)` in a job whenever the monitors or the size of the screen have changed, including
--- changes while the connection was lost.
---@param display luashot.Display
---@param fn fun(monitors: luashot.Monitor[])
---@return luashot.Job
return function(display, fn)
  if type(fn) ~= "function" then
    error(("bad argument #1 to 'on_monitors' (function expected, got %s)"):format(type(fn)), 2)
  end
  local seen = display:changes()
  local _, before, code = look(display)
  if code then
    error(before, 2)
  end
  local job = schedule.after(0, function()
    while true do
      local ok, why, failed = await_change(display, seen)
      if ok then
        seen = display:changes()
        local monitors, now
        monitors, now, failed = look(display)
        why, ok = now, monitors
        if monitors and now ~= before then
          before = now
          failure.guard(jobs.current(), fn, monitors)
        end
      end
      if not ok and failed == "ELOST" and lost.await(display) then
        seen = -1 -- a new connection has no known state
      elseif not ok then
        error(why, 0)
      end
    end
  end, { name = "on_monitors" })
  job.endless = true
  return job
end
