local painter = require "spec.support.painter"
local process = require "spec.support.process"
local recording = require "spec.support.recording"
local scripts = require "spec.support.scripts"
local uv = require "luv"

describe("luashot timelapse", function()
  local rig

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)
  after_each(function() rig:files(true) end)

  it("takes so many pictures, the first at once", function()
    local begun = os.time()
    local result = rig:run("timelapse", "--every", "500ms", "--count", "3", "a-{sequence}.png")
    assert.same({ 0, "", "a-1.png\na-2.png\na-3.png\n" }, { result.code, result.err, result.out })
    assert.is_true(os.time() - begun >= 1)
    for i = 1, 3 do
      rig:check(("a-%d.png"):format(i), 0, 0, 320, 120)
    end
  end)

  it("makes a video, which goes on when it is started again", function()
    for part = 1, 2 do
      local result = rig:run("timelapse", "--to", "day.mp4", "--every", "100ms", "--speed", "2", "--count", "6")
      assert.same({ 0, "", "day.mp4: 6 pictures\n" }, { result.code, result.err, result.out })
      assert.near(0.3 * part, recording.length(rig.folder .. "/day.mp4"), 0.02)
    end
    local other = rig:run("timelapse", "--to", "day.mp4", "-w", "64x48+10+20", "-n", "1")
    assert.equal(1, other.code)
    assert.matches("codec, size or settings differ", other.err)
    assert.equal(2, rig:run("timelapse", "--to", "day.mp4", "x.png").code)
    assert.equal(2, rig:run("timelapse", "--speed", "5").code)
  end)

  it("goes on in a video after kills, and has no picture twice, nor a gap", function()
    math.randomseed(1)
    local paint = painter.start(rig.server)
    local number = 0
    for _, name in ipairs { "day.mp4", "day.mkv" } do
      local before = {}
      for kill = 1, 3 do
        local host = rig:spawn("timelapse", "--to", name, "-e", "100ms", "--speed", "2", "-w", "64x48+0+0")
        local first = number
        local ends = uv.hrtime() / 1e9 + 0.4 + 1.2 * math.random()
        while uv.hrtime() / 1e9 < ends do
          number = number + 1
          paint("fill 0 0 64 48 %02x0000", 4 * number % 256)
          process.sleep(0.05)
        end
        host:kill(kill < 3 and "sigkill" or "sigint")
        host:wait(30)
        local shown = recording.watch(rig.folder .. "/" .. name, true)
        assert.is_true(#shown >= #before, #shown)
        for i, one in ipairs(before) do -- nothing of what was there is lost
          assert.same(one, shown[i])
        end
        for i = math.max(#before, 1) + 1, #shown do
          local step = shown[i].time - shown[i - 1].time
          assert.is_true(step > 0 and (i > #before + 1 or step < 0.11), ("%d: %s"):format(i, step))
          assert.is_true(math.abs(shown[i].red - shown[i - 1].red) > 1, i)
        end
        assert.is_true((number - first) * 4 < 256) -- no color twice
        before = shown
      end
    end
    paint "gradient"
    paint:stop()
    assert.same({ "day.mkv", "day.mp4" }, rig:files())
  end)

  it("takes what it is told to", function()
    rig:run("timelapse", "-n", "1", "-w", "right", "a.png")
    rig:check("a.png", 200, 0, 120, 120)
    rig:run("timelapse", "-n", "1", "-w", "64x48+10+20", "b.png")
    rig:check("b.png", 10, 20, 64, 48)
  end)

  it("writes smaller files of a lower quality", function()
    for _, quality in ipairs { "10", "95" } do
      rig:run("timelapse", "-n", "1", "--quality", quality, quality .. ".jpg")
    end
    local sizes = process.run({ "stat", "-c", "%s", "10.jpg", "95.jpg" }, { cwd = rig.folder }).out
    local low, high = sizes:match "(%d+)\n(%d+)"
    assert.is_true(tonumber(low) < tonumber(high))
  end)

  it("loses no picture when names are the same", function()
    local result = rig:run("timelapse", "-e", "1ms", "-n", "5")
    local count = 0
    for path in result.out:gmatch("[^\n]+") do
      rig:check(path, 0, 0, 320, 120)
      count = count + 1
    end
    assert.same({ 5, 5 }, { count, #rig:files() })
  end)

  it("goes on until it is stopped, and leaves whole pictures", function()
    local running = rig:spawn("timelapse", "-e", "10ms", "a-{sequence}.png")
    for i = 1, 10 do
      assert.equal(("a-%d.png"):format(i), running:read_line(30))
    end
    running:kill("sigint")
    assert.equal(130, (running:wait(30)))
    for _, name in ipairs(rig:files()) do
      rig:check(name, 0, 0, 320, 120)
    end
  end)

  it("ends when the clock shows the time", function()
    -- The start of the next minute but one is between one and two minutes away: too long to wait
    -- for, but how long it will wait shows in what it says about itself.
    local soon = os.date("%H:%M", os.time() + 120)
    local program = ([[
      local started = after
      function after(delay, fn, options)
        io.stderr:write(("%%d"):format(delay))
        return started("1ms", fn, options)
      end
      arg = { "--until", %q, "a-{sequence}.png" }
      dofile(%q)
    ]]):format(soon, assert(os.getenv("LUASHOT_SOURCE")) .. "/scripts/timelapse.lua")
    local result = rig:run("-e", program)
    local delay = tonumber(result.err)
    assert(delay and delay > 0 and delay <= 120, result.err)
    assert.same({ 0, "a-1.png\n" }, { result.code, result.out })
  end)

  it("ends with the X server", function()
    local other = scripts.start()
    local running = other:spawn("timelapse", "-e", "10ms", "a-{sequence}.png")
    assert.equal("a-1.png", running:read_line(30))
    other.server:kill()
    assert.equal(1, (running:wait(30)))
    assert.matches("^timelapse: [^\n]*connection[^\n]*\n$", running.err)
    other:stop()
  end)

  it("goes on after a picture that failed", function()
    local running = rig:spawn("timelapse", "-e", "200ms", "-n", "8", "-w", "120x120+200+0",
      "a-{sequence}.png")
    assert.equal("a-1.png", running:read_line(30))
    rig.server:resize(160, 120)
    process.wait_until(function() return running.err ~= "" end, 30)
    rig.server:resize(320, 120)
    assert.equal(1, (running:wait(30)))
    assert.matches("^timelapse: region 200,0 120x120 l", running.err)
    local _, count = running.out:gsub("\n", "")
    assert.equal(8, count)
  end)

  it("says at once what will never work", function()
    for message, words in pairs({
      ["HDMI%-7.*there are: screen %(left%), right"] = { "-w", "HDMI-7" },
      ["no such/a%.png: No such file"] = { "no such/a.png" },
      ["':7777'"] = { "--display", ":7777" },
      ["^timelapse: cannot tell the format of 'a%.tga' [^\n]*png[^\n]*\n$"] = { "a.tga" },
    }) do
      local result = rig:run("timelapse", "-e", "10ms", table.unpack(words))
      assert.same({ 1, "" }, { result.code, result.out })
      assert.matches(message, result.err)
    end
    for message, words in pairs({
      ["'25:00' is not a time such as"] = { "--until", "25:00" },
      ["'noon' is not a time such as"] = { "--until", "noon" },
      ["'0' is not an integer of 1 or more"] = { "--count", "0" },
      ["'x' is not an integer of 1 or more"] = { "--count", "x" },
      ["every 0 seconds"] = { "--every", "0" },
      ["'often'"] = { "--every", "often" },
    }) do
      local result = rig:run("timelapse", table.unpack(words))
      assert.same({ 2, "" }, { result.code, result.out })
      assert.matches(message, result.err)
    end
  end)

  it("has help", function()
    assert.matches("^Usage: luashot timelapse .*%-%-until", rig:run("timelapse", "--help").out)
  end)
end)
