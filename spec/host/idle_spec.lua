-- What a host costs while it waits: nothing.
local need = require "spec.support.need"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a host with nothing to do for an hour", function()
  local rig, host, pid

  after_each(function()
    if pid then
      uv.kill(pid, "sigkill") -- strace would leave it
    end
    if host then
      host:wait(10)
      host, pid = nil, nil
    end
    rig:stop()
  end)

  -- Ten jobs half an hour and more away, whatever the clock shows now.
  local JOBS <const> = [[
    local function ready() io.write(require("luv").os_getpid(), "\n") io.flush() end
    for i = 1, 10 do
      cron(("%d * * * *"):format((os.date "*t".min + 29 + i) % 60), print)
    end
  ]]

  --- Its system calls in that number of seconds, by strace.
  local function calls(seconds, script)
    need(process.run({ "strace", "-o", "/dev/null", "true" }).code == 0, "strace is missing, or may not trace")
    rig = screen.start { width = 64, height = 48 }
    host = process.spawn({ "strace", "-f", luashot, "-e", JOBS .. script }, { env = rig.server:env() })
    pid = assert(tonumber(host:read_line(60)), host.err)
    local before
    repeat -- until everything rests; the watchdog of a connection looks once more within a second
      before = #host.err
      process.wait_until(function() return host.code end, 1.5)
    until #host.err == before
    process.wait_until(function() return host.code end, seconds)
    assert.is_nil(host.code)
    return host.err:sub(before + 1)
  end

  it("makes no system call", function()
    assert.equal("", calls(5, "ready()"))
  end)

  it("makes none after work, with a connection, monitors and changes to look after", function()
    assert.equal("", calls(3, [[
      every("1h", print)
      at((os.date "*t".hour + 12) % 24 .. ":30", print)
      local display = assert(luashot.open {})
      display:on_lost(print)
      display:on_monitors(print)
      display:on_change(nil, print)
      local ticks = every("20ms", function() assert(display:grab()):release() end)
      local stop = os.clock() + 0.2
      while os.clock() < stop do end
      local saved
      display:grab():save_async("/dev/null", { format = "ppm" }, function() saved = true end)
      while not saved do sleep "10ms" end
      ticks:stop()
      ready()
    ]]))
  end)

  it("makes none in 30 seconds #long", function()
    assert.equal("", calls(30, "ready()"))
  end)
end)
