--- The answering side of a duplex channel: it makes the ring CHANNEL_request, and attaches to
--- CHANNEL_response, which each client makes. Every request is answered by exactly one response, in
--- order, because the order is all that tells which response belongs to which request.

require "luashot.core"
local core = require "luashot.zerobuffer.core"
local check = require "luashot.zerobuffer.check"
local duration = require "luashot.schedule.duration"
local failure = require "luashot.schedule.failure"
local traceback = require "luashot.schedule.traceback"

local HEADER <const> = 16 -- bytes of a frame besides its data
local PATIENCE <const> = 5 -- seconds
local TRIES <const> = 100 -- to make a ring whose lock is taken
local SLICE <const> = 0.25 -- seconds between two checks for a client

---@class luashot.zerobuffer.Server
---@field private requests? luashot.zerobuffer.Reader nil while stopped
---@field private responses? luashot.zerobuffer.Writer nil until a client is there
---@field private is_closed? boolean
local Server = {}
Server.__index = Server
Server.__name = "luashot.zerobuffer.server"

local function listen(self)
  local message, code
  self.requests, message, code = core.reader(self.channel .. "_request", self.rings)
  if not self.requests then
    return nil, message, code
  end
  self.initialized = false
  return self
end

local function leave_client(self)
  if self.responses then
    self.responses:close()
    self.responses = nil
  end
  self.unsent = nil
  self.last = 0
end

--- Attaches to the client's responses, if they exist.
local function meet_client(self)
  if not self.responses then
    local message, code
    self.responses, message, code = core.writer(self.channel .. "_response")
    return self.responses, message, code
  end
  return self.responses
end

--- Makes the request ring again if its name is gone: the Python implementation 1.1.7 removes it when a client's
--- process ends. Nobody is attached, and everything has been read.
local function keep_name(self)
  if select(3, core.stat(self.channel .. "_request")) ~= "ENOENT" then
    return true
  end
  self.requests:close()
  local ok, message, code
  for _ = 1, TRIES do -- a Python reader that starts takes every lock for a moment
    ok, message, code = listen(self)
    if code ~= "EEXIST" then
      break
    end
  end
  return ok, message, code
end

--- Waits for a request. A client may come meanwhile, and checks that its responses have a writer.
local function await_request(self, seconds)
  local deadline = core.now() + seconds
  while true do
    local left = math.max(0, deadline - core.now())
    local item, message, code = self.requests:read(self.responses and left or math.min(left, SLICE))
    if item or code ~= "ETIMEDOUT" or not self.requests then
      return item, message, code
    end
    if not self.responses then
      local ok, why, reason = true, nil, nil
      if self.requests:writer_connected(0) then
        meet_client(self)
      else
        ok, why, reason = keep_name(self)
      end
      if not ok then
        return nil, why, reason
      end
    end
    if core.now() >= deadline then
      return nil, message, code
    end
  end
end

local function report(self, text)
  self.failures = self.failures + 1
  failure.add(("server of the channel %s: %s"):format(self.channel, text))
end

--- The handler's response to a request; without one, also the reason.
local function handle(self, item)
  if not self.initialized then
    self.initialized = true
    if self.on_init then
      local ok, why = traceback.call(self.on_init, (self.requests:metadata()))
      if not ok then
        report(self, "on_init: " .. why)
      end
    end
  end
  local ok, response = traceback.call(self.handler, item)
  if ok and (type(response) == "string" and response ~= "" or type(response) == "userdata") then
    return response
  end
  report(self, ok and ("the handler returned %s, not a string or a frame"):format(
    response == "" and "an empty string" or type(response)) or response)
  return self.failure
end

--- Cuts the failure to the size of the client's ring.
local function cut_failure(self)
  local stat = core.stat(self.channel .. "_response")
  return self.failure:sub(1, stat and stat.payload_size - HEADER or 1)
end

--- A request belongs to the client that sent it: number 1 is the first of another client. A client that has
--- gone may have left requests, while the next client already waits for its own responses.
local function follow_client(self, item)
  if item.sequence == 1 and self.responses and (self.last > 0 or not self.responses:reader_connected()) then
    leave_client(self)
  end
  self.last = item.sequence
  self.pid, self.count = core.origin(item)
  meet_client(self)
end

--- Drops the pending response, because its client has gone.
local function drop(self)
  self.unsent = nil
  self.dropped = self.dropped + 1
  return nil, ("the client of the channel %s has gone"):format(self.channel), "EREADERDEAD"
