-- Series of captures, and many captures at once.
local luashot = require "luashot.core"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local uv = require "luv"
local xserver = require "spec.support.xserver"

local SECOND <const> = 1000000000

describe("a series", function()
  local shown, display
  before_each(function()
    shown = screen.start({ width = 160, height = 120 })
    display = shown.display
  end)
  after_each(function()
    luashot.set_waiter(nil)
    shown:stop()
  end)

  --- Nothing is held any more, once what was under way has come in.
  local function settled()
    return process.wait_until(function()
      assert(display:poll())
      return display:stats().held == 0 and display:stats().in_flight == 0
    end, 10)
  end

  --- Take frames of a series; returns the first and the last time.
  local function take(count, options, body)
    local times = {}
    for frame in display:frames(options) do
      times[#times + 1] = frame.time
      if body then
        body(frame, #times)
      end
      if #times == count then
        break
      end
    end
    return times[1], times[#times]
  end

  it("gives frames of what was asked for", function()
    local count = 0
    for frame in display:frames({ "50x40+30+20", fps = 100 }) do
      assert.equal("50x40+30+20", screen.place(frame))
      assert.is_true(shown:shows(frame))
      count = count + 1
      if count == 5 then
        break
      end
    end
    take(1, nil, function(frame) assert.equal("160x120+0+0", screen.place(frame)) end)
    take(1, { "50x40+150+100", clip = true }, function(frame)
      assert.equal("10x20+150+100", screen.place(frame))
    end)
  end)

  it("shows what is drawn meanwhile", function()
    local i, painted = 0, 0
    shown.paint("fill 0 0 160 120 %06x", i)
    for frame in display:frames({ fps = 100 }) do
      -- The frame after a body that outlasts its period was sent for before that; the server may still draw first.
      local red, green, blue = frame:pixel(80, 60)
      assert.same({ 0, 0, frame.time < painted and blue == i - 1 and blue or i }, { red, green, blue })
      i = i + 1
      if i == 20 then
        break
      end
      shown.paint("fill 0 0 160 120 %06x", i)
      painted = uv.hrtime()
    end
    assert.equal(20, i)
  end)

  it("keeps to a grid that does not drift", function()
    local period <const> = SECOND // 100
    local before = uv.hrtime()
    local iterator, series, _, closing = display:frames({ fps = 100 })
    local after = uv.hrtime()
    local _ <close> = closing
    local last
    for i = 1, 100 do
      last = iterator(series).time
      if i % 10 == 0 then
        process.sleep(0.004) -- a body that takes its time, but not a whole period
      end
    end
    local stats = display:stats().series
    assert.equal(100, stats.count)
    -- All that were due are accounted for: the last one was sent in its own period, not later.
    assert.is_true(last < after + (stats.count + stats.skipped) * period)
    assert.is_true(last > before + (stats.count + stats.skipped - 6) * period)
    assert.is_true(last - before > 98 * period)
    assert.is_true(stats.fps > 5 and stats.fps < 102, tostring(stats.fps))
    assert.is_true(stats.lateness >= 0 and stats.lateness < 5)
  end)

  it("skips and counts what a slow body lets pass", function()
    local first, last = take(10, { fps = 200 }, function() process.sleep(0.03) end)
    local stats = display:stats().series
    -- One more may have been sent for already.
    assert.is_true(stats.count == 10 or stats.count == 11, tostring(stats.count))
    -- Nine bodies of six periods.
    assert.is_true(stats.skipped >= 30, tostring(stats.skipped))
    assert.is_true(last - first > 0.2 * SECOND)
    assert.is_true(stats.fps < 50, tostring(stats.fps))
  end)

  it("counts anew each time", function()
    take(5, { fps = 500 }, function() process.sleep(0.01) end)
    assert.is_true(display:stats().series.skipped > 0)
    take(2, { fps = 2 })
    local stats = display:stats().series
    assert.equal(2, stats.count)
    assert.is_true(stats.fps > 0.1 and stats.fps < 2.1, tostring(stats.fps))
  end)

  it("captures the next while the body works, when that is due", function()
    local handed_out
    take(5, { fps = 0 }, function(frame)
      if handed_out then
        assert.is_true(frame.time < handed_out)
      end
      process.sleep(0.02)
      handed_out = uv.hrtime()
    end)
    assert.is_true(settled())
    -- And not, when it is not.
    handed_out = nil
    take(3, { fps = 10 }, function(frame)
      assert.is_true(not handed_out or frame.time > handed_out)
      handed_out = uv.hrtime()
    end)
    assert.equal(0, display:stats().in_flight)
  end)

  it("captures the next while a body works that outlasts its period", function()
    local handed_out
    local early = 0
    take(6, { fps = 50 }, function(frame, i)
      if i > 2 and frame.time < handed_out then -- the first body shows how long they take
        early = early + 1
      end
      process.sleep(0.05)
      handed_out = uv.hrtime()
    end)
    assert.equal(4, early)
    assert.is_true(display:stats().series.skipped >= 5)
  end)

  it("goes as fast as it can without a pace", function()
    local first, last = take(200)
    assert.is_true(last > first and last - first < 20 * SECOND)
    assert.same({ 0, 0 }, { display:stats().series.skipped, display:stats().series.lateness })
  end)

  describe("releases its frame", function()
    it("at the next step", function()
      local before
      take(20, {}, function(frame)
        assert.is_true(display:stats().held <= 2) -- this one, and the next that is under way
        assert.is_true(not before or not pcall(before.bytes, before))
        before = frame
      end)
      assert.is_true(settled())
    end)

    it("at break", function()
      local last
      take(3, {}, function(frame) last = frame end)
      assert.has_error(function() return last.width end)
      display:grab():release()
      assert.is_true(settled())
    end)

    it("at an error", function()
      for _, options in ipairs({ {}, { fps = 50 } }) do
        local last
        assert.error_matches(function()
          take(9, options, function(frame, i)
            last = frame
            if i == 3 then
              error("on purpose")
            end
          end)
        end, "on purpose")
        assert.has_error(function() return last.width end)
        display:grab():release()
        assert.is_true(settled())
      end
    end)

    it("when it is forgotten", function()
      do
        local iterator, series = display:frames()
        assert.is_true(shown:shows(iterator(series)))
      end
      collectgarbage()
      collectgarbage()
      display:grab():release()
      assert.is_true(settled())
    end)

    it("unless it is kept", function()
      local kept = {}
      take(8, { "20x20+5+6", fps = 100 }, function(frame, i)
        if i % 2 == 0 then
          assert.equal(frame, frame:keep())
          kept[#kept + 1] = frame
        end
      end)
      assert.equal(4, #kept)
      assert.equal(4, display:stats().held)
      for i, frame in ipairs(kept) do
        assert.is_true(shown:shows(frame))
        frame:release()
        assert.equal(4 - i, display:stats().held)
      end
    end)

    it("though the body has done so already", function()
      take(5, {}, function(frame) frame:release() end)
      assert.is_true(settled())
    end)
  end)

  describe("raises", function()
    local function raises(pattern, options, body)
      assert.error_matches(function() take(20, options, body) end, pattern)
      assert.is_true(settled())
    end

    it("what a capture fails with", function()
      raises("region 150,100 50x40 leaves the 160x120 screen; clip = true takes the part inside", { "50x40+150+100" })
      raises("no such thing", { "no such thing" })
    end)

    it("that too many are kept", function()
      local kept = {}
      assert.error_matches(function()
        take(20, {}, function(frame) kept[#kept + 1] = frame:keep() end)
      end, "all 8 slots are held")
      assert.equal(8, #kept)
      for _, frame in ipairs(kept) do
        frame:release()
      end
      assert.is_true(settled())
      take(3, {}, function(frame) assert.is_true(shown:shows(frame)) end)
    end)

    it("that the display is closed while its arguments are read", function()
      local options = setmetatable({}, { __index = function() display:close() end })
      local step, series = display:frames(options)
      assert.error_matches(function() step(series) end, "the display is closed")
    end)

    it("that the display is closed", function()
      assert.error_matches(function()
        take(3, { fps = 50 }, function() display:close() end)
      end, "the display is closed")
    end)

    it("that the server is slow, or gone", function()
      raises("no pixels from " .. screen.SERVER .. " within 0.1 s", { fps = 50, timeout = 0.1 }, function(_, i)
        if i == 2 then
          shown.server:suspend()
          uv.new_timer():start(300, 0, function() shown.server:resume() end)
        end
      end)
      assert.error_matches(function()
        take(9, {}, function() shown.server:kill() end)
      end, "the connection to " .. screen.SERVER .. " is lost")
      assert.equal(0, display:stats().held)
    end)

    it("what makes no sense, at once", function()
      for pattern, options in pairs({
        ["unknown option 'speed'"] = { speed = 1 },
        ["fps"] = { fps = -1 },
        ["'fps'"] = { fps = 10001 },
        ["fps'?:?.*number"] = { fps = "fast" },
        ["clip"] = { clip = 1 },
        ["cursor"] = { cursor = "yes" },
        ["timeout"] = { timeout = {} },
        ["width"] = { {} },
        ["table expected, got number"] = 5,
      }) do
        assert.error_matches(function() display:frames(options) end, pattern)
      end
      assert.has_error(function() display:frames({ fps = 0 / 0 }) end)
      assert.has_error(function() display:frames({ true }) end)
    end)
  end)

  describe("in coroutines", function()
    --- Run them side by side, each waiting without blocking the others.
    local function run(...)
      luashot.set_waiter(function(fd, seconds) return coroutine.yield(fd, seconds) end)
      local waiting, steps = {}, 0
      for _, body in ipairs({ ... }) do
        waiting[#waiting + 1] = { thread = coroutine.create(body), due = 0 }
      end
      while #waiting > 0 do
        for i = #waiting, 1, -1 do
          local one = waiting[i]
          local is_over = uv.hrtime() >= one.due
          if one.fd ~= -1 or is_over then
            steps = steps + 1
            local ok, fd, seconds = coroutine.resume(one.thread, not is_over)
            assert(ok, fd)
            one.fd, one.due = fd, uv.hrtime() + (seconds or 0) * SECOND
            if coroutine.status(one.thread) == "dead" then
              table.remove(waiting, i)
            end
          end
        end
        process.sleep(0.001)
      end
      return steps
    end

    it("waits without blocking", function()
      local frames = 0
      local steps = run(function()
        take(10, { fps = 50 }, function(frame)
          assert.equal(160, frame.width)
          frames = frames + 1
        end)
      end)
      assert.equal(10, frames)
      assert.is_true(steps > 1)
      assert.is_true(settled())
    end)

    it("has a pace of its own beside another", function()
      local count = { 0, 0 }
      local slow_first, slow_last
      run(function()
        take(40, { "10x10+0+0", fps = 100 }, function(frame)
          assert.equal("10x10+0+0", screen.place(frame))
          count[1] = count[1] + 1
        end)
      end, function()
        slow_first, slow_last = take(4, { "30x30+9+9", fps = 10 }, function(frame)
          assert.equal("30x30+9+9", screen.place(frame))
          count[2] = count[2] + 1
        end)
      end)
      assert.same({ 40, 4 }, count)
      assert.is_true(slow_last - slow_first > 0.25 * SECOND, "the slow one went at the fast one's pace")
      assert.is_true(settled())
    end)

    it("lets go of its frame when its coroutine is closed", function()
      luashot.set_waiter(function(fd, seconds) return coroutine.yield(fd, seconds) end)
      local seen = 0
      local thread = coroutine.create(function()
        take(1000, { fps = 5 }, function() seen = seen + 1 end)
      end)
      while seen == 0 do
        assert(coroutine.resume(thread, true))
        process.sleep(0.001)
      end
      assert.equal("suspended", coroutine.status(thread))
      assert.is_true(coroutine.close(thread))
      luashot.set_waiter(nil)
      assert.is_true(settled())
    end)
  end)
end)

describe("many captures", function()
  local shown, display
  before_each(function()
    shown = screen.start({ width = 160, height = 120 })
    display = shown.display
  end)
  after_each(function() shown:stop() end)

  local function held()
    local stats = display:stats()
    return { stats.slots, stats.held, stats.in_flight }
  end

  it("share one slot, in order", function()
    local what = { "10x20+30+40", "1x1+159+119", { x = 5, y = 6, width = 7, height = 8 }, "10x20+30+40", "160x120" }
    local frames = assert(display:grab_many(what))
    assert.equal(5, #frames)
    local places = {}
    for i, frame in ipairs(frames) do
      places[i] = screen.place(frame)
      assert.is_true(shown:shows(frame), places[i])
    end
    assert.same({ "10x20+30+40", "1x1+159+119", "7x8+5+6", "10x20+30+40", "160x120+0+0" }, places)
    assert.same({ 1, 1, 0 }, held())
  end)

  it("hold it until the last is released", function()
    local frames = assert(display:grab_many({ "9x9+1+1", "8x8+2+2", "7x7+3+3", "6x6+4+4" }))
    for _, i in ipairs({ 2, 4, 1, 3 }) do
      assert.same({ 1, 1, 0 }, held())
      assert.is_true(shown:shows(frames[i]))
      frames[i]:release()
    end
    assert.same({ 1, 0, 0 }, held())
  end)

  it("by the collector, too", function()
    assert(display:grab_many({ "9x9+1+1", "8x8+2+2" }))
    collectgarbage()
    collectgarbage()
    assert.same({ 1, 0, 0 }, held())
  end)

  local ways = { { damage = true } }
  for i, path in ipairs(screen.SLOW_PATHS) do
    ways[i + 1] = { path = path }
  end
  for _, options in ipairs(ways) do
    it("are the same with " .. (options.path or "damage"), function()
      local other = shown:open(options)
      local what = {}
      for i = 1, 60 do
        what[i] = { x = i, y = i, width = 1 + i % 7, height = 1 + i % 5 }
      end
      for _ = 1, 3 do
        for i, frame in ipairs(assert(other:grab_many(what))) do
          assert.equal(i, frame.x)
          assert.is_true(shown:shows(frame))
          frame:release()
        end
      end
      assert.is_true(other:stats().held == 0)
    end)
  end

  it("have numbers of their own and one time", function()
    local frames = assert(display:grab_many({ "9x9+1+1", "8x8+2+2", "7x7+3+3" }))
    assert.equal(frames[1].time, frames[3].time)
    assert.is_true(frames[1].sequence < frames[2].sequence and frames[2].sequence < frames[3].sequence)
  end)

  it("of nothing are none", function()
    assert.same({}, display:grab_many({}))
    assert.same({ 0, 0, 0 }, held())
  end)

  it("may be 4096", function()
    local what = {}
    for i = 1, 4096 do
      what[i] = { x = i % 160, y = i % 120, width = 1, height = 1 }
    end
    local frames = assert(display:grab_many(what))
    assert.equal(4096, #frames)
    for i = 1, 4096, 97 do
      assert.is_true(shown:shows(frames[i]))
    end
    assert.same({ 1, 1, 0 }, held())
    what[4097] = what[1]
    assert.error_matches(function() display:grab_many(what) end, "too many regions, 4096 at most")
  end)

  it("fail together", function()
    local none, message, code = display:grab_many({ "9x9+1+1", "20x20+150+3", "8x8+2+2" })
    local why = "region 150,3 20x20 leaves the 160x120 screen; clip = true takes the part inside"
    assert.same({ nil, why, "EGEOMETRY" }, { none, message, code })
    assert.equal(0, display:stats().held)
    none, message, code = display:grab_many({ "9x9+1+1", "no such monitor" })
    assert.same({ nil, "ENOMONITOR" }, { none, code })
    assert.matches("no such monitor", message, 1, true)
    assert.equal(0, display:stats().held)
    local frames = assert(display:grab_many({ "20x20+150+3" }, { clip = true }))
    assert.equal("10x20+150+3", screen.place(frames[1]))
  end)

  it("fail where they need more memory than there may be", function()
    local other = shown:open({ bytes = 100000 })
    local none, _, code = other:grab_many({ "160x120", "160x120" })
    assert.is_nil(none)
    assert.equal("ENOMEM", code)
    assert(other:grab_many({ "160x120", "10x10" }))
  end)

  it("fail where the server cannot reach so far", function()
    local server = xserver.start({ width = 1024, height = 1024 })
    local other = assert(luashot.open({ display = server.display, bytes = 1 << 40 }))
    local what = {}
    for i = 1, 1025 do
      what[i] = "1024x1024"
    end
    local none, message, code = other:grab_many(what)
    other:close()
    server:stop()
    assert.same({ nil, "regions of 4299161600 bytes in one request: 4 GiB at most", "ENOMEM" }, { none, message, code })
  end)

  it("raise what makes no sense", function()
    for _, what in ipairs({ false, 5, "9x9+1+1", { 5 }, { "9x9+1+1", {} }, { { width = 0, height = 1 } } }) do
      assert.has_error(function() display:grab_many(what) end)
    end
    assert.has_error(function() display:grab_many() end)
    assert.error_matches(function() display:grab_many({ "9x9" }, { speed = 1 }) end, "unknown option 'speed'")
    assert.same({ 0, 0, 0 }, held())
  end)
end)
