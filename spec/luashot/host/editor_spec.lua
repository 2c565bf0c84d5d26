-- The line editor, on a terminal.
local files = require "spec.support.files"
local process = require "spec.support.process"
local terminal = require "spec.support.terminal"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("the line editor", function()
  local child, folder

  local function start(options, ...)
    options = options or {}
    options.env = options.env or {}
    options.env.XDG_STATE_HOME = folder
    options.env.HOME = folder
    child = terminal.spawn({ luashot, ... }, options)
    child:see "\n> "
  end

  --- Types a line and waits for what is on the screen then.
  local function enter(text, answer)
    child:type(text .. "\r")
    child:see("> " .. text .. "\n" .. answer)
  end

  local function finish()
    child:type "\4"
    assert.same({ 0 }, { child:wait() })
  end

  before_each(function()
    folder = files.folder()
  end)

  after_each(function()
    if child then
      child:stop()
      child = nil
    end
    files.remove(folder)
  end)

  it("edits, and ends with the first Ctrl-D", function()
    start()
    child:type "2 * 4"
    child:see "> 2 * 4"
    child:type "\1" -- to the beginning
    child:type "10 + \5" -- to the end
    child:type "\127" -- the last one goes
    child:type "5\r"
    child:see "> 10 + 2 * 5\n20\n> "
    enter("'Käse' .. '→'", "Käse→\n> ")
    child:type "'äö'\27[D\127x" -- a letter is one step, and one deletion
    child:see "> 'äx'"
    child:type "\r"
    child:see "äx\n> "
    finish()
  end)

  it("asks for more lines", function()
    start()
    child:type "for i = 1, 2 do\r"
    child:see "do\n>> "
    child:type "print(i * 10) end\r"
    child:see "10\n20\n> "
    finish()
  end)

  it("completes names, and lists them when there are several", function()
    start()
    child:type "luash\t"
    child:see "> luashot"
    child:type ".schedule.no\t"
    child:see "> luashot.schedule.no"
    child:type "\21coroutine.\t" -- after clearing the line
    child:see(function(screen)
      return screen:find("\nclose +isyieldable.*\ncreate.*\n> coroutine%.$")
    end)
    child:type "wr\t"
    child:see "> coroutine.wrap"
    child:type "(print)\r"
    child:see(function(screen)
      return screen:find("> coroutine%.wrap%(print%)\nfunction: 0x%x+\n> $")
    end)
    child:type "if true then\r"
    child:see ">> "
    child:type "\t"
    child:see(function() return child.x == 5 end)
    child:type "print"
    child:see ">>   print"
    child:type "\21"
    child:see ">> "
    finish()
  end)

  it("keeps a history from one run to the next, for its owner alone", function()
    start()
    enter("'first'", "first\n> ")
    enter("'second'", "second\n> ")
    finish()
    assert.matches("^600 ", process.run({ "stat", "-c", "%a %n", folder .. "/luashot/history" }).out)
    assert.matches("^700 ", process.run({ "stat", "-c", "%a %n", folder .. "/luashot" }).out)
    child:stop()
    start()
    child:type "\27[A" -- up
    child:see "> 'second'"
    child:type "\27[A\r"
    child:see "> 'first'\nfirst\n> "
    child:type "\18sec" -- Ctrl-R
    child:see(function(screen)
      return screen:find "> 'second'\nbck:sec"
    end)
    child:type "\r"
    child:see(function(screen)
      return screen:find "second\n> $"
    end)
    finish()
  end)

  it("keeps no more than it should, and what several write at a time", function()
    process.run({ "mkdir", folder .. "/luashot" })
    local lines = {}
    for i = 1, 2000 do
      lines[i] = ("x = %d\n"):format(i)
    end
    local path = folder .. "/luashot/history"
    local file = assert(io.open(path, "w"))
    file:write(table.concat(lines))
    file:close()
    start()
    local others = {}
    for i = 1, 3 do
      others[i] = terminal.spawn({ luashot }, { env = { XDG_STATE_HOME = folder, HOME = folder } })
      others[i]:see "\n> "
    end
    child:type "'here'\r"
    for i, other in ipairs(others) do
      for n = 1, 5 do
        other:type(("y = '%d %d'\r"):format(i, n))
      end
    end
    for i, other in ipairs(others) do
      other:see(("y = '%d 5'\n> "):format(i))
      other:type "\4"
      other:wait()
      other:stop()
    end
    child:see "here\n> "
    finish()
    local text = io.open(path):read "a"
    local count = select(2, text:gsub("\n", ""))
    assert.is_true(count >= 1000 and count <= 1016, tostring(count))
    assert.is_nil(text:find("x = 1000\n", 1, true))
    assert.is_truthy(text:find("x = 2000\n", 1, true))
    assert.is_truthy(text:find("'here'\n", 1, true))
    for i = 1, 3 do
      for n = 1, 5 do
        assert.is_truthy(text:find(("y = '%d %d'\n"):format(i, n), 1, true), i .. " " .. n)
      end
    end
    assert.equal("history\n", process.run({ "ls", folder .. "/luashot" }).out)
  end)

  it("takes pasted tabs as they are", function()
    start()
    child:type "m\t= 5\r"
    child:see "> m     = 5\n> "
    enter("m == 5 and math ~= nil", "true\n> ")
    child:type "('a\tb'):byte(2)\r"
    child:see "byte(2)\n9\n> "
    child:type "t = {\r\th\t= 3,\r\tm = 4 }\rt.h + t.m\r"
    child:see "t.h + t.m\n7\n> "
    finish()
  end)

  it("works without a history where that cannot be read", function()
    local place = folder .. "/luashot"
    process.run { "mkdir", "-p", place .. "/history" }
    start()
    enter("1 + 1", "2\n> ")
    finish()
    process.run { "rmdir", place .. "/history" }
    process.run { "mkfifo", place .. "/history" }
    start()
    enter("1 + 2", "3\n> ")
    finish()
    process.run { "ln", "-sf", "/dev/null", place .. "/history" }
    start()
    enter("1 + 3", "4\n> ")
    finish()
    local link = process.run { "readlink", place .. "/history" }
    assert.equal("/dev/null\n", link.out)
  end)

  it("works without a history when it cannot have one", function()
    local nowhere = { XDG_STATE_HOME = "/proc/nowhere", HOME = "/proc/nowhere" }
    child = terminal.spawn({ luashot }, { env = nowhere })
    child:see "\n> "
    enter("6 * 7", "42\n> ")
    child:type "\27[A"
    child:see "> 6 * 7"
    child:type "\21"
    finish()
  end)

  it("stays below what jobs print while a line is typed", function()
    start({ columns = 40 })
    child:type "local n = 0 job = every('30ms', function() if go then n = n + 1 print('tick', n) end end)\r"
    child:see "\n> "
    -- Its second row is where the cursor is; the job prints in the middle of it all.
    local text = "go = true x = 'a line that is longer than the screen is wide'"
    child:type(text)
    child:see "wide'"
    child:type "\1"
    child:type "\r"
    child:see(function(screen)
      return screen:find "tick    3\n"
    end)
    child:type "x = 'another line that is longer than the screen"
    child:see(function(screen)
      return screen:find "tick    %d+\n> x = 'another line that is longer than\nthe screen$"
    end)
    child:type " is wide'\r"
    child:see(function(screen)
      return screen:find "tick    %d+\n>$" or screen:find "tick    %d+\n> $"
    end)
    child:type "job:stop() print(x)\r"
    child:see "\nanother line that is longer than the scr\neen is wide\n> "
    -- Nothing is left over of the line's many pictures.
    for row in child.screen:gmatch "[^\n]+" do
      assert.is_nil(row:find "tick.*x =", row)
      assert.is_nil(row:find "tick %d+%D", row)
    end
    finish()
  end)

  it("makes room for errors, warnings and pieces of lines", function()
    start()
    child:type "after('50ms', function() io.write 'a' io.stdout:write('b', 1) end)\r"
    child:see(function(screen)
      return screen:find "\nab1\n> $"
    end)
    child:type "after('300ms', function() warn 'careful' io.stderr:write 'oh\\n' error 'no' end)\r"
    child:type "'typed'"
    child:see(function(screen)
      return screen:find "Lua warning: careful\noh\nluashot: .-no\nstack traceback:\n.*\n> 'typed'$"
    end)
    child:type "\r"
    child:see "> 'typed'\ntyped\n> "
    child:type "do io.write 'no newline' end\r"
    child:see "no newline\n> "
    finish()
  end)

  it("clears the line on Ctrl-C, and interrupts what runs", function()
    start()
    child:type "not this"
    child:see "> not this"
    child:type "\3"
    child:see "> not this\n> "
    child:type "f(\r"
    child:see ">> "
    child:type "\3"
    child:see ">>\n> "
    child:type "print('run' .. 'ning') while true do end\r"
    child:see "running" -- which the echo of the line does not hold
    child:type "\3"
    child:see(function(screen)
      return screen:find "interrupted\nstack traceback:\n.*\n> $"
    end)
    child:type "print('sleep' .. 'ing') sleep(100)\r"
    child:see "sleeping"
    child:type "\3"
    child:see(function(screen) -- with a traceback, when it does not sleep yet
      return screen:find "sleeping\n^C\n[^>]*interrupted\n[^>]*> $"
    end)
    enter("'still ' .. 'here'", "still here\n> ")
    finish()
  end)

  it("leaves standard input to those who read it, and output to those who write much", function()
    start({ rows = 8 })
    child:type "io.read()\rhello\r"
    child:see "> io.read()\nhello\n> "
    child:type "1 + 1\r2 + 2\rfor i = 1, 2 do\rprint(i * 7)\rend\r" -- pasted
    child:see "> end\n7\n14\n> "
    child:type "print(('a line of output\\n'):rep(4000) .. 'the end')\r"
    child:see "a line of output\nthe end\n> "
    finish()
  end)

  it("takes another size of the screen, and goes on after a stop", function()
    start({ columns = 80 })
    child:type(("x"):rep(50))
    child:see(("x"):rep(50))
    child:resize(40, 24)
    child:type "yy"
    child:see "yy"
    child:kill(19)
    child:kill(18)
    child:type "zz\3"
    child:see "\n> "
    enter("6 * 7", "42\n> ")
    finish()
  end)

  it("leaves the terminal as it was, however it ends", function()
    local kill = "os.execute 'kill -TERM $PPID'"
    for _, ending in ipairs {
      "\4", "os.exit()\r", "after(0, function() os.exit(0) end)\r", kill .. "\r",
      ("after('50ms', function() %s end)\r"):format(kill),
    } do
      child = terminal.spawn(
        { "sh", "-c", "stty -a; $0; stty -a; echo done", luashot },
        { rows = 60, env = { XDG_STATE_HOME = folder, HOME = folder } }
      )
      child:see "\n> "
      child:type(ending)
      child:see "\ndone"
      local before, after = child.screen:match "^(speed.-)\nluashot.*\n(speed.-)\ndone"
      assert.equal(before, after)
      child:stop()
    end
  end)

  it("is there for a host that one attaches to", function()
    local socket = folder .. "/door"
    local host = process.spawn({ luashot, "--listen", socket, "-e", "secret_number = 5 sleep(1000)" })
    assert.is_truthy(process.wait_until(function()
      return process.run({ "test", "-S", socket }).code == 0
    end, 20))
    start({}, "--attach", socket)
    child:type "secret\t"
    child:see "> secret_number"
    child:type " + 1\r"
    child:see "> secret_number + 1\n6\n> "
    child:type "after('200ms', function() print 'from a job' end)\r"
    child:type "'typed'"
    child:see "from a job\n> 'typed'"
    child:type "\3"
    child:see "> 'typed'\n> "
    child:type "\27[A\27[A\r"
    child:see "> secret_number + 1\n6\n> "
    finish()
    assert.is_true(host:is_running())
    host:stop()
  end)

  it("is left out on a terminal that cannot move its cursor", function()
    child = terminal.spawn({ luashot }, { env = { TERM = "dumb", XDG_STATE_HOME = folder } })
    child:see "\n> "
    child:type "1 + 1\r"
    child:see "2\n> "
    child:type "\4"
    assert.same({ 0 }, { child:wait() })
    assert.is_nil(child.raw:find "\27")
  end)
end)
