--- Decides when the host ends: at once by a signal, after the running jobs by a signal that only asks, and at
--- the first error with --strict.

local clock = require "luashot.schedule.clock"
local duration = require "luashot.schedule.duration"
local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"

local shutdown = {}

local native -- the functions of src/host/state.c
local on_asked

-- The default time for running jobs after SIGTERM or SIGHUP.
local GRACE <const> = 5

local grace = GRACE -- seconds
local grace_ends -- ns

--- Begins, with the grace of the command line.
---@param from_c table
---@param fn fun() called when the end has been asked for, perhaps several times
---@return string|nil why it is wrong
function shutdown.start(from_c, fn)
  native, on_asked = from_c, fn
  function jobs.is_ending()
    return native.get_asked() ~= nil
  end
  local text = native.arguments.grace
  if not text then
    return nil
  end
  local why
  grace, why = duration.read(text, true)
  if grace then
    native.be_gentle(grace, true)
  end
  return why
end

--- From now on there can be jobs: by default, signals other than Ctrl-C only ask for the end.
function shutdown.be_gentle()
  native.be_gentle(grace, false)
end

--- Whether a signal stops everything.
---@return boolean
function shutdown.is_interrupted()
  return native.get_interrupt() ~= nil
end

-- After a request to end: starts no new runs, and returns whether the running ones have ended. The end of
-- their grace comes as an interrupt.
local function is_wound_down()
  if not native.get_asked() then
    return false
  end
  on_asked()
  grace_ends = grace_ends or clock.monotonic() + grace * clock.steady.second
  return jobs.wind_down(grace_ends)
end

--- Whether the loop must end although jobs or handles remain.
---@return boolean
function shutdown.is_over()
  return shutdown.is_interrupted() or native.arguments.strict and failure.count > 0 or is_wound_down()
end

return shutdown
