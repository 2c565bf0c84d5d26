-- The protocol's acceptance scenarios 2 (processes that die), 4.10 to 4.12, 5.3, 7.1, 7.2, 8
-- (platform), 9.1, 10 (errors), 11 (stress) and 12.2 to 12.4, by their numbers. 8.2 is about Windows.
local nobody = require "spec.support.nobody"
local process = require "spec.support.process"
local remote = require "spec.support.remote"
local ring = require "spec.support.ring"
local testing = require "luashot.zerobuffer.testing"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local fails, frame_data = ring.fails, testing.frame_data

describe("the life of a ring", function()
  local others = {}

  --- The module in a process of its own.
  local function elsewhere()
    local other = remote.start()
    table.insert(others, other)
    return other:require "luashot.zerobuffer", other
  end

  local function seconds(since)
    return (uv.hrtime() - since) / 1e9
  end

  after_each(function()
    for _, other in ipairs(others) do
      other:stop()
    end
    others = {}
    collectgarbage()
  end)

  teardown(function()
    assert.equal("", ring.litter())
  end)

  describe("when a side dies", function()
    it("2.1 the reader learns that the writer was killed", function()
      local name = ring.name "crash"
      local reader <close> = assert(zb.reader(name))
      local theirs, other = elsewhere()
      local writer = assert(theirs.writer(name))
      assert(writer:write "last words")
      assert.is_true(reader:writer_connected(0))
      other:kill()
      -- What was written is still there.
      local item = assert(reader:read(5))
      assert.equal("last words", item:bytes())
      item:release()
      fails("EWRITERDEAD", reader:read(5))
      assert.is_false(reader:writer_connected(0))
    end)

    it("2.2 the writer learns that the reader was killed", function()
      local name = ring.name "crash"
      local theirs, other = elsewhere()
      assert(theirs.reader(name, { payload_size = 1024 }))
      local writer <close> = assert(zb.writer(name))
      assert(writer:write(frame_data(1000, 1)))
      assert.is_true(writer:reader_connected(0))
      other:kill()
      local started = uv.hrtime()
      fails("EREADERDEAD", writer:write(frame_data(1000, 2), 5))
      assert.is_true(seconds(started) < 4)
      assert.is_false(writer:reader_connected(0))
      assert(zb.reader(name)):close() -- cleans up
    end)

    it("2.3 a new reader takes the name over, and its writer starts again", function()
      local name = ring.name "replaced"
      local theirs, other = elsewhere()
      assert(theirs.reader(name))
      local writer = assert(zb.writer(name))
      assert(writer:write "lost")
      other:kill()
      local reader <close> = assert(zb.reader(name))
      -- While there is space, a writer looks after its reader only now and then.
      local sequence, code
      repeat
        local why
        sequence, why, code = writer:write "lost too"
        assert.is_truthy(sequence or why)
      until code or sequence > 1000
      assert.equal("EREADERDEAD", code)
      assert.is_false(writer:reader_connected(0))
      writer:close()
      writer = assert(zb.writer(name))
      assert.equal(1, writer:write "first")
      local item <close> = assert(reader:read(5))
      assert.equal(1, item.sequence)
      assert.equal("first", item:bytes())
      writer:close()
    end)

    it("5.3 10.3 a reader that closed is noticed by the next write", function()
      local name = ring.name "closed"
      local reader = assert(zb.reader(name))
      local writer <close> = assert(zb.writer(name))
      assert(writer:write "one")
      local reservation = assert(writer:reserve(10))
      reader:close()
      fails("EREADERDEAD", writer:write "two")
      reservation:abort()
      fails("EREADERDEAD", writer:reserve(10))
    end)

    it("10.3 a reader that is killed while a frame is being filled", function()
      local name = ring.name "filled"
      local theirs, other = elsewhere()
      assert(theirs.reader(name))
      local writer <close> = assert(zb.writer(name))
      local reservation = assert(writer:reserve(4096))
      reservation:write(0, frame_data(2048, 1))
      other:kill()
      reservation:write(2048, frame_data(2048, 1))
      reservation:abort()
      assert.is_false(writer:reader_connected(0))
      fails("EREADERDEAD", writer:write("x", 5))
      assert(zb.reader(name)):close()
    end)

    it("10.4 a writer that is killed while the reader waits", function()
      local name = ring.name "waiting"
      local theirs, other = elsewhere()
      local reader = assert(theirs.reader(name))
      local killed = remote.start()
      assert(killed:require("luashot.zerobuffer").writer(name))
      other:begin_call(reader, "read", reader, 10)
      process.sleep(0.2)
      local started = uv.hrtime()
      killed:kill()
      fails("EWRITERDEAD", other:result(20))
      assert.is_true(seconds(started) < 12)
      reader:close()
    end)

    it("10.4 a writer that leaves while the reader waits", function()
      local name = ring.name "waiting"
      local theirs, other = elsewhere()
      local reader = assert(theirs.reader(name))
      local writer = assert(zb.writer(name))
      assert(writer:write "one")
      assert(reader:read(5)):release()
      other:begin_call(reader, "read", reader, 20)
      process.sleep(0.1)
      writer:close()
      fails("EWRITERDEAD", other:result(20))
      reader:close()
    end)
  end)

  describe("when two want the same place", function()
    it("2.4 4.10 a second writer is refused, and the first goes on", function()
      local name = ring.name "exclusive"
      local reader <close> = assert(zb.reader(name, { payload_size = 1024 }))
      local writer <close> = assert(zb.writer(name))
      local theirs = elsewhere()
      assert(writer:write(frame_data(1000, 1))) -- the ring is full
      assert.matches(name, fails("EEXIST", theirs.writer(name)), 1, true)
      fails("EEXIST", zb.writer(name))
      fails("EBUFFERFULL", writer:write("x", 0))
      local item = assert(reader:read(5))
      assert.is_true(item:bytes() == frame_data(1000, 1))
      item:release()
      assert(writer:write "x")
    end)

    it("a second reader is refused, and the first goes on", function()
      local name = ring.name "exclusive"
      local reader <close> = assert(zb.reader(name))
      assert.matches(name, fails("EEXIST", elsewhere().reader(name)), 1, true)
      fails("EEXIST", zb.reader(name))
      local writer <close> = assert(zb.writer(name))
      assert(writer:write "x")
      assert(reader:read(5)):release()
    end)

    it("4.11 of several readers that start at once, one wins", function()
      for _ = 1, 10 do
        local name = ring.name "race"
        local racers = {}
        for i = 1, 2 do
          racers[i] = others[i] or select(2, elsewhere())
          racers[i]:begin([[
            reader, message, code = require "luashot.zerobuffer".reader(...)
            return reader and "won" or code]], name)
        end
        local results = { racers[1]:result(), racers[2]:result() }
        table.sort(results)
        assert.same({ "EEXIST", "won" }, results)
        local writer <close> = assert(zb.writer(name))
        assert(writer:write "x")
        for _, racer in ipairs(racers) do
          racer:run "if reader then assert(reader:read(5)):release() reader:close() end"
        end
      end
    end)

    it("4.12 a writer before its reader finds nothing", function()
      local name = ring.name "early"
      assert.matches(name, fails("ENOENT", zb.writer(name)), 1, true)
      local reader <close> = assert(zb.reader(name))
      local writer <close> = assert(zb.writer(name))
      assert(writer:write "x")
      assert(reader:read(5)):release()
    end)
  end)

  describe("in the file system", function()
    it("8.1 12.4 the objects come and go with the reader", function()
      local name = ring.name "objects"
      assert.same({}, ring.files(name))
      local reader = assert(zb.reader(name))
      local files = ring.files(name)
      for _, path in ipairs {
        "/dev/shm/" .. name, "/dev/shm/sem.sem-w-" .. name, "/dev/shm/sem.sem-r-" .. name,
        "/tmp/zerobuffer/" .. name .. ".lock",
      } do
        local there = false
        for _, file in ipairs(files) do
          there = there or file == path
        end
        assert.is_true(there, path)
      end
      reader:close()
      assert.same({}, ring.files(name))
    end)

    it("8.3 names", function()
      for _, name in ipairs {
        "", ".", "..", "a/b", "../x", "/x", "sem.x", "a\nb", ("x"):rep(246),
      } do
        fails("EINVAL", zb.reader(name))
        fails("EINVAL", zb.writer(name))
      end
      assert.has_error(function() zb.reader "a\0b" end)
      local longest = ring.name "long"
      longest = longest .. ("x"):rep(245 - #longest)
      for _, name in ipairs { longest, ring.name "with space, ümläut & (signs)" } do
        local reader <close> = assert(zb.reader(name))
        local writer <close> = assert(zb.writer(name))
        assert(writer:write(name))
        local item <close> = assert(reader:read(5))
        assert.equal(name, item:bytes())
      end
    end)

    it("12.4 names of the form of a UUID", function()
      local name = "{6F9619FF-8B86-D011-B42D-00CF4FC964FF}" .. ring.name "uuid"
      local reader <close> = assert(zb.reader(name))
      local writer <close> = assert(zb.writer(name))
      assert(writer:write "x")
      assert(reader:read(5)):release()
    end)

    it("8.4 12.3 what a killed pair left is cleaned up by the next reader of that name", function()
      local name, neighbor = ring.name "stale", ring.name "neighbor"
      for i, abandoned in ipairs { name, neighbor } do
        local theirs, reading = elsewhere()
        assert(theirs.reader(abandoned))
        local theirs_too, writing = elsewhere()
        assert(assert(theirs_too.writer(abandoned)):write "stale")
        reading:kill()
        writing:kill()
        assert.is_true(#ring.files(abandoned) >= 4, i)
      end
      local left = ring.files(neighbor)
      local reader <close> = assert(zb.reader(name))
      fails("ETIMEDOUT", reader:read(0))
      local writer <close> = assert(zb.writer(name))
      assert(writer:write "fresh")
      local item <close> = assert(reader:read(5))
      assert.equal("fresh", item:bytes())
      -- Nobody else's, however dead it looks.
      assert.same(left, ring.files(neighbor))
      assert(zb.reader(neighbor)):close()
      assert.same({}, ring.files(neighbor))
    end)

    it("8.4 leftovers of single objects are no obstacle", function()
      for i = 1, 3 do
        local name = ring.name "leftover"
        local path = ({
          "/dev/shm/sem.sem-w-" .. name, "/dev/shm/sem.sem-r-" .. name,
          "/tmp/zerobuffer/" .. name .. ".lock",
        })[i]
        assert(zb.reader(ring.name "folder")):close() -- makes the lock folder
        assert(io.open(path, "w")):close()
        local reader = assert(zb.reader(name))
        local writer <close> = assert(zb.writer(name))
        assert(writer:write "x")
        assert(reader:read(5)):release()
        reader:close()
        assert.same({}, ring.files(name))
      end
    end)

    it("8.4 shared memory that is not a ring is left alone", function()
      local name = ring.name "foreign"
      local path = "/dev/shm/" .. name
      local file = assert(io.open(path, "w"))
      file:write(("\0"):rep(4096))
      file:close()
      fails("EEXIST", zb.reader(name))
      fails("ECORRUPT", zb.writer(name))
      assert.same({ path }, ring.files(name))
      local again <close> = assert(io.open(path))
      assert.equal(("\0"):rep(4096), again:read "a")
      os.remove(path)
    end)

    it("12.2 blocks are aligned to 64 bytes", function()
      for _, case in ipairs { { 1, 1 }, { 64, 64 }, { 65, 100 }, { 0, 1000 }, { 1000, 10000 } } do
        local name = ring.name "aligned"
        local reader = assert(zb.reader(name, { metadata_size = case[1], payload_size = case[2] }))
        local metadata = (case[1] + 63) // 64 * 64
        local payload = (case[2] + 63) // 64 * 64
        assert.equal(128, ring.get(name, "oieb_size"))
        assert.equal(1, ring.get(name, "major"))
        assert.equal(metadata, ring.get(name, "metadata_size"))
        assert.equal(payload, ring.get(name, "payload_size"))
        local file <close> = assert(io.open("/dev/shm/" .. name))
        assert.equal(128 + metadata + payload, file:seek "end")
        reader:close()
      end
    end)

    it("12.3 the lock is held by the reader, and by it alone", function()
      local name = ring.name "lock"
      local path = "/tmp/zerobuffer/" .. name .. ".lock"
      local function can_lock()
        return process.run({ "flock", "--nonblock", path, "true" }).code == 0
      end
      local reader = assert(zb.reader(name))
      assert.is_false(can_lock())
      local writer = assert(zb.writer(name))
      assert.is_false(can_lock())
      writer:close()
      -- A child does not inherit it.
      local child = process.spawn { "sleep", "60" }
      reader:close()
      assert.is_nil(io.open(path))
      reader = assert(zb.reader(name))
      reader:close()
      child:stop()
    end)
  end)

  describe("when the system refuses", function()
    it("7.1 10.1 a reader that fails half-way leaves nothing behind", function()
      local name = ring.name "partial"
      -- The object cannot be made; then one of the semaphores cannot.
      for _, obstacle in ipairs { "/dev/shm/" .. name, "/dev/shm/sem.sem-w-" .. name, "/dev/shm/sem.sem-r-" .. name } do
        assert(uv.fs_mkdir(obstacle, tonumber("755", 8)))
        local value, message, code = zb.reader(name)
        assert.is_nil(value)
        assert.matches(name, message, 1, true)
        assert.is_string(code)
        assert.same({ obstacle }, ring.files(name))
        assert(uv.fs_rmdir(obstacle))
      end
      assert(zb.reader(name)):close()
    end)

    it("7.2 10.5 a size that the memory does not hold", function()
      local name = ring.name "huge"
      local value, _, code = zb.reader(name, { payload_size = 1 << 46 })
      assert.is_nil(value)
      if string.packsize "T" == 8 then
        assert.is_truthy(code == "ENOSPC" or code == "ENOMEM" or code == "EFBIG", code)
      else
        assert.equal("EINVAL", code)
      end
      assert.same({}, ring.files(name))
      assert.has_error(function() zb.reader(name, { payload_size = math.maxinteger }) end)
      assert.has_error(function() zb.reader(name, { payload_size = 0 }) end)
      assert.has_error(function() zb.reader(name, { metadata_size = -1 }) end)
      assert.same({}, ring.files(name))
    end)

    it("7.2 10.5 no descriptor left", function()
      local name = ring.name "exhausted"
      -- In a process of its own, because the limit is a process's.
      local result = process.run { "prlimit", "--nofile=24", table.unpack(process.lua("-e", ([[
        local zb = require "luashot.zerobuffer"
        local files, file = {}, nil
        repeat
          file = io.open "/dev/null"
          table.insert(files, file)
        until not file
        for spare = 0, 12 do
          local reader, message, code = zb.reader(%q)
          if reader then
            reader:close()
            io.write(spare)
            break
          end
          assert(code == "EMFILE", code)
          assert(table.remove(files)):close()
        end]]):format(name))) }
      assert.equal("", result.err)
      assert.is_true(tonumber(result.out) > 0)
      assert.same({}, ring.files(name))
    end)

    it("10.6 another user may not write here", function()
      local name = ring.name "permission"
      local reader <close> = assert(zb.reader(name))
      local result = process.run(nobody.lua({ "luashot.zerobuffer" }, ([[
        local _, message, code = require "luashot.zerobuffer".writer(%q)
        io.write(code, " ", message)]]):format(name)))
      assert.matches("^EACCES ", result.out, result.err)
      local writer <close> = assert(zb.writer(name))
      assert(writer:write "x")
      assert(reader:read(5)):release()
    end)
  end)

  describe("under stress", function()
    local function descriptors()
      local count = 0
      for _ in uv.fs_scandir_next, assert(uv.fs_scandir "/proc/self/fd") do
        count = count + 1
      end
      return count
    end

    it("11.1 a thousand times made and closed", function()
      local name = ring.name "again"
      local before
      for turn = 1, 1000 do
        local reader <close> = assert(zb.reader(name, { payload_size = 4096 }))
        local writer <close> = assert(zb.writer(name))
        assert(writer:write "x")
        assert(reader:read(5)):release()
        before = before or turn == 10 and descriptors()
      end
      assert.is_true(descriptors() <= before)
      assert.same({}, ring.files(name))
    end)

    it("11.4 a ring that is full again and again", function()
      local name = ring.name "exhaustion"
      local reader <close> = assert(zb.reader(name, { payload_size = 4096 }))
      local writer <close> = assert(zb.writer(name))
      local sequence, read = 0, 0
      for _ = 1, 200 do
        repeat
          local written, _, code = writer:write(frame_data(1 + sequence * 37 % 900, sequence + 1), 0)
          sequence = written or sequence
        until code
        while read < sequence do
          local item <close> = assert(reader:read(0))
          read = read + 1
          assert.is_true(item:bytes() == frame_data(1 + (read - 1) * 37 % 900, read))
        end
      end
      assert.equal(4096, ring.get(name, "payload_free_bytes"))
    end)

    it("11.5 rings are made and closed beside one that works", function()
      local name = ring.name "beside"
      local reader <close> = assert(zb.reader(name))
      local _, other = elsewhere()
      other:begin([[
        local zb = require "luashot.zerobuffer"
        local writer <close> = assert(zb.writer(...))
        for _ = 1, 300 do
          assert(writer:write(("x"):rep(1000), 30))
          assert(zb.reader(... .. "-busy")):close()
        end]], name)
      for sequence = 1, 300 do
        local item <close> = assert(reader:read(30))
        assert.equal(sequence, item.sequence)
        assert(zb.reader(ring.name "busy")):close()
      end
      other:result()
    end)

    it("11.3 a day's work, shortened #long", function()
      local name = ring.name "day"
      local reader <close> = assert(zb.reader(name, { payload_size = 1 << 20 }))
      local _, other = elsewhere()
      local minutes = 10
      other:begin([[
        local uv = require "luv"
        local name, ends = ...
        local frame_data = require "luashot.zerobuffer.testing".frame_data
        local writer <close> = assert(require "luashot.zerobuffer".writer(name))
        local sequence = 0
        while uv.hrtime() < ends do
          sequence = assert(writer:write(frame_data(1 + sequence * 7919 % 300000, sequence + 1), 30))
        end
        assert(writer:write "end")]], name, uv.hrtime() + minutes * 60 * 1000000000)
      local memory
      while true do
        local item <close> = assert(reader:read(30))
        if item.size == 3 and item:bytes() == "end" then
          break
        end
        local sequence = item.sequence
        assert.is_true(item:bytes() == frame_data(1 + (sequence - 1) * 7919 % 300000, sequence))
        if sequence == 10000 then
          collectgarbage()
          memory = uv.resident_set_memory()
        end
      end
      other:result()
      collectgarbage()
      assert.equal(1 << 20, ring.get(name, "payload_free_bytes"))
      assert.is_true(uv.resident_set_memory() < memory + (16 << 20))
    end)
  end)

  it("9.1 waiting takes no processor time", function()
    local name = ring.name "idle"
    local _, other = elsewhere()
    other:run([[reader = assert(require "luashot.zerobuffer".reader(...))]], name)
    other:begin [[
      local before = os.clock()
      local item, _, code = reader:read(3)
      return code, os.clock() - before]]
    local code, used = other:result()
    assert.equal("ETIMEDOUT", code)
    assert.is_true(used < 0.1, used .. " s of processor time in 3 s")
    other:run "reader:close()"
  end)
end)
