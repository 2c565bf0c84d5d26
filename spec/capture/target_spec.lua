-- What can be grabbed, where that is, and what is said when it is nowhere.
local luashot = require "luashot.core"
local screen = require "spec.support.screen"

local HINT <const> = "; clip = true takes the part inside"

describe("a target", function()
  local shown, display
  setup(function()
    shown = screen.start({ width = 640, height = 300 })
    shown.server:set_monitor("left", "320x300+0+0",
      { output = "screen", primary = true, mm_width = 160, mm_height = 150 })
    shown.server:set_monitor("right", "300x200+340+50")
    display = shown.display
  end)
  teardown(function() shown:stop() end)

  local function taken(what, options)
    local frame <close> = assert(display:grab(what, options))
    assert.is_true(shown:shows(frame))
    return screen.place(frame), frame.source
  end

  it("is the root by default", function()
    assert.same({ "640x300+0+0", "root" }, { taken() })
    assert.same({ "640x300+0+0", "root" }, { taken(nil, {}) })
  end)

  it("is a monitor by its table, name or output", function()
    local left, right = table.unpack(assert(display:monitors()))
    assert.same({ "320x300+0+0", "screen" }, { taken(left) })
    assert.same({ "300x200+340+50", "right" }, { taken(right) })
    assert.same({ "320x300+0+0", "screen" }, { taken("left") })
    assert.same({ "320x300+0+0", "screen" }, { taken("screen") })
    assert.same({ "300x200+340+50", "right" }, { taken("right") })
    assert.same({ "320x300+0+0", "screen" }, { taken("primary") })
  end)

  it("is a monitor table found again by its output", function()
    local stale = { output = "right", x = 1, y = 1, width = 5, height = 5 }
    assert.equal("300x200+340+50", (taken(stale)))
  end)

  it("is the monitor under the pointer, else the primary one", function()
    shown.paint("pointer 350 60")
    assert.same({ "300x200+340+50", "right" }, { taken("cursor") })
    shown.paint("pointer 340 50")
    assert.equal("300x200+340+50", (taken("cursor")))
    shown.paint("pointer 639 249")
    assert.equal("300x200+340+50", (taken("cursor")))
    shown.paint("pointer 0 299")
    assert.same({ "320x300+0+0", "screen" }, { taken("cursor") })
    shown.paint("pointer 330 10")
    assert.same({ "320x300+0+0", "screen" }, { taken("cursor") })
  end)

  it("is a geometry or a region", function()
    assert.same({ "20x10+620+290", "root" }, { taken("20x10+620+290") })
    assert.same({ "20x10+0+0", "root" }, { taken("20x10") })
    assert.equal("20x10+620+290", (taken("20x10-0-0")))
    assert.equal("20x10+600+30", (taken("20x10-20+30")))
    assert.equal("20x10+30+270", (taken("20x10+30-20")))
    assert.equal("20x10+620+290", (taken({ x = 620, y = 290, width = 20, height = 10 })))
    assert.equal("20x10+0+0", (taken({ width = 20, height = 10 })))
  end)

  it("may be clipped", function()
    local clip = { clip = true }
    assert.equal("10x5+630+295", (taken("20x10+630+295", clip)))
    assert.equal("10x10+0+0", (taken("20x20+-10+-10", clip)))
    assert.equal("640x300+0+0", (taken("1000x1000+-100+-100", clip)))
    assert.equal("20x10+0+0", (taken("20x10", clip)))
    assert.equal("1x1+639+299", (taken({ x = 639, y = 299, width = 2^31 - 1, height = 2^31 - 1 }, clip)))
  end)

  it("that leaves the screen is refused with the numbers", function()
    local function refused(message, what, options)
      local frame, text, code = display:grab(what, options)
      assert.is_nil(frame)
      assert.same({ message, "EGEOMETRY" }, { text, code })
    end
    refused("region 630,295 20x10 leaves the 640x300 screen" .. HINT, "20x10+630+295")
    refused("region -1,0 20x10 leaves the 640x300 screen" .. HINT, "20x10+-1+0")
    refused("region 0,-1 20x10 leaves the 640x300 screen" .. HINT, { y = -1, width = 20, height = 10 })
    refused("region 0,0 641x300 leaves the 640x300 screen" .. HINT, "641x300")
    refused("region 0,0 640x301 leaves the 640x300 screen" .. HINT, "640x301+0+0")
    refused("region 640,0 1x1 lies outside the 640x300 screen", "1x1+640+0")
    refused("region 640,0 1x1 lies outside the 640x300 screen", "1x1+640+0", { clip = true })
    refused("region 0,-5 5x5 lies outside the 640x300 screen", "5x5+0+-5", { clip = true })
    local huge = 2^31 - 1
    refused("region 2147483647,2147483647 2147483647x2147483647 lies outside the 640x300 screen",
      { x = huge, y = huge, width = huge, height = huge }, { clip = true })
    refused("region -2147483648,0 1x1 lies outside the 640x300 screen",
      { x = -2^31, width = 1, height = 1 })
    -- 2^16 and 2^15, which would be other numbers in the protocol's fields.
    refused("region 65536,0 1x1 lies outside the 640x300 screen", "1x1+65536+0")
    refused("region 0,0 65537x1 leaves the 640x300 screen" .. HINT, "65537x1")
    refused("region -65536,0 1x1 lies outside the 640x300 screen", "1x1+-65536+0")
    assert.equal(0, display:stats().in_flight)
  end)

  it("that is no monitor is refused with the names there are", function()
    local function refused(name)
      local frame, text, code = display:grab(name)
      assert.is_nil(frame)
      assert.same({
        ("no monitor is called '%s'%s (there are: screen (left), right)"):format(name,
          name:find("^%d") and ", nor is it a geometry like 640x480+10+20" or ""), "ENOMONITOR",
      }, { text, code })
    end
    refused("HDMI-7")
    refused("")
    refused("Right")
    refused("640x")
    refused("10x10+1")
    refused("10x10+1+1+1")
    refused("99999999999x1")
    refused("-10x10+0+0")
    refused(("x"):rep(63))
    local none, text = display:grab({ output = "gone", x = 0, y = 0, width = 1, height = 1 })
    assert.is_nil(none)
    assert.matches("no monitor is called 'gone'", text, 1, true)
  end)

  it("that cannot be one raises", function()
    local function raises(message, what, options)
      assert.error_matches(function() display:grab(what, options) end, message, 1, true)
    end
    raises("width and height must be 1 or more", "0x10+0+0")
    raises("width and height must be 1 or more", "10x0")
    raises("option 'width': an integer from 1 to 2147483647 expected, got 0",
      { width = 0, height = 1 })
    raises("option 'height': an integer from 1 to 2147483647 expected, got -5",
      { width = 1, height = -5 })
    raises("option 'width': an integer from 1 to 2147483647 expected, got 2147483648",
      { width = 2^31, height = 1 })
    raises("option 'x': an integer from -2147483648 to 2147483647 expected, got 1.5",
      { x = 1.5, width = 1, height = 1 })
    raises("option 'x': an integer from -2147483648 to 2147483647 expected, got 'left'",
      { x = "left", width = 1, height = 1 })
    raises("a region needs width and height", {})
    raises("a region needs width and height", { x = 1, y = 1, width = 1 })
    raises("a region has x, y, width and height, not 'widht' (did you mean 'width'?)", { widht = 1, height = 1 })
    raises("a region has x, y, width and height, not '1'", { 1, 2, 3, 4 })
    raises("cannot grab a boolean: nil, a monitor, its name, a geometry, a region or a window expected", true)
    raises("cannot grab a userdata: nil, a monitor", display)
    raises("is too long for a monitor's name", ("x"):rep(64))
    raises("unknown option 'clp' (did you mean 'clip'?)", nil, { clp = true })
    raises("option 'clip': true or false expected, got 1", nil, { clip = 1 })
    raises("unknown option 'color' (known: clip, cursor, ", nil, { color = 1 })
    raises("table expected, got string", nil, "clip")
    raises("option 'timeout': duration expected", nil, { timeout = "5 parsecs" })
    raises("got -1", nil, { timeout = -1 })
    raises("nan", nil, { timeout = 0 / 0 })
  end)

  it("is not cut at a NUL", function()
    assert.error_matches(function() display:grab("primary\0x") end, "NUL")
    assert.error_matches(function() display:grab("10x10+0+0\0") end, "NUL")
    assert.error_matches(function() display:grab({ output = "right\0x" }) end, "NUL")
    assert.error_matches(function() luashot.open({ display = ":0\0.0" }) end, "NUL")
  end)
end)
