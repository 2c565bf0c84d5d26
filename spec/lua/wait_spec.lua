-- luashot.wait, on a screen where something appears.
local luashot = require "luashot"
local painter = require "spec.support.painter"
local pictures = require "spec.support.pictures"
local xserver = require "spec.support.xserver"

describe("wait", function()
  local server, display, paint

  setup(function()
    server = xserver.start { width = 320, height = 200 }
    display = assert(luashot.open { display = server.display })
    paint = painter.start(server)
    paint "gradient"
  end)

  teardown(function()
    paint:stop()
    display:close()
    server:stop()
  end)

  it("gives the frame in which a colour, a picture or anything else is to be seen", function()
    local shown <close> = assert(display:grab())
    local part <close> = shown:crop(40, 30, 16, 12)
    local r, g, b = shown:pixel(50, 60)
    local frame, area = assert(luashot.wait { display, when = { r, g, b }, timeout = 5 })
    assert.same({ r, g, b }, { frame:pixel(area.x, area.y) })
    frame:release()
    local other, match = assert(luashot.wait { display, "200x100+10+10", when = part:copy(), timeout = 5 })
    assert.same({ 30, 20, 200 }, { match.x, match.y, other.width })
    other:release()
    local folder = pictures.folder()
    assert(part:save(folder .. "/part.png"))
    other, match = assert(luashot.wait { display, when = folder .. "/part.png", timeout = 5 })
    assert.same({ 40, 30 }, { match.x, match.y })
    other:release()
    os.execute(("rm -r %q"):format(folder))
    local calls, found = 0
    other, found = assert(luashot.wait { display, timeout = 20, interval = "10ms", when = function()
      calls = calls + 1
      return calls == 3 and "enough"
    end })
    other:release()
    assert.equal("enough", found)
    assert.equal(1, display:stats().held) -- `shown`, that `part` is of too
  end)

  it("gives up when the time is over, with nothing held", function()
    local _, message, code = luashot.wait { display, when = function() end, timeout = "200ms" }
    assert.equal("ETIMEDOUT", code)
    assert.matches("0.2 s", message)
    assert.equal(0, display:stats().held)
    assert.error_matches(function()
      luashot.wait { display, when = function() error "broken" end }
    end, "broken")
    assert.equal(0, display:stats().held)
  end)

  it("hands on what goes wrong, and refuses what it does not know", function()
    local _, _, code = luashot.wait { display, "9x9+5000+0", when = "#fff" }
    assert.equal("EGEOMETRY", code)
    _, _, code = luashot.wait { display, when = "/nonexistent.png" }
    assert.equal("ENOENT", code)
    assert.error_matches(function() luashot.wait { display } end, "'when' must be")
    assert.error_matches(function() luashot.wait { display, when = "#fff", timout = 1 } end, "did you mean 'timeout'")
    assert.error_matches(function() luashot.wait { display, when = "#fff", timeout = "soon" } end, "duration expected")
  end)
end)
