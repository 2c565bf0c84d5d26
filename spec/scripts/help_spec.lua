local files = require "spec.support.files"
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("luashot help", function()
  it("lists each ready-made script with a description", function()
    local result = process.run { luashot, "help" }
    assert.same({ 0, "" }, { result.code, result.err })
    for _, name in ipairs(files.names(assert(os.getenv "LUASHOT_SOURCE") .. "/scripts")) do
      local script = name:match "^(.*)%.lua$"
      if script then
        assert.matches("\n  " .. script .. " +%u%l+[^\n]+", result.out)
      end
    end
  end)

  it("prints the help of one", function()
    local result = process.run { luashot, "help", "shot" }
    assert.equal(process.run({ luashot, "shot", "--help" }).out, result.out)
    result = process.run { luashot, "help", "frobnicate" }
    assert.equal(2, result.code)
    assert.matches("no ready%-made script 'frobnicate'", result.err)
  end)
end)
