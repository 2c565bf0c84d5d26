-- Screens that change and X servers that come and go, under a host that goes on.
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local xserver = require "spec.support.xserver"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a host", function()
  local server, host

  after_each(function()
    if host then
      host:stop()
    end
    server:stop()
    server, host = nil, nil
  end)

  local function start(script, ...)
    host = process.spawn({ luashot, ..., "-" }, { env = server:env() })
    host:write("io.stdout:setvbuf 'line'\n" .. script)
    host:close_input()
  end

  --- The next line that it prints.
  local function line()
    return host:read_line(30) or ("nothing: " .. host.err)
  end

  --- Another server under the same name.
  local function start_again(width, height)
    local number = server.display
    server = xserver.start { width = width, height = height, display = number }
  end

  it("follows monitors and a screen that change", function()
    server = xserver.start { replaceable = true, width = 640, height = 480 }
    start [[
      local display = assert(luashot.open {})
      display:on_monitors(function(monitors)
        local list = {}
        for i, monitor in ipairs(monitors) do
          list[i] = ("%s %dx%d+%d+%d"):format(monitor.output, monitor.width, monitor.height, monitor.x, monitor.y)
        end
        local frame <close> = display:grab()
        print(frame.width, frame.height, table.concat(list, ", "))
      end, "name")
      print "ready"
    ]]
    assert.equal("ready", line())
    server:set_monitor("left", "320x480+0+0")
    assert.matches("^640\t480\t.*left 320x480%+0%+0", line())
    server:resize(320, 240)
    assert.matches("^320\t240\t", line())
    server:delete_monitor("left")
    assert.is_nil(line():match "left")
    assert.equal("", host.err)
  end)

  it("does nothing while it is told of nothing", function()
    server = xserver.start { width = 64, height = 48 }
    start [[
      assert(luashot.open {}):on_monitors(function() print "changed" end)
      print "ready"
    ]]
    assert.equal("ready", line())
    process.sleep(0.2)
    local before = proc.cpu_time(host.pid)
    process.sleep(1)
    assert.is_true(proc.cpu_time(host.pid) - before < 0.1)
    server:set_monitor("left", "32x48+0+0")
    assert.equal("changed", line())
  end)

  it("is told of nothing while nothing changes, and by captures", function()
    server = xserver.start { replaceable = true, width = 64, height = 48 }
    start [[
      local display = assert(luashot.open {})
      display:on_monitors(function() print "changed" end)
      every("5ms", function() display:grab():release() end)
      after("300ms", function() os.exit() end)
    ]]
    assert.equal(0, host:wait(30))
    assert.equal("", host.out)
  end)

  it("goes on with a smaller server in the place of one that was killed", function()
    server = xserver.start { replaceable = true, width = 640, height = 480 }
    start [[
      local display = assert(luashot.open { slots = 3 })
      local kept = assert(display:grab())
      display:on_lost(function(why) print("lost", why) end, { on_back = function() print "back" end })
      display:on_monitors(function(monitors) print("monitors", monitors[1].width) end)
      display:on_change(nil, function(frame) print("change", frame.width) end)
      local before
      every("20ms", function()
        local frame <close>, _, code = display:grab()
        local now = frame and frame.width or code
        if now ~= before then
          print("grab", now, kept:pixel(639, 479), #kept:bytes "rgb")
        end
        before = now
      end)
    ]]
    assert.matches("^grab\t640\t", line())
    server:kill()
    local lines = { line(), line() }
    table.sort(lines)
    assert.matches("^grab\tELOST\t0\t921600$", lines[1])
    assert.matches("^lost\tthe connection to the X server is lost", lines[2])
    start_again(300, 200)
    lines = { line(), line(), line(), line() }
    table.sort(lines)
    assert.equal("back", lines[1])
    assert.equal("change\t300", lines[2]) -- all of it
    assert.equal("grab\t300\t0\t921600", lines[3])
    assert.equal("monitors\t300", lines[4])
    server:run { "xsetroot", "-solid", "red" }
    assert.equal("change\t300", line())
    assert.equal("", host.err)
  end)

  it("watches on when a server of the same size has come back", function()
    server = xserver.start { replaceable = true, width = 64, height = 48 }
    start [[
      local display = assert(luashot.open {})
      display:on_lost(function() print "lost" end)
      display:on_change("32x32", function(frame) print(frame:pixel(0, 0)) end)
      print "ready"
    ]]
    assert.equal("ready", line())
    server:kill()
    assert.equal("lost", line())
    start_again(64, 48)
    assert.equal("0\t0\t0", line()) -- all of it
    server:run { "xsetroot", "-solid", "red" }
    assert.equal("255\t0\t0", line())
    assert.equal("", host.err)
  end)

  it("survives a server that is stopped and goes on", function()
    server = xserver.start { replaceable = true, width = 64, height = 48 }
    start [[
      local display = assert(luashot.open {})
      display:on_lost(print)
      local before
      every("20ms", function()
        local frame <close>, _, code = display:grab(nil, { timeout = "1s" })
        local now = frame and "frame" or code
        if now ~= before then
          print(now)
        end
        before = now
      end)
    ]]
    local function expect(wanted) -- a busy machine may make a capture late at any time
      local said
      repeat
        said = line()
      until said ~= "frame" and said ~= "ETIMEDOUT" or said == wanted
      assert.equal(wanted, said)
    end
    expect "frame"
    server:suspend()
    expect "ETIMEDOUT"
    server:resume()
    expect "frame"
  end)

  it("connects the global grab anew", function()
    server = xserver.start { replaceable = true, width = 640, height = 480 }
    start [[
      local before
      every("50ms", function()
        local ok, frame = pcall(grab)
        local now = ok and frame.width or frame.code
        if now ~= before then
          print(now)
        end
        before = now
      end)
    ]]
    assert.equal("640", line())
    server:kill()
    assert.equal("ELOST", line())
    start_again(300, 200)
    assert.equal("300", line())
  end)

  it("publishes on, into the same ring", function()
    server = xserver.start { replaceable = true, width = 64, height = 48 }
    start [[
      local zerobuffer = require "luashot.zerobuffer"
      local name = "survival-" .. require("luv").os_getpid()
      local reader <close> = assert(zerobuffer.reader(name))
      local writer <close> = assert(zerobuffer.writer(name))
      local display <close> = assert(luashot.open {})
      print(display:publish(writer))
      display:on_lost(print, { on_back = function() print(display:publish(writer)) end })
      reader:read():release()
      while not reader:read "10ms" do end
      os.exit(0, true)
    ]]
    assert.equal("1\tnil", line())
    server:kill()
    assert.matches("lost", line())
    start_again(32, 32)
    assert.equal("2\tnil", line())
    assert.equal(0, host:wait(30))
  end)

  it("ends while nothing but a connection is looked after, and while none comes back", function()
    server = xserver.start { replaceable = true, width = 64, height = 48 }
    start [[assert(luashot.open {}):on_lost(print)]]
    assert.equal(0, host:wait(30))
    start [[local display = assert(luashot.open {})
      display:on_lost(print)
      display:on_monitors(print)
      print "ready"]]
    assert.equal("ready", line())
    server:kill()
    assert.matches("lost", line())
    host:kill "sigterm"
    assert.equal(143, host:wait(30))
  end)

  it("ends the watching of a display that is closed", function()
    server = xserver.start { replaceable = true, width = 64, height = 48 }
    start [[local display = assert(luashot.open {})
      local job = display:on_lost(print)
      after("50ms", function()
        display:close()
        sleep "50ms"
        print(job.stopped, job.errors)
      end)]]
    assert.equal("true\t0", line())
    assert.equal(0, host:wait(30))
    assert.equal("", host.err)
  end)

  -- Each connection has another number, for which a descriptor to wait with was kept for ever.
  it("has no more descriptors open after many losses than after two", function()
    server = xserver.start { replaceable = true, width = 64, height = 48 }
    start [[
      local display = assert(luashot.open {})
      display:on_lost(function() end, { on_back = function() print "back" end })
      display:on_change("root", function() end)
      every("5ms", function() display:grab "10x10" end)
      print "ready"
    ]]
    assert.equal("ready", line())
    local counts = {}
    for i = 1, 8 do
      server:kill()
      start_again(64, 48)
      assert.equal("back", line())
      counts[i] = select(2, proc.fds(host.pid))
    end
    assert.is_true(counts[8] <= counts[2] + 2, table.concat(counts, " "))
  end)

  it("starts before the server does", function()
    server = xserver.start { replaceable = true, width = 64, height = 48 }
    server:kill()
    start([[every("20ms", function(job) print "tick" job:stop() end)
      print(grab())
    ]], "--wait-display")
    assert.equal("tick", line())
    start_again(32, 32)
    assert.equal("frame 1 (root 32x32+0+0)", line())
    assert.equal(0, host:wait(30))
    assert.matches("^luashot: waiting for the display :%d+: [^\n]+\n$", host.err)
  end)

  it("waits for a server that has no room, breaks off, or asks for a cookie that is yet to come", function()
    server = xserver.start { width = 64, height = 48 }
    local between = relay.start(server)
    finally(function() between:stop() end)
    between "refuse Maximum number of clients reached"
    host = process.spawn({ luashot, "--wait-display", "-e", "print(grab())" }, { env = { DISPLAY = between.display } })
    local function reports(text)
      assert.is_truthy(process.wait_until(function() return host.err:find(text, 1, true) end, 20), text .. host.err)
    end
    reports "has no room for one more client"
    between "close 1000"
    reports "closes the connection without an answer"
    between "refuse Authorization required"
    reports "refuses the connection: Authorization required"
    assert.equal(3, select(2, host.err:gsub("luashot: waiting for the display", "")))
    between "pass"
    assert.equal("frame 1 (root 64x48+0+0)", line())
    assert.equal(0, host:wait(30))
  end)

  it("does not wait for a display that nobody names", function()
    server = xserver.start { replaceable = true, width = 64, height = 48 }
    local result = process.run({ luashot, "--wait-display", "-e", "grab()" }, { env = { DISPLAY = false } })
    assert.equal(1, result.code)
  end)
end)
