local painter = require "spec.support.painter"
local pictures = require "spec.support.pictures"
local scripts = require "spec.support.scripts"

describe("luashot find", function()
  local rig

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)
  after_each(function() rig:files(true) end)

  it("tells where a picture is", function()
    rig:run("shot", "--region", "20x10+230+40", "part.png")
    local result = rig:run("find", "part.png")
    assert.same({ 0, "", "230 40 20 10 1.0000\n" }, { result.code, result.err, result.out })
    result = rig:run("find", "--what", "right", "--score", "0.99", "part.png")
    assert.same({ 0, "", "230 40 20 10 1.0000\n" }, { result.code, result.err, result.out })
    result = rig:run("find", "--what", "left", "part.png")
    assert.same({ 1, "" }, { result.code, result.out })
    assert.equal("find: 'part.png' was not found (for a similar one add --tolerance or --score)\n",
      result.err)
    result = rig:run("find", "--quiet", "--what", "left", "part.png")
    assert.same({ 1, "", "" }, { result.code, result.err, result.out })
    result = rig:run("find", "--quiet", "part.png")
    assert.same({ 0, "", "" }, { result.code, result.err, result.out })
    result = rig:run("find", "--tolerance", "1", "--what", "left", "part.png")
    assert.same({ 1, "find: 'part.png' was not found\n" }, { result.code, result.err })
  end)

  it("tells where a color is, every place if so told", function()
    rig:run("shot", "--region", "1x1+10+20", "pixel.png")
    local pixel = assert(require("luashot").load(rig.folder .. "/pixel.png"))
    local color = ("#%02x%02x%02x"):format(pixel:pixel(0, 0))
    local one = rig:run("find", color)
    assert.equal(0, one.code)
    local all = rig:run("find", "--all", "--tolerance", "2", color)
    assert.equal(0, all.code)
    assert.matches("^%d+ %d+ %d+ %d+ %d+\n", one.out)
    assert.matches("\n$", all.out)
  end)

  it("looks for other sizes of a picture", function()
    rig:run("shot", "--region", "20x10+230+40", "part.png")
    local part <close> = assert(require("luashot").load(rig.folder .. "/part.png"))
    assert(part:scale(10, 5):save(rig.folder .. "/half.png"))
    local result = rig:run("find", "--score", "0.97", "--scale", "1,1.5,2", "half.png")
    assert.same({ 0, "" }, { result.code, result.err })
    assert.matches("^230 40 20 10 0%.9%d+\n$", result.out)
  end)

  it("looks into a window, and around the pointer", function()
    local paint = painter.start(rig.server)
    finally(function() paint:stop() end)
    local below = paint:window(20, 30, 60, 40, "ff0080")
    paint("title %d the door", below)
    paint:window(10, 20, 100, 100, "00ff00")
    local result = rig:run("find", "--what", "title=e doo,obscured", "#ff0080")
    assert.same({ 0, "", "20 30 60 40 2400\n" }, { result.code, result.err, result.out })
    result = rig:run("find", "--what", "title=door", "#ff0080")
    assert.same({ 1, "" }, { result.code, result.out })
    paint("pointer 60 60")
    result = rig:run("find", "--what", "20x10@cursor", "#00ff00")
    assert.same({ 0, "", "50 55 20 10 200\n" }, { result.code, result.err, result.out })
    for _, script in ipairs { "find", "top", "record", "timelapse", "publish", "watch" } do
      local file = script == "find" and "#fff" or script ~= "top" and "x.png" or nil
      result = rig:run(script, "--what", "window=door", file)
      assert.same({ 2, "" }, { result.code, result.out }, script)
      assert.matches("\n\n" .. script .. ": .*'door' is not a window's id, nor 'active'\n", result.err)
    end
  end)

  it("waits, and gives up", function()
    local random = pictures.random(9, 9)
    assert(random:save(rig.folder .. "/random.png"))
    local begun = os.time()
    local result = rig:run("find", "--wait", "1.2s", "random.png")
    assert.same({ 1, "" }, { result.code, result.out })
    assert.is_true(os.time() - begun >= 1)
  end)

  it("refuses wrong usage, and pictures that are none", function()
    for _, case in ipairs {
      { 2, "is not a color", "#12" }, { 2, "from 0 to 255", "--tolerance", "300", "a.png" },
      { 2, "for pictures", "--score", "1", "#fff" },
      { 2, "for pictures", "--scale", "1", "#fff" }, { 2, "0.01 to 100", "--scale", "1,,2", "a.png" },
      { 2, "missing argument" }, { 2, "'a.png'", "a.png" }, { 2, "monitor", "--what", "nowhere", "#fff" },
      { 2, "'green'.*a color is written '#30c040'", "green" },
      { 1, "'#fff' was not found: no window has a title like 'nope'", "--what", "title=nope", "#fff" },
      { 2, "region '0x5%+0%+0': width and height must be 1 or more", "--what", "0x5+0+0", "#fff" },
    } do
      local result = rig:run("find", table.unpack(case, 3))
      assert.equal(case[1], result.code)
      assert.matches(case[2], result.err)
    end
  end)
end)
