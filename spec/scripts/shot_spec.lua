local luashot = require "luashot"
local painter = require "spec.support.painter"
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
    local path = shot("--format", "ppm", "-")
    assert.equal("P6", path:sub(1, 2))
    assert.same({}, rig:files())
    assert.equal("\x89PNG", rig:run("shot", "-").out:sub(1, 4))
    for _, name in ipairs { "/dev/stdout", "/dev/fd/1" } do
      assert.equal(rig:run("shot", "--format", "ppm", "-").out, rig:run("shot", "--format", "ppm", name).out)
    end
  end)

  it("writes the format that is asked for, or that the name says", function()
    shot("a.ppm")
    shot("--format", "ppm", "b.png")
    shot("--format", "jpg", "c")
    assert.equal("\xff\xd8", assert(io.open(rig.folder .. "/c")):read(2))
    for _, name in ipairs({ "a.ppm", "b.png" }) do
      local file <close> = assert(io.open(rig.folder .. "/" .. name))
      assert.equal("P6", file:read(2))
    end
    rig:check("a.ppm", 0, 0, 320, 120)
  end)

  it("writes a smaller JPEG of a lower quality", function()
    local low, high = #shot("--format", "jpeg", "-q", "10", "-"), #shot("--format", "jpeg", "--quality", "95", "-")
    assert.is_true(100 < low and low < high)
  end)

  it("draws the pointer when told to", function()
    assert.are_not.equal(shot("--format", "ppm", "--region", "60x60+220+30", "-"),
      shot("--format", "ppm", "--region", "60x60+220+30", "--cursor", "-"))
  end)

  it("compresses well when told to", function()
    shot("fast.png")
    shot("--level", "small", "small.png")
    rig:check("small.png", 0, 0, 320, 120)
    local function size(name)
      local file <close> = assert(io.open(rig.folder .. "/" .. name))
      return file:seek("end")
    end
    assert.is_true(size("small.png") <= size("fast.png"), ("%d, %d"):format(size "small.png", size "fast.png"))
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
      { "script", "-qec", table.concat(rig:argv("shot", "--delay", "1.2", "b.png"), " "), "/dev/null" },
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
    assert.equal("shot: no monitor is called 'HDMI-7' (there are: screen (left), right)\n",
      refused(1, "-m", "HDMI-7", "a.png"))
    assert.equal("shot: region 300,0 64x48 leaves the 320x120 screen; --clip takes the part inside\n",
      refused(1, "-r", "64x48+300+0", "a.png"))
    assert.equal("shot: region 4000,0 64x48 lies outside the 320x120 screen\n",
      refused(1, "--clip", "-r", "64x48+4000+0", "a.png"))
    assert.matches("no such/a%.png: No such file", refused(1, "no such/a.png"))
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
    assert.matches("'tga'.*png, .*ppm", refused(2, "a.tga"))
    assert.matches("'a' has no extension that sets the format", refused(2, "a"))
    assert.matches("unknown field {nmae}", refused(2, "{nmae}.png"))
    assert.matches("'gif'.*png", refused(2, "--format", "gif"))
    assert.matches("'%-%-level'.*'fast'", refused(2, "--level", "tiny"))
    assert.matches("'500' is not an integer from 1 to 100", refused(2, "--quality", "500", "a.jpg"))
    assert.matches("'door' is not a window's id", refused(2, "--window", "door"))
    assert.matches("'0x100000000' is not a window's id", refused(2, "--window", "0x100000000"))
    assert.matches("can not be used together", refused(2, "--window", "7", "--active"))
    assert.matches("only be used with each other", refused(2, "--title", "x", "--active"))
    assert.matches("'%-%-obscured' is for %-%-window", refused(2, "--obscured"))
    assert.matches("'%-%-pattern' is for", refused(2, "--pattern"))
    assert.matches("%-%-title: malformed pattern", refused(2, "--pattern", "--title", "["))
    assert.matches("^Usage: luashot shot%s.*\n\nshot: ", refused(2, "--title"))
  end)

  it("says so before it waits", function()
    local begun = os.time()
    assert.matches("unknown field {nmae}", refused(2, "--delay", "1h", "{nmae}.png"))
    assert.matches("'gif'", refused(2, "--delay", "1h", "--format", "gif"))
    assert.matches("HDMI%-7", refused(1, "--delay", "1h", "-m", "HDMI-7"))
    assert.matches("leaves the", refused(1, "--delay", "1h", "-r", "64x48+300+0"))
    assert.is_true(os.time() - begun < 60)
  end)

  it("takes a window", function()
    local paint = painter.start(rig.server)
    finally(function() paint:stop() end)
    local below, above = paint:window(20, 30, 60, 40, "ff0000"), paint:window(50, 50, 60, 40, "00ff00")
    paint("title %d left - [door]", below)
    paint("title %d right", above)
    paint:property(above, "WM_CLASS", "STRING", "viewer\0Viewer\0")
    paint("focus %d", above)
    local function taken(...)
      local path = shot(...)
      local picture <close> = assert(luashot.load(rig.folder .. "/" .. path))
      return ("%s %dx%d %02x%02x%02x"):format(path, picture.width, picture.height, picture:pixel(59, 39))
    end
    assert.equal("left - [door].png 60x40 00ff00", taken("--title", "t - [d", "{name}.png"))
    assert.equal("left - [door].png 60x40 ff0000", taken("--obscured", "--title", "^left", "--pattern", "{name}.png"))
    assert.equal("a.png 60x40 00ff00", taken("--class", "iew", "--title", "right", "a.png"))
    assert.equal("a.png 60x40 00ff00", taken("--active", "a.png"))
    assert.equal("a.png 60x40 00ff00", taken("--window", "active", "a.png"))
    assert.equal("a.png 60x40 ff0000", taken("-o", "--window", ("0x%x"):format(below), "a.png"))
    rig:files(true)
    assert.matches("shot: no window has a title like '^left'", refused(1, "--title", "^left"), 1, true)
    assert.matches("2 windows have a title like", refused(1, "--title", "t"), 1, true)
    assert.matches("there is no window 0x7", refused(1, "--window", "7"), 1, true)
    assert.matches("; 'luashot windows' lists them\n$", refused(1, "--class", "viewer"))
    paint("move %d 300 30", below)
    assert.matches("; --clip takes the part inside, --obscured takes all of it\n",
      refused(1, "--title", "left"), 1, true)
    local id = paint:window(0, 0, 10, 10, "0000ff")
    paint:begin("sleep 400", ("title %d late"):format(id))
    assert.equal("late.png", shot("--delay", "1s", "--title", "late", "{name}.png")) -- not there when it begins
    paint:finish()
  end)

  it("takes a rectangle that a person draws, or a window that is clicked", function()
    local acting = assert(luashot.open { display = rig.server.display, input = true })
    local function look()
      local frame <close> = assert(acting:grab(nil, { cursor = true }))
      return frame:hash()
    end
    -- Act when the program is there to see it: it gives the pointer another shape.
    local function selecting(act)
      local before = look()
      local started = rig:spawn("shot", "--select", "a.png")
      assert(process.wait_until(function() return look() ~= before end, 30), started.err)
      act()
      local code = started:wait(30)
      return code, started
    end
    assert.equal(0, (selecting(function()
      assert(acting:drag({ 180, 20 }, { 260, 70 })) -- over two monitors
    end)))
    local picture = assert(luashot.load(rig.folder .. "/a.png"))
    assert.is_true(math.abs(picture.width - 80) <= 1 and math.abs(picture.height - 50) <= 1,
      picture.width .. "x" .. picture.height)
    local paint = painter.start(rig.server)
    local id = paint:window(30, 40, 60, 50, "ff0000")
    assert.equal(0, (selecting(function()
      assert(acting:drag({ 50, 60 }, { 50, 60 })) -- a click as long as a person's: slop looks now and then
    end)))
    picture = assert(luashot.load(rig.folder .. "/a.png"))
    assert.same({ 60, 50, 255 }, { picture.width, picture.height, (picture:pixel(5, 5)) })
    paint("destroy %d", id)
    rig:files(true)
    local code, started = selecting(function()
      assert(acting:drag({ 9, 9 }, { 9, 9 }, { with = "Escape", button = "forward" }))
    end)
    assert.same({ 1, "shot: nothing was selected\n" }, { code, started.err })
    assert.same({}, rig:files())
    paint "gradient" -- which windows have wiped
    paint:stop()
    acting:close()
  end)

  it("puts a picture into the clipboard, where it stays", function()
    local result = rig:run("shot", "--region", "60x40+10+20", "--clipboard")
    assert.same({ 0, "", "" }, { result.code, result.out, result.err })
    assert.same({}, rig:files())
    assert.equal("b.png", shot("--region", "60x40+10+20", "--clipboard", "b.png"))
    rig.server:run { "sh", "-c", "xclip -selection clipboard -t image/png -out >" .. rig.folder .. "/pasted.png" }
    rig:check("pasted.png", 10, 20, 60, 40)
    rig:check("b.png", 10, 20, 60, 40)
    rig.server:run { "sh", "-c", "echo other | xclip -selection clipboard >/dev/null 2>&1" }
  end)

  it("names the program that is missing", function()
    for option, name in pairs { ["--select"] = "slop", ["--clipboard"] = "xclip" } do
      local result = process.run({ "/usr/bin/env", "PATH=/nowhere", table.unpack(rig:argv("shot", option)) },
        { cwd = rig.folder, env = rig.server:env() })
      assert.equal(1, result.code)
      assert.matches("the program " .. name .. " is needed", result.err)
    end
  end)

  it("has help", function()
    assert.matches("^Usage: luashot shot%s.*%-%-region", shot("--help"))
  end)
end)
