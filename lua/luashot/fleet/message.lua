--- A message of a host: facts about it (meta), and its bytes. It has three forms: in the spool, in MQTT 5,
--- where meta are user properties, and in MQTT 3.1.1, where a picture begins with a line of JSON.

local core = require "luashot.core"
local json = require "luashot.json"

local message = {}

local LONGEST_HEAD <const> = 4096 -- bytes of a line of meta
local HEAD <const> = "^(%b{})\n()"

---@class luashot.fleet.Message
---@field topic string
---@field kind "picture"|"event"
---@field meta table<string, string|integer> id, sequence, time (ns since the epoch), and more
---@field content_type string
---@field payload string

local function split(text)
  local line, at = text:sub(1, LONGEST_HEAD):match(HEAD)
  local head = line and json.decode(line)
  return type(head) == "table" and head or nil, at
end

--- Makes the text of a message for the spool.
---@param one luashot.fleet.Message
---@return string
function message.pack(one)
  return json.encode {
    topic = one.topic, kind = one.kind, meta = one.meta, content_type = one.content_type, size = #one.payload,
  } .. "\n" .. one.payload
end

--- Parses a text of the spool; nil when it is not one.
---@param text string
---@return luashot.fleet.Message|nil
function message.unpack(text)
  local head, at = split(text)
  if not head or type(head.topic) ~= "string" or type(head.meta) ~= "table" or head.size ~= #text - at + 1 then
    return nil
  end
  return {
    topic = head.topic, kind = head.kind, meta = head.meta, content_type = head.content_type, payload = text:sub(at),
  }
end

--- Makes the payload for a broker, and the options of its publication.
---@param one luashot.fleet.Message
---@param version integer 4 or 5
---@return string payload
---@return table options
function message.wire(one, version)
  if version == 5 then
    local properties = {}
    for name, value in pairs(one.meta) do
      properties[name] = tostring(value)
    end
    return one.payload, { content_type = one.content_type, properties = properties }
  elseif one.kind == "picture" then
    return json.encode(one.meta) .. "\n" .. one.payload, {}
  end
  return one.payload, {} -- JSON, with meta in it
end

--- Reads a picture as it came from a broker, of either version.
---@param received { payload: string, properties: table<string, string> }
---@return table|nil meta
---@return string bytes
function message.read(received)
  local properties = received.properties
  if properties and properties.id then
    return properties, received.payload
  end
  local head, at = split(received.payload)
  if not head or type(head.id) ~= "string" then
    return nil, received.payload
  end
  return head, received.payload:sub(at)
end

--- A name for this run of a host, which distinguishes its messages from those of earlier runs. Such names sort by
--- time.
---@return string
function message.run()
  local file <close> = io.open("/dev/urandom", "rb")
  local bytes = file and file:read(4) or ("<I4"):pack(core.monotonic() & 0xffffffff)
  return ("%08x%s"):format(os.time(), bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

return message
