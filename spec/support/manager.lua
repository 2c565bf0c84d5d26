--- A window manager on an X server: openbox, as Debian sets it up.
local process = require "spec.support.process"

local manager = {}

--- Start it, and wait until it manages: a window that comes while it starts may stay unnoticed.
---@param shown spec.screen
---@return spec.process
function manager.start(shown)
  local server, paint = shown.server, shown.paint
  local env = server:env()
  -- It makes the folders that it lacks, which nobody can below a device.
  env.HOME, env.XDG_CONFIG_HOME, env.XDG_CACHE_HOME = "/dev/null", "/dev/null", "/dev/null"
  local openbox = process.spawn({ "openbox", "--sm-disable" }, { env = env })
  local function lists(id)
    return server:run({ "xprop", "-root", "_NET_CLIENT_LIST" }):find(("0x%x"):format(id), 1, true)
  end
  for _ = 1, 100 do
    local probe = paint:make("managed", 0, 0, 10, 10, "000000")
    local is_managed = process.wait_until(function() return lists(probe) end, 0.5)
    paint("destroy %d", probe)
    if is_managed then
      assert(process.wait_until(function() return not lists(probe) end, 30))
      return openbox
    end
  end
  openbox:stop()
  error("openbox manages nothing: " .. openbox.err, 2)
end

return manager
