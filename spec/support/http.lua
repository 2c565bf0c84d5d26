--- A client of HTTP for specs: bytes to an address, bytes back.
local process = require "spec.support.process"
local uv = require "luv"

local http = {}

---@class spec.http.Connection
---@field received string
local Connection = {}
Connection.__index = Connection

--- Connect to "127.0.0.1:8080" or "unix:/path".
---@param address string
---@param source? string the client's own address
---@return spec.http.Connection
function http.connect(address, source)
  local self = setmetatable({ received = "" }, Connection)
  local path = address:match "^unix:(.*)"
  local function connected(why)
    self.state = why or "open"
  end
  if path then
    self.socket = uv.new_pipe()
    self.socket:connect(path, connected)
  else
    local host, port = address:match "^%[?(.-)%]?:(%d+)$"
    self.socket = uv.new_tcp()
    if source then
      assert(self.socket:bind(source, 0))
    end
    self.socket:connect(host, tonumber(port), connected)
  end
  process.wait_until(function() return self.state end, 10)
  if self.state ~= "open" then
    self.socket:close()
    error("cannot connect to " .. address .. ": " .. tostring(self.state), 2)
  end
  self:go_on()
  return self
end

--- Take in what the server sends, again.
function Connection:go_on()
  self.socket:read_start(function(why, bytes)
    if bytes then
      self.received = self.received .. bytes
    else
      self.ended = why or "end"
    end
  end)
end

--- Take in nothing.
function Connection:pause()
  self.socket:read_stop()
end

function Connection:write(bytes)
  self.socket:write(bytes)
end

--- Wait until `pattern` was received, and return where it stands.
function Connection:see(pattern, timeout)
  process.wait_until(function() return self.received:find(pattern) or self.ended end, timeout or 20)
  return self.received:find(pattern)
end

--- Wait for the server's end of the connection.
function Connection:wait(timeout)
  process.wait_until(function() return self.ended end, timeout or 20)
  return self.ended
end

function Connection:close()
  if not self.socket:is_closing() then
    local is_closed
    self.socket:close(function() is_closed = true end)
    process.wait_until(function() return is_closed end, 5)
  end
end

--- One request and its answer.
---@param address string
---@param method string
---@param path string
---@param headers? table<string, string>
---@param body? string
---@return integer|nil status nil when there was no answer
---@return string body
---@return string head
function http.ask(address, method, path, headers, body)
  local connection = http.connect(address)
  local lines = { ("%s %s HTTP/1.1"):format(method, path), "Connection: close" }
  local all = { Host = address:find "^unix:" and "localhost" or address }
  for name, value in pairs(headers or {}) do
    all[name] = value
  end
  if body then
    all["Content-Length"] = tostring(#body)
  end
  for name, value in pairs(all) do
    lines[#lines + 1] = name .. ": " .. value
  end
  connection:write(table.concat(lines, "\r\n") .. "\r\n\r\n" .. (body or ""))
  connection:wait()
  connection:close()
  local head, rest = connection.received:match "^(.-\r\n)\r\n(.*)$"
  return tonumber(connection.received:match "^HTTP/1%.1 (%d+)"), rest or "", head or connection.received
end

--- The body of what a page answers to GET, with 200. Asks again where there were more than 200 questions in a second,
--- as there may be while a spec waits for a state.
---@param address string
---@param path string
---@return string body
function http.read(address, path)
  local status, body
  process.wait_until(function()
    status, body = http.ask(address, "GET", path)
    return status ~= 429
  end, 20)
  assert(status == 200, status)
  return body
end

return http
