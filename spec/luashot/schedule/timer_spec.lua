-- Timers of jobs: they run once in a turn of the loop, and leave the other turns to descriptors.
local new_timer = require "luashot.schedule.timer"
local process = require "spec.support.process"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

-- The number of times that a pipe was read while this ran in a host. The pipe is never empty, and each read
-- takes one byte, so that every turn of the loop has something to read.
local function reads(script)
  local result = process.run({ luashot, "-" }, { stdin = [[
    local uv = require "luv"
    local function busy(ms)
      local stop = uv.hrtime() + ms * 1000000
      while uv.hrtime() < stop do end
    end
    local fds, reads = uv.pipe({ nonblock = true }, { nonblock = true }), 0
    local poll = uv.new_poll(fds.read)
    uv.fs_write(fds.write, "x")
    poll:start("r", function() reads = reads + 1 end)
  ]] .. script .. [[
    print(reads)
    os.exit(0)
  ]] })
  assert.equal(0, result.code, result.err)
  return assert(tonumber(result.out))
end

describe("a loop of jobs", function()
  it("looks at descriptors between two sleeps of no length", function()
    assert.is_true(reads "for _ = 1, 1000 do sleep(0) end" >= 900)
  end)

  it("looks at descriptors while two jobs take longer than their intervals", function()
    assert.is_true(reads [[
      local runs = 0
      for _ = 1, 2 do
        every("1ms", function()
          busy(2)
          runs = runs + 1
        end)
      end
      repeat sleep "3ms" until runs >= 40
    ]] >= 10)
  end)
end)

describe("a timer", function()
  it("calls its function once, in the order of the times", function()
    local order, timers = {}, {}
    for i, ms in ipairs { 3, 1, 2, 0 } do
      timers[i] = new_timer()
      timers[i]:start(ms, function() order[#order + 1] = ms end)
    end
    uv.run()
    assert.same({ 0, 1, 2, 3 }, order)
  end)

  it("that is due does not run once it is stopped, and runs later once it is started again", function()
    local order = {}
    local function note(name)
      return function() order[#order + 1] = name end
    end
    local stops, stopped, again = new_timer(), new_timer(), new_timer()
    stops:start(0, function()
      stopped:stop()
      again:start(1, note "again")
    end)
    stopped:start(0, note "stopped")
    again:start(0, note "too early")
    uv.run()
    assert.same({ "again" }, order)
  end)

  it("runs in a loop that the function of an earlier one runs", function()
    local order = {}
    local outer, inner = new_timer(), new_timer()
    local has_run
    outer:start(0, function()
      has_run = uv.run "once" ~= nil -- luv 1.52 refuses a loop in a loop
      order[#order + 1] = "outer"
    end)
    inner:start(0, function() order[#order + 1] = "inner" end)
    uv.run()
    assert.same(has_run and { "inner", "outer" } or { "outer", "inner" }, order)
  end)

  it("calls what waits for a look at descriptors after that, however late the loop is", function()
    local order, pipe, timer = {}, uv.pipe(), new_timer()
    local poll = uv.new_poll(pipe.read)
    poll:start("r", function()
      order[#order + 1] = "read"
      poll:close()
    end)
    timer:start_after_look(1, function() order[#order + 1] = "looked" end)
    uv.fs_write(pipe.write, "x")
    uv.sleep(20)
    uv.run()
    assert.same({ "read", "looked" }, order)
    uv.fs_close(pipe.read)
    uv.fs_close(pipe.write)
  end)

  it("that is closed while it is due is forgotten", function()
    local closed, runs = new_timer(), 0
    local closes = new_timer()
    closes:start(0, function() closed:close() end)
    closed:start(0, function() runs = runs + 1 end)
    uv.run()
    assert.equal(0, runs)
  end)
end)
