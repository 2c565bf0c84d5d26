-- --sandbox: a script that one did not write. What the kernel refuses to code that has broken out of
-- Lua is in spec/process/sandbox_test.c.
local files = require "spec.support.files"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local terminal = require "spec.support.terminal"
local uv = require "luv"
local walls = require "spec.support.walls"
local xserver = require "spec.support.xserver"

local build = assert(os.getenv("LUASHOT_BUILD"))
local luashot = build .. "/luashot"
local memory_cases = {
  ["a string that is too long"] = { "80M", "local s = ('x'):rep(1 << 30)" },
  ["a table that grows"] = { "80M", "local t = {} for i = 1, 1e9 do t[i] = { i } end" },
  ["frames that are kept"] = { "80M", [[
    local kept = {}
    for i = 1, 1e9 do
      kept[i] = assert(grab():scale(4000, 4000))
    end
  ]] },
}
if os.getenv("LUASHOT_SANITIZED") then
  print "--memory-limit is not tried: a sanitizer needs the whole address space"
  memory_cases = {}
end

-- Where the kernel has no landlock, what needs it is checked to be refused.
local has_landlock = not process.run({ luashot, "--sandbox", "/tmp", "-e", "" }).err:find "offers no landlock"
if not has_landlock then
  print "no landlock here: the sandbox is tried without files"
end

