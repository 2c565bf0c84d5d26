--- Chooses the messages that a host sends again because no collector has confirmed them. Most of them only wait
--- behind those of other hosts: if every host sent all of its messages again, that queue would grow faster than a
--- collector empties it. So a host sends again
---   * what a later message has overtaken: brokers keep the order, so that it has got lost;
---   * after a silence the oldest message; after the next one twice as many when that has helped, and else the oldest
---     again, after a silence twice as long.

local SILENCE <const> = 30 -- seconds without a confirmation
local LONGEST <const> = 480 -- seconds

---@class luashot.fleet.Repeats
local Repeats = { __name = "luashot.fleet.Repeats" }
Repeats.__index = Repeats

--- Starts again for a new collector, which gets the whole flight.
---@param now number seconds
function Repeats:reset(now)
  self.heard, self.pause, self.burst, self.has_asked = now, SILENCE, 1, false
  self.turns = setmetatable({}, { __mode = "k" }) -- of each entry, when it was first sent
end

--- Notes that a message goes to the broker, for the first time or again.
---@param entry table
function Repeats:sent(entry)
  self.turn = self.turn + 1
  if not self.turns[entry] then
    self.turns[entry] = self.turn
  end
end

--- Notes that a collector has confirmed messages, which leave the flight.
---@param entries table[]
---@param now number seconds
function Repeats:confirmed(entries, now)
  for _, entry in ipairs(entries) do
    local kind, turn = entry.message.kind, self.turns[entry] or 0
    self.last[kind] = math.max(self.last[kind] or 0, turn)
    self.turns[entry] = nil
  end
  if #entries > 0 then
    self.burst = self.has_asked and 2 * self.burst or 1
    self.heard, self.pause, self.has_asked = now, SILENCE, false
  end
end

--- Lists the messages to send again now, the oldest first.
---@param flight table[] messages that no collector has confirmed, in their order
---@param now number seconds
---@return table[]
function Repeats:due(flight, now)
  local is_silent = #flight > 0 and now - self.heard >= self.pause
  if is_silent then
    self.burst = self.has_asked and 1 or self.burst
    self.heard, self.pause, self.has_asked = now, math.min(2 * self.pause, LONGEST), true
  end
  local due = {}
  for i, entry in ipairs(flight) do
    -- Pictures and events do not overtake each other: nats-server has a queue for each.
    local is_overtaken = self.turns[entry] and self.turns[entry] < (self.last[entry.message.kind] or 0)
    if is_overtaken then
      self.turns[entry] = nil
    end
    if is_overtaken or is_silent and i <= self.burst then
      due[#due + 1] = entry
    end
  end
  return due
end

--- Makes one.
---@param now number seconds
---@return luashot.fleet.Repeats
return function(now)
  local self = setmetatable({ turn = 0, last = {} }, Repeats)
  self:reset(now)
  return self
end
