--- Jobs, below luashot.schedule: a job is a function that the loop runs in a coroutine, so that it may wait
--- while others run. An error ends the run, not the job. A job lives until it is stopped or, without a
--- further deadline, has run.

local clock = require "luashot.schedule.clock"
local run = require "luashot.schedule.run"

local jobs = {
  park = run.park,
  wake = run.wake,
  current = run.current,
  can_wait = run.can_wait,
  waiting = run.waiting,
  adopt = run.adopt,
}

local CORRECTION <const> = 3 * 3600 -- seconds; a clock set back by more is taken to be another time
local DOUBLINGS <const> = 6 -- of the pause after consecutive failures

local live = {} -- job -> its number, in the order of creation
local made = 0

-- The deadline after this moment, or nil.
local function next_deadline(job)
  if job.queued > 0 then
    return job.time.now()
  elseif not job.thread or job.triggered or not job.deadline then
    return job.deadline
  end
  local now = job.time.now()
  return job.deadline > now and job.deadline or job.follow and job.follow(job.deadline, now)
end

-- Waits for the deadline. If the clock was set since the deadline was computed, computes it again; a small
-- correction does not repeat a run. Returns false when there is no deadline any more.
local function await_deadline(job)
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
  end
  return job.deadline ~= nil
end

-- Moves the deadline past a moment. Returns the number of runs that were due until then.
local function pass_deadline(job, now)
  if not job.deadline or job.deadline > now then
    return 0
  elseif job.once or not job.follow then
    job.deadline = nil
    return 1
  end
  job.due = job.deadline
  local following, missed = job.follow(job.deadline, now)
  job.deadline = following
  return 1 + missed
end

---@class luashot.Job
---@field name string
---@field runs integer how often it was started
---@field errors integer how many runs failed
---@field skipped integer how many times it was due and not run: while the run before was still going
---  on, during the pause after an error, or while the machine slept
---@field queued integer the number of runs that wait for an earlier one
---@field running integer how many runs are going on
---@field next number|nil when it is due next, in seconds since the epoch; nil when never
---@field last number|nil when it was last started, in seconds since the epoch
---@field duration number|nil how many seconds the last run took
---@field message string|nil of the last error
---@field stopped boolean
---@field paused boolean
---@field until_ns number|nil when the wait of its run will be over, if that is known; math.huge: perhaps never
---@field endless boolean|nil its run has no end of its own
---@field conversation luashot.Conversation|nil that it runs a line of
---@field origin luashot.Conversation|nil whose line has made it, or made what did
---@field background boolean|nil its waiting for a descriptor does not keep the loop running
local methods = {}

local Job = {
  __name = "luashot.Job",
  __index = function(job, key)
    if key == "next" then
      local following = not job.stopped and not job.paused and next_deadline(job)
      return following and job.time.to_wall(following) or nil
    end
    return methods[key]
  end,
  __tostring = function(job)
    return ("job '%s'"):format(job.name)
  end,
}

--- Sets the job's timer: calls `fn` at a deadline. It replaces the timer's earlier function.
---@param job luashot.Job
---@param deadline integer ns, as uv.hrtime()
---@param fn fun()
jobs.arm = clock.steady.arm

--- Undoes arm.
---@param job luashot.Job
jobs.disarm = clock.steady.disarm

local function retire(job)
  job.stopped = true
  live[job] = nil
  run.settle(job)
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

-- Waits for the deadline, if there is one; a paused job waits for resume().
local function aim(job)
  if not (job.paused and job.deadline) and not await_deadline(job) then
    retire(job)
  end
end

-- After a run: continues with the next one.
local function after_run(job)
  job.thread, job.triggered = nil, nil
  if job.stopped or job.parent or not job.deadline then
    retire(job)
    return
  end
  local due = pass_deadline(job, job.time.now())
  if job.overrun == "queue" and not job.paused then
    job.queued = job.queued + due
  else
    job.skipped = job.skipped + due
  end
  if job.failures > 0 and job.backoff then
    local pause = job.backoff * 2 ^ math.min(job.failures - 1, DOUBLINGS)
    job.skipped = job.skipped + job.queued + pass_deadline(job, job.time.now() + math.floor(pause * job.time.second))
    job.queued = 0
  end
  if job.stopped or not job.deadline then
    retire(job)
  elseif job.queued > 0 and not job.paused then
    job.time.arm(job, job.time.now(), job.tick)
  else
    aim(job)
  end
end

-- Runs it beside the running ones.
local function start_beside(job)
  local one = setmetatable({
    name = job.name,
    fn = job.fn,
    time = clock.steady,
    stopped = false,
    parent = job,
    origin = job.origin,
    over = after_run,
  }, Job)
  job.beside[one] = true
  run.start(one)
end

local function begin(job)
  if job.overrun ~= "allow" then
    run.start(job)
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

-- The timer's function: the deadline has come, the clock was set, or the job was triggered.
local function tick(job)
  if job.thread then
    return -- its end checks the missed deadlines
  elseif job.triggered then
    begin(job)
  elseif job.paused then
    return
  elseif job.queued > 0 then
    job.queued = job.queued - 1
    begin(job)
  elseif job.deadline > job.time.now() then
    aim(job)
  else
    job.skipped = job.skipped + pass_deadline(job, job.time.now()) - 1
    begin(job)
  end
