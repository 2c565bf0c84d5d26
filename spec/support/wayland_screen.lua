--- What spec/support/screen.lua starts where LUASHOT_SPEC_SERVER is "wayland": a compositor instead of an X server,
--- whose wallpaper is what the spec has painted. So the same specs run against both servers.
local compositor = require "spec.support.compositor"
local files = require "spec.support.files"
local luashot = require "luashot.core"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local uv = require "luv"

local wayland_screen = {}

--- The server, as specs know an X server.
local Server = {}
Server.__index = Server

local function signal(name)
  return function(self)
    assert(uv.kill(self.pid, name))
  end
end
Server.suspend, Server.resume = signal "sigstop", signal "sigcont"

function Server:kill()
  self.sway.server:kill "sigkill"
  self.sway.server:wait(5)
end

function Server:env()
  return self.sway:env()
end

function Server:resize(width, height)
  self.width, self.height = width, height
  self.sway:obey(("output HEADLESS-1 resolution %dx%d"):format(width, height))
end

--- Each output is a monitor; there is no other way to name a part of one.
function Server.set_monitor()
  error("no compositor has monitors of a user's choice", 2)
end
Server.delete_monitor = Server.set_monitor

function Server:stop()
  self.sway:stop()
end

--- What is on the screen, painted by commands of luashot_painter, as far as a wallpaper can show it.
local Paint = {}
Paint.__index = Paint

local function gradient(width, height)
  local bytes = painter.gradient_bytes(0, 0, width, height)
  local path = files.folder() .. "/gradient.ppm"
  files.write(path, ("P6 %d %d 255\n"):format(width, height) .. bytes)
  local image = assert(luashot.load(path))
  files.remove(path:match "^(.*)/")
  return image
end

--- Have it shown, and wait until it is.
function Paint:show()
  local server = self.server
  self.number = (self.number or 0) + 1
  local path = ("%s/shown-%d.png"):format(server.sway.folder, self.number)
  assert(self.image:save(path))
  assert(uv.fs_chmod(path, tonumber("644", 8))) -- another user reads it
  server.sway:obey(("output * background %s fill"):format(path))
  local is_shown = process.wait_until(function()
    local frame = self.eye:grab()
    local same = frame and frame.width == self.image.width and frame:same(self.image)
    if frame then
      frame:release()
    end
    return same
  end, 20)
  assert(is_shown, "the wallpaper does not come")
  os.remove(path)
end

function Paint:__call(command, ...)
  command = select("#", ...) > 0 and command:format(...) or command
  local x, y, width, height, color = command:match "^fill (%d+) (%d+) (%d+) (%d+) (%x+)$"
  if command == "gradient" then
    self.image = gradient(self.server.width, self.server.height)
  elseif x then
    self.image:fill({ x = tonumber(x), y = tonumber(y), width = tonumber(width), height = tonumber(height) },
      "#" .. color)
  elseif command == "grab" then
    return self.server:suspend()
  elseif command == "ungrab" then
    return self.server:resume()
  else
    error("no wallpaper can show this: " .. command, 2)
  end
  self:show()
end

function Paint:stop()
  self.eye:close()
end

--- The server and the painter of a screen.
---@param options { width?: integer, height?: integer, depth?: integer }
function wayland_screen.start(options)
  assert(not options.args and (options.depth or 24) == 24, "no compositor is started like that")
  local width, height = options.width or 640, options.height or 480
  local sway = compositor.start {
    config = ("output HEADLESS-1 resolution %dx%d position 0 0"):format(width, height) }
  local server = setmetatable({ sway = sway, display = sway.display, pid = sway.server.pid, width = width,
    height = height, depth = 24 }, Server)
  local paint = setmetatable({ server = server, eye = assert(luashot.open { display = sway.display }) }, Paint)
  return server, paint
end

return wayland_screen
