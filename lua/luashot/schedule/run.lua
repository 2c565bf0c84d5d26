--- One run of a job: its coroutine from start to end, and its counters. It runs until it waits, until its
--- time slice ends, or to its end. An error ends the run, not the job.
---
--- A job's field over is fn(job): called when its run has ended.

local clock = require "luashot.schedule.clock"
local failure = require "luashot.schedule.failure"
local traceback = require "luashot.schedule.traceback"
local turn = require "luashot.schedule.turn"

local run = {}

local park = {} -- the value that a waiting job yields; the host has its own
local mark = {} -- the result of a job whose slice has ended; only the host has slices
local resume_thread = coroutine.resume
local passes = false -- whether a wait passes through coroutines inside a job

local current -- the job whose coroutine runs
local queue = {} -- jobs whose slice has ended, the longest waiting first

local finish -- defined below: the coroutine has ended, or yielded a value that is not a wait

--- Cancels the wake-up of a parked job.
---@param job luashot.Job
function run.settle(job)
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
    turn.set_work(nil)
  end
end

-- Gives one slice to one of the waiting jobs, once in each turn of the loop.
local function next_slice()
  local job = queue[1]
  run.settle(job)
  run.go_on(job)
end

local function give_way(job)
  queue[#queue + 1] = job
  job.leave = leave_queue
  turn.set_work(next_slice)
end

--- Resumes a job's coroutine.
---@param job luashot.Job
function run.go_on(job, ...)
  local before = current
  current = job
  local ok, value = resume_thread(job.thread, ...)
  current = before
  if not ok or coroutine.status(job.thread) ~= "suspended" then
    finish(job, ok, value)
  elseif value == mark then
    give_way(job)
  elseif value ~= park or job.stopped then
    finish(job, ok, value)
  end
end

--- Wakes a parked job.
---@param job luashot.Job
---@param value any the result of its park()
function run.wake(job, value)
  run.settle(job)
  run.go_on(job, true, value)
end

--- Parks the current job, which can_wait().
---@param job luashot.Job
---@param leave fun(job: luashot.Job) undoes what would wake it: called when it wakes, is stopped, or
---  cannot park
---@param until_ns? number the time of its wake-up, math.huge: perhaps never; absent: that is not known
---@return any value the value that it was woken with
---@return string|nil reason why it could not park; then value is nil
function run.park(job, leave, until_ns)
  job.leave, job.until_ns = leave, until_ns
  local ok, value = coroutine.yield(park)
  run.settle(job)
  if ok then
    return value
  end
  return nil, value
end

--- The job whose coroutine runs now.
---@return luashot.Job|nil
function run.current()
  return current
end

--- Whether the current job can be parked from here. False below a C function that cannot wait, and,
--- outside the host, in a coroutine of the script's own.
---@param job luashot.Job
---@return boolean
function run.can_wait(job)
  return coroutine.isyieldable() and (passes or coroutine.running() == job.thread)
end

--- The current job, if it can wait here. Otherwise raises in the name of the waiting function, at its caller.
---@param name string
---@param level? integer of that caller, as error() counts; default 2: the caller of who calls this
---@return luashot.Job
function run.waiting(name, level)
  level = (level or 2) + 1
  if not current then
    error(("%s works inside a job only: the script in luashot, or a function given to every or after"):format(name),
      level)
  elseif not run.can_wait(current) then
    error(("%s cannot wait here: in a coroutine of the script's own outside luashot, "
      .. "or below a C function that cannot wait, such as table.sort, string.gsub or require"):format(name), level)
  end
  return current
end

--- Announces that the host's coroutine functions pass waits through the script's own coroutines.
---@param value any the value that a waiting job yields for that
---@param slice any the value that a job yields when its time slice is over
---@param fn function coroutine.resume, for this module's own use
function run.adopt(value, slice, fn)
  park, mark, resume_thread, passes = value, slice, fn, true
end

-- The job of a run beside others.
local function owner(one)
  return one.parent or one
end

local function fail(one, text)
  local job = owner(one)
  job.errors = job.errors + 1
  job.failures = job.failures + 1
  job.message = text
  local answer = job.on_error
  if type(answer) == "function" then
    local ok, result = traceback.call(answer, text, job)
    if not ok then
      failure.add(result, job)
    end
    answer = ok and result
  else
    failure.add(text, job)
  end
  if answer == "stop" then
    job:stop()
  end
end

-- Accounts for the end of a run; `text` is its error, nil on success.
local function account(one, text)
  local job = owner(one)
  job.duration = (clock.monotonic() - one.began) / clock.steady.second
  if text then
    fail(one, text)
  else
    job.failures = 0
  end
end

--- Starts it.
---@param one luashot.Job
function run.start(one)
  local job = owner(one)
  job.runs = job.runs + 1
  job.running = job.running + 1
  job.last = clock.wall()
  one.began = clock.monotonic()
  one.thread = coroutine.create(one.fn)
  run.go_on(one, job)
end

--- Whether the run is in progress, and can be closed.
---@param one luashot.Job
---@return boolean
function run.is_suspended(one)
  return one.thread ~= nil and coroutine.status(one.thread) == "suspended"
end

-- Formats the run's error. An error object's __tostring is the script's code: it runs as a part of the run,
-- which ends after it. In that case there is no text yet, and the end may already have come.
local function tell(one, value, frames)
  if traceback.is_plain(value) then
    return traceback.message(value) .. frames
  end
  one.told, one.frames = value, frames
  one.thread = coroutine.create(traceback.message)
  run.go_on(one, value)
  return nil
end

--- Closes a waiting run, with its <close> variables.
---@param one luashot.Job
---@return boolean over false while an error of its closing is being reported, which comes before its end
function run.close(one)
  local thread, value, frames = one.thread, one.told, one.frames
  one.thread, one.told, one.frames = nil, nil, nil
  local ok, why = coroutine.close(thread)
  local text
  if frames then
    text = traceback.unfinished(value) .. frames
  elseif not ok then
    text = tell(one, why, "")
    if not text then
      return false
    end
  end
  owner(one).running = owner(one).running - 1
  if text then
    fail(one, text)
  end
  return true
end

function finish(one, ok, value)
  turn.again() -- the end of the host may have waited for this one
  if run.is_suspended(one) then
    if value ~= park and not one.frames then
      account(one, "attempt to yield from outside a coroutine" .. traceback.frames(one.thread))
    end -- otherwise it waits although its job was stopped
    if run.close(one) then
      one.over(one)
    end
    return
  end
  local text
  if one.frames then
    text = (ok and value or traceback.unfinished(one.told)) .. one.frames
    one.told, one.frames = nil, nil
  elseif not ok then
    local frames = traceback.frames(one.thread)
    coroutine.close(one.thread)
    text = tell(one, value, frames)
    if not text then
      return
    end
  end
  owner(one).running = owner(one).running - 1
  account(one, text)
  one.over(one)
end

return run
