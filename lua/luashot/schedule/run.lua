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

-- What the run has failed with, as a text. An error object's __tostring is the script's own: it runs as a
-- part of the run, whose end comes after it. Then there is no text yet, and perhaps the end was there already.
local function tell(one, value, frames)
  if traceback.is_plain(value) then
    return traceback.message(value) .. frames
  end
  one.told, one.frames = value, frames
  one.thread = coroutine.create(traceback.message)
  turn.run(one, value)
  return nil
end

--- Closes it where it waits, with its <close> variables.
---@param one luashot.Job
---@return boolean over false: what its closing has failed with is being told, and the end comes after that
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

turn.set_end(function(one, ok, value)
  if run.is_suspended(one) then
    if not turn.is_wait(value) and not one.frames then
      account(one, "attempt to yield from outside a coroutine" .. traceback.frames(one.thread))
    end -- else it waits although its job was stopped
    if run.close(one) then
      on_over(one)
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
  on_over(one)
end)

return run
