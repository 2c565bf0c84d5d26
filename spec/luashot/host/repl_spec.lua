-- The prompt: its evaluation step alone, and the host around it.
local process = require "spec.support.process"
local repl = require "luashot.host.repl"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"
local SANITIZED <const> = os.getenv "LUASHOT_SANITIZED" ~= nil -- its memory keeps what was freed

describe("the words exit, quit and help", function()
  it("end the prompt unless they are globals", function()
    for _, text in ipairs { "exit", " quit ", "exit()", "quit ( )" } do
      assert.is_true(repl.is_exit(text, {}), text)
      assert.is_false(repl.is_exit(text, { exit = 1, quit = 1 }), text)
    end
    for _, text in ipairs { "exits", "exit(1)", "x", "", "quit = 1", "os.exit()" } do
      assert.is_false(repl.is_exit(text, {}), text)
    end
  end)

  it("do so at the plain prompt", function()
    local result = process.run({ luashot, "-i" }, { stdin = "help\nfor i = 1, 1 do\nend\nexit\nprint 'not run'\n" })
    assert.equal(0, result.code)
    assert.truthy(result.out:find("luashot.open", 1, true))
    assert.is_nil(result.out:find("not run", 1, true))
    assert.equal("", result.err)
  end)
end)

describe("a typed text", function()
  local function value(text)
    local chunk = assert(repl.compile(text))
    return chunk()
  end

  it("is an expression if it can be", function()
    assert.equal(3, value("1 + 2"))
    assert.same({ 1, nil, 3 }, { value("1, nil, 3") })
    assert.equal(3, value("return 3"))
    assert.equal(3, value("= 1 + 2"))
    assert.equal(3, value("1 + 2 -- three"))
    assert.equal(3, value("3;"))
    assert.equal(0, select("#", value("")))
  end)

  it("is to blame for the arguments of its call", function()
    local function picky()
      error("not so", 2)
    end
    local _, message = pcall(repl.compile("picky(1)", { picky = picky }))
    assert.equal("stdin:1: not so", message)
  end)

  it("is a statement else", function()
    assert.is_nil(value("local x = 1"))
    assert.equal(0, select("#", value("do end")))
  end)

  it("is incomplete when more lines could make it right", function()
    local texts = { "for i = 1, 2 do", "x = {", "f(", "x = [[a", "x = 1 +", "if x then", "function f()", "= 1 +" }
    for _, text in ipairs(texts) do
      local chunk, message, incomplete = repl.compile(text)
      assert.is_nil(chunk, text)
      assert.matches("<eof>$", message)
      assert.is_true(incomplete)
    end
  end)

  it("is wrong when it is nested too deeply, whatever a message handler makes of that", function()
    for _, handler in ipairs { debug.traceback, function() end, function() return {} end } do
      local ok, chunk, message, incomplete = xpcall(repl.compile, handler, ("("):rep(1000))
      assert.same({ true, nil, "string", false }, { ok, chunk, type(message), incomplete })
    end
  end)

  it("is wrong when no further line could help", function()
    for _, text in ipairs { "x x", "for 1", ")", "1 +", "x = 'a\nb'" } do
      local chunk, message, incomplete = repl.compile(text)
      assert.is_nil(chunk, text)
      assert.matches("^stdin:1: ", message)
      assert.is_false(incomplete)
    end
  end)
end)

