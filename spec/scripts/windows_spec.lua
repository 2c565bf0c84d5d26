local luashot = require "luashot"
local json = require "dkjson"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local scripts = require "spec.support.scripts"

describe("luashot windows", function()
  local rig, paint

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)
  before_each(function() paint = painter.start(rig.server) end)
  after_each(function()
    paint:stop()
    rig:files(true)
  end)

  local function windows(...)
    local result = rig:run("windows", ...)
    assert.same({ 0, "" }, { result.code, result.err })
    return result.out
  end

  local function refused(status, ...)
    local result = rig:run("windows", ...)
    assert.same({ status, "" }, { result.code, result.out })
    return result.err
  end

  local function two()
    local below, above = paint:window(20, 30, 60, 40, "ff0000"), paint:window(50, 50, 61, 41, "00ff00")
    paint("title %d left - [door]", below)
    paint:property(above, "WM_CLASS", "STRING", "viewer\0Viewer\0")
    paint("focus %d", above)
    return below, above
  end

  it("lists them, from the topmost down", function()
    local below, above = two()
    local first, second = ("0x%x\t61x41+50+50\tactive\tViewer\t\n"):format(above),
      ("0x%x\t60x40+20+30\t\t\tleft - [door]\n"):format(below)
    assert.equal(first .. second, windows())
    assert.equal(second, windows("--title=- ["))
    assert.equal(second, windows("--title", "^left.*r%]$", "--pattern"))
    assert.equal(first, windows("--class", "View", "--visible"))
    assert.equal("windows: none of 2 windows has 'nowhere' in its title\n", refused(1, "--title", "nowhere"))
    assert.equal("windows: none of 2 windows has 'left' in its title and has 'View' in its class and is visible\n",
      refused(1, "--title", "left", "--class", "View", "--visible"))
    paint:stop()
    assert.equal("windows: there are no windows\n", refused(1))
  end)

  it("saves the others when one of them closes meanwhile", function()
    local ids = {}
    for i = 1, 15 do -- each takes a tenth of a second, in which it is painted
      ids[i] = paint:window(10 * i, 10, 20, 20, "ff0000")
      paint("title %d w%d", ids[i], i)
    end
    local run = rig:spawn("windows", "--save", "{name}.png")
    assert.is_truthy(process.wait_until(function() return #rig:files() > 0 end, 20)) -- w15 is the topmost
    paint("destroy %d", ids[2])
    assert.equal(1, run:wait(20))
    local saved = {}
    for i = 15, 3, -1 do
      saved[#saved + 1] = ("w%d.png\n"):format(i)
    end
    assert.equal(table.concat(saved) .. "w1.png\n", run.out)
    assert.matches("^windows: [^\n]*there is no window[^\n]*\n$", run.err)
    assert.equal(14, #rig:files())
  end)

  it("says all that is known in JSON", function()
    local _, above = two()
    local list = assert(json.decode(windows("--json")))
    assert.equal(2, #list)
    assert.same({ id = above, title = "", class = "Viewer", instance = "viewer", x = 50, y = 50, width = 61,
      height = 41, active = true, visible = true }, list[1])
    assert.equal("[]\n", windows("--json", "--title", "nowhere"))
  end)

  it("takes a picture of each, also of what is covered", function()
    two()
    assert.matches("^window%-0x%x+%.png\nleft %- %[door%]%.png\n$", windows("--save", "{name}.png"))
    local picture <close> = assert(luashot.load(rig.folder .. "/left - [door].png"))
    assert.equal(("\xff\0\0"):rep(60 * 40), picture:bytes("rgb"))
    assert.equal("left - [door]_1.png\n", windows("--title", "left", "--save", "{name}.png"))
  end)

  it("refuses a pattern that is none", function()
    two()
    assert.matches("\n\nwindows: malformed pattern", refused(2, "--pattern", "--title", "l["), 1, true)
    local result = rig:run("shot", "--pattern", "--title", "l[")
    assert.equal(2, result.code)
    assert.matches("\n\nshot: malformed pattern", result.err, 1, true)
  end)

  it("refuses wrong usage, and a display that is not there", function()
    assert.matches("^Usage: luashot windows .*\n\nwindows: .*can not be used together",
      refused(2, "--json", "--save", "a.png"))
    assert.matches("--title: malformed pattern", refused(2, "--pattern", "--title", "["), 1, true)
    assert.matches("unknown field {nmae}", refused(2, "--save", "{nmae}.png"), 1, true)
    assert.matches("':7777'", refused(1, "--display", ":7777"))
    assert.matches("^Usage: luashot windows .*%-%-json", windows("--help"))
  end)
end)
