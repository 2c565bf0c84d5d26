-- Row 2: COUNT regions of 100x100, spread over WIDTHxHEIGHT: 2_many.lua WIDTH HEIGHT COUNT
local luashot = require "luashot"
local serve = require "serve"

local width, height, regions = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3])
local display <close> = assert(luashot.open {})
local where = {}
for i = 0, regions - 1 do
  where[i + 1] = { x = (width - 100) * i // regions, y = (height - 100) * i // regions, width = 100, height = 100 }
end

serve("luashot " .. luashot.version .. ", grab_many", function(count)
  for _ = 1, count do
    for _, frame in ipairs(assert(display:grab_many(where))) do
      frame:release()
    end
  end
end)
