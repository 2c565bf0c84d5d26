--- An xterm that shows what a shell script prints.
local luashot = require "luashot"
local process = require "spec.support.process"

local window = {}

--- Start it at the top left, with letters of 9x15 pixels and no cursor of its own; it is there when this returns.
---@param server spec.xserver
---@param script string of sh; the window stays for as long as it runs
---@return spec.process
function window.start(server, script)
  local display <close> = assert(luashot.open { display = server.display })
  local started = process.spawn({ "xterm", "-fn", "9x15", "-geometry", "40x8+0+0", "-e", "sh", "-c",
    "printf '\\033[?25l'; " .. script }, { env = server:env() })
  assert(process.wait_until(function()
    return #display:windows() > 0
  end))
  return started
end

return window
