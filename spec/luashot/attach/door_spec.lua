-- The door of a running host: who may come in, what they can do there, and what they cannot do to it.
local door = require "spec.support.door"
local need = require "spec.support.need"
local nobody = require "spec.support.nobody"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"


local TICKER <const> = door.TICKER

describe("the door", function()
  local here, folder, path

  local function remember(child)
    return here:remember(child)
  end

  local function listen(...)
    return here:listen(...)
  end

  local function attach(...)
    return here:attach(...)
  end

  local function evaluate(text)
    return here:evaluate(text)
  end

  local function connect()
    return here:connect()
  end

  before_each(function()
    here = door.new()
    folder, path = here.folder, here.path
  end)

  after_each(function()
    here:close()
  end)

  describe("runs", function()
    it("what -e says, and answers with its exit status", function()
      local host = listen(TICKER)
      local result = attach({}, "-e", "x = 5", "-e", "x, nil, 'a'")
      assert.equal("5\tnil\ta\n", result.out)
      assert.equal(0, result.code, result.err)
      assert.matches("job 'ticker'", evaluate "luashot.schedule.jobs()")

      result = attach({}, "-e", "error 'oh'", "-e", "print 'never'")
      assert.matches("^luashot: stdin:1: oh\nstack traceback:\n", result.err)
      assert.is_nil(result.err:find("[luashot]", 1, true))
      assert.equal("", result.out)
      assert.equal(1, result.code)
      for _, wrong in ipairs { "x x", "for i = 1, 2 do" } do
        result = attach({}, "-e", wrong)
        assert.matches("^luashot: stdin:1: .", result.err)
        assert.equal(1, result.code)
      end
      assert.equal("", host.out)
      assert.equal("", host.err)
      assert.is_true(host:is_running())
    end)

    it("a program from standard input", function()
      listen(TICKER)
      local program = "#!/usr/bin/env luashot\nlocal sum = 0\nfor i = 1, 10 do\n  sum = sum + i\n"
        .. "  sleep(0.001)\nend\nprint(sum)\n"
      for _, dash in ipairs { { "-" }, {} } do
        local result = attach({ stdin = program }, table.unpack(dash))
        assert.equal("55\n", result.out)
        assert.equal(0, result.code, result.err)
      end
      assert.matches(":2: ", attach({ stdin = "\nerror 'x'" }).err)
      local long = attach({ stdin = ("-"):rep(2 << 20) })
      assert.matches("too long", long.err)
      assert.equal(1, long.code)
    end)

    it("lines with -i, and chunks of several", function()
      listen(TICKER)
      local result = attach({ stdin = "1 + 1\nfor i = 1, 2 do\nprint(i)\nend\nx x\n'still'\n" }, "-i")
      assert.matches("^luashot %d[^\n]*, process %d+[^\n]*\n> 2\n> >> >> 1\n2\n> > still\n> \n$", result.out)
      assert.matches("^luashot: stdin:1: syntax error", result.err)
      assert.equal(0, result.code)
    end)

    it("long answers as a whole", function()
      listen(TICKER)
      local result = attach({}, "-e", "for i = 1, 50000 do print(i) end")
      assert.equal(0, result.code, result.err)
      assert.equal(50000, select(2, result.out:gsub("\n", "")))
      assert.matches("\n50000\n$", result.out)
      assert.equal(3 << 20, #attach({}, "-e", "print(('x'):rep((3 << 20) - 1))").out)
    end)

    it("and shows what functions of the script print, here and not there", function()
      local host = listen(TICKER)
      assert.equal("status\tticker", evaluate "status()")
      assert.equal("", host.out)
    end)

    it("and what a job that was left behind prints, as long as somebody is there", function()
      local host = listen(TICKER .. "io.stdout:setvbuf 'line'")
      local one = connect()
      one:send("run", "n = 0 every('10ms', function() n = n + 1 print('n', n) end) return 1")
      assert.truthy(one:get "done")
      assert.matches("^n\t%d+\n$", one:get "output")
      one.pipe:close()
      assert.matches("^n\t%d+$", host:read_line(20))
    end)

    it("completes names", function()
      listen(TICKER)
      local one = connect()
      assert.matches("^2\nluashot ", one:get "hello")
      one:send("complete", "x = string.form")
      assert.equal("12\nformat", one:get "completion")
      one:send("complete", "stat")
      assert.equal("1\nstatus", one:get "completion")
    end)

    it("several at once, each with lines of its own", function()
      listen(TICKER)
      local one, two = connect(), connect()
      one:send("line", "for i = 1, 2 do")
      assert.equal("", one:get "more")
      two:send("line", "sleep(0.05) return 'two'")
      one:send("line", "print('one', i) end")
      assert.equal("one\t1\n", one:get "output")
      assert.truthy(one:get "done")
      assert.equal("two\n", two:get "result")
      assert.truthy(two:get "done")
      one:send("line", "two = 2")
      one:get "done"
      two:send("line", "two")
      assert.equal("2\n", two:get "result")
    end)
  end)

  describe("ends what is run", function()
    it("on an interrupt, and that alone", function()
      listen(TICKER)
      local one, two = connect(), connect()
      two:send("line", "print 'begun' while not go do sleep(0.005) end return 'unharmed'")
      assert.equal("begun\n", two:get "output")
      one:send("line", [[
        print 'begun'
        local _ <close> = setmetatable({}, { __close = function() closed = true end })
        while true do pcall(sleep, 100) end]])
      assert.equal("begun\n", one:get "output")
      one:send "interrupt"
      assert.equal("interrupted\n", one:get "error")
      assert.truthy(one:get "done")
      one:send("line", "return closed, #luashot.schedule.jobs()")
      assert.equal("true\t3\n", one:get "result") -- ticker, two's and this one
      one:send("line", "go = true")
      assert.equal("unharmed\n", two:get "result")

      assert.truthy(one:get "done")
      one:send("line", "x = {")
      one:get "more"
      one:send "interrupt"
      one:send("line", "6 * 7")
      assert.equal("42\n", one:get "result")
    end)

    it("whatever it computes, while a job at 50 Hz loses no run", function()
      listen(TICKER)
      local one, two, three = connect(), connect(), connect()
      three:send("line", "while true do pcall(function() while true do end end) end")
      two:send("line", "sleep(0.2) return 'unharmed'")
      -- Only other programs that use the processors may cost a run.
      one:send("line", [[
        local skipped, began, used = job.skipped, uv.hrtime(), os.clock()
        sleep(1)
        return job.skipped - skipped, (uv.hrtime() - began) / 1e9 - (os.clock() - used)
      ]])
      local lost, others = (one:get "result"):match "^(%d+)\t(.*)\n"
      assert.is_true(tonumber(lost) * 0.01 <= tonumber(others), ("%s lost, %s s for others"):format(lost, others))
      assert.equal("unharmed\n", two:get "result")
      three:send "interrupt"
      assert.equal("interrupted\n", three:get "error")
      assert.truthy(three:get "done")
      three:send("line", "1")
      assert.equal("1\n", three:get "result")
    end)

    it("also where nobody else has a turn", function()
      listen(TICKER)
      local one = connect()
      for _, way in ipairs { "interrupt", "close" } do
        for _, stuck in ipairs {
          "table.sort({ 1, 2, 3 }, function() while true do end end)",
          "('x'):gsub('x', function() while true do pcall(function() while true do end end) end end)",
          "luashot.schedule.atomic(function() coroutine.wrap(function() while true do end end)() end)",
        } do
          one:send("line", "print 'stuck'; " .. stuck)
          assert.equal("stuck\n", one:get "output")
          process.sleep(0.02)
          if way == "interrupt" then
            one:send "interrupt"
            assert.matches("interrupted\n", one:get "error")
            assert.truthy(one:get "done")
          else
            one.pipe:close()
            one = connect()
          end
          one:send("line", "1")
          assert.equal("1\n", one:get "result")
        end
      end
    end)

    it("on Ctrl-C", function()
      local host = listen(TICKER)
      local child = remember(process.spawn { luashot, "--attach", path, "-e", "print 'ready' sleep(100)" })
      assert.equal("ready", child:read_line(20))
      child:kill "sigint"
      assert.equal(130, (child:wait(20)))
      assert.equal("luashot: interrupted\n", child.err)
      assert.is_true(host:is_running())
      assert.equal("{ job 'ticker', job 'attached 2' }", evaluate "luashot.schedule.jobs()")
    end)

    it("by a second Ctrl-C on this side alone, when the host does not answer", function()
      local host = listen(TICKER)
      local child = remember(process.spawn { luashot, "--attach", path, "-e", "print 'ready' sleep(100)" })
      assert.equal("ready", child:read_line(20))
      host:kill "sigstop"
      local late = remember(process.spawn { luashot, "--attach", path, "-e", "1" })
      proc.await_handler(late.pid, "sigint")
      for _, one in ipairs { child, late } do
        assert.truthy(process.wait_until(function()
          one:kill "sigint" -- none while it ends: that would be the system's to handle
          return process.wait_until(function() return not one:is_running() end, 1.5)
        end, 20))
        assert.equal(130, (one:wait(20)))
      end
      host:kill "sigcont"
      assert.equal("1", evaluate "1")
    end)

    for signal, status in pairs { sigterm = 143, sighup = 129 } do
      it("on " .. signal .. " of who is attached, while a line runs, nobody answers or nothing is typed", function()
        local host = listen(TICKER)
        local child = remember(process.spawn { luashot, "--attach", path, "-e", "print 'ready' sleep(100)" })
        assert.equal("ready", child:read_line(20))
        child:kill(signal)
        assert.equal(status, (child:wait(20)))
        assert.equal("{ job 'ticker', job 'attached 2' }", evaluate "luashot.schedule.jobs()")
        local command = ("exec %s --attach %s"):format(luashot, path)
        for _, kind in ipairs { "dumb", "xterm" } do
          child = remember(process.spawn({ "script", "-qec", command, "/dev/null" }, { env = { TERM = kind } }))
          child:see "^D leaves it running"
          child:see "> "
          assert(uv.kill(proc.children(child.pid)[1], signal))
          assert.equal(status, (child:wait(20)))
        end
        child = remember(process.spawn { luashot, "--attach", path, "-e", "print 'ready' sleep(100)" })
        assert.equal("ready", child:read_line(20))
        host:kill "sigstop"
        child:kill(signal)
        assert.equal(status, (child:wait(20)))
        host:kill "sigcont"
      end)
    end

    it("when somebody else stops its job, and says so", function()
      listen(TICKER)
      local one = connect()
      one:send("run", "print 'there' sleep(100)")
      assert.truthy(one:get "output")
      evaluate "for _, one in ipairs(luashot.schedule.jobs()) do if one.name == 'attached 1' then one:stop() end end"
      assert.equal("stopped\n", one:get "error")
      assert.truthy(one:get "done")
      for _, wrong in ipairs { "x x", "error 'x x'" } do
        one:send("line", wrong)
        assert.matches("stdin:1: ", one:get "error")
        assert.truthy(one:get "done")
      end
    end)

    it("when whoever ran it is gone", function()
      listen(TICKER)
      local child = remember(process.spawn { luashot, "--attach", path, "-e", "print 'ready' sleep(100)" })
      assert.equal("ready", child:read_line(20))
      child:kill "sigkill"
      child:wait(20)
      assert.truthy(process.wait_until(function()
        return not evaluate "luashot.schedule.report()":find("attached 1", 1, true)
      end, 20))
    end)
  end)

  describe("on a terminal", function()
    it("is a prompt, with Ctrl-C and ^D for the line and the session alone", function()
      local host = listen(TICKER)
      local command = ("exec %s --attach %s"):format(luashot, path)
      local child = remember(process.spawn({ "script", "-qec", command, "/dev/null" }, { env = { TERM = "dumb" } }))
      child:see "^D leaves it running"
      child:see "> "
      child:write("6 * 7\n")
      child:see "42"
      child:see "> "
      child:write("\3")
      child:see "> "
      child:write("print('go', 'on') sleep(100)\n")
      child:see "go\ton"
      child:write("\3")
      child:see "interrupted"
      child:see "> "
      child:write("print('go', 'round') while true do pcall(function() while true do end end) end\n")
      child:see "go\tround"
      child:write("\3")
      child:see "interrupted"
      child:see "> "
      child:write("every('20ms', function(job) print('from', 'a job') job:stop() end)\n")
      child:see "from\ta job"
      child:write("\4")
      assert.equal(0, (child:wait(20)), child.out)
      assert.is_true(host:is_running())
    end)
  end)

  describe("stands", function()
    local function mode(name)
      return assert(uv.fs_lstat(name)).mode & 511
    end

    it("open to this user alone, until the host ends", function()
      process.run({ "chmod", "0755", folder })
      local host = listen(TICKER, { env = { UMASK = false } })
      assert.equal(384, mode(path)) -- 0600
      assert.equal("socket", uv.fs_lstat(path).type)
      host:kill "sigterm"
      assert.equal(143, (host:wait(20)))
      assert.is_nil(uv.fs_lstat(path))
      assert.same({ code = 0, out = "", err = "" }, (function()
        local result = process.run { "ls", "-A", folder }
        return { code = result.code, out = result.out, err = result.err }
      end)())
    end)

    it("until the last job has ended, or os.exit, or an error", function()
      for script, code in pairs { ["sleep(0.1)"] = 0, ["sleep(0.1) os.exit(7)"] = 7, ["sleep(0.1) error 'x'"] = 1 } do
        local host = process.run { luashot, "--listen", path, "-e", script }
        assert.equal(code, host.code)
        assert.is_nil(uv.fs_lstat(path))
      end
    end)

    it("for as long as somebody is attached", function()
      local host = listen "while not is_over do sleep(0.005) end"
      local one = connect()
      assert.truthy(one:get "hello")
      one:send("line", "is_over = true sleep(0.5) return 'here'")
      assert.equal("here\n", one:get "result")
      process.sleep(0.1)
      assert.is_true(host:is_running())
      one.pipe:close()
      assert.equal(0, (host:wait(20)))
    end)

    it("for good without a script", function()
      local host = listen(nil, { stdin = "error 'not a script'" })
      process.sleep(0.1)
      assert.equal("1", evaluate "1")
      assert.is_true(host:is_running())
      host:kill "sigterm"
      host:wait(20)
      assert.equal("", host.err)
    end)

    it("beside the host's own prompt", function()
      local result = process.run({ luashot, "--listen", path, "-i" }, { stdin = "{ 1 }\nprint { 1 }\n" })
      assert.matches("> { 1 }\n> table: 0x%x+\n> \n$", result.out)
      assert.equal(0, result.code)
    end)

    it("and tells who is attached when the host ends", function()
      local host = listen(TICKER)
      local child = remember(process.spawn { luashot, "--attach", path, "-e", "print 'ready' sleep(100)" })
      assert.equal("ready", child:read_line(20))
      host:kill "sigterm"
      assert.equal(3, (child:wait(20)))
      assert.matches("luashot: the host has ended\n$", child.err)
    end)

    it("until what is being run has had the time to end", function()
      local host = listen(TICKER)
      local line = "print 'ready' sleep(0.5) return 'ended'"
      local child = remember(process.spawn { luashot, "--attach", path, "-e", line })
      assert.equal("ready", child:read_line(20))
      host:kill "sigterm"
      assert.equal(0, (child:wait(20)), child.err)
      assert.equal("ready\nended\n", child.out)
      assert.equal(143, (host:wait(20)))
    end)

    it("anew in the place of a dead socket", function()
      local host = listen(TICKER)
      host:kill "sigkill"
      host:wait(20)
      assert.equal("socket", uv.fs_lstat(path).type)
      local result = attach({}, "-e", "1")
      assert.equal(3, result.code)
      assert.matches("Connection refused", result.err)
      remember(process.spawn { luashot, "--listen", path, "-e", TICKER })
      assert.truthy(process.wait_until(function()
        return attach({}, "-e", "1").code == 0
      end, 20))
    end)

    it("alone: a living host's socket is respected", function()
      listen(TICKER)
      local second = process.run { luashot, "--listen", path, "-e", "print 'never'" }
      assert.equal("luashot: --listen: another host listens at " .. path .. "\n", second.err)
      assert.equal("", second.out)
      assert.equal(1, second.code)
      assert.equal("1", evaluate "1")
    end)

    it("once, when many hosts start at the place of a dead one", function()
      local dead = listen(TICKER)
      dead:kill "sigkill"
      dead:wait(20)
      local hosts = {}
      for i = 1, 6 do
        hosts[i] = remember(process.spawn { luashot, "--listen", path, "-e", "print 'up' sleep(100)" })
      end
      local function count_running()
        local running = 0
        for _, host in ipairs(hosts) do
          running = running + (host:is_running() and 1 or 0)
        end
        return running
      end
      assert.truthy(process.wait_until(function() return count_running() == 1 end, 20), tostring(count_running()))
      assert.equal("1", evaluate "1")
      assert.equal(1, count_running())
    end)

    it("and leaves alone what has come into its place", function()
      local host = listen(TICKER)
      assert(uv.fs_unlink(path))
      local file = assert(io.open(path, "w"))
      file:close()
      host:kill "sigterm"
      assert.equal(143, (host:wait(20)))
      assert.equal("file", uv.fs_lstat(path).type)
    end)

    it("at a path of any length", function()
      local long = folder .. "/" .. ("long"):rep(40)
      assert(uv.fs_mkdir(long, 448))
      here.path = long .. "/socket"
      listen(TICKER)
      assert.equal("1", evaluate "1")
    end)

    it("not through a link, nor in the place of a file", function()
      local target = folder .. "/target"
      assert(uv.fs_symlink(target, path))
      local result = process.run { luashot, "--listen", path, "-e", "" }
      assert.matches("is a symbolic link", result.err)
      assert.equal(1, result.code)
      assert.is_nil(uv.fs_lstat(target))
      assert.equal("link", uv.fs_lstat(path).type)

      assert(uv.fs_unlink(path))
      assert(io.open(path, "w")):close()
      result = process.run { luashot, "--listen", path, "-e", "" }
      assert.matches("is not a socket", result.err)
      assert.equal("file", uv.fs_lstat(path).type)
    end)

    it("not where others can write", function()
      for mode_text, good in pairs { ["0777"] = false, ["0770"] = false, ["1777"] = true, ["0755"] = true } do
        process.run({ "chmod", mode_text, folder })
        local result = process.run { luashot, "--listen", path, "-e", "" }
        assert.equal(good and 0 or 1, result.code, mode_text)
        assert.equal(not good, result.err:find("can be written by others", 1, true) ~= nil, result.err)
      end
    end)

    it("only where there is a folder", function()
      for _, wrong in ipairs { folder .. "/none/socket", folder .. "/", folder .. "/..", "" } do
        local result = process.run { luashot, "--listen=" .. wrong, "-e", "" }
        assert.equal(1, result.code, wrong)
        assert.matches("^luashot: %-%-listen: ", result.err)
      end
    end)
  end)

  describe("keeps a second user out", function()
    local program

    before_each(function()
      process.run { "chmod", "0755", folder }
      program = folder .. "/luashot"
      assert(uv.fs_copyfile(luashot, program)) -- the build may be where nobody else looks
    end)

    it("by the socket's mode, and by asking the kernel who it is", function()
      need(uv.getuid() == 0, "only root can become another user")
      listen(TICKER)
      local result = process.run(nobody.words(program, "--attach", path, "-e", "1"))
      assert.equal(3, result.code)
      assert.matches("Permission denied", result.err)

      assert(uv.fs_chmod(path, 438)) -- 0666
      result = process.run(nobody.words(program, "--attach", path, "-e", "1"))
      assert.equal(3, result.code)
      assert.matches("this host accepts only user 0 and root, not user 65534", result.err)
      assert.equal("1", evaluate "1")
    end)

    it("but not root", function()
      need(uv.getuid() == 0, "only root can become another user")
      assert(uv.fs_chown(folder, nobody.ID, nobody.ID))
      remember(process.spawn(nobody.words(program, "--listen", path, "-e", TICKER)))
      assert.truthy(process.wait_until(function()
        return attach({}, "-e", "1").code == 0
      end, 20))
    end)

    it("who would offer a socket or a folder of his own", function()
      need(uv.getuid() == 0, "only root can become another user")
      assert(uv.fs_chown(folder, nobody.ID, nobody.ID))
      local result = process.run { luashot, "--listen", path, "-e", "" }
      assert.matches("belongs to user 65534", result.err)
      assert.equal(1, result.code)

      assert(uv.fs_chown(folder, 0, 0))
      process.run { "chmod", "1777", folder }
      local other = remember(process.spawn(nobody.words(program, "--listen", path, "-e", TICKER)))
      assert.truthy(process.wait_until(function() return uv.fs_lstat(path) end, 20), other.err)
      result = process.run { luashot, "--listen", path, "-e", "" }
      assert.matches("belongs to user 65534", result.err)
      assert.equal(1, result.code)
      other:kill "sigkill"
      other:wait(20)
      result = process.run { luashot, "--listen", path, "-e", "" }
      assert.equal(1, result.code)
      assert.equal("socket", uv.fs_lstat(path).type)
    end)

    it("who is not whom one wants to attach to", function()
      need(uv.getuid() == 0, "only root can become another user")
      listen(TICKER)
      assert(uv.fs_chmod(path, 438))
      process.run { "chmod", "1777", folder }
      -- Another user's host, seen by a third one.
      local theirs = folder .. "/theirs"
      remember(process.spawn(nobody.words(program, "--listen", theirs, "-e", TICKER)))
      assert.truthy(process.wait_until(function() return uv.fs_lstat(theirs) end, 20))
      assert(uv.fs_chmod(theirs, 438))
      local result = process.run { "setpriv", "--reuid", "65533", "--regid", "65533", "--clear-groups", program,
        "--attach", theirs, "-e", "1" }
      assert.equal(3, result.code)
      assert.matches("is run by user 65534", result.err)
    end)
  end)
end)
