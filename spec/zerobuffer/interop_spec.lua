-- Rings between luashot and the published Python implementation, in two releases. Each load is first
-- run by that implementation with itself, and what comes of it is printed, because it decides what
-- can be asked for:
--
--   * 1.1.7 fails when both sides run freely. Its writer compares the free bytes with the frame alone,
--     not with the tail that a wrap burns as well, and overruns what is unread; and both its sides
--     change the free bytes by a plain += and -=, which loses updates against any peer. One after the
--     other ("in lock-step"), with frames of half the ring at most, it works.
--   * Even in lock-step a subtraction can be lost: the store of its += is a memcpy of 8 bytes, for which
--     the C library stores all 8 twice. If it loses the processor between the two, what the other
--     side takes meanwhile is undone.
--   * Both releases fail with frames of arbitrary sizes: their writers leave tails of less than 16
--     bytes without a marker, and their readers read a header there.
--   * The one-call write of both fails on the frame after one that ends on the ring's last byte; their
--     two-phase write does not.
local json = require "dkjson"
local load = require "spec.support.zerobuffer_load"
local process = require "spec.support.process"
local python = require "spec.support.python"
local ring = require "spec.support.ring"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local PEER = assert(os.getenv "LUASHOT_SOURCE") .. "/spec/support/zerobuffer_peer.py"
local RING = 65536
local TIMEOUT = 1

