-- What a ring can be given, and what an item says of itself.
local files = require "spec.support.files"
local luashot = require "luashot"
local ring = require "spec.support.ring"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local folder, name, reader, writer

before_each(function()
  folder = files.folder()
  name = ring.name "payload"
  reader = assert(zb.reader(name, { payload_size = 65536 }))
  writer = assert(zb.writer(name))
end)

after_each(function()
  writer:close()
  reader:close()
  collectgarbage()
  ring.sweep_all()
  files.remove(folder)
end)

local function load(header, pixels)
  return assert(luashot.load(files.write(folder .. "/picture.ppm", header .. "\n" .. pixels)))
end

--- A picture of 4x3 pixels, each another color.
local function picture()
  local pixels = {}
  for i = 1, 12 do
    pixels[i] = string.char(10 * i, 10 * i + 1, 10 * i + 2)
  end
  return load("P6 4 3 255", table.concat(pixels))
end

describe("a ring takes", function()
  it("strings, items of other rings, whole frames, and parts of them row by row", function()
    local frame <close> = picture()
    local part <close> = assert(frame:crop(1, 1, 2, 2))
    for _, payload in ipairs { "bytes", frame, part } do
      assert(writer:write(payload))
      local item <close> = assert(reader:read(5))
      assert.equal(payload == "bytes" and payload or payload:bytes(payload.format), item:bytes())
      if payload == "bytes" then
        assert(writer:write(item))
        local again <close> = assert(reader:read(5))
        assert.equal("bytes", again:bytes())
      end
    end
  end)

  it("no part of a frame for which there is no room", function()
    local wide <close> = load("P6 200 200 255", ("x"):rep(120000))
    local part <close> = assert(wide:crop(0, 0, 199, 199))
    ring.fails("EFRAMETOOLARGE", writer:write(part, 0.1))
  end)

  it("nothing else, and no released frame", function()
    local frame = picture()
    frame:release()
    assert.error_matches(function() writer:write(frame) end, "attempt to use a released frame")
    assert.error_matches(function() writer:write(io.stdout) end, "luashot.frame expected, got FILE")
    assert.error_matches(function() writer:write(nil) end, "string, frame or item expected")
  end)
end)

describe("an item", function()
  it("has its number and size, a name, and nothing that is not there", function()
    assert(writer:write "12345")
    local item = assert(reader:read(5))
    assert.same({ 1, 5, "item 1 (5 bytes)" }, { item.sequence, item.size, tostring(item) })
    assert.error_matches(function() return item.sise end, "sise")
    item:release()
    item:release()
    assert.equal("item (released)", tostring(item))
    assert.error_matches(function() item:bytes() end, "released")
  end)

  it("that is released is still an item: its methods name it, releasing it again does nothing", function()
    assert(writer:write "12345")
    local held <close> = assert(reader:read(5))
    local bytes, release = held.bytes, held.release
    held:release()
    for _, use in ipairs { bytes, function(item) return #item end, function(item) return item.size end } do
      assert.error_matches(function() use(held) end, "attempt to use a released item")
    end
    assert.error_matches(function() return held.sise end, "released")
    assert.error_matches(function() writer:write(held) end, "item")
    release(held)
    assert.error_matches(function() release(reader) end, "luashot.zerobuffer.item expected, got .*reader")
    assert.is_false(getmetatable(held))
  end)

  it("is lost when its ring is cut off", function()
    assert(writer:write(("x"):rep(30000)))
    local item <close> = assert(reader:read(5))
    local fd = assert(uv.fs_open("/dev/shm/" .. name, "r+", 0))
    assert(uv.fs_ftruncate(fd, 4096))
    uv.fs_close(fd)
    ring.fails("ECORRUPT", item:bytes())
  end)
end)
