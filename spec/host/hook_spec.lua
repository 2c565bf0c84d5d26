-- Debug hooks of the script's own, beside the host's time slices.
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a debug hook", function()
  --- What both programs print; `beside` runs first in the host alone.
  local function compare(script, beside)
    local stock = process.run(process.lua "-", { stdin = script })
    assert.equal("", stock.err)
    assert.is_true(#stock.out > 0)
    local ours = process.run({ luashot, "-" }, { stdin = (beside or "") .. script .. "\nos.exit(0)" })
    assert.equal(stock.out, ours.out .. ours.err)
    return ours
  end

  it("is set, shown and taken away as in the manual", function()
    compare [[
      local function hook() end
      local function show(...) local fn, mask, count = debug.gethook(...) print(fn == hook, mask, count) end
      print(debug.gethook())
      debug.sethook(hook, "crl", 7) show()
      debug.sethook(hook, "l") show()
      debug.sethook(hook, "", 2000000) show()
      debug.sethook(hook, "") print(debug.gethook())
      debug.sethook(hook, "c") debug.sethook() print(debug.gethook())
      local co = coroutine.create(function() coroutine.yield() end)
      debug.sethook(co, hook, "r", 3) show(co) print(debug.gethook())
      debug.sethook(co) print(debug.gethook(co))
      for _, wrong in ipairs { { 1, "l" }, { print, 2.5 }, { print, "l", "x" }, { co, 1, "l" }, { print } } do
        print(pcall(debug.sethook, table.unpack(wrong)))
      end
    ]]
  end)

  it("sees the events that lua5.4 sees, as often", function()
    compare [[
      local seen, lines, counts = {}, 0, {}
      local function work(n) local t = 0 for i = 1, n do t = t + i end return t end
      debug.sethook(function(event, line)
        if event ~= "line" then seen[#seen + 1] = event .. tostring(line) end
        lines = lines + (event == "line" and line or 0)
      end, "crl")
      work(100) string.rep("x", 3) local function tail() return work(1) end tail()
      debug.sethook()
      print(table.concat(seen, " "), lines)
      for _, period in ipairs { 1, 7, 999, 1000, 1001, 2500, 123456, 1000000 } do
        local n = 0
        debug.sethook(function(event) n = n + (event == "count" and 1 or 1000) end, "", period)
        work(500000)
        debug.sethook()
        counts[#counts + 1] = n
      end
      print(table.concat(counts, " "))
    ]]
  end)

  it("sees them also while other jobs have their turns", function()
    compare([[
      local lines, n = 0, 0
      local function work(count)
        local t = 0
        for i = 1, count do
          t = t + i
        end
        return t
      end
      debug.sethook(function(event) n = n + 1 end, "l")
      work(1000000)
      debug.sethook()
      print(n)
      n = 0
      debug.sethook(function(event) n = n + 1 end, "", 300000)
      work(3000000)
      debug.sethook()
      print(n)
    ]], "every('1ms', function() end)\n")
  end)

  it("is the coroutine's own for which it was set", function()
    compare [[
      local n = 0
      debug.sethook(function() n = n + 1 end, "c")
      local co = coroutine.wrap(function() for _ = 1, 100 do math.abs(1) end end)
      co()
      debug.sethook()
      print(n, debug.gethook(coroutine.create(print)))
    ]]
  end)

  for name, set in pairs {
    lines = 'debug.sethook(function() end, "l")',
    calls = 'debug.sethook(function() end, "c")',
    counts = 'debug.sethook(function() end, "", 100000000)',
    everything = 'debug.sethook(function() end, "crl", 1)',
    returns = 'local co = coroutine.create(compute) debug.sethook(co, function() end, "r") '
      .. 'compute = function() coroutine.resume(co) end',
  } do
    it("of " .. name .. " leaves other jobs their turns", function()
      local result = process.run({ luashot, "-" }, { stdin = [[
        local ticks = 0
        local job = every("10ms", function() ticks = ticks + 1 end)
        function compute()
          local stop = os.clock() + 0.3
          while os.clock() < stop do end
        end
      ]] .. set .. [[

        compute()
        debug.sethook()
        print(ticks)
        job:stop()
      ]] })
      assert.is_true(tonumber(result.out) >= 4, result.out .. result.err)
    end)
  end

  it("that ends what takes too many instructions does so", function()
    local result = process.run({ luashot, "-" }, { stdin = [[
      every("1ms", function() end)
      print(pcall(function()
        debug.sethook(function() error("too many", 0) end, "", 5000000)
        while true do end
      end))
      os.exit(0)
    ]] })
    assert.equal("false\ttoo many\n", result.out .. result.err)
  end)

  it("does not keep Ctrl-C from its work", function()
    local host = process.spawn { luashot, "-e", [[
      debug.sethook(function() end, "l")
      io.stdout:setvbuf "no"
      print "ready"
      while true do pcall(function() while true do end end) end
    ]] }
    assert.equal("ready", host:read_line(20), host.err)
    host:kill "sigint"
    assert.equal(130, (host:wait(20)))
  end)
end)
