-- The newest item of a state gets its finalizer late; the collector finds it all the same.
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local ring = require "spec.support.ring"
local zb = require "luashot.zerobuffer"

local SIZE <const> = 1000

local name, reader, writer

before_each(function()
  name = ring.name "newest"
  reader = assert(zb.reader(name, { payload_size = 4 * SIZE }))
  writer = assert(zb.writer(name))
end)

after_each(function()
  writer:close()
  reader:close()
  collectgarbage()
  ring.sweep_all()
end)

--- What the items of these numbers hold.
local function data(number)
  return ("%d"):format(number):rep(SIZE):sub(1, SIZE)
end

--- Write a frame and read it.
local function pass(number)
  assert(writer:write(data(number), 0))
  return assert(reader:read(0))
end

--- The bytes of the ring that items hold.
local function held()
  local stat = assert(zb.stat(name))
  return stat.payload_size - stat.payload_free
end

--- Two whole cycles: the first one gives the newest item its finalizer.
local function collect()
  collectgarbage()
  collectgarbage()
end

describe("the newest item", function()
  it("is found by the collector when a script forgets it, without a call of the ring", function()
    pass(1)
    assert.is_true(held() >= SIZE)
    collect()
    assert.equal(0, held())
  end)

  it("is found in every round, and by a collector of generations, too", function()
    for _, mode in ipairs { "generational", "incremental" } do
      collectgarbage(mode)
      for number = 1, 3 do
        pass(number)
        collect()
        assert.equal(0, held())
      end
    end
  end)

  it("is found when its reader is closed, or forgotten before it", function()
    pass(1)
    writer:close()
    reader:close()
    collect()
    assert.equal(0, proc.mappings(nil, "/dev/shm/" .. name))
    reader = assert(zb.reader(name, { payload_size = 4 * SIZE }))
    writer = assert(zb.writer(name))
    pass(1)
    writer:close()
    reader = nil
    collect()
    collect()
    assert.equal(0, proc.mappings(nil, "/dev/shm/" .. name))
    reader = assert(zb.reader(name, { payload_size = 4 * SIZE }))
  end)

  it("is kept while the script knows it, through cycles and further reads", function()
    local first = pass(1)
    collect()
    local second = pass(2)
    collect()
    local third = pass(3)
    for number, item in ipairs { first, second, third } do
      assert.equal(number, item.sequence)
      assert.equal(data(number), item:bytes())
    end
    second:release()
    collect()
    assert.equal(data(1), first:bytes())
    assert.equal(data(3), third:bytes())
    first:release()
    third:release()
    assert.equal(0, held())
  end)

  it("that is released stays released when others are read", function()
    local items = {}
    for number = 1, 6 do
      items[number] = pass(number)
      items[number]:release()
    end
    for _, item in ipairs(items) do
      assert.error_matches(function() item:bytes() end, "attempt to use a released item")
    end
  end)

  it("of one ring is found when another ring is read", function()
    local other_name = ring.name "newest-other"
    local other <close> = assert(zb.reader(other_name, { payload_size = 4 * SIZE }))
    local other_writer <close> = assert(zb.writer(other_name))
    pass(1)
    assert(other_writer:write(data(2), 0))
    local item <close> = assert(other:read(0))
    collectgarbage() -- once: the read has given it its finalizer
    assert.equal(0, held())
    assert.equal(data(2), item:bytes())
  end)

  it("is released when the state is closed", function()
    local run = process.run(process.lua("-e", ([[
      local zb = require "luashot.zerobuffer"
      local reader = assert(zb.reader(%q, { payload_size = 10000 }))
      local writer = assert(zb.writer(%q))
      for number = 1, 3 do
        assert(writer:write("data", 0))
        assert(reader:read(0))
      end]]):format(name .. "-end", name .. "-end")))
    assert.same({ 0, "" }, { run.code, run.err })
    assert.same({}, ring.files(name .. "-end"))
  end)
end)
