local files = require "spec.support.files"
local luashot = require "luashot"
local need = require "spec.support.need"
local pictures = require "spec.support.pictures"
local scripts = require "spec.support.scripts"
local uv = require "luv"

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
    result = rig:run("diff", "--ignore", "10x10+8+0", "--ignore", "50x50-0-0", "before.png", "after.qoi")
    assert.same({ 0, "", "" }, { result.code, result.err, result.out })
    assert.equal(0, rig:run("diff", "--tolerance", "255", "before.png", "after.qoi").code)
  end)

  it("lets as many pixels differ as --allow says", function()
    for _, case in ipairs {
      { 1, "68" }, { 0, "69" }, { 1, "0.344%" }, { 0, "0.345%" }, { 1, "0%" }, { 0, "100%" },
    } do
      local result = rig:run("diff", "--quiet", "--allow", case[2], "before.png", "after.qoi")
      assert.same({ case[1], "", "" }, { result.code, result.err, result.out }, case[2])
    end
  end)

  it("prints the result as JSON", function()
    local result = rig:run("diff", "--json", "--allow", "1%", "before.png", "after.qoi")
    assert.same({ 0, "" }, { result.code, result.err })
    assert.same({
      equal = true, changed = 69, pixels = 20000, percent = 0.345, allowed = 200,
      before = { width = 200, height = 100 }, after = { width = 200, height = 100 },
      rects = { { x = 10, y = 5, width = 3, height = 2 }, { x = 150, y = 80, width = 7, height = 9 } },
    }, luashot.json.decode(result.out))
    result = rig:run("diff", "--json", "before.png", "before.png")
    assert.same({ 0, "" }, { result.code, result.err })
    assert.matches('"rects":%[%]', result.out)
  end)

  it("writes a page that says how much differs and shows it", function()
    local result = rig:run("diff", "--report", "page.html", "before.png", "after.qoi")
    assert.same({ 1, "", "10 5 3 2\n150 80 7 9\n" }, { result.code, result.err, result.out })
    local html = files.read(rig.folder .. "/page.html")
    assert.is_truthy(html:find("69 of 20000 pixels differ (0.345%), in 2 groups; 0 are allowed: failed.", 1, true))
    local _, shown = html:gsub("<img ", "")
    assert.equal(3, shown)
    rig:run("diff", "--report", "page.html", "--allow", "69", "before.png", "after.qoi")
    assert.is_truthy(files.read(rig.folder .. "/page.html"):find("69 are allowed: passed.", 1, true))
  end)

  it("writes the page for its user alone, and not through a link of another one in a shared folder", function()
    local page = rig.folder .. "/own.html"
    rig:run("diff", "--report", "own.html", "before.png", "after.qoi")
    assert.equal(384, assert(uv.fs_stat(page)).mode & 511) -- 0600
    need(uv.getuid() == 0, "only root can make links of another user")
    local shared = files.folder()
    finally(function() files.remove(shared) end)
    assert(uv.fs_chmod(shared, 1023)) -- 1777
    files.write(page, "kept")
    assert(uv.fs_symlink(page, shared .. "/page.html"))
    assert(uv.fs_lchown(shared .. "/page.html", 1234, 1234))
    local result = rig:run("diff", "--report", shared .. "/page.html", "before.png", "after.qoi")
    assert.equal(2, result.code)
    assert.equal(1, (result.err:find("diff: cannot write " .. shared, 1, true)))
    assert.equal("kept", files.read(page))
  end)

  it("takes pictures of different sizes for different, and shows them side by side", function()
    rig:run("shot", "shot.png")
    local result = rig:run("diff", "--allow", "100%", "--report", "sizes.html", "shot.png", "before.png", "none.png")
    assert.same({ 1, "diff: The sizes differ: 320x120 and 200x100.\n", "" }, { result.code, result.err, result.out })
    local html = files.read(rig.folder .. "/sizes.html")
    local _, shown = html:gsub("<img ", "")
    assert.equal(2, shown)
    assert.is_truthy(html:find("The sizes differ: 320x120 and 200x100.", 1, true))
    assert.is_nil(uv.fs_stat(rig.folder .. "/none.png"))
    result = rig:run("diff", "--json", "shot.png", "before.png")
    local decoded = luashot.json.decode(result.out)
    assert.same({ 1, "", false, 320 }, { result.code, result.err, decoded.equal, decoded.before.width })
    assert.is_nil(decoded.changed)
  end)

  it("refuses wrong usage, and what cannot be compared", function()
    rig:run("shot", "shot.png")
    for _, case in ipairs {
      { "missing argument", "a.png" }, { "'a.png'", "a.png", "before.png" },
      { "not a region", "--ignore", "5x", "before.png", "before.png" },
      { "not a number of pixels", "--allow", "5x", "before.png", "before.png" },
      { "not a number of pixels", "--allow", "100.1%", "before.png", "before.png" },
      { "No such file", "--report", "nosuch/a.html", "before.png", "before.png" },
      { "from 0 to 255", "--tolerance", "x", "a", "b" },
      { "extension", "before.png", "before.png", "a.unknown" },
    } do
      local result = rig:run("diff", table.unpack(case, 2))
      assert.equal(2, result.code)
      assert.matches(case[1], result.err)
    end
  end)
end)
