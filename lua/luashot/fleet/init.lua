--- luashot.fleet: a host that sends its pictures and events to an MQTT broker, and takes commands from it.

local await = require "luashot.schedule.await"
local brokers = require "luashot.fleet.broker"
local core = require "luashot.core"
local discovery = require "luashot.fleet.discovery"
local duration = require "luashot.schedule.duration"
local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"
local json = require "luashot.json"
local messages = require "luashot.fleet.message"
local new_commands = require "luashot.fleet.commands"
local new_link = require "luashot.fleet.link"
local new_outbox = require "luashot.fleet.outbox"
local schedule = require "luashot.schedule"
local topics = require "luashot.fleet.topics"
local uv = require "luv"

local NAMES <const> = { "host", "group", "topic", "window", "spool", "spool_bytes", "spool_age", "full", "confirm",
  "heartbeat", "discovery", "still_every", "still_width" }
local WIDEST <const> = 16384
local PARTING <const> = 2 -- seconds that close() waits for the broker
local NS <const> = 1000000000

---@class luashot.Fleet
---@field host string
---@field groups string[]
local Fleet = { __name = "luashot.Fleet" }
Fleet.__index = Fleet

-- --- Options ------------------------------------------------------------------------------------

local function check_integer(options, name, otherwise, low, high)
  local value = options[name] == nil and otherwise or math.tointeger(options[name])
  if not value or value < low or value > high then
    error(("fleet: option '%s': an integer from %d to %d expected, got %s"):format(name, low, high,
      tostring(options[name])), 4)
  end
  return value
end

local function check_groups(group)
  local groups = type(group) == "table" and group or { group }
  for _, name in ipairs(groups) do
    topics.check_name(name, "option 'group'", 4)
  end
  return groups
end

local function check_root(root)
  if type(root) ~= "string" or #root > 64 or not root:find "^[%w_-]+$" then
    error(("fleet: option 'topic': the first level of a topic expected, got '%s'"):format(tostring(root)), 4)
  end
  return root
end

