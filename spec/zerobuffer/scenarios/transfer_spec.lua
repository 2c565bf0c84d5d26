-- The protocol's acceptance scenarios 1 (basic communication), 3 (metadata), 4 (edge cases), 5.5 to
-- 5.7 (wrapping), 6 (synchronisation), 7.3, 7.4 and 12.1 (counters), by their numbers. Each runs with
-- both sides in this process and with the writer in another one; those that need both sides to work
-- at the same time run in two processes only.
local remote = require "spec.support.remote"
local ring = require "spec.support.ring"
local testing = require "luashot.zerobuffer.testing"
local zb = require "luashot.zerobuffer"

local fails, frame_data = ring.fails, testing.frame_data

-- With a collector that never rests a frame takes a hundred times as long.
local SHARE = os.getenv "LUASHOT_COLLECTOR" == "aggressive" and 20 or 1

local function scenarios(other)
  -- The writer's side: this process or the other.
  local writers, name, reader, writer

  setup(function()
    writers = other() or zb
  end)

  local function open(config)
    name = ring.name "transfer"
    reader = assert(zb.reader(name, config))
    writer = assert(writers.writer(name))
  end

  after_each(function()
    if reader then
      writer:close()
      reader:close()
      assert.same({}, ring.files(name))
      reader, writer = nil, nil
    end
  end)

  --- Read a frame and give it back; it must be the next, with these bytes.
  local function expect(sequence, data)
    local item <close> = assert(reader:read(5))
    assert.equal(sequence, item.sequence)
    assert.equal(#data, item.size)
    assert.is_true(item:bytes() == data)
  end

  it("1.1 a simple write-read cycle", function()
    open()
    assert(writer:set_metadata(testing.metadata(100)))
    assert(writer:write(frame_data(1024, 1)))
    assert.equal(testing.metadata(100), reader:metadata())
    expect(1, frame_data(1024, 1))
  end)

  it("1.2 several frames in order", function()
    open()
    for sequence = 1, 10 do
      assert.equal(sequence, writer:write(frame_data(5120, sequence)))
    end
    for sequence = 1, 10 do
      expect(sequence, frame_data(5120, sequence))
    end
  end)

  it("1.3 a full ring", function()
    open { payload_size = 10240 }
    for sequence = 1, 9 do
      assert(writer:write(frame_data(1024, sequence)))
    end
    local message = fails("EBUFFERFULL", writer:write(frame_data(1024, 10), 0.05))
    assert.matches("10240", message)
    expect(1, frame_data(1024, 1))
    assert.equal(10, writer:write(frame_data(1000, 10), 5))
    for sequence = 2, 9 do
      expect(sequence, frame_data(1024, sequence))
    end
    expect(10, frame_data(1000, 10))
  end)

  it("1.4 zero-copy writing", function()
    open()
    local reservation = assert(writer:reserve(4096))
    reservation:write(0, frame_data(4000, 1))
    fails("ETIMEDOUT", reader:read(0))
    reservation:write(4000, frame_data(96, 1 + 4000))
    assert.equal(1, reservation:commit())
    expect(1, frame_data(4096, 1))
  end)

  it("1.5 mixed sizes", function()
    open()
    for sequence, size in ipairs { 100, 1024, 10240, 1 } do
      assert(writer:write(frame_data(size, sequence)))
    end
    for sequence, size in ipairs { 100, 1024, 10240, 1 } do
      expect(sequence, frame_data(size, sequence))
    end
  end)

  it("3.1 metadata is written once", function()
    open()
    assert(writer:set_metadata "first")
    fails("EMETADATA", writer:set_metadata "second")
    assert.equal("first", reader:metadata())
  end)

  it("3.1 metadata is written once, also by the next writer", function()
    open()
    assert(writer:set_metadata "first")
    writer:close()
    writer = assert(writers.writer(name))
    fails("EMETADATA", writer:set_metadata "second")
    assert.equal("first", reader:metadata())
  end)

  it("3.2 metadata that is too large", function()
    open { metadata_size = 1024 }
    local message = fails("EMETADATA", writer:set_metadata(testing.metadata(2048)))
    assert.matches("2048", message)
    fails("EMETADATA", writer:set_metadata(testing.metadata(1017)))
    assert(writer:set_metadata(testing.metadata(1016)))
    assert.equal(testing.metadata(1016), reader:metadata())
  end)

  it("3.3 no metadata", function()
    open()
    assert(writer:write "frame")
    assert.is_nil(reader:metadata())
    expect(1, "frame")
  end)

  it("4.1 alternating sizes", function()
    open { payload_size = 10240 }
    for pair = 0, 99 do
      local large, small = frame_data(9216, 2 * pair), frame_data(1, 2 * pair + 1)
      assert(writer:write(large, 5))
      expect(2 * pair + 1, large)
      assert(writer:write(small, 5))
      expect(2 * pair + 2, small)
    end
  end)

  it("4.2 a token for each of ten quick frames", function()
    open()
    for sequence = 1, 10 do
      assert(writer:write(frame_data(10, sequence)))
    end
    for sequence = 1, 10 do
      expect(sequence, frame_data(10, sequence))
    end
    fails("ETIMEDOUT", reader:read(0))
  end)

  it("4.3 no metadata block", function()
    open { metadata_size = 0 }
    assert.equal(0, ring.get(name, "metadata_size"))
    fails("EMETADATA", writer:set_metadata "x")
    assert(writer:write "frame")
    assert.is_nil(reader:metadata())
    expect(1, "frame")
  end)

  it("4.4 the smallest ring", function()
    open { payload_size = 64 }
    for sequence = 1, 20 do
      assert(writer:write(frame_data(1, sequence), 5))
      expect(sequence, frame_data(1, sequence))
    end
    local message = fails("EFRAMETOOLARGE", writer:write(frame_data(49, 1)))
    assert.matches("49", message)
    assert(writer:write(frame_data(48, 1), 5))
    expect(21, frame_data(48, 1))
  end)

  it("4.6 an exact fit", function()
    open { payload_size = 10240 }
    for sequence = 1, 10 do
      local data = frame_data(10224, sequence)
      assert(writer:write(data, 5))
      fails("EBUFFERFULL", writer:write("x", 0.02))
      expect(sequence, data)
    end
    assert.equal(10240, ring.get(name, "payload_free_bytes"))
  end)

  it("4.7 the smallest frame", function()
    open()
    fails("EFRAMESIZE", writer:write "")
    assert(writer:write "x")
    assert.equal((1 << 20) - 17, ring.get(name, "payload_free_bytes"))
    expect(1, "x")
    assert.equal(1 << 20, ring.get(name, "payload_free_bytes"))
  end)

  it("4.8 a large frame, and then a larger one", function()
    open { payload_size = 10240 }
    assert(writer:write(frame_data(6144, 1)))
    expect(1, frame_data(6144, 1))
    assert(writer:write(frame_data(7168, 2), 5))
    assert.equal(frame_data(7168, 2), ring.payload(name, 16, 7168))
    expect(2, frame_data(7168, 2))
  end)

  it("5.5 the bytes that a wrap burns", function()
    open { payload_size = 1024 }
    -- 908 bytes are used, 100 of them stay as a frame, and 116 are left at the end.
    assert(writer:write(frame_data(776, 1)))
    assert(writer:write(frame_data(100, 2)))
    expect(1, frame_data(776, 1))
    assert(writer:write(frame_data(200, 3), 5))
    assert.equal(1024 - 116 - 116 - 216, ring.get(name, "payload_free_bytes"))
    assert.equal(216, ring.get(name, "payload_write_pos"))
    assert.equal(4, ring.get(name, "payload_written_count"))
    assert.equal(("\0"):rep(16), ring.payload(name, 908, 16))
    expect(2, frame_data(100, 2))
    expect(3, frame_data(200, 3))
    assert.equal(4, ring.get(name, "payload_read_count"))
    assert.equal(1024, ring.get(name, "payload_free_bytes"))
  end)

  it("5.6 frames are contiguous wherever the two sides stand", function()
    -- Where the writer and the reader stand in a ring of 10,048 bytes; the largest frame that fits
    -- then, without waiting.
    for _, case in ipairs {
      { written = 4992, read = 2048, largest = 5056 - 16 }, -- at the end
      { written = 2048, read = 4992, largest = 2944 - 16 }, -- between
      { written = 4992, read = 4992, largest = 10048 - 16 }, -- anywhere: the ring is rewound
      { written = 0, read = 0, largest = 10048 - 16 },
      { written = 4992, read = 0, largest = 5056 - 16 }, -- at the end
    } do
      open { payload_size = 10000 }
      local size = 10048
      local function fill(count)
        if count > 0 then
          assert(writer:write(frame_data(count - 16, count), 1))
        end
      end
      local function drain(count)
        if count > 0 then
          assert(reader:read(1)):release()
        end
      end
      if case.written >= case.read then
        fill(case.read)
        fill(case.written - case.read)
        drain(case.read)
        if case.written == case.read then
          assert.equal(size, ring.get(name, "payload_free_bytes"))
        end
      else
        fill(case.read)
        fill(size - case.read)
        drain(case.read)
        fill(case.written)
      end
      local larger = frame_data(case.largest + 1, 9)
      if case.largest == size - 16 then
        fails("EFRAMETOOLARGE", writer:write(larger, 0))
      else
        fails("EBUFFERFULL", writer:write(larger, 0))
      end
      assert(writer:write(frame_data(case.largest, 7), 0))
      local last
      for item in function() return reader:read(0) end do
        last = item:bytes()
        item:release()
      end
      assert.is_true(last == frame_data(case.largest, 7))
      assert.equal(size, ring.get(name, "payload_free_bytes"))
      writer:close()
      reader:close()
    end
  end)

  it("6.1 a gap in the sequence", function()
    open()
    assert(writer:write "one")
    assert(writer:write "two")
    expect(1, "one")
    ring.poke_payload(name, 19 + 8, string.pack("<I8", 7))
    local message = fails("ESEQUENCE", reader:read(5))
    assert.matches("2", message)
    assert.matches("7", message)
    -- Said once; then the stream goes on with what came.
    local item <close> = assert(reader:read(5))
    assert.equal(7, item.sequence)
    assert.equal("two", item:bytes())
  end)

  it("6.4 two frames before the reader looks", function()
    open()
    assert(writer:write "one")
    assert(writer:write "two")
    assert.equal(2, ring.get(name, "payload_written_count"))
    expect(1, "one")
    expect(2, "two")
  end)

  it("7.4 frames of every order of magnitude", function()
    open { payload_size = 11 << 20 }
    for sequence, size in ipairs { 1, 10, 100, 1000, 10000, 100000, 1 << 20, 10 << 20 } do
      assert(writer:write(frame_data(size, sequence), 5))
      expect(sequence, frame_data(size, sequence))
    end
  end)

  it("12.1 the counters", function()
    open { payload_size = 4096, metadata_size = 128 }
    local function counters()
      local values = {}
      for _, field in ipairs { "payload_free_bytes", "payload_write_pos", "payload_read_pos",
        "payload_written_count", "payload_read_count" } do
        table.insert(values, ring.get(name, field))
      end
      return values
    end
    assert.same({ 4096, 0, 0, 0, 0 }, counters())
    assert.equal(128, ring.get(name, "metadata_free_bytes"))
    assert(writer:set_metadata "abc")
    assert.equal(128 - 11, ring.get(name, "metadata_free_bytes"))
    assert.equal(11, ring.get(name, "metadata_written_bytes"))
    assert(writer:write(frame_data(84, 1)))
    assert.same({ 3996, 100, 0, 1, 0 }, counters())
    -- The position moves when a frame is read, the space comes back when it is released.
    local item = assert(reader:read(5))
    assert.same({ 3996, 100, 100, 1, 1 }, counters())
    item:release()
    assert.same({ 4096, 100, 100, 1, 1 }, counters())
  end)
end

describe("a ring in one process", function()
  scenarios(function() end)

  it("5.7 the largest frame", function()
    local name = ring.name "largest"
    local size = 100 << 20
    local reader <close> = assert(zb.reader(name, { payload_size = size }))
    local writer <close> = assert(zb.writer(name))
    local data = frame_data(size - 15, 1)
    fails("EFRAMETOOLARGE", writer:write(data))
    data = data:sub(1, -2)
    assert(writer:write(data))
    local item <close> = assert(reader:read(5))
    assert.equal(size - 16, #item)
    assert.is_true(item:bytes() == data)
  end)
end)

describe("a ring between two processes", function()
  local other
  setup(function() other = remote.start() end)
  teardown(function() other:stop() end)

  scenarios(function()
    return other:require "luashot.zerobuffer"
  end)

  -- A writer over there writes frames of `size` bytes as fast as the ring lets it, while the reader
  -- here takes `pause` seconds for each.
  local function stream(config)
    local name = ring.name "stream"
    local reader <close> = assert(zb.reader(name, { payload_size = config.ring }))
    other:begin([[
      local name, size, count = ...
      local frame_data = require "luashot.zerobuffer.testing".frame_data
      local writer <close> = assert(require "luashot.zerobuffer".writer(name))
      for sequence = 1, count do
        assert(writer:write(frame_data(size, sequence), 30))
      end]], name, config.size, config.count)
    local uv = require "luv"
    uv.sleep(config.delay or 0)
    for sequence = 1, config.count do
      local item <close> = assert(reader:read(30))
      assert.equal(sequence, item.sequence)
      assert.is_true(item:bytes() == frame_data(config.size, sequence))
      uv.sleep(config.pause or 0)
    end
    other:result()
    assert.equal(ring.get(name, "payload_size"), ring.get(name, "payload_free_bytes"))
  end

  it("1.6 a slow reader and a fast writer", function()
    stream { ring = 10240, size = 1024, count = 20, pause = 100 }
  end)

  it("1.7 the same at full speed", function()
    stream { ring = 10240, size = 1024, count = 5000 // SHARE }
  end)

  it("4.5 a reader that is slower than the writer", function()
    stream { ring = 1024, size = 100, count = 100, pause = 20 }
  end)

  it("4.9 rapid cycles", function()
    stream { ring = 10240, size = 1024, count = 10000 // SHARE }
  end)

  it("6.2 a burst before the reader starts", function()
    stream { ring = 1 << 20, size = 1024, count = 50, delay = 1000 }
  end)

  it("6.3 flow control by a slow reader", function()
    stream { ring = 51200, size = 10240, count = 10, pause = 100 }
  end)

  it("7.3 no frame is seen half-written", function()
    local name = ring.name "torn"
    local reader <close> = assert(zb.reader(name, { payload_size = 65536 }))
    other:begin([[
      local name, count = ...
      local writer <close> = assert(require "luashot.zerobuffer".writer(name))
      for sequence = 1, count do
        local size = sequence * 7919 % 2000 // 8 * 8 + 8
        assert(writer:write(string.pack("<I8", sequence):rep(size // 8), 30))
      end]], name, 20000 // SHARE)
    for sequence = 1, 20000 // SHARE do
      local item <close> = assert(reader:read(30))
      local size = sequence * 7919 % 2000 // 8 * 8 + 8
      assert.is_true(item:bytes() == string.pack("<I8", sequence):rep(size // 8))
    end
    other:result()
  end)
end)
