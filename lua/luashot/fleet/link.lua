--- A link to a broker: a connection that is made again whenever it ends, driven by the loop.

local brokers = require "luashot.fleet.broker"
local core = require "luashot.core"
local failure = require "luashot.schedule.failure"
local uv = require "luashot.luv"
local watch_descriptor = require "luashot.events.fd_watch"

local FIRST <const>, LONGEST <const> = 0.5, 30 -- seconds between two attempts
local PATIENCE <const> = 30 -- seconds for the broker's answer to one
local TURN <const> = 5e6 -- ns of events, after which the loop serves others
local AGAIN <const> = 10 -- seconds until a refused subscription is tried again
local KEEPALIVE <const> = 30 -- seconds of silence after which both sides check the connection

---@class luashot.fleet.Link
---@field is_open boolean
---@field version integer of MQTT, as the broker took it: 4 (3.1.1) or 5
---@field message string|nil why there is no connection
local Link = { __name = "luashot.fleet.Link" }
Link.__index = Link

-- A timer of 0 ms that its own function starts is due again in the same turn of libuv 1.44.
local function call_in(self, seconds, fn)
  self.timer:start(math.max(1, math.ceil(seconds * 1000)), 0, function()
    failure.guard(nil, fn, self)
  end)
end

local function drop(self)
  if self.watch then
    self.watch:stop()
    self.watch = nil
  end
  if self.connection then
    self.connection:close()
    self.connection = nil
  end
  self.timer:stop()
end

-- Reports each new reason once, so that a broker that is away for a night does not fill the journal.
local function complain(self, message)
  if message ~= self.message then
    self.message = message
    self.on.trouble(message)
  end
end

local connect -- forward

local function try_again(self, message, code)
  local was_open = self.is_open
  self.is_open = false
  drop(self)
  if code == "EVERSION" and not self.fixed_version and self.version == 5 then
    self.version = 4
    return connect(self)
  end
  complain(self, message)
  if was_open then
    self.on.lost(message, code)
  end
  if self.connection or self.is_over then -- the callee has acted
    return
  end
  -- Hosts of one site lose their broker at the same time; random pauses spread their attempts.
  call_in(self, self.pause * (0.5 + math.random() / 2), connect)
  self.pause = math.min(self.pause * 2, LONGEST)
end

local function subscribe(self, filter)
  local mid = self.connection:subscribe(filter)
  if mid then
    self.asked[mid] = filter
  end
end

-- A broker refuses topics that its rules forbid, and nats-server also those that it cannot process in time.
local function refused(self, filter, message)
  if not self.told[filter] then
    self.told[filter] = true
    self.on.trouble(("%s (%s)"):format(message, filter))
  end
  table.insert(self.refused, filter)
  if not self.again:is_active() then
    self.again:start(AGAIN * 1000, 0, function()
      local filters = self.refused
      self.refused = {}
      for _, one in ipairs(self.is_open and filters or {}) do
        failure.guard(nil, subscribe, self, one)
      end
    end)
  end
end

local EVENTS <const> = {
  open = function(self)
    self.is_open, self.pause, self.message = true, FIRST, nil
    self.asked, self.refused = {}, {}
    for _, filter in ipairs(self.filters) do
      subscribe(self, filter)
    end
    self.on.open()
  end,
  done = function(self, mid, message, code)
    local filter = self.asked[mid]
    self.asked[mid] = nil
    if not filter then
      self.on.done(mid, message, code)
    elseif message then
      refused(self, filter, message)
    end
  end,
  message = function(self, message)
    self.on.message(message)
  end,
  ["end"] = function(self, message, code)
    try_again(self, message, code)
  end,
}

