-- The pointer drawn into captures: the server's own picture of it, where it is, and nothing besides.
local luashot = require "luashot.core"
local cursor = require "spec.support.cursor"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local xserver = require "spec.support.xserver"
local uv = require "luv"

local WIDTH <const>, HEIGHT <const> = 160, 120

describe("a pointer on another screen of the server", function()
  it("is drawn into captures of that screen alone, and followed to the middle of this one", function()
    local server = xserver.start({ width = WIDTH, height = HEIGHT, args = { "-screen", "1", "300x250x24" } })
    local paint = painter.start(server)
    finally(function()
      paint:stop()
      server:stop()
    end)
    paint("pointer 120 80")
    local first <close> = assert(luashot.open({ display = server.display .. ".0" }))
    local second <close> = assert(luashot.open({ display = server.display .. ".1" }))
    local function drawn(display)
      local with <close> = assert(display:grab(nil, { cursor = true }))
      local without <close> = assert(display:grab())
      return with:diff(without).changed
    end
    assert.is_true(drawn(first) > 0)
    assert.equal(0, drawn(second))
    local around <close> = assert(second:grab({ width = 20, height = 20, follow = "cursor" }))
    assert.equal("20x20+140+115", screen.place(around))
    local whole <close> = assert(second:grab("cursor"))
    assert.equal("300x250+0+0", screen.place(whole))
    paint("pointer 20 10")
    local near <close> = assert(first:grab({ width = 20, height = 20, follow = "cursor" }))
    assert.equal("20x20+10+0", screen.place(near))
    -- Questions that nobody waits for the answers to are forgotten, both of them.
    for _ = 1, 20 do
      second:grab(nil, { cursor = true, timeout = 0 })
      assert(second:grab("1x1")):release()
    end
    assert.equal(0, drawn(second))
  end)
end)

