--- What the binding waits with in a job (core.set_waiter), so that other jobs run during a capture.

local clock = require "luashot.schedule.clock"
local core = require "luashot.core"
local jobs = require "luashot.schedule.jobs"
local uv = require "luv"

local NS <const> = 1000000000

local descriptors = {} -- fd -> { handle, jobs, wake }
local waiting = 0 -- how many jobs wait for one
local prepare = uv.new_prepare() -- runs before the loop sleeps, while there are such jobs
prepare:unref()

-- Whether the loop goes on for its sake: not if all who wait are in the background.
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
      descriptor.handle:stop() -- and kept: a handle that closes would keep the loop from sleeping
    end
    waiting = waiting - 1
    if waiting == 0 then
      prepare:stop()
    end
  end
end

-- Lets the jobs look. Returns whether one of them has gone on to something else.
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

-- Before the loop sleeps, everyone looks: somebody else may have read what a job waits for, so that
-- the descriptor stays silent (a connection's replies to two jobs come through one socket), or may
-- have closed it. When a job has gone on, or something was read, that may be so for the others: again.
local function wake_all()
  local all, progress, received = {}, false, core.received()
  for _, descriptor in pairs(descriptors) do
    all[#all + 1] = descriptor
  end
  for _, descriptor in ipairs(all) do
    progress = wake(descriptor) or progress
  end
  if progress then
    uv.stop() -- do not sleep: whoever runs the loop looks whether that was what it waits for
  end
  if progress or core.received() ~= received then
    return wake_all()
  end
end

-- One that nobody waits for any more: lost connections leave theirs, and the next one has another number.
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
  descriptor.poller:add(fd) -- which may be another connection now, of the same number
  descriptor.handle:start("r", descriptor.wake)
  job.descriptor = descriptor
  waiting = waiting + 1
  prepare:start(wake_all)
end

--- Lets the current job wait for a descriptor. It waits in the loop even where it seems to be alone: libuv
--- cannot tell. uv.loop_alive() does not count timers that are due in the same turn, handles that are
--- being closed, nor those that do not keep the loop running.
---@param fd integer -1 for none
---@param seconds number at most; may be math.huge
---@param patience? number for how many seconds the caller would wait in all, this wait and those after it
---@return boolean|nil again true: look, and wait again if there is nothing; false: the time is over;
---  nil: there is no way to wait here, so that blocking is right
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
