-- What the module says in a stock Lua that has no luv.
local files = require "spec.support.files"
local process = require "spec.support.process"

local LUV <const> = "jobs, waits and programs need the Lua module luv (Debian's package lua-luv, LuaRocks' luv)"

describe("without luv", function()
  -- What `code` fails with in a Lua whose modules in C are luashot's alone, and those of `folder`.
  local function fail(code, folder)
    local core = assert(package.searchpath("luashot.core", package.cpath))
    local modules = core:gsub("/luashot/core%.so$", "/?.so") .. (folder and (";" .. folder .. "/?.so") or "")
    local ready = ("package.cpath = %q; local luashot = require 'luashot'; %s"):format(modules, code)
    local result = process.run(process.lua("-e", ready))
    return result.err:match "^[^:]*: ([^\n]*)"
  end

  for _, code in ipairs {
    "luashot.every('1s', print)",
    "luashot.after('1s', print)",
    "luashot.at('12:00', print)",
    "luashot.cron('* * * * *', print)",
    "luashot.sleep('1ms')",
    "luashot.run_program { 'true' }",
    "luashot.record('a.mp4')",
    "luashot.rotate('.')",
    "luashot.page {}",
    "luashot.fleet {}",
  } do
    it("an error names the packages: " .. code, function()
      assert.equal(LUV, fail(code))
    end)
  end

  it("a luv that cannot be loaded is not called missing", function()
    local folder = files.folder()
    files.write(folder .. "/luv.so", "no library")
    local message = fail("luashot.every('1s', print)", folder)
    files.remove(folder)
    assert.matches("error loading module 'luv'", message)
  end)

  it("every module that stock Lua can load asks by luashot.luv", function()
    local direct = process.run { "grep", "-rlE", [[require *\(?["']luv["']\)?]], "lua/luashot" }
    local named = {}
    for name in direct.out:gmatch "[^\n]+" do
      if not name:find "^lua/luashot/host/" and not name:find "^lua/luashot/attach/" then -- the host's own
        named[#named + 1] = name
      end
    end
    assert.same({}, named)
  end)
end)
