--- When a job is due: its deadline, the one after it, and what was missed.

local deadline = {}

local CORRECTION <const> = 3 * 3600 -- seconds; a clock set back by more is taken to be another time

--- The deadline after this moment.
---@param job luashot.Job
---@return number|nil
function deadline.next(job)
  if job.queued > 0 then
    return job.time.now()
  elseif not job.thread or job.triggered or not job.deadline then
    return job.deadline
  end
  local now = job.time.now()
  return job.deadline > now and job.deadline or job.follow and job.follow(job.deadline, now)
end

--- Waits for the deadline. When the clock was set since it was worked out, it is worked out anew; what
--- has been run is not run again because of a small correction.
---@param job luashot.Job
---@return boolean waits false: there is none any more
function deadline.aim(job)
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

--- Moves the deadline past a moment.
---@param job luashot.Job
---@param now number
---@return integer due how many runs were due until then
function deadline.pass(job, now)
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

return deadline
