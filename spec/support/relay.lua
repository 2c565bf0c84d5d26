--- A display that says what its X server would not: luashot_relay stands before one (relay.c says
--- what its commands mean).
local files = require "spec.support.files"
local process = require "spec.support.process"

local relay = {}

local Relay = {}
Relay.__index = Relay

--- A relay to this server.
---@param server spec.xserver
---@return table relay with `display`, its own name; called with a command, it obeys
function relay.start(server)
  local build = assert(os.getenv("LUASHOT_BUILD"), "LUASHOT_BUILD is not set")
  local self = setmetatable({}, Relay)
  self.process = process.spawn({ build .. "/spec/luashot_relay" }, { env = server:env() })
  self.display = assert(self.process:read_line(10), "the relay does not start")
  return self
end

--- A relay to a Wayland compositor.
---@param sway spec.compositor
---@return table relay as above
function relay.start_wayland(sway)
  local build = assert(os.getenv("LUASHOT_BUILD"), "LUASHOT_BUILD is not set")
  local self = setmetatable({ folder = files.folder() }, Relay)
  local path = self.folder .. "/relay"
  self.process = process.spawn { build .. "/spec/luashot_relay", sway.display:match "^wayland:(.*)$", path }
  assert(self.process:read_line(10), self.process.err)
  self.display = "wayland:" .. path
  return self
end

--- What happens to the connections from now on: "close 2", "refuse Go away", with a format's arguments.
---@param command string
function Relay:__call(command, ...)
  self.process:write(command:format(...) .. "\n")
  local line = self.process:read_line(10)
  if line ~= "ok" then
    error(line or "the relay has ended: " .. self.process.err, 2)
  end
end

function Relay:stop()
  self.process:stop()
  if self.folder then
    files.remove(self.folder)
  end
end

return relay
