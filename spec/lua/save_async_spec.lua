-- Frames saved by threads: what is told, what is held, what happens when there is no room or no disk.
local failure = require "luashot.schedule.failure"
local files = require "spec.support.files"
local luashot = require "luashot"
local process = require "spec.support.process"
local screen = require "spec.support.screen"

local host = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("frame:save_async", function()
  local rig, folder

  setup(function()
    rig = screen.start { open = { slots = 4 } }
  end)

  teardown(function()
    rig:stop()
  end)

  before_each(function()
    folder = files.folder()
  end)

  after_each(function()
    luashot.run()
    files.remove(folder)
  end)

  it("writes what save writes, and says where", function()
    local frame <close> = assert(rig.display:grab())
    local told
    assert.is_true(frame:save_async(folder .. "/a_{width}.png", { level = "small" }, function(...)
      told = table.pack(...)
    end))
    assert.is_nil(told)
    luashot.run()
    assert.same({ folder .. "/a_640.png", n = 1 }, told)
    assert(frame:save(folder .. "/b.png", { level = "small" }))
    assert.is_true(files.read(folder .. "/a_640.png") == files.read(folder .. "/b.png"))
    assert.equal(0, rig.display:stats().saving)
  end)

  it("scales what is encoded", function()
    local frame <close> = assert(rig.display:grab "64x48+0+0")
    local told = {}
    for _, width in ipairs { 16, 64, 65 } do
      assert.is_true(frame:encode_async("ppm", { width = width }, function(bytes) told[width] = bytes end))
    end
    luashot.run()
    local small <close> = frame:scale(16, 12)
    assert.is_true(told[16] == small:encode "ppm")
    assert.is_true(told[64] == frame:encode "ppm")
    assert.is_true(told[65] == frame:encode "ppm")
    assert.error_matches(function() frame:encode_async("png", { width = 0 }, print) end, "option 'width'")
    assert.error_matches(function() frame:encode("png", { width = 8 }) end, "unknown option")
  end)

  it("gives the bytes alone", function()
    local frame <close> = assert(rig.display:grab())
    local told = {}
    for _, format in ipairs { "png", "jpeg", "ppm" } do
      assert.is_true(frame:encode_async(format, { quality = 70 }, function(...)
        told[format] = table.pack(...)
      end))
    end
    luashot.run()
    for format, result in pairs(told) do
      assert.equal(1, result.n)
      assert.is_true(result[1] == frame:encode(format, { quality = 70 }), format)
    end
    assert.same({}, files.names(folder))
    assert.error_matches(function() frame:encode_async("gif", nil, print) end, "unknown format")
    assert.error_matches(function() frame:encode_async("png", { clobber = "error" }, print) end, "unknown option")
    assert.error_matches(function() frame:encode_async "png" end, "function expected")
  end)

  it("holds the slot until it is over, and no longer", function()
    local before = rig.display:stats().held
    local frame = assert(rig.display:grab())
    local during
    frame:save_async(folder .. "/a.png", nil, function()
      during = rig.display:stats().held
    end)
    frame:release()
    luashot.run()
    assert.equal(before, during)
    local loaded <close> = assert(luashot.load(folder .. "/a.png"))
    assert.is_true(rig:shows(loaded))
  end)

  it("fails alone where the disk is full or the folder is not there", function()
    local frame <close> = assert(rig.display:grab())
    local told = {}
    for i, path in ipairs { "/dev/full", folder .. "/none/a.png", folder .. "/a.png" } do
      frame:save_async(path, { format = "ppm" }, function(...)
        told[i] = { ... }
      end)
    end
    luashot.run()
    assert.equal("ENOSPC", told[1][3])
    assert.equal("ENOENT", told[2][3])
    assert.same({ folder .. "/a.png" }, told[3])
  end)

  it("is reported, where nobody asks to be told", function()
    local report, reports = failure.report, {}
    function failure.report(text)
      reports[#reports + 1] = text
    end
    local frame <close> = assert(rig.display:grab())
    frame:save_async("/dev/full", { format = "ppm" })
    luashot.run()
    failure.report = report
    assert.equal(1, #reports)
    assert.matches("^save_async: cannot write /dev/full", reports[1])
  end)

  it("refuses what finds no room in the queue, and counts it", function()
    local frame <close> = assert(rig.display:grab())
    local refused, over, taken = rig.display:stats().refused, 0, 0
    repeat
      local ok, why, code = frame:save_async(folder .. "/a_" .. taken .. ".png", { level = "small" }, function()
        over = over + 1
      end)
      taken = taken + (ok and 1 or 0)
      if not ok then
        assert.equal("EBUSY", code)
        assert.equal("32 pictures already wait to be saved", why)
        assert.is_true(rig.display:stats().saving >= 32)
      end
    until not ok or taken == 10000
    assert.equal(refused + 1, rig.display:stats().refused)
    luashot.run()
    assert.equal(taken, over)
    assert.equal(0, rig.display:stats().saving)
  end)

  it("raises for misuse", function()
    local frame = assert(rig.display:grab())
    assert.error_matches(function() frame:save_async(folder .. "/a", { format = "gif" }) end, "unknown format")
    assert.error_matches(function() frame:save_async(folder .. "/a.png", { sped = 1 }) end, "unknown option")
    assert.error_matches(function() frame:save_async(folder .. "/a.png", nil, 1) end, "function expected")
    local ok, _, code = frame:save_async(folder .. "/{nothing}.png")
    assert.is_nil(ok)
    assert.equal("EINVAL", code)
    frame:release()
    assert.error_matches(function() frame:save_async(folder .. "/a.png") end, "released frame")
  end)

  describe("at the end", function()
    local script = [[
      for i = 1, 8 do
        local frame <close> = grab()
        assert(frame:save_async(arg[1] .. "/" .. i .. ".png", { level = "small" }))
      end
    ]]

    local function count()
      return tonumber(process.run({ "sh", "-c", "ls " .. folder .. " | wc -l" }).out)
    end

    for name, ending in pairs {
      ["of the script"] = "",
      ["by os.exit"] = "os.exit(0)",
      ["by os.exit that closes the state"] = "os.exit(0, true)",
      ["by an error"] = "error 'over'",
    } do
      it(name .. " what is under way is finished", function()
        process.run({ host, "-", folder }, { stdin = script .. ending, env = rig.server:env() })
        assert.equal(8, count())
      end)
    end

    it("by SIGTERM it is, too", function()
      local running = process.spawn({ host, "-", folder }, { env = rig.server:env() })
      running:write(script .. "io.stdout:setvbuf 'no' print 'ready' sleep '1h'")
      running:close_input()
      assert.equal("ready", running:read_line())
      running:kill "sigterm"
      assert.equal(143, running:wait(30))
      assert.equal(8, count())
    end)
  end)
end)
