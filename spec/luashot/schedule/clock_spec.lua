-- Jobs against clocks that a spec turns: wall-clock jobs, overruns, errors, months in a moment.
local failure = require "luashot.schedule.failure"
local fake = require "spec.support.fake_clock"
local schedule = require "luashot.schedule"
local zone = require "spec.support.zone"

describe("a job", function()
  local time, reports, report
  local start

  before_each(function()
    zone.set("Europe/Berlin")
    start = os.time { year = 2027, month = 1, day = 4, hour = 8, min = 59, sec = 50 } -- a Monday
    time = fake.install(start)
    reports, report = {}, failure.report
    function failure.report(text)
      reports[#reports + 1] = text
    end
  end)

  after_each(function()
    schedule.stop_all()
    assert.same({}, schedule.jobs())
    time:restore()
    failure.report = report
    zone.restore()
  end)

  --- A function for a job that notes when it runs, and what else it does.
  local function noting(list, more)
    return function(job)
      list[#list + 1] = os.date("%d %H:%M:%S", math.floor(job.last + 0.0005))
      if more then
        more(job)
      end
    end
  end

  describe("of at", function()
    it("runs once, at that time", function()
      local seen = {}
      local job = schedule.at("09:00", noting(seen))
      assert.near(start + 10, job.next, 0.01)
      time:advance(2 * 86400)
      assert.same({ "04 09:00:00" }, seen)
      assert.is_true(job.stopped)
      assert.is_nil(job.next)
    end)

    it("runs tomorrow, when the time is over for today, or on its date", function()
      local seen = {}
      schedule.at("08:00", noting(seen))
      schedule.at("2027-01-06 08:00:05", noting(seen))
      time:advance(3 * 86400)
      assert.same({ "05 08:00:00", "06 08:00:05" }, seen)
    end)

    it("runs in the year of its date", function()
      local seen = {}
      local job = schedule.at("2031-05-17 09:00", noting(seen))
      assert.equal("2031-05-17 09:00:00", os.date("%F %T", math.floor(job.next)))
      time:set_wall(os.time { year = 2031, month = 5, day = 17, hour = 8, min = 59, sec = 55 })
      time:advance(10)
      assert.same({ "17 09:00:00" }, seen)
      assert.is_true(job.stopped)
      assert.error_matches(function() schedule.at("2030-01-01 09:00", print) end,
        "bad argument #1 to 'at' %('2030%-01%-01 09:00' has passed%)")
    end)

    it("runs when the clock is set past its time, and once", function()
      local seen = {}
      schedule.at("12:00", noting(seen))
      time:set_wall(start + 6 * 3600)
      time:advance(1)
      assert.same({ "04 14:59:50" }, seen)
    end)
  end)

  describe("of cron", function()
    it("runs when the clock shows such a time, for months", function()
      local seen = {}
      local job = schedule.cron("0 9 1 * *", noting(seen))
      time:advance(100 * 86400)
      assert.same({ "01 09:00:00", "01 09:00:00", "01 09:00:00" }, seen)
      assert.equal(3, job.runs)
      assert.equal(0, job.skipped)
      assert.equal("2027-05-01 09:00:00", os.date("%F %T", math.floor(job.next)))
    end)

    it("does not miss or repeat an appointment on the nights when the clock is changed", function()
      local seen = {}
      time:set_wall(os.time { year = 2027, month = 3, day = 27, hour = 12 })
      schedule.cron("30 2 * * *", noting(seen))
      time:advance(2 * 86400)
      assert.same({ "28 03:00:00", "29 02:30:00" }, seen)
      schedule.stop_all()
      seen[1], seen[2] = nil, nil
      time:set_wall(os.time { year = 2027, month = 10, day = 30, hour = 12 })
      schedule.cron("30 2 * * *", noting(seen))
      time:advance(2 * 86400)
      assert.same({ "31 02:30:00", "01 02:30:00" }, seen)
    end)

    it("runs once for what was due while the machine slept", function()
      local seen = {}
      local job = schedule.cron("*/10 * * * *", noting(seen))
      time:advance(20)
      time:suspend(3600 + 60)
      time:advance(600)
      assert.same({ "04 09:00:00", "04 10:01:10", "04 10:10:00" }, seen)
      assert.equal(5, job.skipped)
    end)

    it("runs once for what a clock set forward leaves out", function()
      local seen = {}
      local job = schedule.cron("@hourly", noting(seen))
      time:set_wall(start + 4 * 3600)
      time:advance(20)
      assert.same({ "04 12:59:50", "04 13:00:00" }, seen)
      assert.equal(3, job.skipped)
    end)

    it("follows a clock that is set back", function()
      local seen = {}
      schedule.cron("@hourly", noting(seen))
      time:advance(3600)
      time:set_wall(start - 20 * 3600)
      time:advance(3600)
      assert.same({ "04 09:00:00", "03 13:00:00" }, seen)
    end)

    it("follows a clock that is set back during its run", function()
      local seen = {}
      schedule.cron("@hourly", noting(seen, function()
        schedule.sleep "60s"
      end))
      time:advance(20)
      time:set_wall(start - 20 * 3600)
      time:advance(4000)
      assert.same({ "04 09:00:00", "03 14:00:00" }, seen) -- the run goes on until 13:00:40
    end)

    it("is not run again because the clock is put right by a little", function()
      local seen = {}
      schedule.cron("0 9 * * *", noting(seen))
      time:advance(11)
      time:set_wall(start + 9)
      time:advance(2 * 86400 - 60)
      assert.same({ "04 09:00:00", "05 09:00:00" }, seen)
    end)

    it("follows TZ", function()
      local seen = {}
      schedule.cron("0 9 * * *", noting(seen))
      time:advance(20)
      zone.set("Asia/Tokyo")
      schedule.cron("0 9 * * *", noting(seen))
      time:advance(86400)
      assert.equal("04 09:00:00", seen[1])
      assert.equal("05 09:00:00", seen[2])
    end)
  end)

  describe("that takes longer than its period", function()
    local function overrun(how, times)
      local seen = {}
      local job = schedule.every("10s", noting(seen, function(job)
        if job.runs <= 2 then
          schedule.sleep "25s"
        end
      end), { overrun = how })
      time:advance(times)
      return job, seen
    end

    it("is skipped", function()
      local job, seen = overrun("skip", 71)
      assert.same({ "04 09:00:00", "04 09:00:30", "04 09:01:00" }, seen)
      assert.equal(4, job.skipped)
    end)

    it("is queued: nothing is lost", function()
      local job, seen = overrun("queue", 81)
      assert.same({ "04 09:00:00", "04 09:00:25", "04 09:00:50", "04 09:00:50", "04 09:00:50", "04 09:00:50",
        "04 09:01:00", "04 09:01:10" }, seen)
      assert.equal(0, job.skipped)
      assert.equal(0, job.queued)
    end)

    it("is allowed: runs go on beside each other", function()
      local job, seen = overrun("allow", 31)
      assert.same({ "04 09:00:00", "04 09:00:10", "04 09:00:20" }, seen)
      assert.equal(2, job.running)
      assert.equal(0, job.skipped)
      assert.same({ job }, schedule.jobs())
      time:advance(30)
      assert.equal(0, job.running)
    end)

    it("is ended with all its runs", function()
      local closed = 0
      local job
      job = schedule.every("10s", function(given)
        assert.equal(job, given)
        local _ <close> = setmetatable({}, { __close = function() closed = closed + 1 end })
        schedule.sleep "1h"
      end, { overrun = "allow" })
      time:advance(35)
      assert.equal(3, job.running)
      job:stop()
      assert.equal(3, closed)
      assert.equal(0, job.running)
    end)

    it("may run once beside itself", function()
      local runs = 0
      local job = schedule.after("1s", function()
        runs = runs + 1
        schedule.sleep "10s"
      end, { overrun = "allow" })
      time:advance(2)
      assert.same({ job }, schedule.jobs())
      time:advance(10)
      assert.same({}, schedule.jobs())
      assert.equal(1, runs)
    end)
  end)

  describe("that is paused", function()
    it("keeps its times, and runs at none", function()
      local seen = {}
      local job = schedule.every("10s", noting(seen))
      time:advance(11)
      assert.is_true(job:pause())
      assert.is_true(job:pause())
      assert.is_true(job.paused)
      assert.is_nil(job.next)
      time:advance(34)
      assert.same({ "04 09:00:00" }, seen)
      assert.same({ job }, schedule.jobs())
      job:resume()
      job:resume()
      assert.is_false(job.paused)
      assert.near(start + 50, job.next, 0.01)
      assert.equal(3, job.skipped)
      time:advance(16)
      assert.same({ "04 09:00:00", "04 09:00:40", "04 09:00:50" }, seen)
    end)

    it("runs when it is triggered", function()
      local seen = {}
      for _, job in ipairs { schedule.every("10s", noting(seen)), schedule.cron("@hourly", noting(seen)) } do
        job:pause()
        assert.is_true(job:trigger())
        time:advance(1)
        job:trigger()
        job:pause()
        time:advance(1)
      end
      assert.same({ "04 08:59:50", "04 08:59:51", "04 08:59:52", "04 08:59:53" }, seen)
      time:advance(4000)
      assert.equal(4, #seen)
    end)

    it("ends its run first", function()
      local seen, ended = {}, 0
      local job = schedule.every("10s", noting(seen, function()
        schedule.sleep "25s"
        ended = ended + 1
      end), { overrun = "queue" })
      time:advance(22)
      job:pause()
      time:advance(40)
      assert.equal(1, ended)
      assert.equal(1, #seen)
      job:resume()
      time:advance(1)
      job:pause()
      job:resume() -- during a run
      time:advance(10)
      assert.same({ "04 09:00:00", "04 09:01:00" }, { seen[1], seen[#seen] })
      assert.is_true(job.skipped >= 4, tostring(job.skipped))
    end)

    it("starts no run beside another", function()
      local seen = {}
      local job = schedule.every("10s", noting(seen, function() schedule.sleep "15s" end), { overrun = "allow" })
      time:advance(11)
      job:pause()
      time:advance(60)
      assert.same({ 1, 0 }, { #seen, job.running })
      job:resume()
      time:advance(21)
      assert.equal(3, #seen)
    end)

    it("runs once, late, if its one time has passed", function()
      local seen = {}
      local jobs = { schedule.at("09:00", noting(seen)), schedule.after("10s", noting(seen)) }
      for _, job in ipairs(jobs) do
        job:pause()
      end
      time:advance(60)
      assert.same({}, seen)
      for _, job in ipairs(jobs) do
        job:resume()
      end
      time:advance(1)
      assert.same({ "04 09:00:50", "04 09:00:50" }, seen)
      assert.same({}, schedule.jobs())
    end)

    it("follows a clock that was set meanwhile", function()
      local seen = {}
      local job = schedule.cron("@hourly", noting(seen))
      job:pause()
      time:set_wall(start - 20 * 3600)
      job:resume()
      time:advance(11)
      assert.same({ "03 13:00:00" }, seen)
      job:pause()
      time:set_wall(start + 3600)
      job:resume()
      time:advance(11)
      assert.same({ "03 13:00:00", "04 10:00:00" }, seen)
    end)

    it("can be stopped", function()
      local job = schedule.cron("@hourly", function() end)
      job:pause()
      job:stop()
      job:resume()
      assert.is_false(job:pause())
      assert.same({}, schedule.jobs())
    end)

    it("has a time to come", function()
      local paused
      schedule.after("1s", function(job)
        paused = job:pause()
      end)
      time:advance(2)
      assert.is_false(paused)
    end)

    it("is shown as such", function()
      schedule.every("10s", function() end, { name = "door" }):pause()
      assert.matches("\ndoor  paused  %-  ", schedule.report())
    end)
  end)

  describe("that fails", function()
    it("goes on, and says what was wrong last", function()
      local job = schedule.every("1s", function(job)
        if job.runs < 3 then
          error("broken " .. job.runs, 0)
        end
        schedule.sleep "250ms"
      end)
      time:advance(3.5)
      assert.equal(3, job.runs)
      assert.equal(2, job.errors)
      assert.matches("^broken 2\n", job.message)
      assert.equal(2, #reports)
      assert.near(0.25, job.duration, 0.01)
      assert.near(start + 3, job.last, 0.01)
    end)

    it("stops, where it is to", function()
      local job = schedule.every("1s", error, { on_error = "stop" })
      time:advance(10)
      assert.equal(1, job.runs)
      assert.is_true(job.stopped)
      assert.equal(1, #reports)
    end)

    it("asks a function, which may stop it", function()
      local texts = {}
      local job = schedule.every("1s", function()
        error "broken"
      end, { on_error = function(text, job)
        texts[#texts + 1] = text
        return job.errors == 3 and "stop"
      end })
      time:advance(10)
      assert.equal(3, job.runs)
      assert.is_true(job.stopped)
      assert.equal(3, #texts)
      assert.matches("clock_spec.lua:%d+: broken\nstack traceback", texts[1])
      assert.same({}, reports)
    end)

    it("is reported when that function fails", function()
      schedule.every("1s", error, { on_error = function()
        error "worse"
      end })
      time:advance(1)
      assert.equal(1, #reports)
      assert.matches("worse", reports[1])
    end)

    it("pauses, longer each time, until it goes well", function()
      local seen = {}
      local job = schedule.every("1s", noting(seen, function(job)
        if job.runs ~= 4 then
          error "broken"
        end
      end), { backoff = "2s" })
      time:advance(20)
      -- 2 s after the first, 4 s after the second, 8 s after the third; then from the beginning.
      assert.same({ "04 08:59:51", "04 08:59:54", "04 08:59:59", "04 09:00:08", "04 09:00:09" }, seen)
      assert.equal(2 + 4 + 8 + 2, job.skipped)
    end)

    it("does not disturb the others", function()
      schedule.every("10ms", error)
      local job = schedule.every("100ms", function() end)
      time:advance(10)
      assert.equal(100, job.runs)
      assert.equal(0, job.skipped)
    end)
  end)

  it("may be one of a thousand that nobody keeps", function()
    local runs = { every = 0, cron = 0 }
    for i = 1, 500 do
      schedule.every(1 + i / 1000, function() runs.every = runs.every + 1 end, { name = "every" })
      schedule.cron(i % 10 .. " 9 * * * " .. i % 60, function() runs.cron = runs.cron + 1 end)
    end
    collectgarbage()
    collectgarbage()
    time:advance(15)
    assert.is_true(runs.every >= 500 * 7, runs.every)
    assert.equal(1000, #schedule.jobs())
    for _, job in ipairs(schedule.jobs()) do
      if job.name == "every" then
        job:stop()
      end
    end
    time:advance(600)
    assert.equal(500, runs.cron)
  end)
end)
