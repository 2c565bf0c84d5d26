-- Row 9: how long 64 bytes take through luashot's ring, written and read in Lua:
-- 9_ring.lua oneway|roundtrip PARTNER_CPU
local hrtime = require("luv").hrtime
local zb = require "luashot.zerobuffer"
local pair = require "pair"
local serve = require "serve"

local pack, unpack = string.pack, string.unpack -- looked up here, not between the two times
local PAUSE = 100000 -- ns, as in latency.h
local echo = arg[1] == "roundtrip"
local back = pair.name .. "-back"
local payload = string.rep("\0", 64)
local rest = payload:sub(9) -- behind the time

if pair.partner then
  local reader <close> = assert(zb.reader(pair.name))
  local writer <close> = echo and assert(zb.writer(back)) or nil
  pair.answer(function(count)
    local latencies = {}
    for i = 1, count do
      local item = assert(reader:read(10))
      local received = hrtime()
      if echo then
        assert(writer:write(payload, 10))
      else
        latencies[i] = received - unpack("<i8", item:bytes())
      end
      item:release()
    end
    if echo then return 0 end
    table.sort(latencies)
    return latencies[count // 2 + 1] * count -- latency.h says why the median
  end)
else
  local answers <close> = echo and assert(zb.reader(back)) or nil
  local partner = pair.start(arg[2])
  local writer <close> = assert(zb.writer(pair.name))

  local function one_way()
    repeat -- until the last message has been received
      local stat = assert(zb.stat(pair.name))
    until stat.payload_free == stat.payload_size
    local stop = hrtime() + PAUSE
    while hrtime() < stop do end
    assert(writer:write(pack("<i8c56", hrtime(), rest), 10))
  end

  local function round_trip()
    assert(writer:write(payload, 10))
    assert(answers:read(10)):release()
  end

  serve("luashot " .. require("luashot").version .. ", Lua", function(count)
    partner.begin(count)
    for _ = 1, count do (echo and round_trip or one_way)() end
    local total = partner.finish()
    return not echo and total or nil
  end)
end
