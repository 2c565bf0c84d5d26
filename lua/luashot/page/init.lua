--- luashot.page: a page for a running host, with a live picture of the screen, its jobs, its newest pictures and its
--- numbers.

local access = require "luashot.page.access"
local core = require "luashot.core"
local luashot = require "luashot"
local new_events = require "luashot.page.events"
local new_pictures = require "luashot.page.pictures"
local new_turns = require "luashot.page.turns"
local new_viewers = require "luashot.page.viewers"
local server = require "luashot.page.server"
local site = require "luashot.page.site"
local state = require "luashot.page.state"

local NAMES <const> = { "address", "token", "actions", "display", "what", "fps", "folder" }
local WIDEST <const> = 16384
local STILLS <const>, WAITING <const> = 2, 32 -- at one time, and in line for that

---@class luashot.Page
---@field address string the address on which it listens, with the port that it got
local Page = { __name = "luashot.Page" }
Page.__index = Page

local KINDS <const> = { jpg = "jpeg", png = "png", webp = "webp" }

-- Captures the requested part of the screen; a page with `what` never shows more.
local function grab(page, request)
  local what = page.what or request:query "monitor" or request:query "region"
  local ok, frame, why = pcall(page.display.grab, page.display, what, { clip = true })
  if not ok or not frame then
    error(server.refusal(404, ok and why or frame))
  end
  return frame
end

-- /screen.jpg?width=640&monitor=left: one picture.
local function send_still(page, request, path)
  local format = KINDS[path:match "^/screen%.(%a+)$"]
  if not format then
    error(server.refusal(404, "there is no such page"))
  end
  local options = {
    width = server.integer(request, "width", nil, 1, WIDEST),
    quality = server.integer(request, "quality", 85, 1, 100),
  }
  local turn <close> = page.stills:take()
  if not turn then
    error(server.refusal(503, "too many requests for pictures at one time"))
  end
  local frame <close> = grab(page, request)
  local bytes, message, code = luashot.await(function(done)
    local accepted, why, failed = frame:encode_async(format, options, done)
    if not accepted then
      done(nil, why, failed)
    end
  end)
  if not bytes then
    error(server.refusal(code == "EBUSY" and 503 or 500, message))
  end
  request:answer(200, server.headers("image/" .. format), bytes)
end

local function send_live(page, request)
  page.viewers:add(request, {
    width = server.integer(request, "width", nil, 16, WIDEST),
    fps = server.number(request, "fps", page.fps, 0.1, 60),
    quality = server.integer(request, "quality", 70, 1, 100),
  })
end

local function read_state(page)
  local now = state.read(page.display, page.viewers:count())
  now.actions = page.actions
  now.pictures = page.pictures and page.pictures:version()
  return luashot.json.encode(now)
end

-- The time differs even if nothing else has changed.
local function without_time(text)
  return (text:gsub('"time":%d+', "", 1))
end

-- Each returns the reason why it failed, or nothing.
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

local function find_job(request)
  local id, name = server.integer(request, "id", nil, 1, 1 << 53), request:query "name"
  local found = state.find(id, name)
  if #found == 1 then
    return found[1]
  elseif #found > 1 then
    local text = "%d jobs have the name '%s': give id=, as /state.json has it"
    error(server.refusal(409, text:format(#found, name)))
  end
  error(server.refusal(404, ("there is no job '%s'"):format(id or name or "")))
end

local function action_routes(page)
  local routes = {}
  for path, action in pairs(ACTIONS) do
    routes[path] = function(request)
      if not page.actions then
        error(server.refusal(403, "actions are off on this page"))
      end
      local job = find_job(request)
      local why = action(job)
      if why then
        error(server.refusal(409, ("job '%s': %s"):format(job.name, why)))
      end
      server.answer(request, 200, "done")
    end
  end
  return routes
end

local function routes_of(page)
  local get = page.pictures and page.pictures:routes() or {}
  get["/"] = server.constant("text/html; charset=utf-8", site.html)
  get["/icon.svg"] = server.constant("image/svg+xml", site.icon)
  get["/page.css"] = server.constant("text/css; charset=utf-8", site.css)
  get["/page.js"] = server.constant("text/javascript; charset=utf-8", site.js)
  get["/live.mjpg"] = function(request)
    send_live(page, request)
  end
  get["/events"] = function(request)
    page.events:add(request, server.headers "text/event-stream")
  end
  get["/state.json"] = function(request)
    request:answer(200, server.headers "application/json", read_state(page))
  end
  get["/metrics"] = function(request)
    local text = state.metrics(page.display, page.viewers:count())
    request:answer(200, server.headers "text/plain; version=0.0.4; charset=utf-8", text)
  end
  return {
    get = get,
    post = action_routes(page),
    other = function(request, path)
      send_still(page, request, path)
    end,
  }
end

--- Ends the page: viewers are disconnected, and the address is free again. A second time is allowed.
function Page:stop()
  if self.is_over then
    return
  end
  self.is_over = true
  self.viewers:stop()
  self.events:stop()
  self.server:stop()
  if self.pictures then
    self.pictures:close()
  end
  if self.own_display then
    self.own_display:close()
  end
end

Page.__close = Page.stop

local function check(options)
  core.check_options(options, NAMES, 3)
  local token = options.token
  local fault = token ~= nil and access.token_fault(token)
  if fault then
    error("page: option 'token': " .. fault, 4)
  end
  for name, kind in pairs { address = "string", actions = "boolean", fps = "number", folder = "string" } do
    if options[name] ~= nil and type(options[name]) ~= kind then
      error(("page: option '%s': a %s expected, got %s"):format(name, kind, type(options[name])), 4)
    end
  end
  if options.fps and not (options.fps >= 0.1 and options.fps <= 60) then
    error(("page: option 'fps': 0.1 to 60 expected, got %g"):format(options.fps), 4)
  end
end

-- Opens what the page shows, and starts its server. After a failure nothing stays open.
local function start(page, options)
  local message, code
  if not page.display then
    page.own_display, message, code = luashot.open {}
    page.display = page.own_display
    if not page.display then
      return nil, message, code
    end
  end
  if options.folder then
    page.pictures, message, code = new_pictures(options.folder)
    if not page.pictures then
      return nil, message, code
    end
  end
  local function run()
    page.server:run()
  end
  page.viewers = new_viewers(page.display, page.what, run)
  page.events = new_events(function() return read_state(page) end, without_time, run)
  page.server, message, code = server.start(options.address or "127.0.0.1:8080", options.token, routes_of(page))
  return page.server, message, code
end

---@param options? table
---@return luashot.Page|nil page
---@return string? message
---@return string? code
return function(options)
  options = options or {}
  check(options)
  local page = {
    actions = options.actions ~= false, display = options.display, what = options.what, fps = options.fps or 10,
    stills = new_turns(STILLS, WAITING),
  }
  local started, message, code = start(page, options)
  if not started then
    if page.pictures then
      page.pictures:close()
    end
    if page.own_display then
      page.own_display:close()
    end
    return core.fail(message, code)
  end
  state.listen()
  page.address = page.server.address
  return setmetatable(page, Page)
end
