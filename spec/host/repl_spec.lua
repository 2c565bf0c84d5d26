-- The prompt: its evaluation step alone, and the host around it.
local process = require "spec.support.process"
local repl = require "luashot.repl"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a typed text", function()
  local function value(text)
    local chunk = assert(repl.compile(text))
    return chunk()
  end

  it("is an expression if it can be", function()
    assert.equal(3, value("1 + 2"))
    assert.same({ 1, nil, 3 }, { value("1, nil, 3") })
    assert.equal(3, value("return 3"))
    assert.equal(0, select("#", value("")))
  end)

  it("is a statement else", function()
    assert.is_nil(value("local x = 1"))
    assert.equal(0, select("#", value("do end")))
  end)

  it("is incomplete when more lines could make it right", function()
    for _, text in ipairs { "for i = 1, 2 do", "x = {", "f(", "x = [[a", "x = 1 +", "if x then", "function f()" } do
      local chunk, message, incomplete = repl.compile(text)
      assert.is_nil(chunk, text)
      assert.matches("<eof>$", message)
      assert.is_true(incomplete)
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

  it("is read line by line until it is whole", function()
    local lines = { "for i = 1, 2 do", "x = i", "end" }
    local asked = {}
    local chunk = assert(repl.read(function(is_continuation)
      asked[#asked + 1] = is_continuation
      return table.remove(lines, 1)
    end))
    chunk()
    assert.same({ false, true, true }, asked)
  end)

  it("that ends in the middle is an error", function()
    local lines = { "for i = 1, 2 do" }
    local chunk, message = repl.read(function()
      return table.remove(lines, 1)
    end)
    assert.is_nil(chunk)
    assert.matches("<eof>$", message)
    assert.is_nil((repl.read(function() end)))
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
    assert.is_nil(result.err:find("luashot/", 1, true))
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

    local function see(text)
      assert.truthy(process.wait_until(function()
        return child.out:find(text, 1, true)
      end, 20), "not seen: " .. text .. " in " .. child.out)
      child.out = child.out:sub(child.out:find(text, 1, true) + #text)
    end

    after_each(function()
      child:stop()
    end)

    it("comes by itself, and jobs run while it waits", function()
      start()
      see("> ")
      child:write("x = 0\n")
      see("> ")
      child:write("every('5ms', function(job) x = x + 1 if x == 3 then job:stop() print 'ticked' end end)\n")
      see("job 'stdin:1'")
      see("ticked")
      child:write("6 * 7\n")
      see("42")
      child:write("\4")
      assert.equal(0, (child:wait(20)))
    end)

    it("survives Ctrl-C, at the prompt and in a line", function()
      start()
      see("> ")
      child:write("\3")
      see("interrupted")
      see("> ")
      child:write("while true do pcall(function() while true do end end) end\n")
      process.sleep(0.3)
      child:write("\3")
      see("interrupted")
      see("> ")
      child:write("sleep(100)\n")
      process.sleep(0.3)
      child:write("\3")
      see("interrupted")
      see("> ")
      child:write("'still ' .. 'here'\n")
      see("still here")
      child:write("\4")
      assert.equal(0, (child:wait(20)))
    end)
  end)
end)
