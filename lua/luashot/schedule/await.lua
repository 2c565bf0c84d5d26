--- Waits in a job for a callback.

local clock = require "luashot.schedule.clock"
local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local jobs = require "luashot.schedule.jobs"

local LONGEST <const> = 1e9 -- seconds; more would not fit a timer

local function check(start, options)
  if type(start) ~= "function" then
    error(("bad argument #1 to 'await' (function expected, got %s)"):format(type(start)), 3)
  end
  core.check_options(options, { "timeout" }, 3)
  return options and options.timeout ~= nil and duration.option(options.timeout, "timeout", 3) or nil
end

--- See docs/annotations/luashot.lua.
---@param start fun(done: fun(...))
---@param options? { timeout?: luashot.Duration }
---@return any ...
return function(start, options)
  local seconds = check(start, options)
  local job = jobs.waiting "await"
  local results -- of the first done()
  local is_parked = false
  start(function(...)
    if results then
      return
    end
    results = table.pack(...)
    if is_parked then
      jobs.wake(job, true)
    end
  end)
  if not results then
    local moment = seconds and seconds < LONGEST
      and clock.monotonic() + math.floor(seconds * clock.steady.second) or nil
    is_parked = true
    if moment then
      jobs.arm(job, moment, function()
        jobs.wake(job, true)
      end)
    end
    local _, why = jobs.park(job, function()
      is_parked = false
      if moment then
        jobs.disarm(job)
      end
    end, moment)
    if why then
      error("await cannot wait here: " .. why, 2)
    elseif not results then
      return nil, ("no callback came within %g s"):format(seconds), "ETIMEDOUT"
    end
  end
  return table.unpack(results, 1, results.n)
end
