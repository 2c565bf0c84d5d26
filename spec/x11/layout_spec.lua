-- The screen's size and its monitors, as they are now.
local luashot = require "luashot.core"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local screen = require "spec.support.screen"

describe("the layout", function()
  local shown, display
  before_each(function()
    shown = screen.start({ width = 800, height = 600 })
    display = shown.display
  end)
  after_each(function() shown:stop() end)

  local function names()
    local list = {}
    for i, monitor in ipairs(assert(display:monitors())) do
      list[i] = ("%s %dx%d+%d+%d"):format(monitor.output, monitor.width, monitor.height, monitor.x, monitor.y)
    end
    return list
  end

  it("has the one output of the server", function()
    local monitors = assert(display:monitors())
    assert.equal(1, #monitors)
    local monitor = monitors[1]
    assert.same({ 0, 0, 800, 600 }, { monitor.x, monitor.y, monitor.width, monitor.height })
    assert.same({ "screen", "screen", "screen" }, { monitor.output, monitor.label, monitor.name })
    assert.is_true(monitor.id > 0)
    assert.is_boolean(monitor.primary)
    assert.is_true(math.type(monitor.mm_width) == "integer" and math.type(monitor.mm_height) == "integer")
    local fields = 0
    for _ in pairs(monitor) do
      fields = fields + 1
    end
    assert.equal(13, fields)
  end)

  it("has the monitors that were made, with their sizes in millimeters", function()
    shown.server:set_monitor("left", "400x600+0+0",
      { output = "screen", primary = true, mm_width = 211, mm_height = 317 })
    shown.server:set_monitor("right", "400x500+400+100", { mm_width = 200, mm_height = 250 })
    local left, right = table.unpack(assert(display:monitors()))
    local left_id, right_id = left.id, right.id
    left.id, right.id = nil, nil
    assert.same({
      x = 0, y = 0, width = 400, height = 600, mm_width = 211, mm_height = 317,
      name = "left", label = "left", output = "screen", primary = true, scale = 1.0, transform = "normal",
    }, left)
    assert.same({
      x = 400, y = 100, width = 400, height = 500, mm_width = 200, mm_height = 250,
      name = "right", label = "right", output = "right", primary = false, scale = 1.0, transform = "normal",
    }, right)
    assert.not_equal(left_id, right_id)
  end)

  it("follows monitors that come and go", function()
    assert.same({ "screen 800x600+0+0" }, names())
    shown.server:set_monitor("left", "400x600+0+0", { output = "screen" })
    shown.server:set_monitor("right", "400x600+400+0")
    assert.same({ "screen 400x600+0+0", "right 400x600+400+0" }, names())
    local right = assert(display:monitors())[2]
    -- Without asking for the list: the next grab by name finds and misses them by itself.
    shown.server:set_monitor("third", "10x10+7+7")
    local third <close> = assert(display:grab("third"))
    assert.equal("10x10+7+7", screen.place(third))
    shown.server:delete_monitor("right")
    shown.server:set_monitor("right", "300x500+500+50")
    local moved <close> = assert(display:grab(right))
    assert.equal("300x500+500+50", screen.place(moved))
    assert.is_true(shown:shows(moved))
    shown.server:delete_monitor("right")
    local gone, message, code = display:grab(right)
    assert.is_nil(gone)
    assert.same({ "no monitor is called 'right' (there are: screen (left), third)", "ENOMONITOR" },
      { message, code })
    assert.same({ "screen 400x600+0+0", "third 10x10+7+7" }, names())
  end)

  it("follows the screen's size", function()
    assert.same({ 800, 600 }, { display:size() })
    shown.server:resize(640, 480)
    assert.same({ 640, 480 }, { display:size() })
    assert.same({ "screen 640x480+0+0" }, names())
    shown.server:resize(800, 600)
    assert.same({ 800, 600 }, { display:size() })
    assert.same({ "screen 800x600+0+0" }, names())
  end)

  it("lists more monitors than any machine has, up to a limit", function()
    for i = 1, 70 do
      shown.server:set_monitor("m" .. i, ("10x10+%d+0"):format(i * 11))
    end
    local monitors = assert(display:monitors())
    assert.equal(64, #monitors)
    local last <close> = assert(display:grab("m60"))
    assert.equal("10x10+660+0", screen.place(last))
    local none, message = display:grab("m99")
    assert.is_nil(none)
    assert.matches("^no monitor is called 'm99' %(there are: .*m1, m2, m3", message)
  end)
end)

describe("names of monitors", function()
  local shown
  before_each(function() shown = screen.start({ width = 800, height = 600 }) end)
  after_each(function() shown:stop() end)

  it("are their output, what the user has called them, and what they call themselves", function()
    shown.paint("edid ACME U49")
    shown.server:set_monitor("Left", "400x600+0+0", { output = "screen" })
    shown.server:set_monitor("Right", "400x600+400+0")
    local left, right = table.unpack(assert(shown.display:monitors()))
    assert.same({ "screen", "Left", "ACME U49" }, { left.output, left.label, left.name })
    assert.same({ "Right", "Right", "Right" }, { right.output, right.label, right.name })
    for _, name in ipairs({ "screen", "Left", "ACME U49" }) do
      local frame <close> = assert(shown.display:grab(name))
      assert.equal("400x600+0+0", screen.place(frame))
    end
    local frame <close> = assert(shown.display:grab("Right"))
    assert.equal("400x600+400+0", screen.place(frame))
    local none, message, code = shown.display:grab("Middle")
    assert.is_nil(none)
    assert.same({ "no monitor is called 'Middle' (there are: screen (Left, ACME U49), Right)", "ENOMONITOR" },
      { message, code })
  end)

  it("are one line of text, whatever a client has called them", function()
    shown.server:set_monitor("a\27]0;evil\7b\u{202e}txt\u{2066}\n", "400x600+0+0", { output = "screen" })
    local monitor = assert(shown.display:monitors())[1]
    assert.equal("a ]0;evil btxt ", monitor.label)
    local frame <close> = assert(shown.display:grab(monitor.label))
    assert.equal("400x600+0+0", screen.place(frame))
  end)
end)

describe("heads that Xinerama alone lists", function()
  it("are monitors, and the pointer is on one of them", function()
    local outer = screen.start({ width = 800, height = 400 })
    local inner = process.spawn({ "Xephyr", "-displayfd", "1", "-nolisten", "tcp", "-noreset", "+xinerama",
      "-screen", "300x200+0+0", "-screen", "400x250+300+0" }, { env = outer.server:env() })
    finally(function()
      inner:stop()
      outer:stop()
    end)
    local name = ":" .. assert(inner:read_line(30), inner.err)
    local display <close> = assert(luashot.open({ display = name }))
    local list = {}
    for i, monitor in ipairs(assert(display:monitors())) do
      list[i] = ("%s %dx%d+%d+%d"):format(monitor.output, monitor.width, monitor.height, monitor.x, monitor.y)
    end
    assert.same({ "default 300x200+0+0", "xinerama-1 400x250+300+0" }, list)
    local paint = painter.start({ env = function() return { DISPLAY = name } end })
    finally(function() -- in the place of the one before
      paint:stop()
      inner:stop()
      outer:stop()
    end)
    paint("pointer 500 100")
    local frame <close> = assert(display:grab("cursor"))
    assert.equal("400x250+300+0", screen.place(frame))
    local named <close> = assert(display:grab("xinerama-1"))
    assert.equal("400x250+300+0", screen.place(named))
  end)
end)

describe("a server without RandR", function()
  it("has one monitor, the root", function()
    local shown = screen.start({ width = 320, height = 240, args = { "-extension", "RANDR" } })
    finally(function() shown:stop() end)
    assert.same({ {
      x = 0, y = 0, width = 320, height = 240, mm_width = 0, mm_height = 0,
      name = "root", label = "root", output = "root", primary = true, id = 0,
      scale = 1.0, transform = "normal",
    } }, shown.display:monitors())
    for _, what in ipairs({ "root", "primary", "cursor", "20x20+300+220" }) do
      local frame <close> = assert(shown.display:grab(what))
      assert.is_true(shown:shows(frame))
    end
    local monitor <close> = assert(shown.display:grab(shown.display:monitors()[1]))
    assert.equal("320x240+0+0", screen.place(monitor))
  end)
end)
