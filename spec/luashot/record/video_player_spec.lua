-- Videos in ffplay: luashot reads their colors from its windows.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local screen = require "spec.support.screen"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"
local PATCHES <const> = { "c83232", "32c832", "0000ff", "e0c0a0" }
local NAMES <const> = { "out.mkv", "out.mp4" }

describe("ffplay", function()
  local rig, folder

  setup(function()
    rig = screen.start { width = 400, height = 200 }
    folder = files.folder()
  end)

  teardown(function()
    rig:stop()
    files.remove(folder)
  end)

  --- Whether a window shows the patches, each within a few levels.
  local function shows_patches(window)
    local frame <close> = assert(rig.display:grab { window = window.id })
    for i, color in ipairs(PATCHES) do
      local number = tonumber(color, 16)
      for at, value in ipairs { frame:pixel((i - 1) % 2 * 32 + 16, (i - 1) // 2 * 24 + 12) } do
        if math.abs((number >> 8 * (3 - at) & 255) - value) > 4 then
          return false, ("%s is %d,%d,%d"):format(color, frame:pixel((i - 1) % 2 * 32 + 16, (i - 1) // 2 * 24 + 12))
        end
      end
    end
    return true
  end

  it("plays them in their colors", function()
    need(process.run({ "sh", "-c", "command -v ffplay" }).code == 0, "ffplay is not installed")
    for i, color in ipairs(PATCHES) do
      rig.paint("fill %d %d 32 24 %s", (i - 1) % 2 * 32, (i - 1) // 2 * 24, color)
    end
    local made = process.run({ luashot, "-", folder }, { env = rig.server:env(), stdin = [[
      for _, name in ipairs { "out.mkv", "out.mp4" } do
        after(0, function()
          assert(luashot.record { what = "64x48", to = arg[1] .. "/" .. name, fps = 20, seconds = 1 })
        end)
      end
    ]] })
    assert.equal("", made.err)
    rig.paint "fill 0 0 400 200 000000"
    local env = rig.server:env()
    env.SDL_RENDER_DRIVER, env.SDL_AUDIODRIVER, env.SDL_VIDEODRIVER = "software", "dummy", "x11"
    for i, name in ipairs(NAMES) do
      local player = process.spawn({ "ffplay", "-v", "error", "-loop", "0", "-window_title", name, "-x", "64",
        "-y", "48", "-left", tostring(100 * i), "-top", "100", name }, { cwd = folder, env = env })
      local why = "has no window"
      local is_shown = process.wait_until(function()
        for _, window in ipairs(rig.display:windows()) do
          if window.title == name then
            local ok
            ok, why = shows_patches(window)
            return ok
          end
        end
      end, 30)
      player:stop()
      assert(is_shown, ("%s %s: %s"):format(name, why, player.err))
    end
  end)
end)
