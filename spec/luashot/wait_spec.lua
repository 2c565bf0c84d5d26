-- luashot.wait, on a screen where something appears.
local files = require "spec.support.files"
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

  it("gives the frame in which a color, a picture or anything else is to be seen", function()
    local shown <close> = assert(display:grab())
    local part <close> = shown:crop(40, 30, 16, 12)
    local r, g, b = shown:pixel(50, 60)
    local frame, area = assert(luashot.wait { display, when = { r, g, b }, timeout = 5 })
    assert.same({ r, g, b }, { frame:pixel(area.x, area.y) })
    frame:release()
    local other, match = assert(luashot.wait { display, "200x100+10+10", when = part:copy(), timeout = 5 })
    assert.same({ 30, 20, 200 }, { match.x, match.y, other.width })
    other:release()
    local folder = files.folder()
    assert(part:save(folder .. "/part.png"))
    other, match = assert(luashot.wait { display, when = folder .. "/part.png", timeout = 5 })
    assert.same({ 40, 30 }, { match.x, match.y })
    other:release()
    files.remove(folder)
    local calls, found = 0
    other, found = assert(luashot.wait { display, timeout = 20, interval = "10ms", when = function()
      calls = calls + 1
      return calls == 3 and "enough"
    end })
    other:release()
    assert.equal("enough", found)
    assert.equal(1, display:stats().held) -- `shown`, that `part` is of too
  end)

  -- What is drawn while this one waits: where there is DAMAGE, nothing is captured in the 400 ms before
  -- it but the two frames until the server is asked to tell.
  local function appears(where, asked, most)
    local at <close> = assert(where:grab "1x1+0+0")
    local first = at.sequence
    paint:begin("sleep 400", "fill 100 50 30 20 2468ac")
    table.insert(asked, 1, where)
    asked.timeout, asked.interval = 20, "10ms"
    local frame <close>, found = assert(luashot.wait(asked))
    paint:finish()
    assert.same({ 100, 50 }, { frame.x + found.x, frame.y + found.y })
    assert.same({ 0x24, 0x68, 0xac }, { frame:pixel(found.x, found.y) })
    paint "gradient"
    assert(not most or frame.sequence - first <= most, frame.sequence - first)
  end

  it("sees a color that appears, and looks only when something was drawn", function()
    appears(display, { when = "#2468ac" }, 5)
    appears(display, { "200x100+80+20", when = { 0x25, 0x67, 0xac }, tolerance = 1 }, 5)
  end)

  it("sees a picture that appears, and looks only when something was drawn", function()
    local picture <close> = pictures.random(30, 20, 1):fill({ width = 30, height = 20 }, "#2468ac")
    appears(display, { when = picture }, 5)
    local near <close> = picture:copy():fill({ x = 5, y = 5, width = 9, height = 9 }, "#2568ab")
    appears(display, { "200x100+80+20", when = near, tolerance = 1 }, 5)
    appears(display, { when = near, min_score = 0.99, region = { x = 90, y = 40, width = 60, height = 50 } }, 5)
  end)

  it("looks again and again where the server does not tell what is drawn", function()
    local plain = xserver.start { width = 320, height = 200, args = { "-extension", "DAMAGE" } }
    local other <close> = assert(luashot.open { display = plain.display })
    local usual = paint
    paint = painter.start(plain)
    appears(other, { when = "#2468ac" })
    paint:stop()
    paint = usual
    plain:stop()
  end)

  it("ends at once where the picture is larger than the place", function()
    local large <close> = assert(luashot.load("P6 11 1 255 " .. ("x"):rep(33)))
    assert.same({ nil, "the picture is 11x1, which is larger than the 10x10 to search in", "EGEOMETRY" },
      { luashot.wait { display, "10x10+5+5", when = large, timeout = 20 } })
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
    local dot <close> = assert(luashot.load "P6 1 1 255 \0\0\0")
    _, _, code = luashot.wait { display, "9x9+5000+0", when = dot, mask = "/nonexistent.png" } -- before a capture
    assert.equal("ENOENT", code)
    assert.error_matches(function() luashot.wait { display } end, "'when' must be")
    assert.error_matches(function() luashot.wait { display, when = "#fff", timout = 1 } end, "did you mean 'timeout'")
    assert.error_matches(function() luashot.wait { display, when = "#fff", min_score = 1 } end, "min_score")
    assert.error_matches(function() luashot.wait { display, when = print, tolerance = 1 } end, "tolerance")
    assert.error_matches(function() luashot.wait { display, when = "#fff", timeout = "soon" } end,
      "option 'timeout': duration expected.*got 'soon'")
    assert.error_matches(function() luashot.wait { display, when = "#ff" } end,
      "wait: 'when': a color.*expected, got '#ff'")
    assert.error_matches(function() luashot.wait { display, when = "#fff", tolerance = "high" } end,
      "wait: option 'tolerance': .*got 'high'")
    assert.error_matches(function() luashot.wait { 5, when = "#fff" } end, "a display expected at %[1%], got number")
    assert.error_matches(function() luashot.wait { when = "#fff" } end, "a display expected at %[1%], got nil")
    assert.error_matches(function() luashot.wait() end, "a table of options expected, got nil")
  end)

  it("takes display and place by their names too", function()
    local function wide(frame)
      return frame.width
    end
    local frame <close>, found = assert(luashot.wait {
      display = display, what = "20x10+5+6", when = wide, timeout = 5,
    })
    assert.same({ 20, 5, 6 }, { found, frame.x, frame.y })
  end)

  it("waits for a window to come, and for what it shows", function()
    local function shows()
      return true
    end
    local none, message, code = luashot.wait { display, { title = "door" }, when = shows, timeout = "60ms" }
    assert.same({ nil, "ETIMEDOUT" }, { none, code })
    assert.matches("within 0.06 s: no window has a title like 'door'", message, 1, true)
    local id = paint:window(10, 10, 40, 30, "203040")
    paint("unmap %d", id)
    none, message = luashot.wait { display, { window = id }, when = shows, timeout = 0 }
    assert.is_nil(none)
    assert.matches("is not shown", message, 1, true)
    paint("title %d door", id)
    paint:begin("sleep 100", ("map %d"):format(id), "sleep 100", ("move %d 100 100"):format(id), "sleep 100",
      ("ink %d 5 6 7 8 ff8000"):format(id))
    local frame <close>, area = assert(luashot.wait { display, { title = "door" }, when = "#ff8000", timeout = 20 })
    paint:finish()
    assert.same({ 100, 100, 5, 6 }, { frame.x, frame.y, area.x, area.y })
    local other = paint:window(0, 0, 5, 5, "203040")
    none, message, code = luashot.wait { display, { title = "" }, when = shows, timeout = 5 }
    assert.same({ nil, "EAMBIGUOUS" }, { none, code }, message)
    paint("destroy %d", id)
    paint("destroy %d", other)
  end)

  it("follows a region that follows the pointer", function()
    paint("pointer 20 20")
    paint("fill 200 150 10 10 ff0080")
    paint:begin("sleep 150", "pointer 205 155")
    local frame <close> = assert(luashot.wait { display, { width = 40, height = 30, follow = "cursor" },
      when = "#ff0080", timeout = 20 })
    paint:finish()
    assert.same({ 185, 140 }, { frame.x, frame.y })
    paint "gradient"
  end)
end)
