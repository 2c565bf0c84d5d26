--- luashot.wall, below `luashot wall`: a page of all hosts of a fleet, from the broker's retained and new messages.

local access = require "luashot.page.access"
local brokers = require "luashot.fleet.broker"
local core = require "luashot.core"
local failure = require "luashot.schedule.failure"
local json = require "luashot.json"
local luashot = require "luashot"
local messages = require "luashot.fleet.message"
local new_hosts = require "luashot.wall.hosts"
local new_link = require "luashot.fleet.link"
local server = require "luashot.page.server"
local site = require "luashot.wall.site"
local topics = require "luashot.fleet.topics"

local NAMES <const> = { "topic", "address", "token", "actions" }
local TICK <const> = 1 -- second between two reports to browsers
local WAITING <const> = 4 -- reports that a browser may be behind
local PATIENCE <const> = 10 -- seconds for a host's answer
local LARGEST <const> = 32 << 20 -- bytes of a packet from the broker: a picture of a host's whole screen
local LARGE <const> = 8 -- large pictures that are kept, of as many hosts

---@class luashot.Wall
---@field address string
local Wall = { __name = "luashot.Wall" }
Wall.__index = Wall

local function check(options)
  local known = { table.unpack(brokers.NAMES) }
  table.move(NAMES, 1, #NAMES, #known + 1, known)
  core.check_options(options, known, 3)
  local token = options.token
  local fault = token ~= nil and access.token_fault(token)
  if fault then
    error("wall: option 'token': " .. fault, 3)
  end
end

-- --- Reports to browsers --------------------------------------------------------------------------

-- Describes the connection to the broker.
local function broker_state(self)
  return json.encode { connected = self.link.is_open, message = self.link.message }
end

local function piece(broker, hosts)
  local head = broker and ("event: broker\ndata: %s\n\n"):format(broker) or ""
  return core.http_piece(("%sdata: %s\n\n"):format(head, hosts))
end

local function whole(self)
  return piece(broker_state(self), self.hosts:json())
end

-- Sends what has changed. A browser that is behind gets everything once it has caught up.
local function report(self)
  local changed = self.hosts.changed
  self.hosts.changed = {}
  local broker = broker_state(self)
  local delta = piece(broker ~= self.told and broker, next(changed) and self.hosts:json(changed) or "[]")
  self.told = broker
  local all
  local open = {}
  for _, listener in ipairs(self.listeners) do
    local stream, is_open = listener.stream, listener.stream:is_open()
    if is_open and stream:waiting() > 0 then
      listener.is_behind = true
    elseif is_open and listener.is_behind then
      all = all or whole(self)
      listener.is_behind = false
      is_open = stream:write(all)
    elseif is_open then
      is_open = stream:write(delta)
    end
    if is_open then
      open[#open + 1] = listener
    end
  end
  self.listeners = open
  self.server:run()
end

local function add_listener(self, request)
  local stream = request:stream(200, server.headers "text/event-stream", WAITING)
  if not stream then
    return
  end
  stream:write(whole(self))
  self.listeners[#self.listeners + 1] = { stream = stream }
end

-- --- Pictures -------------------------------------------------------------------------------------

local function send_still(self, request)
  local host = self.hosts:find(request:query "host")
  local still = host and host.stills[request:query "name" or "screen"]
  if not still then
    error(server.refusal(404, "there is no such still"))
  end
  request:answer(200, server.headers "image/jpeg", still.bytes)
end

local function send_large(self, request)
  local bytes = self.large[request:query "host"]
  if not bytes then
    error(server.refusal(404, "there is no such picture"))
  end
  request:answer(200, server.headers "image/jpeg", bytes)
end

local function keep_large(self, host, bytes)
  if not self.large[host] then
    self.large_order[#self.large_order + 1] = host
    if #self.large_order > LARGE then
      self.large[table.remove(self.large_order, 1)] = nil
    end
  end
  self.large[host] = bytes
end

-- Asks a host for a picture, and waits for it. Several browsers that ask at one time share the answer.
local function ask(self, host)
  local waiting = self.waiting[host]
  if not waiting then
    waiting = {}
    self.waiting[host] = waiting
    local reply = ("%s/replies/%s/%s"):format(self.root, self.run, host)
    local sent, why = self.link:publish(topics.of_host(self.root, host, "command", "picture"), json.encode {
      response_topic = reply,
    })
    if not sent then
      self.waiting[host] = nil
      return nil, why
    end
  end
  return luashot.await(function(done)
    waiting[#waiting + 1] = done
  end, { timeout = PATIENCE })
end

local function take_picture(self, request)
  local host = self.hosts:find(request:query "host")
  if not host then
    error(server.refusal(404, "there is no such host"))
  elseif not self.actions then
    error(server.refusal(403, "actions are off on this wall"))
  end
  local bytes, why = ask(self, host.name)
  if not bytes then
    self.waiting[host.name] = nil
    error(server.refusal(504, ("%s sends no picture: %s"):format(host.name, why)))
  end
  keep_large(self, host.name, bytes)
  server.answer(request, 200, "done")
end

local function take_reply(self, message)
  local host = message.topic:match "([^/]+)$"
  local waiting = self.waiting[host]
  if not waiting then
    return
  end
  self.waiting[host] = nil
  local meta, bytes = messages.read(message)
  local refusal = not meta and json.decode(message.payload:sub(1, 4096))
  for _, done in ipairs(waiting) do
    if meta then
      done(bytes)
    else
      done(nil, type(refusal) == "table" and tostring(refusal.error) or "its answer is not a picture")
    end
  end
end

-- --- The whole ------------------------------------------------------------------------------------

local function routes_of(self)
  return {
    get = {
      ["/"] = server.constant("text/html; charset=utf-8", site.html),
      ["/wall.css"] = server.constant("text/css; charset=utf-8", site.css),
      ["/wall.js"] = server.constant("text/javascript; charset=utf-8", site.js),
      ["/icon.svg"] = server.constant("image/svg+xml", site.icon),
      ["/still.jpg"] = function(request) send_still(self, request) end,
      ["/large.jpg"] = function(request) send_large(self, request) end,
      ["/events"] = function(request) add_listener(self, request) end,
      ["/broker.json"] = function(request)
        request:answer(200, server.headers "application/json", broker_state(self))
      end,
      ["/hosts.json"] = function(request)
        request:answer(200, server.headers "application/json", self.hosts:json())
      end,
    },
    post = { ["/picture"] = function(request) take_picture(self, request) end },
  }
end

local function listener(self)
  local replies = ("%s/replies/%s/"):format(self.root, self.run)
  return {
    open = function() end,
    lost = function() end,
    done = function() end,
    message = function(message)
      if message.topic:sub(1, #replies) == replies then
        take_reply(self, message)
      else
        self.hosts:take(message)
      end
    end,
    trouble = function(text) failure.add("wall: " .. text) end,
  }
end

--- Ends it. A second time is allowed.
function Wall:stop()
  if self.is_over then
    return
  end
  self.is_over = true
  if self.job then
    self.job:stop()
  end
  if self.link then
    self.link:close(1)
  end
  if self.server then
    self.server:stop()
  end
end

Wall.__close = Wall.stop

--- Serves the wall.
---@param options { broker: string, topic?: string, address?: string, token?: string, actions?: boolean }
---@return luashot.Wall|nil
---@return string? message
---@return string? code
return function(options)
  check(options)
  local broker = brokers.check(options, 2) -- before the address is taken
  local root = options.topic or "luashot"
  local self = setmetatable({
    root = root, run = messages.run(), hosts = new_hosts(root), listeners = {}, waiting = {}, large = {},
    large_order = {}, actions = options.actions ~= false,
  }, Wall)
  local message, code
  self.server, message, code = server.start(options.address or "127.0.0.1:8080", options.token, routes_of(self))
  if not self.server then
    return core.fail(message, code)
  end
  self.address = self.server.address
  self.link, message, code = new_link {
    broker = broker, id = "luashot-wall-" .. self.run, largest = LARGEST, on = listener(self),
  }
  if not self.link then
    self:stop()
    return core.fail(message, code)
  end
  for _, part in ipairs { "hosts/+/presence", "hosts/+/state", "hosts/+/still/+", "hosts/+/event/+" } do
    self.link:subscribe(root .. "/" .. part)
  end
  self.link:subscribe(("%s/replies/%s/+"):format(root, self.run))
  self.job = luashot.every(TICK, function() report(self) end, { name = "wall" })
  return self
end
