--- The options of luashot.fleet, checked.

local brokers = require "luashot.fleet.broker"
local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local topics = require "luashot.fleet.topics"
local uv = require "luashot.luv"

local check = {}

local WIDEST <const> = 16384
local PICTURE <const> = { "name", "format", "quality", "width" }
local NAMES <const> = { "host", "group", "topic", "window", "spool", "spool_bytes", "spool_age", "full", "confirm",
  "heartbeat", "discovery", "still_every", "still_width" }

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

--- Checks the options of luashot.fleet, and sets missing ones to their defaults. Raises at the caller of the caller.
---@param options luashot.FleetOptions
---@return table
function check.fleet(options)
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

--- Checks the frame and the options of fleet:picture, likewise.
---@param frame luashot.Frame
---@param options? luashot.FleetPictureOptions
---@return string name
---@return string format
---@return table how it is encoded
function check.picture(frame, options)
  core.check_options(options, PICTURE, 3)
  options = options or {}
  if type(frame) ~= "userdata" then
    error(("bad argument #1 to 'picture' (frame expected, got %s)"):format(type(frame)), 3)
  end
  local name, format = options.name or "screen", options.format or "jpeg"
  topics.check_name(name, "option 'name'", 3)
  if format ~= "jpeg" and format ~= "webp" then
    error(('picture: option \'format\': "jpeg" or "webp" expected, got %s'):format(tostring(format)), 3)
  end
  return name, format, { quality = options.quality, width = options.width }
end

return check
