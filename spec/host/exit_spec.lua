-- os.exit where the script is a coroutine.
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("os.exit(code, true) closes <close> variables", function()
  local CLOSING <const> = [[
    local function closing(name, fn)
      return setmetatable({}, { __close = function() print(name) if fn then fn() end end })
    end
  ]]

  local function leave(text)
    local result = process.run { luashot, "-e", CLOSING .. text }
    return result.code .. " " .. result.out .. result.err
  end

  it("as lua5.4 does", function()
    assert.equal("0 closed\n", leave [[local x <close> = closing "closed" os.exit(0, true)]])
    assert.equal("1 closed\n", leave [[local x <close> = closing "closed" os.exit(false, true)]])
    assert.equal("0 ", leave [[local x <close> = closing "closed" os.exit(true)]])
    assert.equal("7 ", leave [[local x <close> = closing "closed" os.exit(7, false)]])
    for code, what in pairs { ["{}"] = "number expected, got table", ["'x'"] = "number expected, got string",
      ["1e30"] = "number has no integer representation" } do
      local text = leave('local x <close> = closing "closed" os.exit(' .. code .. ", true)")
      local start = "1 closed\nluashot: (command line):"
      assert.equal(start, text:sub(1, #start))
      assert.truthy(text:find(("bad argument #1 to 'exit' (%s)\n"):format(what), 1, true), text)
    end
  end)

  it("the innermost first, also of coroutines that have resumed others", function()
    assert.equal("5 c\nb\na\n", leave [[
      local a <close> = closing "a"
      coroutine.wrap(function()
        local b <close> = closing "b"
        pcall(coroutine.resume, coroutine.create(function()
          local c <close> = closing "c"
          table.sort({ 1, 2 }, function() os.exit(5, true) end)
        end))
      end)()
    ]])
  end)

  it("although one of them fails, waits or leaves as well", function()
    assert.equal("9 d\nc\nfalse\nb\na\n", leave [[
      local a <close> = closing "a"
      local b <close> = closing("b", function() os.exit(9, true) print "never" end)
      local c <close> = closing("c", function() print((pcall(sleep, 1))) end)
      local d <close> = closing("d", function() error "x" end)
      os.exit(0, true)
    ]])
    assert.equal("9 job\nother\nmain\n", leave [[
      local main <close> = closing "main"
      after(0, function()
        local x <close> = closing("job", function() os.exit(9, true) end)
        sleep "1h"
      end)
      after(0, function() local x <close> = closing "other" sleep "1h" end)
      sleep "10ms"
      os.exit(0, true)
    ]])
  end)

  it("and those of jobs", function()
    assert.equal("3 other\njob\n", leave [[
      after(0, function() local x <close> = closing "other" sleep "1h" end)
      after("10ms", function() local x <close> = closing "job" os.exit(3, true) end)
    ]])
    assert.equal("3 main\n", leave [[
      require("luv").new_timer():start(1, 0, function() os.exit(3, true) end)
      local x <close> = closing "main"
      sleep "1h"
    ]])
  end)
end)