local function check(options)
  if type(options) ~= "table" then
    error(("bad argument #1 to 'fleet' (table expected, got %s)"):format(type(options)), 3)
  end
  local known = { table.unpack(brokers.NAMES) }
  table.move(NAMES, 1, #NAMES, #known + 1, known)
  core.check_options(options, known, 3)
  local host = options.host
  if host == nil then
    host = uv.os_gethostname():gsub("[^%w_-]", "-"):sub(1, 64)
  end
  topics.check_name(host, "option 'host'", 3)
  if options.full ~= nil and options.full ~= "refuse" and options.full ~= "drop" then
    error(('fleet: option \'full\': "refuse" or "drop" expected, got %s'):format(tostring(options.full)), 3)
  elseif options.spool ~= nil and (type(options.spool) ~= "string" or options.spool == "") then
    error(("fleet: option 'spool': the path of a folder expected, got %s"):format(type(options.spool)), 3)
  end
  if options.confirm ~= nil and type(options.confirm) ~= "boolean" then
    error(("fleet: option 'confirm': a boolean expected, got %s"):format(type(options.confirm)), 3)
  elseif options.confirm and not options.spool then
    error("fleet: option 'confirm': messages wait for a collector in a spool; name one", 3)
  end
  local found = options.discovery
  if found ~= nil and type(found) ~= "boolean" and not topics.is_name(found) then
    error(("fleet: option 'discovery': true, or the first level of a topic, expected, got %s"):format(
      tostring(found)), 3)
  end
  return {
    broker = brokers.check(options, 3), host = host, groups = check_groups(options.group),
    root = check_root(options.topic or "luashot"),
    window = check_integer(options, "window", 20, 1, 1000),
    spool = options.spool, bytes = check_integer(options, "spool_bytes", 1 << 30, 4096, math.maxinteger),
    age = options.spool_age ~= nil and duration.option(options.spool_age, "spool_age", 3) or nil,
    full = options.full or "refuse", confirm = options.confirm,
    heartbeat = duration.option(options.heartbeat == nil and 30 or options.heartbeat, "heartbeat", 3),
    discovery = found == true and "homeassistant" or found or nil,
    still_every = duration.option(options.still_every == nil and 5 or options.still_every, "still_every", 3),
    still_width = check_integer(options, "still_width", 960, 16, WIDEST),
  }
end

-- --- What the broker keeps ----------------------------------------------------------------------

-- Sets what the broker shows of this host under a topic, now and after each new connection.
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

local PICTURE <const> = { "name", "format", "quality", "width" }

local function check_picture(frame, options)
  core.check_options(options, PICTURE, 3)
  options = options or {}
  if type(frame) ~= "userdata" then
    error(("bad argument #1 to 'picture' (frame expected, got %s)"):format(type(frame)), 3)
  end
  local name, format = options.name or "screen", options.format or "jpeg"
  topics.check_name(name, "option 'name'", 3)
  if format ~= "jpeg" and format ~= "webp" then
    error(('picture: option \'format\': "jpeg" or "webp" expected, got %s'):format(tostring(format)), 3)
  elseif not can_wait() then
    error("picture works inside a job only, where it can wait", 3)
  end
  return name, format, { quality = options.quality, width = options.width }
end

local function place_of(frame)
  return ("%dx%d%+d%+d"):format(frame.width, frame.height, frame.x, frame.y)
end

-- Shows a small picture, at most each `still_every` seconds, so that it costs little beside the others.
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
  local name, format, how = check_picture(frame, options)
  if self.is_closed then
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

-- A number of a command, between two bounds; nil when it is none.
local function bounded(value, low, high)
  local number = math.tointeger(value)
  return number and math.min(math.max(number, low), high)
end

-- Obeys "picture": the answer is the picture itself; without a place for it, it is sent as others are.
local function picture_command(self, fn)
  return function(argument, request)
    local frame, why, code = fn(argument)
    if not frame then
      return nil, why or "no picture was made", code
    end
    local held <close> = frame
    local options = { quality = bounded(argument.quality, 1, 100), width = bounded(argument.width, 16, WIDEST) }
    local message
    message, why, code = take_picture(self, held, "screen", "jpeg", options)
    if not message then
      return nil, why, code
    end
    self.still_due.screen = nil
    show_still(self, held, "screen", message.meta)
    if not request.reply_to then
      return put(self, message)
    end
    local payload, how = messages.wire(message, self.link.version)
    reply(self, request, payload, how)
    return self.commands.ANSWERED
  end
end

local function grab_screen()
  local grab = _G.grab
  if not grab then
    return nil, "this host has no display", "ENODISPLAY"
  end
  return grab()
end

local function find_job(name)
  for _, job in ipairs(schedule.jobs()) do
    if job.name == name then
      return job
    end
  end
end

-- Obeys "run": starts one of the jobs that are allowed by name.
local function run_command(names)
  local allowed = {}
  for _, name in ipairs(names) do
    allowed[name] = true
  end
  return function(argument)
    local job = allowed[argument.job] and find_job(argument.job)
    if not job then
      return nil, ("there is no job '%s' that may be run"):format(tostring(argument.job)), "EACCES"
    end
    job:trigger()
    return "started"
  end
end

-- Obeys "settings": a document with a version, which is obeyed once and acknowledged for all to see.
local function settings_command(self, fn)
  return function(argument)
    local version = argument.version
    if type(version) ~= "string" and math.type(version) ~= "integer" then
      return nil, "settings need a version: a string or an integer", "EINVAL"
    elseif version == self.settings_version then
      return { version = version }
    end
    local ok, why = fn(argument, version)
    local failed = ok == nil and why ~= nil or ok == false
    if not failed then
      self.settings_version = version
    end
    show(self, topic_of(self, "settings"), json.encode {
      version = version, ok = not failed, error = failed and tostring(why or "refused") or nil, time = os.time(),
    })
    if failed then
      return nil, tostring(why or "the settings are refused"), "EINVAL"
    end
    return { version = version }
  end
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
    handler = picture_command(self, fn or grab_screen)
  elseif command == "run" and is_list then
    handler = run_command(fn)
  elseif command == "settings" then
    handler = settings_command(self, fn)
  end
  if not next(self.commands.handlers) then
    for _, filter in ipairs(self.commands:filters()) do
      self.link:subscribe(filter)
    end
  end
  self.commands:allow(command, handler)
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

-- Waits until nothing would be lost with this process.
local function drain(self, seconds)
  local deadline = core.monotonic() + seconds * NS
  while self.outbox:is_busy() and core.monotonic() < deadline do
    schedule.sleep(0.01)
  end
end

--- Ends it: waits a moment for the broker, shows "offline" and disconnects. A second time is allowed.
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
      if self.confirm_topic then -- a collector answers; until then nobody would store what is sent
        self.link:publish(topic_of(self, "hello"), "")
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
  local checked = check(options)
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
    broker = checked.broker, id = "luashot-" .. self.host, on = listener(self),
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
  end
  show_discovery(self)
  show_state(self)
  self.heart = schedule.every(self.heartbeat, function()
    show_state(self)
  end, { name = "fleet" })
  return self
end