end

--- Sends the pending response. If the ring is full, it stays pending.
local function respond(self, seconds)
  -- The order matters: the owner of the responses is certain while the sender of the request still exists.
  if not meet_client(self) or not core.is_writers(self.requests, self.pid, self.count) then
    return drop(self)
  end
  local ok, sequence, message, code = pcall(self.responses.write, self.responses, self.unsent, seconds)
  if not ok or code == "EFRAMETOOLARGE" then
    report(self, ok and message or sequence)
    self.unsent = cut_failure(self)
    sequence, message, code = self.responses:write(self.unsent, seconds)
  end
  if sequence then
    self.unsent = nil
    self.answered = self.answered + 1
    return true
  end
  if code ~= "EBUFFERFULL" then
    self.unsent = nil
    self.dropped = self.dropped + 1
  end
  return nil, message, code
end

function Server:step(timeout)
  local seconds = timeout == nil and self.timeout or duration.check(timeout, 1, "step")
  if not self.requests then
    error(("the server of the channel %s is %s"):format(self.channel, self.is_closed and "closed" or "stopped"), 2)
  end
  if self.unsent then
    local ok, message, code = respond(self, seconds)
    if not ok then
      return nil, message, code
    end
  end
  local item <close>, message, code = await_request(self, seconds)
  if not item then
    if code == "EWRITERDEAD" then
      leave_client(self)
      core.forget_writer(self.requests)
    end
    return nil, message, code
  end
  self.taken = self.taken + 1
  follow_client(self, item)
  self.unsent = handle(self, item)
  if self.unsent ~= item then
    -- Releases while the client still waits, because a client without atomic counters must not change them at
    -- the same time.
    item:release()
  end
  if not self.requests then
    return nil, ("the server of the channel %s was stopped"):format(self.channel), "ECLOSED"
  end
  local ok
  ok, message, code = respond(self, self.timeout)
  if self.unsent == item then
    self.unsent = item:bytes() -- to be sent after its release
  end
  return ok, message, code
end

local function serve(self)
  while self.job do
    local ok, message, code = self:step(math.huge)
    if not ok and self.job and code ~= "EWRITERDEAD" and code ~= "EREADERDEAD" and code ~= "EBUFFERFULL" then
      failure.add(("server of the channel %s: %s"):format(self.channel, message))
      require("luashot.schedule").sleep(SLICE) -- the fault may last
    end
  end
end

function Server:start()
  if self.is_closed then
    error(("the server of the channel %s is closed"):format(self.channel), 2)
  end
  if self.job then
    return nil, ("the server of the channel %s is already started"):format(self.channel), "EBUSY"
  end
  if not self.requests then
    local ok, message, code = listen(self)
    if not ok then
      return nil, message, code
    end
  end
  self.job = require("luashot.schedule").after(0, function()
    serve(self)
  end, { name = "server " .. self.channel })
  return true
end

function Server:stop()
  local job = self.job
  self.job = nil
  if job then
    job:stop()
  end
  leave_client(self)
  if self.requests then
    self.requests:close()
    self.requests = nil
  end
end

function Server:close()
  self.is_closed = true
  self:stop()
end

Server.__close = Server.close

function Server:stats()
  return {
    requests = self.taken,
    responses = self.answered,
    failures = self.failures,
    dropped = self.dropped,
    running = self.job ~= nil,
    client_connected = self.requests ~= nil and self.requests:writer_connected(0),
  }
end

local types = {
  metadata_size = "number",
  payload_size = "number",
  timeout = "duration",
  failure = "string",
  on_init = "function",
}

local server = {}

local first_listen = check.calls("server", listen)

--- See docs/annotations/zerobuffer.lua.
function server.open(channel, config, handler)
  check.open(channel, config, types, "server")
  config = config or {}
  if type(handler) ~= "function" then
    error(("bad argument #3 to 'server' (function expected, got %s)"):format(type(handler)), 2)
  elseif config.failure == "" then
    error("option 'failure': a string of 1 byte or more expected, because it is sent as a frame", 2)
  end
  return first_listen(setmetatable({
    channel = channel,
    handler = handler,
    rings = { metadata_size = config.metadata_size, payload_size = config.payload_size },
    timeout = config.timeout and duration.read(config.timeout) or PATIENCE,
    failure = config.failure or "luashot: handler failed",
    on_init = config.on_init,
    taken = 0,
    answered = 0,
    failures = 0,
    dropped = 0,
    last = 0,
  }, Server))
end

return server
