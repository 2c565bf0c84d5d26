-- Row 18, the floor of memory: lua5.4 with luv, which has not loaded luashot.
local memory = require "memory"
local serve = require "serve"

local kind = arg[1]

serve(_VERSION .. " with luv", function()
  return memory(kind)
end)
