-- Names that are mistyped: each handle says so, where nil would only be called later.
local luashot = require "luashot"
local uv = require "luv"
local xserver = require "spec.support.xserver"
local zerobuffer = require "luashot.zerobuffer"

describe("a mistyped method or field", function()
  local server, display

  setup(function()
    server = xserver.start({ width = 64, height = 48 })
    display = assert(luashot.open({ display = server.display }))
  end)

  teardown(function()
    display:close()
    server:stop()
  end)

  local function raises(handle, name, message)
    assert.error_matches(function()
      return handle[name]
    end, message, 1, true)
  end

  it("of a display names the nearest", function()
    raises(display, "grap", "a display has no field 'grap' (did you mean 'grab'?)")
    raises(display, "on_chagne", "a display has no field 'on_chagne' (did you mean 'on_change'?)")
    raises(display, "zzzzzzzzz", "a display has no field 'zzzzzzzzz'")
    raises(display, 1, "a display has no field '1'")
    raises(luashot.display, "grap", "a display has no field 'grap'")
  end)

  it("of a frame names the nearest", function()
    local frame <close> = assert(display:grab())
    raises(frame, "widht", "a frame has no field 'widht' (did you mean 'width'?)")
    raises(frame, "relaese", "a frame has no field 'relaese' (did you mean 'release'?)")
    assert.is_nil(frame.changed) -- which is nil without damage
  end)

  it("of watches and buffers names the nearest", function()
    local watch <close> = assert(display:watch({ width = 8, height = 8 }))
    raises(watch, "chnged", "a watch has no field 'chnged' (did you mean 'changed'?)")
    raises(luashot.buffer(1), "byte", "a buffer has no field 'byte' (did you mean 'bytes'?)")
  end)

  it("of rings names the nearest", function()
    local name = "luashot-names-" .. uv.os_getpid()
    local reader <close> = assert(zerobuffer.reader(name))
    local writer <close> = assert(zerobuffer.writer(name))
    raises(reader, "raed", "a reader has no field 'raed' (did you mean 'read'?)")
    raises(writer, "wirte", "a writer has no field 'wirte' (did you mean 'write'?)")
    local place <close> = assert(writer:reserve(4))
    raises(place, "comit", "a reservation has no field 'comit' (did you mean 'commit'?)")
    place:write(0, "abcd")
    assert(place:commit())
    local item <close> = assert(reader:read(10))
    raises(item, "byte", "an item has no field 'byte' (did you mean 'bytes'?)")
    assert.equal(4, item.size)
    item:release()
    raises(item, "byte", "released")
  end)
end)
