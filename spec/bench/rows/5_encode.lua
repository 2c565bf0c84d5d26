-- Row 5: a WIDTHxHEIGHT frame as a PNG in memory: 5_encode.lua WIDTH HEIGHT [LEVEL FILE]. FILE is written for its size.
local luashot = require "luashot"
local serve = require "serve"

local width, height, level, file = tonumber(arg[1]), tonumber(arg[2]), arg[3], arg[4]
local options = { level = level }
local display <close> = assert(luashot.open {})
local frame <close> = assert(display:grab { x = 0, y = 0, width = width, height = height })
local png = frame:encode("png", options)
local label = ("luashot %s, frame:encode(\"png\")"):format(luashot.version)
if file then
  label = ("luashot %s, level = \"%s\""):format(luashot.version, level)
  assert(assert(io.open(file, "wb")):write(png)):close()
else
  label = ("%s, %.2f MB"):format(label, #png / 1e6)
end

serve(label, function(count)
  for _ = 1, count do
    frame:encode("png", options)
  end
end)
