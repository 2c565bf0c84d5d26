--- The machine below luashot.schedule: a job is a function that the loop runs in a coroutine, so
--- that it may wait while others go on. An error ends the run, not the job; a job is kept until it is
--- stopped or, without a further deadline, has run.

local clock = require "luashot.clock"
local failure = require "luashot.failure"
local traceback = require "luashot.traceback"

local machine = {}

local DOUBLINGS <const> = 6 -- of the pause after failures in a row
local CORRECTION <const> = 3 * 3600 -- seconds; a clock set back by more is taken to be another time

local park = {} -- what a waiting job yields; the host has a value of its own
local resume_thread = coroutine.resume
local passes = false -- whether a wait passes through coroutines inside a job

local live = {} -- job -> number of its making
local made = 0
local current -- the job whose coroutine runs

---@class luashot.Job
---@field name string
---@field runs integer how often it was started
---@field errors integer how many runs failed
---@field skipped integer how many times it was due and not run: while the run before was still going
---  on, during the pause after an error, or while the machine slept
---@field queued integer how many runs wait for the one before them
---@field running integer how many runs are going on
---@field next number|nil when it is due next, in seconds since the epoch; nil when never
---@field last number|nil when it was last started, in seconds since the epoch
---@field duration number|nil how many seconds the last run took
---@field message string|nil of the last error
---@field stopped boolean
---@field endless boolean|nil its run watches something, and has no end of its own
---@field conversation luashot.Conversation|nil that it runs a line of
---@field background boolean|nil its waiting for a descriptor does not keep the loop running
local methods = {}

-- The deadline after this moment.
local function next_deadline(job)
  if job.queued > 0 then
    return job.time.now()
  elseif not job.thread or job.triggered or not job.deadline then
    return job.deadline
  end
  local now = job.time.now()
  return job.deadline > now and job.deadline or job.follow and job.follow(job.deadline, now)
end

local Job = {
  __name = "luashot.Job",
  __index = function(job, key)
    if key == "next" then
      local deadline = not job.stopped and next_deadline(job)
      return deadline and job.time.to_wall(deadline) or nil
    end
    return methods[key]
  end,
  __tostring = function(job)
    return ("job '%s'"):format(job.name)
  end,
}

--- Calls `fn` at a deadline, instead of what the job's timer was set for before.
---@param job luashot.Job
---@param deadline integer ns, as uv.hrtime()
---@param fn fun()
machine.arm = clock.steady.arm

--- Undoes arm.
---@param job luashot.Job
machine.disarm = clock.steady.disarm

-- A run of its own beside others stands for the job that it belongs to.
local function owner(run)
  return run.parent or run
end

local function fail(run, text)
  local job = owner(run)
  job.errors = job.errors + 1
  job.failures = job.failures + 1
  job.message = text
  local answer = job.on_error
  if type(answer) == "function" then
    local ok, result = xpcall(answer, traceback.handler, text, job)
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

-- Undo what would have woken a parked job.
local function settle(job)
  local leave = job.leave
  if leave then
    job.leave = nil
    leave(job)
  end
end

local function retire(job)
  job.stopped = true
  live[job] = nil
  settle(job)
  job.time.disarm(job)
  if job.timer then
    job.timer:stop()
    job.timer:close()
    job.timer = nil
  end
  local parent = job.parent
  if parent then
    parent.beside[job] = nil
    if not parent.deadline and not parent.stopped and not next(parent.beside) then
      retire(parent)
    end
  end
  if job.on_end then
    job.on_end(job)
  end
end

local function close_thread(job)
  local thread = job.thread
  job.thread = nil
  owner(job).running = owner(job).running - 1
  local ok, err = coroutine.close(thread)
  if not ok then
    fail(job, traceback.message(err))
  end
end

-- Wait for the deadline. When the clock was set since it was worked out, work it out anew; what has
-- been run is not run again because of a small correction.
local function aim(job)
  local changes = job.time.changes()
  if job.follow and job.seen ~= changes and job.deadline > job.time.now() then
    local from = job.time.now()
    if job.due and job.due > from and job.due - from < CORRECTION then
      from = job.due
    end
    job.deadline = job.follow(from, from)
  end
  job.seen = changes
  if job.deadline then
    job.time.arm(job, job.deadline, job.tick)
  else
    retire(job)
  end
