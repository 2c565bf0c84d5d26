-- The slots: never more than the caps, never fewer than can be had, and nothing that piles up.
local luashot = require "luashot.core"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local screen = require "spec.support.screen"

describe("the pool", function()
  local shown
  setup(function() shown = screen.start({ width = 640, height = 480 }) end)
  teardown(function() shown:stop() end)

  describe("in a script that never releases", function()
    --- Runs in a state of its own: a spec's own garbage is nobody's business. A sanitizer makes it ten times slower;
    --- another server makes no difference to the pool.
    local function soak(grabs, path, prepare)
      grabs = (os.getenv "LUASHOT_SANITIZED" or os.getenv "LUASHOT_SPEC_SERVER") and grabs // 5 or grabs
      local child = process.spawn(process.lua("-e", ([[
        local luashot = require "luashot.core"
        local proc = require "spec.support.proc"
        local server, path, grabs = %d, %q, %d
        %s
        local display = assert(luashot.open{ path = path ~= "" and path or nil })
        local function measure()
          return proc.rss(), proc.fd_count(), proc.rss_private(server), proc.fd_count(server),
            proc.rss_shared(server)
        end
        local before
        local sizes = { "100x100+5+5", "33x17+1+1", "64x48+500+400" }
        for i = 1, grabs do
          local what
          if i %% 10 ~= 0 then
            what = sizes[i %% #sizes + 1]
          end
          local frame = assert(display:grab(what))
          if i == grabs // 10 then
            before = table.pack(measure())
          end
        end
        local after = table.pack(measure())
        local stats = display:stats()
        assert(stats.slots <= 8 and stats.peak <= 8, "above the cap")
        assert(stats.held + stats.idle == stats.slots)
        assert(stats.bytes <= 8 * 640 * 480 * 4 * 9 // 8)
        assert(stats.in_flight == 0)
        for i = 1, before.n do
          print(before[i], after[i])
        end
        print(stats.collections)
      ]]):format(shown.server.pid, path or "", grabs, prepare or "")), { env = shown.server:env() })
      child:wait(7000)
      assert.equal("", child.err)
      local numbers = {}
      for number in child.out:gmatch("%d+") do
        numbers[#numbers + 1] = tonumber(number)
      end
      local names = { "memory", "descriptors", "server's memory", "server's descriptors",
        "server's shared memory" }
      for i, name in ipairs(names) do
        local before, after = numbers[2 * i - 1], numbers[2 * i]
        local is_count = name:find("descriptors")
        -- Memory in KiB, with eight whole screens of slack; of descriptors not one. A sanitizer
        -- keeps what is freed, so that our own memory says nothing then.
        local slack = is_count and 0
          or i == 1 and os.getenv("LUASHOT_SANITIZED") and math.huge or 10240
        assert.is_true(after <= before + slack, ("%s: %d, then %d"):format(name, before, after))
      end
      return numbers[11]
    end

    local TABLES <const> =
      "live = {} for i = 1, 200000 do live[i] = { i } end collectgarbage() collectgarbage()"

    it("stays within the cap", function()
      assert.is_true(soak(10000) > 0)
    end)

    it("stays within the cap beside 200,000 live tables", function()
      assert.is_true(soak(2000, nil, TABLES) > 0)
    end)

    it("stays within the cap on every path", function()
      for _, path in ipairs(screen.SLOW_PATHS) do
        soak(2000, path)
      end
    end)

    it("stays within the cap with any collector", function()
      soak(2000, nil, "collectgarbage('generational')")
      soak(1000, nil, "collectgarbage('generational') " .. TABLES)
      soak(2000, nil, "collectgarbage('incremental', 1, 1000, 13)")
      soak(2000, nil, "collectgarbage('stop')")
    end)

    it("stays within the cap for 100,000 grabs #long", function()
      soak(100000)
    end)

    it("stays within the cap for 100,000 grabs beside 200,000 live tables #long", function()
      soak(100000, nil, TABLES)
    end)

    it("stays within the cap for 100,000 grabs, generational #long", function()
      soak(100000, nil, "collectgarbage('generational')")
    end)
  end)

  describe("in a script that releases", function()
    it("has one slot for each size", function()
      local display <close> = shown:open()
      for i = 1, 500 do
        local frame <close> = assert(display:grab(i % 5 == 0 and "20x20+1+1" or nil))
        assert.equal(i % 5 == 0 and 20 or 640, frame.width)
      end
      local stats = display:stats()
      assert.same({ 2, 2, 1, 0, 0 },
        { stats.slots, stats.growths, stats.peak, stats.held, stats.collections })
      assert.is_true(stats.bytes < 640 * 480 * 4 * 1.13 + 4096)
    end)

    it("never gives a small region a large slot", function()
      local display <close> = shown:open()
      display:grab():release()
      local before = display:stats().bytes
      local small <close> = assert(display:grab("100x100"))
      assert.is_true(display:stats().bytes - before <= 100 * 100 * 4 + 8192)
      assert.is_true(shown:shows(small))
    end)

    it("needs no collection when the previous frame is still referenced", function()
      local display <close> = shown:open()
      collectgarbage("stop")
      finally(function() collectgarbage("restart") end)
      local frame
      for i = 1, 200 do
        local previous = frame
        frame = assert(display:grab())
        if previous then
          assert.equal(640, previous.width)
          previous:release()
        end
        assert.equal(math.min(i, 2), display:stats().slots)
      end
      frame:release()
      local stats = display:stats()
      assert.same({ 2, 0, 2 }, { stats.growths, stats.collections, stats.peak })
    end)
  end)

  it("makes no collection below the caps, though nobody releases", function()
    local display <close> = shown:open({ slots = 100 })
    collectgarbage("stop")
    finally(function() collectgarbage("restart") end)
    for _ = 1, 100 do
      assert(display:grab("30x30"))
    end
    assert.same({ 0, 100 }, { display:stats().collections, display:stats().growths })
    assert.is_true(shown:shows(assert(display:grab("30x30"))))
    assert.equal(1, display:stats().collections)
    -- That one collection has found all that was forgotten.
    for _ = 1, 90 do
      assert(display:grab("30x30"))
    end
    assert.equal(1, display:stats().collections)
  end)

  describe("at a cap", function()
    it("of slots says so, and works again after one release", function()
      local display <close> = shown:open({ slots = 3 })
      local kept = {}
      for i = 1, 3 do
        kept[i] = assert(display:grab("10x10+20+20"))
      end
      for _ = 1, 2 do
        local none, message, code = display:grab("10x10+20+20")
        assert.is_nil(none)
        assert.equal("EBUSY", code)
        assert.equal("all 3 slots are held (slots = 3): release a frame, or open the display with "
          .. "more slots", message)
      end
      assert.same({ 3, 3, 3 }, { display:stats().held, display:stats().slots, display:stats().peak })
      kept[2]:release()
      kept[2] = assert(display:grab("10x10+30+30"))
      assert.is_true(shown:shows(kept[1]) and shown:shows(kept[2]) and shown:shows(kept[3]))
      assert.is_nil((display:grab()))
      kept[1]:release()
      -- Another size takes the place of the idle one.
      kept[1] = assert(display:grab())
      assert.is_true(shown:shows(kept[1]))
      assert.equal(3, display:stats().slots)
      for _, frame in ipairs(kept) do
        frame:release()
      end
      assert.same({ 0, 3 }, { display:stats().held, display:stats().idle })
    end)

    it("of bytes says so, and works again after one release", function()
      local frame_bytes <const> = 640 * 480 * 4
      local display <close> = shown:open({ bytes = 2 * frame_bytes })
      local first = assert(display:grab())
      assert.is_true(display:stats().bytes >= frame_bytes)
      local small = assert(display:grab("10x10"))
      local none, message, code = display:grab()
      assert.is_nil(none)
      assert.equal("EBUSY", code)
      assert.matches("^all 2 slots are held, and one more of %d+ bytes would pass bytes = 2457600: "
        .. "release a frame, or open the display with more bytes$", message)
      assert.equal(2, display:stats().peak)
      small:release()
      first:release()
      local second = assert(display:grab())
      assert.is_true(shown:shows(second))
      assert.is_true(display:stats().bytes <= 2 * frame_bytes)
      second:release()
    end)

    it("that no frame fits is told at once", function()
      local display <close> = shown:open({ bytes = 640 * 480 * 4 - 1 })
      local none, message, code = display:grab()
      assert.is_nil(none)
      assert.equal("ENOMEM", code)
      assert.matches("a frame of 1228800 bytes never fits a pool of bytes = 1228799", message, 1, true)
      local small <close> = assert(display:grab("10x10"))
      assert.is_true(shown:shows(small))
    end)

    it("that one frame just fits is of use", function()
      local display <close> = shown:open({ bytes = 640 * 480 * 4, slots = 1 })
      for _ = 1, 3 do
        local frame <close> = assert(display:grab())
        assert.is_true(shown:shows(frame))
        assert.equal("EBUSY", (select(3, display:grab("10x10"))))
      end
      assert.equal(640 * 480 * 4, display:stats().bytes)
    end)

    it("holds for views too", function()
      local display <close> = shown:open({ slots = 1 })
      local frame = assert(display:grab("10x10"))
      local crop = frame:crop(1, 1, 2, 2)
      frame:release()
      assert.equal("EBUSY", (select(3, display:grab("10x10"))))
      crop:release()
      local again <close> = assert(display:grab("10x10"))
      assert.is_true(shown:shows(again))
    end)
  end)

  it("gives idle slots back when asked", function()
    collectgarbage()
    local own = screen.start({ width = 640, height = 480 }) -- no other display's slots are attached there
    finally(function() own:stop() end)
    local display <close> = own:open()
    assert(display:size()) -- the server has let go of what was attached to try it
    local attached = proc.mappings(own.server.pid, "memfd:luashot")
    local mappings = proc.mappings(nil, "memfd:luashot")
    local held <close> = assert(display:grab("50x50"))
    display:grab():release()
    display:grab("99x99"):release()
    local before = display:stats().bytes
    local freed = display:trim()
    assert.same({ 1, 1, 0 }, { display:stats().slots, display:stats().held, display:stats().idle })
    assert.equal(before - freed, display:stats().bytes)
    assert.is_true(freed >= 640 * 480 * 4 + 99 * 99 * 4)
    assert.equal(mappings + 1, proc.mappings(nil, "memfd:luashot"))
    assert.equal(0, display:trim())
    process.wait_until(function()
      return proc.mappings(own.server.pid, "memfd:luashot") == attached + 1
    end, 20)
    assert.equal(attached + 1, proc.mappings(own.server.pid, "memfd:luashot"))
    assert.is_true(own:shows(held))
  end)

  it("keeps no descriptor open for its slots", function()
    local display <close> = shown:open()
    local before = proc.fd_count()
    local kept = {}
    for i = 1, 8 do
      kept[i] = assert(display:grab("10x10"))
    end
    assert.equal(before, proc.fd_count())
    for _, frame in ipairs(kept) do
      frame:release()
    end
  end)

  describe("whose growth fails", function()
    -- A process that may map no more: a limit of the kernel's, not a mock.
    it("says why, stays on its path, and works again", function()
      if os.getenv("LUASHOT_SANITIZED") then
        return -- a sanitizer maps terabytes: no limit leaves room for it
      end
      local code = [[
        local luashot = require "luashot.core"
        local display = assert(luashot.open{ slots = 100 })
        local kept, frame, message, symbol = {}
        repeat
          frame, message, symbol = display:grab()
          kept[#kept + 1] = frame
        until not frame
        print(symbol, message)
        local stats = display:stats()
        print(stats.path, stats.reason, stats.held == #kept, stats.slots == #kept, stats.collections)
        kept[1]:release()
        print(display:grab() ~= nil, #kept > 3)
      ]]
      local result = process.run({ "prlimit", "--as=" .. (60 << 20), table.unpack(
        process.lua("-e", code)) }, { env = shown.server:env() })
      assert.equal("", result.err)
      assert.equal("ENOMEM\tcannot map 1310720 bytes of shared memory: Cannot allocate memory\n"
        .. screen.PATH .. "\tnil\ttrue\ttrue\t1\ntrue\ttrue\n", result.out)
    end)

    it("for want of a descriptor says so too", function()
      local code = [[
        local luashot = require "luashot.core"
        local display = assert(luashot.open())
        local held = display:grab("10x10")
        local files = {}
        repeat
          local file = io.open("/dev/null")
          files[#files + 1] = file
        until not file
        print(select(2, display:grab()))
        print(held:pixel(1, 1))
        held:release()
        print(display:grab("10x10"):pixel(0, 0))
        files[1]:close()
        files[2]:close() -- libwayland sends a copy
        print(display:grab():pixel(0, 0))
        print(display:stats().path)
      ]]
      local result = process.run({ "prlimit", "--nofile=64", table.unpack(
        process.lua("-e", code)) }, { env = shown.server:env() })
      assert.equal("", result.err)
      assert.equal("cannot create a shared-memory file: Too many open files\tEMFILE\n"
        .. "1\t1\t8\n0\t0\t0\n0\t0\t0\n" .. screen.PATH .. "\n", result.out)
    end)

    it("because the server has no descriptor left", function()
      local other = screen.start({ width = 64, height = 64 })
      finally(function() other:stop() end)
      local display = other.display
      local held = assert(display:grab("10x10"))
      local taken, lowest = proc.fds(other.server.pid), 0
      while taken[lowest] do
        lowest = lowest + 1
      end
      process.run({ "prlimit", "--pid", tostring(other.server.pid), "--nofile=" .. lowest .. ":1024" })
      local none, message, code = display:grab()
      assert.is_nil(none)
      assert.is_string(code)
      assert.is_string(message)
      process.run({ "prlimit", "--pid", tostring(other.server.pid), "--nofile=1024" })
      assert.is_true(other:shows(held))
      if code ~= "ELOST" then
        assert.same({ 1, 1 }, { display:stats().held, display:stats().slots })
        local frame <close> = assert(display:grab())
        assert.is_true(other:shows(frame))
      end
    end)
  end)

  it("is the display's own", function()
    local one <close> = shown:open({ slots = 1 })
    local two <close> = assert(luashot.open({ display = shown.server.display, slots = 1 }))
    local a <close> = assert(one:grab("5x5"))
    local b <close> = assert(two:grab("5x5"))
    assert.is_true(a.sequence == 1 and b.sequence == 1)
  end)
end)
