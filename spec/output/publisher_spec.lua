-- Frames that the X server writes straight into a ring.
local files = require "spec.support.files"
local json = require "dkjson"
local need = require "spec.support.need"
local process = require "spec.support.process"
local proc = require "spec.support.proc"
local python = require "spec.support.python"
local ring = require "spec.support.ring"
local screen = require "spec.support.screen"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local luashot = require "luashot"

local SOURCE = assert(os.getenv "LUASHOT_SOURCE")
local whole = not os.getenv "LUASHOT_SANITIZED" and not os.getenv "LUASHOT_COLLECTOR" and
  not os.getenv "LUASHOT_SPEC_SERVER"
local MANY = whole and 300 or 40

describe("publish", function()
  local shown, display, reader, writer, name
  local width, height = 320, 280

  local function start(options, payload)
    options = options or { width = width, height = height }
    shown = screen.start(options)
    display = shown.display
    name = ring.name "publish"
    reader = assert(zb.reader(name, { payload_size = payload or 3 * (options.width * options.height * 4 + 64) }))
    writer = assert(zb.writer(name))
  end
  after_each(function()
    if writer then
      writer:close()
    end
    if reader then
      reader:close()
    end
    shown:stop()
    writer, reader = nil, nil
  end)

  local function fill(color)
    shown.paint("fill 0 0 %d %d %06x", shown.server.width, shown.server.height, color)
  end

  --- The next frame is all of that color: every pixel is looked at in some frames, a line of them in
  --- the others.
  local function check(sequence, color, bytes, some)
    local item <close> = assert(reader:read(5))
    assert.equal(sequence, item.sequence)
    assert.equal(bytes, item.size)
    if not some or sequence % 20 == 0 then
      assert.is_true(item:bytes() == string.pack("<I4", color):rep(bytes // 4))
      return
    end
    local view <close> = item:view { width = bytes // 4, height = 1, format = "bgrx" }
    for x = sequence % 1000, bytes // 4 - 1, 50021 do
      assert.same({ color >> 16, color >> 8 & 255, color & 255 }, { view:pixel(x, 0) })
    end
  end

  local function publish_many(count, options)
    start(options)
    local bytes = options.width * options.height * 4
    for i = 1, count do
      fill(i)
      assert.equal(i, (assert(display:publish(writer))))
      check(i, i, bytes, true)
    end
    local stats = display:stats()
    assert.same({ count, 0, 0, 0 }, { stats.published, stats.dropped, stats.held, stats.in_flight })
    local state = assert(zb.stat(name))
    assert.equal(state.payload_size, state.payload_free)
    assert.equal(state.written, state.read)
  end

  it("brings every frame to our reader", function()
    publish_many(MANY, { width = 1920, height = 1080 })
  end)

  it("touches no pixel: neither memory nor work grows with the frame", function()
    start { width = 1920, height = 1080 }
    local function publish(what)
      local before = os.clock()
      for _ = 1, 200 do
        assert(display:publish(writer, what))
        assert(reader:read(5)):release()
      end
      return os.clock() - before
    end
    publish "100x100+0+0"
    local private, shared = proc.rss_private(), proc.rss_shared()
    local small, large = publish "100x100+0+0", publish()
    if not os.getenv "LUASHOT_SANITIZED" then
      assert.is_true(proc.rss_private() - private < 1920 * 1080, "private memory has grown")
      assert.is_true(proc.rss_shared() - shared < 1920 * 1080 * 4, "frames were mapped in")
    end
    -- 207 times the pixels. One copy would be a millisecond more for each frame.
    assert.is_true(large < 4 * small + 0.1, ("%.3f s against %.3f s"):format(large, small))
  end)

  it("brings 20,000 frames to our reader #long", function()
    publish_many(20000, { width = 1920, height = 1080 })
  end)

  it("copies nothing, and makes no slot", function()
    start()
    for _ = 1, 5 do
      local _, reason = assert(display:publish(writer))
      assert.is_nil(reason)
      assert(reader:read(5)):release()
    end
    assert.equal(0, display:stats().slots)
  end)

  for _, path in ipairs(screen.SLOW_PATHS) do
    it("works by " .. path, function()
      start()
      local slots = path == "shm-sysv" and 1 or 0
      local other = shown:open { path = path }
      for i = 1, 20 do
        fill(i)
        local sequence, reason = assert(other:publish(writer))
        assert.equal(i, sequence)
        assert.equal(slots == 1, reason == "the path shm-sysv passes no descriptors")
        check(i, i, width * height * 4)
      end
      assert.equal(slots, other:stats().slots)
    end)
  end

  for _, depth in ipairs { 16, 30 } do
    it("converts at depth " .. depth, function()
      start { width = width, height = height, depth = depth }
      assert(display:publish(writer))
      local item <close> = assert(reader:read(5))
      local view <close> = item:view { width = width, height = height, format = "bgrx" }
      assert.is_true(view:bytes "rgb" == shown:expected(0, 0, width, height))
    end)
  end

  it("lends its name to files", function()
    start()
    assert(display:publish(writer))
    local item <close> = assert(reader:read(5))
    local view <close> = item:view { width = width, height = height, format = "bgrx" }
    assert.equal(name, view.source)
    local folder = files.folder()
    assert.equal(folder .. "/" .. name .. ".ppm", (view:save(folder .. "/{name}.ppm")))
    files.remove(folder)
  end)

  it("mixes with frames of other sizes", function()
    start()
    math.randomseed(7)
    for i = 1, 300 do
      local size = math.random(1, 40000)
      assert(writer:write(string.char(i % 256):rep(size), 0))
      fill(i)
      assert(display:publish(writer, "101x33+5+7"))
      local odd <close> = assert(reader:read(5))
      assert.is_true(odd:bytes() == string.char(i % 256):rep(size))
      odd:release()
      check(2 * i, i, 101 * 33 * 4)
    end
  end)

  it("draws the cursor in the ring", function()
    start()
    fill(0x123456)
    shown.paint "pointer 50 60"
    assert(display:publish(writer, "100x100+0+0", { cursor = true }))
    local item <close> = assert(reader:read(5))
    local frame <close> = assert(display:grab("100x100+0+0", { cursor = true }))
    assert.is_true(item:bytes() == frame:bytes())
    assert.is_false(item:bytes() == string.pack("<I4", 0x123456):rep(10000))
  end)

  it("drops or waits when the ring is full", function()
    start()
    for _ = 1, 3 do
      assert(display:publish(writer, nil, { full = "drop" }))
    end
    local none, _, code = display:publish(writer, nil, { full = "drop" })
    assert.same({ nil, "EBUFFERFULL" }, { none, code })
    none, _, code = display:publish(writer, nil, { full = "wait", timeout = 0.05 })
    assert.same({ nil, "EBUFFERFULL" }, { none, code })
    assert.equal(2, display:stats().dropped)
    assert.equal(0, display:stats().collections) -- there is nothing of ours to be found
    assert(reader:read(5)):release()
    assert.equal(4, (assert(display:publish(writer, nil, { full = "wait" }))))
  end)

  it("refuses a ring that one frame never fits", function()
    start(nil, 4096)
    local none, message, code = display:publish(writer)
    assert.same({ nil, "EFRAMETOOLARGE" }, { none, code })
    assert.truthy(message:find(tostring(width * height * 4), 1, true), message)
    assert.equal(1, (assert(display:publish(writer, "10x10+0+0"))))
  end)

  it("leaves the ring as it was when the target is not there", function()
    start()
    local before = zb.stat(name)
    local none, _, code = display:publish(writer, "10x10+1000+0")
    assert.same({ nil, "EGEOMETRY" }, { none, code })
    assert.equal(before.payload_free, zb.stat(name).payload_free)
    assert.equal(1, (assert(display:publish(writer))))
  end)

  it("does not give a reservation back that the server may still write", function()
    start()
    shown.server:suspend()
    local none, _, code = display:publish(writer, nil, { timeout = 0.1 })
    assert.same({ nil, "ETIMEDOUT" }, { none, code })
    assert.equal(1, display:stats().in_flight)
    none, _, code = writer:write("x", 0)
    assert.same({ nil, "EBUSY" }, { none, code })
    none, _, code = display:publish(writer, nil, { full = "drop" })
    assert.same({ nil, "EBUSY" }, { none, code })
    process.spawn { "sh", "-c", "sleep 0.2; kill -CONT " .. shown.server.pid }
    assert.equal(1, (assert(display:publish(writer)))) -- waits for that answer
    assert(reader:read(5)):release()
    fill(9)
    assert.equal(2, (assert(display:publish(writer))))
    check(2, 9, width * height * 4)
    assert.equal(0, display:stats().in_flight)
  end)

  it("tells when the reader is gone, and lets the server let go", function()
    start()
    assert(display:publish(writer))
    local function mapped()
      return proc.mappings(shown.server.pid, name) > 0
    end
    assert.is_true(mapped())
    reader:close()
    local none, _, code = display:publish(writer)
    assert.same({ nil, "EREADERDEAD" }, { none, code })
    assert(display:grab("1x1+0+0")):release() -- the server has carried out what was sent before
    assert.is_false(mapped())
  end)

  it("lets the server let go when the writer closes", function()
    start()
    assert(display:publish(writer))
    writer:close()
    assert(display:grab("1x1+0+0")):release()
    assert.equal(0, proc.mappings(shown.server.pid, name))
  end)

  it("does not commit pixels that a truncation has lost", function()
    start()
    assert(display:publish(writer))
    uv.fs_ftruncate(assert(uv.fs_open("/dev/shm/" .. name, "r+", 0)), 4096)
    local none, _, code = display:publish(writer)
    assert.same({ nil, "ECORRUPT" }, { none, code })
  end)

  it("closes its display while a frame is under way", function()
    start()
    shown.server:suspend()
    display:publish(writer, nil, { timeout = 0.05 })
    display:close()
    shown.server:resume()
    assert.has_error(function() display:publish(writer) end)
  end)

  for seconds, what in pairs { [0.3] = "waits for the server", [false] = "gives nothing back" } do
    it("closes its display while the server may still write, and " .. what, function()
      start()
      shown.server:suspend()
      assert.is_nil(display:publish(writer, nil, { timeout = 0.05 }))
      if seconds then
        process.spawn { "sh", "-c", ("sleep %g; kill -CONT %d"):format(seconds, shown.server.pid) }
      end
      display:close()
      local sequence, _, code = writer:write("x", 0)
      assert.same(seconds and { 1 } or { nil, "EBUSY" }, { sequence, code })
      shown.server:resume()
    end)
  end

  it("finds a slot for a copy, when frames were forgotten", function()
    start()
    local other = shown:open { path = "shm-sysv", slots = 2 }
    collectgarbage "stop"
    for _ = 1, 2 do
      assert(other:grab())
    end
    local sequence, reason = other:publish(writer, nil, { full = "drop" })
    collectgarbage "restart"
    assert.same({ 1, "the path shm-sysv passes no descriptors" }, { sequence, reason })
    local stats = other:stats()
    assert.same({ 1, 1, reason, 1 }, { stats.published, stats.copied, stats.copy_reason, stats.collections })
    local held <close> = assert(other:grab())
    local more <close> = assert(other:grab())
    local none, _, code = other:publish(writer, nil, { full = "drop" })
    assert.same({ nil, "EBUSY", 1 }, { none, code, other:stats().dropped })
    assert.is_true(held.width == more.width)
  end)

  it("streams on, and counts, while there is no room", function()
    start()
    fill(0x102030)
    shown.paint "pointer 50 60"
    local timer = uv.new_timer()
    timer:start(1, 1, function()
      if display:stats().dropped > 3 then
        timer:stop()
        assert(reader:read(5)):release()
      end
    end)
    luashot.set_waiter(function(_, seconds)
      uv.run "nowait"
      process.sleep(math.min(seconds, 0.01))
      return true
    end)
    local thread = coroutine.create(display.stream)
    local ok, published, message = coroutine.resume(thread, display, writer, { fps = 200, count = 4, cursor = true })
    luashot.set_waiter(nil)
    timer:close()
    assert.same({ true, 4 }, { ok, published, message })
    assert.is_true(display:stats().dropped > 3, display:stats().dropped)
    local item <close> = assert(reader:read(5))
    local frame <close> = assert(display:grab(nil, { cursor = true }))
    assert.is_true(item:bytes() == frame:bytes())
    assert.is_false(item:bytes() == string.pack("<I4", 0x102030):rep(width * height))
  end)

  it("streams as fast as there is room, and captures for nobody", function()
    start()
    fill(0x102030)
    local timer, waits = uv.new_timer(), 0
    timer:start(400, 400, function()
      local item <close> = reader:read(0) -- nil when the captures are slower
      assert.is_true(not item or item.size > 0)
    end)
    luashot.set_waiter(function(_, seconds)
      waits = waits + 1
      uv.run "nowait"
      process.sleep(math.min(seconds, 0.01))
      return true
    end)
    local thread = coroutine.create(display.stream)
    local ok, published, message = coroutine.resume(thread, display, writer, { count = 6 })
    luashot.set_waiter(nil)
    timer:close()
    assert.same({ true, 6 }, { ok, published, message })
    local stats = display:stats()
    assert.same({ 0, 6 }, { stats.dropped, stats.published })
    assert.is_true(waits < 1600, waits) -- every 2 ms, for 1.2 s, and what the captures take
  end)

  it("writes beyond what the server can reach by a copy", function()
    need(string.packsize "T" == 8, "a process of 32 bits has no ring of 4 GiB")
    local huge = 4 << 30
    start(nil, huge + (8 << 20))
    local place = assert(writer:reserve(huge, 5)) -- not touched, so that it takes no memory
    place:commit()
    assert(reader:read(5)):release()
    fill(0x123456)
    local sequence, reason = assert(display:publish(writer))
    assert.same({ 2, "the ring goes beyond what the display server can address" }, { sequence, reason })
    check(2, 0x123456, width * height * 4)
  end)

  it("streams at a pace until the reader goes", function()
    start()
    local began = uv.hrtime()
    local published, message, code = display:stream(writer, { fps = 200, count = 3 })
    local seconds = (uv.hrtime() - began) / 1e9
    assert.same({ 3 }, { published, message, code })
    local series = display:stats().series
    -- Two periods of 5 ms, which are shorter by up to one of them when the first capture alone was late.
    assert.is_true(series.fps >= 2 / seconds and series.fps < 401, series.fps .. " in " .. seconds .. " s")
    reader:close()
    published, message, code = display:stream(writer, { fps = 200 })
    assert.same({ 0, "EREADERDEAD" }, { published, code })
    assert.truthy(message:find(name, 1, true))
  end)

  local function publish_to_python(count)
    start { width = 1920, height = 1080 }
    reader:close()
    writer:close()
    local size = 1920 * 1080 * 4
    local child = process.spawn { python.with("zerobuffer", "next"), SOURCE .. "/spec/support/frame_peer.py", name,
      tostring(3 * (size + 64)), tostring(count) }
    assert(child:read_line(60) == "ready", child.err)
    writer = assert(zb.writer(name))
    for i = 1, count do
      fill(i)
      assert.equal(i, (assert(display:publish(writer, nil, { full = "wait", timeout = 30 }))))
    end
    assert.same({ count = count, wrong = {} }, json.decode(child:read_line(60) or child.err))
    child:stop()
    ring.sweep_all()
  end

  it("brings every frame to the Python reader", function()
    publish_to_python(MANY)
  end)

  it("brings 2,000 frames to the Python reader #long", function()
    publish_to_python(2000)
  end)

  it("survives a reader that is killed in the middle", function()
    start()
    reader:close()
    writer:close()
    local child = process.spawn { python.with("zerobuffer", "next"), SOURCE .. "/spec/support/frame_peer.py", name,
      tostring(3 * (width * height * 4 + 64)), "100", "5" }
    assert(child:read_line(60) == "ready", child.err)
    writer = assert(zb.writer(name))
    local code
    for i = 1, 20 do
      fill(i)
      local sequence, _, why = display:publish(writer, nil, { full = "wait", timeout = 5 })
      code = why
      if not sequence then
        break
      end
    end
    assert.equal("EREADERDEAD", code)
    child:stop()
    ring.sweep_all()
    assert(display:grab()):release()
  end)
end)
