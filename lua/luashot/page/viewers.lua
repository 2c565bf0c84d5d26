--- The live pictures of a page. Each is encoded once for all viewers of a size, only after a change, and only
--- while somebody looks.

local core = require "luashot.core"
local jobs = require "luashot.schedule.jobs"
local luashot = require "luashot"

local BOUNDARY <const> = "luashot-frame"
local FAILED <const> = 1 -- second until a failed capture is tried again
local STILL <const> = 10 -- seconds without a change until the last picture is sent again

---@class luashot.page.Viewers
---@field display luashot.Display
---@field what luashot.Target|nil
---@field run fun() lets the server send
---@field views table<string, luashot.page.View> by size, rate and quality
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
  for _, stream in ipairs(view.streams) do
    stream:write(view.piece)
  end
  self.run()
  if sweep(view) == 0 then
    self:close(view)
  end
end

function Viewers:send(view, bytes)
  view.piece = core.http_piece(header_of(bytes) .. bytes .. "\r\n")
  write(self, view)
end

-- Encodes one picture at a time; of those that come meanwhile, the newest is next.
function Viewers:encode(view, frame)
  if view.is_encoding then
    if view.newest then
      view.newest:release()
    end
    view.newest = frame
    return
  end
  view.is_encoding = frame:encode_async("jpeg", { quality = view.quality, width = view.width }, function(bytes)
    view.is_encoding = false
    local newest = view.newest
    view.newest = nil
    if bytes and not view.is_closed then
      self:send(view, bytes)
    end
    if newest and not view.is_closed then
      self:encode(view, newest)
    elseif newest then
      newest:release()
    end
  end)
  frame:release()
end

function Viewers:open(view)
  view.job = assert(self.display:on_change(self.what, function(frame)
    self:encode(view, frame:crop(0, 0, frame.width, frame.height))
  end, { min_interval = 1 / view.fps, name = "page" }))
  -- Only a write shows that a viewer has left.
  view.repeater = luashot.every(STILL, function()
    if view.piece and core.monotonic() - view.sent > STILL * 1e9 then
      write(self, view)
    end
  end, { name = "page" })
  jobs.create(function()
    while not view.is_closed do
      local frame = self.display:grab(self.what)
      if frame then
        return self:encode(view, frame)
      end
      luashot.sleep(FAILED)
    end
  end, { name = "page" })
end

function Viewers:close(view)
  view.is_closed = true
  self.views[view.key] = nil
  view.job:stop()
  view.repeater:stop()
end

--- Answers a request with the live pictures.
---@param request userdata
---@param options { width: integer?, fps: number, quality: integer }
function Viewers:add(request, options)
  local key = ("%s %g %d"):format(options.width or "", options.fps, options.quality)
  local view = self.views[key]
  local stream = request:stream(200, {
    ["Content-Type"] = "multipart/x-mixed-replace; boundary=" .. BOUNDARY,
    ["Cache-Control"] = "no-store",
  }, 1)
  if not stream then
    return
  end
  if not view then
    view = { key = key, width = options.width, fps = options.fps, quality = options.quality, streams = {} }
    self.views[key] = view
    self:open(view)
  end
  view.streams[#view.streams + 1] = stream
  if view.piece then
    stream:write(view.piece)
  end
end

--- Counts the viewers.
---@return integer
function Viewers:count()
  local count = 0
  for _, view in pairs(self.views) do
    count = count + sweep(view)
  end
  return count
end

--- Ends all streams.
function Viewers:stop()
  for _, view in pairs(self.views) do
    for _, stream in ipairs(view.streams) do
      stream:finish()
    end
    self:close(view)
  end
end

---@param display luashot.Display
---@param what luashot.Target|nil
---@param run fun()
---@return luashot.page.Viewers
return function(display, what, run)
  return setmetatable({ display = display, what = what, run = run, views = {} }, Viewers)
end
