--- The outbox of a host: messages on their way to the broker. A few are in flight, in memory, and are sent again
--- on each new connection until the broker acknowledges them; the others wait in a spool, in their order. A
--- message is safe when the broker has acknowledged it, or when it is in the spool. With `confirm`, a message
--- stays in the spool until a collector has confirmed it: the broker's word is not enough.

local failure = require "luashot.schedule.failure"
local messages = require "luashot.fleet.message"
local new_repeats = require "luashot.fleet.repeats"
local new_suspect = require "luashot.fleet.suspect"
local spools = require "luashot.fleet.spool"
local uv = require "luashot.luv"

local TICK <const> = 7500 -- ms between two checks for messages that no collector has confirmed
local PATIENCE <const> = 250 -- ms; a message that is not acknowledged by then goes to the spool, too

---@class luashot.fleet.Outbox
---@field is_ready boolean whether the broker (with `confirm`, a collector) takes messages
---@field ask fun() asks for a collector, as long as none has answered
local Outbox = { __name = "luashot.fleet.Outbox" }
Outbox.__index = Outbox

local function settle(entry, ...)
  local done = entry.done
  if done then
    entry.done = nil
    done(...)
  end
end

local function leave_flight(self, entry)
  for i, one in ipairs(self.flight) do
    if one == entry then
      table.remove(self.flight, i)
      break
    end
  end
  if entry.mid then
    self.by_mid[entry.mid] = nil
  end
  if entry.file then
    self.spool:remove(entry.file)
    entry.file = nil
  end
  entry.is_over = true
end

-- Gives up a message that can never be sent.
local function refuse(self, entry, message, code)
  self.stats.refused = self.stats.refused + 1
  leave_flight(self, entry)
  if entry.done then
    settle(entry, nil, message, code)
  else
    failure.add(("fleet: message %s is lost: %s"):format(entry.id, message))
  end
end

local function send(self, entry)
  local suspect, link = self.suspect, self.link
  if suspect.is_careful and entry ~= suspect.alone then
    return
  end
  local payload, options = messages.wire(entry.message, link.version)
  entry.size = #payload
  local mid, message, code = link:publish(entry.message.topic, payload, options)
  if mid then
    entry.mid = mid
    self.by_mid[mid] = entry
    self.stats.sent = self.stats.sent + 1
    if self.repeats then
      self.repeats:sent(entry)
    end
  elseif code ~= "ELOST" then
    refuse(self, entry, message, code)
  end
end

-- Sends the next message alone, as long as messages have to go one at a time.
local function send_alone(self)
  local entry = self.suspect:choose(self.flight)
  while entry do
    send(self, entry)
    entry = entry.is_over and self.suspect:choose(self.flight) or nil -- one that was refused at once
  end
end

-- Sends the next one after `entry`, or after one that a collector has confirmed before the broker.
local function go_on(self, entry)
  local alone = self.suspect.alone
  if alone and (alone == entry or alone.is_over) then
    send_alone(self)
  end
end

local function expire(self)
  local oldest = self.age and uv.gettimeofday() - self.age
  local entry = oldest and self.spool:after(self.cursor)
  while entry and entry.time < oldest do
    self.stats.expired = self.stats.expired + 1
    self.spool:remove(entry)
    entry = self.spool:after(self.cursor)
  end
end

