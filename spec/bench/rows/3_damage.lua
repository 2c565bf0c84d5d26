-- Row 3: grab WIDTHxHEIGHT after each change of the rectangle X Y W H; only the grab is timed.
-- 3_damage.lua WIDTH HEIGHT X Y W H damage|full [window]
-- With "window": grab the first window instead; X and Y are in it.
local luashot = require "luashot"
local paint = require "paint"
local serve = require "serve"
local uv = require "luv"

local width, height, x, y, w, h = table.unpack(arg, 1, 6)
local damage = arg[7] == "damage"
local display <close> = assert(luashot.open { damage = damage })
local region = { x = 0, y = 0, width = tonumber(width), height = tonumber(height) }
if arg[8] == "window" then
  local window = assert(display:windows()[1], "there is no window")
  region, x, y = { window = window.id }, window.x + x, window.y + y
end
local change = paint(tonumber(x), tonumber(y), tonumber(w), tonumber(h))

serve("luashot " .. luashot.version .. (damage and ", damage" or ", without"), function(count)
  local elapsed = 0
  for _ = 1, count do
    change()
    local start = uv.hrtime()
    assert(display:grab(region)):release()
    elapsed = elapsed + uv.hrtime() - start
  end
  return elapsed
end)
