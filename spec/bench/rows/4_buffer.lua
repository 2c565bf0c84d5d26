-- Row 4: the rgb bytes of a WIDTHxHEIGHT frame in a buffer that is used again and again.
local luashot = require "luashot"
local serve = require "serve"

local width, height = tonumber(arg[1]), tonumber(arg[2])
local display <close> = assert(luashot.open {})
local frame <close> = assert(display:grab { x = 0, y = 0, width = width, height = height })
local buffer = luashot.buffer(width * height * 3)

serve("luashot " .. luashot.version .. ', frame:bytes("rgb", buffer)', function(count)
  for _ = 1, count do
    frame:bytes("rgb", buffer)
  end
end)
