local process = require "spec.support.process"
local scripts = require "spec.support.scripts"

describe("luashot shot", function()
  local rig

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)
  after_each(function() rig:files(true) end)

  --- Run it; what it prints is the path.
  local function shot(...)
    local result = rig:run("shot", ...)
    assert.same({ 0, "" }, { result.code, result.err })
    return (result.out:gsub("\n$", ""))
  end

  --- What it says when it fails; nothing is written.
  local function refused(status, ...)
    local before = #rig:files()
    local result = rig:run("shot", ...)
    assert.same({ status, "" }, { result.code, result.out })
    assert.is_nil(result.err:find("traceback", 1, true))
    assert.equal(before, #rig:files())
    return result.err
  end

  it("takes the whole screen, and names the picture itself", function()
    local path = shot()
    assert.matches("^shot%-%d%d%d%d%-%d%d%-%d%d_%d%d%-%d%d%-%d%d%.png$", path)
    rig:check(path, 0, 0, 320, 120)
  end)

  it("never loses a picture that it named itself", function()
    local paths = {}
    for _ = 1, 3 do
      paths[shot()] = true
    end
    for path in pairs(paths) do
      rig:check(path, 0, 0, 320, 120)
    end
    assert.equal(3, #rig:files())
  end)

  it("takes a monitor", function()
    assert.equal("a.png", shot("--monitor", "right", "a.png"))
    rig:check("a.png", 200, 0, 120, 120)
    shot("-m", "primary", "a.png")
    rig:check("a.png", 0, 0, 200, 120)
    shot("-m", "cursor", "a.png")
    rig:check("a.png", 200, 0, 120, 120)
  end)

  it("takes a region", function()
    shot("--region", "64x48+10+20", "a.png")
    rig:check("a.png", 10, 20, 64, 48)
    shot("-r", "30x40", "a.png")
    rig:check("a.png", 0, 0, 30, 40)
    shot("--clip", "-r", "64x48+300+100", "a.png")
    rig:check("a.png", 300, 100, 20, 20)
  end)

  it("fills in the name", function()
    assert.equal("screen_200x120+0.png", shot("-m", "left", "{name}_{width}x{height}+{x}.png"))
    assert.equal(os.date("%Y") .. ".png", shot("%Y.png"))
  end)

  it("writes to standard output", function()
    local path = shot("-f", "ppm", "-")
    assert.equal("P6", path:sub(1, 2))
    assert.same({}, rig:files())
    assert.equal("\x89PNG", rig:run("shot", "-").out:sub(1, 4))
  end)

  it("writes the format that is asked for, or that the name says", function()
    shot("a.ppm")
    shot("--format", "ppm", "b.png")
    for _, name in ipairs({ "a.ppm", "b.png" }) do
      local file <close> = assert(io.open(rig.folder .. "/" .. name))
      assert.equal("P6", file:read(2))
    end
    rig:check("a.ppm", 0, 0, 320, 120)
  end)

  it("writes a smaller JPEG of a lower quality", function()
    local low, high = #shot("-f", "jpeg", "--quality", "10", "-"), #shot("-f", "jpeg", "--quality", "95", "-")
    assert.is_true(100 < low and low < high)
  end)

  it("compresses well when told to", function()
    shot("fast.png")
    shot("--level", "small", "small.png")
    rig:check("small.png", 0, 0, 320, 120)
    local function size(name)
      local file <close> = assert(io.open(rig.folder .. "/" .. name))
      return file:seek("end")
    end
    assert.is_true(size("small.png") <= size("fast.png"))
  end)

  it("does with a taken name what it is told", function()
    shot("-r", "10x10", "a.png")
    assert.matches("a%.png", refused(1, "--clobber", "error", "a.png"))
    rig:check("a.png", 0, 0, 10, 10)
    assert.equal("a_1.png", shot("--clobber", "number", "a.png"))
    shot("a.png")
    rig:check("a.png", 0, 0, 320, 120)
  end)

  it("lists the monitors", function()
    assert.matches("^screen +200x120%+0%+0 .*primary.*\nright +120x120%+200%+0 ", shot("--list"))
  end)

  it("waits, counting down on a terminal", function()
    local begun = os.time()
    shot("--delay", "1s", "a.png")
    assert.is_true(os.time() - begun >= 1)
    local terminal = process.run(
      { "script", "-qec", table.concat(rig:argv("shot", "-d", "1.2", "b.png"), " "), "/dev/null" },
      { cwd = rig.folder, env = rig.server:env() })
    assert.matches("2 ….*1 ….*b%.png", terminal.out)
    rig:check("b.png", 0, 0, 320, 120)
  end)

  it("takes another display than the environment's", function()
    local result = process.run(rig:argv("shot", "--display", rig.server.display, "a.png"),
      { cwd = rig.folder, env = { DISPLAY = false } })
    assert.equal("a.png\n", result.out)
  end)

  it("says what is wrong with the world", function()
    assert.equal("shot: no monitor is called 'HDMI-7' (there are: screen, right)\n",
      refused(1, "-m", "HDMI-7", "a.png"))
    assert.equal("shot: region 300,0 64x48 leaves the 320x120 screen; clip = true takes the part inside\n",
      refused(1, "-r", "64x48+300+0", "a.png"))
    assert.equal("shot: region 4000,0 64x48 lies outside the 320x120 screen\n",
      refused(1, "--clip", "-r", "64x48+4000+0", "a.png"))
    assert.matches("no such/a%.png: No such file", refused(1, "no such/a.png"))
    assert.matches("'a%.tga'.*png, .*ppm", refused(1, "a.tga"))
    assert.matches("unknown field {nmae}", refused(1, "{nmae}.png"))
    assert.matches("'gif'.*png", refused(1, "--format", "gif"))
    assert.matches("'level'.*fast", refused(1, "--level", "tiny"))
    assert.matches("1 to 100", refused(1, "--quality", "500", "a.jpg"))
    assert.matches("':7777'", refused(1, "--display", ":7777"))
  end)

  it("says what is wrong with the command line", function()
    assert.matches("'foo' is not a region such as", refused(2, "-r", "foo"))
    assert.matches("'0x4%+1%+1' is not a region", refused(2, "-r", "0x4+1+1"))
    assert.matches("'soon'", refused(2, "--delay", "soon"))
    assert.matches("%-%-level", refused(2, "--levle", "small"))
    assert.matches("'x'", refused(2, "--quality", "x"))
    assert.matches("can not be used together", refused(2, "-m", "left", "-r", "1x1"))
    assert.matches("too many", refused(2, "a.png", "b.png"))
  end)

  it("has help", function()
    assert.matches("^Usage: shot .*%-%-region", shot("--help"))
  end)
end)
