--- The loop's part of frame:save_async: calls back for finished saves, and keeps the loop running until all
--- have ended.

local core = require "luashot.core"
local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"
local watch_descriptor = require "luashot.events.fd_watch"

local watch
local pending = 0

local function tell(done, ...)
  if done == nil then
    return false
  end
  pending = pending - 1
  local results = table.pack(...)
  if done then
    jobs.create(function()
      done(table.unpack(results, 1, results.n))
    end, { name = "save_async" })
  elseif not results[1] then
    failure.add("save_async: " .. results[2])
  end
  return true
end

local function take()
  while tell(core.take_save()) do end
  watch:hold(pending > 0)
end

watch = watch_descriptor(assert(core.saves_fd()), take)

--- Registers one more save.
return function()
  pending = pending + 1
  watch:hold(true)
end
