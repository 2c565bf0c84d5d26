--- Turns of the loop. A turn runs what is due, then looks at descriptors, and sleeps there until one is ready or
--- the next timer is due.

local turn = {}

local queue, first, last = {}, 1, 0 -- functions for this turn, the earliest first
local work -- a function for every turn, or nil
local idle -- a handle; while it is started, the loop does not sleep
local is_wanted = false -- one more turn

local stay_awake

-- Runs the functions that are queued now. Any of them may run the loop, and so the rest of them.
local function run()
  local stop = last
  local wants_turn = first <= last
  if first > last and not is_wanted then
    idle:stop()
  end
  is_wanted = false
  while first <= stop do
    local fn = queue[first]
    queue[first] = nil
    first = first + 1
    if first > last then -- so that a capture sees that nothing is due
      idle:stop()
    end
    fn()
  end
  if work then
    work()
  end
  if wants_turn or work then
    is_wanted = wants_turn or is_wanted
    stay_awake()
  end
end

function stay_awake()
  idle = idle or require("luashot.luv").new_idle()
  idle:start(run)
end

--- Calls `fn` once, after the timers of libuv that are due and before the loop looks at its descriptors. The loop
--- does not sleep after it: the code that runs the loop turn by turn then checks what `fn` has changed.
---@param fn fun()
function turn.queue(fn)
  last = last + 1
  queue[last] = fn
  stay_awake()
end

--- Calls `fn` in every turn, after the functions of the queue; nil ends that. The loop does not sleep meanwhile.
---@param fn? fun()
function turn.set_work(fn)
  work = fn
  if fn then
    stay_awake()
  end
end

--- Lets the loop take one more turn before it sleeps. Unlike uv.stop(), this does not end the uv.run() of a
--- script.
function turn.again()
  if package.loaded.luv then -- otherwise there is no loop yet
    is_wanted = true
    stay_awake()
  end
end

return turn
