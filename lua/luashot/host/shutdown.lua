--- When the host ends: by a signal at once, by one that only asks after the jobs that are running, and
--- with the first error where it is strict.

local clock = require "luashot.schedule.clock"
local duration = require "luashot.schedule.duration"
local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"

local shutdown = {}

local native -- what src/host/state.c gives
local on_asked

-- How long running jobs have when the end is asked for: by SIGTERM or SIGHUP, when nothing else is said.
local GRACE <const> = 5

local grace = GRACE -- seconds
local grace_ends -- ns

--- Begins; what the command line says about grace holds from now on.
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

--- From now on there can be jobs: signals but Ctrl-C only ask, where the command line says nothing.
function shutdown.be_gentle()
  native.be_gentle(grace, false)
end

--- Whether a signal stops everything.
---@return boolean
function shutdown.is_interrupted()
  return native.get_interrupt() ~= nil
end

-- Asked for the end: no new runs. Returns whether those that were going on are over. When their time is,
-- that comes as an interrupt.
local function is_wound_down()
  if not native.get_asked() then
    return false
  end
  on_asked()
  grace_ends = grace_ends or clock.monotonic() + grace * clock.steady.second
  return jobs.wind_down(grace_ends)
end

--- Whether the loop is to end although there is something to wait for.
---@return boolean
function shutdown.is_over()
  return shutdown.is_interrupted() or native.arguments.strict and failure.count > 0 or is_wound_down()
end

return shutdown
