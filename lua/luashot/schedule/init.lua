--- Jobs over luv's loop: every, after, at, cron, sleep. It runs in the host and, with luashot.run() at
--- the end of the script, under stock lua5.4 with lua-luv.

local clock = require "luashot.schedule.clock"
local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local jobs = require "luashot.schedule.jobs"

local schedule = {
  jobs = jobs.list,
}

local NS <const> = 1000000000
local FOREVER <const> = 1e9 -- seconds; more would not fit a timer
local COUNTED <const> = 10000 -- missed runs of a cron job; counting more would take too long

local uv = setmetatable({}, {
  __index = function(_, name)
    return require("luashot.luv")[name]
  end,
})

local cron = setmetatable({}, {
  __index = function(_, name)
    return require("luashot.schedule.cron")[name]
  end,
})

local drained = {} -- jobs that wait until all other work has ended

local function check_function(fn, name)
  if type(fn) ~= "function" then
    error(("bad argument #2 to '%s' (function expected, got %s)"):format(name, type(fn)), 3)
  end
end

local overruns = { skip = true, queue = true, allow = true }

local OPTIONS_OF_JOBS <const> = { "name", "overrun", "on_error", "backoff" }

local function expected(what, value)
  return ("%s expected, got %s"):format(what, type(value) == "string" and ("'%s'"):format(value) or tostring(value))
end

-- For each option, a function that returns the reason against a value.
local options_of_jobs = {
  name = function(value)
    return type(value) ~= "string" and expected("string", value)
  end,
  overrun = function(value)
    return not overruns[value] and expected("'skip', 'queue' or 'allow'", value)
  end,
  on_error = function(value)
    local ok = value == "continue" or value == "stop" or type(value) == "function"
    return not ok and expected("'continue', 'stop' or a function", value)
  end,
  backoff = function(value)
    local _, why = duration.read(value)
    return why
  end,
}

-- The options of a new job; the default of its name is the place of its function.
local function check_options(options, fn, name)
  if options ~= nil and type(options) ~= "table" then
    error(("bad argument #3 to '%s' (table expected, got %s)"):format(name, type(options)), 3)
  end
  core.check_options(options, OPTIONS_OF_JOBS, 3)
  local checked = {}
  for key, value in pairs(options or {}) do
    local why = options_of_jobs[key](value)
    if why then
      error(("option '%s': %s"):format(key, why), 3)
    end
    checked[key] = value
  end
  local info = debug.getinfo(fn, "S")
  checked.name = checked.name or ("%s:%d"):format(info.short_src, info.linedefined)
  checked.backoff = checked.backoff and duration.read(checked.backoff)
  return checked
end

local function deadline_in(seconds)
  return clock.monotonic() + math.floor(math.min(seconds, FOREVER) * NS)
end

