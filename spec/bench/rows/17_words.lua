-- Row 17: the words in a region: 17_words.lua REGION
local luashot = require "luashot"
local serve = require "serve"

local display <close> = assert(luashot.open {})
local crop <close> = assert(display:grab(arg[1]))
local count = #assert(crop:words())

serve(("luashot %s, %d words"):format(luashot.version, count), function(turns)
  for _ = 1, turns do
    assert(crop:words())
  end
end)
