local painter = require "spec.support.painter"
local process = require "spec.support.process"
local scripts = require "spec.support.scripts"

describe("luashot watch", function()
  local rig, paint

  setup(function()
    rig = scripts.start()
    paint = painter.start(rig.server)
  end)

  teardown(function()
    paint:stop()
    rig:stop()
  end)

  before_each(function() paint "gradient" end)
  local started = {}
  after_each(function()
    for _, running in ipairs(started) do
      running:stop()
    end
    started = {}
    rig:files(true)
  end)

  local function watch(...)
    started[#started + 1] = rig:spawn("watch", ...)
    return started[#started]
  end

  local function pictures(running)
    return select(2, running.out:gsub("\n", ""))
  end

  --- Paint again and again until another picture has been saved, or it has ended: at first it may not
  --- watch yet.
  local function change(running, on, command)
    local before = pictures(running)
    assert(process.wait_until(function()
      on(command)
      process.sleep(0.01)
      return pictures(running) > before or not running:is_running()
    end, 30), running.err)
  end

  --- The number of pictures, once no more come of what was painted.
  local function settled(running)
    local before
    repeat
      before = pictures(running)
      process.wait_until(function() return pictures(running) > before end, 0.3)
    until pictures(running) == before
    return before
  end

  it("saves a picture of every change, and ends after so many", function()
    local running = rig:spawn("watch", "--min-interval", "0", "--count", "3", "a-{sequence}.png")
    while running:is_running() do
      change(running, paint, "fill 10 10 50 50 123456")
    end
    assert.same({ 0, "" }, { running:wait(30), running.err })
    assert.same({ 3, 3 }, { pictures(running), #rig:files() })
  end)

  it("shows what is there after the change", function()
    paint "fill 0 0 320 120 ff0000"
    local running = rig:spawn("watch", "--count", "1", "a.png")
    change(running, paint, "gradient")
    assert.equal(0, (running:wait(30)), running.err)
    rig:check("a.png", 0, 0, 320, 120)
  end)

  it("looks at its part alone", function()
    for option, what in pairs { ["--monitor"] = "right", ["--region"] = "120x120+200+0" } do
      local running = watch(option, what, "-i", "0", "a.png")
      change(running, paint, "fill 210 10 50 50 123456")
      local before = settled(running)
      for i = 1, 50 do
        paint("fill 10 10 50 50 %06x", i)
        process.sleep(0.01)
      end
      assert.equal(before, settled(running), running.out)
      -- Its latest picture shows all of the gradient as soon as one began after it was drawn.
      assert(process.wait_until(function()
        change(running, paint, "gradient")
        return pcall(rig.check, rig, running.out:match "([^\n]+)\n$", 200, 0, 120, 120)
      end, 30))
      running:stop()
      rig:files(true)
    end
  end)

  it("leaves out changes that are too small", function()
    local running = watch("-i", "0", "--threshold", "100", "a.png")
    change(running, paint, "fill 0 0 20 20 123456")
    local before = settled(running)
    for i = 1, 50 do
      paint("fill 100 100 3 3 %06x", i)
      process.sleep(0.01)
    end
    assert.equal(before, settled(running), running.out)
    running:stop()
  end)

  it("takes its time between two pictures, and loses none when names are the same", function()
    local begun = os.time()
    local running = rig:spawn("watch", "-i", "700ms", "-n", "3")
    while running:is_running() do
      change(running, paint, "fill 10 10 50 50 123456")
    end
    assert.equal(0, (running:wait(30)), running.err)
    assert.is_true(os.time() - begun >= 1)
    assert.equal(3, #rig:files())
    assert.matches("^change%-%d%d%d%d%-%d%d%-%d%d_", rig:files()[1])
  end)

  it("ends with the X server", function()
    local other = scripts.start()
    local other_paint = painter.start(other.server)
    local running = other:spawn("watch", "a.png")
    change(running, other_paint, "gradient")
    other.server:kill()
    assert.equal(1, (running:wait(30)))
    assert.matches("the connection to the X server is lost", running.err)
    other_paint:stop()
    other:stop()
  end)

  it("says what is wrong", function()
    for message, words in pairs {
      ["HDMI%-7.*there are: screen %(left%), right"] = { "-m", "HDMI-7" },
      ["region 300,0 64x48 leaves the 320x120 screen; clip = true takes the part inside"] = { "-r", "64x48+300+0" },
      ["':7777'"] = { "--display", ":7777" },
    } do
      local result = rig:run("watch", table.unpack(words))
      assert.same({ 1, "" }, { result.code, result.out })
      assert.matches("^watch: .*" .. message, result.err)
    end
    local running = rig:spawn("watch", "no such/a.png")
    change(running, paint, "gradient")
    assert.same({ 1, "" }, { running:wait(30), running.out })
    assert.matches("^watch: .*no such/a%.png: No such file", running.err)
    for message, words in pairs {
      ["'0' is not an integer of 1 or more"] = { "--count", "0" },
      ["'x' is not an integer of 1 or more"] = { "--threshold", "x" },
      ["'often'"] = { "--min-interval", "often" },
      ["can not be used together"] = { "-m", "left", "-r", "1x1" },
    } do
      local result = rig:run("watch", table.unpack(words))
      assert.same({ 2, "" }, { result.code, result.out })
      assert.matches("^Usage: .*\n\nwatch: .*" .. message, result.err)
    end
  end)

  it("has help", function()
    assert.matches("^Usage: luashot watch .*%-%-threshold", rig:run("watch", "--help").out)
  end)
end)
