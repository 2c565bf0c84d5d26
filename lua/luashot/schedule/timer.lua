--- Timers of jobs. In each turn of the loop they run once, before the loop looks at its descriptors.
---
--- libuv before 1.45 runs timers until none is due, also those that a timer has just started: a job that sleeps
--- for no time, or two jobs that take longer than their intervals, would keep the loop from every descriptor.
--- So a timer of libuv only queues here, and the queue runs after all of them.

local turn = require "luashot.schedule.turn"
local uv = require "luashot.luv"

---@class luashot.schedule.Timer
local Timer = {}
Timer.__index = Timer

--- Calls `fn` once after that time, unless the timer is started again or stopped before.
---@param milliseconds integer 0: in the next turn of the loop
---@param fn fun()
function Timer:start(milliseconds, fn)
  local function enqueue()
    self.due = fn
    turn.queue(self.run)
  end
  self:stop()
  if milliseconds == 0 then -- libuv since 1.45 would take one more turn
    enqueue()
  else
    self.handle:start(milliseconds, 0, enqueue)
  end
end

--- Calls `fn` once after that time and one more look at descriptors. The loop has read by then all that had come,
--- however late it is.
---@param milliseconds integer
---@param fn fun()
function Timer:start_after_look(milliseconds, fn)
  self:start(milliseconds, function()
    self:start(0, fn)
  end)
end

--- Forgets the function.
function Timer:stop()
  self.due = nil
  self.handle:stop()
end

function Timer:close()
  self.due = nil
  self.handle:close()
end

---@return luashot.schedule.Timer
return function()
  local timer = setmetatable({ handle = assert(uv.new_timer()) }, Timer)
  function timer.run()
    local fn = timer.due
    timer.due = nil
    if fn then
      fn()
    end
  end
  return timer
end
