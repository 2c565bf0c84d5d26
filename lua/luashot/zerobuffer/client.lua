--- The asking side of a duplex channel: requests go through the ring CHANNEL_request, which the
--- server has made, and responses come through CHANNEL_response, which the client makes. A server
--- answers one request at a time, each by one response, so the n-th response is that to the n-th
--- request, and has its number.

require "luashot.core"
local core = require "luashot.zerobuffer.core"
local duration = require "luashot.duration"
local options = require "luashot.zerobuffer.options"

local PATIENCE <const> = 5 -- seconds
local SLICE <const> = 0.25 -- seconds between two looks whether a server lives that never answered

---@class luashot.zerobuffer.Client
---@field private requests luashot.zerobuffer.Writer
---@field private responses luashot.zerobuffer.Reader
local Client = {}
Client.__index = Client
Client.__name = "luashot.zerobuffer.client"

local function seconds_of(timeout, name)
  return timeout == nil and PATIENCE or duration.check(timeout, 2, name)
end

--- Send a request; the response is received later.
---@param data string|luashot.Frame|luashot.zerobuffer.Item
---@param timeout? luashot.Duration to wait for space
---@return integer|nil sequence number of the request, and of its response
---@return string|nil message
---@return string|nil code as of a writer: EREADERDEAD when the server has gone
function Client:send(data, timeout)
  return self.requests:write(data, timeout)
end

--- The place of a request, to be filled in the ring; its commit sends it and returns its number.
---@param size integer
---@param timeout? luashot.Duration
---@return luashot.zerobuffer.Reservation|nil reservation
---@return string|nil message
---@return string|nil code
function Client:reserve(size, timeout)
  return self.requests:reserve(size, timeout)
end

--- The next response.
---@param timeout? luashot.Duration
---@return luashot.zerobuffer.Item|nil item its sequence is that of the request
---@return string|nil message
---@return string|nil code ETIMEDOUT; EWRITERDEAD or EREADERDEAD when the server has gone
function Client:receive(timeout)
  local deadline = core.now() + seconds_of(timeout, "receive")
  while true do
    -- While the server is attached to the responses, its end is noticed by the read itself.
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

--- Send a request and receive its response. A response to an earlier request that was given up is
--- thrown away.
---@param data string|luashot.Frame|luashot.zerobuffer.Item
---@param timeout? luashot.Duration for both together
---@return luashot.zerobuffer.Item|nil item
---@return string|nil message
---@return string|nil code
function Client:request(data, timeout)
  local deadline = core.now() + seconds_of(timeout, "request")
  local sequence, message, code = self:send(data, timeout)
  if not sequence then
    return nil, message, code
  end
  local item
  repeat
    if item then
      item:release()
    end
    item, message, code = self:receive(math.max(0, deadline - core.now()))
  until not item or item.sequence >= sequence
  return item, message, code
end

--- Give the server metadata; it gets them with the first request.
---@param data string
---@return true|nil
---@return string|nil message
---@return string|nil code EMETADATA: also when an earlier client of this server has set them
function Client:set_metadata(data)
  return self.requests:set_metadata(data)
end

--- Whether the server is there.
---@return boolean
function Client:server_connected()
  return self.requests:reader_connected()
end

--- Leave the channel. Items that were received stay readable.
function Client:close()
  self.requests:close()
  self.responses:close()
end

Client.__close = Client.close

local types = { metadata_size = "number", payload_size = "number" }

local client = {}

--- See luashot.zerobuffer.client.
function client.open(channel, config)
  options.check(config, types, "client")
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
end

return client
