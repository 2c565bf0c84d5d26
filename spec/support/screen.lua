--- A display under test: an X server with a painted screen, and luashot's connection to it.
local luashot = require "luashot.core"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local screen = {}

--- Which server screens are of, what messages call it, and the paths of its pixels: the fastest, and the others.
local IS_WAYLAND <const> = os.getenv "LUASHOT_SPEC_SERVER" == "wayland"
screen.SERVER = IS_WAYLAND and "the compositor" or "the X server"
screen.PATH = IS_WAYLAND and "wl-screencopy" or "shm-fd"
screen.SLOW_PATHS = IS_WAYLAND and { "wl-scratch" } or { "shm-sysv", "getimage" }

---@class spec.screen
---@field server spec.xserver
---@field paint table the painter
---@field display table luashot's
local Screen = {}
Screen.__index = Screen

--- Start a server with the gradient painted, and open it.
---@param options? spec.xserver.options|{ open?: table }  open: options of luashot.open
---@return spec.screen
function screen.start(options)
  options = options or {}
  local self = setmetatable({}, Screen)
  if IS_WAYLAND then
    self.server, self.paint = require("spec.support.wayland_screen").start(options)
  else
    self.server = xserver.start(options)
    self.paint = painter.start(self.server)
  end
  self.paint("gradient")
  self.display = self:open(options.open)
  return self
end

--- One more connection to the server; it is closed with the screen.
---@param options? table of luashot.open
function Screen:open(options)
  local all = { display = self.server.display }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  local display = assert(luashot.open(all))
  self.opened = self.opened or {}
  self.opened[#self.opened + 1] = display
  return display
end

--- What the gradient looks like in a rectangle, as "rgb" bytes.
function Screen:expected(x, y, width, height)
  return painter.gradient_bytes(x, y, width, height, self.server.depth)
end

--- Whether a frame holds the gradient at its own place.
function Screen:shows(frame)
  return frame:bytes("rgb") == self:expected(frame.x, frame.y, frame.width, frame.height)
end

function Screen:stop()
  for _, display in ipairs(self.opened or {}) do
    display:close()
  end
  self.paint:stop()
  self.server:stop()
end

--- Somebody who draws at random, the same way for the same seed: draw("draw 3") draws so often.
---@return fun(command: string, ...: any) draw
---@return { stop: fun(self: table) } drawing
function Screen:scribbler(seed)
  if IS_WAYLAND then
    return require("spec.support.wayland_screen").scribbler(self.paint, self.server, seed)
  end
  local drawing = process.spawn({ os.getenv "LUASHOT_BUILD" .. "/spec/luashot_scribbler", tostring(seed) },
    { env = self.server:env() })
  return function(command, ...)
    drawing:write(command:format(...) .. "\n")
    assert(drawing:read_line(60) == "ok", drawing.err)
  end, drawing
end

--- "640x480+0+0" of a frame.
function screen.place(frame)
  return ("%dx%d+%d+%d"):format(frame.width, frame.height, frame.x, frame.y)
end

return screen
