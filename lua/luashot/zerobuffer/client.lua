--- The requesting side of a duplex channel: requests go through the ring CHANNEL_request, which the server
--- has made, and responses come through CHANNEL_response, which the client makes. A server answers one
--- request at a time, each by one response, so the n-th response answers the n-th request, and has its
--- number.

require "luashot.core"
local core = require "luashot.zerobuffer.core"
local check = require "luashot.zerobuffer.check"
local duration = require "luashot.schedule.duration"

local PATIENCE <const> = 5 -- seconds
local SLICE <const> = 0.25 -- seconds between two checks of a server that has never answered

---@class luashot.zerobuffer.Client
---@field private channel string
---@field private requests luashot.zerobuffer.Writer
---@field private responses luashot.zerobuffer.Reader
---@field private is_closed boolean
local Client = {}
Client.__index = Client
Client.__name = "luashot.zerobuffer.client"

-- The methods except `close`, without the check that the client is open.
local methods = {}

local function deadline_of(timeout, position, name)
  return core.now() + (timeout == nil and PATIENCE or duration.check(timeout, position, name))
end

local function receive_until(self, deadline)
  while true do
    -- While the server is attached to the responses, the read itself notices its end.
    local left = math.max(0, deadline - core.now())
    local slice = self.responses:writer_connected(0) and left or math.min(left, SLICE)
    local item, message, code = self.responses:read(slice)
    if item or code ~= "ETIMEDOUT" then
      return item, message, code
    end
    if not self.requests:reader_connected() then
      return nil, ("the server of the channel %s has gone"):format(self.channel), "EREADERDEAD"
    end
    if core.now() >= deadline then
      return nil, message, code
    end
  end
end

function methods:send(data, timeout)
  return self.requests:write(data, timeout)
end

function methods:reserve(size, timeout)
  return self.requests:reserve(size, timeout)
end

function methods:receive(timeout)
  return receive_until(self, deadline_of(timeout, 1, "receive"))
end

function methods:request(data, timeout)
  local deadline = deadline_of(timeout, 2, "request")
  local sequence, message, code = self.requests:write(data, timeout)
  if not sequence then
    return nil, message, code
  end
  local item
  repeat
    if item then
      item:release()
    end
    item, message, code = receive_until(self, deadline)
  until not item or item.sequence >= sequence
  return item, message, code
end

function methods:set_metadata(data)
  return self.requests:set_metadata(data)
end

function methods:server_connected()
  return self.requests:reader_connected()
end

for name, method in pairs(methods) do
  Client[name] = check.calls(name, function(self, ...)
    if self.is_closed then
      error(("the client of the channel %s is closed"):format(self.channel))
    end
    return method(self, ...)
  end)
end

function Client:close()
  self.is_closed = true
  self.requests:close()
  self.responses:close()
end

Client.__close = Client.close

local types = { metadata_size = "number", payload_size = "number" }

local client = {}

local open = check.calls("client", function(channel, config)
  local requests, message, code = core.writer(channel .. "_request")
  if not requests then
    return nil, message, code
  end
  local responses
  responses, message, code = core.reader(channel .. "_response", config)
  if not responses then
    requests:close()
    return nil, message, code
  end
  return setmetatable({ channel = channel, requests = requests, responses = responses }, Client)
end)

--- See docs/annotations/zerobuffer.lua.
function client.open(channel, config)
  check.open(channel, config, types, "client")
  return open(channel, config)
end

return client
