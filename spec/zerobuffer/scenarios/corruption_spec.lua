-- The protocol's acceptance scenarios 5.1, 5.2 and 10.2 (shared memory that makes no sense), by their
-- numbers, and what else a damaged ring must not do: crash a side, lock it up, or be changed by it.
local process = require "spec.support.process"
local ring = require "spec.support.ring"
local testing = require "luashot.zerobuffer.testing"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local fails, frame_data = ring.fails, testing.frame_data

describe("a damaged ring", function()
  local name, reader, writer

  before_each(function()
    name = ring.name "damaged"
    reader = assert(zb.reader(name, { payload_size = 4096 }))
  end)

  after_each(function()
    if writer then
      writer:close()
      writer = nil
    end
    reader:close()
    ring.sweep_all()
  end)

  local function fill()
    writer = assert(zb.writer(name))
    for sequence = 1, 3 do
      assert(writer:write(frame_data(100, sequence)))
    end
  end

  -- The shared memory but for the two ends that a closing side clears.
  local function snapshot()
    local file <close> = assert(io.open("/dev/shm/" .. name, "rb"))
    return file:read "a"
  end

  it("5.1 with a wrong size of its OIEB refuses writers", function()
    for _, size in ipairs { 0, 127, 129, 0xFFFFFFFF } do
      ring.set(name, "oieb_size", size)
      fails("ECORRUPT", zb.writer(name))
    end
    ring.set(name, "oieb_size", 128)
    assert(zb.writer(name)):close()
  end)

  it("of another major version refuses writers", function()
    ring.set(name, "major", 2)
    fails("EVERSION", zb.writer(name))
  end)

  it("whose blocks do not fit its object refuses writers", function()
    for _, case in ipairs {
      { "metadata_size", 1 }, { "metadata_size", 1 << 40 }, { "metadata_size", -64 },
      { "payload_size", 0 }, { "payload_size", 4095 }, { "payload_size", 1 << 40 }, { "payload_size", -64 },
    } do
      local before = ring.get(name, case[1])
      ring.set(name, case[1], case[2])
      fails("ECORRUPT", zb.writer(name))
      ring.set(name, case[1], before)
    end
    assert(zb.writer(name)):close()
  end)

  it("5.2 with a frame of length 0 fails with a size error", function()
    fill()
    ring.poke_payload(name, 0, ("\0"):rep(8))
    local before = snapshot()
    for _ = 1, 3 do
      fails("EFRAMESIZE", reader:read(0.1))
    end
    assert.is_true(snapshot() == before)
    -- Nobody is stuck: what is made whole is read.
    ring.poke_payload(name, 0, string.pack("<I8", 100))
    for sequence = 1, 3 do
      local item <close> = assert(reader:read(1))
      assert.is_true(item:bytes() == frame_data(100, sequence))
    end
  end)

  it("10.2 with a frame that is longer than what was written fails", function()
    fill()
    for _, length in ipairs { 333, 4081, 1 << 40, -1, -16, math.mininteger } do
      ring.poke_payload(name, 0, string.pack("<i8", length))
      local before = snapshot()
      fails("ECORRUPT", reader:read(0.1))
      assert.is_true(snapshot() == before)
    end
  end)

  it("with positions out of range fails, and is left as it is", function()
    fill()
    for _, case in ipairs {
      { "payload_write_pos", 4097 }, { "payload_write_pos", -1 },
      { "payload_read_pos", 8 }, { "payload_read_pos", 4097 }, { "payload_read_pos", -1 },
    } do
      local whole = ring.get(name, case[1])
      ring.set(name, case[1], case[2])
      local before = snapshot()
      fails("ECORRUPT", reader:read(0.1))
      assert.is_true(snapshot() == before, case[1])
      ring.set(name, case[1], whole)
    end
    for sequence = 1, 3 do
      local item <close> = assert(reader:read(1))
      assert.equal(sequence, item.sequence)
    end
  end)

  it("with positions out of range makes writing fail", function()
    fill()
    for _, case in ipairs {
      { "payload_read_pos", 4097 }, { "payload_read_pos", -1 },
    } do
      local whole = ring.get(name, case[1])
      ring.set(name, case[1], case[2])
      fails("ECORRUPT", writer:write(("x"):rep(4000), 0.1))
      ring.set(name, case[1], whole)
    end
    assert(writer:write "x")
    writer:close()
    ring.set(name, "payload_write_pos", 4097)
    fails("ECORRUPT", zb.writer(name))
  end)

  it("with impossible metadata fails to return it", function()
    fill()
    for _, case in ipairs {
      { 16, 9 }, { 16, -1 }, { 1 << 40, 1 << 39 }, { -1, 2000 }, { 7, 1 },
    } do
      ring.set(name, "metadata_written_bytes", case[1])
      ring.poke(name, 128, string.pack("<i8", case[2]))
      fails("ECORRUPT", reader:metadata())
    end
  end)

  it("does not believe its tokens", function()
    fill()
    for _ = 1, 3 do
      assert(reader:read(1)):release()
    end
    local path = "/dev/shm/sem.sem-w-" .. name
    local file = assert(io.open(path, "r+b"))
    -- glibc: the low half of the first word is the value.
    file:write(string.pack("<I4", 1000))
    file:close()
    local started = uv.hrtime()
    fails("ETIMEDOUT", reader:read(0.2))
    assert.is_true((uv.hrtime() - started) / 1e9 < 5)
    assert.equal(4096, ring.get(name, "payload_free_bytes"))
    assert.equal(4, writer:write "x")
    local item <close> = assert(reader:read(1))
    assert.equal("x", item:bytes())
  end)

  it("that a peer truncates is an error on both sides", function()
    fill()
    local held = assert(reader:read(1))
    local fd = assert(uv.fs_open("/dev/shm/" .. name, "r+", 0))
    assert(uv.fs_ftruncate(fd, 0))
    uv.fs_close(fd)
    fails("ECORRUPT", reader:read(0.1))
    fails("ECORRUPT", writer:write("x", 0.1))
    held:release()
  end)

  it("is not believed about who is alive", function()
    -- One that is there, but has nothing to do with this ring.
    local unrelated = process.spawn { "sleep", "60" }
    for _, pid in ipairs { -1, 1 << 32, 0xFFFFFFFF, 1 << 31, math.mininteger, unrelated.pid } do
      ring.set(name, "writer_pid", pid)
      assert.is_false(reader:writer_connected(0), tostring(pid))
      local mine = assert(zb.writer(name), tostring(pid))
      assert.is_true(reader:writer_connected(0))
      mine:close()
    end
    for _, pid in ipairs { 0, -1, 1 << 32, 0xFFFFFFFF, unrelated.pid } do
      ring.set(name, "reader_pid", pid)
      fails("EREADERDEAD", zb.writer(name))
    end
    unrelated:stop()
  end)
end)
