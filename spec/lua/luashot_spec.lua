-- The public C header: frames in the hands of another module.
local screen = require "spec.support.screen"

local function load_taker()
  local path = assert(os.getenv("LUASHOT_BUILD")) .. "/spec/taker.so"
  return assert(package.loadlib(path, "luaopen_taker"))()
end

describe("another module's view of a frame", function()
  local shown, display, taker
  setup(function()
    shown = screen.start({ width = 200, height = 150 })
    display = shown.display
    taker = load_taker()
  end)
  teardown(function() shown:stop() end)

  local function sum(x, y, width, height)
    local total = 0
    for _, byte in ipairs({ shown:expected(x, y, width, height):byte(1, -1) }) do
      total = total + byte
    end
    return total
  end

  it("has the frame's own pixels", function()
    local frame <close> = assert(display:grab("20x10+100+90"))
    local crop <close> = assert(frame:crop(3, 2, 7, 5))
    local whole, part = taker.take(frame), taker.take(crop)
    assert.same({ sum(100, 90, 20, 10), 20, 10, 80, "bgrx" }, { whole:sum() })
    assert.same({ sum(103, 92, 7, 5), 7, 5, 80, "bgrx" }, { part:sum() })
    whole:drop()
    part:drop()
  end)

  it("outlives the frame's release, and the display", function()
    local own = shown:open()
    local frame = assert(own:grab("20x10+100+90"))
    local taken = taker.take(frame)
    frame:release()
    assert.equal(1, own:stats().held)
    local other <close> = assert(own:grab("20x10+1+1"))
    assert.is_true(shown:shows(other))
    assert.equal(sum(100, 90, 20, 10), (taken:sum()))
    own:close()
    assert.equal(sum(100, 90, 20, 10), (taken:sum()))
    taken:drop()
    taken:drop()
    assert.error_matches(function() taken:sum() end, "dropped")
  end)

  it("gives the slot back from its own thread", function()
    local own = shown:open({ slots = 1 })
    for _ = 1, 20 do
      local taken
      do
        local frame <close> = assert(own:grab("20x10+100+90"))
        taken = taker.take(frame)
      end
      assert.equal("EBUSY", (select(3, own:grab("20x10"))))
      taken:drop()
    end
    assert.equal(1, own:stats().growths)
  end)

  it("is had of live frames alone", function()
    local frame = assert(display:grab("5x5"))
    local held = display:stats().held
    assert.is_true(taker.test(frame))
    assert.equal(held, display:stats().held)
    frame:release()
    assert.is_false(taker.test(frame))
    assert.error_matches(function() taker.take(frame) end, "a frame expected that is not released")
    for _, value in ipairs({ 1, "frame", {}, io.stdout, display, print }) do
      assert.is_false(taker.test(value))
      assert.error_matches(function() taker.take(value) end, "a frame expected that is not released")
    end
  end)
end)
