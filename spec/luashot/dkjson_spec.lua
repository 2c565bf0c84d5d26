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

  it("a ready-made script that needs JSON says what is missing, and no more", function()
    assert.equal(0, run("shot", "a.ppm").code)
    for _, argv in ipairs {
      { "collect", "--broker", "mqtt://127.0.0.1:1", "pictures" },
      { "diff", "--json", "a.ppm", "a.ppm", code = 2 },
      { "mcp" },
      { "page" },
      { "publish", "ring", "--wait", "0" },
      { "read", "--json", "a.ppm" },
      { "subscribe", "ring", "--wait", "0" },
      { "wall", "--broker", "mqtt://127.0.0.1:1" },
      { "windows", "--json" },
    } do
      local result = run(table.unpack(argv))
      assert.same({ argv.code or 1, "", argv[1] .. ": " .. DKJSON }, { result.code, result.out, result.err })
    end
  end)

  it("Lua code that needs JSON raises the message", function()
    for _, code in ipairs { "require 'luashot.zerobuffer.caps'", "luashot.json.encode {}" } do
      local result = run("-e", code)
      assert.same({ 1, "", "luashot: " .. DKJSON }, { result.code, result.out, result.err:match "^[^\n]*\n" })
    end
  end)

  it("a script that writes none runs", function()
    local result = run("diff", "a.ppm", "a.ppm")
    assert.same({ 0, "" }, { result.code, result.out })
  end)
end)
