--- The viewers of a page's live picture. Those of one size, quality and rate share a view: each of its pictures is
--- encoded once, only after a change, and only while somebody looks.

local core = require "luashot.core"
local luashot = require "luashot"
local new_camera = require "luashot.page.camera"

local BOUNDARY <const> = "luashot-frame"
local AT_ONCE <const> = 2 -- pictures that are being encoded, so that few slots are held and saves have room
local BUSY <const> = 0.1 -- seconds until encoding is tried again that was refused
local BATCH <const> = 16 -- viewers that get a picture in one turn of the loop, so that jobs have theirs
local STILL <const> = 5 -- seconds without a change until the last picture is sent again
local SHOWN <const> = 0.15 -- seconds until it is sent once more: Chromium shows a picture when the next one begins
local NS <const> = 1000000000

---@class luashot.page.View
---@field key string its width, rate and quality
---@field streams userdata[] of its viewers
---@field due integer ns, as core.monotonic(): before that it needs no further picture
---@field serial integer of the camera's pictures the newest that was encoded, or is
---@field is_encoding boolean|nil until its viewers have got the picture
---@field piece userdata|nil the newest picture, as the viewers get it
---@field sent integer ns: when that was
---@field is_shown boolean|nil whether it has been sent once more

---@class luashot.page.Viewers
---@field camera luashot.page.Camera
---@field run fun() lets the server send
---@field views luashot.page.View[]
---@field encoding integer how many views are being encoded
---@field timer userdata of luv: for the view that is due next
---@field shower luashot.Job|nil sends pictures once more
---@field is_over boolean|nil
local Viewers = {}
Viewers.__index = Viewers

local function header_of(bytes)
  return ("--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"):format(BOUNDARY, #bytes)
end

-- Keeps the viewers that are still connected.
local function sweep(view)
  local open = {}
  for _, stream in ipairs(view.streams) do
    if stream:is_open() then
      open[#open + 1] = stream
    end
  end
  view.streams = open
  return #open
end

local function write(self, view)
  view.sent = core.monotonic()
  for i, stream in ipairs(view.streams) do
    stream:write(view.piece)
    if i % BATCH == 0 then
      self.run()
      luashot.sleep(0.001)
    end
  end
  self.run()
end

-- Sends the pictures once more that no other has followed for a moment.
local function show_soon(self)
  self.shower = self.shower or luashot.after(SHOWN, function()
    local is_early = false
    for _, view in ipairs(self.views) do
      if view.is_shown == false and core.monotonic() - view.sent < SHOWN * NS then
        is_early = true
      elseif view.is_shown == false then
        view.is_shown = true
        write(self, view)
      end
    end
    self.shower = nil
    if is_early then
      show_soon(self)
    end
  end, { name = "page" })
end

-- Encodes the camera's picture for a view.
local function encode(self, view, now)
  local options = { quality = view.quality, width = view.width }
  local accepted = self.camera.frame:encode_async("jpeg", options, function(bytes)
    self.encoding = self.encoding - 1
    if bytes and #view.streams > 0 then
      view.piece, view.is_shown = core.http_piece(header_of(bytes), bytes, "\r\n"), false
      write(self, view)
      show_soon(self)
      self:settle()
    end
    view.is_encoding = false
    self:pump()
  end)
  if accepted then
    view.is_encoding, view.serial, view.due = true, self.camera.serial, now + NS // view.fps
    self.encoding = self.encoding + 1
  else
    view.due = now + math.floor(BUSY * NS)
  end
end

-- The view that lacks the newest picture and is due first; and whether any lacks it.
local function next_view(self)
  local first, is_behind = nil, false
  for _, view in ipairs(self.camera.frame and self.views or {}) do
    if view.serial < self.camera.serial then
      is_behind = true
      if not view.is_encoding and (not first or view.due < first.due) then
        first = view
      end
    end
  end
  return first, is_behind
end

--- Encodes what is due.
---@package
function Viewers:pump()
  if self.is_over then
    return
  end
  local view, is_behind = next_view(self)
  local now = core.monotonic()
  while view and view.due <= now and self.encoding < AT_ONCE do
    encode(self, view, now)
    view, is_behind = next_view(self)
  end
  if not is_behind then
    self.camera:drop()
  end
  if view and view.due > now then
    self.timer:start((view.due - now) // 1000000 + 1, 0, function() self:pump() end)
  else
    self.timer:stop()
  end
end

--- Drops the views without viewers, and sets the camera to the rate of the fastest other view.
---@package
function Viewers:settle()
  if self.is_over then
    return
  end
  local views, fastest = {}, nil
  for _, view in ipairs(self.views) do
    if sweep(view) > 0 then
      views[#views + 1] = view
      fastest = math.max(fastest or 0, view.fps)
    end
  end
  self.views = views
  if not fastest then
    self.camera:stop()
    self.timer:stop()
    self:rest()
  elseif fastest ~= self.camera.fps then
    self.camera:start(fastest)
  end
end

-- Sends pictures again that are old: only a write shows that a viewer has left.
local function repeat_old(self)
  for _, view in ipairs(self.views) do
    if view.piece and core.monotonic() - view.sent > STILL * NS then
      write(self, view)
    end
  end
  self:settle()
end

function Viewers:rest()
  for _, name in ipairs { "repeater", "shower" } do
    if self[name] then
      self[name]:stop()
      self[name] = nil
    end
  end
end

--- Answers a request with the live pictures.
---@param request userdata
---@param options { width: integer?, fps: number, quality: integer }
function Viewers:add(request, options)
  local key = ("%s %g %d"):format(options.width or "", options.fps, options.quality)
  local stream = request:stream(200, {
    ["Content-Type"] = "multipart/x-mixed-replace; boundary=" .. BOUNDARY,
    ["Cache-Control"] = "no-store",
  }, 1)
  if not stream then
    return
  end
  for _, view in ipairs(self.views) do
    if view.key == key then
      view.streams[#view.streams + 1] = stream
      if view.piece then
        stream:write(view.piece)
        view.sent, view.is_shown = core.monotonic(), false
        show_soon(self)
      end
      return
    end
  end
  self.views[#self.views + 1] = {
    key = key, width = options.width, fps = options.fps, quality = options.quality, streams = { stream },
    due = 0, serial = 0, sent = 0,
  }
  self.repeater = self.repeater or luashot.every(STILL, function() repeat_old(self) end, { name = "page" })
  if self.camera.fps and self.camera.fps >= options.fps then
    self.camera:start(self.camera.fps) -- a picture of now
  end
  self:settle()
end

--- Counts the viewers.
---@return integer
function Viewers:count()
  local count = 0
  for _, view in ipairs(self.views) do
    count = count + sweep(view)
  end
  return count
end

--- Ends all streams.
function Viewers:stop()
  for _, view in ipairs(self.views) do
    for _, stream in ipairs(view.streams) do
      stream:finish()
    end
  end
  self:settle()
  self.is_over = true
  self.timer:close()
end

---@param display luashot.Display
---@param what luashot.What|nil
---@param run fun()
---@return luashot.page.Viewers
return function(display, what, run)
  local self = setmetatable({ run = run, views = {}, encoding = 0 }, Viewers)
  self.camera = new_camera(display, what, function() self:pump() end)
  self.timer = require "luashot.luv".new_timer()
  self.timer:unref()
  return self
end
