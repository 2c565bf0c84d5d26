-- io in a line that somebody attached runs: what it writes comes to them, and standard input is not theirs.
local door = require "spec.support.door"
local files = require "spec.support.files"
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("what somebody attached", function()
  local here

  before_each(function()
    here = door.new()
  end)

  after_each(function()
    here:close()
  end)

  --- The texts of what has come until the line was done.
  local function run(one, line)
    one:send("run", line)
    local parts = {}
    process.wait_until(function()
      local kind, text = table.unpack(table.remove(one.messages, 1) or {})
      parts[#parts + 1] = kind ~= "hello" and text or nil
      return kind == "done" or one.is_over
    end, 20)
    return table.concat(parts)
  end

  describe("writes", function()
    it("comes there, with what is printed, in order", function()
      local host = here:listen(door.TICKER)
      local one = here:connect()
      assert.equal("a1 2.5 1e+100 3\nbc\td\nef", run(one, [[
        io.write("a", 1, " ", 2.5, " ", 1e100, " ", 3.0, "\n")
        local file = io.stdout:write("b")
        print("c", "d")
        io.output():write("e"):write("f")
        assert(file == io.stdout and io.write() == file)]]))
      assert.matches("^stdin:1: bad argument #2 to 'write' %(string expected, got table%)\n",
        run(one, "io.write('a', {})"))
      assert.matches("^stdin:1: bad argument #1 to 'write' ", run(one, "io.stdout:write(nil, 'a')"))
      local text = "io.write 'x' io.write(('y'):rep(3 << 20)) for i = 1, 3000 do io.write(('z'):rep(999), '\\n') end"
      assert.equal("x" .. ("y"):rep(3 << 20) .. (("z"):rep(999) .. "\n"):rep(3000), here:attach({}, "-e", text).out)
      assert.equal("", host.out)
    end)

    it("by a function of the script's, or a job that is left behind, comes too; what others write does not", function()
      local host = here:listen [[
        io.stdout:setvbuf "no"
        every("5ms", function() io.write "host " print "host" end)
        function put(...) io.write(...) print(...) end]]
      local one, two = here:connect(), here:connect()
      assert.equal("onemoremore\n", run(one, "io.write 'one' sleep(0.05) put 'more'"))
      run(one, [[
        local _ = after(0.02, function()
          io.write "left "
          put "behind"
          every("5ms", function() put "again" end)
        end)]])
      local text = ""
      while #text < 100 do
        text = text .. assert(one:get "output")
      end
      assert.matches("^left behindbehind\nagainagain\nagainagain\n", text)
      assert.is_nil(host.out:find "again")
      one.pipe:close() -- and so it goes to the host's
      assert.truthy(process.wait_until(function()
        return host.out:find "againagain\n"
      end, 20))
      assert.equal(1, #two.messages) -- hello
      assert.is_nil(text:find "host")
      assert.matches("^host host\n", host.out)
      assert.is_nil(host.out:find "one")
    end)

    it("to a file goes into that", function()
      local host = here:listen(door.TICKER)
      local one = here:connect()
      local path = here.folder .. "/file"
      assert.equal("there\n", run(one, ([[
        local file = io.open(%q, "w")
        io.output(file) io.write("in", 1) file:write("side") io.output(io.stdout)
        file:close() io.write "there\n"]]):format(path)))
      assert.equal("in1side", files.read(path))
      assert.equal("in1side", run(one, ("for line in io.lines(%q) do io.write(line) end"):format(path)))
      assert.equal("in1\n", run(one, ("local file <close> = io.open(%q) print(file:read(3))"):format(path)))
      assert.matches("^stdin:1: cannot open file '%S+/none'", run(one, ("io.lines(%q)"):format(here.folder .. "/none")))
      assert.equal("", host.out)
    end)
  end)

  it("would read from standard input is refused, and holds nobody up", function()
    local host = here:listen(door.TICKER) -- its standard input is open, and has nothing to say
    local one = here:connect()
    for _, line in ipairs { "io.read()", "io.read('a')", "io.lines()", "io.stdin:read(1)", "io.stdin:lines()",
      "dofile()", "loadfile()", "debug.debug()", "coroutine.wrap(function() io.read() end)()" } do
      assert.matches("^stdin:1: .*standard input belongs to the host and cannot be read from an attached line\n",
        run(one, line))
    end
    local file = files.write(here.folder .. "/some.lua", "sleep(0.01) return ...")
    local line = ("print(dofile(%q), nil) print(type(loadfile(%q)))"):format(file, file)
    assert.equal("nil\tnil\nfunction\n", run(one, line))
    assert.is_true(tonumber(here:evaluate "gap") < 2)
    assert.is_true(host:is_running())
  end)

  it("leaves the host's own jobs as they are", function()
    local result = process.run({ luashot, "--listen", here.path, "-e", [[
      print(io.read "l") print(io.stdin:read "l")
      for line in io.lines() do io.write(line) io.stdout:write(".\n") end]] }, { stdin = "1\n2\n3\n4\n" })
    assert.equal("1\n2\n3.\n4.\n", result.out)
    assert.equal("", result.err)
    for _, wrong in ipairs {
      "io.write({})", "io.stdout:write({})", "io.lines '/none'", "io.stdin:read 'x'", "io.read 'x'", "dofile '/none'",
      "print(setmetatable({}, { __tostring = function() return 1 end }))", "io.stdout.write(1)",
    } do
      local plain = process.run { luashot, "-e", wrong }
      local listening = process.run { luashot, "--listen", here.path, "-e", wrong }
      assert.equal(plain.err, listening.err)
      assert.equal(plain.code, listening.code)
    end
  end)
end)
