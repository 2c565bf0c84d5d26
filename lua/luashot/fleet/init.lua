--- luashot.fleet: a host that sends its pictures and events to an MQTT broker, and takes commands from it.

local await = require "luashot.schedule.await"
local check = require "luashot.fleet.options"
local core = require "luashot.core"
local discovery = require "luashot.fleet.discovery"
local failure = require "luashot.schedule.failure"
local handlers = require "luashot.fleet.handlers"
local jobs = require "luashot.schedule.jobs"
local json = require "luashot.json"
local messages = require "luashot.fleet.message"
local new_commands = require "luashot.fleet.commands"
local new_link = require "luashot.fleet.link"
local new_outbox = require "luashot.fleet.outbox"
local schedule = require "luashot.schedule"
local topics = require "luashot.fleet.topics"

local LARGEST <const> = 2 << 20 -- bytes of a packet from the broker: a command has half of them at most
local PARTING <const> = 2 -- seconds that close() waits for the broker
local NS <const> = 1000000000

---@class luashot.Fleet
---@field host string
---@field groups string[]
local Fleet = { __name = "luashot.Fleet" }
Fleet.__index = Fleet

-- --- What the broker keeps ----------------------------------------------------------------------

-- Publishes a retained message of this host, now and after each new connection.
local function show(self, topic, payload, options)
  options = options or {}
  options.retained = true
  self.board[topic] = { payload, options }
  self.link:publish(topic, payload, options)
end

local function topic_of(self, ...)
  return topics.of_host(self.root, self.host, ...)
end

local function show_state(self)
  local list = schedule.jobs()
  show(self, topic_of(self, "state"), json.encode {
    host = self.host, groups = self.groups, time = os.time(), version = core.version, heartbeat = self.heartbeat,
    run = self.run, stats = self:stats(), jobs = #list, pictures = next(self.pictures) and self.pictures or nil,
    commands = self.commands:names(),
  })
end

local function show_discovery(self)
  if self.discovery then
    for _, message in ipairs(discovery(self, self.commands.handlers.picture ~= nil)) do
      show(self, message.topic, message.payload)
    end
  end
end

-- --- Sending ------------------------------------------------------------------------------------

local function can_wait()
  local job = jobs.current()
  return job and jobs.can_wait(job)
end

-- Waits for start(done) where the caller can; else it returns at once, and failures are reported.
local function wait(start)
  if can_wait() then
    return await(start)
  end
  start(function(ok, message)
    if not ok then
      failure.add("fleet: " .. message)
    end
  end)
  return true
end

local function stamp(self, name, time)
  self.sequence = self.sequence + 1
  return {
    id = ("%s-%d"):format(self.run, self.sequence), sequence = self.sequence, run = self.run, host = self.host,
    name = name, time = time,
  }
end

local function put(self, message)
  local ok, why, code = wait(function(done)
    self.outbox:put(message, done)
  end)
  if not ok then
    return core.fail(why, code)
  end
  return message.meta.id
end

local function encode(frame, format, options)
  return await(function(done)
    local accepted, why, code = frame:encode_async(format, options, done)
    if not accepted then
      done(nil, why, code)
    end
  end)
end

local function place_of(frame)
  return ("%dx%d%+d%+d"):format(frame.width, frame.height, frame.x, frame.y)
end

-- Publishes a still, at most once in `still_every` seconds, so that it costs little beside the pictures.
local function show_still(self, frame, name, meta)
  local now = core.monotonic()
  if now < (self.still_due[name] or 0) then
    return
  end
  self.still_due[name] = now + math.floor(self.still_every * NS)
  local width = frame.width > self.still_width and self.still_width or nil
  local bytes = encode(frame, "jpeg", { quality = 70, width = width })
  if bytes and not self.is_closed then
    self.pictures[name] = { id = meta.id, time = meta.time, place = meta.place }
    local properties = { id = meta.id, time = tostring(meta.time), place = meta.place }
    show(self, topic_of(self, "still", name), bytes, { content_type = "image/jpeg", properties = properties })
  end
end

local function closed()
  return core.fail("the fleet is closed", "ECLOSED")
end

