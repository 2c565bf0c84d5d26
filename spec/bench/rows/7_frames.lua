-- Row 7: hash WIDTHxHEIGHT again and again, the captures by frames{} or one by one:
-- 7_frames.lua WIDTH HEIGHT frames|grab
local luashot = require "luashot"
local serve = require "serve"

local width, height, which = tonumber(arg[1]), tonumber(arg[2]), arg[3]
local display <close> = assert(luashot.open {})
local region = { x = 0, y = 0, width = width, height = height }
local loops = {}

function loops.frames(count)
  for frame in display:frames { region } do
    frame:hash()
    count = count - 1
    if count == 0 then break end
  end
end

function loops.grab(count)
  for _ = 1, count do
    local frame <close> = assert(display:grab(region))
    frame:hash()
  end
end

serve("luashot " .. luashot.version .. ", " .. which, loops[which])