-- Runs the connection, and passes its events to the functions of `on`, which may close the link or publish.
local function run(self)
  local connection = self.connection
  if not connection then
    return
  end
  local stop = uv.hrtime() + TURN
  local seconds
  repeat
    seconds = connection:run()
    local kind, first, second, third = connection:take()
    while kind do
      EVENTS[kind](self, first, second, third)
      if self.connection ~= connection then
        return
      end
      kind = nil
      if uv.hrtime() < stop then
        kind, first, second, third = connection:take()
      end
    end
  until seconds ~= 0 or uv.hrtime() >= stop
  if not self.is_open and uv.hrtime() > self.give_up then
    try_again(self, "the broker does not answer", "ETIMEDOUT")
  else
    call_in(self, math.min(seconds or PATIENCE, self.is_open and math.huge or PATIENCE), run)
  end
end

local function open(self)
  local password, why = brokers.password(self.broker)
  if why then
    return nil, why, "EACCES"
  end
  return core.mqtt_open {
    host = self.broker.host, port = self.broker.port, user = self.broker.user, password = password,
    encrypted = self.broker.encrypted, ca = self.broker.ca, certificate = self.broker.certificate,
    key = self.broker.key, id = self.id, version = self.version, expiry = self.expiry, keepalive = KEEPALIVE,
    largest = self.largest, will_topic = self.will and self.will.topic, will = self.will and self.will.payload,
  }
end

local function adopt(self, connection)
  self.connection = connection
  self.give_up = uv.hrtime() + PATIENCE * 1e9
  self.watch = watch_descriptor(connection:fd(), function() run(self) end)
  self.watch:hold(true)
  call_in(self, PATIENCE, run) -- not at once: the maker of a link does not have it yet
end

function connect(self)
  local connection, message, code = open(self)
  if not connection then
    return try_again(self, message, code)
  end
  adopt(self, connection)
end

--- Publishes a message.
---@param topic string
---@param payload string
---@param options? table quality, retained, content_type, correlation, properties
---@return integer|nil mid which `on.done` gets
---@return string? message
---@return string? code
function Link:publish(topic, payload, options)
  if not self.is_open then
    return nil, "there is no connection to the broker", "ELOST"
  end
  return self.connection:send(topic, payload, options)
end

--- Gets the messages of the topics that `filter` matches, from now on and after each new connection, where the filters
--- keep their order.
---@param filter string
function Link:subscribe(filter)
  table.insert(self.filters, filter)
  if self.is_open then
    subscribe(self, filter)
  end
end

--- Leaves the broker, which publishes no will; waiting messages get `seconds` to be sent.
---@param seconds number
function Link:close(seconds)
  if self.is_over then
    return
  end
  self.is_over = true
  if self.is_open then
    self.is_open = false
    self.connection:leave()
    local deadline = uv.hrtime() + seconds * 1e9
    while self.connection:is_sending() and uv.hrtime() < deadline do
      self.connection:run()
      uv.sleep(1)
    end
  end
  drop(self)
  self.timer:close()
  self.again:close()
end

--- Makes a link and begins to connect. `on` has functions that are called in the loop: open(), lost(message,
--- code), message(table), done(mid, message, code), trouble(message).
--- A message of more than `largest` bytes is dropped; with MQTT 5 the broker is asked to send none.
---@param options { broker: table, id?: string, expiry?: integer, largest?: integer, will?: table, on: table }
---@return luashot.fleet.Link|nil
---@return string? message
---@return string? code
return function(options)
  if not core.mqtt_open then
    return core.fail("this luashot was built without fleets (configure it with -DLUASHOT_MQTT=ON)", "ENOTSUP")
  end
  local self = setmetatable({
    broker = options.broker, id = options.id, expiry = options.expiry, largest = options.largest, will = options.will,
    on = options.on,
    version = options.broker.version or 5, fixed_version = options.broker.version ~= nil,
    filters = {}, asked = {}, refused = {}, is_open = false, is_over = false, pause = FIRST, timer = uv.new_timer(),
    told = {}, again = uv.new_timer(),
  }, Link)
  local connection, message, code = open(self) -- fails at once for wrong files and a missing library
  if not connection then
    self.timer:close()
    self.again:close()
    return core.fail(message, code)
  end
  adopt(self, connection)
  return self
end