describe("a conversation", function()
  local written, errors

  local function write(text, is_error)
    if is_error then
      errors = errors .. text
    else
      written = written .. text
    end
  end

  local function new(options)
    written, errors = "", ""
    return repl.new(repl.environment(write), write, options)
  end

  it("runs a chunk once it is whole", function()
    local conversation = new()
    assert.is_true(conversation:line("for i = 1, 2 do"))
    assert.is_true(conversation:line("print(i, nil)"))
    assert.equal("", written)
    assert.is_false(conversation:line("end"))
    assert.equal("1\tnil\n2\tnil\n", written)
    assert.equal("", errors)
  end)

  -- How many bytes are compiled while lines come one by one; by `compile`, if it is given.
  local function work_of(count, first, line, last, compile)
    local conversation, own, work = new(), repl.compile, 0
    finally(function()
      repl.compile = own
    end)
    repl.compile = function(text, ...)
      work = work + #text
      return (compile or own)(text, ...)
    end
    conversation:line(first)
    for _ = 1, count do
      if not conversation:line(line) then
        return work
      end
    end
    assert.is_false(conversation:line(last))
    assert.equal("", errors)
    return work
  end

  it("compiles a chunk of many lines in proportion to its length", function()
    local chunks = {
      { "local function f()", "  if x then y = 1 end", "end" },
      { "x = {", "  { 1, 2, 'a' }, -- }", "}" },
      { "x = [[", "end ]=]", "]]" },
      { "--[==[", "]]", "]==]" },
      { "x = 1 +", "2 +", "3" },
      { "x = '\\z", "  \\z", "'" },
    }
    for _, chunk in ipairs(chunks) do
      local once, twice = work_of(2000, table.unpack(chunk)), work_of(4000, table.unpack(chunk))
      assert.is_true(twice < 3 * once, ("%s: %d bytes, and %d for twice as much"):format(chunk[1], once, twice))
    end
  end)

  it("gives up a chunk each line of which could be its last", function()
    assert.same({ true, true }, { select(3, repl.compile "x = a:b"), select(3, repl.compile "x = a:b\n(1):b") })
    local function compile() -- which takes seconds for all of them
      return nil, "<eof>", true
    end
    local work = work_of(1000000, "x = a:b", "(1):b", "()", compile)
    assert.is_true(work > 1 << 25 and work < 1 << 27, work)
    assert.matches("^a chunk of %d+ lines, each of which could be its last, is too long for a prompt\n$", errors)
  end)

  it("tells of an error in a block that is open", function()
    local conversation = new()
    assert.is_true(conversation:line "do")
    assert.is_false(conversation:line "x x")
    assert.equal("stdin:2: syntax error near 'x'\n", errors)
    conversation = new() -- and in a long one when that has grown to twice its size
    conversation:line "do"
    for _ = 1, 2000 do
      conversation:line "x = 1"
    end
    local more = 1
    conversation:line "x x"
    while conversation:line "x = 1" do
      more = more + 1
    end
    assert.is_true(more < 2500)
    assert.matches("^stdin:2002: syntax error", errors)
  end)

  it("shows results, and errors apart", function()
    local conversation = new()
    conversation:line("1, 'two', { three = 3 }")
    assert.equal("1\ttwo\t{ three = 3 }\n", written)
    conversation:line("x x")
    assert.equal("stdin:1: syntax error near 'x'\n", errors)
    errors = ""
    conversation:line("error 'no'")
    assert.matches("^stdin:1: no\nstack traceback:\n", errors)
    assert.is_nil(conversation.job)
  end)

  it("shows results by a print that the user has set", function()
    local conversation = new()
    conversation:line("function print(...) seen = { ... } end")
    conversation:line("7, 8")
    assert.same({ 7, 8 }, _G.seen)
    assert.equal("", written)
    _G.print, _G.seen = print, nil
  end)

  it("that ends in the middle of a chunk says so", function()
    local conversation = new()
    conversation:line("for i = 1, 2 do")
    conversation:finish()
    assert.matches("^stdin:1: .*<eof>\n$", errors)
    errors = ""
    conversation:finish()
    assert.equal("", errors)
  end)

  it("lets a line wait, and says when it is done", function()
    local schedule = require "luashot.schedule"
    local done = 0
    local conversation = new({
      done = function()
        done = done + 1
      end,
    })
    conversation:line("1 + 1")
    assert.equal(0, done)
    conversation:line("require('luashot.schedule').sleep '5ms' print 'slept' return 5")
    assert.is_truthy(conversation.job)
    schedule.drive(function()
      return not conversation.job
    end)
    assert.equal("2\nslept\n5\n", written)
    assert.equal(1, done)
  end)

  it("drops what is typed or run when interrupted", function()
    local conversation = new()
    assert.is_true(conversation:line("f("))
    conversation:interrupt()
    assert.is_false(conversation:line("1"))
    assert.equal("1\n", written)
    conversation:line("local x <close> = setmetatable({}, { __close = function() print 'closed' end })"
      .. " require('luashot.schedule').sleep(100)")
    assert.is_truthy(conversation.job)
    conversation:interrupt()
    assert.is_nil(conversation.job)
    assert.equal("1\nclosed\n", written)
    assert.equal("", errors)
  end)

  describe("completes", function()
    local environment = setmetatable({
      alpha = 1,
      along = { beta = { gamma = true, ["not a name"] = 1, delta = print } },
      object = setmetatable({ own = 1 }, {
        __index = { method = print, also = 2 },
      }),
      trap = setmetatable({}, { __index = error }),
    }, { __index = { alder = 2 } })

    local function completed(text, cursor)
      local conversation = repl.new(environment, write)
      local candidates, from = conversation:complete(text, cursor)
      return table.concat(candidates, " "), from
    end

    it("globals and keywords", function()
      assert.same({ "alder along alpha", 1 }, { completed("al") })
      assert.same({ "alpha", 5 }, { completed("x = alp") })
      assert.same({ "while", 1 }, { completed("wh") })
      assert.equal("", (completed("zz")))
    end)

    it("fields, also those that are inherited", function()
      assert.same({ "beta", 7 }, { completed("along.b") })
      assert.same({ "delta gamma", 12 }, { completed("along.beta.") })
      assert.equal("also method own", (completed("object.")))
      assert.equal("method", (completed("print(object:")))
    end)

    it("up to the cursor", function()
      assert.same({ "alpha", 1 }, { completed("alpxyz", 3) })
    end)

    it("nothing where a function would have to be called", function()
      assert.equal("", (completed("trap.")))
      assert.equal("", (completed("trap.x.")))
      assert.equal("", (completed("f().along.")))
      assert.equal("", (completed("missing.")))
      assert.equal("", (completed("x = 3.")))
    end)
  end)
end)