describe("the pointer's picture", function()
  local shown, display, picture

  local function start(options)
    options = options or {}
    options.width, options.height = WIDTH, HEIGHT
    shown = screen.start(options)
    display = shown.display
    picture = cursor.make(13, 9, 4, 3)
    cursor.set(shown.paint, picture)
  end
  after_each(function() shown:stop() end)

  local function point(x, y)
    shown.paint("pointer %d %d", x, y)
    return { x, y }
  end

  --- Whether a frame shows the gradient and the pointer, each where it is.
  local function has(frame, at)
    return frame:bytes("rgb") == cursor.over_gradient(picture, at, frame.x, frame.y, frame.width, frame.height,
      shown.server.depth)
  end

  local corners = { { 0, 0 }, { WIDTH - 1, 0 }, { 0, HEIGHT - 1 }, { WIDTH - 1, HEIGHT - 1 } }
  local edges = { { 80, 0 }, { 80, HEIGHT - 1 }, { 0, 60 }, { WIDTH - 1, 60 }, { 3, 60 }, { 80, 2 } }

  local function check_everywhere(from, what)
    for _, places in ipairs({ { { 80, 60 } }, corners, edges }) do
      for _, place in ipairs(places) do
        local at = point(table.unpack(place))
        local frame <close> = assert(from:grab(what, { cursor = true }))
        assert.is_true(has(frame, at), ("at %d,%d"):format(at[1], at[2]))
      end
    end
  end

  it("is drawn where it is, at every edge and corner", function()
    start()
    check_everywhere(display)
  end)

  for _, depth in ipairs({ 16, 30 }) do
    it("is drawn at depth " .. depth, function()
      start({ depth = depth })
      check_everywhere(display)
    end)
  end

  for _, path in ipairs({ "shm-sysv", "getimage" }) do
    it("is drawn by " .. path, function()
      start({ open = { path = path } })
      check_everywhere(display)
    end)
  end

  it("is cut by a region", function()
    start()
    local at = point(80, 60) -- it covers 76..88, 57..65
    for _, what in ipairs({
      "20x20+60+40", "20x20+85+40", "20x20+60+63", "20x20+85+63", -- a corner of it each
      "5x3+79+59", "1x1+80+60", "160x1+0+60", "1x120+80+0", "13x9+76+57", "15x11+75+56",
      "76x120+0+0", "20x20+89+57", "20x20+76+66", -- just beside it
    }) do
      local frame <close> = assert(display:grab(what, { cursor = true }))
      assert.is_true(has(frame, at), what)
    end
    local clipped <close> = assert(display:grab("200x200+70+50", { cursor = true, clip = true }))
    assert.equal("90x70+70+50", screen.place(clipped))
    assert.is_true(has(clipped, at))
  end)

  it("is drawn over a window", function()
    start()
    local window = shown.paint:window(50, 40, 60, 50, "204060")
    local at = point(80, 60)
    local frame <close> = assert(display:grab({ x = 50, y = 40, width = 60, height = 50 }, { cursor = true }))
    local plain <close> = assert(display:grab({ x = 50, y = 40, width = 60, height = 50 }))
    assert.same({ 0x20, 0x40, 0x60 }, { plain:pixel(30, 20) })
    local changed = assert(frame:diff(plain))
    assert.is_truthy(changed)
    local solid = cursor.over_gradient(picture, at, 77, 57, 1, 1)
    assert.equal(255, picture.pixels[2] >> 24)
    assert.equal(solid, string.char(frame:pixel(27, 17)))
    shown.paint("destroy %d", window)
  end)

  it("is left out unless it is asked for", function()
    start()
    local at = point(80, 60)
    for _, options in ipairs({ {}, { cursor = false } }) do
      local frame <close> = assert(display:grab(nil, options))
      assert.is_true(shown:shows(frame))
    end
    local always = shown:open({ cursor = true })
    local with <close> = assert(always:grab())
    assert.is_true(has(with, at))
    local part <close> = assert(always:grab("10x10+75+55"))
    assert.is_true(has(part, at))
    local without <close> = assert(always:grab(nil, { cursor = false }))
    assert.is_true(shown:shows(without))
    assert.has_error(function() display:grab(nil, { cursor = 1 }) end)
    assert.has_error(function() shown:open({ cursor = "yes" }) end)
  end)

  it("is drawn into the frames that hold it, of many", function()
    start()
    local at = point(80, 60)
    local what = { "20x20+70+50", "20x20+0+0", "30x5+60+58", "1x1+80+60" }
    for _, options in ipairs({ { cursor = true }, {} }) do
      local frames = assert(display:grab_many(what, options))
      for i, frame in ipairs(frames) do
        assert.is_true(options.cursor and has(frame, at) or not options.cursor and shown:shows(frame), what[i])
        frame:release()
      end
    end
    local whole = assert(shown:open({ cursor = true }):grab_many({ "160x120+0+0", "160x120+0+0" }))
    assert.is_true(has(whole[1], at) and has(whole[2], at))
  end)

  it("is drawn into every frame of a series, where it is by then", function()
    start()
    local count = 0
    local before
    local at, moved = point(10, 10), 0
    for frame in display:frames({ fps = 20, cursor = true }) do
      -- A slow body's next frame is sent for early; the server may still move the pointer first.
      assert.is_true(has(frame, at) or frame.time < moved and has(frame, before))
      count = count + 1
      if count == 8 then
        break
      end
      before, at = at, point(10 + count * 15, 10 + count * 10)
      moved = uv.hrtime()
    end
    assert.equal(8, count)
  end)

  it("leaves nothing behind where only changes are read", function()
    start({ open = { damage = true } })
    for i = 0, 60 do
      local at = point(i * 37 % WIDTH, i * 23 % HEIGHT)
      local with <close> = assert(display:grab(nil, { cursor = i % 3 > 0 }))
      assert.is_true(i % 3 > 0 and has(with, at) or i % 3 == 0 and shown:shows(with), "grab " .. i)
      if i % 5 == 0 then
        -- The other slot has seen other places of it.
        local beside <close> = assert(display:grab(nil, { cursor = true }))
        assert.is_true(has(beside, at), "beside grab " .. i)
      end
    end
    local plain <close> = assert(display:grab())
    assert.is_true(shown:shows(plain))
  end)

  it("counts as a change where it was and where it is", function()
    start({ open = { damage = true, cursor = true } })
    point(80, 60)
    display:grab():release()
    point(20, 30)
    local moved <close> = assert(display:grab())
    local covered = {}
    for _, rect in ipairs(moved.changed) do
      for _, place in ipairs({ { 76, 57 }, { 88, 65 }, { 16, 27 }, { 28, 35 } }) do
        local x, y = place[1] - rect.x, place[2] - rect.y
        covered[place[1]] = covered[place[1]] or x >= 0 and x < rect.width and y >= 0 and y < rect.height
      end
      assert.is_true(rect.width * rect.height < WIDTH * HEIGHT / 2)
    end
    assert.same({ [76] = true, [88] = true, [16] = true, [28] = true }, covered)
  end)

  it("follows the pointer's shape", function()
    start()
    local at = point(80, 60)
    for _, size in ipairs({ { 1, 1, 0, 0 }, { 64, 64, 63, 63 }, { 24, 8, 0, 7 } }) do
      picture = cursor.make(table.unpack(size))
      cursor.set(shown.paint, picture)
      local frame <close> = assert(display:grab(nil, { cursor = true }))
      assert.is_true(has(frame, at), table.concat(size, " "))
    end
  end)

  --- Set the pointer by a program that ends, and wait until the server knows that: then it refuses the picture.
  ---@return string message
  local function set_and_end(name)
    shown.server:run({ "xsetroot", "-cursor_name", name })
    local message, code
    assert.is_true(process.wait_until(function()
      local frame <close>, why, which = display:grab(nil, { cursor = true })
      message, code = why, which
      return frame == nil
    end, 20))
    assert.equal("EACCES", code)
    return message
  end

  it("is the same as in ffmpeg's captures", function()
    start()
    for _, name in ipairs({ "ours", "left_ptr", "crosshair" }) do
      if name ~= "ours" then
        set_and_end(name)
        shown:open() -- takes the place of xsetroot, whose pointer nobody could read otherwise
      end
      for _, place in ipairs({ { 80, 60 }, corners[1], corners[4] }) do
        point(table.unpack(place))
        local frame <close> = assert(display:grab(nil, { cursor = true }))
        assert.is_false(shown:shows(frame))
        local theirs = shown.server:run({ "ffmpeg", "-nostdin", "-loglevel", "error", "-f", "x11grab",
          "-draw_mouse", "1", "-i", shown.server.display, "-frames:v", "1", "-f", "rawvideo",
          "-pix_fmt", "rgb24", "-" })
        assert.is_true(theirs == frame:bytes("rgb"), ("%s at %d,%d"):format(name, place[1], place[2]))
      end
    end
  end)

  it("is refused where the server has no XFIXES, and only it", function()
    shown = screen.start({ width = WIDTH, height = HEIGHT, args = { "-extension", "XFIXES" } })
    display = shown.display
    for _, result in ipairs({ table.pack(display:grab(nil, { cursor = true })),
      table.pack(display:grab_many({ "5x5", "6x6" }, { cursor = true })),
      table.pack(shown:open({ cursor = true }):grab()) }) do
      assert.same({ nil, "cannot draw the cursor: the X server lacks XFIXES", "ENOTSUP", n = 3 }, result)
    end
    local frame <close> = assert(display:grab())
    assert.is_true(shown:shows(frame))
    assert.same({ 1, 0 }, { display:stats().held, display:stats().in_flight })
  end)

  it("is refused by the server when the program that set it has ended", function()
    start()
    assert.matches("the program that set it has ended", set_and_end "left_ptr", 1, true)
    assert.equal(0, display:stats().held)
    local plain <close> = assert(display:grab())
    assert.is_true(shown:shows(plain))
  end)

  it("is waited for no longer than the pixels", function()
    start()
    local at = point(80, 60)
    for _, from in ipairs({ display, shown:open({ damage = true }) }) do
      shown.server:suspend()
      local none, _, code = from:grab(nil, { cursor = true, timeout = 0.05 })
      assert.same({ nil, "ETIMEDOUT" }, { none, code })
      shown.server:resume()
      local frame <close> = assert(from:grab(nil, { cursor = true }))
      assert.is_true(has(frame, at))
      assert.is_true(process.wait_until(function()
        assert(from:poll())
        return from:stats().in_flight == 0
      end, 10))
    end
  end)

  it("is reported missing when the server goes", function()
    start()
    shown.server:kill()
    local none, _, code = display:grab(nil, { cursor = true })
    assert.same({ nil, "ELOST" }, { none, code })
    assert.equal(0, display:stats().held)
  end)

  it("does not reach what was captured before", function()
    start()
    local before <close> = assert(display:grab("40x40+60+40"))
    local at = point(80, 60)
    local after <close> = assert(display:grab("40x40+60+40", { cursor = true }))
    assert.is_true(shown:shows(before))
    assert.is_true(has(after, at))
    assert.equal(painter.gradient_bytes(60, 40, 40, 40), before:bytes("rgb"))
  end)
end)
