-- Row 8: a stream of frames through luashot's ring, written and read in Lua:
-- 8_ring.lua FRAME RING PARTNER_CPU [reserve]. The partner is the same script as a reader; what it
-- has to say comes back through a second ring.
local zb = require "luashot.zerobuffer"
local pair = require "pair"
local serve = require "serve"

local size, ring, mode = tonumber(arg[1]), tonumber(arg[2]), arg[4]

if pair.partner then
  local reader <close> = assert(zb.reader(pair.name, { payload_size = ring }))
  pair.answer(function(count)
    for _ = 1, count do
      local item = assert(reader:read(10))
      assert(#item == size)
      item:release()
    end
    return 0
  end)
else
  local partner = pair.start(arg[3])
  local writer <close> = assert(zb.writer(pair.name))
  local payload = string.rep("\1", size)
  local version = require("luashot").version
  local what = mode == "reserve" and ", Lua, reserve + commit" or ", Lua"
  serve("luashot " .. version .. what, function(count)
    partner.begin(count)
    for _ = 1, count do
      if mode == "reserve" then
        assert(assert(writer:reserve(size, 10)):commit())
      else
        assert(writer:write(payload, 10))
      end
    end
    partner.finish()
  end)
end
