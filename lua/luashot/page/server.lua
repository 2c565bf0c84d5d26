--- The HTTP server of a page: its access, the jobs that answer, and the form of answers. The routes have the rest.

local access = require "luashot.page.access"
local core = require "luashot.core"
local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"
local watch_descriptor = require "luashot.events.fd_watch"

local AT_ONCE <const> = 16 -- requests in one turn of the loop
local REQUESTS <const> = 200 -- a second, from everybody

local GUARDS <const> = {
  ["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    .. "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  ["X-Content-Type-Options"] = "nosniff",
  ["X-Frame-Options"] = "DENY",
  ["Referrer-Policy"] = "no-referrer",
  ["Cross-Origin-Resource-Policy"] = "same-origin",
}

--- Answers a request, in its job. It may wait, and raise server.refusal(…).
---@alias luashot.page.Route fun(request: userdata, path: string)

---@class luashot.page.Routes
---@field get table<string, luashot.page.Route> by path
---@field post table<string, luashot.page.Route> actions, which only the page itself may ask for
---@field other? luashot.page.Route of GET, for paths that are not among them

---@class luashot.page.Server
---@field address string the address on which it listens, with the port that it got
local Server = {}
Server.__index = Server

local server = {}

--- Makes the headers of an answer.
---@param kind string its media type
---@param more? table<string, string>
---@return table<string, string>
function server.headers(kind, more)
  local headers = { ["Content-Type"] = kind, ["Cache-Control"] = "no-store" }
  for _, list in ipairs { GUARDS, more or {} } do
    for name, value in pairs(list) do
      headers[name] = value
    end
  end
  return headers
end

--- Answers with a line of text.
---@param request userdata
---@param status integer
---@param text string
---@param more? table<string, string> headers
function server.answer(request, status, text, more)
  request:answer(status, server.headers("text/plain; charset=utf-8", more), text .. "\n")
end

--- Makes an error object that becomes the answer.
---@param status integer
---@param text string
---@return table
function server.refusal(status, text)
  return { status = status, text = text }
end

--- Makes a route to bytes that never change.
---@param kind string
---@param bytes string
---@return luashot.page.Route
function server.constant(kind, bytes)
  return function(request)
    request:answer(200, server.headers(kind), bytes)
  end
end

--- Reads a number of the query; raises a refusal if it is not one between the two bounds.
---@param request userdata
---@param name string
---@param otherwise number|nil
---@param least number
---@param most number
---@return number|nil
function server.number(request, name, otherwise, least, most)
  local text = request:query(name)
  if not text then
    return otherwise
  end
  local value = text:match "^%d+%.?%d*$" and tonumber(text)
  if not value or value < least or value > most then
    error(server.refusal(400, ("%s: a number from %s to %s expected"):format(name, least, most)))
  end
  return value
end

--- The same, without a fraction.
function server.integer(...)
  local value = server.number(...)
  return value and math.floor(value)
end

local function serve(self, request)
  local method, path = request:method(), request:path()
  local status, text, more = access.refuse(request, self.place, self.token)
  local limit = status and self.refusals or self.limit -- guesses take nothing from those who may look
  if not limit() then
    status, text, more = 429, "too many requests: 200 a second are answered", { ["Retry-After"] = "1" }
  end
  if status then
    return server.answer(request, status, text, more)
  elseif method ~= "GET" and method ~= "POST" then
    return server.answer(request, 405, "GET or POST expected", { Allow = "GET, POST" })
  elseif method == "GET" and self.token and request:query "token" then -- out of the address, which others may see
    local cookie = access.cookie(request, self.token)
    return server.answer(request, 303, "the token is kept", { Location = access.place(path), ["Set-Cookie"] = cookie })
  end
  local routes = self.routes
  local route = method == "POST" and routes.post[path] or method == "GET" and (routes.get[path] or routes.other)
  if not route then
    return server.answer(request, 404, "there is no such page")
  end
  route(request, path)
end

local function handle(self, request)
  local ok, why = pcall(serve, self, request)
  if not ok and type(why) == "table" and why.status then
    server.answer(request, why.status, why.text)
  elseif not ok then
    failure.add(why)
    server.answer(request, 500, "the page failed; the host's standard error has the reason")
  end
  self:run()
end

-- Hands the next request to a job, which may call run.
local function begin(self)
  local request = self.core:take()
  if request then
    self.has_news = true
    jobs.create(function()
      handle(self, request)
    end, { name = "page" })
  end
end

--- Runs the server after answers and writes, and hands new requests to jobs: a few at a time, so that the host's
--- own jobs get their turn.
function Server:run()
  self.has_news = true
  if self.is_running then
    return -- the call below goes on
  end
  self.is_running = true
  local seconds
  for _ = 1, AT_ONCE do
    if self.core and self.has_news then
      self.has_news = false
      seconds = self.core:run()
      begin(self)
    end
  end
  self.is_running = false
  if not self.core then
    return
  elseif self.has_news then
    seconds = 0
  end
  if seconds then
    self.timer:start(math.max(1, math.ceil(seconds * 1000)), 0, function()
      failure.guard(nil, self.run, self)
    end)
  else
    self.timer:stop()
  end
end

--- Disconnects everybody and frees the address. A second time is allowed.
function Server:stop()
  if not self.core then
    return
  end
  self.watch:stop()
  self.timer:stop()
  self.timer:close()
  self.core:close()
  self.core = nil
end

--- Listens, and keeps the loop running until stop().
---@param address string
---@param token string|nil
---@param routes luashot.page.Routes
---@return luashot.page.Server|nil server
---@return string? message
---@return string? code
function server.start(address, token, routes)
  if not core.http_listen then
    return core.fail("this luashot was built without pages (configure it with -DLUASHOT_HTTP=ON)", "ENOTSUP")
  end
  local listening, text, is_loopback = core.http_listen(address)
  if not listening then
    return core.fail(text, is_loopback)
  elseif not is_loopback and not token then
    listening:close()
    return core.fail(text .. " can be reached from other machines: give the page a token, and TLS by a proxy "
      .. "(docs/page.md)", "EACCES")
  end
  local self = setmetatable({
    address = text, place = { text = text, is_loopback = is_loopback }, token = token, routes = routes,
    core = listening, timer = require "luashot.luv".new_timer(),
    limit = access.limit(REQUESTS), refusals = access.limit(REQUESTS),
  }, Server)
  self.watch = watch_descriptor(listening:fd(), function() self:run() end)
  self.watch:hold(true)
  self.timer:unref()
  self:run()
  return self
end

return server