end

---@class luashot.Job.options
---@field name string
---@field time? luashot.Clock the clock of its deadlines; default: the steady one
---@field on_error? "continue"|"stop"|fun(text: string, job: luashot.Job): "stop"|nil
---@field on_end? fun(job: luashot.Job) called once it is over; it must not raise
---@field backoff? number seconds of pause after an error, doubled by each further one in a row
---@field overrun? "skip"|"queue"|"allow"
---@field deadline? number when to run; absent: at once, until it waits or ends
---@field follow? fun(previous: number, now: number): number|nil, integer  the deadline that comes
---  next, later than now, and how many were missed; absent: it runs once
---@field endless? boolean its run has no end of its own
---@field once? boolean follow is for a clock that is set: it runs once

--- Makes a job.
---@param fn fun(job: luashot.Job)
---@param options luashot.Job.options
---@return luashot.Job
function jobs.create(fn, options)
  made = made + 1
  local maker = run.current()
  local job = setmetatable({
    name = options.name,
    runs = 0,
    errors = 0,
    skipped = 0,
    queued = 0,
    running = 0,
    failures = 0, -- in a row
    stopped = false,
    paused = false,
    fn = fn,
    over = after_run,
    time = options.time or clock.steady,
    deadline = options.deadline,
    follow = options.follow,
    once = options.once,
    overrun = options.overrun or "skip",
    on_error = options.on_error,
    on_end = options.on_end,
    backoff = options.backoff,
    origin = maker and (maker.conversation or maker.origin),
    endless = options.endless,
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

--- The live jobs, the oldest first.
---@return luashot.Job[]
function jobs.list()
  local list = {}
  for job in pairs(live) do
    list[#list + 1] = job
  end
  table.sort(list, function(a, b)
    return live[a] < live[b]
  end)
  return list
end

-- Ends a run that would wait beyond the grace.
local function stop_late(one, ends)
  if one.until_ns and one.until_ns > ends then
    one:stop()
  end
end

--- Ends the idle jobs, the endless ones, and those that would wait beyond the grace at once; the others after
--- their runs.
---@param ends integer ns, as clock.monotonic(): until then they have time
---@return boolean quiet whether none is left
function jobs.wind_down(ends)
  for _, job in ipairs(jobs.list()) do
    stop_late(job, ends)
    for one in pairs(job.beside) do
      stop_late(one, ends)
    end
    if job.running == 0 or job.endless then
      job:stop()
    elseif not job.stopped then
      job.deadline, job.queued = nil, 0
      if job.overrun == "allow" then
        job.time.disarm(job) -- running jobs use that timer for their sleep
      end
    end
  end
  return next(live) == nil
end

--- Whether the host is about to end, so that jobs must end.
---@return boolean
function jobs.is_ending()
  return false
end

local function check(job, name)
  if getmetatable(job) ~= Job then
    error(("bad argument #1 to '%s' (job expected, got %s)"):format(name, type(job)), 3)
  end
end

--- Stops the job: it does not start again, and waiting runs are closed with their <close> variables. A run
--- that stops its own job continues until it waits or returns. If the __tostring of an error object waits,
--- the job ends after it, or with the next stop.
function methods:stop()
  check(self, "stop")
  local again = self.stopped
  self.stopped = true
  for one in pairs(self.beside or {}) do
    one:stop()
  end
  if run.is_suspended(self) then
    if run.close(self) then
      retire(self)
    end
  elseif not self.thread and not again then
    retire(self)
  end
end

--- Starts an extra run at the next turn of the loop. The deadlines do not change.
---@return boolean started false when a run is going on (and overrun is not "allow") or the job is
---  stopped
function methods:trigger()
  check(self, "trigger")
  if self.stopped or self.thread then
    return false
  end
  self.triggered = true
  jobs.arm(self, 0, self.tick)
  return true
end

--- Pauses the job: no deadline starts it until resume(). A run that is going on continues, and trigger() still
--- works. A paused job alone does not keep the loop running.
---@return boolean paused false when the job has no further deadline, or is stopped
function methods:pause()
  check(self, "pause")
  if self.stopped or not self.deadline then
    return false
  end
  self.paused = true
  if not self.thread and not self.triggered then -- the timer may be that of a sleep
    self.time.disarm(self)
  end
  return true
end

--- Resumes the job at its next deadline. Those that passed count as skipped; a job that runs once, and whose
--- time has come, runs now.
function methods:resume()
  check(self, "resume")
  if not self.paused or self.stopped then
    return
  end
  self.paused = false
  if self.time ~= clock.steady then
    self.seen = nil -- a paused job does not notice that the clock is set
  end
  if self.follow and not self.once then
    self.skipped = self.skipped + pass_deadline(self, self.time.now())
  end
  if self.thread or self.triggered then
    return -- the end of that run waits for the next deadline
  elseif self.queued > 0 then
    self.time.arm(self, self.time.now(), self.tick)
  else
    aim(self)
  end
end

Job.__close = methods.stop

return jobs
