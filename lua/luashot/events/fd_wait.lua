--- The waiter of the binding in jobs (core.set_waiter), so that other jobs run during a capture.

local clock = require "luashot.schedule.clock"
local core = require "luashot.core"
local jobs = require "luashot.schedule.jobs"
local turn = require "luashot.schedule.turn"
local uv = require "luashot.luv"

local NS <const> = 1000000000

local descriptors = {} -- fd -> { handle, jobs, wake }
local waiting = 0 -- the number of waiting jobs
local prepare = uv.new_prepare() -- runs before the loop sleeps, while there are such jobs
prepare:unref()

-- Sets whether the descriptor keeps the loop running: not if all waiting jobs are in the background.
local function hold(descriptor)
  for job in pairs(descriptor.jobs) do
    if not job.background then
      descriptor.handle:ref()
      return
    end
  end
  descriptor.handle:unref()
end

local function leave(job)
  jobs.disarm(job)
  local descriptor = job.descriptor
  if descriptor then
    job.descriptor = nil
    descriptor.jobs[job] = nil
    hold(descriptor)
    if not next(descriptor.jobs) then
      descriptor.handle:stop() -- and kept, because a closing handle would keep the loop from sleeping
    end
    waiting = waiting - 1
    if waiting == 0 then
      prepare:stop()
    end
  end
end

-- Wakes the jobs to look. Returns whether one of them has continued.
local function wake(descriptor)
  local list, progress = {}, false
  for job in pairs(descriptor.jobs) do
    list[#list + 1] = job
  end
  for _, job in ipairs(list) do
    if job.descriptor == descriptor then
      jobs.wake(job, true)
      progress = progress or not job.descriptor
    end
  end
  return progress
end

-- Before the loop sleeps, every job looks. Another job may have read the data that this one waits for, so
-- that the descriptor stays silent (the replies for two jobs come through one socket), or may have closed it.
-- If a job has continued or read data, the others look again.
local function wake_all()
  local all, progress, received = {}, false, core.received()
  for _, descriptor in pairs(descriptors) do
    all[#all + 1] = descriptor
  end
  for _, descriptor in ipairs(all) do
    progress = wake(descriptor) or progress
  end
  if progress then
    turn.again() -- so that the runner of the loop checks its condition before it sleeps
  end
  if progress or core.received() ~= received then
    return wake_all()
  end
end

-- Takes a descriptor without waiting jobs: lost connections leave theirs, and the next connection has another
-- number.
local function take_idle()
  for fd, descriptor in pairs(descriptors) do
    if not next(descriptor.jobs) then
      descriptors[fd] = nil
      descriptor.poller:remove(fd)
      return descriptor
    end
  end
end

local function new()
  local poller = assert(core.poller())
  local descriptor = { poller = poller, handle = assert(uv.new_poll(poller:fd())), jobs = {} }
  function descriptor.wake()
    wake(descriptor)
  end
  return descriptor
end

-- Several jobs may wait for one descriptor.
local function enter(job, fd)
  local descriptor = descriptors[fd] or take_idle() or new()
  descriptors[fd] = descriptor
  descriptor.jobs[job] = true
  hold(descriptor)
  descriptor.poller:add(fd) -- which may now be another connection of the same number
  descriptor.handle:start("r", descriptor.wake)
  job.descriptor = descriptor
  waiting = waiting + 1
  prepare:start(wake_all)
end

--- Makes the current job wait for a descriptor. It waits in the loop even if it seems to be alone, because
--- libuv cannot tell: uv.loop_alive() counts neither timers that are due in the same turn, nor closing
--- handles, nor handles that do not keep the loop running.
---@param fd integer -1 for none
---@param seconds number at most; may be math.huge
---@param patience? number for how many seconds the caller would wait in all, this wait and those after it
---@return boolean|nil again true: look, and wait again if there is nothing; false: the time is over;
---  nil: waiting is impossible here, so block
return function(fd, seconds, patience)
  local job = jobs.current()
  if not job or not jobs.can_wait(job) then
    return nil
  end
  if fd >= 0 then
    enter(job, fd)
  end
  if seconds < math.huge then
    jobs.arm(job, clock.monotonic() + math.floor(math.min(seconds, 1e9) * NS), function()
      jobs.wake(job, false)
    end)
  end
  return (jobs.park(job, leave, (patience or seconds) == math.huge and math.huge or nil))
end
