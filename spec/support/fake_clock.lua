--- Clocks that go when a spec says so, in the place of luashot.clock's.
local clock = require "luashot.schedule.clock"

local fake = {}

---@class spec.fake_clock
local Fake = {}
Fake.__index = Fake

local replaced = { "monotonic", "wall", "timer", "update", "alarm" }

--- Put the clocks in place, while there are no jobs; and stop all jobs before restore().
---@param wall integer what the clock on the wall shows, seconds since the epoch
---@return spec.fake_clock
function fake.install(wall)
  local self = setmetatable({ now = 1000000000, offset = wall - 1, timers = {}, before = {} }, Fake)
  for _, name in ipairs(replaced) do
    self.before[name] = clock[name]
  end
  function clock.monotonic()
    return self.now
  end
  function clock.wall()
    return self.now / 1e9 + self.offset
  end
  function clock.update() end
  function clock.timer()
    local timer = {}
    function timer.start(_, ms, fn)
      self.timers[timer] = { due = self.now + ms * 1000000, fn = fn }
    end
    function timer.stop()
      self.timers[timer] = nil
    end
    timer.close = timer.stop
    return timer
  end
  function clock.alarm(fn)
    self.ring = fn
    return {
      set = function(_, moment)
        self.alarm = moment
      end,
      close = function()
        self.alarm, self.ring = nil, nil
      end,
    }
  end
  return self
end

-- The timer that is due first, the alarm included; and when, on the monotonic clock.
function Fake:first()
  local first, due
  for timer, set in pairs(self.timers) do
    if not due or set.due < due then
      first, due = timer, set.due
    end
  end
  local alarm = self.alarm and math.ceil((self.alarm - self.offset) * 1e9)
  if alarm and (not due or alarm < due) then
    return "alarm", alarm
  end
  return first, due
end

--- Let time pass; what is due runs when it is.
---@param seconds number
function Fake:advance(seconds)
  local stop = self.now + math.floor(seconds * 1e9)
  local first, due = self:first()
  while due and due <= stop do
    self.now = math.max(self.now, due)
    if first == "alarm" then
      self.alarm = nil
      self.ring(false)
    else
      local fn = self.timers[first].fn
      self.timers[first] = nil
      fn()
    end
    first, due = self:first()
  end
  self.now = stop
end

--- Set the clock on the wall, as a user or NTP would.
---@param moment integer seconds since the epoch
function Fake:set_wall(moment)
  self.offset = moment - self.now / 1e9
  if self.ring then
    self.ring(true)
  end
end

--- Let the machine sleep: the clock on the wall goes on, the other does not.
---@param seconds number
function Fake:suspend(seconds)
  self.offset = self.offset + seconds
end

--- Put the real clocks back.
function Fake:restore()
  for _, name in ipairs(replaced) do
    clock[name] = self.before[name]
  end
end

return fake
