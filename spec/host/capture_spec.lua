-- Captures in jobs, against a real X server: other jobs go on meanwhile, and Ctrl-C gets through.
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a capture", function()
  local server, child

  before_each(function()
    server = xserver.start({ width = 320, height = 200 })
  end)

  after_each(function()
    if child then
      child:stop()
      child = nil
    end
    server:resume()
    server:stop()
  end)

  local function start(script)
    local text = "io.stdout:setvbuf 'line' local display = assert(luashot.open{}) " .. script
    child = process.spawn({ luashot, "-e", text }, { env = server:env() })
    return child
  end

  it("waits in one place with whatever else waits for the connection", function()
    -- The module that waits is what opens luv here. Were it loaded twice, each instance would miss the replies
    -- that the other has read.
    start [[
      local loads = 0
      table.insert(package.searchers, 1, function(name)
        loads = loads + (name == "luashot.events.fd_wait" and 1 or 0)
      end)
      display:on_lost(print)
      assert(display:monitors())
      sleep "10ms"
      print(loads)
      os.exit(0)
    ]]
    assert.equal("1", child:read_line())
  end)

  it("lets other jobs run while the server is silent", function()
    start [[
      display:grab()
      local ticks = 0
      local job = every("10ms", function() ticks = ticks + 1 if ticks == 5 then print "ticked" end end)
      print "ready" io.read()
      local frame = assert(display:grab())
      print("grabbed", frame.width, ticks >= 5)
      job:stop()
    ]]
    assert.equal("ready", child:read_line())
    server:suspend()
    child:write("\n")
    assert.equal("ticked", child:read_line(20))
    server:resume()
    assert.equal("grabbed\t320\ttrue", child:read_line(20))
    assert.equal(0, (child:wait(20)))
    assert.equal("", child.err)
  end)

  -- Grabs a small region for half a second, and counts how often the scheduler was asked to let others run.
  local COUNTED <const> = [[
    local uv = require "luv"
    local grabs, turns = 0, 0
    require("luashot.core").set_waiter(function() turns = turns + 1 end)
    local stop = uv.hrtime() + 5e8
    while uv.hrtime() < stop do
      assert(display:grab { x = 0, y = 0, width = 8, height = 8 }):release()
      grabs = grabs + 1
    end
    print(grabs, turns)
  ]]

  it("that is answered at once takes no turn of the loop", function()
    start(COUNTED)
    local grabs, turns = assert(child:read_line(20), child.err):match "^(%d+)\t(%d+)$"
    assert(tonumber(turns) < tonumber(grabs) / 2, turns .. " turns for " .. grabs .. " captures")
  end)

  it("that is answered at once still lets other jobs run from time to time", function()
    start(COUNTED)
    local grabs, turns = assert(child:read_line(20), child.err):match "^(%d+)\t(%d+)$"
    assert(tonumber(turns) >= math.min(20, tonumber(grabs) // 2), turns .. " turns for " .. grabs .. " captures")
  end)

  for _, question in ipairs { "size", "monitors", "windows" } do
    it("is not the only one to do so: " .. question .. " does", function()
      start(([[
        local ticks = 0
        local job = every("10ms", function() ticks = ticks + 1 if ticks == 5 then print "ticked" end end)
        print "ready" io.read()
        for _ = 1, 3 do
          after(0, function() print(display:%s() ~= nil) end)
        end
        print(display:%s() ~= nil, ticks >= 5)
        job:stop()
      ]]):format(question, question))
      assert.equal("ready", child:read_line())
      server:suspend()
      child:write("\n")
      assert.equal("ticked", child:read_line(20))
      server:resume()
      local lines = { child:read_line(20), child:read_line(20), child:read_line(20), child:read_line(20) }
      table.sort(lines)
      assert.same({ "true", "true", "true", "true\ttrue" }, lines)
      assert.equal(0, (child:wait(20)))
      assert.equal("", child.err)
    end)
  end

  it("of a job that is stopped gives its slot back, without a collection", function()
    start [[
      collectgarbage "stop"
      display = assert(luashot.open { slots = 2 })
      local function closed(fn)
        local job = after(0, fn)
        sleep "20ms"
        job:stop()
      end
      print "ready" io.read()
      closed(function() display:grab() end)
      closed(coroutine.wrap(function() display:grab_many { { x = 1, y = 1, width = 2, height = 2 } } end))
      print(display:stats().in_flight)
      io.read()
      repeat
        display:poll()
        sleep "1ms"
      until display:stats().in_flight == 0
      print(display:stats().held, display:stats().collections)
    ]]
    assert.equal("ready", child:read_line())
    server:suspend()
    child:write("\n")
    assert.equal("2", child:read_line(20))
    server:resume()
    child:write("\n")
    assert.equal("0\t0", child:read_line(20))
    assert.equal(0, (child:wait(20)))
  end)

  it("may go with a watch that two jobs ask", function()
    start [[
      local watch = assert(display:watch { x = 0, y = 0, width = 320, height = 200 })
      local answers, waits = 0, 0
      local watching = after(0, function()
        watch:wait()
        waits = waits + 1
      end)
      for i = 1, 3 do
        after(0, function()
          for _ = 1, 50 do
            assert(watch:changed())
            answers = answers + 1
          end
        end)
      end
      while answers < 150 do sleep "5ms" end
      print(answers, waits)
      os.execute "xsetroot -solid red"
      while not watching.stopped do sleep "5ms" end
      print(#watch:changed() > 0, waits)
    ]]
    assert.equal("150\t0", child:read_line(30), child.err)
    assert.equal("true\t1", child:read_line(30), child.err)
    assert.equal(0, (child:wait(20)))
    assert.equal("", child.err)
  end)

  it("into a full ring lets other jobs run while it waits for room, copied or not", function()
    for _, path in ipairs { "shm-fd", "shm-sysv" } do
      start(([[
        display = assert(luashot.open { path = "%s" })
        local zb = require "luashot.zerobuffer"
        local name = "room-" .. require("luv").os_getpid()
        local reader <close> = assert(zb.reader(name, { payload_size = 320 * 200 * 5 }))
        local writer <close> = assert(zb.writer(name))
        assert(display:publish(writer))
        local none, _, code = display:publish(writer, nil, { full = "drop" })
        local ticks = 0
        local job = every("10ms", function(job)
          ticks = ticks + 1
          if ticks == 10 then
            assert(reader:read(0)):release()
          end
        end)
        local sequence, why = display:publish(writer, nil, { timeout = "20s" })
        print(none, code, sequence, ticks >= 10)
        local item <close> = assert(reader:read(0))
        none, why, code = display:publish(writer, nil, { timeout = "100ms" })
        print(none, code, display:stats().held)
        job:stop()
      ]]):format(path))
      assert.equal("nil\tEBUFFERFULL\t2\ttrue", child:read_line(30), child.err)
      assert.equal("nil\tEBUFFERFULL\t0", child:read_line(20), child.err)
      assert.equal(0, (child:wait(20)), child.err)
    end
  end)

  it("is given the patience that its display was opened with", function()
    start [[
      display = assert(luashot.open { timeout = "200ms" })
      display:grab()
      print "ready" io.read()
      print(display:grab())
      print(display:grab(nil, { timeout = "100ms" }))
      print(display:grab_many({ { x = 0, y = 0, width = 1, height = 1 } }))
      print(pcall(function() for _ in display:frames {} do end end))
    ]]
    assert.equal("ready", child:read_line())
    server:suspend()
    child:write("\n")
    assert.matches("within 0.2 s.*ETIMEDOUT", child:read_line(20))
    assert.matches("within 0.1 s.*ETIMEDOUT", child:read_line(20))
    assert.matches("within 0.2 s.*ETIMEDOUT", child:read_line(20))
    assert.matches("within 0.2 s", child:read_line(20))
    server:resume()
    assert.equal(0, (child:wait(20)), child.err)
  end)

  it("is one of many on one display, each with its own pixels", function()
    start [[
      local done = 0
      for i = 1, 6 do
        after(0, function()
          for n = 1, 50 do
            local frame <close> = assert(display:grab { x = i, y = n, width = 10 * i, height = 10 })
            assert(frame.x == i and frame.y == n and frame.width == 10 * i)
            if n % 7 == 0 then sleep "1ms" end
          end
          done = done + 1
        end)
      end
      luashot.run()
      print(done)
    ]]
    assert.equal("6", child:read_line(30), child.err)
    assert.equal(0, (child:wait(20)))
    assert.equal("", child.err)
  end)

  it("times out in a job", function()
    start [[
      local job = every("10ms", function() end)
      print "ready" io.read()
      local frame, message, code = display:grab(nil, { timeout = 0.1 })
      print(frame, code)
      job:stop()
    ]]
    child:read_line()
    server:suspend()
    child:write("\n")
    assert.equal("nil\tETIMEDOUT", child:read_line(20))
    server:resume()
    assert.equal(0, (child:wait(20)))
  end)

  for name, background in pairs { alone = "", ["beside other jobs"] = "every('10ms', function() end)" } do
    it("is interrupted " .. name .. " while the server is silent", function()
      start(background .. [[
        display:grab()
        print "ready" io.read()
        print "go"
        pcall(function() display:grab(nil, { timeout = "1h" }) end)
      ]])
      child:read_line()
      server:suspend()
      child:write("\n")
      assert.equal("go", child:read_line(20))
      process.sleep(0.1)
      child:kill("sigint")
      process.sleep(0.1)
      server:resume() -- closing the display waits for it
      assert.equal(130, (child:wait(20)))
      assert.matches("^luashot: .*interrupted", child.err)
    end)
  end

  it("of a job that is stopped leaves the display usable", function()
    start [[
      print "ready" io.read()
      local job = after(0, function() display:grab(nil, { timeout = "1h" }) end)
      sleep "50ms"
      job:stop()
      print "stopped"
      assert(display:grab())
      print "grabbed"
    ]]
    child:read_line()
    server:suspend()
    child:write("\n")
    assert.equal("stopped", child:read_line(20))
    server:resume()
    assert.equal("grabbed", child:read_line(20))
    assert.equal(0, (child:wait(20)), child.err)
  end)

  it("of a window that is looked for ends with its display", function()
    start [[
      print "ready" io.read()
      after(0, function() print(select(3, display:grab { title = "door" })) end)
      after(0, function() print(select(3, display:grab { window = "active", obscured = true })) end)
      after(0, function() print(select(3, display:windows())) end)
      sleep "20ms"
      display:close()
    ]]
    assert.equal("ready", child:read_line())
    server:suspend()
    child:write("\n")
    for _ = 1, 3 do
      assert.equal("ELOST", child:read_line(20))
    end
    assert.equal(0, (child:wait(20)), child.err)
  end)
end)
