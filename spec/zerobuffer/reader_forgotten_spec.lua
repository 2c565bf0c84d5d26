-- Items and views that a script forgets are found by the collector when their place is wanted, in the
-- process that reads, whichever process writes.
local remote = require "spec.support.remote"
local ring = require "spec.support.ring"
local zb = require "luashot.zerobuffer"

local SIZE <const> = 100000
local RING <const> = 4 * (SIZE + 64)

local name, others

before_each(function()
  name, others = ring.name "forgotten", {}
  collectgarbage "generational"
  collectgarbage "incremental"
end)

after_each(function()
  for _, other in ipairs(others) do
    other:stop()
  end
  collectgarbage "restart"
  collectgarbage()
  ring.sweep_all()
end)

describe("a forgotten item", function()
  local data = ("x"):rep(SIZE)

  --- Without this the collector may find them by itself.
  local function stop_collector()
    collectgarbage "stop"
  end

  it("gives its place back to a writer of this process", function()
    local reader <close> = assert(zb.reader(name, { payload_size = RING }))
    local writer <close> = assert(zb.writer(name))
    stop_collector()
    for sequence = 1, 40 do
      assert.equal(sequence, assert(writer:write(data, sequence % 2)))
      assert.equal(sequence, assert(reader:read(1)).sequence)
    end
    for sequence = 41, 80 do
      local place = assert(writer:reserve(SIZE, 0))
      assert.equal(sequence, place:commit())
      assert(reader:read(1):view { width = 10, height = 10, format = "bgrx" })
    end
  end)

  it("gives its place back to a writer of another process", function()
    local reader <close> = assert(zb.reader(name, { payload_size = RING }))
    local other = remote.start()
    table.insert(others, other)
    other:begin([[
      local name, data = ...
      local writer <close> = assert(require "luashot.zerobuffer".writer(name))
      for i = 1, 60 do
        assert(writer:write(data, 10))
      end]], name, data)
    stop_collector()
    for sequence = 1, 60 do
      assert.equal(sequence, assert(reader:read(10)).sequence)
    end
  end)

  it("is kept as long as it is known", function()
    local reader <close> = assert(zb.reader(name, { payload_size = RING }))
    local writer <close> = assert(zb.writer(name))
    local items = {}
    for sequence = 1, 4 do
      assert(writer:write(("%d"):format(sequence):rep(SIZE), 0))
      items[sequence] = assert(reader:read(1))
    end
    ring.fails("EBUFFERFULL", writer:write(data, 0.1))
    ring.fails("ETIMEDOUT", reader:read(0))
    for sequence, item in ipairs(items) do
      assert.equal(("%d"):format(sequence):rep(SIZE), item:bytes())
      item:release()
    end
    assert(writer:write(data, 0))
  end)
end)