describe("--sandbox", function()
  local folder, inside, environment, server

  setup(function()
    walls.need()
    server = xserver.start({ width = 320, height = 200 })
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    folder = files.folder()
    inside = folder .. "/inside"
    assert(uv.fs_mkdir(inside, tonumber("700", 8)))
    environment = server:env()
    environment.ASAN_OPTIONS = (os.getenv("ASAN_OPTIONS") or "") .. ":detect_leaks=0" -- it forks
  end)

  after_each(function()
    files.remove(folder)
  end)

  local function write(name, text)
    local file <close> = assert(io.open(folder .. "/" .. name, "wb"))
    assert(file:write(text))
    return folder .. "/" .. name
  end

  local function list(path)
    return (process.run({ "ls", "-A", path }).out:gsub("\n", " "))
  end

  local function command(...)
    local argv = { luashot, "--sandbox", inside, ... }
    if not has_landlock then
      table.insert(argv, 2, "--sandbox-without-landlock")
    end
    return argv
  end

  local function run(...)
    return process.run(command(...), { env = environment, cwd = folder })
  end

  --- What a script prints; it must end well.
  local function output_of(text, ...)
    local result = run("-e", text, ...)
    assert.equal("", result.err)
    assert.equal(0, result.code)
    return result.out
  end

  describe("lets a script", function()
    it("capture, and keep what it captures in the folder", function()
      if not has_landlock then
        assert.equal("nil\tcannot write a.png: Function not implemented\tENOSYS\n",
          output_of "print(grab():save 'a.png')")
        return
      end
      local out = output_of [[
        print(grab():save "a.png")
        print(grab("100x100"):save "b-{width}.webp")
        print(luashot.load("a.png").width, luashot.load("b-100.webp").width)
        grab():save_async("c.jpg", nil, print)
        print(luashot.rotate("b-*", { count = 0 })[1])
      ]]
      assert.equal("a.png\nb-100.webp\n320\t100\n./b-100.webp\nc.jpg\n", out)
      assert.equal("a.png c.jpg ", list(inside))
      assert.equal("inside ", list(folder))
    end)

    it("replace files, whose modes stay, though it cannot set any", function()
      if not has_landlock then
        return
      end
      for _, mode in ipairs { 416, 436, 493 } do -- 0640, 0664, 0755
        local path = ("%s/%o.ppm"):format(inside, mode)
        files.write(path, "old")
        assert(uv.fs_chmod(path, mode))
      end
      assert(uv.fs_link(inside .. "/640.ppm", inside .. "/second.ppm"))
      assert(uv.fs_symlink("target.ppm", inside .. "/link.ppm"))
      local result = run("-e", [[
        local frame = luashot.load "P6 2 1 255 abcdef"
        for _, name in ipairs { "640", "664", "755", "link", "new" } do
          assert(frame:save(name .. ".ppm", { fsync = true }))
        end
        print(frame:save("asked.ppm", { mode = "755" }))
      ]])
      assert.same({ "nil\tcannot write asked.ppm with mode 755: a sandbox makes no executable files, and heeds the "
        .. "umask\tESANDBOX\n", "" }, { result.out, result.err })
      local picture = files.read(inside .. "/new.ppm")
      for name, mode in pairs { ["640"] = 416, ["664"] = 436, ["755"] = 493, second = 416, target = 384, new = 384 } do
        assert.equal(picture, files.read(("%s/%s.ppm"):format(inside, name)))
        assert.equal(mode, uv.fs_stat(("%s/%s.ppm"):format(inside, name)).mode & 511, name)
      end
      assert.equal("640.ppm 664.ppm 755.ppm link.ppm new.ppm second.ppm target.ppm ", list(inside))
    end)

    it("not read words, whose library opens files", function()
      local out = output_of "print(pcall(grab().words, grab())) print(pcall(grab().text, grab()))"
      assert.matches("^false\t[^\n]*frame:words is not available in a sandbox\n"
        .. "false\t[^\n]*frame:words is not available in a sandbox\n$", out)
    end)

    it("neither run programs nor talk to others, and tells it so", function()
      local out = output_of [[
        for _, name in ipairs { "fleet", "page", "run_program" } do
          print(select(2, pcall(luashot[name], {})))
        end
      ]]
      assert.equal("luashot.fleet is not available in a sandbox\nluashot.page is not available in a sandbox\n"
        .. "luashot.run_program is not available in a sandbox\n", out)
    end)

    it("write what it captures to standard output", function()
      assert.equal("\x89PNG", output_of("grab():save '-'"):sub(1, 4))
      -- The libraries that these load when they are first used are there in time.
      assert.equal("true\ttrue\n", output_of "print(#grab():encode 'webp' > 0, #grab():bytes 'i420' > 0)")
      assert.equal("\27P", output_of("grab():show { mode = 'sixel' }"):sub(1, 2))
    end)

    it("watch and schedule, with several displays open", function()
      local out = output_of([[
        local displays = { luashot.open { damage = true }, luashot.open { slots = 2 }, luashot.open {} }
        print(#displays, displays[1]:grab(), displays[2]:stats().path)
        print(luashot.open { display = "]] .. server.display .. [[" })
        local more, message, code = luashot.open()
        print(more, code)
        local job = displays[1]:on_change("100x100", print)
        every("10ms", function(every) if every.runs == 3 then every:stop() job:stop() print "over" end end)
        for frame in displays[3]:frames { fps = 100 } do
          if frame.sequence == 5 then break end
        end
      ]])
      assert.matches("^3\tframe 1 %(root 320x200%+0%+0%)\tshm%-fd\ndisplay %b()\nnil\tESANDBOX\nover\n$", out)
    end)

    it("have its arguments, wherever it comes from", function()
      write("script.lua", "#!/usr/bin/env luashot\nprint(arg[0]:match '[^/]*$', ...)")
      assert.equal("script.lua\ta\tb\n", run("script.lua", "a", "b").out)
      local piped = process.run(command("-", "c"), { env = environment, stdin = "print(arg[0], ...)" })
      assert.equal("-\tc\n", piped.out)
      assert.equal("1\tmath\n", run("-l", "m=math", "-e", "x = 1", "-e", "print(x, m == math and 'math')").out)
    end)

    it("be a prompt", function()
      local result = process.run(command("-i"), { env = environment, stdin = "x = 3\nprint(x, io)\nos.remove 'y'\n" })
      assert.matches("3\tnil\n", result.out)
      assert.matches("attempt to call a nil value %(field 'remove'%)", result.err)
      assert.equal(0, result.code)
    end)

    it("run against a server of its own", function()
      environment.DISPLAY, environment.XAUTHORITY = false, false
      assert.equal("frame 1 (root 640x480+0+0)\n", run("--headless=640x480", "-e", "print(grab())").out)
    end)

    it("know the time zone", function()
      environment.TZ = "Europe/Berlin"
      assert.equal("14:00\n", output_of "print(os.date('%H:%M', 1767272400))")
    end)

    it("end with a status", function()
      assert.equal(7, run("-e", "os.exit(7)").code)
      assert.equal(7, run("-e", "after(0, function() os.exit(7) end)").code)
      local failed = run("-e", "error 'wrong'")
      assert.equal(1, failed.code)
      assert.equal("luashot: (command line):1: wrong", failed.err:match "[^\n]*")
      failed = run("none.lua")
      assert.equal(1, failed.code)
      assert.equal("luashot: cannot open none.lua: No such file or directory\n", failed.err)
      for _, form in ipairs(has_landlock and { "/dev/zero", "- </dev/zero" } or {}) do
        local limited = process.run({ "sh", "-c", ('ulimit -v %s; "$0" --sandbox . %s'):format(
          os.getenv "LUASHOT_SANITIZED" and "unlimited" or "1000000", form), luashot },
          { env = environment, cwd = folder })
        assert.same({ 1, "luashot: --sandbox: the script has more than 16 MiB\n" }, { limited.code, limited.err })
      end
      assert.matches("near <eof>", run("-e", "x =").err)
    end)
  end)

  it("gives a script these globals, and no others", function()
    local out = output_of [[
      local names = {}
      for name, value in pairs(_G) do
        names[#names + 1] = name
      end
      for name in pairs(os) do
        names[#names + 1] = "os." .. name
      end
      table.sort(names)
      print(table.concat(names, " "))
    ]]
    assert.equal("_G _VERSION after arg assert at collectgarbage coroutine cron error every getmetatable grab "
      .. "help ipairs load luashot math next os os.clock os.date os.difftime os.exit os.time pairs pcall print "
      .. "rawequal rawget rawlen rawset require select setmetatable sleep string table tonumber tostring type "
      .. "utf8 warn xpcall\n", out)
  end)

  it("gives a script the module as the reference has it, and nothing of its inside", function()
    local out = output_of [[
      local names = {}
      for name in pairs(luashot) do
        names[#names + 1] = name
      end
      table.sort(names)
      print(table.concat(names, " "))
      print(luashot == require "luashot", luashot.schedule == require "luashot.schedule", luashot.every == every)
      print(luashot.write_file, luashot.wait, rawget(luashot, "write_file"))
    ]]
    assert.matches("^buffer distance load open version\ntrue\ttrue\ttrue\nnil\tfunction: %S+\tnil\n$", out)
  end)

  it("writes to no descriptor that the script was not given, such as the connection to the display", function()
    if not has_landlock then
      return
    end
    local result = run("-e", [[
      local display = assert(luashot.open())
      local picture, written = assert(luashot.load "P6 1 1 255\nabc"), {}
      local forms = { "/dev/fd/%d", "/proc/self/fd/%d", "//dev//fd//%d", "/dev/./fd/%d", "/proc/self/../self/fd/%d",
        "/proc/self/task/../fd/%d", "/proc/thread-self/fd/%d" }
      for descriptor = 3, 255 do
        for _, form in ipairs(forms) do
          local path = form:format(descriptor)
          local ways = {
            save = function() return picture:save(path, { format = "ppm" }) end,
            save_async = function()
              local saved
              assert(picture:save_async(path, { format = "ppm" }, function(ok) saved = ok or false end))
              for _ = 1, 2000 do
                if saved ~= nil then break end
                sleep(0.001)
              end
              return saved
            end,
            record = function() return luashot.record { to = path, count = 1, fps = 50, codec = "mjpeg" } end,
          }
          for name, way in pairs(ways) do
            if (name == "save" or descriptor == display:fd()) and way() then
              written[#written + 1] = name .. " " .. path
            end
          end
        end
      end
      print(table.concat(written, "\n"))
      print(picture:save(("/dev/fd/%d"):format(display:fd()), { format = "ppm" }))
      assert(display:grab())
      picture:save("/dev/fd/1", { format = "ppm" })
    ]])
    assert.equal("", result.err)
    assert.matches("^\nnil\tcannot write /dev/fd/(%d+): descriptor %1 is one that this program opened for itself\t"
      .. "EACCES\nP6", result.out)
  end)

  it("loads no module that the script brings, or that an earlier script left in the folder", function()
    for _, place in ipairs { "", "inside/" } do
      for _, module in ipairs { "dkjson.lua", "dkjson/init.lua", "luv.lua", "argparse.lua" } do
        process.run({ "mkdir", "-p", folder .. "/" .. place .. (module:match "^.*/" or "") })
        write(place .. module, "io.stderr:write 'loaded' return {}")
      end
      local script = write(place .. "script.lua", "print 'harmless'")
      for _, path in ipairs { false, folder .. "/?.lua", inside .. "/?.lua;;", inside .. "/../inside/?/init.lua" } do
        environment.LUA_PATH = path or nil
        local result = run("-e", "", script)
        assert.same({ "harmless\n", "", 0 }, { result.out, result.err, result.code }, path or place)
      end
    end
  end)

  it("is not left by what is known to leave Lua's", function()
    write("module.lua", "print 'loaded'")
    write("inside/module.lua", "print 'loaded'")
    local code = string.dump(function()
      print "bytecode runs"
    end):gsub(".", function(char)
      return ("\\%03d"):format(char:byte())
    end)
    local escapes = {
      "load('" .. code .. "')",
      "load('" .. code .. "', 'code', 'b')",
      "load('" .. code .. "', 'code', 'bt', {})",
      "load(coroutine.wrap(function() coroutine.yield('" .. code .. "') end), 'code', 'b')",
      "string.dump(print)",
      "('').dump(function() end)",
      "getmetatable('').__index.dump(function() end)",
      "getmetatable('').__name",
      "setmetatable('', {})",
      "debug.getregistry()",
      "package.loadlib('libc.so.6', 'system')",
      "package.loaded.io",
      "require 'io'",
      "require 'os'",
      "require 'debug'",
      "require 'luv'",
      "require 'module'",
      "require 'luashot.core'",
      "require 'luashot.host.main'",
      "require 'luashot.zerobuffer'",
      "require(setmetatable({}, { __eq = function() return true end, __tostring = function() return 'luv' end }))",
      "io.open('/etc/passwd')",
      "os.execute 'id'",
      "os.getenv 'HOME'",
      "os.remove 'module.lua'",
      "os.tmpname()",
      "dofile 'module.lua'",
      "loadfile 'module.lua'",
      "load('return io')().open",
      "load('return _ENV')().io.open",
      "load('return debug', 'x', 't', nil).x",
      "coroutine.wrap(function() return io.open end)()",
      "coroutine.wrap(coroutine.create)(1)",
      "select(2, xpcall(error, function() return debug.traceback end)).x.x",
      "luashot.connect_ahead(1)",
      "luashot.record { to = 'x.mkv', program = 'sh' }",
      "luashot.schedule.sleep.x",
      "setmetatable(_G, { __index = function(_, name) return _G[name] end }).io",
      "rawget(_G, 'io').open",
      "(function(...) local _ENV <const> = ... return io.open end)(_G)",
      "table.unpack({}, 1, 1e8)",
    }
    local list_of = {}
    for i, text in ipairs(escapes) do
      list_of[i] = ("%q"):format("return assert(" .. text .. ")")
    end
    local out = output_of([[
      for i, text in ipairs {]] .. table.concat(list_of, ",") .. [[} do
        local chunk = assert(load(text))
        local ok, value = pcall(chunk)
        if ok then print(i, value) end
      end
      print "done"
    ]])
    assert.equal("done\n", out)
  end)

  it("lets finalizers see no more than the script", function()
    local out = output_of [[
      setmetatable({}, { __gc = function() print(io, debug, os.execute) end })
      collectgarbage()
      setmetatable({}, { __gc = function() print(io, package) end }) -- at the end
      local _ <close> = setmetatable({}, { __close = function() print(dofile) end })
    ]]
    assert.equal("nil\tnil\tnil\nnil\nnil\tnil\n", out)
  end)

  it("keeps files outside of the folder out of reach", function()
    local secret = write("secret.png", "not a picture")
    assert(uv.fs_symlink("../secret.png", inside .. "/link.png"))
    local out = output_of([[
      local frame = grab()
      for _, path in ipairs { "]] .. folder .. [[/new.png", "../new.png", "link.png", "/dev/null", "/tmp/new.png" } do
        print((select(3, frame:save(path, { format = "png" }))))
      end
      print((select(3, luashot.load "../secret.png")))
      print((select(3, luashot.rotate("../*.png", { count = 0 }))))
    ]])
    local code = has_landlock and "EACCES" or "ENOSYS"
    assert.equal((code .. "\n"):rep(7), out)
    assert.equal("inside secret.png ", list(folder))
    local file <close> = assert(io.open(secret))
    assert.equal("not a picture", file:read "a")
  end)

  it("opens no other display, and none when it could not at the start", function()
    local out = output_of [[
      print(luashot.open { display = ":12345" })
      local _, message, code = luashot.open { path = "shm-sysv" }
      print(code)
    ]]
    assert.matches("^nil\tdisplay ':12345' cannot be opened in a sandbox, .*\tESANDBOX\nENOSYS\n$", out)
    environment.DISPLAY = ":12345"
    assert.matches("\tENODISPLAY\n$", output_of "print(luashot.open {})")
    assert.equal("ENODISPLAY\n", output_of "print(select(2, pcall(grab)).code)")
  end)

  -- It once gave up in a thread that waited for ever, outside of all walls.
  it("runs behind its walls as a whole, with a server that does not answer, too", function()
    local silent = uv.new_tcp()
    local number = 500
    repeat
      number = number + 1
    until silent:bind("127.0.0.1", 6000 + number)
    silent:listen(8, function() end)
    local child = process.spawn(command("-e", "print(select(3, luashot.open())) grab = nil sleep(1000)"),
      { env = { DISPLAY = "127.0.0.1:" .. number, ASAN_OPTIONS = environment.ASAN_OPTIONS } })
    finally(function()
      child:stop()
      silent:close()
    end)
    assert.equal("ETIMEDOUT", child:read_line(30))
    local inner = process.run({ "ps", "-o", "pid=", "--ppid", tostring(child.pid) }).out:match "%d+"
    local filters = process.run({ "sh", "-c", "grep -h '^Seccomp:' /proc/" .. inner .. "/task/*/status" }).out
    assert.equal("Seccomp:\t2\n", filters)
    assert.equal("", process.run({ "ps", "-o", "pid=", "--ppid", inner }).out) -- nor in another process
  end)

  it("waits no longer for a server that answers once, and then no more", function()
    local between = relay.start(server)
    finally(function() between:stop() end)
    between "once"
    environment.DISPLAY = between.display
    assert.equal("ETIMEDOUT\n", output_of "print(select(3, luashot.open()))")
  end)

  it("survives the loss of the server, to which it has no second way", function()
    local other = xserver.start({ width = 320, height = 200 })
    environment.DISPLAY = other.display
    local child = process.spawn(command("-e", [[
      local display = luashot.open {}
      display:on_lost(function(why) print "lost" end)
      while display:grab() do
        print "ready"
        sleep "10ms"
      end
      print((select(3, display:reconnect())) ~= nil)
      os.exit(true)
    ]]), { env = environment })
    finally(function()
      child:stop()
      other:stop()
    end)
    assert.equal("ready", child:read_line())
    other:stop()
    assert.equal(0, (child:wait(30)))
    assert.equal("", child.err)
    assert.matches("true\n$", child.out)
  end)

  describe("ends", function()
    local function ended_by_time(text)
      local result = run("--cpu-limit", "1s", "-e", text)
      assert.equal("luashot: the sandbox ended the script: it used up its 1 s of processor time\n", result.err)
      assert.equal(152, result.code)
    end

    it("a pattern that takes for ever", function()
      ended_by_time "string.find(('a'):rep(30), ('a?'):rep(30) .. ('a'):rep(30))"
    end)

    it("a loop that catches every error, in a coroutine, in a finalizer", function()
      ended_by_time [[
        coroutine.wrap(function()
          setmetatable({}, { __gc = function() while true do pcall(error) end end })
          collectgarbage()
        end)()
      ]]
    end)

    for name, case in pairs(memory_cases) do
      it(name .. ", at the memory limit", function()
        local result = run("--memory-limit", case[1], "-e", case[2])
        assert.equal(1, result.code)
        assert.matches("memory", result.err)
        local caught = run("--memory-limit", case[1], "-e", ("print(pcall(load %q)) print 'goes on'"):format(case[2]))
        assert.matches("^false\t.*memory.*\ngoes on\n$", caught.out)
        assert.equal(0, caught.code)
      end)
    end
  end)

  describe("holds machine code in the script's process:", function()
    local victim, tool

    before_each(function()
      victim = process.spawn { "sleep", "1000" }
      tool = write("tool", "#!/bin/sh\n: >" .. folder .. "/ran\n")
      assert(uv.fs_chmod(tool, tonumber("700", 8)))
      assert(uv.fs_chmod(folder, tonumber("755", 8)))
    end)

    after_each(function()
      victim:stop()
    end)

    local function intrude(what, on)
      environment.LD_PRELOAD = build .. "/spec/intruder.so"
      environment.ASAN_OPTIONS = environment.ASAN_OPTIONS .. ":verify_asan_link_order=0"
      environment.LUASHOT_INTRUDE, environment.LUASHOT_TARGET = what, on
      local result = run("-e", "print(os.clock())")
      assert.is_true(victim:is_running())
      assert.equal("inside tool ", list(folder))
      assert.equal("", list(inside))
      return result
    end

    it("it is ended when it would run, connect to, trace or kill something", function()
      for what, on in pairs { execve = tool, connect = "/tmp/.X11-unix/X0", ptrace = victim.pid, kill = victim.pid } do
        local result = intrude(what, tostring(on))
        assert.equal(("luashot: the sandbox ended the script: it tried a forbidden system call, %s\n"):format(what),
          result.err)
        assert.equal("", result.out)
        assert.equal(159, result.code)
      end
    end)

    it("it can open nothing outside of the folder", function()
      local result = intrude("open", tool)
      assert.equal("", result.err)
      assert.equal(has_landlock and "13.0\n" or "38.0\n", result.out) -- EACCES, ENOSYS
      local file <close> = assert(io.open(tool))
      assert.equal("#!/bin/sh", file:read())
    end)
  end)

  describe("passes on", function()
    for signal, status in pairs { sigint = 130, sigterm = 143, sighup = 129 } do
      it(signal, function()
        local child = process.spawn(command("-e", "print(grab()) sleep(100)"), { env = environment })
        assert.matches("^frame", child:read_line())
        child:kill(signal)
        assert.equal(status, (child:wait(20)))
        assert.falsy(child.err:find "ended by signal")
      end)
    end

    it("none that a terminal has sent to both", function()
      local session = terminal.spawn(command("-i"), { env = environment })
      finally(function()
        session.child:stop()
      end)
      session:see "> "
      session:type "print(6 * 7) while true do end\n"
      session:see "\n42"
      session:type "\3"
      session:see(function(screen)
        return screen:find("interrupted\n", 1, true) and screen:find "> $" -- with a line, unless print still runs
      end)
      session:type "print(6 * 7 + 1)\n"
      session:see(function(screen)
        return screen:find("\n43\n", 1, true)
      end)
    end)

    it("a second one, which ends a script that does not listen", function()
      local endless = "print 'ready' string.find(('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(40))"
      local child = process.spawn(command("-e", endless), { env = environment })
      assert.equal("ready", child:read_line())
      assert(process.wait_until(function()
        child:kill("sigterm") -- two that are close together are one
        process.sleep(0.05)
        return not child:is_running()
      end, 20))
      assert.equal(143, (child:wait(20)))
    end)
  end)

  it("dies with its supervisor", function()
    local child = process.spawn(command("-e", "sleep(1000)"), { env = environment })
    local inner
    assert(process.wait_until(function()
      inner = tonumber(process.run({ "ps", "-o", "pid=", "--ppid", tostring(child.pid) }).out)
      return inner
    end, 20))
    child:kill("sigkill")
    assert(process.wait_until(function() return not proc.exists(inner) end, 20))
  end)

  -- How often a process holds some bytes in memory that it may read.
  local function count_in_memory(pid, bytes)
    local count = 0
    local memory <close> = assert(io.open(("/proc/%d/mem"):format(pid), "rb"))
    for line in io.lines(("/proc/%d/maps"):format(pid)) do
      local from, to = line:match "^(%x+)%-(%x+) r"
      from, to = tonumber(from or "", 16), tonumber(to or "", 16)
      if from and to and memory:seek("set", from) then
        local text = memory:read(to - from) or "" -- some of the kernel's own cannot be read
        local at = text:find(bytes, 1, true)
        while at do
          count, at = count + 1, text:find(bytes, at + 1, true)
        end
      end
    end
    return count
  end

  -- AddressSanitizer keeps freed memory as it was.
  if not os.getenv "LUASHOT_SANITIZED" then
    it("holds in its memory neither the cookie of the X server nor what the environment held", function()
      local guarded, child = xserver.start { width = 64, height = 48, auth = true }, nil
      finally(function()
        if child then
          child:stop()
        end
        guarded:stop()
      end)
      environment.DISPLAY, environment.XAUTHORITY = guarded.display, guarded.xauthority
      environment.LUASHOT_SECRET = "nobody shall find this word"
      child = process.spawn(command("-e", "print(grab() and 'a picture') sleep(1000)"), { env = environment })
      child:see "a picture"
      local inner = tonumber(process.run({ "ps", "-o", "pid=", "--ppid", tostring(child.pid) }).out)
      local cookie = files.read(guarded.xauthority):sub(-16)
      assert.equal(16, #cookie)
      assert.is_true(count_in_memory(child.pid, environment.LUASHOT_SECRET) > 0) -- its parent still has it
      assert.same({ 0, 0 }, { count_in_memory(inner, environment.LUASHOT_SECRET), count_in_memory(inner, cookie) })
    end)
  end

  it("pays no heed to LUA_INIT and a service manager", function()
    environment.LUA_INIT = "print 'init'"
    environment.NOTIFY_SOCKET = folder .. "/manager"
    assert.equal("1\n", output_of "print(1)")
  end)

  it("says what it is made of with --verbose", function()
    local result = run("--verbose", "-e", "grab()")
    local said = has_landlock and "files of " .. inside .. " by" or "no files"
    assert.is_truthy(result.err:find(said, 1, true), result.err)
    assert.matches("calls by seccomp\nluashot: capture path shm%-fd\n$", result.err)
  end)

  it("is refused where the folder is none", function()
    local result = process.run({ luashot, "--sandbox", folder .. "/none", "-e", "print(1)" }, { env = environment })
    assert.same({ 1, "" }, { result.code, result.out })
    assert.matches("none: No such file or directory\n$", result.err)
  end)

  it("follows no link of another user to the folder, where everybody may make one", function()
    if not has_landlock or uv.getuid() ~= 0 then
      return
    end
    assert(uv.fs_chmod(folder, tonumber("1777", 8)))
    assert(uv.fs_symlink("inside", folder .. "/link"))
    assert.equal("1\n", process.run({ luashot, "--sandbox", folder .. "/link", "-e", "print(1)" },
      { env = environment }).out)
    assert(uv.fs_lchown(folder .. "/link", 1234, 1234))
    local result = process.run({ luashot, "--sandbox", folder .. "/link", "-e", "print(1)" }, { env = environment })
    assert.same({ 1, "" }, { result.code, result.out })
    assert.matches("^luashot: %-%-sandbox: cannot open the folder [^\n]*/link: 'link' belongs to another user",
      result.err)
  end)

  describe("on a kernel", function()
    local function without(what, ...)
      return process.run({ build .. "/spec/luashot_without", what, luashot, "--sandbox", inside, ... },
        { env = environment })
    end

    it("without landlock runs nothing, and says what would", function()
      local result = without("landlock", "-e", "print(1)")
      assert.equal(1, result.code)
      assert.equal("", result.out)
      assert.equal("luashot: --sandbox: this kernel offers no landlock (it is older than Linux 5.13 or built "
        .. "without); only landlock can limit a script to its folder. With --sandbox-without-landlock it can open no "
        .. "file at all\n", result.err)
    end)

    it("without landlock opens no file, when told to go on", function()
      local result = without("landlock", "--sandbox-without-landlock", "-e", [[
        print(select(3, grab():save "a.png"))
        print(select(3, luashot.load "/etc/passwd"))
        grab():save "-"
      ]])
      assert.equal("", result.err)
      assert.equal("ENOSYS\nENOSYS\n\x89PNG", result.out:sub(1, 18))
      assert.equal("", list(inside))
    end)

    it("without seccomp runs nothing", function()
      local result = without("seccomp", "--sandbox-without-landlock", "-e", "print(1)")
      assert.equal(1, result.code)
      assert.equal("", result.out)
      assert.matches("^luashot: cannot restrict system calls %(seccomp%): ", result.err)
    end)

    it("that has a listener already runs scripts all the same", function()
      local result = without("listener", "--sandbox-without-landlock", "-e", "print(grab())")
      assert.equal("", result.err)
      assert.matches("^frame 1", result.out)
    end)
  end)

  it("checks its options", function()
    for _, case in ipairs {
      { { "--sandbox" }, "'--sandbox' needs a folder" },
      { { "--memory-limit", "1G", "-e", "" }, "--memory-limit needs --sandbox FOLDER" },
      { { "--cpu-limit=1s", "-e", "" }, "--cpu-limit needs --sandbox FOLDER" },
      { { "--sandbox-without-landlock", "-e", "" }, "--sandbox-without-landlock needs --sandbox FOLDER" },
      { { "--sandbox=x", "--memory-limit=1M", "-e", "" },
        "--memory-limit 1M: a size from 64M on is needed, as 512M" },
      { { "--sandbox=x", "--cpu-limit", "soon", "-e", "" }, "--cpu-limit soon: a time is needed, as 10s or 5m" },
      { { "--sandbox=x", "--wait-display", "-e", "" }, "--sandbox does not go with --wait-display" },
      { { "--sandbox=x", "--listen=y", "-e", "" }, "--sandbox does not go with --listen" },
      { { "--sandbox=x", "--attach=y", "-e", "" }, "--attach does not go with --sandbox" },
    } do
      local result = process.run({ luashot, table.unpack(case[1]) })
      assert.equal(2, result.code)
      assert.equal("luashot: " .. case[2] .. "\nluashot --help lists the options\n", result.err)
    end
  end)
end)
