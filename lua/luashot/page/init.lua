--- luashot.page: a page for a running host, with a live picture of the screen, its jobs and its numbers.

local access = require "luashot.page.access"
local core = require "luashot.core"
local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"
local luashot = require "luashot"
local new_viewers = require "luashot.page.viewers"
local site = require "luashot.page.site"
local state = require "luashot.page.state"
local watch_descriptor = require "luashot.events.fd_watch"

local NAMES <const> = { "address", "token", "actions", "display", "what", "fps" }
local SHORTEST_TOKEN <const> = 16
local WIDEST <const> = 16384
local AT_ONCE <const> = 16 -- requests in one turn of the loop
local TICK <const> = 1 -- second between two looks at the state

local GUARDS <const> = {
  ["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    .. "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  ["X-Content-Type-Options"] = "nosniff",
  ["Referrer-Policy"] = "no-referrer",
}

---@class luashot.Page
---@field address string where it listens, with the port that it got
local Page = { __name = "luashot.Page" }
Page.__index = Page

local function headers_of(kind, more)
  local headers = { ["Content-Type"] = kind, ["Cache-Control"] = "no-store" }
  for _, list in ipairs { GUARDS, more or {} } do
    for name, value in pairs(list) do
      headers[name] = value
    end
  end
  return headers
end

local function answer(request, status, text, more)
  request:answer(status, headers_of("text/plain; charset=utf-8", more), text)
end

-- Reads a number of the query between two bounds; nil and an answer if it is not one.
local function number(request, name, otherwise, least, most)
  local text = request:query(name)
  if not text then
    return otherwise
  end
  local value = text:match "^%d+%.?%d*$" and tonumber(text)
  if not value or value < least or value > most then
    error({ status = 400, text = ("%s: a number from %d to %d expected\n"):format(name, least, most) })
  end
  return value
end

local function integer(...)
  local value = number(...)
  return value and math.floor(value)
end

local KINDS <const> = { jpg = "jpeg", png = "png", webp = "webp" }

-- /screen.jpg?width=640&monitor=left: one picture.
local function send_still(page, request, extension)
  local format = KINDS[extension]
  local width = integer(request, "width", nil, 1, WIDEST)
  local quality = integer(request, "quality", 85, 1, 100)
  local what = page.what
  if not what then -- a page of a part never shows more
    what = request:query "monitor" or request:query "region"
  end
  local ok, frame, why = pcall(page.display.grab, page.display, what, { clip = true })
  if not ok or not frame then
    return answer(request, 404, (ok and why or frame) .. "\n")
  end
  local accepted, message = frame:encode_async(format, { quality = quality, width = width }, function(bytes, reason)
    if bytes then
      request:answer(200, headers_of("image/" .. format), bytes)
    else
      answer(request, 500, reason .. "\n")
    end
    page:run()
  end)
  frame:release()
  if not accepted then
    answer(request, 503, message .. "\n", { ["Retry-After"] = "1" })
  end
end

local function send_live(page, request)
  page.viewers:add(request, {
    width = integer(request, "width", nil, 16, WIDEST),
    fps = number(request, "fps", page.fps, 0.1, 60),
    quality = integer(request, "quality", 70, 1, 100),
  })
end

local function state_text(page)
  return luashot.json.encode(state.read(page.display, page.viewers:count()))
end

-- Sends the state as server-sent events: now, and after each change.
local function send_events(page, request)
  local stream = request:stream(200, { ["Content-Type"] = "text/event-stream", ["Cache-Control"] = "no-store" }, 4)
  if stream then
    page.listeners[#page.listeners + 1] = stream
    stream:write(core.http_piece("data: " .. state_text(page) .. "\n\n"))
    page:tell()
  end
end

-- Removes the time, which differs even if nothing else has changed.
local function essence(text)
  return (text:gsub('"time":%d+', "", 1))
end

-- Starts the job that sends the state after changes, while a viewer listens.
function Page:tell()
  if self.teller then
    return
  end
  local last
  self.teller = luashot.every(TICK, function(job)
    local open = {}
    local text = state_text(self)
    local is_new = essence(text) ~= last
    last = essence(text)
    local piece = core.http_piece(is_new and "data: " .. text .. "\n\n" or ": still here\n\n")
    for _, stream in ipairs(self.listeners) do
      if stream:write(piece) then
        open[#open + 1] = stream
      end
    end
    self.listeners = open
    self:run()
    if #open == 0 then
      self.teller = nil
      job:stop()
    end
  end, { name = "page" })
end

local function find_job(request)
  local id, name = integer(request, "id", nil, 1, 1 << 53), request:query "name"
  local found = state.find(id, name)
  if #found == 1 then
    return found[1]
  elseif #found > 1 then
    local text = "%d jobs have the name '%s': give id=, as /state.json has it\n"
    error({ status = 409, text = text:format(#found, name) })
  end
  error({ status = 404, text = ("there is no job '%s'\n"):format(id or name or "") })
end

-- Each returns why it could not be done, or nothing.
local ACTIONS <const> = {
  ["/job/run"] = function(job)
    return not job:trigger() and "it is running already"
  end,
  ["/job/pause"] = function(job)
    return not job:pause() and "it has no further time to run at"
  end,
  ["/job/resume"] = function(job)
    job:resume()
  end,
  ["/job/stop"] = function(job)
    job:stop()
  end,
}

local function act(page, request, path)
  local action = ACTIONS[path]
  if not action then
    return answer(request, 404, "there is no such action\n")
  elseif not page.actions then
    return answer(request, 403, "actions are off on this page\n")
  end
  local job = find_job(request)
  local why = action(job)
  if why then
    return answer(request, 409, ("job '%s': %s\n"):format(job.name, why))
  end
  answer(request, 200, "done\n")
end

local GETS <const> = {
  ["/"] = function(_, request)
    request:answer(200, headers_of "text/html; charset=utf-8", site.html)
  end,
  ["/page.css"] = function(_, request)
    request:answer(200, headers_of "text/css; charset=utf-8", site.css)
  end,
  ["/page.js"] = function(_, request)
    request:answer(200, headers_of "text/javascript; charset=utf-8", site.js)
  end,
  ["/live.mjpg"] = send_live,
  ["/events"] = send_events,
  ["/state.json"] = function(page, request)
    request:answer(200, headers_of "application/json", state_text(page))
  end,
  ["/metrics"] = function(page, request)
    request:answer(200, headers_of "text/plain; version=0.0.4; charset=utf-8",
      state.metrics(page.display, page.viewers:count()))
  end,
}

local function serve(page, request)
  local method, path = request:method(), request:path()
  local status, text = access.refuse(request, page.place, page.token)
  if status then
    return answer(request, status, text, status == 401 and { ["WWW-Authenticate"] = "Bearer" } or nil)
  elseif method == "POST" then
    return act(page, request, path)
  elseif method ~= "GET" then
    return answer(request, 405, "GET or POST expected\n", { Allow = "GET, POST" })
  elseif page.token and request:query "token" then -- out of the address, which others may see
    return answer(request, 303, "", { Location = path, ["Set-Cookie"] = access.cookie(page.token) })
  end
  local extension = path:match "^/screen%.(%a+)$"
  if extension and KINDS[extension] then
    return send_still(page, request, extension)
  end
  local get = GETS[path]
  if not get then
    return answer(request, 404, "there is nothing here\n")
  end
  get(page, request)
end

local function handle(page, request)
  local ok, why = pcall(serve, page, request)
  if not ok and type(why) == "table" then
    answer(request, why.status, why.text)
  elseif not ok then
    failure.add(why)
    answer(request, 500, "the page failed; the host's messages tell how\n")
  end
  page:run()
end

-- Hands the next request to a job, which may call Page:run.
local function begin(page)
  local request = page.server:take()
  if request then
    page.has_news = true
    jobs.create(function()
      handle(page, request)
    end, { name = "page" })
  end
end

--- Runs the server after answers and writes, and hands new requests to jobs: a few at a time, so that the host's
--- own jobs get their turn.
---@package
function Page:run()
  self.has_news = true
  if self.is_running then
    return -- the call below goes on
  end
  self.is_running = true
  local seconds
  for _ = 1, AT_ONCE do
    if self.server and self.has_news then
      self.has_news = false
      seconds = self.server:run()
      begin(self)
    end
  end
  self.is_running = false
  if not self.server then
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

--- Ends the page: viewers are disconnected, and the address is free again. A second time is allowed.
function Page:stop()
  if not self.server then
    return
  end
  self.viewers:stop()
  for _, stream in ipairs(self.listeners) do
    stream:finish()
  end
  if self.teller then
    self.teller:stop()
  end
  self.watch:stop()
  self.timer:stop()
  self.timer:close()
  self.server:close()
  self.server = nil
  if self.own_display then
    self.own_display:close()
  end
end

Page.__close = Page.stop

local function check(options)
  core.check_options(options, NAMES, 3)
  local token = options.token
  if token ~= nil and (type(token) ~= "string" or #token < SHORTEST_TOKEN or token:find "[^%w%-_.~]") then
    error(("page: option 'token': %d or more letters, digits, '-', '_', '.' or '~' expected"):format(SHORTEST_TOKEN), 4)
  end
  for name, kind in pairs { address = "string", actions = "boolean", fps = "number" } do
    if options[name] ~= nil and type(options[name]) ~= kind then
      error(("page: option '%s': a %s expected, got %s"):format(name, kind, type(options[name])), 4)
    end
  end
  if options.fps and not (options.fps >= 0.1 and options.fps <= 60) then
    error(("page: option 'fps': 0.1 to 60 expected, got %g"):format(options.fps), 4)
  end
end

---@param options? table
---@return luashot.Page|nil page
---@return string? message
---@return string? code
return function(options)
  options = options or {}
  check(options)
  if not core.http_listen then
    return core.fail("this luashot was built without LUASHOT_HTTP", "ENOTSUP")
  end
  local display = options.display
  if not display then
    local opened, message, code = luashot.open {}
    if not opened then
      return core.fail(message, code)
    end
    display = opened
  end
  local server, text, is_loopback = core.http_listen(options.address or "127.0.0.1:8080")
  if server and not is_loopback and not options.token then
    server:close()
    server, text, is_loopback = nil, ("%s can be reached from other machines: give the page a token, and TLS by a "
      .. "proxy (docs/page.md)"):format(text), "EACCES"
  end
  if not server then
    if not options.display then
      display:close()
    end
    return core.fail(text, is_loopback)
  end
  state.listen()
  local page = setmetatable({
    address = text, place = { text = text, is_loopback = is_loopback }, token = options.token,
    actions = options.actions ~= false, display = display, own_display = not options.display and display or nil,
    what = options.what, fps = options.fps or 10, server = server, listeners = {}, timer = require("luv").new_timer(),
  }, Page)
  page.viewers = new_viewers(display, options.what, function() page:run() end)
  page.watch = watch_descriptor(server:fd(), function() page:run() end)
  page.watch:hold(true)
  page.timer:unref()
  page:run()
  return page
end
