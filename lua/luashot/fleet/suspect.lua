--- Finds the message at which a broker ends the connection. A broker of MQTT 3.1.1 can say in no other way that a
--- message is too large; sent again and again, it would keep all others from the broker. When the same message is the
--- oldest without an acknowledgment at the end of two connections, the next ones carry one message at a time. A large
--- message with which eight of these end is guilty.

local LARGE <const> = 65536 -- bytes; brokers take smaller messages
local FALLS <const> = 8 -- a bad network may end some with the same message

---@class luashot.fleet.Suspect
---@field alone table|nil the only message that may be on its way now
---@field is_careful boolean whether the next connection has to carry one message at a time
local Suspect = { __name = "luashot.fleet.Suspect" }
Suspect.__index = Suspect

local function oldest(flight, by_mid)
  for _, entry in ipairs(flight) do
    if entry.mid and by_mid[entry.mid] == entry then
      return entry
    end
  end
end

--- The connection has ended. Returns the message that is guilty.
---@param flight table[] the messages, in their order
---@param by_mid table<integer, table> those of them that were sent and not acknowledged
---@return table|nil
function Suspect:lost(flight, by_mid)
  local last = self.last
  self.last = oldest(flight, by_mid)
  if self.last and self.last == self.alone and self.last.size >= LARGE then
    self.last.falls = (self.last.falls or 0) + 1
  end
  self.is_careful = self.last ~= nil and (self.last == last or self.alone ~= nil)
  self.alone = nil
  return self.last and (self.last.falls or 0) >= FALLS and self.last or nil
end

--- Chooses the message that goes alone now, the first that has not been sent on this connection. None is left: the
--- messages go together again.
---@param flight table[]
---@return table|nil
function Suspect:choose(flight)
  self.alone = nil
  for _, entry in ipairs(self.is_careful and flight or {}) do
    if not entry.mid then
      self.alone = entry
      return entry
    end
  end
  self.is_careful = false
end

---@return luashot.fleet.Suspect
return function()
  return setmetatable({ is_careful = false }, Suspect)
end
