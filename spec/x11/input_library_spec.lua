-- Without one of the libraries that act, a display opens all the same, and acting says which one is missing.
local files = require "spec.support.files"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("acting on an X server", function()
  local rig, folder

  setup(function() rig = screen.start { width = 64, height = 48 } end)
  teardown(function() rig:stop() end)
  before_each(function() folder = files.folder() end)
  after_each(function() files.remove(folder) end)

  local function open()
    local env = rig.server:env()
    env.LD_LIBRARY_PATH = folder
    local result = process.run({ luashot, "-" }, { env = env, stdin = [[
      print(luashot.open { input = true })
      print(luashot.open():grab())
    ]] })
    assert.equal("", result.err)
    return result.out
  end

  for _, name in ipairs { "libxcb-xtest", "libxcb-res", "libxcb-xkb", "libxkbcommon-x11", "libxkbcommon" } do
    it("names " .. name .. " where it is missing", function()
      for version = 0, 1 do
        files.write(("%s/%s.so.%d"):format(folder, name, version), "") -- which is no library
      end
      local message, rest = open():match "^nil\t([^\t]*)\tENOTSUP\n(.*)$"
      local file = name:gsub("%-", "%%-") .. "%.so%.%d"
      local package = file:gsub("%%.so.*", name:find "%d$" and "%%-%%d" or "%%d")
      assert.matches("^cannot act on an X server: .*" .. file .. ".* %(Debian: " .. package .. "%)$", message)
      assert.equal("frame 1 (root 64x48+0+0)\n", rest)
    end)
  end

  it("works with all of them", function()
    assert(uv.fs_rmdir(folder))
    assert.matches("^display .*\nframe 1 %(root 64x48%+0%+0%)\n$", open())
    assert(uv.fs_mkdir(folder, 448)) -- 0700
  end)
end)