-- Makes the message of a picture; the caller has checked the options.
local function take_picture(self, frame, name, format, options)
  local place, time = place_of(frame), frame.wall
  local bytes, why, code = encode(frame, format, options)
  if not bytes then
    return nil, why, code
  elseif self.is_closed then
    return closed()
  end
  local meta = stamp(self, name, time)
  meta.place, meta.type = place, "image/" .. format
  return {
    topic = topic_of(self, "picture", name), kind = "picture", meta = meta, content_type = meta.type, payload = bytes,
  }
end

--- Sends a picture. Waits until it is safe: the broker has it, or the spool.
---@param frame luashot.Frame which may be released afterwards
---@param options? luashot.FleetPictureOptions
---@return string|nil id
---@return string? message
---@return string? code
function Fleet:picture(frame, options)
  local name, format, how = check.picture(frame, options)
  if not can_wait() then
    error("picture works inside a job only, where it can wait", 2)
  elseif self.is_closed then
    return closed()
  end
  local has_room, why, code = self.outbox:has_room()
  if not has_room then
    self.outbox.stats.refused = self.outbox.stats.refused + 1
    return core.fail(why, code)
  end
  local message
  message, why, code = take_picture(self, frame, name, format, how)
  if not message then
    return core.fail(why, code)
  end
  show_still(self, frame, name, message.meta)
  return put(self, message)
end

--- Sends an event. Waits likewise in a job; elsewhere it returns at once.
---@param name string
---@param fields? table that JSON can hold
---@return string|nil id
---@return string? message
---@return string? code
function Fleet:event(name, fields)
  topics.check_name(name, "the event's name", 2)
  if fields ~= nil and type(fields) ~= "table" then
    error(("bad argument #2 to 'event' (table expected, got %s)"):format(type(fields)), 2)
  elseif self.is_closed then
    return closed()
  end
  local data = fields and json.encode(fields) -- raises before a number is used
  local meta = stamp(self, name, math.floor(core.wall() * NS))
  meta.data = data and fields
  local payload = json.encode(meta)
  meta.data = nil
  return put(self, {
    topic = topic_of(self, "event", name), kind = "event", meta = meta, content_type = "application/json",
    payload = payload,
  })
end

-- --- Commands -----------------------------------------------------------------------------------

local function reply(self, request, payload, options)
  options = options or {}
  options.correlation = request.correlation
  local sent, why = self.link:publish(request.reply_to, payload, options)
  if not sent then
    failure.add(("fleet: the answer to '%s' is lost: %s"):format(request.command, why))
  end
end

-- Sends the picture that a command asks for: as its answer, or as others are.
local function send_asked(self, frame, options, request)
  local message, why, code = take_picture(self, frame, "screen", "jpeg", options)
  if not message then
    return nil, why, code
  end
  self.still_due.screen = nil
  show_still(self, frame, "screen", message.meta)
  if not request.reply_to then
    return put(self, message)
  end
  local payload, how = messages.wire(message, self.link.version)
  reply(self, request, payload, how)
  return self.commands.ANSWERED
end

--- Allows a command.
---@param command string
---@param fn? function|string[]
function Fleet:on(command, fn)
  topics.check_name(command, "the command's name", 2)
  local is_list = command == "run" and type(fn) == "table"
  if type(fn) ~= "function" and not is_list and not (command == "picture" and fn == nil) then
    error(("bad argument #2 to 'on' (function expected, got %s)"):format(type(fn)), 2)
  end
  local handler = fn
  if command == "picture" then
    handler = handlers.picture(fn, function(...) return send_asked(self, ...) end)
  elseif command == "run" and is_list then
    handler = handlers.run(fn)
  elseif command == "settings" then
    handler = handlers.settings(fn, function(document)
      show(self, topic_of(self, "settings"), json.encode(document))
    end)
  end
  if not next(self.commands.handlers) then
    for _, filter in ipairs(self.commands:filters()) do
      self.link:subscribe(filter)
    end
  end
  self.commands:allow(command, handler)
  show_state(self) -- it lists the commands
  show_discovery(self)
end

-- --- Numbers and the end ------------------------------------------------------------------------

