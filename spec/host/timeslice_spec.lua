-- Jobs that compute without pause, beside others that must not miss their time.
local files = require "spec.support.files"
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

local PRELUDE = [[
  local uv = require "luv"
  io.stdout:setvbuf "line"
  local function now() return uv.hrtime() / 1e9 end
  local function fibonacci(n) if n < 2 then return n end return fibonacci(n - 1) + fibonacci(n - 2) end
  local function compute(seconds) local stop = now() + seconds while now() < stop do fibonacci(8) end end
  local function closer(name) return setmetatable({}, { __close = function() print(name) end }) end
]]

describe("a job that computes without pause", function()
  local function run(script, options)
    options = options or {}
    options.stdin = PRELUDE .. script
    local result = process.run({ luashot, "-" }, options)
    assert.equal("", result.err)
    assert.equal(0, result.code)
    return result.out
  end

  --- How many of the 25 runs that a 50 Hz job is due for take place while `work` computes for 0.5 s.
  local function neighbor(work)
    return tonumber((run([[
      local ticks = 0
      local job = every("20ms", function() ticks = ticks + 1 end)
      local function count() print(ticks) job:stop() end
    ]] .. work)))
  end

  local places = {
    ["in a job"] = "after(0, function() compute(0.5) count() end)",
    ["in the script itself"] = "compute(0.5) count()",
    ["below pcall"] = "pcall(function() xpcall(compute, print, 0.5) end) count()",
    ["in a coroutine of its own"] = "coroutine.wrap(compute)(0.5) count()",
    ["in coroutines below each other"] = [[
      coroutine.resume(coroutine.create(function()
        pcall(coroutine.wrap(function() compute(0.5) count() end))
      end))]],
    ["in a metamethod"] = [[
      local object = setmetatable({}, { __add = function(_, seconds) compute(seconds) end })
      local _ = object + 0.5
      count()]],
    ["in an iterator"] = "for _ in coroutine.wrap(function() compute(0.5) coroutine.yield(1) end) do end count()",
    ["beside another one"] = "after(0, function() compute(0.5) end) compute(0.5) count()",
  }

  for name, work in pairs(places) do
    it("does not cost a neighbor its runs: " .. name, function()
      -- It would be none, or one. A loaded machine costs some of the 25.
      local runs = neighbor(work)
      assert.is_true(runs >= 6, runs)
    end)
  end

  -- Neither counts as something to do in libuv's loop: a timer that does not keep the loop running, nor,
  -- with libuv 1.50 and newer, a timer that is due at the same moment.
  it("is sliced for those that the loop does not count", function()
    assert.equal("a callback\nthe end\n", run [[
      local timer = uv.new_timer()
      timer:start(50, 0, function() print "a callback" end)
      timer:unref()
      compute(0.5)
      print "the end"
    ]])
    assert.equal("another job\nthe end\n", run [[
      after("5ms", function() compute(0.5) print "the end" end)
      after("5ms", function() print "another job" end)
      compute(0.02)
    ]])
  end)

  it("is sliced whatever its file is called, as the host's own files alone are not", function()
    local folder = files.folder()
    finally(function() files.remove(folder) end)
    process.run { "mkdir", "-p", folder .. "/luashot/schedule" }
    for _, name in ipairs { "spin.lua", "luashot/job.lua", "luashot/schedule/job.lua" } do
      files.write(folder .. "/" .. name, PRELUDE .. [[
        local ticks = 0
        local job = every("20ms", function() ticks = ticks + 1 end)
        compute(0.5)
        print(ticks)
        job:stop()
      ]])
      local result = process.run({ luashot, name }, { cwd = folder })
      assert.equal("", result.err)
      assert.is_true(tonumber(result.out) >= 6, name .. ": " .. result.out)
    end
  end)

  it("is not sliced where Lua cannot wait, and goes on being so behind that", function()
    assert.equal("0\ntrue\n", run [[
      local ticks = 0
      local job = every("20ms", function() ticks = ticks + 1 end)
      table.sort({ 2, 1 }, function(a, b) compute(0.1) return a < b end)
      string.gsub("x", "x", coroutine.wrap(function() compute(0.1) coroutine.yield() end))
      print(ticks)
      compute(0.3)
      print(ticks > 5)
      job:stop()
    ]])
  end)

  it("is not sliced by atomic, in which nothing can wait", function()
    assert.equal("0\ta\tnil\nfalse\ttrue\n", run [[
      local ticks = 0
      local job = every("5ms", function() ticks = ticks + 1 end)
      print(luashot.schedule.atomic(function(...) compute(0.1) return ticks, ... end, "a", nil))
      local ok, why = pcall(luashot.schedule.atomic, sleep, "1ms")
      print(ok, why:find "sleep cannot wait here" ~= nil)
      job:stop()
    ]])
  end)

  it("computes what it does without interruption", function()
    assert.equal("0\ttrue\n", run [[
      local ticks, wrong = 0, 0
      local job = every("1ms", function() ticks = ticks + 1 end)
      local function many(...) return select("#", ...), ... end
      local function check(ok) wrong = wrong + (ok and 0 or 1) end
      local stop = now() + 0.6
      while now() < stop do
        check(fibonacci(10) == 55)
        local list = { many(1, nil, fibonacci(5), many(7, nil)) }
        check(list[1] == 6 and list[2] == 1 and list[4] == 5 and list[5] == 2 and list[6] == 7)
        check(select(2, pcall(function(...) return (select(2, ...)) + fibonacci(6) end, 1, 2)) == 10)
        check(("%d,%d"):format(fibonacci(3), fibonacci(4)) .. fibonacci(5) == "2,35")
        local sum = 0
        for a, b in coroutine.wrap(function() for i = 1, 5 do coroutine.yield(i, fibonacci(i)) end end) do
          sum = sum + a * b
        end
        check(sum == 1 + 2 + 6 + 12 + 25)
        local closed = 0
        do
          local _ <close> = setmetatable({}, { __close = function() closed = closed + fibonacci(4) end })
        end
        check(closed == 3)
        local sorted = { 3, 1, 2 }
        table.sort(sorted, function(a, b) return fibonacci(a) + a < fibonacci(b) + b end)
        check(table.concat(sorted) == "123")
        check(not pcall(error, "x") and not pcall(function() return fibonacci(4) + nil end))
      end
      job:stop()
      print(wrong, ticks > 10)
    ]])
  end)

  it("is not interrupted when it takes but a moment", function()
    -- Processor time counts, so that this is so on a loaded machine too.
    assert.equal("0\n", run [[
      local inside, mixed = false, 0
      local function work(job)
        mixed = mixed + (inside and 1 or 0)
        inside = true
        fibonacci(14)
        inside = false
        if job.runs == 150 then job:stop() end
      end
      every("2ms", work)
      local other = every("3ms", work)
      while not other.stopped do sleep "5ms" end
      print(mixed)
    ]])
  end)

  it("shares the time with others of its kind", function()
    assert.equal("true\n", run [[
      local counts = { 0, 0, 0 }
      for i = 1, 3 do
        after(0, function() local stop = now() + 0.6 while now() < stop do counts[i] = counts[i] + 1 end end)
      end
      after("650ms", function()
        table.sort(counts)
        print(counts[1] * 10 > counts[3])
      end)
    ]])
  end)

  it("lets captures go on", function()
    local server = xserver.start { width = 64, height = 48 }
    local ok, out = pcall(run, [[
      local frames = 0
      local display = assert(luashot.open {})
      local job = every("20ms", function() display:grab():release() frames = frames + 1 end)
      display:on_change(nil, function() end)
      compute(0.5)
      print(frames >= 5)
      os.exit()
    ]], { env = server:env() })
    server:stop()
    assert.is_true(ok, out)
    assert.equal("true\n", out)
  end)

  it("is closed where it is when somebody stops it", function()
    assert.equal("inner\nouter\nstopped\n", run [[
      local job = after(0, function()
        local _ <close> = closer "outer"
        coroutine.wrap(function()
          local _ <close> = closer "inner"
          compute(1000)
        end)()
      end)
      sleep "50ms"
      job:stop()
      print "stopped"
    ]])
  end)

  it("goes on to its end when it stops itself", function()
    assert.equal("done\tclosed\ttrue\n", run [[
      every("10ms", function(job)
        local _ <close> = setmetatable({}, { __close = function()
          print("closed", #luashot.schedule.jobs() > 1)
        end })
        job:stop()
        compute(0.1)
        io.write "done\t"
      end)
      local stop = now() + 0.3
      while now() < stop do sleep "5ms" end
    ]])
  end)

  it("keeps its coroutines to itself", function()
    assert.equal("false\tcannot resume non-suspended coroutine\nfalse\tcannot close a running coroutine\ntrue\t1\n",
      run [[
        local co = coroutine.create(function() compute(0.2) coroutine.yield(1) end)
        after("50ms", function()
          print(coroutine.resume(co))
          print(pcall(coroutine.close, co))
        end)
        print(coroutine.resume(co))
      ]])
  end)

  it("may have a debug hook, and is sliced all the same", function()
    assert.equal("true\ttrue\ttrue\n", run [[
      local ticks, lines = 0, 0
      local job = every("5ms", function() ticks = ticks + 1 end)
      local function hook() lines = lines + 1 end
      debug.sethook(hook, "l")
      compute(0.1)
      print(ticks > 1, debug.gethook() == hook, lines > 100)
      debug.sethook()
      job:stop()
    ]])
  end)

  it("runs into the limits of the stack as always", function()
    assert.equal("true\ttrue\ntrue\tbottom\ntrue\n", run [[
      local job = every("1ms", function() end)
      local stop = now() + 0.2
      local function deep() return 1 + deep() end
      local function nest(n) if n == 0 then compute(0.05) return "bottom" end return coroutine.wrap(nest)(n - 1) end
      local overflows = true
      while now() < stop do
        overflows = overflows and not pcall(deep)
      end
      print(overflows, select(2, pcall(deep)):find "stack overflow" ~= nil)
      print(pcall(nest, 100))
      print(not pcall(nest, 300))
      job:stop()
    ]])
  end)

  it("is ended by Ctrl-C where it is", function()
    local host = process.spawn({ luashot, "-" })
    host:write(PRELUDE .. [[
      every("5ms", function(job) if job.runs == 20 then print "ready" end end)
      after(0, function()
        local _ <close> = closer "closed"
        while true do pcall(coroutine.wrap(compute), 1) end
      end)]])
    host:close_input()
    assert.equal("ready", host:read_line(30))
    host:kill "sigint"
    assert.equal(130, host:wait(20))
    assert.equal("ready\nclosed\n", host.out)
    assert.matches("^luashot: .*interrupted", host.err)
  end)
end)
