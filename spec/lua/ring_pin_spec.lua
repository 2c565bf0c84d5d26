-- One item of a state gets its finalizer late; the collector finds it all the same.
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local ring = require "spec.support.ring"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local SIZE <const> = 1000

local name, reader, writer

before_each(function()
  name = ring.name "pin"
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

--- The mappings of rings in this process.
local function mapped()
  return proc.mappings(nil, "/dev/shm/")
end

--- Two whole cycles: the first one gives the pinned item its finalizer.
local function collect()
  collectgarbage()
  collectgarbage()
end

describe("the pinned item", function()
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
    assert.equal(0, mapped())
    reader = assert(zb.reader(name, { payload_size = 4 * SIZE }))
    writer = assert(zb.writer(name))
    pass(1)
    writer:close()
    reader = nil
    collect()
    collect()
    assert.equal(0, mapped())
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
    local other_name = ring.name "pin-other"
    local other <close> = assert(zb.reader(other_name, { payload_size = 4 * SIZE }))
    local other_writer <close> = assert(zb.writer(other_name))
    pass(1)
    assert(other_writer:write(data(2), 0))
    local item <close> = assert(other:read(0))
    collect()
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

  it("is released when a state is closed whose finalizers read and wait meanwhile", function()
    local before = mapped()
    local thread = assert(uv.new_thread(function(...)
      local rings = require "luashot.zerobuffer"
      local readers, writers = {}, {}
      for number, its_name in ipairs { ... } do
        readers[number] = assert(rings.reader(its_name, { payload_size = 1024 }))
        writers[number] = assert(rings.writer(its_name))
        assert(writers[number]:write(("x"):rep(900), 0))
      end
      local item = assert(readers[1]:read(0))
      local view = item:view { width = 1, height = 1, format = "gray" }
      collectgarbage "stop"
      setmetatable({}, {
        __gc = function()
          assert(not writers[1]:write(("x"):rep(900), 0.1)) -- looks for forgotten items
          readers[2]:read(0):release()
          assert(#item:bytes() == 900 and view.width == 1)
        end,
      })
    end, name .. "-1", name .. "-2"))
    thread:join()
    assert.same({}, ring.files(name .. "-1"))
    assert.equal(before, mapped())
  end)

  it("may be used by the finalizer of an object that is forgotten with it before a cycle ends", function()
    local seen
    collectgarbage "stop"
    do
      local item = pass(1)
      setmetatable({ item }, { __gc = function(self) seen = self[1]:bytes() end })
    end
    pass(2):release()
    collectgarbage()
    collectgarbage "restart"
    assert.equal(data(1), seen)
    collect()
    assert.equal(0, held())
  end)

  it("is found when a writer waits, if others are held", function()
    pass(1)
    local second = pass(2)
    local third = pass(3)
    second:release()
    third:release()
    assert(writer:write(("x"):rep(3 * SIZE), 0))
    reader:read(0):release()
    assert.equal(0, held())
  end)
end)

describe("a state", function()
  it("has a finalizer in each of the collector's cycles from its first reader on", function()
    local run = process.run(process.lua("-e", ([[
      local zb = require "luashot.zerobuffer"
      local cycle = debug.getregistry()["luashot.zerobuffer.cycle"]
      local finish, count = cycle.__gc, 0
      function cycle.__gc(object)
        count = count + 1
        return finish(object)
      end
      local function counted()
        count = 0
        for _ = 1, 3 do collectgarbage() end
        return count
      end
      print(counted())
      for _ = 1, 2 do
        local _ <close> = assert(zb.reader(%q))
        print(counted())
      end]]):format(name .. "-cycle")))
    assert.same({ "0\n3\n3\n", "" }, { run.out, run.err })
  end)
end)
