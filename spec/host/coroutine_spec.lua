-- The host's own pcall, xpcall and coroutine functions: to a script they are Lua's.
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

--- The same script in stock Lua and luashot prints the same.
local function same(script)
  local theirs = process.run({ process.stock, "-" }, { stdin = script })
  local ours = process.run({ luashot, "-" }, { stdin = script })
  assert.equal("", ours.err)
  assert.equal(theirs.out, ours.out)
  assert.are_not.equal("", ours.out)
end

describe("pcall and xpcall", function()
  it("return what Lua's do", function()
    same [[
      print(pcall(function(...) return ... end, 1, nil, 3))
      print(pcall(error, "x"), pcall(error), pcall(error, nil))
      print(pcall(nil))
      print(pcall(pcall))
      print(pcall(xpcall), pcall(xpcall, print), pcall(xpcall, print, 1))
      print(xpcall(function(...) return ... end, print, 1, nil, 3))
      print(xpcall(error, function(e) return "handled " .. e end, "x"))
      print(xpcall(error, function(e) error(e) end, "x"))
      print(select("#", pcall(function() end)), select("#", xpcall(function() end, print)))
      print(pcall(string.rep, "x", 1 << 40, "x"))
    ]]
  end)

  it("tell where a stack overflows", function()
    same [[
      collectgarbage() -- a finalizer that waits has no room on a full stack, and Lua 5.4.9 then tells no place
      local function deep() return 1 + deep() end
      print((select(2, pcall(deep)):gsub("\n.*", "")))
    ]]
  end)

  it("can be yielded across", function()
    same [[
      local co = coroutine.wrap(function(...)
        print(pcall(function(...) print(coroutine.yield(...)) error "after" end, ...))
        print(xpcall(function(...) print(coroutine.yield(2)) return "done" end, print, 1))
        print(xpcall(function(...) coroutine.yield(3) error "late" end, function(e) return "handled " .. e end))
        return "end"
      end)
      print(co(1)) print(co "a") print(co "b") print(co "c")
    ]]
  end)
end)

describe("coroutines", function()
  it("behave as Lua's", function()
    same [[
      local co = coroutine.create(function(...)
        print("in", ...)
        print("again", coroutine.yield(1, nil, 3))
        return 4, nil
      end)
      print(coroutine.resume(co, "a", "b"))
      print(coroutine.status(co), coroutine.resume(co, "c"))
      print(coroutine.status(co), coroutine.resume(co))
      print(coroutine.close(co), coroutine.status(co))
      print(pcall(coroutine.resume), pcall(coroutine.resume, 1), pcall(coroutine.close, 1), pcall(coroutine.wrap, 1))
      print(coroutine.resume(coroutine.running()))
      print(pcall(coroutine.close, coroutine.running()))
    ]]
  end)

  it("pass errors on as Lua's", function()
    same [[
      print(coroutine.resume(coroutine.create(function() error "x" end)))
      print(coroutine.resume(coroutine.create(function() error {} end)) == false)
      print(pcall(coroutine.wrap(function() error "x" end)))
      print(pcall(coroutine.wrap(function() error("x", 0) end)))
      print(pcall(function() local f = coroutine.wrap(function() end) f() f() end))
      local t = {}
      print(select(2, pcall(coroutine.wrap(function() error(t) end))) == t)
      print(pcall(coroutine.wrap(function()
        local _ <close> = setmetatable({}, { __close = function(_, e) error("closing: " .. e, 0) end })
        error("x", 0)
      end)))
    ]]
  end)

  it("are closed as Lua's", function()
    same [[
      local function closer(name) return setmetatable({}, { __close = function(_, e) print("close", name, e) end }) end
      local co = coroutine.create(function() local _ <close> = closer "a" coroutine.yield() end)
      coroutine.resume(co)
      print(coroutine.close(co), coroutine.status(co))
      co = coroutine.create(function() local _ <close> = closer "b" error("x", 0) end)
      print(coroutine.resume(co))
      print(coroutine.close(co))
      co = coroutine.create(function()
        local _ <close> = setmetatable({}, { __close = function() error("in close", 0) end })
        coroutine.yield()
      end)
      coroutine.resume(co)
      print(coroutine.close(co))
      print(coroutine.close(coroutine.create(print)))
      print(coroutine.resume(coroutine.create(function() -- Lua 5.5 can
        local _ <close> = closer "c"
        print(pcall(coroutine.close, coroutine.running()))
      end)))
      print((pcall(coroutine.close)))
    ]]
  end)

  it("carry many values", function()
    same [[
      local many = table.move({}, 1, 0, 1)
      for i = 1, 5000 do many[i] = i end
      local co = coroutine.wrap(function(...)
        while true do coroutine.yield(select("#", ...), ...) end
      end)
      print((co(table.unpack(many))), select("#", co()))
      print(select("#", coroutine.resume(coroutine.create(function(...) return ... end), table.unpack(many))))
    ]]
  end)

  it("nest as deep as Lua's", function()
    same [[
      local function nest(n)
        if n == 0 then return "bottom" end
        return coroutine.wrap(nest)(n - 1)
      end
      print(nest(100))
      print((select(2, pcall(nest, 300)):gsub("^.*: ", "")))
    ]]
  end)
end)

