-- Windows of a real compositor, with a real client: listed, and captured as their own pictures. This needs
-- ext-foreign-toplevel-list-v1 and ext-image-capture-source-v1: sway 1.11 and labwc 0.9 have them.
local compositor = require "spec.support.compositor"
local luashot = require "luashot"
local need = require "spec.support.need"
local process = require "spec.support.process"
local skip = require("busted.core")().pending

describe("windows of Wayland", function()
  local sway, display, opened

  --- foot, whose program prints a picture of its own and stays.
  local function open(title, color)
    local client = process.spawn({ "foot", "--config=/dev/null", "-o", "colors.background=" .. color, "-T", title,
      "-a", "spec." .. title, "sh", "-c", "printf '\\033[?25l" .. title .. "'; exec sleep 60" },
      { env = sway:env(), folder = sway.folder })
    opened[#opened + 1] = client
    local window
    local found = process.wait_until(function()
      for _, it in ipairs(display:windows() or {}) do
        window = it.title == title and it.width > 0 and it or window
      end
      return window
    end, 20)
    assert(found, title .. " does not come: " .. client.err)
    return window, client
  end

  before_each(function()
    opened = {}
    sway = compositor.start { config = [[
      output HEADLESS-1 resolution 400x300 position 0 0
      default_floating_border none]] }
    display = assert(luashot.open { display = sway.display })
  end)

  --- Whether there is what the cases need; under CI, too, as no release of Debian 12 or 13 has it.
  local function begin()
    local windows, message = display:windows()
    if not windows then
      skip("skipped, because " .. message)
    end
    need(process.run({ "sh", "-c", "command -v foot" }).code == 0, "foot is not installed")
  end

  after_each(function()
    for _, client in ipairs(opened) do
      client:stop()
    end
    display:close()
    sway:stop()
  end)

  --- Whether a window's picture is what the screen shows of it.
  local function is_shown(id)
    return process.wait_until(function()
      local window <close> = assert(display:grab { window = id })
      local screen <close> = assert(display:grab())
      return window:same(screen)
    end, 20)
  end

  it("are listed by title and class, with their size", function()
    begin()
    assert.same({}, display:windows())
    local window = open("one", "204060")
    assert.equal("spec.one", window.class)
    assert.is_true(window.visible)
    assert.same({ 0, 0 }, { window.x, window.y })
    assert.is_true(process.wait_until(function() -- sway gives it its size a moment later
      local it = display:windows()[1]
      return it.width == 400 and it.height == 300
    end, 10))
    open("two", "602040")
    local titles = {}
    for _, it in ipairs(display:windows()) do
      titles[#titles + 1] = it.title
    end
    table.sort(titles)
    assert.same({ "one", "two" }, titles)
    local _, message, code = display:grab { title = "three" }
    assert.equal("ENOWINDOW", code, message)
    _, message, code = display:grab { window = "active" }
    assert.equal("ENOTSUP", code)
    assert.matches("ext%-foreign%-toplevel%-list%-v1", message)
  end)

  it("are captured as the screen shows them, whole and in part", function()
    begin()
    local one = open("one", "204060")
    assert.is_true(is_shown(one.id))
    local whole <close> = assert(display:grab { title = "one" })
    assert.equal("one", whole.source)
    local part <close> = assert(display:grab { window = one.id, x = 13, y = 5, width = 100, height = 40 })
    assert.is_true(part:same(whole:crop(13, 5, 100, 40)))
    local frames = assert(display:grab_many { { window = one.id }, "30x20+10+10" })
    assert.is_true(frames[1]:same(whole))
    assert.is_true(frames[2]:same(whole:crop(10, 10, 30, 20)))
    local _, _, code = display:grab { window = one.id, x = 390, y = 0, width = 20, height = 20 }
    assert.equal("EGEOMETRY", code)
  end)

  it("are captured while others cover them", function()
    begin()
    local one = open("one", "204060")
    assert.is_true(is_shown(one.id))
    sway:obey "fullscreen disable; floating enable; resize set 200 150"
    local before
    assert.is_true(process.wait_until(function()
      local frame = assert(display:grab { window = one.id })
      before = frame:copy()
      frame:release()
      return before.width <= 200
    end, 10))
    local two = open("two", "602040")
    sway:obey "[title=two] fullscreen enable"
    assert.is_true(is_shown(two.id))
    local after <close> = assert(display:grab { window = one.id })
    assert.is_true(after:same(before))
  end)

  it("are watched by their pictures", function()
    begin()
    local one, client = open("one", "204060")
    assert.is_true(is_shown(one.id))
    local env = sway:env()
    local host = process.spawn({ os.getenv "LUASHOT_BUILD" .. "/luashot", "-" }, { env = env, stdin = [[
      io.stdout:setvbuf "line"
      local display = assert(luashot.open())
      local job = assert(display:on_change({ title = "one" }, function(frame) print(frame.width) end))
      print(job.polling)]] })
    assert.equal("Wayland tells no client where a window is", host:read_line(20), host.err)
    sway:obey "floating enable; resize set 200 150"
    assert.is_string(host:read_line(20), host.err)
    host:stop()
    client:stop()
  end)

  it("are captured while they change their size, and say when they are gone", function()
    begin()
    local one, client = open("one", "204060")
    sway:obey "floating enable"
    for i = 1, 20 do
      sway:obey(("resize set %d %d"):format(150 + i * 5, 120 + i * 3))
      local frame, message, code = display:grab({ window = one.id }, { timeout = "5s" })
      assert.is_true(frame ~= nil or code == "EAGAIN" or code == "EGEOMETRY", message)
      if frame then
        frame:release()
      end
    end
    client:stop()
    assert.is_true(process.wait_until(function() return #display:windows() == 0 end, 10))
    local _, message, code = display:grab { window = one.id }
    assert.equal("ENOWINDOW", code, message)
    local frame <close> = assert(display:grab())
    assert.equal(400, frame.width)
    assert.equal(1, display:stats().held)
  end)
end)
