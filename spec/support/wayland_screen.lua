--- What spec/support/screen.lua starts where LUASHOT_SPEC_SERVER is "wayland": a compositor instead of an X server,
--- all of whose output is one window, which shows what the spec has painted. So the same specs run against both.
local compositor = require "spec.support.compositor"
local luashot = require "luashot.core"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local uv = require "luv"

local wayland_screen = {}

--- At 1000 Hz, so that the wait for an output's next frame is short.
local function mode(width, height)
  return ("output HEADLESS-1 mode --custom %dx%d@1000Hz"):format(width, height)
end

--- The server, as specs know an X server.
local Server = { depth = 24, output = "HEADLESS-1", painter = "luashot_wayland_painter" }
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
  self.sway:obey(mode(width, height))
end

--- Each output is a monitor; there is no other way to name a part of one.
function Server.set_monitor()
  error("no compositor has monitors of a user's choice", 2)
end
Server.delete_monitor = Server.set_monitor

function Server:stop()
  self.eye:close()
  self.sway:stop()
end

--- Somebody who draws at random, by the painter.
function wayland_screen.scribbler(paint, server, seed)
  math.randomseed(seed)
  return function(command, ...)
    for _ = 1, tonumber(command:format(...):match "%d+") do
      local x, y = math.random(0, server.width - 1), math.random(0, server.height - 1)
      paint("fill %d %d %d %d %06x", x, y, math.random(100), math.random(100), math.random(0, 0xffffff))
    end
  end, { stop = function() end }
end

--- The server and the painter of a screen.
---@param options { width?: integer, height?: integer, depth?: integer }
function wayland_screen.start(options)
  assert(not options.args and (options.depth or 24) == 24, "no compositor is started like that")
  local width, height = options.width or 640, options.height or 480
  local sway = compositor.start { config = mode(width, height) .. " position 0 0" }
  local server = setmetatable({ sway = sway, display = sway.display, pid = sway.server.pid, width = width,
    height = height }, Server)
  server.commands = { grab = function() server:suspend() end, ungrab = function() server:resume() end }
  local paint = painter.start(server)
  -- sway gives a new window its size and place in steps, and shows meanwhile what it was before.
  server.eye = assert(luashot.open { display = sway.display })
  assert(process.wait_until(function()
    paint "gradient"
    local frame <close> = assert(server.eye:grab(("2x2+%d+%d"):format(width - 2, height - 2)))
    return frame:bytes "rgb" == painter.gradient_bytes(width - 2, height - 2, 2, 2)
  end, 20), "the window does not come")
  return server, paint
end

return wayland_screen
