-- Rows 1 and 2: grab WIDTHxHEIGHT from the top-left corner and release it.
local luashot = require "luashot"
local serve = require "serve"

local width, height = tonumber(arg[1]), tonumber(arg[2])
local display <close> = assert(luashot.open {})
local region = { x = 0, y = 0, width = width, height = height }

local home = rawget(_G, "grab") and ", its host" or ", " .. _VERSION
serve("luashot " .. luashot.version .. home, function(count)
  for _ = 1, count do
    assert(display:grab(region)):release()
  end
end)
