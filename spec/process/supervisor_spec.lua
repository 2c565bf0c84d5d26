-- The parent of a sandboxed script can always end it.
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local terminal = require "spec.support.terminal"
local walls = require "spec.support.walls"

local DEAF <const> = "luashot: the sandbox ended the script: it had been asked to end, and did not\n"

describe("the parent of a sandboxed script", function()
  local world

  setup(walls.need)

  before_each(function()
    world = walls.new { DISPLAY = false }
  end)

  after_each(function()
    world:remove()
  end)

  --- Starts one that has printed `line`, and is deaf or has stopped.
  local function start(attack, line, ...)
    local child = world:spawn(world:intruder(attack, nil, ...))
    finally(function()
      child:stop()
    end)
    assert.equal(line, child:read_line())
    assert(process.wait_until(function() -- it prints before it stops, and listens in between
      return attack ~= "stop" or proc.state(proc.children(child.pid)[1]) == "T"
    end))
    return child
  end

  -- Signals of one kind that are close together are one. The last may end it.
  local function send(child, names)
    for i, name in ipairs(names) do
      if i < #names then
        proc.signal(child, name)
      else
        child:kill(name)
      end
    end
  end

  for attack, line in pairs { deaf = "deaf", stop = "stopping" } do
    for _, names in ipairs {
      { "sigterm", "sigterm", "sigterm" }, { "sigint", "sigint", "sigint" }, { "sighup", "sigquit", "sigterm" },
    } do
      it(("ends one that is %s with the third signal: %s"):format(attack, table.concat(names, ", ")), function()
        local child = start(attack, line, "--grace", "1h", "-e", "print(os.clock())")
        send(child, names)
        assert.equal(137, (child:wait(20)))
        assert.equal(DEAF, child.err)
      end)
    end

    it(("ends one that is %s some time after its grace"):format(attack), function()
      local child = start(attack, line, "--grace", "100ms", "-e", "print(os.clock())")
      child:kill "sigterm"
      assert.equal(137, (child:wait(30)))
      assert.equal(DEAF, child.err)
    end)
  end

  -- Prints how many bytes wait in a pipe.
  local WAITING <const> = [[
import array, fcntl, os, sys, termios
count = array.array("i", [0])
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY | os.O_NONBLOCK), termios.FIONREAD, count)
print(count[0])]]

  --- Waits until nobody takes more of what is written to the pipe, and a deaf script is deaf.
  local function await_silence(child, attack)
    assert(process.wait_until(function()
      local said = process.run({ "python3", "-c", WAITING, world.folder .. "/full" }).out
      return (tonumber(said) or 0) > 32768
    end, 60), child.err)
    local inner = proc.children(child.pid)
    assert(process.wait_until(function()
      return attack == "" or proc.is_blocked(inner[#inner], "sigterm")
    end, 60))
  end

  -- All of a pipe, and what is on its way there.
  local FULL <const> = "print(('x'):rep(150000)) "
  for name, case in pairs {
    ["and goes on writing"] = { "", "while true do print(('x'):rep(1000)) end", 143, "" },
    ["and is deaf"] = { "deaf", FULL .. "print(os.clock())", 137, DEAF },
    ["and is deaf, with messages in the same pipe"] = { "deaf", FULL .. "print(os.clock())", 137, "", "2>&1" },
  } do
    it("ends one whose output nobody reads, " .. name, function()
      local attack, code, status, message, more = table.unpack(case)
      local child = process.spawn({ "sh", "-c",
        "mkfifo full; sleep 100 <>full >/dev/null 2>&1 & echo $! >reader; exec \"$@\" >full " .. (more or ""), "sh",
        table.unpack(world:intruder(attack, nil, "--grace", "100ms", "-e", code)) },
        { env = world.env, cwd = world.folder })
      finally(function()
        child:stop()
        process.run({ "sh", "-c", "kill $(cat reader)" }, { cwd = world.folder })
      end)
      await_silence(child, attack)
      child:kill "sigterm"
      assert.equal(status, (child:wait(20)))
      assert.equal(message, child.err)
    end)
  end

  it("does not take an ignored signal for a request", function()
    local argv = { "nohup", table.unpack(world:command("-e", "print 'ready' sleep(100)")) }
    local child = world:spawn(argv)
    finally(function()
      child:stop()
    end)
    assert.equal("ready", child:read_line())
    send(child, { "sighup", "sighup", "sighup", "sighup" })
    process.sleep(1)
    assert.is_true(child:is_running())
    child:kill "sigterm"
    assert.equal(143, (child:wait(20)))
  end)

  it("lets a prompt be interrupted as often as one likes", function()
    local session = terminal.spawn(world:command "-i", { env = world.env })
    finally(function()
      session:stop()
    end)
    session:see "> "
    for i = 1, 5 do
      session:type("print('runs' .. " .. i .. ") while true do end\n")
      session:see("runs" .. i)
      session:type "\3"
      session:see "> "
    end
    process.sleep(1)
    session:type "6 * 7\n"
    session:see(function(screen)
      return screen:find("\n42\n", 1, true)
    end)
  end)

  it("ends a deaf one at a prompt by Ctrl-\\", function()
    local session = terminal.spawn(world:intruder("deaf", nil, "-i"), { env = world.env })
    finally(function()
      session:stop()
    end)
    session:see "> "
    session:type "os.clock()\n"
    session:see "deaf"
    for _ = 1, 3 do
      session:type "\28"
      process.sleep(0.1)
    end
    assert.equal(137, (session:wait()))
  end)
end)
