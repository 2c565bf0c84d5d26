-- Row 14: grab all outputs and release the frame; with damage = true what has not changed is not read again.
-- 14_wayland.lua damage|full
local luashot = require "luashot"
local serve = require "serve"

local damage = arg[1] == "damage"
local display <close> = assert(luashot.open { display = "wayland:", damage = damage })

serve("luashot " .. luashot.version .. (damage and ", damage" or ""), function(count)
  for _ = 1, count do
    assert(display:grab()):release()
  end
end)