describe("a wait inside coroutines of the script's own", function()
  local function run(script)
    local result = process.run({ luashot, "-" }, { stdin = script })
    assert.equal("", result.err)
    assert.equal(0, result.code)
    return result.out
  end

  it("passes through them, and their own yields do not", function()
    assert.equal("1\n2\n3\nend\n", run [[
      local generator = coroutine.wrap(function()
        for i = 1, 3 do
          sleep "5ms"
          coroutine.yield(i)
        end
      end)
      for i in generator do print(i) end
      print "end"
    ]])
  end)

  it("passes through resume, wrap and pcall at any depth, with arguments kept", function()
    assert.equal("a\tb\ntrue\tx\ty\nfalse\tboom\ntrue\tdead\n", run [[
      local co = coroutine.create(function(...)
        print(...)
        pcall(coroutine.wrap(function() sleep "1ms" pcall(sleep, "1ms") sleep "1ms" end))
        local got = coroutine.yield("x", "y")
        sleep "1ms"
        error(got, 0)
      end)
      print(coroutine.resume(co, "a", "b"))
      print(coroutine.resume(co, "boom"))
      print(true, coroutine.status(co))
    ]])
  end)

  it("lets other jobs run", function()
    assert.equal("tick tick tick done", (run [[
      local n = 0
      local job = every("5ms", function(job) n = n + 1 io.write "tick " if n == 3 then job:stop() end end)
      coroutine.wrap(function()
        while not job.stopped do sleep "1ms" end
      end)()
      io.write "done"
    ]]))
  end)

  it("is closed from the inside out when the job is stopped", function()
    assert.equal("inner\nmiddle\nouter\n", run [[
      local function closer(name) return setmetatable({}, { __close = function() print(name) end }) end
      local job = after(0, function()
        local _ <close> = closer "outer"
        coroutine.wrap(function()
          local _ <close> = closer "middle"
          coroutine.resume(coroutine.create(function()
            local _ <close> = closer "inner"
            sleep(100)
          end))
        end)()
      end)
      sleep "20ms"
      job:stop()
    ]])
  end)

  it("says where it cannot be", function()
    local out = run [[
      print(pcall(table.sort, { 1, 2 }, function() sleep(1) end))
      print(pcall(string.gsub, "x", "x", coroutine.wrap(function() sleep(1) end)))
      require("luv").new_timer():start(1, 0, function()
        print(pcall(sleep, 1))
        print(pcall(coroutine.wrap(function() sleep(1) end)))
      end)
    ]]
    local lines = {}
    for line in out:gmatch("[^\n]+") do
      lines[#lines + 1] = line
    end
    assert.equal(4, #lines)
    assert.matches("sleep cannot wait here: .*table.sort", lines[1])
    assert.matches("sleep cannot wait here: .*string.gsub", lines[2])
    assert.matches("sleep works inside a job only", lines[3])
    assert.matches("sleep works inside a job only", lines[4])
  end)
end)
