--- An xterm that shows what a shell script prints.
local luashot = require "luashot"
local process = require "spec.support.process"

local window = {}

--- Start it at the top left, with letters of 9x15 pixels, UTF-8 in every locale, and no cursor of its own; it is
--- there when this returns.
---@param server spec.xserver
---@param script string of sh; the window stays for as long as it runs
---@return spec.process
function window.start(server, script)
  local display <close> = assert(luashot.open { display = server.display })
  local env = server:env()
  env.LC_ALL = "C.UTF-8" -- xterm takes its encoding from there, and the user may have none
  local started = process.spawn({ "xterm", "-fn", "9x15", "-geometry", "40x8+0+0", "-e", "sh", "-c",
    "printf '\\033[?25l'; " .. script }, { env = env })
  assert(process.wait_until(function()
    return #display:windows() > 0
  end))
  return started
end

return window
