-- With damage = true a capture reads only what has changed since its slot was read, and is the same
-- picture, byte for byte, as one that reads all.
local process = require "spec.support.process"
local screen = require "spec.support.screen"

local BUILD = assert(os.getenv("LUASHOT_BUILD"))

local taker = assert(package.loadlib(BUILD .. "/spec/taker.so", "luaopen_taker"))()

describe("an update", function()
  local shown, patched, whole
  local function start(options, open)
    shown = screen.start(options)
    open = open or {}
    open.damage = true
    patched, whole = shown:open(open), shown.display
  end
  after_each(function() shown:stop() end)

  local function same(what)
    local a <close> = assert(patched:grab(what))
    local b <close> = assert(whole:grab(what))
    return a:bytes("rgb") == b:bytes("rgb")
  end

  local places = { false, "300x200+20+30", "100x100+60+60", "1x280+160+0", "320x1+0+100", "7x5+313+275" }

  local function scribble(rounds, seed)
    local draw, drawing = shown:scribbler(seed)
    local held = {}
    math.randomseed(seed)
    for i = 1, rounds do
      draw("draw %d", math.random(1, 3))
      local place = places[math.random(#places)]
      assert.is_true(same(place or nil), ("round %d, %s, seed %d"):format(i, place or "root", seed))
      -- Some frames are held for a while, so that slots come in any order and age.
      if math.random(3) == 1 then
        held[math.random(5)] = assert(patched:grab(place or nil))
      end
    end
    for _, frame in pairs(held) do
      frame:release()
    end
    drawing:stop()
  end

  it("is the whole picture after any drawing", function()
    start({ width = 320, height = 280 })
    scribble(os.getenv "LUASHOT_SANITIZED" and 400 or 1500, 1)
  end)

  it("is the whole picture at depth 16, and through the socket", function()
    start({ width = 320, height = 280, depth = 16 }, { path = "getimage" })
    scribble(200, 2)
  end)

  it("is the whole picture when every slot is scarce", function()
    start({ width = 320, height = 280 }, { slots = 6 })
    scribble(300, 3)
  end)

  it("is the whole picture after 20,000 operations #long", function()
    start({ width = 320, height = 280 })
    for seed = 10, 19 do
      scribble(2000, seed)
    end
  end)

  it("of a window is the whole picture after any drawing, move and change of order", function()
    start({ width = 320, height = 280 })
    local draw, drawing = shown:scribbler(9)
    local window = shown.paint:window(40, 30, 150, 120, "204060")
    local what = { window = window }
    math.randomseed(9)
    for i = 1, 400 do
      draw("draw %d", math.random(0, 3))
      if i % 7 == 0 then
        shown.paint("move %d %d %d", window, math.random(0, 160), math.random(0, 150))
      elseif i % 11 == 0 then
        shown.paint("resize %d %d %d", window, math.random(1, 150), math.random(1, 120))
      elseif i % 5 == 0 then
        shown.paint("raise %d", window)
      end
      assert.is_true(same(what), "round " .. i)
    end
    drawing:stop()
  end)

  it("of a window reads what has changed, and nothing when nothing has", function()
    start({ width = 320, height = 280 })
    local window = shown.paint:window(40, 30, 150, 120, "204060")
    -- A slot that was written to stands for what is not read.
    local first <close> = assert(patched:grab { window = window })
    local taken = taker.take(first)
    taken:spoil()
    taken:drop()
    local spoilt = first:bytes "rgb"
    first:release()
    local second <close> = assert(patched:grab { window = window })
    assert.equal(spoilt, second:bytes "rgb")
    assert.same({}, second.changed)
    second:release()
    shown.paint("ink %d 10 10 20 20 ff0000", window)
    local third <close> = assert(patched:grab { window = window })
    assert.same({ { x = 10, y = 10, width = 20, height = 20 } }, third.changed)
    assert.same({ 255, 0, 0 }, { third:pixel(10, 10) })
    third:release()
    -- The picture of the window itself does not follow the screen.
    assert.is_true(same { window = window, obscured = true })
  end)

  it("is the whole picture after a resize", function()
    start({ width = 320, height = 280 })
    local draw, drawing = shown:scribbler(4)
    for _, size in ipairs { { 300, 200 }, { 320, 280 }, { 200, 280 }, { 320, 100 } } do
      shown.server:resize(table.unpack(size))
      for _ = 1, 20 do
        draw("draw 2")
        assert.is_true(same())
      end
    end
    drawing:stop()
  end)

  it("is the whole picture with the pointer drawn into some", function()
    start({ width = 320, height = 280 })
    local draw, drawing = shown:scribbler(5)
    for i = 1, 100 do
      shown.paint("pointer %d %d", i * 3 % 320, i * 7 % 280)
      draw("draw 1")
      local marked <close> = assert(patched:grab(nil, { cursor = i % 2 == 0 }))
      assert.equal(320, marked.width)
      marked:release()
      assert.is_true(same())
    end
    drawing:stop()
  end)

  local function tear(rounds)
    start({ width = 320, height = 280 })
    shown.paint("fill 0 0 320 280 000000")
    local drawing = process.spawn({ BUILD .. "/spec/luashot_scribbler", "1" }, { env = shown.server:env() })
    drawing:write(("twin 150 130 10 2 280 260 %d\n"):format(rounds * 40))
    assert(process.wait_until(function() -- it has begun
      local frame <close> = assert(whole:grab("1x1+152+132"))
      return frame:find_color "#000000" == nil
    end, 20))
    local seen = {}
    for i = 1, rounds do
      local frame <close> = assert(patched:grab())
      local function color(x, y)
        local r, g, b = frame:pixel(x, y)
        return r << 16 | g << 8 | b
      end
      -- The one in the middle is of the last request, each of the others of every second one.
      local middle, one, other = color(152, 132), color(12, 4), color(282, 262)
      assert.equal(middle, math.max(one, other), "grab " .. i)
      assert.is_true(middle == math.min(one, other) + 1 or middle == 0, "grab " .. i)
      seen[middle] = true
    end
    drawing:stop()
    local count = 0
    for _ in pairs(seen) do
      count = count + 1
    end
    assert.is_true(count > 2, "the drawing was hardly seen going on: " .. count)
  end

  it("never shows half of a request", function() tear(3000) end)
  it("never shows half of a request, 20,000 times #long", function() tear(20000) end)

  it("lists what has changed", function()
    start({ width = 320, height = 280 })
    local first <close> = assert(patched:grab())
    assert.same({ { x = 0, y = 0, width = 320, height = 280 } }, first.changed)
    local second <close> = assert(patched:grab())
    assert.same({}, second.changed)
    shown.paint("fill 30 40 5 6 ff0000")
    local third <close> = assert(patched:grab("100x100+20+20"))
    assert.same({ { x = 0, y = 0, width = 100, height = 100 } }, third.changed)
    local fourth <close> = assert(patched:grab())
    assert.same({ { x = 30, y = 40, width = 5, height = 6 } }, fourth.changed)
    local fifth <close> = assert(patched:grab("100x100+20+20"))
    assert.same({}, fifth.changed)
    assert.is_nil(whole:grab().changed)
    -- It is the capture's, not that of what is made of it and may outlive it.
    local copy <close> = assert(fourth:copy())
    local crop <close> = assert(fourth:crop(0, 0, 50, 50))
    local small <close> = assert(fourth:scale(10, 10))
    assert.same({}, { copy.changed, crop.changed, small.changed })
  end)

  it("is given up for all of it after `refresh`", function()
    -- What is drawn behind the server's back makes no damage: a slot that was written to stands for that.
    local function is_spoilt(refresh)
      start({ width = 320, height = 280 }, { refresh = refresh })
      local frame = assert(patched:grab())
      local taken = taker.take(frame)
      taken:spoil()
      taken:drop()
      frame:release()
      if refresh then
        process.sleep(refresh + 0.05)
      end
      return not same()
    end
    assert.is_true(is_spoilt())
    shown:stop()
    assert.is_false(is_spoilt(0.2))
  end)

  it("has a slot for each of several places that are asked for in turn", function()
    start({ width = 320, height = 280 }, { slots = 3 })
    for i = 1, 12 do
      local x = i % 2 * 100
      assert.is_true(same({ x = x, y = 0, width = 100, height = 100 }))
    end
    assert.same({ 2, 2 }, { patched:stats().slots, patched:stats().growths })
    for i = 1, 12 do
      assert.is_true(same({ x = i, y = 0, width = 100, height = 100 }))
    end
    assert.same({ 3, 3 }, { patched:stats().slots, patched:stats().growths })
  end)

  it("knows when it has forgotten what has changed", function()
    start({ width = 320, height = 280 })
    local draw, drawing = shown:scribbler(6)
    for round = 1, 5 do
      assert.is_true(same("60x60+100+100"))
      draw("draw 3")
      for _ = 1, round % 2 == 0 and 20 or 80 do -- the log has room for 64
        shown.paint("fill %d %d 2 2 %06x", math.random(0, 318), math.random(0, 278), math.random(0, 0xffffff))
        assert(patched:grab("4x4+0+0")):release()
      end
      assert.is_true(same("60x60+100+100"))
      assert.is_true(same())
    end
    drawing:stop()
  end)

  it("is each display's own, on one server and on several", function()
    start({ width = 320, height = 280 })
    local beside = shown:open { damage = true }
    local elsewhere = screen.start { width = 320, height = 280, open = { damage = true } }
    local reference = elsewhere:open()
    local draw, drawing = shown:scribbler(7)
    local draw_elsewhere, drawing_elsewhere = elsewhere:scribbler(8)
    local function agree(one, other)
      local a <close> = assert(one:grab())
      local b <close> = assert(other:grab())
      return a:bytes("rgb") == b:bytes("rgb")
    end
    for round = 1, 100 do
      draw("draw %d", round % 3)
      draw_elsewhere("draw %d", round % 2)
      assert.is_true(same())
      assert.is_true(agree(elsewhere.display, reference))
      if round % 3 == 0 then
        assert.is_true(agree(beside, whole))
      end
    end
    drawing:stop()
    drawing_elsewhere:stop()
    elsewhere:stop()
  end)

  it("works again after many that a stopped server did not answer", function()
    start({ width = 320, height = 280 })
    assert(patched:grab()):release()
    shown.server:suspend()
    for _ = 1, 40 do
      assert.is_nil(patched:grab(nil, { timeout = 0.001 }))
    end
    shown.server:resume()
    assert(patched:size())
    assert.is_true(same())
  end)

  it("is refused where the server cannot tell", function()
    start({ width = 64, height = 64 })
    local other = require("spec.support.xserver").start({ width = 64, height = 64, args = { "-extension", "DAMAGE" } })
    local display, message, code = require("luashot.core").open({ display = other.display, damage = true })
    other:stop()
    assert.is_nil(display)
    assert.same({ "the X server lacks DAMAGE 1.1 or XFIXES 2", "ENOTSUP" }, { message, code })
  end)
end)
