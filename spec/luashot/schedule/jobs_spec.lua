-- Jobs in the host: the script is one, errors never end the others, and the loop runs after it.
local process = require "spec.support.process"

local source = assert(os.getenv("LUASHOT_SOURCE"))
local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

local function run(script, options)
  options = options or {}
  options.stdin = script
  return process.run({ luashot, "-" }, options)
end

describe("the host", function()
  it("lets the script sleep while its jobs run", function()
    local result = run [[
      local n = 0
      local job = every("5ms", function() n = n + 1 end)
      while n < 3 do sleep "1ms" end
      job:stop()
      print(n)
    ]]
    assert.equal("3\n", result.out)
    assert.equal(0, result.code)
  end)

  it("runs the loop after the script until nothing is left to wait for", function()
    local result = run [[
      after("10ms", function()
        print "after"
        require("luv").new_timer():start(10, 0, function() print "timer" end)
      end)
      print "script"
    ]]
    assert.equal("script\nafter\ntimer\n", result.out)
  end)

  it("lets -e, -l and a script share the loop, in order", function()
    local result = process.run({ luashot, "-e", "after('5ms', function() print 'first' over = true end)",
      "-e", "while not over do sleep '5ms' end print 'second'", "-e", "print 'third'" })
    assert.equal("first\nsecond\nthird\n", result.out)
  end)

  it("takes a script that ends in luashot.run() as stock Lua does", function()
    local script = [[
      local schedule = require "luashot.schedule"
      schedule.after("5ms", function() print "tick" end)
      schedule.run()
      print "end"
    ]]
    assert.equal("tick\nend\n", run(script).out)
    local stock = process.run(process.lua("-"), {
      stdin = script,
      env = { LUA_PATH = ("%s/lua/?.lua;%s/lua/?/init.lua;;"):format(source, source) },
    })
    assert.equal("tick\nend\n", stock.out)
  end)

  it("takes luv's own way to run the loop", function()
    assert.equal("tick\nend\n", run([[
      local uv = require "luv"
      uv.new_timer():start(5, 0, function() print "tick" end)
      uv.run()
      print "end"
    ]]).out)
  end)

  it("goes on when a job fails, and ends with status 1", function()
    local result = run [[
      after(0, function() error "one" end, { name = "first" })
      after("5ms", function() print "two" end)
    ]]
    assert.equal("two\n", result.out)
    assert.matches("^luashot: job 'first': stdin:1: one\nstack traceback:\n", result.err)
    assert.equal(1, result.code)
  end)

  it("goes on when a callback of luv fails, and ends with status 1", function()
    local result = run [[
      local uv = require "luv"
      uv.new_timer():start(1, 0, function() error "one" end)
      uv.new_timer():start(2, 0, function() error {} end)
      uv.new_timer():start(5, 0, function() print "two" end)
    ]]
    assert.equal("two\n", result.out)
    assert.matches("^luashot: stdin:2: one\nstack traceback:\n", result.err)
    assert.matches("luashot: %(error object is a table value%)\n", result.err)
    assert.equal(1, result.code)
  end)

  it("goes on after any number of failures", function()
    local result = run [[
      local uv = require "luv"
      local timer, n = uv.new_timer(), 0
      timer:start(1, 1, function()
        n = n + 1
        if n == 200 then timer:close() print(n) end
        error "again"
      end)
    ]]
    assert.equal("200\n", result.out)
    assert.equal(200, select(2, result.err:gsub("stdin:6: again", "")))
  end)

  it("ends when the script itself fails, also after a sleep, and closes its jobs", function()
    local result = run [[
      local function closer(name) return setmetatable({}, { __close = function() print(name) end }) end
      every("1ms", function() end)
      after(0, function() local _ <close> = closer "job" sleep(100) end)
      sleep "10ms"
      error "script"
    ]]
    assert.equal("job\n", result.out)
    assert.matches("^luashot: stdin:5: script\nstack traceback:\n", result.err)
    assert.equal(1, result.code)
  end)

  it("ends when nothing is left to wait for though the script still waits for that", function()
    assert.equal("last\n", run("require('luashot.schedule').run() print 'last'").out)
  end)

  it("closes what luv has open at the end", function()
    local result = run [[
      local uv = require "luv"
      local pipe = uv.new_pipe()
      local timer = uv.new_timer()
      timer:start(100000, 0, print)
      timer:unref()
      uv.new_tcp()
      setmetatable({}, { __gc = function() print "finalizer" end })
    ]]
    assert.equal("finalizer\n", result.out)
    assert.equal(0, result.code)
    assert.equal(0, result.signal)
  end)

  it("waits for requests that run on threads, also after a failure", function()
    local result = run [[
      local uv = require "luv"
      for i = 1, 20 do uv.fs_stat("/", function() end) end
      local function read(_, fd) uv.fs_read(fd, 1 << 20, 0, function() end) end
      for i = 1, 4 do uv.fs_open("/dev/zero", "r", 0, read) end
      error "x"
    ]]
    assert.equal(1, result.code)
    assert.equal(0, result.signal)
  end)

  it("gives its one loop to whoever requires luv", function()
    local result = run [[
      local uv
      coroutine.wrap(function() uv = require "luv" end)()
      collectgarbage()
      uv.new_timer():start(1, 0, function() print(select(2, coroutine.running())) end)
      print(uv == require "luv")
    ]]
    assert.equal("true\ntrue\n", result.out)
    assert.equal(0, result.code)
  end)

  it("survives a reader that goes away, unless it reads standard output", function()
    local result = run [[
      local pipe = io.popen("exec <&-; echo closed; sleep 0.1", "w")
      require("luv").sleep(50)
      print(pipe:write("x"):flush())
    ]]
    assert.equal("closed\nnil\tBroken pipe\t32\n", result.out)
    assert.equal(0, result.signal)
    local endless = { "bash", "--norc", "-c",
      [["$0" -e 'while true do print "x" end' | head -1; echo ${PIPESTATUS[0]}]], luashot }
    assert.equal("x\n141\n", process.run(endless, { timeout = 20 }).out)
  end)

  it("may be left from a callback", function()
    local result = run("after(0, function() os.exit(5, true) end) every(1, print)")
    assert.equal(5, result.code)
    assert.equal("", result.err)
  end)

  it("has the global functions and nothing else of its own", function()
    local result = run [[
      local names = {}
      for name in pairs(_G) do names[#names + 1] = name end
      table.sort(names)
      print(table.concat(names, " "))
    ]]
    local stock = process.run(process.lua("-"), { stdin = [[
      local names = { "after", "at", "cron", "every", "grab", "help", "luashot", "sleep" }
      for name in pairs(_G) do names[#names + 1] = name end
      table.sort(names)
      print(table.concat(names, " "))
    ]] })
    assert.equal(stock.out, result.out)
  end)
end)
