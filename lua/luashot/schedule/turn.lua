--- Whose turn it is: jobs' coroutines, which run until they wait, until their time slice is over, or
--- to their end.

local turn = {}

local park = {} -- what a waiting job yields; the host has a value of its own
local mark = {} -- what comes back from one whose slice is over; the host alone has slices
local resume_thread = coroutine.resume
local passes = false -- whether a wait passes through coroutines inside a job

local current -- the job whose coroutine runs
local queue = {} -- jobs whose slice is over, the longest waiting first
local idle -- a handle of the loop; while it is started, the loop does not sleep

local on_end -- fn(job, ok, value): the coroutine has ended, or yielded what is not a wait

--- Says whom to tell that a job's coroutine has come to an end.
---@param fn fun(job: luashot.Job, ok: boolean, value: any)
function turn.set_end(fn)
  on_end = fn
end

--- Undoes what would have woken a parked job.
---@param job luashot.Job
function turn.settle(job)
  local leave = job.leave
  if leave then
    job.leave, job.until_ns = nil, nil
    leave(job)
  end
end

local function leave_queue(job)
  for i, other in ipairs(queue) do
    if other == job then
      table.remove(queue, i)
      break
    end
  end
  if #queue == 0 then
    idle:stop()
  end
end

-- One slice for one of those that wait for it, once in each turn of the loop.
local function next_slice()
  local job = queue[1]
  turn.settle(job)
  turn.run(job)
end

local function give_way(job)
  idle = idle or require("luv").new_idle()
  queue[#queue + 1] = job
  job.leave = leave_queue
  idle:start(next_slice)
end

--- Lets a job's coroutine go on.
---@param job luashot.Job
function turn.run(job, ...)
  local before = current
  current = job
  local ok, value = resume_thread(job.thread, ...)
  current = before
  if not ok or coroutine.status(job.thread) ~= "suspended" then
    on_end(job, ok, value)
  elseif value == mark then
    give_way(job)
  elseif value ~= park or job.stopped then
    on_end(job, ok, value)
  end
end

--- Wakes a parked job.
---@param job luashot.Job
---@param value any what its park() returns
function turn.wake(job, value)
  turn.settle(job)
  turn.run(job, true, value)
end

--- Parks the current job, which can_wait().
---@param job luashot.Job
---@param leave fun(job: luashot.Job) undoes what would wake it: called when it wakes, is stopped, or
---  cannot park
---@param until_ns? number when it will be woken, math.huge: perhaps never; absent: that is not known
---@return any value what it was woken with
---@return string|nil reason why it could not park; then value is nil
function turn.park(job, leave, until_ns)
  job.leave, job.until_ns = leave, until_ns
  local ok, value = coroutine.yield(park)
  turn.settle(job)
  if ok then
    return value
  end
  return nil, value
end

--- Whether what a job's coroutine has yielded is a wait.
---@param value any
---@return boolean
function turn.is_wait(value)
  return value == park
end

--- The job whose coroutine runs now.
---@return luashot.Job|nil
function turn.current()
  return current
end

--- Whether the current job can be parked from here. False below a C function that cannot wait, and,
--- outside the host, in a coroutine of the script's own.
---@param job luashot.Job
---@return boolean
function turn.can_wait(job)
  return coroutine.isyieldable() and (passes or coroutine.running() == job.thread)
end

--- Says that the host's coroutine functions pass waits through coroutines of the script's own.
---@param value any what a waiting job yields for that
---@param slice any what comes back for a job whose time slice is over
---@param fn function coroutine.resume, for this module's own use
function turn.adopt(value, slice, fn)
  park, mark, resume_thread, passes = value, slice, fn, true
end

return turn
