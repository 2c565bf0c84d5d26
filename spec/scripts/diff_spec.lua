local luashot = require "luashot"
local pictures = require "spec.support.pictures"
local scripts = require "spec.support.scripts"

describe("luashot diff", function()
  local rig

  setup(function()
    rig = scripts.start()
    local before = pictures.random(200, 100, 20):copy()
    local after = before:copy():fill({ x = 10, y = 5, width = 3, height = 2 }, "#123456")
      :fill({ x = 150, y = 80, width = 7, height = 9 }, "#654321")
    assert(before:save(rig.folder .. "/before.png"))
    assert(after:save(rig.folder .. "/after.qoi"))
  end)
  teardown(function() rig:stop() end)

  it("tells where pictures differ", function()
    local result = rig:run("diff", "before.png", "after.qoi", "difference.png")
    assert.same({ 1, "", "10 5 3 2\n150 80 7 9\n" }, { result.code, result.err, result.out })
    local picture = assert(luashot.load(rig.folder .. "/difference.png"))
    assert.equal(63 + 6, picture:find_color("#f00", { all = true })[1].pixels
      + picture:find_color("#f00", { all = true })[2].pixels)
    result = rig:run("diff", "--ignore", "10x10+8+0", "--quiet", "before.png", "after.qoi")
    assert.same({ 1, "", "" }, { result.code, result.err, result.out })
    result = rig:run("diff", "--ignore", "10x10+8+0", "--ignore", "50x50+150+50", "before.png", "after.qoi")
    assert.same({ 0, "", "" }, { result.code, result.err, result.out })
    assert.equal(0, rig:run("diff", "--tolerance", "255", "before.png", "after.qoi").code)
  end)

  it("refuses wrong usage, and what cannot be compared", function()
    rig:run("shot", "shot.png")
    for _, case in ipairs {
      { "missing argument", "a.png" }, { "'a.png'", "a.png", "before.png" },
      { "cannot compare", "shot.png", "before.png" },
      { "not a region", "--ignore", "5x5", "before.png", "before.png" },
      { "from 0 to 255", "--tolerance", "x", "a", "b" },
      { "extension", "before.png", "before.png", "a.unknown" },
    } do
      local result = rig:run("diff", table.unpack(case, 2))
      assert.equal(2, result.code)
      assert.matches(case[1], result.err)
    end
  end)
end)
