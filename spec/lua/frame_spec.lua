-- Frames in Lua: what they tell, what they keep alive, and what happens when they are let go.
local collector = require "spec.support.collector"
local painter = require "spec.support.painter"
local screen = require "spec.support.screen"

describe("a frame", function()
  local shown, display
  setup(function()
    shown = screen.start({ width = 320, height = 280 })
    display = shown.display
  end)
  teardown(function() shown:stop() end)
  before_each(function() collectgarbage() end)

  local function held()
    return display:stats().held
  end

  it("tells where and how it was taken", function()
    local frame <close> = assert(display:grab("33x20+7+9"))
    assert.same({ 33, 20, 33 * 4, "bgrx", 7, 9, "root" }, {
      frame.width, frame.height, frame.stride, frame.format, frame.x, frame.y, frame.source,
    })
    for _, name in ipairs({ "sequence", "time", "wall" }) do
      assert.equal("integer", math.type(frame[name]))
    end
    assert.equal(("frame %d (root 33x20+7+9)"):format(frame.sequence), tostring(frame))
  end)

  it("has no other fields, and names the one that was meant", function()
    local frame <close> = assert(display:grab("3x3"))
    local function raises(key, message)
      assert.error_matches(function() return frame[key] end, message, 1, true)
    end
    raises("widht", "a frame has no field 'widht' (did you mean 'width'?)")
    raises("relase", "a frame has no field 'relase' (did you mean 'release'?)")
    raises("zzzzzzzzz", "a frame has no field 'zzzzzzzzz'")
    raises(1, "a frame has no field '1'")
    raises(true, "a frame has no field 'true'")
    assert.error(function() frame.width = 1 end)
    assert.is_false(getmetatable(frame))
  end)

  it("gives its pixels", function()
    local frame <close> = assert(display:grab("40x30+250+240"))
    for _, at in ipairs({ { 0, 0 }, { 39, 29 }, { 39, 0 }, { 0, 29 }, { 17, 11 } }) do
      assert.same({ painter.gradient(250 + at[1], 240 + at[2]) }, { frame:pixel(at[1], at[2]) })
    end
    for _, at in ipairs({ { -1, 0 }, { 0, -1 }, { 40, 0 }, { 0, 30 }, { 2^40 | 0, 0 } }) do
      assert.error_matches(function() frame:pixel(at[1], at[2]) end,
        ("pixel %d,%d lies outside the 40x30 frame"):format(at[1], at[2]), 1, true)
    end
    assert.error(function() frame:pixel("left", 0) end)
    assert.error(function() frame:pixel(1.5, 0) end)
    assert.error(function() frame:pixel(1) end)
  end)

  it("gives its bytes in each format", function()
    local frame <close> = assert(display:grab("5x3+100+100"))
    local rgb, bgr, rgba, gray = {}, {}, {}, {}
    for y = 100, 102 do
      for x = 100, 104 do
        local r, g, b = painter.gradient(x, y)
        rgb[#rgb + 1] = string.char(r, g, b)
        bgr[#bgr + 1] = string.char(b, g, r)
        rgba[#rgba + 1] = string.char(r, g, b, 255)
        gray[#gray + 1] = (299 * r + 587 * g + 114 * b) / 1000
      end
    end
    assert.equal(table.concat(rgb), frame:bytes("rgb"))
    assert.equal(table.concat(bgr), frame:bytes("bgr"))
    assert.equal(table.concat(rgba), frame:bytes("rgba"))
    local bgrx = frame:bytes()
    assert.equal(bgrx, frame:bytes("bgrx"))
    assert.equal(table.concat(bgr), (bgrx:gsub("(...).", "%1")))
    local luma = frame:bytes("gray")
    assert.equal(#gray, #luma)
    for i, exact in ipairs(gray) do
      assert.is_true(math.abs(luma:byte(i) - exact) <= 1.01, i)
    end
  end)

  it("refuses formats that do not exist, with the nearest", function()
    local frame <close> = assert(display:grab("5x3"))
    local function raises(format, message)
      assert.error_matches(function() frame:bytes(format) end, message, 1, true)
      assert.error_matches(function() frame:copy(format) end, message, 1, true)
    end
    raises("rgbb", "unknown format 'rgbb', did you mean 'rgb'? (bgrx, bgr, rgb, rgba, gray")
    raises("grey", "unknown format 'grey', did you mean 'gray'? (bgrx, bgr, rgb, rgba, gray")
    raises("cmyk-please", "unknown format 'cmyk-please' (bgrx, bgr, rgb, rgba, gray")
    raises({}, "string expected, got table")
  end)

  describe("cropped", function()
    it("shows the same pixels, and holds the same slot", function()
      local whole = assert(display:grab())
      local crop = whole:crop(10, 20, 30, 40)
      local inner = crop:crop(5, 5, 1, 1)
      assert.equal("30x40+10+20", screen.place(crop))
      assert.same({ 10, 20, 320 * 4 }, { crop.x, crop.y, crop.stride })
      assert.same({ 15, 25 }, { inner.x, inner.y })
      assert.is_true(shown:shows(crop) and shown:shows(inner))
      -- In its own format too its rows are not all that lies between its first byte and its last.
      local own <close> = assert(crop:copy())
      assert.is_true(crop:bytes() == own:bytes() and crop:bytes("bgrx") == own:bytes("bgrx"))
      assert.is_true(own:bytes("rgb") == crop:bytes("rgb"))
      assert.equal(whole.sequence, inner.sequence)
      whole:release()
      assert.equal(1, held())
      assert.is_true(shown:shows(crop))
      crop:release()
      assert.equal(1, held())
      assert.is_true(shown:shows(inner))
      inner:release()
      assert.equal(0, held())
    end)

    it("may be all of it, and nothing beyond", function()
      local frame <close> = assert(display:grab("30x20+1+1"))
      local all <close> = assert(frame:crop(0, 0, 30, 20))
      assert.equal(frame:bytes(), all:bytes())
      local corner <close> = assert(frame:crop(29, 19, 1, 1))
      assert.is_true(shown:shows(corner))
      for _, rect in ipairs({ { -1, 0, 5, 5 }, { 26, 0, 5, 5 }, { 0, 16, 5, 5 }, { 0, 0, 31, 20 } }) do
        local crop, message, code = frame:crop(table.unpack(rect))
        assert.is_nil(crop)
        assert.equal("EGEOMETRY", code)
        assert.matches("30x20", message, 1, true)
      end
      local _, _, code = frame:crop(2^31 - 1, 0, 2^31 - 1, 1)
      assert.equal("EGEOMETRY", code)
      assert.error_matches(function() frame:crop(0, 0, 0, 1) end, "a width of 1 or more expected")
      assert.error_matches(function() frame:crop(0, 0, 1, -1) end, "a height of 1 or more expected")
      assert.error_matches(function() frame:crop(0, 0, 1) end, "number expected")
      assert.error_matches(function() frame:crop(2^31 | 0, 0, 1, 1) end, "does not fit 32 bits")
    end)
  end)

  it("is copied to memory of its own", function()
    local frame = assert(display:grab("30x20+50+60"))
    local copy = assert(frame:copy())
    local gray = assert(frame:crop(3, 3, 7, 5):copy("gray"))
    frame:release()
    collectgarbage()
    assert.equal(0, held())
    assert.is_true(shown:shows(copy))
    assert.same({ 7, 5, "gray", 53, 63 }, { gray.width, gray.height, gray.format, gray.x, gray.y })
    assert.equal(35, #gray:bytes("gray"))
    shown.paint("fill 50 60 30 20 123456")
    assert.is_true(shown:shows(copy))
    shown.paint("gradient")
    copy:release()
    gray:release()
  end)

  describe("released", function()
    it("twice is let go once", function()
      local frame, other = assert(display:grab("9x9")), assert(display:grab("9x9"))
      assert.equal(2, held())
      frame:release()
      frame:release()
      assert.equal(1, held())
      assert.is_true(shown:shows(other))
      local third <close> = assert(display:grab("9x9+9+9"))
      frame:release()
      assert.is_true(shown:shows(third))
      other:release()
    end)

    it("is of no more use, and says which one it was", function()
      local frame = assert(display:grab("33x20+7+9"))
      local name = tostring(frame)
      frame:release()
      assert.equal(name .. ", released", tostring(frame))
      local uses = {
        function() return frame.width end, function() return frame.sequence end,
        function() frame:pixel(0, 0) end, function() frame:bytes() end, function() frame:copy() end,
        function() frame:crop(0, 0, 1, 1) end, function() frame:encode("png") end,
        function() frame:save("/nonexistent/x.png") end,
      }
      for _, use in ipairs(uses) do
        assert.error_matches(use, "attempt to use a released frame: " .. name, 1, true)
      end
      assert.has_no_error(function() frame:release() end)
    end)

    it("at the end of its scope, by break and by error", function()
      for i = 1, 20 do
        local frame <close> = assert(display:grab("9x9"))
        assert.equal(1, held())
        assert.is_true(shown:shows(frame))
        if i == 13 then
          break
        end
      end
      assert.equal(0, held())
      for _ = 1, 20 do
        assert.error_matches(function()
          local frame <close> = assert(display:grab("9x9"))
          error("on purpose: " .. frame.width)
        end, "on purpose: 9")
        assert.equal(0, held())
      end
      local routine = coroutine.create(function()
        local frame <close> = assert(display:grab("9x9"))
        coroutine.yield(frame.width)
      end)
      coroutine.resume(routine)
      assert.equal(1, held())
      coroutine.close(routine)
      assert.equal(0, held())
    end)

    it("by a finalizer while it is being used", function()
      -- Each of these allocates between looking at the frame and using it, and whatever allocates
      -- may run a finalizer, which takes the frame away.
      local uses = {
        crop = function(frame) return frame:crop(0, 0, 300, 200) end,
        copy = function(frame) return frame:copy("rgb") end,
        bytes = function(frame) return frame:bytes("rgb") end,
        encode = function(frame) return frame:encode("ppm") end,
        save = function(frame) return frame:save("/nonexistent/x.ppm") end,
      }
      for name, use in pairs(uses) do
        local frame = assert(display:grab())
        local ran = false
        local ok, value = collector.strike(function()
          setmetatable({}, { __gc = function()
            ran = true
            frame:release()
            display:trim()
          end })
        end, use, frame)
        assert.is_true(ran, name)
        assert.is_false(ok, name)
        assert.matches("released frame", value)
        assert.equal(0, held())
      end
    end)

    it("by an option's own code", function()
      local frame = assert(display:grab())
      local sly = setmetatable({}, { __index = function(_, name)
        if name == "level" then
          frame:release()
          collectgarbage()
          display:trim()
        end
      end })
      assert.error_matches(function() frame:encode("ppm", sly) end, "released frame")
      frame = assert(display:grab())
      assert.error_matches(function() frame:save("/nonexistent/x.ppm", sly) end, "released frame")
    end)
  end)
end)
