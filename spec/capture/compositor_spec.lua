-- Captures of windows beside a compositing manager, which redirects every window for itself and
-- paints the screen from their pictures. It must notice nothing of ours, nor we need anything of it.
local manager = require "spec.support.manager"
local process = require "spec.support.process"
local screen = require "spec.support.screen"

local WIDTH <const>, HEIGHT <const> = 300, 200

describe("a window beside a compositing manager", function()
  local shown, display, paint, a, cover, running

  before_each(function()
    running = {}
    shown = screen.start({ width = WIDTH, height = HEIGHT })
    display, paint = shown.display, shown.paint
    a = paint:window(40, 30, 100, 50, "204060")
    cover = paint:window(60, 40, 100, 50, "c0c000")
  end)
  after_each(function()
    for _, program in ipairs(running) do
      program:stop()
    end
    shown:stop()
  end)

  local function is_redirected()
    return paint("redirected %d", a) == "yes"
  end

  --- Whether a pixel of the screen gets that color: the manager paints when it comes to it.
  local function comes(x, y, r, g, b)
    local seen
    return process.wait_until(function()
      local frame <close> = assert(display:grab({ x = x, y = y, width = 1, height = 1 }))
      seen = { frame:pixel(0, 0) }
      return seen[1] == r and seen[2] == g and seen[3] == b
    end, 30), seen
  end

  --- Whether it paints: what is drawn in a window is to be seen.
  local function paints(color, r, g, b)
    paint("ink %d 5 5 4 4 %s", a, color)
    return comes(46, 36, r, g, b)
  end

  -- It runs once a window that it is to leave out is not to be seen.
  local function start()
    local probe = paint:window(290, 190, 10, 10, "ffffff")
    paint:property(probe, "_NET_WM_WINDOW_OPACITY", "CARDINAL", 0)
    local argv = { "picom", "--config", "/dev/null", "--backend", "xrender" }
    local picom = process.spawn(argv, { env = shown.server:env() })
    running[#running + 1] = picom
    local is_running = process.wait_until(function()
      local frame <close> = assert(display:grab "1x1+295+195")
      return picom.code or frame:find_color "#fff" == nil
    end, 30)
    assert(is_running and not picom.code, picom.err)
    paint("destroy %d", probe)
    return picom
  end

  --- Whether the window's picture has its own colors, where it is free and where it is covered.
  local function is_whole(what, from)
    local frame <close> = assert((from or display):grab(what))
    assert.equal("100x50+40+30", screen.place(frame))
    return frame:find_color("#204060").box.width == 100 and not frame:find_color("#c0c000")
  end

  it("is captured from behind, and left to it", function()
    start()
    assert.is_true(paints("ff0000", 255, 0, 0))
    assert.is_true(comes(100, 60, 0xc0, 0xc0, 0))
    paint("ink %d 60 30 10 10 ff00ff", a) -- below the other one
    local what = { window = a, obscured = true }
    for _, path in ipairs({ "shm-fd", "shm-sysv", "getimage" }) do
      local from = shown:open({ path = path })
      assert.is_true(is_whole(what, from))
      local frame <close> = assert(from:grab(what))
      assert.same({ 255, 0, 255 }, { frame:pixel(65, 35) })
      local seen <close> = assert(from:grab({ window = a }))
      assert.same({ 0xc0, 0xc0, 0 }, { seen:pixel(65, 35) })
      from:trim()
      from:size() -- the server has seen to it
      assert.is_true(is_redirected())
      from:close()
    end
    assert.is_true(is_redirected())
    assert.is_true(paints("00ff00", 0, 255, 0))
    paint("move %d 150 100", cover)
    assert.is_true(comes(100, 60, 255, 0, 255))
  end)

  it("that it shows translucent has its own colors from behind", function()
    start()
    paint("raise %d", a)
    paint:property(a, "_NET_WM_WINDOW_OPACITY", "CARDINAL", 0)
    assert.is_true(comes(130, 75, 0xc0, 0xc0, 0))
    assert.is_true(is_whole({ window = a, obscured = true }))
  end)

  it("is captured from behind in a window manager's frame", function()
    running[#running + 1] = manager.start(shown)
    start()
    for _, id in ipairs({ a, cover }) do
      paint("destroy %d", id)
    end
    local framed = paint:make("managed", 20, 60, 100, 60, "208040")
    cover = paint:window(0, 0, WIDTH, HEIGHT, "00ff00")
    assert.is_truthy(process.wait_until(function()
      local frame <close> = display:grab({ window = framed })
      return frame and frame:find_color("#00ff00", { min_pixels = 6000 })
    end, 30))
    paint("ink %d 0 0 100 60 208040", framed)
    local frame <close> = assert(display:grab({ window = framed, obscured = true }))
    assert.equal(6000, frame:find_color("#208040").pixels)
    paint("destroy %d", cover)
    assert.is_truthy(process.wait_until(function()
      local seen <close> = display:grab({ window = framed })
      return seen and seen:same(frame)
    end, 30))
  end)

  it("stays captured when the manager comes and goes", function()
    local what = { window = a, obscured = true }
    paint("ink %d 0 0 100 50 204060", a)
    display:grab(what):release() -- what is covered is lost where nobody keeps it
    paint("ink %d 0 0 100 50 204060", a)
    assert.is_true(is_whole(what))
    for _ = 1, 2 do
      local picom = start()
      assert.is_true(paints("ff0000", 255, 0, 0))
      assert.is_true(is_whole(what))
      picom:stop()
      paint("ink %d 0 0 100 50 204060", a)
      assert.is_true(is_whole(what))
    end
    local picom = start()
    assert.is_true(paints("0000ff", 0, 0, 255))
    display:trim()
    display:size() -- the server has seen to it
    assert.is_true(is_redirected())
    assert.is_true(paints("ff0000", 255, 0, 0))
    picom:stop()
    assert.is_true(process.wait_until(function() return not is_redirected() end, 30))
    display:grab(what):release() -- now it is ours again
    paint("ink %d 0 0 100 50 204060", a)
    assert.is_true(is_whole(what))
    display:trim()
    display:size() -- the server has seen to it
    assert.is_false(is_redirected())
  end)
end)
