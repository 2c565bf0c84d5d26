--- The hosts that a wall shows, as the broker's messages describe them.

local json = require "luashot.json"
local topics = require "luashot.fleet.topics"

local MOST_HOSTS <const> = 10000
local MOST_STILLS <const> = 16 -- of one host
local LARGEST_STILL <const> = 4 << 20 -- bytes
local LARGEST_TEXT <const> = 1 << 18 -- of a state or an event

---@class luashot.wall.Host
---@field name string
---@field presence "online"|"offline"|"unknown"
---@field state table
---@field stills table<string, { bytes: string, version: integer }>
---@field event table|nil the last one
---@field text string|nil its JSON, until something changes
local Host = {}
Host.__index = Host

---@class luashot.wall.Hosts
---@field changed table<string, boolean> hosts that have changed since the last look
---@field ignored integer messages that do not describe a host
local Hosts = {}
Hosts.__index = Hosts

local function decode(payload)
  if #payload > LARGEST_TEXT then
    return nil
  end
  local ok, value = pcall(json.decode, payload)
  return ok and type(value) == "table" and value or nil
end

local function text_of(value, longest)
  return type(value) == "string" and value:sub(1, longest):gsub("[\0-\31]", " ") or nil
end

local function number_of(value)
  return type(value) == "number" and value == value and math.abs(value) < 2 ^ 53 and value or nil
end

-- Converts nanoseconds since 1970, which exceed the integers that a browser has exactly.
local function seconds_of(value)
  return number_of(type(value) == "number" and value / 1e9)
end

local function names_of(list)
  local names = {}
  for _, name in ipairs(type(list) == "table" and list or {}) do
    if topics.is_name(name) and #names < 32 then
      names[#names + 1] = name
    end
  end
  return names
end

-- The fields of foreign JSON that the page shows.
local function read_state(value)
  local stats = type(value.stats) == "table" and value.stats or {}
  return {
    groups = names_of(value.groups), commands = names_of(value.commands), time = number_of(value.time),
    version = text_of(value.version, 32), waiting = number_of(stats.waiting), failures = number_of(stats.failures),
  }
end

local function read_event(name, value)
  local data = value.data
  local ok, text = pcall(json.encode, data)
  return { name = name, time = seconds_of(value.time), data = data ~= nil and ok and text:sub(1, 200) or nil }
end

local TAKES <const> = {
  presence = function(host, _, payload)
    host.presence = (payload == "online" or payload == "offline") and payload or "unknown"
    return true
  end,
  state = function(host, _, payload)
    local value = decode(payload)
    host.state = value and read_state(value) or host.state
    return value ~= nil
  end,
  event = function(host, name, payload)
    local value = decode(payload)
    host.event = value and name and read_event(name, value) or host.event
    return value ~= nil
  end,
  still = function(host, name, payload, version)
    local has_room = host.stills[name] or host.still_count < MOST_STILLS
    if not name or not has_room or #payload > LARGEST_STILL then
      return false
    end
    local was_there = host.stills[name] ~= nil
    host.stills[name] = payload ~= "" and { bytes = payload, version = version } or nil
    host.still_count = host.still_count + (payload ~= "" and 1 or 0) - (was_there and 1 or 0)
    return true
  end,
}

local function find(self, name)
  local host = self.by_name[name]
  if not host and self.count < MOST_HOSTS then
    host = setmetatable({ name = name, presence = "unknown", state = { groups = {}, commands = {} }, stills = {},
      still_count = 0 }, Host)
    self.by_name[name] = host
    self.count = self.count + 1
  end
  return host
end

--- Takes a message of a topic below ROOT/hosts/.
---@param message { topic: string, payload: string }
function Hosts:take(message)
  local name, kind, part = topics.split(self.root, message.topic)
  local take = TAKES[kind]
  local host = take and find(self, name)
  self.serial = self.serial + 1
  if not host or not take(host, part, message.payload, self.serial) then
    self.ignored = self.ignored + 1
    return
  end
  host.text = nil
  self.changed[name] = true
end

--- Makes the JSON of a host.
function Host:json()
  if not self.text then
    local stills = {}
    for name, still in pairs(self.stills) do
      stills[name] = still.version
    end
    self.text = json.encode {
      name = self.name, presence = self.presence, groups = self.state.groups, commands = self.state.commands,
      time = self.state.time, waiting = self.state.waiting, failures = self.state.failures, event = self.event,
      version = self.state.version, stills = next(stills) and stills or nil,
    }
  end
  return self.text
end

--- Finds a host.
---@param name any
---@return luashot.wall.Host|nil
function Hosts:find(name)
  return self.by_name[name]
end

--- Makes the JSON of some hosts, or of all: a list.
---@param names? table<string, boolean>
---@return string
function Hosts:json(names)
  local list = {}
  for name in pairs(names or self.by_name) do
    list[#list + 1] = self.by_name[name]:json()
  end
  return "[" .. table.concat(list, ",") .. "]"
end

--- Makes an empty list of hosts.
---@param root string
---@return luashot.wall.Hosts
return function(root)
  return setmetatable({ root = root, by_name = {}, count = 0, changed = {}, ignored = 0, serial = 0 }, Hosts)
end
