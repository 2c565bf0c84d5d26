-- luashot ring, publish and subscribe: as a user runs them.
local json = require "dkjson"
local painter = require "spec.support.painter"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local python = require "spec.support.python"
local ring = require "spec.support.ring"
local scripts = require "spec.support.scripts"
local testing = require "luashot.zerobuffer.testing"
local zb = require "luashot.zerobuffer"

local SCRIPTS = { "ring", "publish", "subscribe" }

describe("luashot ring", function()
  local rig, name, reader, writer

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)

  before_each(function()
    name = ring.name "tool"
    reader = assert(zb.reader(name, { payload_size = 10240 }))
    writer = assert(zb.writer(name))
  end)

  after_each(function()
    writer:close()
    reader:close()
  end)

  local function run(...)
    local result = rig:run("ring", ...)
    assert.equal("", result.err)
    assert.equal(0, result.code)
    return result.out
  end

  it("stat shows sizes, counters, use and who is attached", function()
    assert(writer:set_metadata "hello")
    for sequence = 1, 3 do
      assert(writer:write(testing.frame_data(1000, sequence)))
    end
    assert(reader:read(5)):release()
    assert.equal(([[
ring      %s, version 1.0.0
metadata  1024 bytes, 13 of them written
payload   10240 bytes, 8208 of them free: 19.8 %% in use, good
written   3 frames and markers, the next at 3048
read      1 frames and markers, the next at 1016
writer    process %d
reader    process %d
]]):format(name, ring.get(name, "writer_pid"), ring.get(name, "reader_pid")), run("stat", name))
  end)

  it("stat judges the use by the protocol's levels", function()
    for _, case in ipairs { { 8175, "good" }, { 8176, "degraded" }, { 9711, "degraded" }, { 9712, "critical" } } do
      assert(writer:write(testing.frame_data(case[1], 1), 5))
      assert.matches("in use, " .. case[2] .. "\n", run("stat", name))
      assert.equal(case[2], zb.stat(name).health)
      assert(reader:read(5)):release()
    end
  end)

  it("stat tells the dead from the living", function()
    writer:close()
    assert.matches("writer    none\n", run("stat", name))
    local child = process.spawn { "true" }
    child:wait()
    ring.set(name, "writer_pid", child.pid)
    assert.matches("writer    process " .. child.pid .. ", which is dead\n", run("stat", name))
  end)

  it("dump shows the metadata and what is unread", function()
    assert(writer:set_metadata "caps\n")
    assert(writer:write(testing.frame_data(6000, 1)))
    assert(writer:write(testing.frame_data(2000, 2)))
    assert(reader:read(5)):release()
    assert(writer:write(testing.frame_data(3000, 3), 5))
    assert.matches([[

metadata of 5 bytes
caps\x0a

at 6016       frame 2 of 2000 bytes: 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11
at 8032       wrap marker: 2208 bytes are skipped
at 0          frame 3 of 3000 bytes: 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12
]], run("dump", name), 1, true)
    for item in function() return reader:read(0) end do
      item:release()
    end
    assert.matches("all frames have been read\n$", run("dump", name))
  end)

  it("dump survives a damaged ring", function()
    assert(writer:write "x")
    ring.poke_payload(name, 0, string.pack("<i8", -1))
    assert.matches("at 0          no valid frame: its size is -1\n", run("dump", name), 1, true)
    ring.set(name, "metadata_written_bytes", 1 << 40)
    ring.poke(name, 128, string.pack("<I8", 1 << 50))
    assert.matches("more than its block holds", run("dump", name))
    for _, position in ipairs { 1 << 60, -1, 10239 } do
      ring.set(name, "payload_read_pos", position)
      ring.set(name, "payload_written_count", -2)
      assert.matches("all frames have been read", run("dump", name), 1, true)
      ring.set(name, "payload_written_count", 1 << 60)
      assert.matches("no valid frame", run("dump", name), 1, true)
    end
  end)

  it("watch shows a line every so often, until the ring is gone", function()
    local watcher = rig:spawn("ring", "watch", "--every", "100ms", name)
    assert.matches("^%d%d:%d%d:%d%d  in      0.0/s  out      0.0/s    0.0 %% in use, good      writer %d+  reader %d+$",
      watcher:read_line(20))
    for sequence = 1, 9 do
      assert(writer:write(testing.frame_data(1000, sequence)))
    end
    local seen = process.wait_until(function()
      return watcher.out:match "in +%d*[1-9]%d*%.%d/s  out      0.0/s   89.3 %% in use, degraded"
    end, 20)
    assert.is_truthy(seen, watcher.out)
    reader:close()
    assert.equal(0, (watcher:wait(20)), watcher.err)
    assert.matches("the ring is gone\n$", watcher.out)
  end)

  it("says what is wrong", function()
    local result = rig:run("ring", "stat", "no-such-ring")
    assert.same({ 1, "" }, { result.code, result.out })
    assert.matches("^ring: .*no%-such%-ring", result.err)
    for _, words in ipairs { {}, { "stat" }, { "frobnicate", name }, { "watch", "-e", "soon", name } } do
      result = rig:run("ring", table.unpack(words))
      assert.equal(2, result.code)
      assert.matches("^Usage: .*\n\nring: ", result.err)
    end
  end)
