-- Row 7: grab WIDTHxHEIGHT and sum its words, which are two pixels each, in the slot itself or ("copy") in a copy.
local luashot = require "luashot"
local serve = require "serve"
local sum = require "sum"

local width, height, copy = tonumber(arg[1]), tonumber(arg[2]), arg[3] == "copy"
local display <close> = assert(luashot.open {})
local region = { x = 0, y = 0, width = width, height = height }

serve("luashot " .. luashot.version .. (copy and ", a copy" or ", in place"), function(count)
  for _ = 1, count do
    local frame <close> = assert(display:grab(region))
    if copy then
      local copied <close> = frame:copy()
      sum(copied)
    else
      sum(frame)
    end
  end
end)
