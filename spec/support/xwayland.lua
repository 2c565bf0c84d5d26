--- Xwayland without a root window of its own, in a compositor without a screen.
local files = require "spec.support.files"
local process = require "spec.support.process"

local xwayland = {}

local Server = {}
Server.__index = Server

--- Start it. It looks like an xserver as far as painters and relays need it.
---@return { display: string, env: fun(self: table): table, stop: fun(self: table) }
function xwayland.start()
  local self = setmetatable({ folder = files.folder() }, Server)
  self.weston = process.spawn({ "weston", "--backend=headless-backend.so", "--xwayland", "--socket=luashot-spec",
    "--width=400", "--height=300", "--no-config" }, { env = { XDG_RUNTIME_DIR = self.folder } })
  self.display = process.wait_until(function()
    return (self.weston.out .. self.weston.err):match("listening on display (:%d+)")
  end, 30)
  if not self.display then
    self:stop()
    error("Xwayland does not start: " .. self.weston.out .. self.weston.err, 2)
  end
  return self
end

function Server:env()
  return { DISPLAY = self.display }
end

function Server:stop()
  self.weston:stop()
  files.remove(self.folder)
end

return xwayland
