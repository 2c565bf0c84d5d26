-- Error objects are the script's own, and so is their __tostring: it may fail, compute for ever or wait. It
-- runs as a part of the job that has failed, and nobody else minds.
local door = require "spec.support.door"
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

local OBJECTS <const> = [[
  local function object(fn) return setmetatable({}, { __tostring = fn }) end
  local failing = object(function() error "inner" end)
  local forever = object(function() while true do end end)
  local sleeping = object(function() sleep "20ms" return "slept" end)
  local nothing = object(function() end)
  local hidden = setmetatable({}, { __tostring = function() return "shown" end, __metatable = false })
]]

local function run(script)
  return process.run({ luashot, "-" }, { stdin = OBJECTS .. script, timeout = 20 })
end

describe("a traceback", function()
  it("has the public name of a function", function()
    local frames = "a 'luashot.core.x'\nstack traceback:\n\t[C]: in function 'luashot.%sload'\n\tx.lua:1: in main chunk"
    local traceback = require "luashot.schedule.traceback"
    assert.equal(frames:format "", traceback.clean(frames:format "core."))
  end)
end)

describe("an error object", function()
  it("whose __tostring fails leaves its job as any other error does", function()
    local result = run [[
      local ends = 0
      local job = every("5ms", function() error(failing) end, { on_error = function(text)
        ends = ends + 1
        if ends == 3 then print(text) os.exit(0) end
      end })
      after("10s", function() print(job.runs, job.errors, job.running) os.exit(1) end)
    ]]
    assert.matches("^%(error object is a table value, whose __tostring failed: stdin:2: inner%)\nstack traceback:\n",
      result.out)
    assert.equal(0, result.code, result.err)
  end)

  it("is told with the place that raised it", function()
    local result = run [[
      local function risky() error(sleeping) end
      after(0, function() risky() end, { name = "one" })
    ]]
    local expected = "^luashot: job 'one': slept\nstack traceback:\n"
      .. "\t%[C%]: in function 'error'\n\tstdin:%d+: in .*risky"
    assert.matches(expected, result.err)
    assert.is_nil(result.err:find("[luashot]", 1, true))
    assert.equal(1, result.code)
  end)

  it("is shown by lua5.4's rules", function()
    local result = run [[
      for _, value in ipairs { nothing, hidden, setmetatable({}, { __index = { __tostring = print } }), {}, true } do
        after(0, function() error(value) end, { name = "one" })
      end
    ]]
    local lines = {}
    for line in result.err:gmatch "luashot: job 'one': ([^\n]*)" do
      lines[#lines + 1] = line
    end
    assert.same({
      "(error object is a table value, whose __tostring returned a nil value)",
      "shown",
      "(error object is a table value)",
      "(error object is a table value)",
      "(error object is a boolean value)",
    }, lines)
  end)

  it("that computes for ever lets other jobs run, and its own be stopped", function()
    local result = run [[
      local stuck = after(0, function() error(forever) end, { name = "stuck" })
      local ticks = 0
      every("5ms", function()
        ticks = ticks + 1
        if ticks == 10 then
          print(stuck.running, stuck.errors)
          stuck:stop()
          print(stuck.running, stuck.errors, #luashot.schedule.jobs())
          os.exit(0)
        end
      end)
    ]]
    assert.equal("1\t0\n0\t1\t1\n", result.out)
    assert.matches("^luashot: job 'stuck': %(error object is a table value, whose __tostring was stopped%)\nstack",
      result.err)
  end)

  it("does not keep the host from its end", function()
    local host = process.spawn({ luashot, "-e", OBJECTS .. [[
      io.stdout:setvbuf "no"
      after(0, function() print "raised" error(forever) end)
    ]] })
    assert.equal("raised", host:read_line(20), host.err)
    host:kill "sigint"
    assert.equal(130, host:wait(20), host.err)
  end)

  it("in a __close is told when its job is stopped", function()
    for object, text in pairs {
      failing = "(error object is a table value, whose __tostring failed: stdin:2: inner)",
      sleeping = "(error object is a table value, whose __tostring was stopped)",
      hidden = "shown",
    } do
      local result = run(([[
        local job = after(0, function()
          local guard <close> = setmetatable({}, { __close = function() error(%s) end })
          sleep "1h"
        end, { name = "one" })
        sleep "10ms"
        job:stop()
        print(job.stopped, job.running, job.errors, #luashot.schedule.jobs())
      ]]):format(object))
      assert.equal("true\t0\t1\t1\n", result.out)
      assert.equal("luashot: job 'one': " .. text .. "\n", result.err)
    end
  end)

  it("in a __close that computes for ever ends with the next stop", function()
    local result = run [[
      local job = after(0, function()
        local guard <close> = setmetatable({}, { __close = function() error(forever) end })
        sleep "1h"
      end, { name = "one" })
      sleep "10ms"
      job:stop()
      print(job.stopped, job.running)
      sleep "30ms"
      job:stop()
      print(job.running, job.errors, #luashot.schedule.jobs())
      job = after(0, function()
        local guard <close> = setmetatable({}, { __close = function() error(forever) end })
        sleep "1h"
      end, { name = "two" })
      sleep "10ms"
      os.exit(0, true) -- stops it
    ]]
    assert.equal("true\t1\n0\t1\t1\n", result.out)
    local told = "luashot: job '%s': %%(error object [^\n]*\n"
    assert.matches("^" .. told:format "one" .. told:format "two" .. "$", result.err)
    assert.equal(0, result.code)
  end)

  it("of runs beside others ends each of them", function()
    local result = run [[
      local job
      job = every("5ms", function() error(failing) end, { name = "one", overrun = "allow", on_error = function()
        if job.errors == 3 then print(job.running <= 1) job:stop() end
      end })
    ]]
    assert.equal("true\n", result.out .. result.err)
  end)

  it("of on_error's own is told, too", function()
    local result = run [[
      after(0, function() error "first" end, { name = "one", on_error = function() error(failing) end })
    ]]
    assert.matches("^luashot: job 'one': %(error object is a table value, whose __tostring failed: stdin:2: inner%)\n",
      result.err)
  end)

  it("at the prompt is an error, and the next line is run", function()
    local result = process.run({ luashot, "-i" }, { stdin = [[
      error(setmetatable({}, { __tostring = function() error "x" end }))
      1 + 2
      _PROMPT = setmetatable({}, { __tostring = function() error "y" end })
      3 + 4
    ]] })
    assert.equal(0, result.code)
    assert.matches("> 3\n", result.out)
    assert.matches("> 7\n", result.out)
    assert.matches("whose __tostring failed: stdin:1: x", result.err)
  end)

  it("of a line that is attached is told, and no longer than it is wanted", function()
    local here <close> = setmetatable({ door = door.new() }, { __close = function(self) self.door:close() end })
    here.door:listen(door.TICKER)
    local result = here.door:attach({}, "-e", OBJECTS .. "error(failing)")
    assert.matches("whose __tostring failed: stdin:2: inner", result.err)
    assert.equal(1, result.code)
    local child = here.door:remember(process.spawn({ luashot, "--attach", here.door.path, "-e", OBJECTS .. [[
      print "raised" error(forever)
    ]] }))
    assert.equal("raised", child:read_line(20), child.err)
    here.door:evaluate "gap = 0 sleep(0.2)"
    assert.is_true(tonumber(here.door:evaluate "gap") < 1)
    child:kill "sigint"
    assert.equal(130, (child:wait(20)))
    assert.equal("", here.door:evaluate "for _, job in ipairs(luashot.schedule.jobs()) do assert(job.name ~= 'x') end")
  end)

  it("of what save_async calls, or a server's handler, ends neither", function()
    local name = "luashot-spec-error-object-" .. require("luv").os_getpid()
    local result = process.run({ luashot, "--headless=16x8", "-", name }, { stdin = OBJECTS .. [[
      io.stderr:setvbuf "no"
      local frame = grab()
      local saved = 0
      for i = 1, 3 do
        frame:save_async(os.tmpname() .. ".ppm", nil, function(path)
          os.remove(path)
          saved = saved + 1
          error(failing)
        end)
      end
      local zb = require "luashot.zerobuffer"
      local server = assert(zb.server(arg[1], { on_init = function() error(failing) end }, function(item)
        error(item.sequence == 1 and failing or item.sequence == 2 and sleeping or {})
      end))
      server:start()
      local client = assert(zb.client(arg[1]))
      for i = 1, 3 do
        local item <close> = assert(client:request("x", "5s"))
        print(item:bytes())
      end
      while saved < 3 do sleep "1ms" end
      server:close()
      print(#luashot.schedule.jobs())
    ]], timeout = 40 })
    assert.equal(("luashot: handler failed\n"):rep(3) .. "1\n", result.out)
    local _, failed = result.err:gsub("whose __tostring failed: stdin:2: inner", "")
    assert.equal(5, failed, result.err)
    assert.matches("server of the channel [^\n]*: slept\nstack traceback:", result.err)
    assert.matches("server of the channel [^\n]*: %(error object is a table value%)", result.err)
    assert.equal(1, result.code)
  end)
end)