end

-- Move the deadline past `now`. Returns how many runs were due until then.
local function pass(job, now)
  if not job.deadline or job.deadline > now then
    return 0
  elseif job.once or not job.follow then
    job.deadline = nil
    return 1
  end
  job.due = job.deadline
  local deadline, missed = job.follow(job.deadline, now)
  job.deadline = deadline
  return 1 + missed
end

-- After a run: go to the next one.
local function finish(job)
  job.thread, job.triggered = nil, nil
  if job.stopped or job.parent or not job.deadline then
    retire(job)
    return
  end
  local due = pass(job, job.time.now())
  if job.overrun == "queue" then
    job.queued = job.queued + due
  else
    job.skipped = job.skipped + due
  end
  if job.failures > 0 and job.backoff then
    local pause = job.backoff * 2 ^ math.min(job.failures - 1, DOUBLINGS)
    job.skipped = job.skipped + job.queued + pass(job, job.time.now() + math.floor(pause * job.time.second))
    job.queued = 0
  end
  if job.stopped or not job.deadline then
    retire(job)
  elseif job.queued > 0 then
    job.time.arm(job, job.time.now(), job.tick)
  else
    aim(job)
  end
end

-- A run has ended, well if there is no `text`.
local function account(run, text)
  local job = owner(run)
  job.duration = (clock.monotonic() - run.began) / clock.steady.second
  if text then
    fail(run, text)
  else
    job.failures = 0
  end
end

-- What a job's coroutine came back with.
local function advance(job, ok, first)
  local text
  if not ok then
    text = traceback.of(job.thread, first)
    coroutine.close(job.thread)
  elseif coroutine.status(job.thread) == "suspended" then
    if first == park then
      if job.stopped then
        close_thread(job)
        retire(job)
      end
      return
    end
    account(job, traceback.of(job.thread, "attempt to yield from outside a coroutine"))
    close_thread(job)
    finish(job)
    return
  end
  owner(job).running = owner(job).running - 1
  account(job, text)
  finish(job)
end

local function run(job, ...)
  local before = current
  current = job
  local ok, first = resume_thread(job.thread, ...)
  current = before
  advance(job, ok, first)
end

local function start(job)
  local counted = owner(job)
  counted.runs = counted.runs + 1
  counted.running = counted.running + 1
  counted.last = clock.wall()
  job.began = clock.monotonic()
  job.thread = coroutine.create(job.fn)
  run(job, counted)
end

-- Run it beside the runs that are going on.
local function start_beside(job)
  local one = setmetatable({
    name = job.name,
    fn = job.fn,
    time = clock.steady,
    stopped = false,
    parent = job,
  }, Job)
  job.beside[one] = true
  start(one)
end

local function begin(job)
  if job.overrun ~= "allow" then
    start(job)
    return
  end
  job.triggered = nil
  if job.deadline then
    aim(job)
  end
  start_beside(job)
  if not job.deadline and not next(job.beside) then
    retire(job)
  end
end

-- The timer: the deadline has come, the clock was set, or the job was triggered.
local function tick(job)
  if job.thread then
    return -- its end will see what was due
  elseif job.triggered then
    begin(job)
  elseif job.queued > 0 then
    job.queued = job.queued - 1
    begin(job)
  elseif job.deadline > job.time.now() then
    aim(job)
  else
    job.skipped = job.skipped + pass(job, job.time.now()) - 1
    begin(job)
  end
end

--- Wakes a parked job.
---@param job luashot.Job
---@param value any what its park() returns
function machine.wake(job, value)
  settle(job)
  run(job, true, value)
end

--- Parks the current job, which can_wait().
---@param job luashot.Job
---@param leave fun(job: luashot.Job) undoes what would wake it: called when it wakes, is stopped, or
---  cannot park
---@return any value what it was woken with
---@return string|nil reason why it could not park; then value is nil
function machine.park(job, leave)
  job.leave = leave
  local ok, value = coroutine.yield(park)
  settle(job)
  if ok then
    return value
  end
  return nil, value
