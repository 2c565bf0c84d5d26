-- Recordings that are killed: each file plays, and has all but the last two seconds.
local process = require "spec.support.process"
local recording = require "spec.support.recording"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a video whose program is killed", function()
  local rig, folder

  before_each(function()
    rig, folder = recording.start()
  end)

  after_each(function()
    recording.stop(rig, folder)
  end)

  -- Ends `count` recordings of each kind at random moments. Each file must play, and have all that was captured two
  -- seconds before or earlier. The encoder is opened between the first capture and the second, and may take its time.
  local function kill(count)
    math.randomseed(count)
    local hosts = {}
    for i = 1, 2 * count do
      local path = ("%s/%d.%s"):format(folder, i, i <= count and "mkv" or "mp4")
      local host = process.spawn({ luashot, "-", path }, { env = rig.server:env() })
      host:write [[
        io.stdout:setvbuf "line"
        local display = assert(luashot.open { damage = true })
        local telling = {}
        function telling:grab(...)
          local frame = assert(display:grab(...))
          print(frame.time)
          return frame
        end
        function telling:pace(...) return display:pace(...) end
        function telling:tick(...) return display:tick(...) end
        luashot.record { display = telling, to = arg[1], fps = 20 }
      ]]
      host:close_input()
      hosts[i] = { path = path, host = host, ends = uv.hrtime() / 1e9 + 3 + 3 * math.random() }
    end
    local number, alive = 0, 2 * count
    while alive > 0 do
      number = number + 1
      rig.paint("fill 0 0 64 48 %02x0000", number * 3 % 256)
      process.sleep(0.04)
      for _, one in ipairs(hosts) do
        if not one.killed and uv.hrtime() / 1e9 > one.ends and one.host.out:find "\n" then
          one.killed = uv.hrtime()
          one.host:kill "sigkill"
          alive = alive - 1
        end
      end
    end
    for _, one in ipairs(hosts) do
      one.host:wait(10)
      local first, due
      for time in one.host.out:gmatch "(%d+)\n" do
        due = first and tonumber(time) <= one.killed - 2e9 and (tonumber(time) - first) / 1e9 or due
        first = first or tonumber(time)
      end
      local shown = due and recording.watch(one.path, true) or { { time = 0 } }
      assert.is_true(#shown > 0 and shown[#shown].time >= (due or 0) - 0.02,
        ("%s: %.2f s, and not %.2f s"):format(one.path, #shown > 0 and shown[#shown].time or -1, due or 0))
    end
  end

  it("plays up to the last two seconds when the program is killed #quick", function()
    kill(2)
  end)

  it("plays up to the last two seconds after a hundred kills #long", function()
    for _ = 1, 10 do
      kill(5)
    end
  end)
end)