-- Takes a message out of the spool into the flight; it stays on the disk until it is acknowledged.
local function load(self, file)
  self.cursor = file.number
  local text, why = self.spool:read(file)
  local message = text and messages.unpack(text)
  if not message then
    self.stats.damaged = self.stats.damaged + 1
    self.spool:remove(file)
    failure.add(("fleet: message %s of the spool is damaged: %s"):format(file.id, why or "no message"))
    return
  end
  local entry = { number = file.number, id = file.id, message = message, file = file }
  self.flight[#self.flight + 1] = entry
  send(self, entry)
end

-- Fills the flight from the spool.
local function pump(self)
  if not self.spool then
    return
  end
  expire(self)
  while self.is_ready and #self.flight < self.window do
    local file = self.spool:after(self.cursor)
    if not file then
      break
    end
    load(self, file)
  end
end

local function make_room(self, size)
  while self.full == "drop" and not self.spool:has_room(size) do
    local oldest = self.spool:after(self.cursor)
    if not oldest then
      break
    end
    self.stats.dropped = self.stats.dropped + 1
    self.spool:remove(oldest)
  end
end

-- Writes a message to the spool.
local function store(self, entry)
  if entry.file or entry.is_storing then
    return
  end
  local text = messages.pack(entry.message)
  make_room(self, #text)
  entry.is_storing = true
  self.storing = self.storing + 1
  self.spool:write(entry.number, entry.id, text, function(file, message, code)
    entry.is_storing = false
    self.storing = self.storing - 1
    if entry.is_over then
      if file then
        self.spool:remove(file)
      end
    elseif file then
      entry.file = file
      self.stats.spooled = self.stats.spooled + 1
      settle(entry, true)
    elseif not (entry.mid and self.is_ready) then -- else the broker may still take it
      refuse(self, entry, message, code)
    end
    pump(self)
  end)
end

-- Whether messages wait that come before a new one.
local function is_behind(self)
  return self.spool:is_busy() or self.spool:after(self.cursor) ~= nil
end

local function seconds()
  return uv.hrtime() / 1e9
end

-- A collector's answer can get lost, and so can messages to it: asks again, or sends messages again.
local function look_after(self)
  if not self.is_ready then
    return self.ask()
  end
  for _, entry in ipairs(self.repeats:due(self.flight, seconds())) do
    if self.is_ready then
      send(self, entry)
    end
  end
end

-- Stores messages that the broker has not acknowledged in time.
local function watch(self)
  self.timer:start(PATIENCE, PATIENCE, function()
    failure.guard(nil, function()
      local is_waiting = false
      for _, entry in ipairs(self.flight) do
        if not entry.file and entry.is_late then
          store(self, entry)
        end
        is_waiting = is_waiting or not entry.file
        entry.is_late = true
      end
      if not is_waiting then
        self.timer:stop()
      end
    end)
  end)
end

--- Whether one more message has room now.
---@return boolean|nil has_room
---@return string? message
---@return string? code
function Outbox:has_room()
  if not self.spool and #self.flight >= self.window then
    return nil, ("%d messages already wait for the broker, and there is no spool"):format(#self.flight), "EBUSY"
  elseif self.spool and self.full ~= "drop" and not self.spool:has_room(0) and (not self.is_ready
    or is_behind(self)) then
    return nil, ("the spool %s is full: %d of %d bytes wait"):format(self.spool.folder, self.spool.bytes,
      self.spool.limit), "EBUSY"
  end
  return true
end

--- Takes a message. Calls done(true) when it is safe (without a spool: at once), or done(nil, message, code).
---@param message luashot.fleet.Message
---@param done fun(ok: true|nil, message?: string, code?: string)
function Outbox:put(message, done)
  local has_room, why, code = self:has_room()
  if not has_room then
    self.stats.refused = self.stats.refused + 1
    return done(nil, why, code)
  end
  self.stats.accepted = self.stats.accepted + 1
  local entry = { id = message.meta.id, message = message, done = done }
  if not self.spool then
    self.flight[#self.flight + 1] = entry
    settle(entry, true)
    return send(self, entry)
  end
  entry.number = self.spool:allot()
  if not self.is_ready or #self.flight >= self.window or is_behind(self) then
    return store(self, entry)
  end
  self.cursor = entry.number
  self.flight[#self.flight + 1] = entry
  send(self, entry)
  if self.confirm then
    store(self, entry)
  elseif not self.timer:is_active() then
    watch(self)
  end
end

-- Finishes a message that the broker (with `confirm`, a collector) has.
local function finish(self, entry)
  self.stats.acknowledged = self.stats.acknowledged + 1
  leave_flight(self, entry)
  settle(entry, true)
end

--- The broker has taken a message, or refused it.
---@param mid integer
---@param message? string
---@param code? string
function Outbox:done(mid, message, code)
  local entry = self.by_mid[mid]
  self.by_mid[mid] = nil
  if not entry then
    return
  elseif message then
    refuse(self, entry, message, code)
  elseif not self.confirm then
    finish(self, entry)
  end
  pump(self)
  go_on(self, entry)
end

--- A collector has stored the messages of these ids.
---@param ids any[]
function Outbox:confirmed(ids)
  local is_meant = {}
  for _, id in ipairs(ids) do
    is_meant[id] = true
  end
  local stored = {}
  for _, entry in ipairs(self.flight) do
    if is_meant[entry.id] then
      stored[#stored + 1] = entry
    end
  end
  self.repeats:confirmed(stored, seconds())
  for _, entry in ipairs(stored) do
    finish(self, entry)
  end
  pump(self)
  go_on(self)
end

--- The broker (with `confirm`, a collector) takes messages now: sends those in flight again, in order, then the
--- others.
function Outbox:opened()
  self.is_ready, self.by_mid = true, {}
  if self.repeats then
    self.repeats:reset(seconds())
  end
  self.suspect.alone = nil
  for _, entry in ipairs({ table.unpack(self.flight) }) do
    entry.mid = nil
    send(self, entry)
  end
  pump(self)
  if self.suspect.is_careful then
    send_alone(self)
  end
end

-- Gives up a message with which the broker ends each connection. In MQTT 5 brokers say what they do not take.
local function find_guilty(self)
  local guilty = self.is_ready and self.link.version == 4 and self.suspect:lost(self.flight, self.by_mid)
  if guilty then
    refuse(self, guilty, ("the broker has ended each connection on which it came, perhaps because of its %d bytes")
      :format(guilty.size), "EFBIG")
  end
end

--- The connection has ended.
function Outbox:lost()
  find_guilty(self)
  self.is_ready, self.by_mid = false, {}
  for _, entry in ipairs({ table.unpack(self.flight) }) do
    entry.mid = nil
    if self.spool then
      store(self, entry)
    end
  end
end

--- Whether messages in flight would be lost with this process.
function Outbox:is_busy()
  if self.spool and self.storing > 0 then
    return true
  end
  for _, entry in ipairs(self.flight) do
    if not entry.file then
      return true
    end
  end
  return false
end

--- The number of messages that the broker has not acknowledged.
function Outbox:waiting()
  return #self.flight + (self.spool and self.spool:count_after(self.cursor) or 0)
end

--- Ends it.
function Outbox:close()
  self.timer:close()
  if self.spool then
    self.spool:close()
  end
end

--- Makes an outbox.
---@param options { window: integer, spool?: string, bytes?: integer, age?: number, full?: string, confirm?: boolean }
---@return luashot.fleet.Outbox|nil
---@return string? message
---@return string? code
return function(options)
  local spool, message, code
  if options.spool then
    spool, message, code = spools(options.spool, options.bytes)
    if not spool then
      return nil, message, code
    end
  end
  local self = setmetatable({
    window = options.window, spool = spool, age = options.age, full = options.full, confirm = options.confirm,
    suspect = new_suspect(), is_ready = false, ask = function() end, flight = {}, by_mid = {}, cursor = 0, storing = 0,
    timer = uv.new_timer(),
    stats = {
      accepted = 0, sent = 0, acknowledged = 0, spooled = 0, refused = 0, expired = 0, dropped = 0, damaged = 0,
    },
  }, Outbox)
  if self.confirm then
    self.repeats = new_repeats(seconds())
    self.timer:start(TICK, TICK, function()
      failure.guard(nil, look_after, self)
    end)
    self.timer:unref()
  end
  return self
end