end

--- The job whose coroutine runs now.
---@return luashot.Job|nil
function machine.current()
  return current
end

--- Whether the current job can be parked from here. False below a C function that cannot wait, and,
--- outside the host, in a coroutine of the script's own.
---@param job luashot.Job
---@return boolean
function machine.can_wait(job)
  return coroutine.isyieldable() and (passes or coroutine.running() == job.thread)
end

---@class luashot.Job.options
---@field name string
---@field time? luashot.Clock what its deadlines are on; default: the steady one
---@field on_error? "continue"|"stop"|fun(text: string, job: luashot.Job): "stop"|nil
---@field on_end? fun(job: luashot.Job) called once it is over; it must not raise
---@field backoff? number seconds of pause after an error, doubled by each further one in a row
---@field overrun? "skip"|"queue"|"allow"
---@field deadline? number when to run; absent: at once, until it waits or ends
---@field follow? fun(previous: number, now: number): number|nil, integer  the deadline that comes
---  next, later than now, and how many were missed; absent: it runs once
---@field once? boolean follow is for a clock that is set: it runs once

--- Makes a job.
---@param fn fun(job: luashot.Job)
---@param options luashot.Job.options
---@return luashot.Job
function machine.create(fn, options)
  made = made + 1
  local job = setmetatable({
    name = options.name,
    runs = 0,
    errors = 0,
    skipped = 0,
    queued = 0,
    running = 0,
    failures = 0, -- in a row
    stopped = false,
    fn = fn,
    time = options.time or clock.steady,
    deadline = options.deadline,
    follow = options.follow,
    once = options.once,
    overrun = options.overrun or "skip",
    on_error = options.on_error,
    on_end = options.on_end,
    backoff = options.backoff,
    beside = {}, -- with overrun "allow": its runs
  }, Job)
  function job.tick()
    tick(job)
  end
  live[job] = made
  if job.deadline then
    job.seen = job.time.changes()
    aim(job)
  else
    begin(job)
  end
  return job
end

--- The jobs that are alive, oldest first.
---@return luashot.Job[]
function machine.list()
  local jobs = {}
  for job in pairs(live) do
    jobs[#jobs + 1] = job
  end
  table.sort(jobs, function(a, b)
    return live[a] < live[b]
  end)
  return jobs
end

--- Ends the jobs that do nothing now, and those that only watch; the others after their runs.
---@return boolean quiet whether none is left
function machine.wind_down()
  local quiet = true
  for _, job in ipairs(machine.list()) do
    if job.running == 0 or job.endless then
      job:stop()
    else
      quiet = false
      job.deadline, job.queued = nil, 0
      if job.overrun == "allow" then
        job.time.disarm(job) -- of others that timer is their run's, to sleep with
      end
    end
  end
  return quiet
end

--- Says that the host's coroutine functions pass waits through coroutines of the script's own.
---@param value any what a waiting job yields for that
---@param fn function coroutine.resume, for this module's own use
function machine.adopt(value, fn)
  park, resume_thread, passes = value, fn, true
end

local function check(job, name)
  if getmetatable(job) ~= Job then
    error(("bad argument #1 to '%s' (job expected, got %s)"):format(name, type(job)), 3)
  end
end

--- Stops the job: it is not started again, and runs that wait are closed, so that their <close>
--- variables are closed. A run that stops its own job goes on until it waits or returns.
function methods:stop()
  check(self, "stop")
  if self.stopped then
    return
  end
  self.stopped = true
  for one in pairs(self.beside or {}) do
    one:stop()
  end
  if not self.thread then
    retire(self)
  elseif coroutine.status(self.thread) == "suspended" then
    close_thread(self)
    retire(self)
  end
end

--- Starts a run at the next turn of the loop, out of turn: the deadlines stay as they are.
---@return boolean started false when a run is going on (and overrun is not "allow") or the job is
---  stopped
function methods:trigger()
  check(self, "trigger")
  if self.stopped or self.thread then
    return false
  end
  self.triggered = true
  machine.arm(self, 0, self.tick)
  return true
end

Job.__close = methods.stop

return machine
