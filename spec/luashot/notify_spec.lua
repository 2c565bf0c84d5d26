-- What a service manager is told. The manager here is a datagram socket of Python's.
local files = require "spec.support.files"
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"
local source = assert(os.getenv("LUASHOT_SOURCE"))

-- Prints every datagram, on one line.
local MANAGER <const> = [[
import socket, sys
name = sys.argv[1]
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind("\0" + name[1:] if name[0] == "@" else name)
print("listening", flush=True)
while True:
    print(manager.recv(4096).decode().replace("\n", "|"), flush=True)
]]

describe("a service manager", function()
  local folder, address, manager, host

  local function manage(name)
    address = name or folder .. "/notify"
    manager = process.spawn { "python3", "-c", MANAGER, address }
    assert.equal("listening", manager:read_line(60), manager.err)
  end

  local function start(script, env, ...)
    local all = { NOTIFY_SOCKET = address }
    for key, value in pairs(env or {}) do
      all[key] = value
    end
    host = process.spawn({ luashot, "-e", "io.stdout:setvbuf 'line' " .. script, ... }, { env = all })
  end

  before_each(function()
    folder = files.folder()
  end)

  after_each(function()
    for _, child in ipairs { manager, host } do
      child:stop()
    end
    manager, host = nil, nil
    files.remove(folder)
  end)

  it("is told when the script has run and its jobs are on, and when they end", function()
    manage()
    start [[
      every("10ms", function() end)
      print "running"
      io.read()
    ]]
    assert.equal("running", host:read_line(20))
    process.sleep(0.1)
    process.wait_until(function() return false end, 0.05)
    assert.equal("listening\n", manager.out)
    host:write "\n"
    assert.equal("READY=1", manager:read_line(20))
    host:kill "sigterm"
    assert.equal("STOPPING=1", manager:read_line(20))
    assert.equal(143, (host:wait(20)))
    assert.equal("", host.err)
  end)

  it("is told at once when running jobs are given time to end", function()
    manage()
    start "after(0, function() io.read() print 'begun' sleep '1s' print 'ended' end) every('1h', print)"
    assert.equal("READY=1", manager:read_line(20))
    host:write "\n"
    assert.equal("begun", host:read_line(20))
    host:kill "sigterm"
    assert.equal("STOPPING=1", manager:read_line(20))
    assert.is_true(host:is_running())
    assert.equal("ended", host:read_line(20))
    assert.equal(143, (host:wait(20)))
    assert.equal("listening\nREADY=1\nSTOPPING=1\n", manager.out)
  end)

  it("with a name in the abstract namespace is told too", function()
    manage("@luashot-" .. folder:gsub("%W", ""))
    start "require 'luashot.notify'.status('as\\nit is')"
    assert.equal("STATUS=as it is", manager:read_line(20))
    assert.equal("READY=1", manager:read_line(20))
    assert.equal("STOPPING=1", manager:read_line(20))
    assert.equal(0, (host:wait(20)), host.err)
  end)

  it("is told by a script that has no end of its own", function()
    manage()
    start "require 'luashot.notify'.ready() sleep(100)"
    assert.equal("READY=1", manager:read_line(20))
  end)

  it("is not told of a script that fails", function()
    manage()
    start "error 'early'"
    assert.equal(1, (host:wait(20)))
    process.wait_until(function() return false end, 0.05)
    assert.equal("listening\n", manager.out)
  end)

  it("is told that the loop turns, as long as it does", function()
    manage()
    start([[
      require("luv").new_signal():start("sigusr1", function()
        print "held up"
        io.read() -- the loop does not turn meanwhile
        print "free"
      end)
      every("1h", print)
    ]], { WATCHDOG_USEC = "200000" })
    local lines = 0
    repeat
      local line = assert(manager:read_line(20), host.err)
      lines = lines + (line == "WATCHDOG=1" and 1 or 0)
    until lines == 2
    host:kill "sigusr1"
    assert.equal("held up", host:read_line(20))
    process.wait_until(function() return false end, 0.2) -- what was under way
    local before = #manager.out
    process.wait_until(function() return false end, 0.4)
    assert.equal(before, #manager.out)
    host:write "\n"
    assert.equal("free", host:read_line(20))
    assert.truthy(process.wait_until(function() return #manager.out > before end, 20))
  end)

  it("that watches another process is not told", function()
    manage()
    start("sleep(0.3)", { WATCHDOG_USEC = "20000", WATCHDOG_PID = "1" })
    assert.equal("READY=1", manager:read_line(20))
    assert.equal("STOPPING=1", manager:read_line(20))
  end)

  it("is not told by children", function()
    manage()
    start([[os.execute "echo ${NOTIFY_SOCKET-none} ${WATCHDOG_USEC-none}"]], { WATCHDOG_USEC = "1000000" })
    assert.equal("none none", host:read_line(20))
  end)

  it("of a name that is none is warned of, and the script runs", function()
    for _, name in ipairs { "relative", "/" .. ("x"):rep(110) } do
      local result = process.run({ luashot, "-e", "print 'runs'" }, { env = { NOTIFY_SOCKET = name } })
      assert.same({ 0, "runs\n" }, { result.code, result.out })
      assert.matches("NOTIFY_SOCKET is " .. name .. ": a path or an @name of at most %d+ bytes is needed", result.err)
    end
  end)

  it("that is gone does not matter", function()
    manage()
    manager:kill "sigkill"
    manager:wait(20)
    start "print 'well'"
    assert.equal(0, (host:wait(20)))
    assert.equal("well\n", host.out)
    assert.matches("^luashot: cannot notify ", host.err)
  end)

  it("without one nothing is said", function()
    manage()
    start("print 'well'", { NOTIFY_SOCKET = "" })
    assert.equal(0, (host:wait(20)))
    assert.equal("", host.err)
  end)
end)

describe("the unit file", function()
  it("is right for systemd", function()
    local need = require "spec.support.need"
    need(process.run({ "which", "systemd-analyze" }).code == 0, "there is no systemd-analyze")
    local folder = files.folder()
    for _, name in ipairs { "luashot", "luashot-wall", "luashot-collect" } do
      local unit = ("%s/%s@patrol.service"):format(folder, name)
      local text = files.read(("%s/scripts/%s@.service"):format(source, name))
      files.write(unit, (text:gsub("/usr/local/bin/luashot", luashot)))
      local result = process.run({ "systemd-analyze", "verify", "--user", "--man=no", unit },
        { env = { XDG_RUNTIME_DIR = folder } })
      assert.equal("", result.out)
      assert.is_nil(result.err:find("@patrol.service", 1, true), result.err)
    end
    files.remove(folder)
  end)
end)