--- Runs `fn` again and again, first after one period. Deadlines lie on a grid that does not drift; those that
--- pass during a run are skipped and counted, unless `overrun` says otherwise.
---@param period number|string duration, at least 1 ms
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function schedule.every(period, fn, options)
  local seconds = duration.check(period, 1, "every")
  if seconds < 0.001 or seconds > FOREVER then
    error(("bad argument #1 to 'every' (1ms to %dh expected, got %s)"):format(FOREVER // 3600, period), 2)
  end
  check_function(fn, "every")
  local job = check_options(options, fn, "every")
  local ns = math.floor(seconds * NS)
  job.deadline = clock.monotonic() + ns
  function job.follow(previous, now)
    local missed = math.max(0, (now - previous) // ns)
    return previous + (missed + 1) * ns, missed
  end
  return jobs.create(fn, job)
end

--- Runs `fn` once, after a time.
---@param delay number|string duration
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function schedule.after(delay, fn, options)
  local seconds = duration.check(delay, 1, "after")
  check_function(fn, "after")
  local job = check_options(options, fn, "after")
  job.deadline = deadline_in(seconds)
  return jobs.create(fn, job)
end

-- Makes a job follow the wall clock.
local function follow_wall(job, spec)
  job.time = clock.of_wall
  job.deadline = cron.next(spec, clock.wall())
  function job.follow(previous, now)
    local missed = 0
    local deadline = cron.next(spec, previous)
    while deadline and deadline <= now do
      missed = missed + 1
      deadline = cron.next(spec, missed < COUNTED and deadline or now)
    end
    return deadline, missed
  end
end

--- Runs `fn` whenever the clock shows a time that matches the expression; see luashot.cron.
---@param expression string five fields, or six with the second last, or "@hourly", "@daily", …
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function schedule.cron(expression, fn, options)
  local spec, why
  if type(expression) == "string" then
    spec, why = cron.parse(expression)
  end
  if not spec then
    error(("bad argument #1 to 'cron' (%s)"):format(why or "string expected, got " .. type(expression)), 2)
  end
  check_function(fn, "cron")
  local job = check_options(options, fn, "cron")
  follow_wall(job, spec)
  return jobs.create(fn, job)
end

--- Runs `fn` once, when the clock next shows a time.
---@param time string "09:00", "09:00:30", or with a date of any year: "2031-05-17 09:00"
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function schedule.at(time, fn, options)
  local spec, why
  if type(time) == "string" then
    spec, why = cron.parse_time(time)
  end
  if not spec then
    error(("bad argument #1 to 'at' (%s)"):format(why or "string expected, got " .. type(time)), 2)
  end
  check_function(fn, "at")
  local job = check_options(options, fn, "at")
  follow_wall(job, spec)
  job.once = true
  if not job.deadline then
    error(("bad argument #1 to 'at' ('%s' has passed)"):format(time), 2)
  end
  return jobs.create(fn, job)
end

local function park(job, name, leave, until_ns)
  local _, why = jobs.park(job, leave, until_ns)
  if why then
    error(("%s cannot wait here: %s"):format(name, why), 3)
  end
end

--- Makes the current job wait, while other jobs and the loop run. Raises where it cannot: in a callback of
--- luv, or below a C function that calls Lua.
---@param time number|string duration
function schedule.sleep(time)
  local seconds = duration.check(time, 1, "sleep")
  local job = jobs.waiting "sleep"
  local moment = deadline_in(seconds)
  jobs.arm(job, moment, function()
    jobs.wake(job, true)
  end)
  park(job, "sleep", jobs.disarm, moment)
end

--- Calls `fn` without letting other jobs run, however long it computes. `fn` cannot wait. Outside the host,
--- jobs are never preempted anyway.
---@param fn function
---@param ... any its arguments
---@return any ... its results
function schedule.atomic(fn, ...)
  check_function(fn, "atomic")
  return fn(...)
end

-- Runs when no other work is left: wakes the jobs that wait for that. Returns whether there were any.
local function wake_drained()
  local waiting = drained
  drained = {}
  for job in pairs(waiting) do
    jobs.wake(job, true)
  end
  return next(waiting) ~= nil
end

--- Runs the loop until done() is true or no work is left.
---@param done fun(): boolean called after every turn of the loop
function schedule.drive(done)
  while not done() do
    local alive = uv.run("once")
    if not alive and not wake_drained() then
      return
    end
  end
end

--- Runs the loop until no work is left. In a job it waits for that instead, because in the host the loop runs
--- anyway.
function schedule.run()
  if not jobs.current() then
    schedule.drive(function()
      return false
    end)
    return
  end
  local job = jobs.waiting "run"
  drained[job] = true
  park(job, "run", function()
    drained[job] = nil
  end)
end

--- The live jobs as a table for people: the next and last run of each, its length, runs, errors and skipped
--- runs.
---@return string
function schedule.report()
  return require "luashot.schedule.report"(jobs.list())
end

--- Stops every job.
function schedule.stop_all()
  for _ = 1, 2 do -- the second time for jobs that are still formatting an error
    for _, job in ipairs(schedule.jobs()) do
      job:stop()
    end
  end
end

return schedule
