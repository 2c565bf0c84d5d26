--- display:on_lost: reconnects a lost display, and continues the jobs that wait for it.

local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"
local readable = require "luashot.events.fd_wait"
local schedule = require "luashot.schedule"

local lost = {}

local FIRST <const>, LAST <const> = 0.1, 5 -- seconds between two attempts, doubled each time

local guards = setmetatable({}, { __mode = "k" }) -- display -> the job that reconnects it
local waiting = {} -- job -> the display whose return it waits for

-- Waits until the connection is lost, and returns the reason; nil when the display is closed.
local function await_loss(display)
  while true do
    local open, alive, why = pcall(display.poll, display)
    if not open then
      return nil
    elseif not alive then
      return why
    end
    readable(display:fd(), math.huge)
  end
end

-- Tries until the display is connected again. Returns false when the display was closed meanwhile.
local function connect(display, first, last)
  local pause = first
  while true do
    schedule.sleep(pause) -- first, so that every job has noticed
    local open, connected = pcall(display.reconnect, display)
    if not open or connected then
      return open
    end
    pause = math.min(2 * pause, last)
  end
end

local function wake(display)
  local list = {}
  for job, what in pairs(waiting) do
    if what == display then
      list[#list + 1] = job
    end
  end
  for _, job in ipairs(list) do
    jobs.wake(job, true)
  end
end

--- Makes the current job wait until a lost connection is restored.
---@param display luashot.Display
---@return boolean is_back false when no on_lost restores the connection
function lost.await(display)
  local job = jobs.current()
  local guard = guards[display]
  if not guard or guard.stopped or not job or not jobs.can_wait(job) then
    return false
  end
  waiting[job] = display
  -- The guard may not have noticed yet. Until it tries to connect, this timer keeps the loop running.
  jobs.arm(job, math.maxinteger, function() end)
  jobs.park(job, function()
    jobs.disarm(job)
    waiting[job] = nil
  end, math.huge)
  return true
end

--- Restores the connection of a display whenever it is lost.
---@param display luashot.Display
---@param fn fun(why: string) called when the connection is lost
---@param given? { on_back?: fun(), first?: number|string, last?: number|string } `on_back` is called
---  when it is there again; `first` and `last`: the shortest and longest pause between two attempts
---@return luashot.Job job of which `runs` is 1, and `losses` counts; it does not keep the loop running
function lost.on_lost(display, fn, given)
  core.check_options(given, { "on_back", "first", "last" })
  if type(fn) ~= "function" then
    error(("bad argument #1 to 'on_lost' (function expected, got %s)"):format(type(fn)), 2)
  end
  given = given or {}
  local first = given.first and duration.option(given.first, "first", 2) or FIRST
  local last = given.last and duration.option(given.last, "last", 2) or LAST
  if given.on_back ~= nil and type(given.on_back) ~= "function" then
    error(("option 'on_back': a function expected, got %s"):format(type(given.on_back)), 2)
  end
  local job
  job = jobs.create(function()
    while true do
      local why = await_loss(display)
      if not why then
        return
      end
      job.losses = job.losses + 1
      job.background = false -- the loop must now wait for the server
      failure.guard(jobs.current(), fn, why)
      if not connect(display, first, last) then
        return
      end
      job.background = true
      if given.on_back then
        failure.guard(jobs.current(), given.on_back)
      end
      wake(display)
    end
  end, { name = "on_lost", deadline = 0 })
  job.losses, job.background, job.endless = 0, true, true
  guards[display] = job
  return job
end

return lost
