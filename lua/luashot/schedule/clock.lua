--- The two clocks of jobs, and their timers. Deadlines are in a clock's own unit. Specs replace these
--- functions.

local core = require "luashot.core"

local clock = {}

local NS <const> = 1000000000
local TICK <const> = 0.01 -- seconds that os.time() and os.date() may lag behind this clock

-- luv takes longer to load than everything else, so it is loaded at the first wait.
local uv = setmetatable({}, {
  __index = function(_, name)
    return require("luashot.luv")[name]
  end,
})

--- The monotonic clock, which stands still while the machine sleeps.
---@return integer ns
function clock.monotonic()
  return core.monotonic()
end

--- The wall clock.
---@return number seconds since the epoch
function clock.wall()
  return core.wall()
end

---@return luashot.schedule.Timer
function clock.timer()
  return require "luashot.schedule.timer"()
end

--- Updates the loop's time, from which a timer's milliseconds count.
function clock.update()
  uv.update_time()
end

---@class luashot.Clock
---@field second integer|number one second
---@field now fun(): number
---@field changes fun(): integer counts how often it was set
---@field arm fun(job: luashot.Job, deadline: number, fn: fun()) also calls fn when the clock is set
---@field disarm fun(job: luashot.Job) for good
---@field to_wall fun(deadline: number): number seconds since the epoch

--- The clock of jobs that run after a time.
---@type luashot.Clock
clock.steady = {
  second = NS,
  now = function()
    return clock.monotonic()
  end,
  changes = function()
    return 0
  end,
  arm = function(job, deadline, fn)
    job.timer = job.timer or clock.timer()
    clock.update()
    local left = (deadline - clock.monotonic() + 999999) // 1000000
    job.timer:start(left > 0 and left or 0, fn)
  end,
  disarm = function(job)
    if job.timer then
      job.timer:stop()
    end
  end,
  to_wall = function(deadline)
    return clock.wall() + (deadline - clock.monotonic()) / NS
  end,
}

local followers = {} -- jobs of the wall clock, as keys
local aims = {} -- job -> { deadline, fn }, for waiting jobs
local changes = 0
local alarm -- the timer for all of them; it also exists while they run, to notice that the clock is set
local set_for -- its time

local ZONE <const> = "/etc/localtime"

-- Calls `fn` when the system's time zone changes. That replaces a file, so this watches its folder.
local function watch_zone(fn)
  local folder, name = ZONE:match "^(.*)/(.*)$"
  local event = uv.new_fs_event()
  local ok = event:start(folder, {}, function(_, changed)
    if changed == name then
      fn()
    end
  end)
  if not ok then -- as in a sandbox
    event:close()
    return nil
  end
  event:unref()
  return event
end

--- Makes the alarm of the wall clock.
---@param fn fun(was_set: boolean) called when the time has come, or the clock or its zone was set
---@return table alarm set(seconds or nil): for when; it keeps the loop running while it is set. close()
function clock.alarm(fn)
  local timer = assert(core.wall_timer())
  local watch = require "luashot.events.fd_watch"(timer:fd(), function()
    fn(timer:read())
  end)
  local zone = watch_zone(function()
    fn(true)
  end)
  return {
    set = function(_, seconds)
      timer:set(seconds and seconds + TICK)
      watch:hold(seconds ~= nil)
    end,
    close = function()
      watch:stop()
      timer:close()
      if zone then
        zone:close()
      end
    end,
  }
end

local function earliest()
  local first
  for _, aim in pairs(aims) do
    first = first and math.min(first, aim.deadline) or aim.deadline
  end
  return first
end

local function set_alarm(moment)
  set_for = moment
  alarm:set(moment)
end

local function ring(was_set)
  changes = changes + (was_set and 1 or 0)
  local now, due = clock.wall(), {}
  for _, aim in pairs(aims) do
    if was_set or aim.deadline <= now then
      due[#due + 1] = aim
    end
  end
  table.sort(due, function(a, b)
    return a.deadline < b.deadline
  end)
  set_for = -math.huge -- no need to set it for each of these
  for _, aim in ipairs(due) do
    if aims[aim.job] == aim then
      aims[aim.job] = nil
      aim.fn()
    end
  end
  if alarm then
    set_alarm(earliest())
  end
end

--- Notifies the jobs of the wall clock that its time zone may have changed.
function clock.note_zone()
  if alarm then
    ring(true)
  end
end

--- The clock of jobs that run at a time of the wall clock. Deadlines are seconds since the epoch.
---@type luashot.Clock
clock.of_wall = {
  second = 1,
  now = function()
    return clock.wall()
  end,
  changes = function()
    return changes
  end,
  arm = function(job, deadline, fn)
    alarm = alarm or clock.alarm(ring)
    followers[job] = true
    aims[job] = { job = job, deadline = deadline, fn = fn }
    if not set_for or deadline < set_for then
      set_alarm(deadline)
    end
  end,
  disarm = function(job)
    aims[job], followers[job] = nil, nil
    if alarm and not next(followers) then
      alarm:close()
      alarm, set_for = nil, nil
    elseif alarm and not next(aims) then
      set_alarm(nil)
    end
  end,
  to_wall = function(deadline)
    return deadline
  end,
}

return clock
