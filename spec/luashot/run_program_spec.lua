-- Other programs, run to their end from a job.
local files = require "spec.support.files"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local walls = require "spec.support.walls"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("luashot.run_program", function()
  local function run(script, ...)
    local result = process.run({ luashot, "-", ... }, { stdin = script, timeout = 120 })
    return result.out .. result.err
  end

  it("tells what the program has said, and how it ended", function()
    assert.equal("0\tnil\thello\n\t\n", run [[
      local result = assert(luashot.run_program { "echo", "hello" })
      print(result.status, result.signal, result.out, result.err)]])
    assert.equal("7\tout\terr\n", run [[
      local result = assert(luashot.run_program { "sh", "-c", "printf out; printf err >&2; exit 7" })
      print(result.status, result.out, result.err)]])
    assert.equal("137\t9\n", run [[
      local result = assert(luashot.run_program { "sh", "-c", "kill -9 $$" })
      print(result.status, result.signal)]])
  end)

  it("hands arguments on as they are", function()
    assert.equal([[2 *.lua $HOME; "x" 'y']], run [[
      local command = 'printf "%s %s" "$#" "$1"'
      io.write(assert(luashot.run_program { "sh", "-c", command, "-", "*.lua $HOME; \"x\" 'y'", "" }).out)
    ]])
  end)

  it("gives it input, as much as it wants, and none without", function()
    assert.equal("true\n5\t0\n\t0\n", run [[
      local text = ("0123456789abcdef"):rep(1 << 18)
      print(assert(luashot.run_program { "cat", input = text }).out == text)
      local result = assert(luashot.run_program { "head", "-c", "5", input = text })
      print(#result.out, result.status)
      result = assert(luashot.run_program { "cat" })
      print(result.out, result.status)
    ]])
  end)

  it("takes all output, of both kinds at a time", function()
    assert.equal("3000000\t3000000\n", run [[
      local command = "head -c 3000000 /dev/zero & head -c 3000000 /dev/zero >&2; wait"
      local result = assert(luashot.run_program { "sh", "-c", command })
      print(#result.out, #result.err)
    ]])
  end)

  -- libuv before 1.45 runs timers until none is due: time that passes there was taken for a pause of the program.
  it("takes the output of a program that ends while the loop is late", function()
    assert.equal("0\tsaid\n\n", run [[
      local uv = require "luv"
      local pipe = uv.pipe()
      local poll, timer, late = uv.new_poll(pipe.read), uv.new_timer(), 0
      uv.spawn("true", {}, function() end)
      poll:start("r", function() -- in the turn that sees the end of `true`, and so that of the program
        poll:close()
        uv.sleep(400)
        timer:start(1, 1, function()
          uv.sleep(120)
          uv.update_time()
          late = late + 1
          if late == 3 then timer:close() end
        end)
      end)
      after(0, function()
        local result = luashot.run_program { "sh", "-c", "sleep 0.2; echo said" }
        print(result.status, result.out)
        os.exit(0)
      end)
      after(0, function()
        uv.sleep(100)
        uv.fs_write(pipe.write, "x")
      end)
    ]])
  end)

  it("lets other jobs run meanwhile", function()
    local folder = files.folder()
    finally(function() files.remove(folder) end)
    assert.equal("0\n", run([[
      every("10ms", function(job) if job.runs == 6 then io.open(arg[1], "w"):close() end end)
      print(luashot.run_program({ "sh", "-c", "until [ -e $0 ]; do sleep 0.01; done", arg[1] }).status)
      os.exit(0)
    ]], folder .. "/ran"))
  end)

  it("says what it cannot run", function()
    local said = run [[
      print(luashot.run_program { "no-such-program" })
      print(luashot.run_program { "/etc/passwd", input = "x" })
    ]]
    assert.matches("^nil\tcannot run no%-such%-program: [^\n]*\tENOENT\n", said)
    assert.matches("\nnil\tcannot run /etc/passwd: [^\n]*\tEACCES\n$", said)
  end)

  --- Whether a process that has written its number to a file is gone.
  local function is_gone(path)
    local pid = tonumber(files.read(path):match "%d+")
    return process.wait_until(function() return not proc.exists(pid) end, 20)
  end

  --- `command` writes the number of what it has started to arg[1]; await_start() waits for that.
  local LASTING <const> = [[
    local command = 'trap "" TERM HUP; sleep 100 & echo $! > "$1"; wait'
    local function has_started()
      local file <close> = io.open(arg[1])
      return file and file:read "l"
    end
    local function await_start()
      while not has_started() do sleep "10ms" end
    end
  ]]

  for name, script in pairs {
    ["after the timeout"] = [[
      local seconds, result = 0.1
      repeat -- until it had the time to start something
        seconds = seconds * 3
        result = table.pack(luashot.run_program { "sh", "-c", command, "-", arg[1], timeout = seconds })
      until has_started()
      print(table.unpack(result, 1, result.n))]],
    ["when its job is stopped"] = [[
      local job = after(0, function() luashot.run_program { "sh", "-c", command, "-", arg[1] } end)
      await_start()
      job:stop()
      print "stopped"]],
    ["when it says too much"] = [[
      print(luashot.run_program { "sh", "-c", command .. " & cat /dev/zero", "-", arg[1], limit = 100000 })]],
    ["when the host ends in another job"] = [[
      after(0, function() luashot.run_program { "sh", "-c", command, "-", arg[1] } end)
      await_start()
      print "leaving"
      os.exit(0)]],
    ["when the host ends"] = [[
      after(0, function() await_start() print "leaving" os.exit(0) end)
      luashot.run_program { "sh", "-c", command, "-", arg[1] }]],
  } do
    it("kills the program and what it has started " .. name, function()
      local folder = files.folder()
      local said = run(LASTING .. script, folder .. "/pid")
      assert.truthy(said:find "^nil\tsh has not ended within %d[%d.]* s\tETIMEDOUT\n$" or said == "stopped\n"
        or said:find "^nil\tsh has written more than 100000 bytes\tEFBIG\n$" or said == "leaving\n", said)
      assert.truthy(is_gone(folder .. "/pid"))
      files.remove(folder)
    end)
  end

  it("does not wait for what stays in the background", function()
    local pid = run [[
      local result = assert(luashot.run_program { "sh", "-c", "sleep 100 & echo $!" })
      print(result.out, result.status)
    ]]:match "^(%d+)\n\t0\n$"
    assert.is_true(proc.exists(tonumber(pid)))
    assert(uv.kill(tonumber(pid), "sigkill"))
  end)

  it("says what is wrong with its options, and where it cannot wait", function()
    local said = run [[
      local function wrong(...) print((select(2, pcall(luashot.run_program, ...)):gsub("^.-:%d+: ", ""))) end
      wrong() wrong {} wrong { "a", 1 } wrong { "a\0b" } wrong { "a", input = 5 } wrong { "a", timeout = "x" }
      wrong { "a", limit = -1 } wrong { "a", where = "x" }
      require("luv").new_timer():start(1, 0, function() wrong { "true" } end)
    ]]
    assert.equal([[
bad argument #1 to 'run_program' (table expected, got nil)
run_program: the name of a program expected at 1
run_program: a string without NUL bytes expected at 2, got number
run_program: a string without NUL bytes expected at 1, got one with
option 'input': a string expected, got number
]], said:match "^.-got number\n.-got number\n")
    assert.matches("option 'timeout': .*\noption 'limit': a number of bytes expected, got %-1\n", said)
    assert.matches("unknown option 'where'", said)
    assert.matches("run_program works inside a job only", said)
  end)

  it("is not available in a sandbox", function()
    walls.need()
    local folder = files.folder()
    local env = { ASAN_OPTIONS = (os.getenv "ASAN_OPTIONS" or "") .. ":detect_leaks=0" } -- it forks
    local script = "print(pcall(luashot.run_program, { 'true' }))"
    local result = process.run({ luashot, "--sandbox", folder, "-e", script }, { env = env })
    files.remove(folder)
    assert.equal("false\tluashot.run_program is not available in a sandbox\n", result.out .. result.err)
  end)

  it("runs 1,000 children, 20 at a time, and keeps nothing of them", function()
    local said = run [[
      local uv = require "luv"
      local function descriptors()
        local n = 0
        for _ in uv.fs_scandir_next, uv.fs_scandir "/proc/self/fd" do n = n + 1 end
        return n
      end
      assert(luashot.run_program { "true" })
      local before, sum, running = descriptors(), 0, 20
      collectgarbage("incremental", 100, 1000, 5)
      for worker = 0, 19 do
        after(0, function()
          for i = 1, 50 do
            local number = tostring(worker * 50 + i)
            local result = assert(luashot.run_program { "sh", "-c", "read x; echo $x", input = number .. "\n" })
            assert(result.out == number .. "\n", ("%q, status %d, %s"):format(result.out, result.status, result.err))
            sum = sum + tonumber(result.out)
          end
          running = running - 1
        end)
      end
      while running > 0 do sleep "10ms" end
      sleep "100ms"
      local kept = descriptors() - before
      local children <close> = assert(io.open(("/proc/self/task/%d/children"):format(uv.os_getpid())))
      print(sum, kept, (children:read "a"))
    ]]
    assert.equal("500500\t0\t\n", said)
  end)
end)
