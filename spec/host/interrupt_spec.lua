-- Ctrl-C and SIGTERM, wherever Lua happens to be.
local proc = require "spec.support.proc"
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

local PRELUDE = [[
  io.stdout:setvbuf "line"
  local function closer(name)
    return setmetatable({}, { __close = function() print(name) end })
  end
  local function spin() while true do end end
  local function ready() print "ready" end
]]

describe("an interrupt", function()
  local started = {}

  --- Start a script and wait until it says that it is ready.
  local function start(script, ...)
    local child = process.spawn({ luashot, ... or "-e", PRELUDE .. script })
    started[#started + 1] = child
    assert.equal("ready", child:read_line(20), child.err)
    proc.await_going_on(child.pid)
    return child
  end

  local function finish(child, signal)
    child:kill(signal or "sigint")
    local code = child:wait(60)
    assert.truthy(code, "still running")
    return child
  end

  after_each(function()
    for _, child in ipairs(started) do
      child:stop()
    end
    started = {}
  end)

  local places = {
    ["a plain loop"] = "ready() while true do end",
    ["a loop of pcall"] = "ready() while true do pcall(spin) end",
    ["a loop of pcall around a C function"] = "ready() while true do pcall(error, 'x') end",
    ["pcall in pcall"] = [[
      local function f() while true do pcall(pcall, spin) end end
      ready() while true do pcall(f) end]],
    ["a loop of xpcall"] = "ready() while true do xpcall(spin, function() return 'x' end) end",
    ["a coroutine"] = "coroutine.wrap(function() ready() spin() end)()",
    ["a loop of resume"] = "ready() while true do coroutine.resume(coroutine.create(spin)) end",
    ["a loop of pcall around a wrapped coroutine"] = "ready() while true do pcall(coroutine.wrap(spin)) end",
    ["a coroutine with a loop of pcall in a coroutine"] = [[
      coroutine.wrap(function()
        coroutine.wrap(function() ready() while true do pcall(spin) end end)()
      end)()]],
    ["a generator"] = [[
      local function numbers() return coroutine.wrap(function() for i = 1, 1e18 do coroutine.yield(i) end end) end
      ready() for _ in numbers() do end]],
    ["a __close function of a coroutine"] = [[
      local co = coroutine.create(function()
        local _ <close> = setmetatable({}, { __close = spin })
        coroutine.yield()
      end)
      coroutine.resume(co) ready() coroutine.close(co)]],
    ["sleep"] = "ready() sleep '1h'",
    ["a loop of pcall around sleep"] = "ready() while true do pcall(sleep, 100) end",
    ["sleep in coroutines of the script's own"] = [[
      coroutine.wrap(function() pcall(function() ready() sleep(100) end) end)()]],
    ["a job"] = "every(0.01, function() ready() spin() end)",
    ["a job with a loop of pcall"] = "after(0, function() ready() while true do pcall(spin) end end)",
    ["a callback of luv"] = [[
      require("luv").new_timer():start(1, 0, function() ready() while true do pcall(spin) end end)]],
    ["the script's own way to run the loop"] = [[
      local uv = require "luv"
      uv.new_timer():start(1000000, 0, print)
      ready() while true do pcall(uv.run) end]],
    ["busy callbacks in the script's own way to run the loop"] = [[
      local uv = require "luv"
      uv.new_timer():start(1, 1, function() for _ = 1, 10000 do end end)
      ready() while true do pcall(uv.run, "once") end]],
    ["a job in the script's own way to run the loop"] = [[
      every(0.001, function() for _ = 1, 100000 do end end)
      ready() while true do pcall(require("luv").run, "once") end]],
    ["the loop with nothing to do"] = "after('1h', print) ready()",
    ["reading standard input"] = "ready() io.read()",
    ["many small calls"] = "ready() while true do string.rep('x', 10) end",
    ["a sort"] = "ready() while true do table.sort({ 3, 2, 1 }, function(a, b) return a < b end) end",
  }

  for name, script in pairs(places) do
    it("stops " .. name, function()
      local child = finish(start(script))
      assert.equal(130, child.code)
      assert.equal(0, child.signal)
      assert.matches("^luashot: .*interrupted", child.err)
      assert.equal(1, select(2, child.err:gsub("luashot: ", "")), child.err)
    end)
  end

  it("says where it stopped the script", function()
    local child = finish(start("ready()\nlocal function f()\n  spin()\nend\npcall(f)"))
    assert.matches("^luashot: %(command line%):%d+: interrupted\nstack traceback:\n", child.err)
    assert.matches("in upvalue 'spin'", child.err)
    assert.matches("in main chunk", child.err)
  end)

  it("only says that it did when nothing but time was spent there", function()
    assert.equal("luashot: interrupted\n", finish(start "ready() sleep(100)").err)
    assert.equal("luashot: interrupted\n", finish(start "ready() pcall(sleep, 100)").err)
  end)

  it("closes what the script has open, in every job and coroutine, and runs finalizers", function()
    local child = finish(start([[
      local _ <close> = closer "main"
      setmetatable({}, { __gc = function() print "finalizer" end })
      after(0, function()
        local _ <close> = closer "job"
        coroutine.wrap(function()
          local _ <close> = closer "coroutine"
          ready()
          sleep(100)
        end)()
      end)
      sleep(100)
    ]]))
    assert.equal("ready\nmain\ncoroutine\njob\nfinalizer\n", child.out)
  end)

  it("lets __close functions run while it unwinds", function()
    local child = finish(start([[
      local _ <close> = setmetatable({}, { __close = function()
        local n = 0
        for i = 1, 1000000 do n = n + i end
        print(pcall(error, "inside"))
        print(n)
      end })
      ready()
      pcall(spin)
    ]]))
    assert.equal("ready\nfalse\tinside\n500000500000\n", child.out)
    assert.equal(130, child.code)
  end)

  it("does not stop a C function at work, only what follows", function()
    local child = finish(start([[
      ready()
      string.find(string.rep("a", 1000), "a-a-b")
      print "never"
    ]]))
    assert.equal("ready\n", child.out)
    assert.equal(130, child.code)
  end)

  it("that comes twice kills", function()
    local child = start([[
      local _ <close> = setmetatable({}, { __close = function() print "stuck" spin() end })
      ready()
      spin()
    ]])
    child:kill("sigint")
    assert.equal("stuck", child:read_line(20))
    finish(child)
    assert.equal(2, child.signal)
  end)

  it("by SIGTERM ends with 143 and closes the state", function()
    for _, script in ipairs { "ready() sleep(100)", "ready() while true do pcall(spin) end" } do
      local child = finish(start("setmetatable({}, { __gc = function() print 'finalizer' end }) " .. script), "sigterm")
      assert.equal(143, child.code)
      assert.equal("ready\nfinalizer\n", child.out)
      assert.equal("", child.err)
    end
  end)

  it("that comes before the script says nothing else", function()
    for signal, status in pairs { sigterm = 143, sigint = 130 } do
      for _ = 1, 15 do
        local child = process.spawn { luashot, "-e", "sleep(100)" }
        started[#started + 1] = child
        proc.await_handler(child.pid, signal)
        finish(child, signal)
        assert.equal(status, child.code)
        assert.equal("", child.out)
        local is_told = signal == "sigint" and child.err:find "^luashot: [^\n]*interrupted\n"
        assert.is_true(child.err == "" or is_told == 1, child.err)
      end
    end
  end)

  it("that is ignored from the start stays so", function()
    local script = PRELUDE .. "ready() io.read() print 'done'"
    local child = process.spawn({ "sh", "-c", "trap '' INT; exec \"$0\" -e \"$1\"", luashot, script })
    started[1] = child
    assert.equal("ready", child:read_line(20))
    child:kill("sigint")
    child:close_input()
    child:wait(20)
    assert.equal("ready\ndone\n", child.out)
    assert.equal(0, child.code)
  end)

  it("of a child does not reach the script", function()
    local child = process.run({ luashot, "-e", "print(os.execute 'kill -INT $$') print(pcall(error, 'x'))" })
    assert.equal("nil\tsignal\t2\nfalse\tx\n", child.out)
    assert.equal(0, child.code)
  end)
end)
