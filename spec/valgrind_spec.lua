-- What valgrind sees of a run: start, grab, encode, save, load, the end. What sanitizers do not: memory that is
-- read before it is set.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

describe("under valgrind #long", function()
  it("a run that grabs and saves is clean", function()
    need(process.run({ "valgrind", "--version" }).code == 0, "valgrind is not installed")
    local folder, server = files.folder(), xserver.start({ width = 400, height = 300 })
    finally(function()
      server:stop()
      files.remove(folder)
    end)
    local script = [[
      local patient = { timeout = 60 } -- valgrind is slow, and the machine may be busy
      local display = assert(luashot.open(patient))
      local frame = assert(display:grab())
      for _, format in ipairs { "png", "jpg", "webp", "qoi", "ppm", "pam" } do
        assert(frame:save("a." .. format))
        assert(luashot.load("a." .. format))
      end
      assert(frame:save("small.png", { level = "small" }))
      local other <close> = assert(luashot.open { timeout = 60, damage = true, cursor = true, path = "getimage" })
      local watch <close> = assert(other:watch { x = 0, y = 0, width = 20, height = 20 })
      assert(other:windows() and other:monitors() and watch:changed())
      assert(other:grab { width = 20, height = 10, follow = "cursor" })
      assert(other:grab() and other:grab())
      assert(frame:scale(40, 30):bytes "gray" and frame:phash() and frame:find(frame:crop(5, 5, 20, 20)))
      frame:save_async("later.png", nil, function(name, why) print((assert(name, why))) end)
      after("10ms", function() assert(display:grab "100x100"):save "region.png" end)
    ]]
    local result = process.run({
      "valgrind", "-q", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite",
      "--show-leak-kinds=definite",
      "--suppressions=" .. (os.getenv "LUASHOT_SOURCE" or ".") .. "/spec/support/valgrind.supp",
      assert(os.getenv "LUASHOT_BUILD") .. "/luashot", "-e", script,
    }, { cwd = folder, env = server:env(), timeout = 300 })
    assert.same({ "later.png\n", "", 0 }, { result.out, result.err, result.code })
  end)
end)