--- Returns the fleet's counters.
---@return table
function Fleet:stats()
  local stats = {}
  for name, value in pairs(self.outbox.stats) do
    stats[name] = value
  end
  stats.connected = self.link.is_open
  stats.version = self.link.version == 5 and "5" or "3.1.1"
  stats.message = self.link.message
  stats.waiting = self.outbox:waiting()
  stats.spool_bytes = self.outbox.spool and self.outbox.spool.bytes or 0
  stats.commands, stats.refused_commands = self.commands.count, self.commands.refused
  stats.failures = failure.count
  return stats
end

-- Waits until every message is with the broker or in the spool.
local function drain(self, seconds)
  local deadline = core.monotonic() + seconds * NS
  while self.outbox:is_busy() and core.monotonic() < deadline do
    schedule.sleep(0.01)
  end
end

--- Leaves the fleet: waits a moment for the broker, publishes "offline" and disconnects. A second time is allowed.
---@return boolean safe whether all messages are with the broker or in the spool
function Fleet:close()
  if self.is_closed then
    return true
  end
  self.is_closed = true
  self.heart:stop()
  if can_wait() then
    drain(self, PARTING)
  end
  self.link:publish(topic_of(self, "presence"), "offline", { retained = true })
  self.link:close(PARTING / 2)
  local is_safe = not self.outbox:is_busy()
  self.outbox:close()
  return is_safe
end

Fleet.__close = function(self)
  self:close()
end

local function take_confirmation(self, message)
  local ok, ids = pcall(json.decode, message.payload)
  if not ok or type(ids) ~= "table" or message.retained then
    return
  end
  self.outbox:confirmed(ids)
  if not self.outbox.is_ready then
    self.outbox:opened()
  end
end

local function listener(self)
  return {
    open = function()
      self.link:publish(topic_of(self, "presence"), "online", { retained = true })
      for topic, message in pairs(self.board) do
        self.link:publish(topic, table.unpack(message))
      end
      if self.confirm_topic then -- a collector answers; until then no collector would store messages
        self.outbox.ask()
      else
        self.outbox:opened()
      end
    end,
    lost = function()
      self.outbox:lost()
    end,
    done = function(...)
      self.outbox:done(...)
    end,
    message = function(message)
      if message.topic == self.confirm_topic then
        take_confirmation(self, message)
      elseif message.topic == topics.of_collectors(self.root) then
        self.outbox:opened()
      else
        self.commands:take(message)
      end
    end,
    trouble = function(message)
      failure.add("fleet: " .. message)
    end,
  }
end

--- Joins a fleet; see docs/annotations/luashot.lua.
---@param options luashot.FleetOptions
---@return luashot.Fleet|nil
---@return string? message
---@return string? code
return function(options)
  local checked = check.fleet(options)
  local self = setmetatable({
    host = checked.host, groups = checked.groups, root = checked.root, heartbeat = checked.heartbeat,
    discovery = checked.discovery, still_every = checked.still_every, still_width = checked.still_width,
    run = messages.run(), sequence = 0, board = {}, still_due = {}, pictures = {},
  }, Fleet)
  local message, code
  self.outbox, message, code = new_outbox(checked)
  if not self.outbox then
    return core.fail(message, code)
  end
  self.commands = new_commands {
    root = self.root, host = self.host, groups = self.groups,
    reply = function(request, text) reply(self, request, text) end,
  }
  self.link, message, code = new_link {
    broker = checked.broker, id = "luashot-" .. self.host, largest = LARGEST, on = listener(self),
    will = { topic = topic_of(self, "presence"), payload = "offline" },
  }
  if not self.link then
    self.outbox:close()
    return core.fail(message, code)
  end
  self.outbox.link = self.link
  if checked.confirm then
    self.confirm_topic = topic_of(self, "confirm")
    self.link:subscribe(self.confirm_topic)
    self.link:subscribe(topics.of_collectors(self.root))
    self.outbox.ask = function() -- quality 0: the broker keeps none for an absent collector, which announces itself
      self.link:publish(topic_of(self, "hello"), "", { quality = 0 })
    end
  end
  show_discovery(self)
  show_state(self)
  self.heart = schedule.every(self.heartbeat, function()
    show_state(self)
  end, { name = "fleet" })
  return self
end
