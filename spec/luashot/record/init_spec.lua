-- Videos of a screen that counts: every frame in order, as long as what they show, whole however it ends.
local files = require "spec.support.files"
local process = require "spec.support.process"
local recording = require "spec.support.recording"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"
local script = assert(os.getenv("LUASHOT_SOURCE")) .. "/scripts/record.lua"

describe("luashot.record", function()
  local rig, folder

  before_each(function()
    rig, folder = recording.start()
  end)

  after_each(function()
    recording.stop(rig, folder)
  end)

  local function run(text)
    return recording.run(rig, folder, text)
  end

  --- The numbers that the frames of a video show.
  local function watch(path)
    local numbers = {}
    for i, one in ipairs(recording.watch(path)) do
      numbers[i] = one.blue
    end
    return numbers
  end

  it("makes a file for its user alone, keeps the one that is there, and leaves no empty one", function()
    local function record(name, more)
      local options = ("to = folder .. %q, fps = 20, count = 2"):format("/" .. name) .. (more or "")
      return run("print(luashot.record { " .. options .. " })")
    end
    local function stat(name)
      return uv.fs_stat(folder .. "/" .. name)
    end
    assert.equal("", record("new.mkv").err)
    assert.equal("600", ("%o"):format(stat "new.mkv".mode & 511))
    assert(uv.fs_chmod(folder .. "/new.mkv", 416)) -- 0640
    assert(uv.fs_link(folder .. "/new.mkv", folder .. "/linked.mkv"))
    assert(uv.fs_symlink("target.mkv", folder .. "/link.mkv"))
    assert.equal("", record("new.mkv", ", arguments = { '-c:v', 'ffv1' }").err)
    assert.equal("640", ("%o"):format(stat "new.mkv".mode & 511))
    assert.equal(stat "new.mkv".ino, stat "linked.mkv".ino)
    assert.equal("", record("link.mkv").err)
    assert.equal("link", uv.fs_lstat(folder .. "/link.mkv").type)
    assert(stat "target.mkv".size > 0)
    assert.matches("^nil\tcannot start ffmpeg", record("none.mkv", ", program = '/nonexistent'").out)
    assert.matches("^nil\tffmpeg ended", record("odd.mkv", ", arguments = { '-c:v', 'nothing' }").out)
    assert.same({ "link.mkv", "linked.mkv", "new.mkv", "target.mkv" }, files.names(folder))
    if uv.getuid() == 0 then -- who can make a file of another user
      assert(uv.fs_chmod(folder, 1023)) -- 1777
      assert(uv.fs_chown(folder .. "/target.mkv", 1234, 1234))
      assert.matches("^nil\t.*'target.mkv' belongs to another user.*\tEACCES\n", record("link.mkv").out)
    end
  end)

  it("shows every frame in order, and lasts as long as what it shows", function()
    local host = process.spawn({ luashot, "-", folder }, { env = rig.server:env() })
    host:write [[
      local display = assert(luashot.open { slots = 2 })
      local ticks = 0
      every("10ms", function() ticks = ticks + 1 end)
      local began = os.time()
      local result = assert(luashot.record {
        display = display, to = arg[1] .. "/out.mkv", fps = 20, seconds = 2, arguments = { "-c:v", "ffv1" },
      })
      print(result.frames, ticks > 40, display:stats().held)
      os.exit(0)
    ]]
    host:close_input()
    local n = 0
    while not host.ended_code and n < 250 do
      n = n + 1
      rig.paint(("fill 0 0 64 48 0000%02x"):format(n))
      process.wait_until(function() return host.ended_code end, 0.03)
    end
    assert.equal(0, host:wait(30), host.err)
    assert.equal("40\ttrue\t0\n", host.out)
    local numbers, length = watch(folder .. "/out.mkv"), recording.length(folder .. "/out.mkv")
    assert.equal(40, #numbers)
    assert.near(2, length, 0.06)
    local different = 0
    for i = 2, 40 do
      assert.is_true(numbers[i] >= numbers[i - 1], table.concat(numbers, " "))
      different = different + (numbers[i] > numbers[i - 1] and 1 or 0)
    end
    assert.is_true(different > 10, table.concat(numbers, " "))
  end)

  it("waits its time after the first frame, too", function()
    local result = run [[
      local uv = require "luv"
      local began = uv.hrtime()
      local done = assert(luashot.record { to = folder .. "/out.mkv", fps = 2, count = 3 })
      print(done.frames, (uv.hrtime() - began) / 1e9 >= 0.75)]] -- a frame may come half a period early
    assert.equal("", result.err)
    assert.equal("3\ttrue\n", result.out)
  end)

  it("has every capture of a screen that counts them, in order, for as long as it was taken", function()
    local host = process.spawn({ luashot, "-", folder }, { env = rig.server:env() })
    host:write [[
      io.stdout:setvbuf "line"
      local display = assert(luashot.open { slots = 2 })
      local counting = { count = 0 }
      function counting:grab(...)
        self.count = self.count + 1
        print(self.count)
        local acknowledged = arg[1] .. "/" .. self.count
        while not os.remove(acknowledged) do sleep "1ms" end
        return display:grab(...)
      end
      function counting:pace(...) return display:pace(...) end
      function counting:tick(...) return display:tick(...) end
      local result = assert(luashot.record {
        display = counting, to = arg[1] .. "/out.mkv", fps = 20, count = 30, arguments = { "-c:v", "ffv1" },
      })
      print("done", result.frames, result.repeated, counting.count)
    ]]
    host:close_input()
    local line = assert(host:read_line(30), host.err)
    while tonumber(line) do
      rig.paint("fill 0 0 64 48 0000%02x", tonumber(line))
      assert(io.open(folder .. "/" .. line, "w")):close()
      line = assert(host:read_line(30), host.err)
    end
    local frames, repeated, count = line:match "done\t(%d+)\t(%d+)\t(%d+)"
    assert.equal(30, tonumber(frames))
    local numbers, length = watch(folder .. "/out.mkv"), recording.length(folder .. "/out.mkv")
    assert.equal(30, #numbers)
    assert.near(1.5, length, 0.06)
    -- Each follows the one before it, or repeats it where a capture came too late.
    assert.equal(1, numbers[1])
    local repeats = 0
    for i = 2, 30 do
      local more = numbers[i] - numbers[i - 1]
      assert.is_true(more == 0 or more == 1, table.concat(numbers, " "))
      repeats = repeats + 1 - more
    end
    assert.equal(tonumber(repeated), repeats)
    assert.equal(tonumber(count), numbers[30])
    assert.is_true(repeats < 25, repeats)
    assert.equal(0, host:wait(20), host.err)
  end)

  -- A display that counts its captures.
  local COUNTING <const> = [[
    local display = assert(luashot.open())
    local counting = { count = 0 }
    function counting:grab(...)
      self.count = self.count + 1
      return display:grab(...)
    end
    function counting:pace(...) return display:pace(...) end
    function counting:tick(...) return display:tick(...) end
    local function await_captures(count)
      while counting.count < count do sleep "10ms" end
    end
  ]]

  it("is whole when its job is stopped", function()
    local result = run(COUNTING .. [[
      local job = after(0, function()
        luashot.record { display = counting, to = folder .. "/out.mkv", fps = 20, arguments = { "-c:v", "ffv1" } }
      end)
      await_captures(8)
      job:stop()
      print(job.errors)
      sleep "500ms"
    ]])
    assert.equal("0\n", result.out .. result.err)
    local numbers = watch(folder .. "/out.mkv")
    assert.is_true(#numbers >= 5, #numbers)
  end)

  it("comes to an end with the host, which waits for it", function()
    local host = process.spawn({ luashot, "-", folder }, { env = rig.server:env() })
    host:write(COUNTING .. [[
      io.stdout:setvbuf "line"
      after(0, function()
        local result = assert(luashot.record { display = counting, to = arg[1] .. "/out.mkv", fps = 20,
          arguments = { "-c:v", "ffv1" } })
        print(result.frames)
      end)
      after(0, function() await_captures(5) print "ready" end)
    ]])
    host:close_input()
    assert.equal("ready", host:read_line(30), host.err)
    host:kill "sigterm"
    local frames = tonumber(host:read_line(30))
    assert.equal(143, host:wait(30), host.err)
    assert.equal(frames, #watch(folder .. "/out.mkv"))
  end)

  it("scales what comes after the screen was resized", function()
    rig.server:resize(32, 24)
    rig.server:resize(64, 48)
    local host = process.spawn({ luashot, "-", folder }, { env = rig.server:env() })
    host:write [[io.stdout:setvbuf "no" print "ready"
      print(luashot.record { to = arg[1] .. "/out.mkv", fps = 20, seconds = 2,
        rate = "constant" } ~= nil)]]
    host:close_input()
    assert.equal("ready", host:read_line())
    process.sleep(0.5)
    rig.server:resize(32, 24)
    assert.equal("true", host:read_line())
    assert.equal(40, #watch(folder .. "/out.mkv"))
  end)

  it("says how far it is, when that is wanted, and by itself on a terminal alone", function()
    local result = run [[
      luashot.record { to = folder .. "/a.mkv", fps = 20, count = 4, progress = true }
      luashot.record { to = folder .. "/b.mkv", fps = 20, count = 4 }
    ]]
    assert.equal("", result.out)
    assert.matches("\r[^\r\n]*a.mkv: 1 frame, 0.1 s, 0.0 MB, 0 dropped ", result.err)
    assert.matches("\r[^\r\n]*a.mkv: 4 frames, 0.2 s, 0.0 MB, %d dropped \n$", result.err)
    assert.is_nil(result.err:find "b.mkv")
    local shown = process.run({ "script", "-qec", luashot .. " " .. script .. " -s 200ms -f 20 c.mkv", "/dev/null" },
      { cwd = folder, env = rig.server:env() })
    assert.matches("c.mkv: 4 frames, 0.2 s, 0.0 MB, %d dropped", shown.out)
  end)

  -- The streams of a video as ffprobe names them: codec, profile, format of the pixels, width, height.
  local function streams(path)
    return (recording.ask(path, "stream=codec_name,profile,pix_fmt,width,height"):gsub("%s+$", ""))
  end

  it("makes videos that browsers and phones play, with an even width and height", function()
    local result = run [[
      for _, name in ipairs { "a.mp4", "a.mkv", "a.webm" } do
        assert(luashot.record { to = folder .. "/" .. name, what = "33x21", fps = 5, count = 2 })
      end
    ]]
    assert.equal("", result.err)
    assert.equal("h264,High,34,22,yuv420p", streams(folder .. "/a.mp4"))
    assert.equal("h264,High,34,22,yuv420p", streams(folder .. "/a.mkv"))
    assert.equal("vp9,Profile 0,33,21,yuv420p", streams(folder .. "/a.webm")) -- which needs no even size
  end)

  it("says that there is no ffmpeg, and what is wrong", function()
    local result = run [[
      print(luashot.record { to = folder .. "/out.mkv", program = "no-such-program" })
      print(pcall(luashot.record, { fps = 3 }))
      print(pcall(luashot.record, { to = "x.mkv", fps = -1 }))
      print(luashot.record { to = "x.mkv", what = "nowhere" })
    ]]
    assert.matches("^nil\tcannot start ffmpeg: [^\n]*\tENOENT\n", result.out)
    assert.matches("\nfalse\t[^\n]*option 'to': the name of a file expected\n", result.out)
    assert.matches("\nfalse\t[^\n]*option 'fps': a number from 0 to 1000 expected, got %-1\n", result.out)
    assert.matches("\nnil\t[^\n]*\tENOMONITOR\n$", result.out)
  end)

  for signal, status in pairs { sigint = 130, sigterm = 143 } do
    it("is a command, whose video is whole when it has been ended by " .. signal, function()
      local path = folder .. "/long.mkv"
      local running = process.spawn({ luashot, script, path, "-f", "20" }, { env = rig.server:env() })
      process.wait_until(function() -- it has begun
        local state = uv.fs_stat(path)
        return state and state.size > 0
      end)
      process.sleep(1)
      running:kill(signal)
      assert.equal(status, running:wait(30))
      local numbers, length = watch(path), recording.length(path)
      assert.is_true(#numbers >= 1 and length >= 0.5, length)
    end)
  end
end)
