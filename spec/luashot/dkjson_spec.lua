-- What the program says where Lua's module dkjson is not installed.
local files = require "spec.support.files"
local process = require "spec.support.process"
local scripts = require "spec.support.scripts"

local DKJSON <const> = "JSON needs the Lua module dkjson (Debian's package lua-dkjson, LuaRocks' dkjson)\n"

describe("without dkjson", function()
  local rig, modules

  setup(function()
    rig, modules = scripts.start(), files.folder()
    files.write(modules .. "/argparse.lua", files.read(assert(package.searchpath("argparse", package.path))))
  end)

  teardown(function()
    rig:stop()
    files.remove(modules)
  end)

  local function run(...)
    local env = { DISPLAY = rig.server.display, LUA_PATH = modules .. "/?.lua" }
    return process.run(rig:argv(...), { cwd = rig.folder, env = env })
  end

  it("a script that writes JSON says what is missing", function()
    assert.equal(0, run("shot", "a.ppm").code)
    for _, argv in ipairs {
      { "windows", "--json" },
      { "diff", "--json", "a.ppm", "a.ppm" },
      { "-e", "require 'luashot.zerobuffer.caps'" },
      { "-e", "luashot.json.encode {}" },
    } do
      local result = run(table.unpack(argv))
      assert.same({ 1, "", "luashot: " .. DKJSON }, { result.code, result.out, result.err:match "^[^\n]*\n" })
    end
  end)

  it("a script that writes none runs", function()
    local result = run("diff", "a.ppm", "a.ppm")
    assert.same({ 0, "" }, { result.code, result.out })
  end)
end)
