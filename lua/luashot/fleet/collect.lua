--- A collector: it writes what a fleet sends into a folder, each message once, as a file that is named after it:
---   FOLDER/HOST/picture/NAME/2026-11-30/ID.jpg, FOLDER/HOST/event/NAME/2026-11-30/ID.json
--- A file appears when it is complete and on the disk, so a collector needs no other memory than the folder.

local brokers = require "luashot.fleet.broker"
local core = require "luashot.core"
local failure = require "luashot.schedule.failure"
local folders = require "luashot.fleet.folder"
local json = require "luashot.json"
local messages = require "luashot.fleet.message"
local new_link = require "luashot.fleet.link"
local topics = require "luashot.fleet.topics"
local uv = require "luashot.luv"

local NAMES <const> = { "folder", "topic", "name" }
local SESSION <const> = 7 * 86400 -- seconds that the broker keeps messages for a collector that is away
local CONFIRM <const> = 100 -- ms between two confirmations
local NS <const> = 1000000000
local KINDS <const> = { ["image/jpeg"] = "jpg", ["image/webp"] = "webp" }

---@class luashot.fleet.Collector
local Collector = { __name = "luashot.fleet.Collector" }
Collector.__index = Collector

-- Writes a file, which appears when it is complete. Returns false when it was there already.
local function write(path, bytes)
  local ok, why, code = core.write_file(path, bytes, true)
  if code == "ENOENT" then
    assert(folders.make(path:match "^(.*)/", true))
    ok, why, code = core.write_file(path, bytes, true)
  end
  if not ok and code ~= "EEXIST" then
    error(why, 0)
  end
  return ok
end

local function is_id(text)
  return type(text) == "string" and text:find "^%x+%-%d+$" ~= nil and #text <= 64
end

-- The file of a message: its id, its day and its bytes; nil for a message that is not a fleet's.
local function read(kind, message)
  if kind == "picture" then
    local meta, bytes = messages.read(message)
    local extension = meta and KINDS[meta.type]
    if extension then
      return meta, extension, bytes
    end
  elseif kind == "event" then
    local ok, meta = pcall(json.decode, message.payload)
    if ok and type(meta) == "table" then
      return meta, "json", message.payload
    end
  end
end

local function store(self, message)
  local host, kind, name = topics.split(self.root, message.topic)
  local meta, extension, bytes = read(kind, message)
  local time = meta and math.tointeger(tonumber(meta.time))
  if not name or not meta or not is_id(meta.id) or not time then
    self.stats.foreign = self.stats.foreign + 1
    return
  end
  local day = os.date("!%Y-%m-%d", time // NS)
  local path = ("%s/%s/%s/%s/%s/%s.%s"):format(self.folder, host, kind, name, day, meta.id, extension)
  local is_new = write(path, bytes)
  local counter = is_new and "stored" or "repeated"
  self.stats[counter] = self.stats[counter] + 1
  local ids = self.stored[host] or {}
  self.stored[host] = ids
  ids[#ids + 1] = meta.id
  if is_new and self.on_file then
    self.on_file(path)
  end
end

-- Tells the hosts which messages they need not keep any more.
local function confirm(self)
  for host, ids in pairs(self.stored) do
    self.link:publish(topics.of_host(self.root, host, "confirm"), json.encode(ids))
  end
  self.stored = {}
end

local function take(self, message)
  local host, kind = topics.split(self.root, message.topic)
  if kind == "hello" then
    self.link:publish(topics.of_host(self.root, host, "confirm"), "[]")
    return
  end
  local ok, why = pcall(store, self, message)
  if not ok then -- the host keeps it, if it waits for a confirmation
    self.stats.failed = self.stats.failed + 1
    failure.add("collect: " .. tostring(why))
  end
  if next(self.stored) and not self.timer:is_active() then
    self.timer:start(CONFIRM, 0, function()
      failure.guard(nil, confirm, self)
    end)
  end
end

--- Ends it.
function Collector:close()
  if not self.is_closed then
    self.is_closed = true
    confirm(self)
    self.timer:close()
    self.link:close(1)
  end
end

--- Starts one.
---@param options { broker: string, folder: string, topic?: string, name?: string }
---@return luashot.fleet.Collector|nil
---@return string? message
---@return string? code
return function(options)
  local known = { table.unpack(brokers.NAMES) }
  table.move(NAMES, 1, #NAMES, #known + 1, known)
  core.check_options(options, known, 2)
  topics.check_name(options.name or "1", "option 'name'", 2)
  local self = setmetatable({
    name = options.name or "1", folder = options.folder, root = options.topic or "luashot", stored = {},
    timer = uv.new_timer(),
    stats = { stored = 0, repeated = 0, foreign = 0, failed = 0 },
  }, Collector)
  local ok, message, code = folders.make(self.folder, true)
  if not ok then
    return core.fail(message, code)
  end
  self.link, message, code = new_link {
    broker = brokers.check(options, 2), id = "luashot-collect-" .. (options.name or "1"), expiry = SESSION,
    on = {
      open = function() -- after the subscriptions: hosts send their unconfirmed messages again
        self.link:publish(topics.of_collectors(self.root), "here")
      end,
      lost = function() end,
      done = function() end,
      message = function(one) take(self, one) end,
      trouble = function(text) failure.add("collect: " .. text) end,
    },
  }
  if not self.link then
    return core.fail(message, code)
  end
  self.link:subscribe(self.root .. "/hosts/+/picture/+")
  self.link:subscribe(self.root .. "/hosts/+/event/+")
  self.link:subscribe(self.root .. "/hosts/+/hello") -- the last, so that an answer means all three
  return self
end