describe("values", function()
  local inspect = require "luashot.host.inspect"

  it("are as print shows them", function()
    assert.equal("1\ttwo\tnil\ttrue", inspect(1, "two", nil, true))
    assert.equal("", inspect())
    assert.equal(tostring(print), inspect(print))
  end)

  it("that are tables show what is in them", function()
    assert.equal("{}", inspect({}))
    assert.equal('{ 1, "a\\n\\x00", { x = 2 } }', inspect({ 1, "a\n\0", { x = 2 } }))
    assert.equal('{ a = 1, b = 2, ["end"] = 3, [true] = 6, [-1] = 4, [1.5] = 5 }',
      inspect({ b = 2, a = 1, ["end"] = 3, [-1] = 4, [1.5] = 5, [true] = 6 }))
  end)

  it("that are long are on lines of their own", function()
    local words = {}
    for i = 1, 12 do
      words[i] = ("word %d"):format(i)
    end
    local text = inspect({ words = words })
    assert.matches('^{\n  words = {\n    "word 1",\n', text)
    assert.matches('    "word 12",\n  },\n}$', text)
  end)

  it("end, however large or deep they are", function()
    local loop = {}
    loop.loop = loop
    assert.equal("{ loop = {…} }", inspect(loop))
    local many = {}
    for i = 1, 1000 do
      many[i] = i
    end
    assert.matches("… 800 more", inspect(many))
    local deep = {}
    for _ = 1, 1000 do
      deep = { deep }
    end
    assert.matches("{…}", inspect(deep))
  end)

  it("that are frames show where they are from, and what they hold", function()
    local server = require("spec.support.xserver").start({ width = 640, height = 480 })
    local display <close> = assert(require("luashot").open({ display = server.display }))
    local frame = assert(display:grab())
    assert.equal("frame 1 (root 640x480+0+0), bgrx, holds a slot of 1.2 MB", inspect(frame))
    local crop <close> = frame:crop(10, 20, 30, 40)
    assert.equal("{ frame 1 (root 30x40+10+20), bgrx, holds a slot of 1.2 MB }", inspect({ crop }))
    local copy <close> = crop:copy "rgb"
    assert.equal("frame 1 (root 30x40+10+20), rgb, an image of 4 KB", inspect(copy))
    frame:release()
    assert.equal("frame 1 (root 640x480+0+0), released", inspect(frame))
    assert.matches("^display %(640x480, [%w-]+, 1 of at most 8 slots held%)$", inspect(display))
    server:stop()
  end)

  it("have names of their own, if they can be told", function()
    local named = setmetatable({}, { __tostring = function() return "named" end })
    assert.equal("{ named }", inspect({ named }))
    local broken = setmetatable({}, { __tostring = function() error "no" end })
    assert.matches("^<table: .*no>$", inspect(broken))
    assert.equal("{}", inspect(setmetatable({}, { __index = error, __pairs = error, __len = error })))
  end)
end)

