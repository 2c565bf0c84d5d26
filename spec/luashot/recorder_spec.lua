-- The last seconds of a screen that counts, saved when something happens.
local process = require "spec.support.process"
local recording = require "spec.support.recording"
local screen = require "spec.support.screen"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"
local SANITIZED <const> = os.getenv "LUASHOT_SANITIZED" ~= nil -- its memory keeps what was freed

describe("luashot.recorder", function()
  local rig, folder

  before_each(function()
    rig, folder = recording.start()
  end)

  after_each(function()
    recording.stop(rig, folder)
  end)

  --- Runs a script while the screen counts, 25 numbers a second, to its end.
  local function run(text)
    local host = process.spawn({ luashot, "-", folder }, { env = rig.server:env() })
    host:write("local folder = arg[1]\n" .. text)
    host:close_input()
    local n = 0
    while not host.ended_code and n < 2000 do
      n = n + 1
      rig.paint("fill 0 0 64 48 %02x%02x%02x", n % 256, n % 256, n % 256)
      process.wait_until(function() return host.ended_code end, 0.04)
    end
    assert.equal(0, host:wait(30), host.err)
    return host
  end

  it("writes what led to a moment, and what came after it, and goes on", function()
    local host = run [[
      local recorder = assert(luashot.recorder { fps = 20, last = "2s", keyframe = "500ms" })
      sleep "4s"
      local path = assert(recorder:save(folder .. "/{name}-{sequence}.mkv"))
      print(path:match "[^/]*$")
      local began = luashot.monotonic()
      assert(recorder:save(folder .. "/after.mp4", { after = "1s" }))
      print(luashot.monotonic() - began > 0.9e9)
      local saved = 0
      for i = 1, 3 do -- at once
        after(0, function()
          assert(recorder:save(folder .. "/" .. i .. ".mkv", { after = "200ms" }))
          saved = saved + 1
        end)
      end
      sleep "1s"
      local stats = recorder:stats()
      print(saved, stats.dropped, stats.kept > 0, stats.encoded > 40)
      recorder:stop()
      print(recorder:save "x.mkv")
      recorder:stop()
    ]]
    assert.equal("", host.err)
    assert.equal("root-1.mkv\ntrue\n3\t0\ttrue\ttrue\nnil\tthe recorder is stopped\tECLOSED\n", host.out)
    assert.is_true(recording.length(folder .. "/root-1.mkv") >= 1.9 and recording.length(folder .. "/root-1.mkv") < 3.5)
    assert.is_true(recording.length(folder .. "/after.mp4") >= 2.9 and recording.length(folder .. "/after.mp4") < 4.5)
    for i = 1, 3 do
      assert.is_true(recording.length(folder .. "/" .. i .. ".mkv") >= 2)
    end
    local _, frames = recording.ask(folder .. "/after.mp4", "frame=pts_time"):gsub("\n", "")
    assert.is_true(frames > 30, frames)
  end)

  it("never keeps more than its bytes, and costs nothing while nothing happens", function()
    local host = run [[
      local noise = luashot.recorder { fps = 50, last = "1h", bytes = 1 << 20, codec = "ffv1" }
      local most = 0
      for _ = 1, 20 do
        sleep "100ms"
        most = math.max(most, noise:stats().kept)
      end
      print(most > 0, most <= 1 << 20)
      print(noise:stats().dropped)
      noise:stop()
    ]]
    assert.equal("", host.err)
    assert.equal("true\ttrue\n0\n", host.out)
    local still = process.run({ luashot, "-", folder }, { env = rig.server:env(), stdin = [[
      local recorder = assert(luashot.recorder { fps = 50, last = "1m" })
      sleep "3s"
      print(recorder:stats().encoded <= 6)
      recorder:stop()
    ]] })
    assert.equal("true\n", still.out .. still.err)
  end)

  for _, bytes in ipairs { 1, 64 } do
    it(("needs no more than its %d MiB and 64 more, however slow the encoder is"):format(bytes), function()
      local large = screen.start { width = 1920, height = 1080 }
      local host = process.spawn({ luashot, "-", tostring(bytes) }, { env = large.server:env() })
      host:write [[
        local function memory() -- private, in MiB
          local kilobytes = 0
          for line in io.lines "/proc/self/status" do
            local size = line:match "^RssAnon:%s+(%d+)" or line:match "^RssShmem:%s+(%d+)"
            kilobytes = kilobytes + (tonumber(size) or 0)
          end
          return kilobytes / 1024
        end
        local recorder = assert(luashot.recorder {
          fps = 60, bytes = tonumber(arg[1]) << 20,
          options = { ["x264-params"] = "subme=9:me=umh:merange=64:trellis=2" },
        })
        local most = 0
        repeat
          sleep "20ms"
          most = math.max(most, memory())
        until recorder:stats().dropped >= 30
        print(most)
        recorder:stop()
      ]]
      host:close_input()
      repeat
        large.paint "gradient"
        large.paint("fill %d %d 900 500 %06x", math.random(0, 900), math.random(0, 500), math.random(0, 0xffffff))
      until host.ended_code
      large:stop()
      assert.equal(0, host:wait(30), host.err)
      assert.is_true(SANITIZED or tonumber(host.out) <= bytes + 64, host.out)
    end)
  end

  it("says what is wrong", function()
    local result = process.run({ luashot, "-", folder }, { env = rig.server:env(), stdin = [[
      print(luashot.recorder { codec = "libx265x" })
      print(luashot.recorder { options = { tune = "film" } })
      print(luashot.recorder { what = "nowhere" })
      local recorder = assert(luashot.recorder { fps = 20, what = "32x32" })
      print(recorder:save(arg[1] .. "/none/x.mkv"))
      print(recorder:save(arg[1] .. "/x.webm"))
      print(pcall(recorder.save, recorder, 5))
      print(pcall(recorder.save, recorder, "x", { after = "x" }))
      print(pcall(luashot.recorder, { last = 0 }))
      print(pcall(luashot.recorder, { bytes = 5 }))
      print(pcall(luashot.recorder, { fps = 0 }))
      print(pcall(luashot.recorder, { lats = 5 }))
      recorder:stop()
    ]] })
    assert.equal("", result.err)
    for _, line in ipairs {
      "nil\tthere is no encoder 'libx265x' %(did you mean 'libx265'%?%)\tEINVAL",
      "nil\tthe encoder libx264 holds pictures back, [^\n]*: give it options without delay\tEINVAL",
      "nil\t[^\n]*\tENOMONITOR",
      "nil\tcannot write [^\n]*/none/x.mkv: No such file or directory\tENOENT",
      "nil\ta video in webm cannot have the codec 'libx264'\tEINVAL",
      "false\t[^\n]*bad argument #1 to 'save'", "false\t[^\n]*option 'after'",
      "false\t[^\n]*option 'last': a time above 0",
      "false\t[^\n]*option 'bytes': a whole number from 1048576 on expected, got 5", "false\t[^\n]*option 'fps'",
      "false\t[^\n]*unknown option 'lats' %(did you mean 'last'%?%)",
    } do
      assert.matches(line, result.out)
    end
  end)

  it("ends with the host, and its files are whole", function()
    local host = process.spawn({ luashot, "-", folder }, { env = rig.server:env() })
    host:write [[
      io.stdout:setvbuf "line"
      local recorder = assert(luashot.recorder { fps = 20, last = "5s" })
      after("1s", function() print "saving" recorder:save(arg[1] .. "/x.mp4", { after = "1h" }) end)
    ]]
    host:close_input()
    assert.equal("saving", host:read_line(30), host.err)
    process.sleep(0.5)
    host:kill "sigterm"
    assert.equal(143, host:wait(30), host.err)
    assert.is_true(recording.length(folder .. "/x.mp4") >= 1)
  end)
end)
