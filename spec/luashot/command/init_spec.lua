-- How the ready-made scripts read the values of their options. How they fail is in spec/scripts.
local command = require "luashot.command"
local files = require "spec.support.files"
local process = require "spec.support.process"

local source, build = assert(os.getenv "LUASHOT_SOURCE"), assert(os.getenv "LUASHOT_BUILD")

local function each_help()
  local helps = {}
  for _, name in ipairs(files.names(source .. "/scripts")) do
    local script = name:match "^(.*)%.lua$"
    if script then
      local result = process.run { build .. "/luashot", script, "--help" }
      assert.same({ 0, "" }, { result.code, result.err })
      helps[script] = result.out
    end
  end
  return helps
end

describe("an option's value", function()
  it("is a number within bounds", function()
    local read = command.number(0, 1)
    assert.equal(0.5, read "0.5")
    assert.equal(0, read "0")
    assert.equal(1, read "1")
    for _, text in ipairs { "-0.1", "1.1", "x", "", "1x" } do
      assert.same({ nil, ("'%s' is not a number from 0 to 1"):format(text) }, { read(text) })
    end
  end)

  it("is a whole number within bounds", function()
    local read = command.integer(1, math.huge)
    assert.equal("integer", math.type(read "3"))
    assert.equal("integer", math.type(read "3.0"))
    for _, text in ipairs { "0", "1.5", "x", "" } do
      assert.same({ nil, ("'%s' is not an integer of 1 or more"):format(text) }, { read(text) })
    end
  end)

  it("is a duration", function()
    assert.equal(0.25, command.duration "250ms")
    assert.equal(5, command.duration "5")
    assert.equal(0, command.duration "0")
    assert.is_nil((command.duration "soon"))
  end)

  it("is an interval", function()
    local read = command.interval "not every 0 seconds"
    assert.equal(60, read "1m")
    assert.same({ nil, "not every 0 seconds" }, { read "0" })
    assert.same({ command.duration "soon" }, { read "soon" })
  end)
end)

describe("the ready-made scripts", function()
  local helps = each_help()

  it("say which package is missing", function()
    for script in pairs(helps) do
      local result = process.run({ build .. "/luashot", script, "--help" }, { env = { LUA_PATH = "/nowhere/?.lua" } })
      assert.same({ 1, "", "luashot: the ready-made scripts need the Lua module argparse "
        .. "(Debian's package lua-argparse, LuaRocks' argparse)\n" }, { result.code, result.out, result.err }, script)
    end
  end)

  it("give a letter one meaning", function()
    local meaning, count = {}, 0
    for script, help in pairs(helps) do
      for letter, long in help:gmatch "\n +%-(%a), %-%-([%w-]+)" do
        count = count + 1
        assert.equal(meaning[letter] or long, long, script .. " -" .. letter)
        meaning[letter] = long
      end
    end
    assert.is_true(count > 40)
  end)

  it("explain --what wherever they take it", function()
    local count = 0
    for script, help in pairs(helps) do
      if help:find("--what", 1, true) then
        count = count + 1
        assert.truthy(help:find("WHAT is 'primary'", 1, true), script)
      end
    end
    assert.is_true(count >= 8)
  end)

  it("print their version", function()
    local version = process.run({ build .. "/luashot", "--version" }).out:match "%d+%.%d+%.%d+"
    for script in pairs(helps) do
      local result = process.run { build .. "/luashot", script, "--version" }
      assert.same({ 0, "luashot " .. version .. "\n" }, { result.code, result.out })
    end
  end)

  it("align their options", function()
    for script, help in pairs(helps) do
      for line in (help .. "\n"):match("\nOptions:\n(.-)\n\n"):gmatch "[^\n]+" do
        assert.truthy(line:find "^   %-%-?%a" or line:find "^ +%S", script .. ": " .. line)
        assert.is_nil(line:find ",$", script .. ": " .. line)
      end
    end
  end)
end)
