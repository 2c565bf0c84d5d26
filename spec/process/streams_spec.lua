-- What a sandboxed script has as its standard descriptors.
local files = require "spec.support.files"
local process = require "spec.support.process"
local terminal = require "spec.support.terminal"
local walls = require "spec.support.walls"
local xserver = require "spec.support.xserver"

describe("the standard descriptors of a sandboxed script", function()
  local world, server

  setup(function()
    walls.need()
    server = xserver.start({ width = 320, height = 200 })
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    world = walls.new(server:env())
  end)

  after_each(function()
    world:remove()
  end)

  describe("can not be opened again with more rights when they are", function()
    -- "$@" is the script; what it prints arrives at last.
    local kinds = {
      pipes = 'cat /dev/null | "$@" 2>&1 | cat',
      ["two outputs that are one file"] = '"$@" <script >out 2>&1; cat out',
      ["two outputs to append to"] = '"$@" <script >>out 2>>out; cat out',
      ["a file that may be read and written"] = '"$@" <>script 1<>out 2>&1; cat out',
      closed = '"$@" <&- 2>&- | cat',
      sockets = '"$@"',
    }
    for kind, shell in pairs(kinds) do
      it(kind, function()
        files.write(world.folder .. "/script", "print(os.clock())\n")
        assert.equal("0.0\n", world:intrude("reopen", nil, shell))
        assert.equal("print(os.clock())\n", files.read(world.folder .. "/script"))
      end)
    end

    it("pipes that a script or a prompt reads", function()
      for _, options in ipairs { { "-i" }, { "-" }, {} } do
        local argv = world:intruder("reopen", nil, table.unpack(options))
        local result = world:run(argv, [[echo 'print("are", os.clock())' | "$@" 2>&1 | cat]])
        assert.matches("are\t0%.0\n", result.out)
      end
    end)

    it("a terminal", function()
      local session = terminal.spawn(world:intruder("reopen", nil, "-i"), { env = world.env })
      finally(function()
        session:stop()
      end)
      session:see "> "
      session:type "'are', os.clock()\n"
      session:see(function(screen)
        return screen:find "are%s+0%.0"
      end)
    end)

    it("pipes, from Lua", function()
      local script = [[
        for _, path in ipairs { "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "/proc/thread-self/fd/0" } do
          print((grab "16x1":save(path, { format = "ppm" })))
        end
      ]]
      local result = world:run(world:command("-e", script), [["$@" >out; cat out]])
      assert.equal(("nil\n"):rep(4), result.out)
      result = world:run(world:command("-e", script), [[echo "exit 3" | { "$@" >out; sh; echo $?; cat out; }]])
      assert.equal("3\n" .. ("nil\n"):rep(4), result.out)
    end)
  end)

  describe("carry", function()
    it("what it prints, all and in order", function()
      local script = [[
        for i = 1, 100000 do
          print(i)
        end
      ]]
      local result = world:run(world:command("-e", script), [["$@" | cksum; seq 100000 | cksum]])
      local first, second = result.out:match "^(%d+ %d+)%s+(%d+ %d+)"
      assert.equal(second, first)
      assert.equal("", result.err)
    end)

    it("both outputs in the order in which they were written, when they lead to one place", function()
      local script = [[
        for i = 1, 1000 do
          print(2 * i - 1)
          warn(2 * i)
        end
      ]]
      local shell = [["$@" >out 2>&1; sed 's/[^0-9]//g' <out | cksum; seq 2000 | cksum; rm out]]
      local result = world:run(world:command("-e", "warn '@on'", "-e", script), shell)
      local first, second = result.out:match "^(%d+ %d+)%s+(%d+ %d+)"
      assert.equal(second, first)
    end)

    it("pictures", function()
      local result = world:run(world:command("-e", "grab():save('-', { format = 'ppm' })"), [["$@" | cat]])
      assert.equal(#"P6\n320 200\n255\n" + 320 * 200 * 3, #result.out)
    end)

    it("no more once nobody reads", function()
      local endless = "while true do print 'y' end"
      local result = world:run(world:command("-e", endless), [[{ "$@"; echo "status $?" >&2; } | head -n 1]])
      assert.same({ "y\n", "status 141\n" }, { result.out, result.err })
    end)

    it("nothing silently into a device that is full", function()
      local result = world:run(world:command("-e", "print 'lost'"), [["$@" >/dev/full]])
      assert.equal("luashot: cannot write standard output: No space left on device\n", result.err)
      assert.equal(1, result.code)
    end)

    it("input for a prompt and a script, and take none from whoever comes next otherwise", function()
      files.write(world.folder .. "/lines", "print 'read'\n")
      for shell, out in pairs {
        ['{ "$@" -; cat; } <lines'] = "read\n",
        ['{ "$@" -i; cat; } <lines'] = "luashot",
        [ [[{ "$@" -e 'print "runs"'; cat; } <lines]] ] = "runs\nprint 'read'\n",
        ['while read -r line; do "$@" -e "print(#[[$line]])"; done <lines'] = "12\n",
        ['cat lines lines | "$@" -'] = "read\nread\n",
      } do
        local result = world:run(world:command(), shell)
        assert.equal("", result.err)
        assert.equal(out, result.out:sub(1, #out))
      end
    end)

    it("the rest that a slow reader takes, after the end", function()
      local script = "io = nil print(('x'):rep(1 << 20))"
      local result = world:run(world:command("-e", script), [["$@" | { sleep 0.5; wc -c; }]])
      assert.equal(tostring((1 << 20) + 1), result.out:match "%d+")
    end)

    it("all of it from a pipe and to a pipe that do not block, as whoever made them has it", function()
      files.write(world.folder .. "/pipes.py", [[
import os, subprocess, sys, time
input_end, writer = os.pipe()
reader, output_end = os.pipe()
os.set_blocking(input_end, False)
os.set_blocking(output_end, False)
host = subprocess.Popen(sys.argv[1:], stdin=input_end, stdout=output_end)
os.close(input_end)
os.close(output_end)
time.sleep(0.5)  # nothing to read yet
os.write(writer, b"print(('x'):rep(1 << 20))")
os.close(writer)
time.sleep(0.5)  # the pipe is full
print(len(open(reader, "rb").read()), host.wait())
]])
      local result = world:run(world:command "-", [[python3 pipes.py "$@"]])
      assert.same({ (1 << 20) + 1 .. " 0\n", "" }, { result.out, result.err })
    end)

    it("nothing more to a reader that is stuck, once a signal asks for the end", function()
      local shell = [[{ "$@" & echo $! >pid; wait $!; echo "status $?" >&2; } | sleep 1000]]
      local child = world:spawn { "sh", "-c", shell, "sh",
        table.unpack(world:command("-e", "print(('x'):rep(200000)) grab():save 'ran.png'")) }
      finally(function()
        child:stop()
      end)
      local pid
      assert(process.wait_until(function()
        pid = tonumber(process.run({ "cat", world.folder .. "/pid" }).out)
        local has_run = not walls.has_landlock or #files.names(world.inside) > 0 -- it has a child until it ends
        return has_run and pid and process.run({ "ps", "-o", "stat=", "--ppid", tostring(pid) }).out == ""
      end, 20))
      process.run { "kill", "-TERM", tostring(pid) }
      assert(process.wait_until(function()
        return child.err:find "status 143"
      end, 20))
    end)
  end)

  for _, attack in ipairs { "terminal", "new terminal" } do
    it("leave the terminal as it was: " .. attack, function()
      local argv = { "sh", "-c", [[stty -a >before; "$@"; stty -a | cmp - before && echo same
        exec python3 -c 'import fcntl; print("flags", fcntl.fcntl(0, fcntl.F_GETFL) & 2048)']], "sh",
        table.unpack(world:intruder(attack, nil, "-e", "print(os.clock())")) }
      local session = terminal.spawn({ "env", "-C", world.folder, table.unpack(argv) }, { env = world.env })
      finally(function()
        session:stop()
      end)
      session:see "flags 0"
      assert.matches("0%.0%s+same", session.screen)
    end)
  end
end)
