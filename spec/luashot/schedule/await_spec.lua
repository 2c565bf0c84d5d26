-- Waiting for whatever calls back, in stock Lua and in the host.
local collector = require "spec.support.collector"
local failure = require "luashot.schedule.failure"
local luashot = require "luashot"
local process = require "spec.support.process"
local uv = require "luv"

local program = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("luashot.await", function()
  local reports, report

  before_each(function()
    reports, report = {}, failure.report
    function failure.report(text)
      reports[#reports + 1] = text
    end
  end)

  after_each(function()
    luashot.schedule.stop_all()
    failure.report = report
  end)

  --- What fn() returns in a job, which the loop runs to its end.
  local function job(fn)
    local results
    luashot.after(0, function()
      results = table.pack(fn())
    end)
    luashot.run()
    return table.unpack(results or {}, 1, results and results.n)
  end

  local function timer(ms, fn)
    local handle = uv.new_timer()
    handle:start(ms, 0, function()
      handle:close()
      fn()
    end)
  end

  it("returns what done is called with, later or at once", function()
    local results = table.pack(job(function()
      return luashot.await(function(done) timer(5, function() done(1, nil, "x", nil) end) end)
    end))
    assert.same({ 1, nil, "x", nil, n = 4 }, results)
    assert.same({ "now" }, { job(function()
      return luashot.await(function(done) done "now" end)
    end) })
    assert.equal(0, select("#", job(function()
      return luashot.await(function(done) done() end)
    end)))
    assert.same({}, reports)
  end)

  it("takes the first call alone, whenever the others come", function()
    local late
    assert.same({ "first", "next" }, { job(function()
      local first = luashot.await(function(done)
        late = done
        done "first"
        done "second"
      end)
      late "third"
      local next_one = luashot.await(function(done)
        timer(1, function() late "fourth" end)
        timer(5, function() done "next" done "fifth" end)
      end)
      return first, next_one
    end) })
    late "sixth"
    assert.same({}, reports)
  end)

  it("lets start itself wait, and done come meanwhile", function()
    assert.equal("early", (job(function()
      return luashot.await(function(done)
        timer(1, function() done "early" end)
        luashot.sleep "10ms"
      end)
    end)))
  end)

  it("gives up after the timeout, and is not told of what comes then", function()
    local late
    assert.same({ nil, "no callback came within 0.01 s", "ETIMEDOUT" }, { job(function()
      return luashot.await(function(done) late = done end, { timeout = "10ms" })
    end) })
    late "late"
    assert.same({ nil, "no callback came within 0 s", "ETIMEDOUT" }, { job(function()
      return luashot.await(function() end, { timeout = 0 })
    end) })
    assert.equal("in time", (job(function()
      return luashot.await(function(done) timer(1, function() done "in time" end) end, { timeout = math.huge })
    end)))
  end)

  it("forgets its timeout once it has an answer", function()
    assert.same({ "soon", "later" }, { job(function()
      local soon = luashot.await(function(done) timer(1, function() done "soon" end) end, { timeout = "20ms" })
      local later = luashot.await(function(done) timer(60, function() done "later" end) end)
      return soon, later
    end) })
    assert.same({}, reports)
  end)

  it("ends with its job", function()
    local late, closed
    local waiting = luashot.after(0, function()
      local guard <close> = setmetatable({}, { __close = function() closed = true end }) -- luacheck: ignore
      luashot.await(function(done) late = done end, { timeout = "1h" })
      error "not reached"
    end)
    timer(5, function() waiting:stop() end)
    luashot.run()
    assert.is_true(closed)
    late(1)
    assert.same({}, reports)
  end)

  it("has the job's traceback in its errors", function()
    luashot.after(0, function()
      luashot.await(function() error "inside" end)
    end)
    luashot.after(0, function()
      local value = luashot.await(function(done) timer(1, done) end)
      error("after " .. tostring(value))
    end)
    luashot.run()
    assert.equal(2, #reports)
    assert.matches("await_spec.lua:%d+: inside\nstack traceback:.*await_spec.lua:%d+: in ", reports[1])
    assert.matches("await_spec.lua:%d+: after nil\nstack traceback:.*await_spec.lua:%d+: in ", reports[2])
    for _, text in ipairs(reports) do
      assert.is_nil(text:find "lua/luashot/")
    end
  end)

  it("says where it cannot wait, and what is wrong", function()
    assert.error_matches(function() luashot.await(print) end, "^await works inside a job only")
    job(function()
      assert.error_matches(function()
        table.sort({ 1, 2 }, function() luashot.await(function() end) end)
      end, "await cannot wait here")
      assert.error_matches(function() luashot.await(1) end, "bad argument #1 to 'await' %(function expected")
      assert.error_matches(function() luashot.await(print, { timeout = "soon" }) end, "option 'timeout'")
      assert.error_matches(function() luashot.await(print, { patience = 1 }) end, "unknown option 'patience'")
    end)
    assert.same({}, reports)
  end)

  --- Waits with random timeouts, answers and stops; counts what came of them.
  local HURRY <const> = [[
    local luashot, count = require "luashot", ...
    local uv = require "luv"
    local seen = { answered = 0, late = 0, stopped = 0, wrong = 0 }
    local left, live = count, 0
    local function one(number)
      local guard <close> = setmetatable({}, { __close = function() live = live - 1 end })
      live = live + 1
      local kind = math.random(6)
      local value, _, code = luashot.await(function(done)
        if kind == 1 then
          done(number)
        elseif kind == 2 then
          luashot.after(0, function() done(number) done "again" end)
        elseif kind == 3 then
          local idle = uv.new_idle()
          idle:start(function() idle:close() done(number) end)
        elseif kind == 4 then
          luashot.after(math.random() / 500, function() done(number) end)
        elseif kind == 5 then
          local me = luashot.schedule.jobs()
          luashot.after(0, function() me[#me]:stop() done "stopped" end)
        end
      end, { timeout = kind <= 3 and "10s" or math.random() / 500 })
      if value == number or kind == 5 and value == "stopped" then
        seen.answered = seen.answered + 1
      elseif value == nil and code == "ETIMEDOUT" then
        seen.late = seen.late + 1
      else
        seen.wrong = seen.wrong + 1
      end
    end
    local function worker()
      while left > 0 do
        left = left - 1
        luashot.schedule.after(0, function() one(left) end, { on_error = function(text) print(text) end })
        if left % 50 == 0 then
          luashot.sleep(0)
        end
      end
    end
    luashot.after(0, worker)
    luashot.run()
    print(live, seen.wrong, #luashot.schedule.jobs() <= 1, seen.answered > count // 4, seen.late > count // 20)
  ]]

  local function hurry(command, count, before)
    local script = before .. "\n" .. HURRY:gsub("%.%.%.", tostring(count), 1)
    local result = process.run({ table.unpack(command) }, { stdin = script, timeout = 3000 })
    assert.equal("0\t0\ttrue\ttrue\ttrue\n", result.out .. result.err)
  end

  it("waits 500 times with random timeouts and stops, under a collector that never rests", function()
    for _, mode in ipairs { [[collectgarbage("incremental", 100, 1000, 5)]], [[collectgarbage "generational"]] } do
      hurry({ program, "-" }, 500, mode)
      hurry(process.lua "-", 500, mode)
    end
    collector.usual()
  end)

  it("waits 100,000 times with random timeouts and stops, under a collector that never rests #long", function()
    hurry({ program, "-" }, 100000, [[collectgarbage("incremental", 100, 1000, 5)]])
  end)

  it("ends with the host, whoever waits for what", function()
    local host = process.spawn { program, "--grace", "100ms", "-e", [[
      io.stdout:setvbuf "no"
      for i = 1, 3 do
        after(0, function()
          local guard <close> = setmetatable({}, { __close = function() print "closed" end })
          luashot.await(function() end, i > 1 and { timeout = i == 2 and "1h" or "5s" } or nil)
        end)
      end
      after(0, function() print "ready" end)
      every("1h", print)
    ]] }
    assert.equal("ready", host:read_line(20), host.err)
    host:kill "sigterm"
    assert.equal(143, host:wait(10), host.err)
    assert.equal("ready\nclosed\nclosed\nclosed\n", host.out)
  end)
end)
