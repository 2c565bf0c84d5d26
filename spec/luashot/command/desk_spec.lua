-- The programs of a Wayland desktop at work: slurp and wl-copy. spec/scripts/shot_spec.lua has those of X11.
local compositor = require "spec.support.compositor"
local luashot = require "luashot"
local need = require "spec.support.need"
local process = require "spec.support.process"

local host = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

local SCALED <const> = [[
  output HEADLESS-1 resolution 400x300 position 0 0
  output HEADLESS-2 resolution 800x600 position 400 0 scale 2]]

describe("luashot shot on Wayland", function()
  local sway, acting, picture

  setup(function()
    for _, program in ipairs { "slurp", "wl-copy", "wl-paste" } do
      need(process.run({ "sh", "-c", "command -v " .. program }).code == 0, program .. " is not installed")
    end
    sway = compositor.start { outputs = 2, config = SCALED }
    acting = assert(luashot.open { display = sway.display, input = true })
    picture = sway.folder .. "/a.png"
  end)

  teardown(function()
    if sway then
      acting:close()
      sway:stop()
    end
  end)

  local started

  local function shot(...)
    started = process.spawn({ host, "shot", ... }, { env = sway:env() })
    return started
  end

  after_each(function()
    if started then
      started:stop()
    end
  end)

  --- Acts once slurp has the pointer, which darkens the screen.
  local function select(act)
    local before <close> = assert(acting:grab())
    shot("--select", picture)
    assert(process.wait_until(function()
      local frame <close> = assert(acting:grab())
      return not frame:same(before)
    end, 20), started.err)
    act()
    return started:wait(30)
  end

  local function size()
    local image <close> = assert(luashot.load(picture))
    return { image.width, image.height }
  end

  it("takes a rectangle that a person draws, in pixels on every output", function()
    for _, case in ipairs { { { 20, 30 }, { 100, 90 } }, { { 900, 100 }, { 1060, 220 } } } do
      local from, to = case[1], case[2]
      local code = select(function()
        assert(acting:drag(from, to))
      end)
      assert.equal(0, code, started.err)
      local got = size()
      assert.is_true(math.abs(got[1] - (to[1] - from[1])) <= 4, got[1])
      assert.is_true(math.abs(got[2] - (to[2] - from[2])) <= 4, got[2])
    end
  end)

  it("gives up at Esc", function()
    local code = select(function()
      assert(acting:key "Escape")
    end)
    assert.same({ 1, "shot: nothing was selected\n" }, { code, started.err })
  end)

  it("puts a picture into the clipboard, where it stays", function()
    local copied = shot("--region", "60x40+10+20", "--clipboard")
    assert.equal(0, copied:wait(20), copied.err)
    local pasted = process.run({ "sh", "-c", "wl-paste --type image/png >" .. picture }, { env = sway:env() })
    assert.equal(0, pasted.code, pasted.err)
    assert.same({ 60, 40 }, size())
  end)
end)
