-- Large strings of a frame, whose bands a thread makes: they are right, and hold the frame no longer than their call.
local luashot = require "luashot.core"
local screen = require "spec.support.screen"

describe("a large string", function()
  local shown

  setup(function()
    shown = screen.start { width = 1600, height = 1200 }
    shown.paint "gradient"
  end)

  teardown(function()
    shown:stop()
  end)

  it("has the bytes that a buffer has", function()
    local frame <close> = assert(shown.display:grab())
    local buffer = luashot.buffer(3 * 1600 * 1200)
    for _, format in ipairs { "rgb", "bgr" } do
      frame:bytes(format, buffer)
      assert.is_true(frame:bytes(format) == buffer:bytes())
    end
  end)

  it("holds nothing afterwards", function()
    collectgarbage "stop"
    finally(function() collectgarbage "restart" end)
    for _ = 1, 5 do
      local frame = assert(shown.display:grab())
      local bytes = frame:bytes "rgb"
      frame:release()
      assert.equal(3 * 1600 * 1200, #bytes)
      assert.equal(0, shown.display:stats().held)
    end
  end)
end)
