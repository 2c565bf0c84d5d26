-- Row 6: from the screen to another process's first touch, through a ring:
-- 6_publish.lua WIDTH HEIGHT PARTNER_CPU
local luashot = require "luashot"
local pair = require "pair"
local serve = require "serve"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local PAUSE = 5 -- ms between two frames, as in 6_wake.c
local width, height = tonumber(arg[1]), tonumber(arg[2])

if pair.partner then
  local reader <close> = assert(zb.reader(pair.name, { payload_size = 3 * (width * height * 4 + 16) }))
  local shape = { width = width, height = height, format = "bgrx" }
  pair.answer(function(count)
    local sum = 0
    for _ = 1, count do
      local item <close> = assert(reader:read(10))
      local frame <close> = item:view(shape)
      frame:pixel(0, 0)
      sum = sum + uv.hrtime()
    end
    return sum
  end)
else
  local display <close> = assert(luashot.open {})
  local partner = pair.start(arg[3])
  local writer <close> = assert(zb.writer(pair.name))
  local region = { x = 0, y = 0, width = width, height = height }
  serve("luashot " .. luashot.version .. ", publish", function(count)
    local sum = 0
    partner.begin(count)
    for _ = 1, count do
      uv.sleep(PAUSE)
      sum = sum + uv.hrtime()
      assert(display:publish(writer, region))
    end
    return partner.finish() - sum
  end)
end
