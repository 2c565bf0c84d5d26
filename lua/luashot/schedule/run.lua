--- One run of a job: its coroutine from the start to the end, and what is counted about it. An error
--- ends the run, not the job.

local clock = require "luashot.schedule.clock"
local failure = require "luashot.schedule.failure"
local traceback = require "luashot.schedule.traceback"
local turn = require "luashot.schedule.turn"

local run = {}

local on_over -- fn(run): it has ended

--- Says whom to tell that a run has ended.
---@param fn fun(run: luashot.Job)
function run.set_over(fn)
  on_over = fn
end

-- A run of its own beside others stands for the job that it belongs to.
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

-- It has ended, well if there is no `text`.
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
  turn.run(one, job)
end

--- Whether it is going on, and can be closed.
---@param one luashot.Job
---@return boolean
function run.is_suspended(one)
  return one.thread ~= nil and coroutine.status(one.thread) == "suspended"
end

--- Closes it where it waits, with its <close> variables.
---@param one luashot.Job
function run.close(one)
  local thread = one.thread
  one.thread = nil
  owner(one).running = owner(one).running - 1
  local ok, err = coroutine.close(thread)
  if not ok then
    fail(one, traceback.message(err))
  end
end

turn.set_end(function(one, ok, value)
  if run.is_suspended(one) then
    if not turn.is_wait(value) then
      account(one, traceback.of(one.thread, "attempt to yield from outside a coroutine"))
    end -- else it waits although its job was stopped
    run.close(one)
  else
    local text
    if not ok then
      text = traceback.of(one.thread, value)
      coroutine.close(one.thread)
    end
    owner(one).running = owner(one).running - 1
    account(one, text)
  end
  on_over(one)
end)

return run
