-- Reservations that are filled in place: by a view that is drawn on, and by another module in C.
local luashot = require "luashot"
local ring = require "spec.support.ring"
local zb = require "luashot.zerobuffer"

local reader, writer

before_each(function()
  local name = ring.name "reservation"
  reader = assert(zb.reader(name, { payload_size = 65536 }))
  writer = assert(zb.writer(name))
end)

after_each(function()
  writer:close()
  reader:close()
  collectgarbage()
  ring.sweep_all()
end)

--- A picture of 4x2 pixels, each another color.
local function picture()
  local place = assert(writer:reserve(4 * 2 * 3))
  for i = 0, 7 do
    place:write(3 * i, string.char(10 * i, 10 * i + 1, 10 * i + 2))
  end
  place:commit()
  local item <close> = assert(reader:read(1))
  local view <close> = assert(item:view { width = 4, height = 2, format = "rgb" })
  return assert(view:copy())
end

describe("a reservation's view", function()
  it("is drawn on in the ring", function()
    local place = assert(writer:reserve(4 * 2 * 4 + 8))
    local canvas <close> = assert(place:view { width = 4, height = 2, format = "bgrx", offset = 8 })
    canvas:fill({ x = 0, y = 0, width = 4, height = 2 }, "#010203")
    canvas:fill({ x = 1, y = 1, width = 1, height = 1 }, "#0a0b0c")
    assert.same({ 1, 2, 3 }, { canvas:pixel(0, 0) })
    place:write(0, "headers!")
    assert.equal(1, place:commit())
    local item <close> = assert(reader:read(1))
    local view <close> = assert(item:view { width = 4, height = 2, offset = 8 })
    assert.equal("headers!", item:bytes():sub(1, 8))
    assert.same({ 10, 11, 12 }, { view:pixel(1, 1) })
    assert.same({ 1, 2, 3 }, { view:pixel(3, 1) })
  end)

  it("takes copies of frames, converted, scaled, at a place", function()
    local from <close> = picture()
    for _, format in ipairs { "bgrx", "bgr", "rgb", "rgba", "gray" } do
      local bytes = format == "gray" and 1 or #format == 4 and 4 or 3
      local place = assert(writer:reserve(8 * 6 * bytes))
      local canvas <close> = assert(place:view { width = 8, height = 6, format = format })
      canvas:fill({ x = 0, y = 0, width = 8, height = 6 }, "#000000")
      assert.equal(canvas, from:copy_to(canvas, { x = 1, y = 2 }))
      assert.equal(canvas, from:copy_to(canvas, { x = 6, y = 5, width = 2, height = 1, filter = "nearest" }))
      local whole <close> = assert(from:copy(format))
      local small <close> = assert(whole:scale(2, 1, { filter = "nearest" }))
      local part <close> = assert(canvas:crop(1, 2, 4, 2))
      local corner <close> = assert(canvas:crop(6, 5, 2, 1))
      assert.is_true(part:bytes(format) == whole:bytes(format), format)
      assert.is_true(corner:bytes(format) == small:bytes(format), format)
      place:commit()
      reader:read(1):release()
    end
  end)

  it("is refused when no ring has its size, nor 32 bits", function()
    for _, size in ipairs { 65536, (1 << 32) + 8, math.maxinteger } do
      ring.fails("EFRAMETOOLARGE", writer:reserve(size, 0))
    end
  end)

  it("is refused what leaves it", function()
    local from <close> = picture()
    local place <close> = assert(writer:reserve(100))
    ring.fails("EGEOMETRY", place:view { width = 5, height = 5, format = "bgrx", offset = 1 })
    ring.fails("EGEOMETRY", place:view { width = 1, height = 1, offset = 97 })
    local canvas <close> = assert(place:view { width = 5, height = 5 })
    ring.fails("EGEOMETRY", from:copy_to(canvas, { x = 2 }))
    ring.fails("EGEOMETRY", from:copy_to(canvas, { x = -1 }))
    ring.fails("EGEOMETRY", from:copy_to(canvas, { width = 6, height = 1 }))
    local part <close> = assert(canvas:crop(0, 0, 2, 2))
    assert.has_error(function() canvas:copy_to(part, { width = 2, height = 2 }) end)
    assert.has_error(function() from:copy_to(from) end)
  end)

  it("is not drawn on after the commit", function()
    local from <close> = picture()
    local place = assert(writer:reserve(64))
    local canvas <close> = assert(place:view { width = 4, height = 4 })
    place:commit()
    assert.has_error(function() canvas:fill({ x = 0, y = 0, width = 1, height = 1 }, "#f00") end)
    assert.has_error(function() from:copy_to(canvas) end)
    local item <close> = assert(reader:read(1))
    local view <close> = assert(item:view { width = 4, height = 4 })
    assert.has_error(function() from:copy_to(view) end)
    assert(writer:write "goes on")
  end)

  it("keeps the place while it is there", function()
    local place = assert(writer:reserve(64))
    local canvas = assert(place:view { width = 4, height = 4 })
    place:abort()
    ring.fails("EBUSY", writer:write("x", 0))
    canvas:fill({ x = 0, y = 0, width = 4, height = 4 }, "#f00")
    canvas:release()
    assert(writer:write("x", 0))
  end)
end)

describe("another module in C", function()
  local taker = assert(package.loadlib(assert(os.getenv "LUASHOT_BUILD") .. "/spec/taker.so", "luaopen_taker"))()

  it("fills a reservation in place, and reads an item in place", function()
    local place = assert(writer:reserve(1000))
    assert.equal(1000, taker.fill(place, 7))
    assert.equal(1, taker.commit(place))
    assert.has_error(function() taker.sum_item(place) end)
    ring.fails("EINVAL", place:commit())
    assert.has_error(function() taker.fill(place, 1) end)
    local item = assert(reader:read(1))
    assert.equal(7000, taker.sum_item(item))
    item:release()
    assert.has_error(function() taker.sum_item(item) end)
    local other = assert(writer:reserve(10))
    taker.fill(other, 1)
    assert.equal(2, other:commit())
    assert.equal(10, taker.sum_item(assert(reader:read(1))))
  end)

  it("is told why a commit fails", function()
    local place <close> = assert(writer:reserve(10))
    reader:close()
    local sequence, why = taker.commit(place)
    assert.is_nil(sequence)
    assert.truthy(why:find("^EREADERDEAD: "))
    assert.is_true(luashot ~= nil)
  end)
end)
