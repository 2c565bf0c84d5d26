-- Captures from a real compositor, byte for byte as grim sees it.
local compositor = require "spec.support.compositor"
local files = require "spec.support.files"
local luashot = require "luashot"
local pictures = require "spec.support.pictures"
local process = require "spec.support.process"
local walls = require "spec.support.walls"
local zerobuffer = require "luashot.zerobuffer"

local program = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

describe("a Wayland display", function()
  local sway, display, folder, picture

  setup(function()
    folder = files.folder()
    picture = pictures.random(96, 70)
    assert(picture:save(folder .. "/picture.png"))
    sway = compositor.start { outputs = 2, picture = folder .. "/picture.png", config = [[
      output HEADLESS-1 resolution 320x200 position 0 0
      output HEADLESS-2 resolution 240x300 position 320 0]] }
  end)

  teardown(function()
    sway:stop()
    files.remove(folder)
  end)

  before_each(function()
    sway:obey "output HEADLESS-1 transform normal scale 1 position 0 0"
    sway:obey "output HEADLESS-2 transform normal scale 1 position 320 0"
    display = assert(luashot.open { display = sway.display })
    -- The wallpaper takes a moment to come, and to follow a change: what an output still shows is scaled or turned.
    assert(luashot.wait { display, when = function(frame)
      if frame.width ~= 560 or frame.height ~= 300 then
        return false
      end
      local first <close> = frame:crop(0, 0, 96, 70)
      local second <close> = frame:crop(320, 0, 96, 70)
      return first:same(picture) and second:same(picture)
    end, timeout = "20s" }):release()
  end)

  after_each(function()
    display:close()
  end)

  it("has monitors, and a root around them", function()
    assert.same({ 560, 300 }, { display:size() })
    local monitors = assert(display:monitors())
    assert.equal(2, #monitors)
    assert.equal("HEADLESS-1", monitors[1].output)
    assert.same({ 320, 0, 240, 300 }, { monitors[2].x, monitors[2].y, monitors[2].width, monitors[2].height })
    assert.equal("wl-screencopy", display:stats().path)
  end)

  it("begins at its first output, wherever the compositor has that", function()
    for _, place in ipairs { "-300 -40", "0 0", "700 90" } do
      local x, y = place:match "(%S+) (%S+)"
      sway:obey("output HEADLESS-1 position " .. place)
      sway:obey(("output HEADLESS-2 position %d %d"):format(x + 320, y + 10))
      assert.is_true(process.wait_until(function()
        local monitors = assert(display:monitors())
        return monitors[1].x == 0 and monitors[1].y == 0 and monitors[2].x == 320 and monitors[2].y == 10
      end, 10), place)
      assert.same({ 560, 310 }, { display:size() })
    end
    sway:obey "output HEADLESS-1 position 0 0"
    sway:obey "output HEADLESS-2 position -240 0"
    assert.is_true(process.wait_until(function()
      local monitors = assert(display:monitors())
      return monitors[1].output == "HEADLESS-2" and monitors[2].output == "HEADLESS-1" and monitors[2].x == 240
    end, 10))
  end)

  it("is captured whole, gaps black, and by output", function()
    local frame <close> = assert(display:grab())
    local witness <close> = sway:witness()
    assert.is_true(frame:crop(0, 0, 320, 200):same(witness:crop(0, 0, 320, 200)))
    assert.is_true(frame:crop(320, 0, 240, 300):same(witness:crop(320, 0, 240, 300)))
    assert.same({ 0, 0, 0 }, { frame:pixel(100, 250) })
    for _, output in ipairs { "HEADLESS-1", "HEADLESS-2" } do
      local one <close> = assert(display:grab(output))
      local seen <close> = sway:witness(output)
      assert.is_true(one:same(seen), output)
    end
  end)

  it("is captured in regions, across outputs too", function()
    local whole <close> = assert(display:grab())
    for _, region in ipairs { { 13, 7, 100, 50 }, { 300, 150, 60, 100 }, { 0, 0, 560, 1 }, { 559, 299, 1, 1 } } do
      local x, y, width, height = table.unpack(region)
      local part <close> = assert(display:grab { x = x, y = y, width = width, height = height })
      assert.is_true(part:same(whole:crop(x, y, width, height)), table.concat(region, " "))
    end
    local frames = assert(display:grab_many { "30x20+1+2", "60x40+300+10" })
    assert.is_true(frames[2]:same(whole:crop(300, 10, 60, 40)))
    local _, _, code = display:grab "100x100+500+250"
    assert.equal("EGEOMETRY", code)
  end)

  it("is upright however an output is turned", function()
    for _, transform in ipairs { "90", "180", "270", "flipped", "flipped-90", "flipped-180", "flipped-270" } do
      sway:obey("output HEADLESS-1 transform " .. transform)
      local frame, witness
      local same = process.wait_until(function() -- the wallpaper follows
        frame, witness = assert(display:grab "HEADLESS-1"), sway:witness "HEADLESS-1"
        return frame:same(witness)
      end, 10)
      assert.is_true(same, transform .. tostring(frame) .. tostring(witness))
      frame:release()
      local part <close> = assert(display:grab "50x40+11+17")
      assert.is_true(part:same(witness:crop(11, 17, 50, 40)), transform)
    end
  end)

  it("is in its own pixels where an output is scaled", function()
    for _, scale in ipairs { "2", "1.5" } do
      sway:obey("output HEADLESS-1 scale " .. scale)
      local same = process.wait_until(function()
        local frame <close> = assert(display:grab "HEADLESS-1")
        local witness <close> = sway:witness "HEADLESS-1"
        -- grim makes the pixels of a whole logical size: with a fraction they are others.
        return frame.width == 320 and (scale == "1.5" or frame:same(witness))
      end, 10)
      assert.is_true(same, scale)
      local monitors = assert(display:monitors())
      assert.same({ 320, 200 }, { monitors[1].width, monitors[1].height })
      assert.equal(tonumber(scale), monitors[1].scale)
      assert.equal(1, monitors[2].scale)
    end
  end)

  it("writes into a ring", function()
    local name = ("luashot-wayland-%d"):format(require("luv").os_getpid())
    local reader <close> = assert(zerobuffer.reader(name, { payload_size = 1 << 20 }))
    local writer <close> = assert(zerobuffer.writer(name))
    for number = 1, 5 do
      local sequence, why = display:publish(writer, "HEADLESS-1")
      assert.same({ number }, { sequence, why })
      local item <close> = assert(reader:read "5s")
      local view <close> = assert(item:view { width = 320, height = 200, format = "bgrx" })
      local frame <close> = assert(display:grab "HEADLESS-1")
      assert.is_true(view:same(frame))
    end
    assert.equal(0, display:stats().copied)
  end)

  it("is the same picture by every path", function()
    for _, path in ipairs { "wl-scratch", "wl-copy" } do
      local other, message, code = luashot.open { display = sway.display, path = path }
      if other then
        local a <close> = assert(other:grab())
        local b <close> = assert(display:grab())
        assert.is_true(a:same(b))
        assert.equal(path, other:stats().path)
        other:close()
      else
        assert.equal("ENOTSUP", code)
        assert.equal("the compositor lacks ext_image_copy_capture_manager_v1", message)
      end
    end
  end)

  it("says what it cannot do, and what is missing", function()
    local _, message, code = display:grab "cursor"
    assert.equal("ENOTSUP", code)
    assert.matches("pointer", message)
    local windows
    windows, message, code = display:windows()
    if not windows then
      assert.equal("ENOTSUP", code)
      assert.matches("ext_foreign_toplevel", message)
    end
    _, message, code = luashot.open { display = "wayland-no-such" }
    assert.equal("ENODISPLAY", code)
    assert.matches("wayland%-no%-such", message)
    _, message, code = luashot.open { display = "wayland:/no/such/socket" }
    assert.same({ "ENODISPLAY", "no Wayland compositor answers at '/no/such/socket': No such file or directory" },
      { code, message })
  end)

  it("tells what changes, and is quiet else", function()
    local watch <close> = assert(display:watch { x = 0, y = 0, width = 320, height = 200 })
    assert.is_false(watch:wait "300ms")
    sway:obey "output HEADLESS-1 background #204060 solid_color"
    assert.is_true(watch:wait "10s")
    assert.is_true(#assert(watch:changed()) > 0)
    assert.is_truthy(process.wait_until(function() -- swaybg may draw more than once
      return not watch:wait "200ms" or not watch:changed()
    end, 10))
    sway:obey(("output HEADLESS-1 background %s/picture.png tile"):format(sway.folder))
  end)

  it("hears nothing of the screen once nobody watches", function()
    local watch = assert(display:watch { x = 0, y = 0, width = 560, height = 300 })
    local client = process.spawn({ os.getenv "LUASHOT_BUILD" .. "/spec/luashot_wayland_painter", "numbers" },
      { env = sway:env() })
    finally(function() client:stop() end)
    assert.is_true(watch:wait "20s")
    watch:close()
    assert(display:grab()):release() -- the compositor has heard of it before it answers
    assert(display:poll())
    local uv, events = require "luv", 0
    local handle = uv.new_poll(display:fd())
    handle:start("r", function()
      events = events + 1
      display:poll()
    end)
    process.wait_until(function() end, 0.5) -- some 30 pictures
    handle:close()
    assert.is_true(events < 5, tostring(events))
  end)

  it("is the host's in a sandbox", function()
    walls.need()
    local env = sway:env()
    local script = folder .. "/sandboxed.lua"
    files.write(script, [[
      for _, damage in ipairs { false, true } do
        local display <close> = assert(luashot.open { damage = damage })
        for _ = 1, 3 do assert(display:grab()):release() end
        print(display:size())
      end]])
    env.ASAN_OPTIONS = (os.getenv "ASAN_OPTIONS" or "") .. ":detect_leaks=0" -- it forks
    local result = process.run({ program, "--sandbox", folder, script }, { env = env, timeout = 20 })
    assert.same({ 0, "560\t300\n560\t300\n", "" }, { result.code, result.out, result.err })
  end)

  it("is the host's, by name or by the environment", function()
    local env = sway:env()
    local result = process.run({ program, "-e", "print(luashot.open{}:size())" }, { env = env })
    assert.same({ 0, "560\t300\n", "" }, { result.code, result.out, result.err })
    result = process.run({ program, "-d", sway.display, "-e", "print(grab())" }, { env = { WAYLAND_DISPLAY = false } })
    assert.same({ 0, "frame 1 (root 560x300+0+0)\n", "" }, { result.code, result.out, result.err })
    local on_change = [[
      local display = assert(luashot.open{})
      local job
      job = assert(display:on_change("HEADLESS-1", function(frame) print(frame.width) os.exit(0) end))
      after("300ms", function() os.execute("swaymsg -q 'output HEADLESS-1 background #102030 solid_color'") end)]]
    env.SWAYSOCK = sway.socket
    result = process.run({ program, "-e", on_change }, { env = env, timeout = 20 })
    assert.same({ 0, "320\n", "" }, { result.code, result.out, result.err })
    sway:obey(("output HEADLESS-1 background %s/picture.png tile"):format(sway.folder))
  end)

  it("is asked for what captures take, and for nothing else", function()
    local env = sway:env()
    env.WAYLAND_DEBUG = "client"
    local result = process.run({ program, "-e", [[
      for _, damage in ipairs { false, true } do
        local display <close> = assert(luashot.open { damage = damage, cursor = true })
        display:grab()
        display:monitors()
        display:windows()
      end]] }, { env = env, timeout = 20 })
    local expected = { wl_shm = true, wl_output = true, zxdg_output_manager_v1 = true,
      zwlr_screencopy_manager_v1 = true, ext_image_copy_capture_manager_v1 = true,
      ext_output_image_capture_source_manager_v1 = true,
      ext_foreign_toplevel_list_v1 = true, ext_foreign_toplevel_image_capture_source_manager_v1 = true }
    local bound = {}
    for interface in result.err:gmatch 'wl_registry[@#]%d+%.bind%(%d+, "([%w_]+)"' do
      bound[interface] = true
      assert.is_true(expected[interface], interface)
    end
    assert.is_true(bound.wl_shm and bound.wl_output, result.err)
  end)

  it("survives an output that comes and goes under captures", function()
    -- sway 1.10 draws nothing on an output that was enabled again ("Page-flip failed on output") until that is
    -- configured once more; grim hangs there, too. A capture of it is over after its timeout, no later.
    local codes = {}
    local function capture(count, may_time_out)
      for _ = 1, count do
        local started = require("luv").hrtime()
        local frame, message, code = display:grab(nil, { timeout = may_time_out and "500ms" or "20s" })
        codes[code or "none"] = true
        if frame then
          frame:release()
        else
          assert.is_true(code == "EGEOMETRY" or (may_time_out and code == "ETIMEDOUT"), message)
          assert.is_true(require("luv").hrtime() - started < (may_time_out and 5e9 or 20e9))
        end
      end
    end
    for _ = 1, 10 do
      sway:obey "output HEADLESS-2 disable"
      capture(5, false)
      sway:obey "output HEADLESS-2 enable"
      capture(1, true)
      sway:obey "output HEADLESS-2 scale 1"
      capture(4, false)
    end
    assert.is_true(codes.none)
    local frame <close> = assert(luashot.wait { display, timeout = "20s", when = function(it)
      return it.width == 560
    end })
    assert.equal(300, frame.height)
    assert.equal(1, display:stats().held)
  end)

  it("is captured while an output is resized 50 times", function()
    local sizes = {}
    for i = 1, 50 do
      local width, height = 200 + i * 7 % 160, 150 + i * 11 % 120
      sway:obey(("output HEADLESS-1 resolution %dx%d"):format(width, height))
      for _ = 1, 2 do
        local frame, message, code = display:grab "HEADLESS-1"
        assert.is_true(frame ~= nil or code == "EGEOMETRY", message)
        if frame then
          sizes[frame.width .. "x" .. frame.height] = true
          frame:release()
        end
      end
    end
    assert.is_true(next(sizes, next(sizes)) ~= nil)
    sway:obey "output HEADLESS-1 resolution 320x200"
    local frame <close> = assert(luashot.wait { display, "HEADLESS-1", timeout = "20s", when = function(it)
      return it.width == 320
    end })
    assert.equal(200, frame.height)
    assert.equal(1, display:stats().held)
  end)

  it("has outputs of several scales side by side, each in its own pixels", function()
    sway:obey "output HEADLESS-1 scale 2 position 0 0"
    sway:obey "output HEADLESS-2 scale 1 position 160 0"
    assert.is_true(process.wait_until(function()
      local frame <close> = assert(display:grab())
      return frame.width == 560
    end, 10))
    local monitors = assert(display:monitors())
    assert.same({ 0, 0, 320, 200 }, { monitors[1].x, monitors[1].y, monitors[1].width, monitors[1].height })
    -- Its logical place, times the largest scale; its pixels are its own.
    assert.same({ 320, 0, 240, 300 }, { monitors[2].x, monitors[2].y, monitors[2].width, monitors[2].height })
    local whole <close> = assert(display:grab())
    for _, output in ipairs { "HEADLESS-1", "HEADLESS-2" } do
      assert.is_true(process.wait_until(function()
        local one <close> = assert(display:grab(output))
        local seen <close> = sway:witness(output)
        return one:same(seen)
      end, 10), output)
    end
    assert.same({ 0, 0, 0 }, { whole:pixel(100, 250) })
  end)

  it("has the pointer as the compositor draws it, by each path", function()
    for _, path in ipairs { "wl-screencopy", "wl-copy" } do
      local other, _, code = luashot.open { display = sway.display, path = path }
      assert.is_true(other ~= nil or path == "wl-copy" and code == "ENOTSUP", code)
      if other then
        local with <close> = assert(other:grab("HEADLESS-1", { cursor = true }))
        local without <close> = assert(other:grab "HEADLESS-1")
        assert.same({ without.width, without.height }, { with.width, with.height })
        local seen <close> = sway:witness("HEADLESS-1", true)
        assert.is_true(with:same(seen), path)
        other:close()
      end
    end
  end)
end)

describe("a compositor that ends", function()
  it("is a lost display", function()
    local sway = compositor.start {}
    local display <close> = assert(luashot.open { display = sway.display })
    local frame <close> = assert(display:grab())
    sway.server:kill "sigkill"
    sway.server:wait(5)
    local _, _, code = display:grab()
    assert.equal("ELOST", code)
    assert.is_string(frame:hash())
    sway:stop()
  end)

  it("may come again, and then captures go on", function()
    local sway = compositor.start {}
    local child = process.spawn({ program, "-" }, { env = sway:env(), stdin = [[
      io.stdout:setvbuf "line"
      local display <close> = assert(luashot.open {})
      display:on_lost(function() print "lost" end, { on_back = function()
        print("back", (display:grab()))
        os.exit(0)
      end, first = "50ms" })
      print "begun"
      sleep "60s"]] })
    assert.equal("begun", child:read_line(20), child.err)
    sway.server:kill "sigkill"
    sway.server:wait(5)
    assert.equal("lost", child:read_line(20), child.err)
    local again = compositor.start { instead_of = sway }
    assert.equal("back\tframe 1 (root 1280x720+0+0)", child:read_line(30), child.err)
    child:stop()
    again:stop()
  end)
end)