local function interop(version, environment, total)
  local name
  local children = {}

  before_each(function()
    name = ring.name "interop"
  end)

  after_each(function()
    for _, child in ipairs(children) do
      child:stop()
    end
    children = {}
    ring.sweep_all() -- the Python readers leave their semaphores behind
  end)

  --- A side that Python plays, ready for the other.
  local function peer(...)
    local child = process.spawn { python.with("zerobuffer", environment), PEER, ... }
    table.insert(children, child)
    assert(child:read_line(30) == "ready", child.err)
    return child
  end

  --- What became of it.
  local function result(child)
    local line = child:read_line(60)
    return (assert(json.decode(line or ""), "no result: " .. child.err))
  end

  --- What the release does with itself under a load: whether it passes, and how many seconds it took.
  local alone = {}
  local function passes(load_name, ...)
    local key = load_name .. (... or "")
    if not alone[key] then
      local count = tostring(load_name == "exact" and 200 or total)
      local reader = peer("read", name, load_name, count, "--timeout", "20")
      local writer = peer("write", name, load_name, count, "--timeout", "20", ...)
      local written = result(writer)
      if written.error then
        reader:kill "sigkill" -- it would wait
      end
      local read = written.error and written or result(reader)
      local failed = written.error and "its writer fails: " .. written.error
        or read.error and "its reader fails: " .. read.error
        or read.free ~= read.ring and "its free bytes end at " .. read.free
      alone[key] = { passed = not failed }
      print(("zerobuffer-ipc %s with itself, %s%s, %d frames of %s: %s"):format(version, load_name,
        ... and " (two-phase write)" or "", read.frames, count, failed or ("passes in %.1f s"):format(read.seconds)))
      name = ring.name "interop"
    end
    return alone[key].passed
  end

  --- Whether it has said what became of it, or has ended.
  local function is_through(child)
    return process.wait_until(function()
      return child.out:find("\n", child.consumed, true) or child.is_over()
    end, 0)
  end

  --- Read a load that Python writes. Returns how many frames came, and the code that ended it.
  local function read(load_name, count, ...)
    local reader <close> = assert(zb.reader(name, { payload_size = RING }))
    local window <close> = ring.window(name)
    local writer = peer("write", name, load_name, tostring(count), "--linger", ...)
    local sizes = load.sizes(load_name, RING)
    local frames, code = 0, nil
    while frames < count do
      local item, _, why, through
      repeat
        through = why and is_through(writer) -- else it is slow, because others have the processors
        local started = uv.hrtime()
        item, _, why = reader:read(frames == 0 and 20 or TIMEOUT)
        assert.is_true((uv.hrtime() - started) / 1e9 < 20 + TIMEOUT)
      until item or why ~= "ETIMEDOUT" or through
      if not item then
        code = why
        break
      end
      local size = sizes()
      local right = item.sequence == frames + 1 and item.size == size
        and item:bytes() == load.content(frames + 1, size)
      local said = ("frame %d of %d bytes instead of %d of %d"):format(item.sequence, item.size, frames + 1, size)
      item:release()
      if not right then
        code = said
        break
      end
      frames = frames + 1
    end
    local free = window.get "payload_free_bytes"
    return frames, code, free, result(writer)
  end

  --- Write a load that Python reads. Returns how many frames went out, and the code that ended it.
  local function write(load_name, count, timeout)
    local reader = peer("read", name, load_name, tostring(count), "--linger", "--timeout", "20")
    local writer <close> = assert(zb.writer(name))
    local window <close> = ring.window(name)
    local sizes = load.sizes(load_name, RING)
    local frames, code = 0, nil
    while frames < count and not code do
      local data = load.content(frames + 1, sizes())
      local started = uv.hrtime()
      local sequence, _, why = writer:write(data, timeout)
      assert.is_true((uv.hrtime() - started) / 1e9 < timeout + 2)
      if sequence then
        assert.equal(frames + 1, sequence)
        frames = frames + 1
        if load_name == "lockstep" then
          assert.is_true(window.drained(10), "the frame was never released")
        end
      end
      code = why
    end
    return frames, code, result(reader)
  end

  --- Its reader got every frame, and gave all space back: but for 1.1.7, which gives back without atomicity, so
  --- that its count is off when our writer takes at the same moment. That writer mends it when it next measures.
  local function check_theirs(count, theirs)
    assert.equal(count, theirs.frames, theirs.error)
    if version ~= "1.1.7" then
      assert.equal(RING, theirs.free)
    end
  end

  --- Both ways, every byte right, and all space given back.
  local function both_ways(load_name, count, ...)
    local frames, code, free, theirs = read(load_name, count, ...)
    assert.same({ count, nil, RING }, { frames, code, free }, theirs.error)
    assert.is_nil(theirs.error)
    name = ring.name "interop"
    frames, code, theirs = write(load_name, count, 30)
    assert.same({ count, nil }, { frames, code }, theirs.error)
    assert.is_nil(theirs.error)
    check_theirs(count, theirs)
  end

  --- What its writer does wrong is neither a crash here nor a call that takes longer than it may; its reader
  --- gets every frame.
  local function survive(load_name)
    name = ring.name "interop"
    local frames, code, _, theirs = read(load_name, total)
    print(("  luashot reads, %s: %d frames, then %s (its writer: %s)"):format(load_name, frames, code, theirs.error))
    name = ring.name "interop"
    frames, code, theirs = write(load_name, total // 4, 30)
    assert.same({ total // 4, nil }, { frames, code }, theirs.error)
    check_theirs(total // 4, theirs)
  end

  it("exchanges frames whose sizes are multiples of 16", function()
    if passes "aligned" then
      both_ways("aligned", total)
    else
      assert.is_true(passes "lockstep")
      both_ways("lockstep", total)
      survive "aligned"
    end
  end)

  it("exchanges frames of arbitrary sizes", function()
    if passes "arbitrary" or version ~= "1.1.7" then
      -- Where only their tails are to blame, ours are enough for both.
      both_ways("arbitrary", total // 4)
    else
      survive "arbitrary"
    end
  end)

  it("exchanges frames that fill the ring", function()
    assert.is_false(passes "exact")
    assert.is_true(passes("exact", "--commit"))
    both_ways("exact", 200, "--commit")
    name = ring.name "interop"
    both_ways("exact", 200) -- for the position that our reader stores
  end)

  it("exchanges metadata", function()
    local caps = require "luashot.zerobuffer.caps"
    local text = caps.metadata { format = "bgrx", width = 640, height = 480, fps = 30 }
    do
      local reader <close> = assert(zb.reader(name, { payload_size = RING }))
      assert.is_nil(reader:metadata())
      local writer = peer("write", name, "aligned", "1", "--metadata", text)
      assert(reader:read(20)):release()
      assert.equal(text, reader:metadata())
      assert.is_nil(result(writer).error)
    end
    name = ring.name "interop"
    local theirs = peer("read", name, "aligned", "1")
    local writer <close> = assert(zb.writer(name))
    assert(writer:set_metadata(text))
    assert(writer:write(load.content(1, load.sizes("aligned", RING)())))
    local seen = result(theirs)
    assert.is_nil(seen.error)
    assert.equal(text, seen.metadata)
    -- As a consumer parses it.
    local parsed = process.run { python.with("zerobuffer", environment), "-c",
      "import json, sys; print(json.loads(sys.argv[1])['caps'])", seen.metadata }
    assert.equal("video/x-raw, format=(string)BGRx, width=(int)640, height=(int)480, framerate=(fraction)30/1\n",
      parsed.out)
  end)

  it("refuses a second writer, whoever is the first", function()
    local reader <close> = assert(zb.reader(name, { payload_size = RING }))
    local theirs = peer("write", name, "aligned", "1", "--linger")
    assert(reader:read(20)):release()
    ring.fails("EEXIST", zb.writer(name))
    theirs:close_input()
    theirs:wait(10)
    -- 1.1.7 takes the shared memory's name away when its process ends.
    local writer = zb.writer(name)
    if version ~= "1.1.7" then
      assert(writer)
      local program = python.with("zerobuffer", environment)
      local refused = process.run { program, "-c", ([[
import sys, zerobuffer
try:
    zerobuffer.Writer(sys.argv[1])
except zerobuffer.ZeroBufferException as error:
    print(type(error).__name__)]]), name }
      assert.equal("WriterAlreadyConnectedException\n", refused.out)
    end
    if writer then
      writer:close()
    end
  end)

  it("notices that a Python side was killed", function()
    do
      local reader <close> = assert(zb.reader(name, { payload_size = RING }))
      local theirs = peer("write", name, "aligned", "1", "--linger")
      assert(reader:read(20)):release()
      theirs:kill "sigkill"
      ring.fails("EWRITERDEAD", reader:read(5))
    end
    local theirs = peer("read", name, "aligned", "1000000", "--pause", "1000")
    local writer <close> = assert(zb.writer(name))
    local sizes = load.sizes("aligned", RING)
    local frames, code = 0, nil
    while not code do
      local sequence, _, why = writer:write(load.content(frames + 1, sizes()), TIMEOUT)
      frames, code = sequence or frames, why
    end
    assert.equal("EBUFFERFULL", code)
    theirs:kill "sigkill"
    theirs:wait(10)
    ring.fails("EREADERDEAD", writer:write(load.content(1, 30000), 5))
    -- What it left is no obstacle for a reader of ours, nor that one for Python.
    assert(zb.reader(name)):close()
    assert.same({}, ring.files(name))
  end)

  --- Stop it for longer than a reader waits before it doubts the counts.
  local function rest(child, call)
    child:kill "sigstop"
    local code = call()
    child:kill "sigcont"
    return code
  end

  it("loses nothing when a Python writer is stopped and goes on", function()
    local reader <close> = assert(zb.reader(name, { payload_size = RING }))
    local writer = peer("write", name, "lockstep", tostring(total // 4), "--linger", "--timeout", "20")
    local sizes = load.sizes("lockstep", RING)
    local frames, rests, stop_at = 0, 0, 1
    while frames < total // 4 do
      local item
      if frames >= stop_at and rests < 10 then
        rests, stop_at = rests + 1, stop_at + math.random(1, total // 50)
        item = rest(writer, function() return (reader:read(0.25)) end)
      end
      item = item or assert(reader:read(20))
      frames = frames + 1
      local size = sizes()
      assert.same({ frames, size }, { item.sequence, item.size })
      assert.is_true(item:bytes() == load.content(frames, size), frames)
      item:release()
    end
    local theirs = result(writer)
    assert.is_nil(theirs.error)
    assert.equal(RING, zb.stat(name).payload_free)
  end)

  it("loses nothing when a Python reader is stopped and goes on", function()
    local reader = peer("read", name, "any", tostring(total // 10), "--linger", "--timeout", "20")
    local writer <close> = assert(zb.writer(name))
    local sizes = load.sizes("any", RING)
    local rests, stop_at = 0, 1
    for frame = 1, total // 10 do
      local data = load.content(frame, sizes())
      local sequence
      if frame >= stop_at and rests < 10 then
        rests, stop_at = rests + 1, stop_at + math.random(1, total // 120)
        sequence = rest(reader, function()
          local written, _, code = writer:write(data, 0.25) -- what it has room for
          return written or assert.equal("EBUFFERFULL", code) and nil
        end)
      end
      sequence = sequence or assert(writer:write(data, 20))
      assert.equal(frame, sequence)
    end
    local theirs = result(reader)
    assert.is_nil(theirs.error)
    check_theirs(total // 10, theirs)
  end)
end

-- Each fourth frame of 16 KiB wraps. Every one waits for the other side to be given a processor.
for name, total in pairs { ["with zerobuffer-ipc"] = 2000, ["for long, with zerobuffer-ipc #long"] = 20000 } do
  describe(name, function()
    describe("1.1.7", function()
      interop("1.1.7", nil, total)
    end)

    describe("1.3.0", function()
      interop("1.3.0", "next", total)
    end)
  end)
end
