-- Row 5: a WIDTHxHEIGHT frame as a PNG in memory.
local luashot = require "luashot"
local serve = require "serve"

local width, height = tonumber(arg[1]), tonumber(arg[2])
local display <close> = assert(luashot.open {})
local frame <close> = assert(display:grab { x = 0, y = 0, width = width, height = height })
local label = string.format('luashot %s, frame:encode("png"), %.2f MB', luashot.version,
  #frame:encode "png" / 1e6)

serve(label, function(count)
  for _ = 1, count do
    frame:encode "png"
  end
end)
