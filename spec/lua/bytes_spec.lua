-- The bytes of large pictures, which are made in pieces, beside those of a buffer.
local luashot = require "luashot"

local FORMATS = { "bgrx", "bgr", "rgb", "rgba", "gray", "i420", "nv12" }

-- Neighbors differ, and so do rows.
local function picture(width, height)
  local piece = {}
  for i = 1, 1009 do
    piece[i] = string.char(i & 255, i * 7 & 255, i >> 8)
  end
  local pixels = table.concat(piece):rep(width * height // 1009 + 1):sub(1, 3 * width * height)
  return assert(luashot.load(("P6 %d %d 255\n"):format(width, height) .. pixels))
end

describe("frame:bytes", function()
  it("gives as a string what it writes into a buffer", function()
    for _, size in ipairs { { 41, 23 }, { 591, 591 }, { 592, 591 }, { 1501, 1203 } } do
      local rgb <close> = picture(size[1], size[2])
      local bgrx <close> = rgb:copy "bgrx"
      local part <close> = bgrx:crop(3, 1, size[1] - 5, size[2] - 2)
      for _, frame in ipairs { rgb, bgrx, part } do
        for _, format in ipairs(FORMATS) do
          local buffer = luashot.buffer(4 * frame.width * frame.height + 4)
          local count = assert(frame:bytes(format, buffer))
          assert.is_true(frame:bytes(format) == buffer:bytes(count),
            ("%s of %dx%d"):format(format, frame.width, frame.height))
        end
      end
    end
  end)

  it("works in a coroutine, beneath a hook", function()
    local frame <close> = picture(1300, 1200)
    local plain, calls = frame:bytes "bgr", 0
    local bytes = coroutine.wrap(function()
      debug.sethook(function()
        calls = calls + 1
      end, "c")
      local got = frame:bytes "bgr"
      debug.sethook()
      return got
    end)()
    assert.is_true(bytes == plain)
    assert.is_true(calls > 0)
  end)

  it("raises what a hook raises, and works the next time", function()
    local frame <close> = picture(1300, 1200)
    local plain = frame:bytes "bgr"
    debug.sethook(function(event)
      if event == "call" and debug.getinfo(2, "S").what == "main" then
        error "enough"
      end
    end, "c")
    local ok, message = pcall(frame.bytes, frame, "bgr")
    debug.sethook()
    if _VERSION == "Lua 5.4" then -- others run no chunk
      assert.is_false(ok)
      assert.matches("enough", message)
    end
    assert.is_true(frame:bytes "bgr" == plain)
  end)

  it("names a closed frame", function()
    local frame = picture(1300, 1200)
    frame:release()
    assert.has_error(function() frame:bytes "bgr" end)
  end)
end)
