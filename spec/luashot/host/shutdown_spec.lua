-- How a host ends: with the first error when it is to, and after its jobs when it is asked kindly.
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("the end of a host", function()
  local host

  after_each(function()
    if host then
      host:stop()
      host = nil
    end
  end)

  local function start(script, ...)
    local argv = { luashot, ... }
    argv[#argv + 1] = "-"
    host = process.spawn(argv)
    host:write("io.stdout:setvbuf 'line'\n" .. script)
    host:close_input()
  end

  local function line()
    return host:read_line(30) or ("nothing: " .. host.err)
  end

  it("comes with the first error of a job, when it is strict", function()
    local result = process.run({ luashot, "--strict", "-" }, { stdin = [[
      every("10ms", function(job) print(job.runs) if job.runs == 2 then error "broken" end end)
      after("1h", function() end)
      sleep "1h"
    ]] })
    assert.equal("1\n2\n", result.out)
    assert.matches("broken", result.err)
    assert.equal(1, result.code)
  end)

  it("comes with the first error of a callback, when it is strict", function()
    local result = process.run({ luashot, "--strict", "-" }, { stdin = [[
      -- Callbacks that are due in the same turn of the loop still run, so this one is not due so soon.
      require("luv").new_timer():start(10, 5000, function() print "once" error "broken" end)
    ]] })
    assert.equal("once\n", result.out)
    assert.equal(1, result.code)
  end)

  it("comes with an error that the loop meets before it looks at descriptors, when it is strict", function()
    for _, job in ipairs { [[require("luv").new_timer():start(15, 5000, fail)]], [[every("15ms", fail)]],
      [[after("15ms", function() luashot.await(function(done) uv.new_timer():start(0, 0, done) end) fail() end)]] } do
      local result = process.run({ luashot, "--strict", "-" }, { stdin = [[
        local uv = require "luv"
        local function fail() print "once" error "broken" end
        uv.new_timer():start(10, 0, function() -- the next timer is late then: it runs at the start of a turn
          local stop = uv.hrtime() + 30e6
          while uv.hrtime() < stop do end
        end)
        every("5s", function() print "slept" end)
      ]] .. job })
      assert.equal("once\n", result.out, job)
      assert.equal(1, result.code)
    end
  end)

  it("does not come with an error that a function takes", function()
    local result = process.run({ luashot, "--strict", "-" }, { stdin = [[
      after("1ms", error, { on_error = function() print "taken" end })
    ]] })
    assert.equal("taken\n", result.out)
    assert.equal(0, result.code)
  end)

  local patient = [[
    every("50ms", function(job)
      print("run", job.runs)
      sleep "400ms"
      print "done"
    end)
    after("1h", function() end)
  ]]
  local long = patient:gsub("400ms", "4s")

  -- Each run that has begun is done.
  local function assert_whole()
    local rest = host.out:gsub("run\t%d+\ndone\n", "")
    assert.equal("", rest)
    assert.equal("", host.err)
  end

  it("lets running jobs finish, for the time of grace, and starts no others", function()
    start(patient, "--grace", "20s")
    assert.equal("run\t1", line())
    host:kill "sigterm"
    assert.equal(143, host:wait(15))
    assert_whole()
  end)

  it("does so for runs beside each other, and without those that only watch", function()
    start([[
      every("100ms", function(job)
        print "run"
        sleep "350ms"
        print "done"
      end, { overrun = "allow" })
    ]], "--grace=20s")
    assert.equal("run", line())
    assert.equal("run", line())
    host:kill "sigint"
    assert.equal(130, host:wait(15))
    local _, runs = host.out:gsub("run", "")
    local _, ends = host.out:gsub("done", "")
    assert.equal(runs, ends)
  end)

  it("is so kind by itself when there are jobs, but not to Ctrl-C", function()
    for _, signal in ipairs { "sigterm", "sighup" } do
      start(patient)
      assert.equal("run\t1", line())
      host:kill(signal)
      assert.equal(signal == "sigterm" and 143 or 129, host:wait(15))
      assert_whole()
    end
    start(long)
    assert.equal("run\t1", line())
    host:kill "sigint"
    assert.equal(130, host:wait(15))
    assert.equal("run\t1\n", host.out)
    start(long, "--grace", "0")
    assert.equal("run\t1", line())
    host:kill "sigterm"
    assert.equal(143, host:wait(15))
    assert.equal("run\t1\n", host.out)
  end)

  it("does not wait for what cannot end in time, and closes it", function()
    local seconds = 0
    for _, script in ipairs {
      "sleep '1h'",
      "every('20ms', function() end) while true do sleep '20ms' end",
      "every('20ms', function() end) while true do end",
      "after(0, function() local _ <close> = closer 'job' sleep '1h' end) sleep '1h'",
      "after(0, function() local _ <close> = closer 'job' sleep '1h' end, { overrun = 'allow' }) luashot.run()",
      [[every('20ms', function() end)
        local zerobuffer = require 'luashot.zerobuffer'
        local reader <close> = assert(zerobuffer.reader('ending-' .. require('luv').os_getpid()))
        after(0, function() local _ <close> = closer 'job' reader:read() end)
        reader:read()]],
    } do
      start("local function closer(name) return setmetatable({}, { __close = function() print(name) end }) end\n"
        .. "local _ <close> = closer 'script' after('50ms', function() print 'ready' end)" .. script)
      assert.equal("ready", line())
      local asked = uv.hrtime()
      host:kill "sigterm"
      assert.equal(143, host:wait(15))
      seconds = seconds + (uv.hrtime() - asked) / 1e9
      assert.matches("script\n", host.out)
      assert.equal(script:find "closer" ~= nil, host.out:find "job" ~= nil)
      assert.equal("", host.err)
    end
    assert.is_true(seconds < 25, seconds) -- 30, if each took its time
  end)

  it("comes at once where there is nothing but the script", function()
    for _, script in ipairs { "while true do end", "while true do pcall(error) end" } do
      start("print 'ready'" .. script)
      assert.equal("ready", line())
      host:kill "sigterm"
      assert.equal(143, host:wait(4))
    end
  end)

  it("comes at once with the second signal, of whichever kind, and closes what is open", function()
    start [[
      after(0, function()
        local _ <close> = setmetatable({}, { __close = function() print "closed" end })
        print "ready"
        while true do pcall(sleep, "10ms") end
      end)]]
    assert.equal("ready", line())
    proc.signal(host, "sigterm")
    assert.is_true(host:is_running())
    host:kill "sigint"
    assert.equal(143, host:wait(4))
    assert.equal("ready\nclosed\n", host.out)
  end)

  it("comes when the time of grace is over, to what never waits too", function()
    start([[
      every("5ms", function() end)
      after(0, function() print "ready" while true do table.sort({ 1, 2 }, function() while true do end end) end end)
    ]], "--grace", "300ms")
    assert.equal("ready", line())
    host:kill "sigterm"
    assert.equal(143, host:wait(15))
    assert.equal("", host.err)
  end)

  it("comes when the time of grace is over", function()
    start("local _ <close> = setmetatable({}, { __close = function() print 'closed' end }) print 'ready' sleep '1h'",
      "--grace", "200ms")
    assert.equal("ready", line())
    host:kill "sigterm"
    assert.equal(143, host:wait(15))
    assert.equal("ready\nclosed\n", host.out)
  end)

  it("comes at once with the second signal", function()
    start("print 'ready' while true do end", "--grace", "1h")
    assert.equal("ready", line())
    proc.signal(host, "sigterm")
    assert.is_true(host:is_running())
    host:kill "sigterm"
    assert.equal(143, host:wait(15))
  end)

  it("does not cost time while it waits", function()
    start("print 'ready' sleep '1h'", "--grace", "1h")
    assert.equal("ready", line())
    host:kill "sigterm"
    process.sleep(0.5)
    local stat <close> = assert(io.open("/proc/" .. host.pid .. "/stat"))
    local ticks = stat:read("a"):match("%) %a" .. (" %-?%d+"):rep(10) .. " (%d+)")
    assert.is_true(tonumber(ticks) < 20, ticks)
    host:kill "sigterm"
    assert.equal(143, host:wait(15))
  end)

  it("is asked for in a time that is one", function()
    local result = process.run({ luashot, "--grace", "soon", "-e", "" })
    assert.equal(2, result.code)
    assert.matches("^luashot: %-%-grace: duration expected", result.err)
    assert.equal(2, process.run({ luashot, "--grace" }).code)
  end)
end)
