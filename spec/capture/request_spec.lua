-- One capture from request to frame: stamps, changes on the way, patience, and a server that fails.
local painter = require "spec.support.painter"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local uv = require "luv"

describe("a request", function()
  local shown, display
  before_each(function()
    shown = screen.start({ width = 320, height = 280 })
    display = shown.display
  end)
  after_each(function() shown:stop() end)

  --- The other process does something to the server while the spec is blocked in a grab.
  local function meanwhile(command)
    return process.spawn({ "sh", "-c", "sleep 0.3; " .. command })
  end

  local function timed_out(what, timeout)
    local start = uv.hrtime()
    local frame, message, code = display:grab(what, { timeout = timeout })
    local taken = (uv.hrtime() - start) / 1e9
    assert.is_nil(frame)
    assert.same({
      ("no pixels from %s within %g s (is it stopped, or grabbed by another client?)")
        :format(screen.SERVER, timeout), "ETIMEDOUT",
    }, { message, code })
    -- Not before its time, and not for ever.
    assert.is_true(taken >= timeout - 0.01 and taken < timeout + 10, tostring(taken))
  end

  local function lost(...)
    local frame, message, code = ...
    assert.is_nil(frame)
    assert.equal("ELOST", code)
    assert.matches("^the connection to " .. screen.SERVER .. " is lost", message)
  end

  describe("stamps its frame", function()
    it("with the time it was sent, and a number", function()
      local last_time, last_wall, last_sequence = 0, 0, 0
      for i = 1, 50 do
        local before, wall = uv.hrtime(), os.time()
        local frame <close> = assert(display:grab(i % 2 == 0 and "10x10+1+1" or nil))
        local after = uv.hrtime()
        assert.is_true(before <= frame.time and frame.time <= after)
        assert.is_true(frame.time > last_time and frame.wall >= last_wall)
        assert.is_true(math.abs(frame.wall - wall * 10^9) < 60e9)
        assert.is_true(frame.sequence > last_sequence)
        last_time, last_wall, last_sequence = frame.time, frame.wall, frame.sequence
      end
      assert.equal(50, last_sequence)
    end)

    it("of pixels that are not older than it", function()
      for i = 1, 50 do
        shown.paint("fill 0 0 4 4 %06x", i)
        local frame <close> = assert(display:grab("4x4+0+0"))
        assert.same({ 0, 0, i }, { frame:pixel(3, 3) })
      end
    end)
  end)

  describe("meets a screen that", function()
    local function check(size)
      local frame <close> = assert(display:grab())
      assert.equal(size, screen.place(frame))
      return frame:bytes("rgb")
    end

    it("shrinks and grows between grabs", function()
      shown.server:resize(300, 200)
      check("300x200+0+0")
      shown.server:resize(320, 280)
      check("320x280+0+0")
      shown.paint("gradient")
      local whole <close> = assert(display:grab())
      assert.is_true(shown:shows(whole))
    end)

    it("shrank below a region", function()
      shown.server:resize(300, 200)
      local frame, message, code = display:grab("20x20+290+100")
      assert.is_nil(frame)
      local why = "region 290,100 20x20 leaves the 300x200 screen; clip = true takes the part inside"
      assert.same({ why, "EGEOMETRY" }, { message, code })
      local clipped <close> = assert(display:grab("20x20+290+100", { clip = true }))
      assert.equal("10x20+290+100", screen.place(clipped))
      shown.server:resize(320, 280)
      local region <close> = assert(display:grab("20x20+290+100"))
      assert.equal("20x20+290+100", screen.place(region))
    end)

    it("grows while the request waits", function()
      shown.server:resize(300, 200)
      check("300x200+0+0")
      shown.paint("grab")
      shown.paint:begin("sleep 300", "screen 320 280", "gradient", "ungrab")
      local frame <close> = assert(display:grab())
      assert.equal("320x280+0+0", screen.place(frame))
      assert.is_true(shown:shows(frame))
      shown.paint:finish()
    end)

    it("shrinks while the request waits", function()
      shown.server:resize(300, 200)
      shown.paint("screen 320 280")
      check("320x280+0+0")
      shown.paint("grab")
      shown.paint:begin("sleep 300", "screen 300 200", "ungrab")
      local frame <close> = assert(display:grab())
      assert.equal("300x200+0+0", screen.place(frame))
      shown.paint:finish()
      shown.paint("screen 320 280")
      check("320x280+0+0")
      shown.paint("grab")
      shown.paint:begin("sleep 300", "screen 300 200", "ungrab")
      local none, message, code = display:grab("20x20+300+0")
      assert.is_nil(none)
      assert.same({ "region 300,0 20x20 lies outside the 300x200 screen", "EGEOMETRY" }, { message, code })
      shown.paint:finish()
    end)

    it("changes with nothing to do with the region", function()
      shown.server:resize(300, 200)
      check("300x200+0+0")
      shown.paint("grab")
      shown.paint:begin("sleep 300", "screen 320 280", "ungrab")
      local frame <close> = assert(display:grab("50x50+10+10"))
      assert.equal("50x50+10+10", screen.place(frame))
      shown.paint:finish()
    end)

    -- The server stops after it has told of the change, so that the question about the new layout
    -- stays unanswered; its answer comes while nobody waits.
    it("changes while the server does not answer", function()
      for _, size in ipairs({ "300x200", "320x280" }) do
        local width, height = size:match("(%d+)x(%d+)")
        shown.server:resize(tonumber(width), tonumber(height))
        shown.server:suspend()
        timed_out(nil, 0.05)
        timed_out(nil, 0.05)
        timed_out("5x5", 0.05)
        shown.server:resume()
        process.sleep(0.2)
        local start = uv.hrtime()
        check(size .. "+0+0")
        assert.is_true(uv.hrtime() - start < 2e9)
        assert.equal(0, display:stats().in_flight)
      end
    end)

    it("changes all the time", function()
      shown.server:resize(300, 200)
      local child = process.spawn({ "sh", "-c", ([[
        for i in 1 2 3 4 5 6 7 8; do
          xrandr -d %s --output screen --mode luashot-300x200
          xrandr -d %s --output screen --mode 320x280
        done]]):format(shown.server.display, shown.server.display) })
      local seen = {}
      repeat
        local frame <close>, message = display:grab()
        if frame then
          seen[screen.place(frame)] = true
          assert.equal(frame.width * frame.height * 3, #frame:bytes("rgb"))
        else
          error(message)
        end
      until not child:is_running()
      for size in pairs(seen) do
        assert.is_true(size == "300x200+0+0" or size == "320x280+0+0", size)
      end
    end)
  end)

  it("leaves older frames alone when the screen changes, and retires their slots", function()
    local held = assert(display:grab())
    local small = assert(display:grab("16x16+100+100"))
    shown.server:resize(160, 100)
    local after <close> = assert(display:grab())
    assert.equal("160x100+0+0", screen.place(after))
    assert.is_true(shown:shows(held) and shown:shows(small))
    assert.equal(3, display:stats().slots)
    held:release()
    small:release()
    local again <close> = assert(display:grab())
    assert.equal("160x100+0+0", screen.place(again))
    -- The slot of the old root is gone, the small one is still of use.
    local stats = display:stats()
    assert.is_true(stats.bytes < 320 * 280 * 4, tostring(stats.bytes))
    shown.server:resize(320, 280)
  end)

  describe("gives up in time", function()
    it("when the server is stopped, and its slot comes back after that", function()
      local before = assert(display:grab())
      shown.server:suspend()
      timed_out(nil, 0.3)
      assert.equal(1, display:stats().in_flight)
      assert.equal(2, display:stats().held)
      timed_out("9x9+1+1", 0.1)
      assert.equal(2, display:stats().in_flight)
      timed_out(nil, 0)
      assert.equal(3, display:stats().in_flight)
      assert.is_true(shown:shows(before))
      shown.server:resume()
      local frame <close> = assert(display:grab())
      assert.is_true(shown:shows(frame))
      assert(display:poll())
      assert.equal(0, display:stats().in_flight)
      assert.equal(2, display:stats().held)
    end)

    it("and says so once every slot is in flight", function()
      shown.server:suspend()
      for _ = 1, 8 do
        timed_out("4x4", 0.02)
      end
      local none, message, code = display:grab("4x4", { timeout = 0.02 })
      assert.is_nil(none)
      assert.equal("ETIMEDOUT", code)
      assert.matches(screen.SERVER .. " has not answered 8 captures that were given up", message)
      shown.server:resume()
      assert.is_true(process.wait_until(function()
        assert(display:poll())
        return display:stats().in_flight == 0
      end, 10))
      assert.equal(0, display:stats().held)
      local frame <close> = assert(display:grab("4x4"))
      assert.is_true(shown:shows(frame))
    end)

    it("when another client has grabbed the server", function()
      shown.paint("grab")
      timed_out("100x100+5+5", 0.3)
      timed_out("cursor", 0.1)
      timed_out("no such monitor", 0.1)
      shown.paint("ungrab")
      local frame <close> = assert(display:grab("100x100+5+5"))
      assert.is_true(shown:shows(frame))
    end)

    it("but not before a server that is slow", function()
      shown.server:suspend()
      local child = meanwhile("kill -CONT " .. shown.server.pid)
      local frame <close> = assert(display:grab(nil, { timeout = "30s" }))
      assert.is_true(shown:shows(frame))
      child:wait()
    end)

    it("with the words that units have", function()
      shown.server:suspend()
      local _, message, code = display:grab(nil, { timeout = "50ms" })
      assert.equal("ETIMEDOUT", code)
      assert.matches("within 0.05 s", message, 1, true)
      shown.server:resume()
    end)

    it("also when asked for the layout", function()
      shown.server:suspend()
      local start = uv.hrtime()
      local none, message, code = display:size()
      assert.is_nil(none)
      assert.equal("ETIMEDOUT", code)
      assert.matches("did not answer within 5 s", message)
      assert.is_true(uv.hrtime() - start < 15e9)
      shown.server:resume()
      assert.same({ 320, 280 }, { display:size() })
    end)
  end)

  describe("reports a server that is gone", function()
    it("before it, in every way", function()
      local frame = assert(display:grab())
      shown.server:kill()
      lost(display:grab())
      lost(display:grab("10x10"))
      lost(display:size())
      lost(display:monitors())
      lost(display:poll())
      assert.is_true(shown:shows(frame))
      assert.same({ 1, 0 }, { display:stats().held, display:stats().in_flight })
      frame:release()
      assert.equal(0, display:stats().held)
      display:close()
    end)

    it("while it waits", function()
      for _, signal in ipairs({ "KILL", "TERM" }) do
        local other = screen.start({ width = 64, height = 64 })
        local held = assert(other.display:grab())
        other.paint("grab")
        local child = meanwhile(("kill -%s %d"):format(signal, other.server.pid))
        lost(other.display:grab(nil, { timeout = 30 }))
        assert.same({ 1, 0 }, { other.display:stats().held, other.display:stats().in_flight })
        assert.is_true(other:shows(held))
        child:wait()
        other:stop()
      end
    end)

    it("after it timed out", function()
      shown.server:suspend()
      timed_out(nil, 0.1)
      shown.server:kill()
      lost(display:grab())
      lost(display:grab())
      assert.same({ 0, 0 }, { display:stats().held, display:stats().in_flight })
    end)

    it("by every path", function()
      for _, path in ipairs(screen.SLOW_PATHS) do
        local other = screen.start({ width = 64, height = 64, open = { path = path } })
        local held = assert(other.display:grab())
        other.server:kill()
        lost(other.display:grab())
        assert.is_true(other:shows(held))
        other:stop()
      end
    end)
  end)

  describe("in flight", function()
    it("does not hold up close", function()
      collectgarbage()
      local before = proc.mappings(nil, "memfd:luashot")
      local held = assert(display:grab("20x20+3+3"))
      shown.server:suspend()
      timed_out(nil, 0.05)
      timed_out("7x7", 0.05)
      local start = uv.hrtime()
      display:close()
      assert.is_true(uv.hrtime() - start < 5e9)
      assert.is_true(shown:shows(held))
      -- The server writes into what it has attached whenever it gets to it.
      shown.server:resume()
      local other <close> = shown:open()
      local second = assert(other:grab())
      assert.is_true(shown:shows(second) and shown:shows(held))
      held:release()
      second:release()
      other:close()
      assert.equal(before, proc.mappings(nil, "memfd:luashot"))
    end)
  end)

  it("is drawn into by nothing that comes later", function()
    local frame <close> = assert(display:grab("40x40+0+0"))
    local before = frame:bytes("rgb")
    shown.paint("fill 0 0 40 40 ff00ff")
    local later <close> = assert(display:grab("40x40+0+0"))
    assert.is_true(before == frame:bytes("rgb"))
    assert.same({ 255, 0, 255 }, { later:pixel(39, 39) })
    assert.same({ painter.gradient(39, 39) }, { frame:pixel(39, 39) })
  end)
end)
