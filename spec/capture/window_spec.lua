-- Captures of windows: the right pixels of the right window, or an error that says why not.
local luashot = require "luashot.core"
local manager = require "spec.support.manager"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local ring = require "spec.support.ring"
local screen = require "spec.support.screen"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local WIDTH <const>, HEIGHT <const> = 300, 200

describe("a window", function()
  local shown, display

  local function start(options)
    options = options or {}
    options.width, options.height = options.width or WIDTH, options.height or HEIGHT
    shown = screen.start(options)
    display = shown.display
  end
  after_each(function() shown:stop() end)

  local function channels(rgb)
    local r, g, b = rgb:match "(..)(..)(..)"
    return painter.shown(shown.server.depth, tonumber(r, 16), tonumber(g, 16), tonumber(b, 16))
  end

  --- Whether all of a frame has one color.
  local function is_all(frame, rgb)
    return frame:bytes("rgb") == string.char(channels(rgb)):rep(frame.width * frame.height)
  end

  --- "300x200+0+0 title" of a grab that must succeed and have one color.
  local function taken(rgb, what, options, from)
    local frame <close> = assert((from or display):grab(what, options))
    assert.is_true(is_all(frame, rgb), ("%s is not all %s"):format(frame, rgb))
    return screen.place(frame) .. " " .. frame.source
  end

  local function refused(code, what, options)
    local frame, message, which = display:grab(what, options)
    assert.same({ nil, code }, { frame, which })
    assert.equal(0, display:stats().in_flight)
    return message
  end

  it("is captured where it is, by its id", function()
    start()
    local a = shown.paint:window(40, 30, 100, 50, "204060")
    shown.paint("title %d left/door", a)
    assert.equal("100x50+40+30 left/door", taken("204060", { window = a }))
    shown.paint("move %d 150 100", a)
    shown.paint("resize %d 20 30", a)
    assert.equal("20x30+150+100 left/door", taken("204060", { window = a }))
    assert.equal("20x30+150+100 left/door", taken("204060", display:windows()[1]))
    local frame <close> = display:grab({ window = a })
    assert.equal(a, frame.window)
    assert.equal(a, frame:crop(1, 1, 2, 2).window)
    local root <close> = display:grab()
    assert.is_nil(root.window)
    local folder = os.getenv("TMPDIR") or "/tmp"
    local path = assert(frame:save(folder .. "/luashot-spec-{name}.ppm"))
    os.remove(path)
    assert.equal(folder .. "/luashot-spec-left_door.ppm", path)
  end)

  it("without a title is named by its id", function()
    start()
    local a = shown.paint:window(40, 30, 10, 10, "204060")
    assert.equal(("10x10+40+30 window-0x%x"):format(a), taken("204060", { window = a }))
    shown.paint:property(a, "_NET_WM_NAME", "UTF8_STRING", ("\u{20ac}"):rep(40))
    assert.equal("10x10+40+30 " .. ("\u{20ac}"):rep(21), taken("204060", { window = a })) -- 63 bytes
  end)

  it("is what is to be seen there; with `obscured`, what it shows itself", function()
    start()
    local a = shown.paint:window(40, 30, 100, 50, "204060")
    local b = shown.paint:window(60, 40, 100, 50, "c0c000")
    local function sample()
      local frame <close> = assert(display:grab({ window = a }))
      return { frame:pixel(10, 5) }, { frame:pixel(50, 30) }
    end
    assert.same({ { 0x20, 0x40, 0x60 }, { 0xc0, 0xc0, 0 } }, { sample() })
    assert.equal("100x50+40+30", taken("204060", { window = a, obscured = true }):match "%S+")
    assert.equal("100x50+60+40", taken("c0c000", { window = b, obscured = true }):match "%S+")
    shown.paint("ink %d 45 25 10 10 ff00ff", a) -- below the other one
    local frame <close> = assert(display:grab({ window = a, obscured = true }))
    assert.same({ 0xff, 0, 0xff }, { frame:pixel(50, 30) })
    assert.same({ { 0x20, 0x40, 0x60 }, { 0xc0, 0xc0, 0 } }, { sample() }) -- on the screen all is as it was
  end)

  it("is captured in part", function()
    start()
    local a = shown.paint:window(40, 30, 100, 50, "204060")
    shown.paint("ink %d 10 20 7 5 ff8000", a)
    local part = { window = a, x = 10, y = 20, width = 7, height = 5 }
    assert.equal("7x5+50+50", taken("ff8000", part):match "%S+")
    part.obscured = true
    assert.equal("7x5+50+50", taken("ff8000", part):match "%S+")
    for _, obscured in ipairs({ false, true }) do
      local leaving = { window = a, x = 98, y = -3, width = 10, height = 10, obscured = obscured }
      assert.equal(("region 98,-3 10x10 leaves the 100x50 window 0x%x"):format(a), refused("EGEOMETRY", leaving))
      assert.equal("2x7+138+30", taken("204060", leaving, { clip = true }):match "%S+")
      leaving.x = 100
      assert.matches("lies outside the 100x50 window", refused("EGEOMETRY", leaving, { clip = true }), 1, true)
    end
  end)

  it("that is half off the screen is refused, clipped, or taken whole from behind", function()
    start()
    local a = shown.paint:window(-60, 170, 100, 50, "204060")
    shown.paint("ink %d 5 45 10 5 ff0000", a)
    assert.equal(("window 0x%x (-60,170 100x50) leaves the 300x200 screen; clip = true takes the part inside, "
      .. "obscured = true takes all of it"):format(a), refused("EGEOMETRY", { window = a }))
    assert.equal("40x30+0+170", taken("204060", { window = a }, { clip = true }):match "%S+")
    display:grab({ window = a, obscured = true }):release()
    shown.paint("ink %d 5 45 10 5 ff0000", a)
    local frame <close> = assert(display:grab({ window = a, obscured = true }))
    assert.equal("100x50+-60+170", ("%dx%d+%d+%d"):format(frame.width, frame.height, frame.x, frame.y))
    assert.same({ 255, 0, 0 }, { frame:pixel(14, 49) })
    assert.same({ 0x20, 0x40, 0x60 }, { frame:pixel(15, 49) })
    shown.paint("move %d 300 0", a)
    assert.matches("lies outside the 300x200 screen", refused("EGEOMETRY", { window = a }, { clip = true }), 1, true)
    frame:release()
    local beyond <close> = assert(display:grab({ window = a, obscured = true }))
    assert.same({ 300, 100 }, { beyond.x, beyond.width })
  end)

  it("that is not there, or not shown, is an error", function()
    start()
    local a = shown.paint:window(40, 30, 100, 50, "204060")
    shown.paint("title %d door", a)
    for _, obscured in ipairs({ false, true }) do
      shown.paint("unmap %d", a)
      assert.matches(("^window 0x%x %%('door'%%) is not shown"):format(a),
        refused("EHIDDEN", { window = a, obscured = obscured }))
      shown.paint("map %d", a)
      taken("204060", { window = a, obscured = obscured })
    end
    shown.paint("destroy %d", a)
    for _, obscured in ipairs({ false, true }) do
      assert.equal(("there is no window 0x%x"):format(a), refused("ENOWINDOW", { window = a, obscured = obscured }))
    end
    assert.equal(0, display:stats().held)
  end)

  it("is found by patterns, anew each time, and never taken for another", function()
    start()
    local paint = shown.paint
    local a = paint:window(0, 0, 50, 50, "ff0000")
    local b = paint:window(100, 0, 50, 50, "00ff00")
    paint("title %d Door 1 - viewer", a)
    paint("title %d Door 2 - viewer", b)
    paint:property(a, "WM_CLASS", "STRING", "one\0Viewer\0")
    paint:property(b, "WM_CLASS", "STRING", "two\0Viewer\0")
    assert.equal("50x50+0+0 Door 1 - viewer", taken("ff0000", { title = "Door 1" }))
    assert.equal("50x50+100+0 Door 2 - viewer", taken("00ff00", { title = "^Door [2-9] .*er$", class = "^View" }))
    assert.equal("9x8+101+2 Door 2 - viewer",
      taken("00ff00", { title = "^Door [2-9] .*er$", x = 1, y = 2, width = 9, height = 8, obscured = true }))
    paint("destroy %d", b)
    assert.equal("no window has a title like 'Door 2' (there is 1 window)",
      refused("ENOWINDOW", { title = "Door 2" }))
    local c = paint:window(200, 0, 50, 50, "0000ff")
    paint("title %d Door 2", c) -- the program has been started anew
    assert.equal("50x50+200+0 Door 2", taken("0000ff", { title = "Door 2" }))
    paint("title %d Door 1 - of another", c)
    refused("EAMBIGUOUS", { title = "Door 1" })
  end)

  it("that several patterns fit is an error that names them", function()
    start()
    local paint = shown.paint
    local a = paint:window(0, 0, 50, 50, "ff0000")
    local b = paint:window(100, 0, 50, 50, "00ff00")
    for _, id in ipairs({ a, b }) do
      paint("title %d same", id)
      paint:property(id, "WM_CLASS", "STRING", "one\0Viewer\0")
    end
    assert.equal(("2 windows have a title like 'same': 0x%x 'same', 0x%x 'same'"):format(b, a),
      refused("EAMBIGUOUS", { title = "same" }))
    assert.matches("2 windows have a title like '^s' and a class like 'Viewer': ",
      refused("EAMBIGUOUS", { title = "^s", class = "Viewer" }), 1, true)
    paint("unmap %d", b) -- it is no window now: without a manager, only what is mapped is
    assert.equal("50x50+0+0 same", taken("ff0000", { title = "same" }))
    assert.equal("no window has a title like 'same' and a class like 'viewer' (there is 1 window)",
      refused("ENOWINDOW", { title = "same", class = "viewer" }))
    paint("title %d other", a)
    assert.equal("no window has a title like 'same' (there is 1 window)", refused("ENOWINDOW", { title = "same" }))
    for i = 1, 20 do
      paint("title %d %s", paint:window(i, 100, 5, 5, "00ff00"), ("\u{20ac}"):rep(30))
    end
    local message = refused("EAMBIGUOUS", { title = "\u{20ac}" })
    assert.is_truthy(utf8.len(message), message)
  end)

  it("is one of many, of a series, or published", function()
    start()
    local a = shown.paint:window(40, 30, 100, 50, "204060")
    local b = shown.paint:window(60, 40, 100, 50, "c0c000")
    shown.paint("title %d below", a)
    shown.paint("focus %d", b)
    local frames = assert(display:grab_many({ { title = "below", obscured = true }, "10x10+0+0", { window = b },
      { window = "active" }, { window = a, x = 1, y = 2, width = 3, height = 4 }, { window = b, obscured = true } }))
    local colors = { "204060", false, "c0c000", "c0c000", "204060", "c0c000" }
    for i, frame in ipairs(frames) do
      assert.is_true(colors[i] and is_all(frame, colors[i]) or not colors[i] and shown:shows(frame), "frame " .. i)
      frame:release()
    end
    assert.equal(0, display:stats().held)
    local places = {}
    for frame in display:frames({ { title = "below", obscured = true } }) do
      assert.is_true(is_all(frame, "204060"))
      places[#places + 1] = frame.x
      if #places == 4 then
        break
      end
      shown.paint("move %d %d 30", a, 40 + 10 * #places)
    end
    assert.same({ 40, 50, 60, 70 }, places)
    assert.error_matches(function()
      for _ in display:frames({ { title = "nowhere" } }) do end
    end, "no window has a title like 'nowhere'", 1, true)

    local name = ring.name("window")
    local reader <close> = assert(zb.reader(name, { payload_size = 1 << 20 }))
    local writer <close> = assert(zb.writer(name))
    for _, what in ipairs({ { title = "below", obscured = true }, { window = "active" } }) do
      assert(display:publish(writer, what))
      local item <close> = assert(reader:read(10))
      local view <close> = item:view({ width = 100, height = 50, format = "bgrx" })
      assert.is_true(is_all(view, what.title and "204060" or "c0c000"))
    end
    local none, _, code = display:publish(writer, { title = "nowhere" })
    assert.same({ nil, "ENOWINDOW" }, { none, code })
  end)

  it("that moves, comes and goes meanwhile is never mixed up with what is around it", function()
    start()
    local a = shown.paint:window(0, 0, 60, 60, "204060")
    local commands = {}
    for i = 1, 300 do
      commands[#commands + 1] = ("move %d %d %d"):format(a, i * 37 % 240, i * 23 % 140)
      if i % 10 == 0 then
        commands[#commands + 1] = ("unmap %d"):format(a)
        commands[#commands + 1] = ("map %d"):format(a)
      end
    end
    for _, options in ipairs({ {}, { damage = true } }) do
      local from = shown:open(options)
      for _, obscured in ipairs({ false, true }) do
        from:grab({ window = a, obscured = obscured }):release()
        shown.paint:begin(table.unpack(commands))
        local codes, good = { EHIDDEN = 0, EAGAIN = 0 }, 0
        for _ = 1, 300 do
          local frame <close>, message, code = from:grab({ window = a, obscured = obscured })
          if frame then
            good = good + 1
            assert.is_true(is_all(frame, "204060"))
          else
            assert.is_truthy(codes[code], message)
          end
        end
        shown.paint:finish()
        assert.is_true(good > 0)
      end
      assert.same({ 0, 0 }, { from:stats().held, from:stats().in_flight })
    end
    shown.paint:begin(("sleep 1\n"):rep(20) .. ("destroy %d"):format(a))
    shown.paint.begun = 21
    local code
    assert.is_true(process.wait_until(function()
      local frame <close>, _, which = display:grab({ window = a })
      code = which
      return not frame or not is_all(frame, "204060")
    end, 30))
    shown.paint:finish()
    assert.equal("ENOWINDOW", code)
  end)

  it("lies deep in others, and they in a manager's frame", function()
    start()
    local openbox = manager.start(shown)
    finally(function() openbox:stop() end)
    local a = shown.paint:make("managed", 20, 40, 100, 60, "204060")
    assert.is_true(process.wait_until(function()
      local list = display:windows()
      return list[1] and list[1].active
    end, 30))
    local inside = a
    for i = 1, 5 do
      inside = shown.paint:make("child", inside, 5, 4, 60 - 10 * i, 41 - 8 * i, "c04000")
    end
    local menu = shown.paint:window(0, 0, 200, 150, "00ff00")
    local outer, inner = display:windows()[1], nil
    for _, obscured in ipairs({ true, false }) do
      local frame <close> = assert(display:grab({ window = inside, obscured = obscured }))
      local covered <close> = assert(display:grab({ window = a, obscured = obscured }))
      assert.same({ 10, 1, 100, 60 }, { frame.width, frame.height, covered.width, covered.height })
      assert.same({ outer.x, outer.y }, { covered.x, covered.y })
      assert.same({ outer.x + 25, outer.y + 20 }, { frame.x, frame.y })
      assert.is_true(is_all(frame, obscured and "c04000" or "00ff00"))
      assert.same({ channels(obscured and "204060" or "00ff00") }, { covered:pixel(0, 0) })
      inner = frame.source
    end
    assert.equal(("window-0x%x"):format(inside), inner)
    assert.equal("200x150+0+0", taken("00ff00", { window = menu }):match "%S+") -- one without a frame
  end)

  it("is there while its manager destroys the frame that the search found", function()
    start()
    local a = shown.paint:window(20, 40, 100, 60, "204060")
    local codes = { EHIDDEN = 0, EAGAIN = 0 }
    for _ = 1, 3 do
      shown.paint:begin(("reframe %d 500"):format(a))
      for _ = 1, 10 do
        local frame <close>, message, code = display:grab({ window = a, obscured = true })
        assert(frame or codes[code], message)
      end
      shown.paint:finish()
    end
    assert.equal("100x60+0+0", taken("204060", { window = a, obscured = true }):match "%S+")
  end)

  it("gets another frame of its manager meanwhile", function()
    start()
    local openbox = manager.start(shown)
    finally(function() openbox:stop() end)
    local a = shown.paint:make("managed", 20, 40, 100, 60, "204060")
    -- A manager that is told of both at once may leave it hidden.
    local function is_shown()
      local frame <close> = display:grab({ window = a })
      if not frame then
        shown.paint("map %d", a)
      end
      return frame ~= nil
    end
    local good, patience = 0, 20
    for _ = 1, 30 do
      assert.is_true(process.wait_until(is_shown, 30))
      display:trim() -- so that it is redirected anew, which takes a while
      shown.paint:begin("sleep " .. patience, ("unmap %d"):format(a), "sleep 20", ("map %d"):format(a))
      local frame <close>, message, code = display:grab({ window = a, obscured = true })
      shown.paint:finish()
      assert(frame or code == "EHIDDEN" or code == "EAGAIN", message)
      if frame and is_all(frame, "204060") then
        good = good + 1
      else
        patience = math.min(2 * patience, 1000) -- a busy machine takes longer
      end
      if good == 3 then
        break
      end
    end
    assert.equal(3, good)
  end)

  it("of a program that paints by itself is whole from behind, at once and later", function()
    start()
    local openbox = manager.start(shown)
    finally(function() openbox:stop() end)
    local env = shown.server:env()
    local terminal = process.spawn({ "xterm", "-T", "starting", "-geometry", "30x8", "-e",
      "sh", "-c", [[printf 'all of this\r\nand that\033[?25l\033]0;first\007'; sleep 1000]] }, { env = env })
    finally(function()
      terminal:stop()
      openbox:stop()
    end)
    local what = { class = "^XTerm$", title = "^first$" } -- named so after the text, without a cursor
    local seen
    assert.is_true(process.wait_until(function()
      local frame <close> = display:grab(what)
      local before
      before, seen = seen, frame and frame:bytes("rgb")
      uv.sleep(frame and 100 or 10)
      return seen and seen == before
    end, 30))
    what.title = nil
    local id = display:windows()[1].id
    local cover = shown.paint:window(0, 0, WIDTH, HEIGHT, "00ff00")
    what.obscured = true
    for _ = 1, 2 do
      local frame <close> = assert(display:grab(what))
      assert.is_true(frame:bytes("rgb") == seen)
      assert.is_false(is_all(frame, "ffffff"))
      assert.equal("first", frame.source)
      local covered <close> = assert(display:grab({ window = id }))
      assert.is_true(is_all(covered, "00ff00"))
    end
    shown.server:run({ "xprop", "-id", tostring(id), "-f", "_NET_WM_NAME", "8u", "-set", "_NET_WM_NAME", "second" })
    local renamed <close> = assert(display:grab({ title = "^second$", obscured = true }))
    assert.is_true(renamed:bytes("rgb") == seen)
    assert.equal("second", renamed.source)
    shown.paint("destroy %d", cover)
  end)

  it("is captured without the margin in which it casts its own shadow", function()
    start()
    local a = shown.paint:window(20, 30, 100, 60, "808080")
    shown.paint("ink %d 10 5 70 40 204060", a)
    shown.paint:property(a, "_GTK_FRAME_EXTENTS", "CARDINAL", 10, 20, 5, 15) -- left, right, top, bottom
    local listed = display:windows()[1]
    assert.same({ 30, 35, 70, 40 }, { listed.x, listed.y, listed.width, listed.height })
    assert.equal("70x40+30+35", taken("204060", { window = a }):match "%S+")
    display:grab({ window = a, obscured = true }):release()
    shown.paint:window(0, 0, 200, 60, "ffffff")
    shown.paint("ink %d 10 5 70 40 204060", a) -- what was painted once is lost where it is covered
    assert.equal("70x40+30+35", taken("204060", { window = a, obscured = true }):match "%S+")
    assert.equal("3x2+97+73", taken("204060", { window = a, x = 67, y = 38, width = 3, height = 2 }):match "%S+")
    refused("EGEOMETRY", { window = a, x = 67, y = 38, width = 4, height = 2 })
    for _, nonsense in ipairs({ { 50, 50, 0, 0 }, { 0, 0, 2 ^ 32 - 1 | 0, 2 ^ 32 - 1 | 0 }, { 1, 1, 1 } }) do
      shown.paint:property(a, "_GTK_FRAME_EXTENTS", "CARDINAL", table.unpack(nonsense))
      local frame <close> = assert(display:grab({ window = a, obscured = true }))
      assert.equal("100x60+20+30", screen.place(frame))
    end
  end)

  it("has no alpha in its picture", function()
    start()
    local a = shown.paint:make("argb", 40, 30, 20, 10, "40203040")
    for _, path in ipairs({ "shm-fd", "shm-sysv", "getimage" }) do
      local frame <close> = assert(shown:open({ path = path }):grab({ window = a, obscured = true }))
      assert.equal(("\x40\x30\x20\xff"):rep(200), frame:bytes("bgrx"))
      assert.same({ 0x20, 0x30, 0x40 }, { frame:pixel(19, 9) })
    end
  end)

  for _, depth in ipairs({ 16, 30 }) do
    it("is captured at depth " .. depth, function()
      start({ depth = depth })
      local a = shown.paint:window(40, 30, 100, 50, "204060")
      taken("204060", { window = a })
      shown.paint:window(60, 40, 100, 50, "c0c000")
      taken("204060", { window = a, obscured = true })
      taken("204060", { window = a, obscured = true }, nil, shown:open({ path = "getimage" }))
    end)
  end

  it("has its picture named anew when it has another size", function()
    start()
    local a = shown.paint:window(40, 30, 20, 20, "204060")
    shown.paint:window(0, 0, 300, 200, "c0c000")
    for _, size in ipairs({ { 20, 20 }, { 100, 80 }, { 5, 7 }, { 300, 300 } }) do
      shown.paint("resize %d %d %d", a, size[1], size[2])
      assert.equal(("%dx%d+40+30"):format(size[1], size[2]),
        taken("204060", { window = a, obscured = true }):match "%S+")
    end
  end)

  it("is left as it was in the end", function()
    start()
    local a = shown.paint:window(40, 30, 20, 20, "204060")
    local function is_redirected()
      return shown.paint("redirected %d", a) == "yes"
    end
    local from = shown:open()
    taken("204060", { window = a }, nil, from)
    assert.is_false(is_redirected()) -- nothing is done to windows that are captured as they are seen
    taken("204060", { window = a, obscured = true }, nil, from)
    assert.is_true(is_redirected())
    from:trim()
    from:size() -- the server has seen to it
    assert.is_false(is_redirected())
    taken("204060", { window = a, obscured = true }, nil, from)
    taken("204060", { window = a, obscured = true }, nil, display) -- by what the other one has done
    from:close()
    assert.is_true(process.wait_until(function() return not is_redirected() end, 30))
    taken("204060", { window = a, obscured = true }, nil, display)
    assert.is_true(is_redirected())
    display:close()
    assert.is_true(process.wait_until(function() return not is_redirected() end, 30))
  end)

  it("cannot be taken from behind where the server has no Composite", function()
    start({ args = { "-extension", "Composite" } })
    local a = shown.paint:window(40, 30, 20, 20, "204060")
    assert.equal("cannot capture the covered parts of a window: the X server lacks Composite 0.2",
      refused("ENOTSUP", { window = a, obscured = true }))
    taken("204060", { window = a })
  end)

  it("is captured with the pointer and the masks in their places", function()
    start()
    local a = shown.paint:window(40, 30, 100, 50, "204060")
    local from = shown:open({ mask = { { x = 50, y = 35, width = 20, height = 10 } } })
    for _, obscured in ipairs({ false, true }) do
      local frame <close> = assert(from:grab({ window = a, obscured = obscured }))
      assert.same({ 0, 0, 0 }, { frame:pixel(10, 5) })
      assert.same({ 0, 0, 0 }, { frame:pixel(29, 14) })
      assert.same({ 0x20, 0x40, 0x60 }, { frame:pixel(30, 15) })
      shown.paint("pointer 100 60")
      local with <close> = assert(display:grab({ window = a, obscured = obscured }, { cursor = true }))
      local differing = assert(with:diff(assert(display:grab({ window = a, obscured = obscured }))))
      assert.is_true(differing.changed > 0)
      local plain <close> = assert(display:grab("100x50+40+30", { cursor = true }))
      assert.is_true(plain:same(with))
      collectgarbage()
    end
  end)

  it("is not waited for longer than the server may take", function()
    start()
    local a = shown.paint:window(40, 30, 100, 50, "204060")
    shown.paint("title %d door", a)
    taken("204060", { title = "door", obscured = true })
    local all = { { window = a }, { title = "door" }, { window = "active" }, { window = a, obscured = true } }
    for _, what in ipairs(all) do
      shown.server:suspend()
      local none, _, code = display:grab(what, { timeout = 0.05 })
      shown.server:resume()
      assert.same({ nil, "ETIMEDOUT" }, { none, code })
      taken("204060", { title = "door" })
    end
    assert.same({ 0, 0 }, { display:stats().held, display:stats().in_flight })
  end)

  it("is lost with its server", function()
    start()
    local a = shown.paint:window(40, 30, 100, 50, "204060")
    shown.server:kill()
    for _, what in ipairs({ { window = a }, { title = "door" }, { window = a, obscured = true } }) do
      local none, _, code = display:grab(what)
      assert.same({ nil, "ELOST" }, { none, code })
    end
  end)

  it("that is not one raises", function()
    start()
    local function raises(message, what)
      assert.error_matches(function() display:grab(what) end, message, 1, true)
    end
    raises("option 'window': an integer from 1 to 4294967295 expected, got 0", { window = 0 })
    raises("option 'window': an integer from 1 to 4294967295 expected, got 1.5", { window = 1.5 })
    raises("option 'window': an id or \"active\" expected, got 'door'", { window = "door" })
    raises("option 'title': a string expected, got 1", { title = 1 })
    raises("option 'class': a string expected, got true", { class = true })
    raises("option 'title': a string without a NUL byte", { title = "a\0b" })
    raises("a window is given by its id, or by title and class, not by both", { window = 1, title = "x" })
    raises("unknown option 'titel'", { class = "x", titel = "y" })
    raises("option 'obscured': true or false expected, got 1", { window = 1, obscured = 1 })
    raises("a part of a window needs width and height", { window = 1, x = 3 })
    raises("a part of a window needs width and height", { title = "x", width = 3 })
    shown.paint:window(40, 30, 100, 50, "204060")
    raises("malformed pattern", { title = "[" })
    assert.equal(0, display:stats().in_flight)
    taken("204060", { title = "" })
  end)

  it("is found while the collector closes the display", function()
    start()
    shown.paint:window(40, 30, 100, 50, "204060")
    local from = assert(luashot.open({ display = shown.server.display }))
    from:grab({ title = "" }):release()
    from:close()
    assert.error_matches(function() from:windows() end, "closed")
  end)
end)

describe("a window that is no rectangle", function()
  it("is black outside of its shape, wherever it is, and masked as ever", function()
    local shown = screen.start({ width = WIDTH, height = HEIGHT })
    finally(function() shown:stop() end)
    local id = shown.paint:window(40, 30, 60, 50, "204060")
    shown.paint("shape %d 10 5 30 20", id)
    local inner = shown.paint:make("child", id, 20, 10, 20, 30, "ff8000")
    local function look(what, x, y)
      local frame <close> = assert(shown.display:grab({ window = what, obscured = true }))
      return ("%d,%d,%d"):format(frame:pixel(x, y))
    end
    for _ = 1, 2 do
      assert.same({ "32,64,96", "32,64,96", "255,128,0", "255,128,0" },
        { look(id, 10, 5), look(id, 15, 24), look(id, 20, 10), look(id, 39, 24) })
      for _, at in ipairs({ { 0, 0 }, { 9, 5 }, { 10, 4 }, { 40, 20 }, { 30, 25 }, { 59, 49 } }) do
        assert.equal("0,0,0", look(id, at[1], at[2]))
      end
      assert.same({ "255,128,0", "0,0,0" }, { look(inner, 19, 14), look(inner, 19, 15) })
      shown.paint("move %d 150 100", id)
    end
    local masked <close> = shown:open({ mask = { "5x5+160+105" } })
    local frame <close> = assert(masked:grab({ window = id, obscured = true }))
    assert.same({ 0, 0, 0 }, { frame:pixel(14, 9) })
    assert.same({ 32, 64, 96 }, { frame:pixel(15, 10) })
  end)

  it("can get its shape, and lose it", function()
    local shown = screen.start({ width = WIDTH, height = HEIGHT })
    finally(function() shown:stop() end)
    local id = shown.paint:window(40, 30, 60, 50, "204060")
    for _, case in ipairs({ { "0 0 60 50", 32 }, { "30 30 10 10", 0 }, { "-5 -5 100 100", 32 } }) do
      shown.paint("shape %d %s", id, case[1])
      local frame <close> = assert(shown.display:grab({ window = id, obscured = true }))
      assert.equal(case[2], (frame:pixel(3, 3)))
    end
  end)
end)

describe("a region that follows the pointer", function()
  local shown

  before_each(function() shown = screen.start({ width = WIDTH, height = HEIGHT }) end)
  after_each(function() shown:stop() end)

  it("has it in its middle, as far as the screen goes", function()
    for _, case in ipairs({
      { 150, 100, "20x10+140+95" }, { 0, 0, "20x10+0+0" }, { 299, 199, "20x10+280+190" }, { 5, 198, "20x10+0+190" },
      { 10, 5, "20x10+0+0" }, { 11, 6, "20x10+1+1" }, { 290, 195, "20x10+280+190" }, { 289, 194, "20x10+279+189" },
    }) do
      shown.paint("pointer %d %d", case[1], case[2])
      local frame <close> = assert(shown.display:grab({ width = 20, height = 10, follow = "cursor" }))
      assert.equal(case[3], screen.place(frame))
      assert.is_true(shown:shows(frame))
    end
    local whole <close> = assert(shown.display:grab({ width = WIDTH, height = HEIGHT, follow = "cursor" }))
    assert.equal("300x200+0+0", screen.place(whole))
    local large = { width = WIDTH + 1, height = 10, follow = "cursor" }
    local none, _, code = shown.display:grab(large)
    assert.same({ nil, "EGEOMETRY" }, { none, code })
    shown.paint("pointer 5 100")
    local clipped <close> = assert(shown.display:grab(large, { clip = true }))
    assert.equal("300x10+0+95", screen.place(clipped))
  end)

  it("follows it from frame to frame", function()
    local places = {}
    shown.paint("pointer 50 50")
    for frame in shown.display:frames({ { width = 20, height = 20, follow = "cursor" } }) do
      places[#places + 1] = frame.x
      assert.is_true(shown:shows(frame))
      if #places == 3 then
        break
      end
    end
    assert.same({ 40, 40, 40 }, places)
    shown.paint("pointer 70 50")
    local frame <close> = assert(shown.display:grab({ width = 20, height = 20, follow = "cursor" }))
    assert.equal(60, frame.x)
  end)

  it("raises on what makes no sense", function()
    local function raises(message, what)
      assert.error_matches(function() shown.display:grab(what) end, message, 1, true)
    end
    raises("option 'follow': unknown value 'pointer'", { width = 1, height = 1, follow = "pointer" })
    raises("unknown option 'x'", { x = 1, width = 1, height = 1, follow = "cursor" })
    raises("needs width and height", { width = 1, follow = "cursor" })
  end)
end)
