-- Row 14: grab all outputs and release the frame; with damage = true what has not changed is not read again. Or
-- bring it into a ring, in place or by a copy.  14_wayland.lua full|damage|publish|copy
local luashot = require "luashot"
local serve = require "serve"
local zb = require "luashot.zerobuffer"

local way = arg[1]
local display <close> = assert(luashot.open { display = "wayland:", damage = way == "damage" })

local function grab(count)
  for _ = 1, count do
    assert(display:grab()):release()
  end
end

--- Publishes in a ring, whose reader is this process, too.
local function stream()
  local width, height = display:size()
  local name = ("%s-%d"):format(os.getenv "LUASHOT_BENCH_NAME", require("luv").os_getpid())
  local reader = assert(zb.reader(name, { payload_size = 3 * (width * height * 4 + 16) }))
  local writer = assert(zb.writer(name))
  return function(count)
    for _ = 1, count do
      if way == "publish" then
        assert(display:publish(writer))
      else
        local frame <close> = assert(display:grab())
        assert(writer:write(frame))
      end
      assert(reader:read(10)):release()
    end
  end
end

local label = ({ full = "", damage = ", damage", publish = ", publish", copy = ", grab and write" })[way]
serve("luashot " .. luashot.version .. label, (way == "full" or way == "damage") and grab or stream())