describe("the prompt", function()
  local function prompt(input, ...)
    return process.run({ luashot, "-i", ... }, { stdin = input })
  end

  --- What comes after the banner.
  local function answers(input, ...)
    return (prompt(input, ...).out:gsub("^[^\n]*\n", ""))
  end

  it("greets, prints results and ends with the input", function()
    local result = prompt("1 + 1\nx = 5\nx, nil\n")
    assert.matches("^luashot %d[^\n]*\n> 2\n> > 5\tnil\n> \n$", result.out)
    assert.equal("", result.err)
    assert.equal(0, result.code)
  end)

  it("asks for more lines", function()
    assert.equal("> >> >> 1\n2\n> \n", answers("for i = 1, 2 do\nprint(i)\nend\n"))
  end)

  it("shows errors and goes on", function()
    local result = prompt("error 'one'\nx x\nerror {}\n'still here'\n")
    assert.matches("still here", result.out)
    assert.matches("^luashot: stdin:1: one\nstack traceback:\n", result.err)
    assert.matches("\tstdin:1: in main chunk\n", result.err)
    assert.is_nil(result.err:find("[luashot]", 1, true))
    assert.matches("luashot: stdin:1: syntax error near 'x'\n", result.err)
    assert.matches("%(error object is a table value%)", result.err)
    assert.equal(0, result.code)
  end)

  it("comes after -e and the script", function()
    assert.equal("> 7\n> \n", answers("x\n", "-e", "x = 7"))
    local result = prompt("print 'never'\n", "-e", "error 'x'")
    assert.is_nil(result.out:find("never", 1, true))
    assert.equal(1, result.code)
  end)

  it("keeps no line without an end in memory, and says that it is too long", function()
    local peak = "for line in io.lines '/proc/self/status' do print(line:match '^VmHWM.-(%d+)' or '') end"
    local lines = ("head -c 64000000 /dev/zero | tr '\\0' a; echo; echo %q; echo \"'next'\""):format(peak)
    local result = process.run { "/bin/sh", "-c", ("{ %s; } | %s -i"):format(lines, luashot) }
    assert.equal("luashot: a chunk of more than 1048576 bytes is too long for a prompt\n", result.err)
    assert.matches("next\n> \n$", result.out)
    assert.is_true(SANITIZED or tonumber(result.out:match "\n(%d+)\n") < 60000, result.out)
    local before = ("x"):rep((1 << 20) - 1)
    assert.equal("> nil\n> 1\n> \n", answers(before .. "\n1\n")) -- the longest
    result = prompt(before .. "xx\n1\n")
    assert.matches("too long", result.err)
    assert.matches("> 1\n> \n$", result.out)
  end)

  it("ends in the middle of an endless line when it is asked to", function()
    local child = process.spawn { "bash", "--norc", "-c", "exec " .. luashot .. " -i < <(tr '\\0' a </dev/zero)" }
    process.wait_until(function()
      return child.err:find "too long"
    end)
    child:kill "sigterm"
    assert.same({ 143, 0 }, { child:wait() })
    assert.equal("luashot: a chunk of more than 1048576 bytes is too long for a prompt\n", child.err)
  end)

  it("takes _PROMPT and _PROMPT2, and the global print", function()
    assert.equal("$ $$ 0\n$ \n", answers("x =\n0 print(x)\n", "-e", "_PROMPT, _PROMPT2 = '$ ', '$$ '"))
    assert.equal("> <1>> \n", answers("1\n", "-e", "function print(x) io.write('<', x, '>') end"))
    assert.matches("error calling 'print'", prompt("1\n", "-e", "print = nil").err)
  end)

  it("lets a line sleep", function()
    assert.equal("> tick\n> \n", answers("after(0, function() print 'tick' end) sleep '20ms'\n"))
  end)

  describe("on a terminal", function()
    local child

    --- luashot on a terminal of its own, made by script(1).
    local function start(command)
      -- exec: a shell that stayed would take the interrupts too.
      local line = "exec " .. (command or luashot)
      child = process.spawn({ "script", "-qec", line, "/dev/null" }, { env = { TERM = "dumb" } })
    end

    after_each(function()
      child:stop()
    end)

    it("comes by itself, and jobs run while it waits", function()
      start()
      child:see "> "
      child:write("x = 0\n")
      child:see "> "
      child:write("every('5ms', function(job) x = x + 1 if x == 3 then job:stop() print 'ticked' end end)\n")
      child:see "job 'stdin:1'"
      child:see "ticked"
      child:write("6 * 7\n")
      child:see "42"
      child:write("\4")
      assert.equal(0, (child:wait(20)))
    end)

    it("survives Ctrl-C, at the prompt and in a line", function()
      start()
      child:see "> "
      child:write("typed\3")
      child:see "> "
      child:write("print('spi' .. 'ns') while true do pcall(function() while true do end end) end\n")
      child:see "spins"
      child:write("\3")
      child:see "interrupted"
      child:see "> "
      child:write("print('slee' .. 'ps') sleep(100)\n")
      child:see "sleeps"
      child:write("\3")
      child:see "interrupted"
      child:see "> "
      child:write("'still ' .. 'here'\n")
      child:see "still here"
      child:write("\4")
      assert.equal(0, (child:wait(20)))
    end)
  end)
end)
