--- The time zone of this process, as the C library looks it up.
local uv = require "luv"

local zone = {}

local before = os.getenv "TZ"

---@param name string "Europe/Berlin"
function zone.set(name)
  uv.os_setenv("TZ", name)
end

--- As it was.
function zone.restore()
  if before then
    uv.os_setenv("TZ", before)
  else
    uv.os_unsetenv "TZ"
  end
end

return zone
