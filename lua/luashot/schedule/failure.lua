--- Errors that no other code can catch, because they happen in a job or a callback of the loop.

local traceback = require "luashot.schedule.traceback"
local turn = require "luashot.schedule.turn"

local failure = {
  --- The number of errors since the start.
  count = 0,
}

--- Shows an error; the host and specs may replace it. It must not raise.
---@param text string message and traceback
---@param job luashot.Job|nil whose run it was
function failure.report(text, job)
  local prefix = job and ("luashot: job '%s': "):format(job.name) or "luashot: "
  io.stderr:write(prefix, text, "\n")
end

--- Counts and shows an error. The runner of the loop, which may end with it, checks its condition next.
---@param text string
---@param job luashot.Job|nil
function failure.add(text, job)
  failure.count = failure.count + 1
  failure.report(text, job)
  turn.again()
end

--- Calls `fn`; counts and shows an error of it.
---@param job luashot.Job|nil
---@param fn function
function failure.guard(job, fn, ...)
  local ok, text = traceback.call(fn, ...)
  if not ok then
    failure.add(text, job)
  end
end

return failure
