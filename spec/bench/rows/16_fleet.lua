-- Row 16: pictures that are encoded already, through a fleet's outbox: 16_fleet.lua PORT SIZE WINDOW FOLDER
local luashot = require "luashot"
local serve = require "serve"
local uv = require "luv"

local port, size, window, folder = arg[1], tonumber(arg[2]), tonumber(arg[3]), arg[4]
local fleet = assert(luashot.fleet {
  broker = "mqtt://127.0.0.1:" .. port, host = "bench", window = window, spool = folder, version = "5",
})
while not fleet:stats().connected do
  uv.run "once"
end
local payload, number = ("x"):rep(size), 0

serve(("luashot %s, fleet"):format(luashot.version), function(turns)
  local begun, done = 0, 0
  local function finish(ok, why)
    assert(ok, why)
    done = done + 1
  end
  while done < turns do
    while begun < turns and begun - done < window do
      begun, number = begun + 1, number + 1
      fleet.outbox:put({
        topic = "bench/picture", kind = "picture", content_type = "image/jpeg", payload = payload,
        meta = { id = "bench-" .. number, sequence = number, run = "bench", host = "bench", name = "screen",
          time = number, place = "1920x1080+0+0", type = "image/jpeg" },
      }, finish)
    end
    if done < turns then
      uv.run "once"
    end
  end
end)