end)

describe("luashot publish and subscribe", function()
  local rig, name

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)
  before_each(function() name = ring.name "screen" end)
  after_each(function()
    rig:files(true)
    ring.sweep_all()
  end)

  it("move pictures of the screen from one process to another", function()
    local subscriber = rig:spawn("subscribe", "--size", "320x120", name, "{sequence}.png")
    local publisher = rig:run("publish", "--count", "3", "--fps", "20", name)
    assert.same({ 0, "published 3 frames\n", "" }, { publisher.code, publisher.out, publisher.err })
    assert.equal(0, (subscriber:wait(20)), subscriber.err)
    assert.equal("1.png\n2.png\n3.png\n", subscriber.out)
    for sequence = 1, 3 do
      rig:check(sequence .. ".png", 0, 0, 320, 120)
    end
    assert.same({}, ring.files(name))
  end)

  it("move a part of it, until the subscriber has enough", function()
    local subscriber = rig:spawn("subscribe", "--size", "120x120", "--count", "2", name)
    local publisher = rig:spawn("publish", "--what", "right", "--fps", "50", name)
    assert.equal(0, (subscriber:wait(20)), subscriber.err)
    assert.equal("frame 1: 57600 bytes, 120x120 bgrx\nframe 2: 57600 bytes, 120x120 bgrx\n", subscriber.out)
    assert.equal(0, (publisher:wait(20)), publisher.err)
    assert.matches("^published %d+ frames\n$", publisher.out)
  end)

  it("wait for a ring that has its name, and is not made yet", function()
    local reader <close> = assert(zb.reader(name, { payload_size = 320 * 120 * 4 * 2 }))
    ring.poke(name, 0, string.pack("<I4", 0)) -- the size of the block at its beginning
    local publisher = rig:spawn("publish", "--count", "1", name)
    process.sleep(0.5)
    ring.poke(name, 0, string.pack("<I4", 128))
    assert.same({ 0, "" }, { publisher:wait(20), publisher.err })
    local item <close> = assert(reader:read(0))
    assert.equal(320 * 120 * 4, #item)
  end)

  it("wait for room, and rest meanwhile, when they go as fast as they can beside a slow reader", function()
    local reader <close> = assert(zb.reader(name, { payload_size = 320 * 120 * 4 * 2 }))
    local publisher = rig:spawn("publish", "--fps", "0", "--count", "4", name)
    assert.is_true(process.wait_until(function() return zb.stat(name).written == 1 end, 20))
    process.sleep(0.2)
    local before = proc.cpu_time(publisher.pid)
    process.sleep(1)
    local used = proc.cpu_time(publisher.pid) - before
    assert.is_true(used < 0.2, ("%g s of processor time in a second"):format(used))
    for sequence = 1, 4 do
      local item <close> = assert(reader:read(10))
      assert.equal(sequence, item.sequence)
    end
    assert.same({ 0, "" }, { publisher:wait(20), publisher.err }) -- it tells of frames that it left out
    assert.equal("published 4 frames\n", publisher.out)
  end)

  it("say how many frames there was no room for", function()
    local reader <close> = assert(zb.reader(name, { payload_size = 320 * 120 * 4 + 64 }))
    local publisher = rig:spawn("publish", "--fps", "20", "--count", "2", name)
    local first = assert(reader:read "20s")
    process.sleep(1)
    first:release()
    assert(reader:read "20s"):release()
    assert.equal(0, (publisher:wait(20)))
    assert.matches("^publish: left out %d+ frames because the ring had no room\n$", publisher.err)
  end)

  it("say so when there are fewer frames than wanted", function()
    local subscriber = rig:spawn("subscribe", "--size", "320x120", "--count", "5", name)
    local publisher = rig:run("publish", "--count", "2", "--fps", "20", name)
    assert.equal(0, publisher.code, publisher.err)
    assert.equal(1, (subscriber:wait(20)))
    assert.equal("frame 1: 153600 bytes, 320x120 bgrx\nframe 2: 153600 bytes, 320x120 bgrx\n", subscriber.out)
    assert.equal("subscribe: the writer has left after 2 of 5 frames\n", subscriber.err)
  end)

  it("say what is wrong", function()
    local result = rig:run("publish", "--wait", "100ms", name)
    assert.equal(1, result.code)
    assert.equal(("publish: the ring %s has no reader: start the reader first, for example 'luashot subscribe %s'\n")
      :format(name, name), result.err)
    result = rig:run("subscribe", "--wait", "100ms", name)
    assert.equal(1, result.code)
    assert.matches("^subscribe: ", result.err)
    local reader <close> = assert(zb.reader(name, { payload_size = 4096 }))
    result = rig:run("publish", name)
    assert.equal(1, result.code)
    assert.matches("a frame of 320x120 needs a ring of 153616 bytes", result.err, 1, true)
    assert.matches("(luashot subscribe --size 320x120)", result.err, 1, true)
    assert.is_nil(reader:metadata())
    for _, words in ipairs {
      { "publish" }, { "publish", "--fps", "-1", name }, { "publish", "--count", "0", name },
      { "subscribe" }, { "subscribe", "--size", "big", name }, { "subscribe", "--depth", "0", name },
    } do
      result = rig:run(table.unpack(words))
      assert.equal(2, result.code, result.err)
    end
  end)

  it("end with one line when the file's format is not known", function()
    local subscriber = rig:spawn("subscribe", "--size", "320x120", name, "a.tga")
    rig:run("publish", "--count", "1", name)
    assert.equal(1, (subscriber:wait(20)))
    assert.matches("^subscribe: cannot tell the format of 'a%.tga' [^\n]*\n$", subscriber.err)
  end)

  it("show numpy the colors that are on the screen", function()
    local peer = assert(os.getenv "LUASHOT_SOURCE") .. "/spec/support/zerobuffer_peer.py"
    local consumer = process.spawn { python.with "zerobuffer", peer, "look", name, "--ring", "1048576" }
    assert(consumer:read_line(30) == "ready", consumer.err)
    local publisher = rig:run("publish", "--count", "1", "--fps", "30", name)
    assert.equal("", publisher.err)
    local seen = assert(json.decode(consumer:read_line(30) or ""), consumer.err)
    assert.equal("video/x-raw, format=(string)BGRx, width=(int)320, height=(int)120, framerate=(fraction)30/1",
      seen.caps)
    assert.equal("luashot", seen.type)
    local painted = painter.gradient_bytes(0, 0, 320, 120)
    assert.is_true(seen.rgb == painted:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
    consumer:stop()
  end)

  it("have a help that names every option", function()
    for _, script in ipairs(SCRIPTS) do
      local result = rig:run(script, "--help")
      assert.equal(0, result.code)
      assert.matches("^Usage: luashot " .. script, result.out)
      assert.matches("Exit status", result.out)
    end
  end)
end)
