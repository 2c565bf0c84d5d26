-- Jobs under stock Lua with lua-luv; what the host adds is in jobs_spec.lua and coroutine_spec.lua.
local core = require "luashot.core"
local create = require("luashot.schedule.jobs").create
local failure = require "luashot.schedule.failure"
local readable = require "luashot.events.fd_wait"
local schedule = require "luashot.schedule"
local uv = require "luv"
local watch_descriptor = require "luashot.events.fd_watch"

describe("the schedule", function()
  local reports, report

  before_each(function()
    reports = {}
    report = failure.report
    failure.count = 0
    function failure.report(text, job)
      reports[#reports + 1] = { text = text, job = job }
    end
  end)

  after_each(function()
    schedule.stop_all()
    schedule.run()
    failure.report = report
    assert.same({}, schedule.jobs())
  end)

  --- Let the loop run for a while.
  local function busy(milliseconds)
    local stop = uv.hrtime() + milliseconds * 1e6
    while uv.hrtime() < stop do end
  end

  describe("after", function()
    it("runs once, not early, and the job is over", function()
      local started = uv.hrtime()
      local at
      local job = schedule.after("30ms", function()
        at = uv.hrtime()
      end)
      assert.same({ job }, schedule.jobs())
      schedule.run()
      assert.is_true(at - started >= 29e6)
      assert.equal(1, job.runs)
      assert.is_true(job.stopped)
      assert.is_nil(job.next)
      assert.same({}, schedule.jobs())
    end)

    it("runs in the order of the deadlines", function()
      local order = {}
      for _, ms in ipairs { 30, 10, 20 } do
        schedule.after(ms / 1000, function()
          order[#order + 1] = ms
        end)
      end
      schedule.run()
      assert.same({ 10, 20, 30 }, order)
    end)

    it("can be called off", function()
      local ran = false
      schedule.after("10ms", function()
        ran = true
      end):stop()
      schedule.run()
      assert.is_false(ran)
    end)
  end)

  describe("every", function()
    it("gives the job to its function and counts the runs", function()
      local got
      local job = schedule.every("5ms", function(this)
        got = this
        if this.runs == 3 then
          this:stop()
        end
      end)
      schedule.run()
      assert.equal(job, got)
      assert.equal(3, job.runs)
      assert.equal(0, job.errors)
    end)

    it("does not drift: deadlines stay on the grid of the first", function()
      local nexts = {}
      schedule.every("20ms", function(job)
        nexts[#nexts + 1] = job.next
        busy(3)
        if job.runs == 6 then
          job:stop()
        end
      end)
      schedule.run()
      for i = 2, 6 do
        local periods = (nexts[i] - nexts[1]) / 0.02
        -- A slow machine may have skipped some, but never moved the grid.
        assert.near(math.floor(periods + 0.5), periods, 0.1)
      end
    end)

    it("skips and counts what came due during a run", function()
      local job = schedule.every("20ms", function(job)
        if job.runs == 1 then
          schedule.sleep("90ms")
        else
          job:stop()
        end
      end)
      schedule.run()
      assert.equal(2, job.runs)
      assert.is_true(job.skipped >= 3, tostring(job.skipped))
    end)

    it("goes on after an error, which is reported with its traceback and counted", function()
      local job = schedule.every("2ms", function(job)
        if job.runs == 3 then
          job:stop()
        end
        error("broken")
      end, { name = "door" })
      schedule.run()
      assert.equal(3, job.runs)
      assert.equal(3, job.errors)
      assert.equal(3, failure.count)
      assert.equal(job, reports[1].job)
      assert.matches("^spec/luashot/schedule/init_spec%.lua:%d+: broken\nstack traceback:\n", reports[1].text)
      assert.is_nil(reports[1].text:find("lua/luashot/", 1, true))
    end)

    it("closes what a failed run has left open", function()
      local closed = 0
      schedule.every("2ms", function(job)
        local _ <close> = setmetatable({}, { __close = function() closed = closed + 1 end })
        if job.runs == 2 then
          job:stop()
        end
        error("broken")
      end)
      schedule.run()
      assert.equal(2, closed)
    end)

    it("keeps a job that nobody holds", function()
      local runs = 0
      schedule.every("2ms", function(job)
        runs = runs + 1
        collectgarbage()
        if runs == 3 then
          job:stop()
        end
      end)
      collectgarbage()
      collectgarbage()
      schedule.run()
      assert.equal(3, runs)
    end)

    it("lets go of a job that is over", function()
      local weak = setmetatable({}, { __mode = "k" })
      weak[schedule.after(0, function() end)] = true
      weak[schedule.every(1, function() end)] = true
      schedule.stop_all()
      schedule.run()
      collectgarbage()
      collectgarbage()
      assert.is_nil((next(weak)))
    end)
  end)

  describe("a job", function()
    it("has a name: its own, or where its function is", function()
      assert.equal("door", schedule.after(1, function() end, { name = "door" }).name)
      assert.matches("^spec/luashot/schedule/init_spec%.lua:%d+$", schedule.after(1, function() end).name)
      assert.equal("job 'door'", tostring(schedule.after(1, function() end, { name = "door" })))
    end)

    it("knows when it is due next, as wall-clock time", function()
      local seconds, microseconds = uv.gettimeofday()
      local now = seconds + microseconds / 1e6
      assert.near(now + 60, schedule.after("1m", function() end).next, 2)
      assert.near(now + 3600, schedule.every("1h", function() end).next, 2)
    end)

    it("can be triggered out of turn, and keeps its deadline", function()
      local during
      local job = schedule.every("1h", function(job)
        during = job:trigger()
        job:stop()
      end)
      local due = job.next
      assert.is_true(job:trigger())
      assert.is_true(job:trigger())
      assert.near(due, job.next, 0.5)
      schedule.run()
      assert.equal(1, job.runs)
      assert.equal(0, job.skipped)
      assert.is_false(during)
      assert.is_false(job:trigger())
    end)

    it("goes on by its deadlines after a trigger", function()
      local job = schedule.every("30ms", function(job)
        if job.runs == 2 then
          job:stop()
        end
      end)
      local due = job.next
      job:trigger()
      uv.run("nowait")
      assert.equal(1, job.runs)
      assert.near(due, job.next, 0.005)
      schedule.run()
      assert.equal(2, job.runs)
    end)

    it("does not keep the loop running while it is paused", function()
      local job = schedule.every("5ms", function() end)
      local other = schedule.cron("* * * * *", function() end)
      job:pause()
      other:pause()
      schedule.run()
      assert.equal(0, job.runs)
      schedule.after("1ms", function() job:resume() end)
      schedule.after("30ms", function() job:stop() end)
      schedule.run()
      assert.is_true(job.runs >= 1)
    end)

    it("that is stopped while it sleeps is closed", function()
      local closed
      local job = schedule.after(0, function()
        local _ <close> = setmetatable({}, { __close = function(_, why) closed = { why } end })
        schedule.sleep(100)
      end)
      schedule.after("10ms", function()
        job:stop()
        job:stop()
        assert.same({}, closed)
      end)
      schedule.run()
      assert.same({}, closed)
      assert.same({}, reports)
    end)

    it("that fails while it is closed is reported", function()
      local job = schedule.after(0, function()
        local _ <close> = setmetatable({}, { __close = function() error("closing", 0) end })
        schedule.sleep(100)
      end)
      schedule.after("5ms", function()
        job:stop()
      end)
      schedule.run()
      assert.equal("closing", reports[1].text)
      assert.equal(1, job.errors)
    end)

    it("that stops itself goes on until it waits", function()
      local steps = {}
      schedule.every("1ms", function(job)
        local _ <close> = setmetatable({}, { __close = function() steps[#steps + 1] = "closed" end })
        job:stop()
        steps[#steps + 1] = "still here"
        schedule.sleep("1ms")
        steps[#steps + 1] = "never"
      end)
      schedule.run()
      assert.same({ "still here", "closed" }, steps)
    end)

    it("is stopped by the end of a <close> variable", function()
      local ran = false
      do
        local _ <close> = schedule.every("1ms", function()
          ran = true
        end)
      end
      schedule.run()
      assert.is_false(ran)
    end)

    it("may not yield what is not a wait", function()
      local job = schedule.after(0, function()
        coroutine.yield("lost")
      end)
      schedule.run()
      assert.equal(1, job.errors)
      assert.matches("attempt to yield from outside a coroutine", reports[1].text)
    end)

    it("may start and stop others while it runs", function()
      local order = {}
      schedule.after(0, function()
        local other = schedule.every("1ms", function() order[#order + 1] = "never" end)
        schedule.after(0, function() order[#order + 1] = "second" end)
        order[#order + 1] = "first"
        other:stop()
      end)
      schedule.run()
      assert.same({ "first", "second" }, order)
    end)
  end)

  describe("sleep", function()
    it("lets other jobs run meanwhile", function()
      local order = {}
      schedule.after(0, function()
        order[#order + 1] = "a1"
        schedule.sleep("30ms")
        order[#order + 1] = "a2"
      end)
      schedule.after("10ms", function()
        order[#order + 1] = "b"
      end)
      schedule.run()
      assert.same({ "a1", "b", "a2" }, order)
    end)

    it("says why where it cannot wait", function()
      local _, message = pcall(function()
        schedule.sleep(1)
      end)
      assert.matches("^spec/luashot/schedule/init_spec%.lua:%d+: sleep works inside a job only", message)
      local messages = {}
      schedule.after(0, function()
        messages[1] = select(2, pcall(table.sort, { 1, 2 }, function() schedule.sleep(1) end))
        messages[2] = select(2, coroutine.resume(coroutine.create(function() schedule.sleep(1) end)))
      end)
      schedule.run()
      assert.matches("sleep cannot wait here: .*table%.sort", messages[1])
      assert.matches("sleep cannot wait here: .*coroutine of the script's own", messages[2])
    end)

    it("through pcall is a wait like any other", function()
      local result
      schedule.after(0, function()
        result = table.pack(pcall(function()
          schedule.sleep("1ms")
          error("later", 0)
        end))
      end)
      schedule.run()
      assert.same({ false, "later", n = 2 }, result)
    end)
  end)

  describe("waiting for a descriptor", function()
    local pipe

    before_each(function()
      pipe = uv.pipe()
    end)

    after_each(function()
      uv.fs_close(pipe.read)
      uv.fs_close(pipe.write)
    end)

    local written

    before_each(function()
      written = false
    end)

    local function write()
      uv.fs_write(pipe.write, "x")
      written = true
    end

    -- A wait may end early, so a job looks and waits again.
    local function reader(seconds, results)
      return schedule.after(0, function()
        local again = true
        while again and not written do
          again = readable(pipe.read, seconds)
        end
        results[#results + 1] = again
      end)
    end

    it("lets other jobs run, and returns when it is readable", function()
      local results, other = {}, 0
      reader(20, results)
      local ticks = schedule.every("2ms", function()
        other = other + 1
      end)
      schedule.after("30ms", function()
        write()
        ticks:stop()
      end)
      schedule.run()
      assert.same({ true }, results)
      assert.is_true(other > 1)
    end)

    it("returns false when the time is over", function()
      local results = {}
      schedule.after("1ms", function()
        local deadline = uv.hrtime() + 10000000
        repeat
          results[1] = readable(pipe.read, (deadline - uv.hrtime()) / 1e9)
        until not results[1]
        results[2] = readable(-1, 0.01)
      end)
      local keep = schedule.after("1h", function() end)
      schedule.drive(function()
        return #results == 2
      end)
      keep:stop()
      assert.same({ false, false }, results)
    end)

    it("wakes every job that waits for it", function()
      local results = {}
      reader(20, results)
      reader(20, results)
      schedule.after("10ms", write)
      schedule.run()
      assert.same({ true, true }, results)
    end)

    it("lets a job look again when another has run, which may have read what it waits for", function()
      local mine, looks = false, 0
      schedule.after(0, function()
        while not mine and readable(pipe.read, 20) do
          looks = looks + 1
        end
      end)
      schedule.after("10ms", function()
        mine = true -- and the descriptor stays silent
      end)
      schedule.run()
      assert.is_true(mine)
      assert.is_true(looks >= 1 and looks < 10, tostring(looks))
    end)

    it("ends with the job", function()
      local results = {}
      local job = reader(20, results)
      schedule.after("5ms", function()
        job:stop()
      end)
      schedule.run()
      assert.same({}, results)
    end)

    it("looks again when another one has read from a connection, whoever looked first", function()
      local received, count = core.received, 0
      function core.received() -- luacheck: ignore 122
        return count
      end
      local began = uv.hrtime()
      for _ = 1, 10 do
        local is_read, got = false, nil
        schedule.after(0, function()
          while not is_read and readable(pipe.read, 20) do end
          got = is_read
        end)
        schedule.after(0, function()
          readable(pipe.read, 20)
          is_read, count = true, count + 1
          while not got and readable(pipe.read, 20) do end
        end)
        schedule.run()
        assert.is_true(got)
      end
      core.received = received -- luacheck: ignore 122
      assert.is_true(uv.hrtime() - began < 15e9)
    end)

    -- libuv's loop does not count what goes on in each of these as something to do, and a job that kept
    -- the loop from turning would keep it from ever being done.
    local unseen = {
      ["a job that is due at the same moment"] = function(begin)
        schedule.after("5ms", begin)
        schedule.after("5ms", write)
      end,
      ["a timer that does not keep the loop running"] = function(begin)
        local timer = uv.new_timer()
        timer:start(20, 0, function()
          timer:close()
          write()
        end)
        timer:unref()
        schedule.after(0, begin)
      end,
      ["a handle that is closed in the same turn"] = function(begin)
        uv.new_timer():close(write) -- the last to be closed is the first to be called
        uv.new_timer():close(begin)
      end,
    }

    for name, arrange in pairs(unseen) do
      it("lets the loop turn for " .. name, function()
        local results = {}
        arrange(function()
          create(function()
            local again = true
            while again and not written do
              again = readable(pipe.read, 5)
            end
            results[#results + 1] = again == true -- nil: it would block
          end, { name = "reader" })
        end)
        schedule.drive(function()
          return #results > 0 and #schedule.jobs() == 0
        end)
        assert.is_true(written)
        for _, went_on in ipairs(results) do
          assert.is_true(went_on)
        end
      end)
    end

    it("is left to the caller where there is no way to wait", function()
      assert.is_nil(readable(pipe.read, 1))
      local result
      schedule.after(0, function()
        table.sort({ 1, 2 }, function()
          result = readable(pipe.read, 1) == nil
        end)
      end)
      schedule.run()
      assert.is_true(result)
    end)
  end)

  describe("run", function()
    it("returns at once when there is nothing to do", function()
      schedule.run()
    end)

    it("in a job waits until nothing else is left", function()
      local order = {}
      schedule.after(0, function()
        schedule.run()
        order[#order + 1] = "last"
      end)
      schedule.after("10ms", function()
        order[#order + 1] = "first"
      end)
      schedule.run()
      assert.same({ "first", "last" }, order)
    end)
  end)

  describe("a watch", function()
    local pipe

    before_each(function()
      pipe = uv.pipe()
    end)

    after_each(function()
      uv.fs_close(pipe.read)
      uv.fs_close(pipe.write)
    end)

    it("calls its function when the descriptor is readable, until it is stopped", function()
      local got = {}
      local watch <close> = watch_descriptor(pipe.read, function()
        got[#got + 1] = uv.fs_read(pipe.read, 100)
      end)
      schedule.after("5ms", function()
        uv.fs_write(pipe.write, "one")
        schedule.sleep("5ms")
        uv.fs_write(pipe.write, "two")
        schedule.sleep("5ms")
        watch:stop()
        watch:stop()
        uv.fs_write(pipe.write, "three")
        schedule.sleep("5ms")
      end)
      schedule.run()
      assert.same({ "one", "two" }, got)
    end)

    it("keeps the loop running only while it is told to", function()
      local watch <close> = watch_descriptor(pipe.read, function()
        uv.fs_read(pipe.read, 100)
      end)
      schedule.run()
      watch:hold(true)
      local called = false
      local other = uv.new_timer()
      other:start(10, 0, function()
        called = true
        watch:hold(false)
      end)
      other:unref()
      schedule.run()
      assert.is_true(called)
      other:close()
    end)

    it("reports the errors of its function and goes on", function()
      local calls = 0
      local watch <close> = watch_descriptor(pipe.read, function()
        calls = calls + 1
        uv.fs_read(pipe.read, 100)
        error("watched")
      end)
      schedule.after(0, function()
        for _ = 1, 2 do
          uv.fs_write(pipe.write, "x")
          schedule.sleep("5ms")
        end
      end)
      schedule.run()
      watch:stop()
      assert.equal(2, calls)
      assert.equal(2, failure.count)
      assert.matches("init_spec%.lua:%d+: watched\nstack traceback", reports[1].text)
    end)
  end)

  it("refuses wrong arguments at the caller", function()
    local function nothing() end
    for _, case in ipairs {
      { "bad argument #1 to 'every' %(duration expected", schedule.every, "soon", nothing },
      { "bad argument #1 to 'every' %(1ms to 277777h expected, got 0%)", schedule.every, 0, nothing },
      { "bad argument #1 to 'after' %(duration expected", schedule.after, -1, nothing },
      { "bad argument #2 to 'every' %(function expected, got nil%)", schedule.every, 1 },
      { "bad argument #2 to 'after' %(function expected, got string%)", schedule.after, 1, "print" },
      { "bad argument #3 to 'every' %(table expected, got string%)", schedule.every, 1, nothing, "door" },
      { "unknown option 'nam' %(did you mean 'name'%?%)", schedule.every, 1, nothing, { nam = "door" } },
      { "option 'name': string expected", schedule.every, 1, nothing, { name = 1 } },
      { "option 'overrun': 'skip', 'queue' or 'allow' expected, got 'drop'", schedule.every, 1, nothing,
        { overrun = "drop" } },
      { "option 'on_error': 'continue', 'stop' or a function expected, got 1", schedule.every, 1, nothing,
        { on_error = 1 } },
      { "option 'backoff': duration expected %(.*%), got 'long'", schedule.every, 1, nothing, { backoff = "long" } },
      { "bad argument #1 to 'cron' %('61 %* %* %* %*', field 1 %(minute%) '61': '61' is not a number from 0 to 59%)",
        schedule.cron, "61 * * * *", nothing },
      { "bad argument #1 to 'at' %('noon' is not a time such as 09:00", schedule.at, "noon", nothing },
      { "bad argument #1 to 'at' %('2001%-01%-01 00:00' has passed", schedule.at, "2001-01-01 00:00", nothing },
    } do
      local ok, message = pcall(function()
        case[2](table.unpack(case, 3))
      end)
      assert.is_false(ok)
      assert.matches("^spec/luashot/schedule/init_spec%.lua:%d+: " .. case[1], message)
    end
    assert.same({}, schedule.jobs())
  end)
end)
