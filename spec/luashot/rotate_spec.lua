-- Which files luashot.rotate removes.
local files = require "spec.support.files"
local process = require "spec.support.process"
local rotate = require "luashot.rotate"
local uv = require "luv"

describe("luashot.rotate", function()
  local folder, now

  before_each(function()
    folder = files.folder()
    now = os.time()
    for i = 1, 5 do -- a-1 is the oldest
      local path = ("%s/a-%d.png"):format(folder, i)
      local file <close> = assert(io.open(path, "w"))
      file:write(("x"):rep(100))
      file:flush()
      assert(uv.fs_utime(path, now, now - (6 - i) * 60))
    end
    process.run({ "touch", "-d", "2001-01-01", folder .. "/b-1.png", folder .. "/a-1xpng", folder .. "/.a-9.png" })
    process.run({ "mkdir", folder .. "/a-7.png" })
  end)

  after_each(function()
    files.remove(folder)
  end)

  local function left()
    return (process.run({ "sh", "-c", "cd " .. folder .. " && echo a-?.png" }).out:gsub("\n", ""))
  end

  it("keeps so many", function()
    assert.same({ folder .. "/a-3.png", folder .. "/a-2.png", folder .. "/a-1.png" },
      rotate(folder .. "/a-*.png", { count = 2 }))
    assert.equal("a-4.png a-5.png a-7.png", left())
    assert.is_not_nil(uv.fs_stat(folder .. "/b-1.png"))
    assert.is_not_nil(uv.fs_stat(folder .. "/a-1xpng"))
    assert.is_not_nil(uv.fs_stat(folder .. "/.a-9.png"))
  end)

  it("keeps so many bytes", function()
    assert.equal(3, #rotate(folder .. "/a-?.png", { bytes = 299 }))
    assert.equal("a-4.png a-5.png a-7.png", left())
  end)

  it("keeps none that is older", function()
    assert.equal(2, #rotate(folder .. "/a-*.png", { age = "210s" }))
    assert.equal("a-3.png a-4.png a-5.png a-7.png", left())
  end)

  it("keeps to all limits, and does nothing within them", function()
    assert.same({}, rotate(folder .. "/a-*.png", { count = 5, bytes = 500, age = "1h" }))
    assert.equal(4, #rotate(folder .. "/a-*.png", { count = 1, age = "1h" }))
  end)

  it("takes the greater number for the later one of two files of one time", function()
    local names = { "shot-8.png", "shot-9.png", "shot-10.png", "shot-011.png", "shot-12-2.png", "shot-12-10.png" }
    for i = #names, 1, -1 do
      assert(uv.fs_utime(files.write(folder .. "/" .. names[i], ""), now, now))
    end
    for i, name in ipairs(names) do
      assert.same({ folder .. "/" .. name }, rotate(folder .. "/shot-*.png", { count = #names - i }))
    end
  end)

  it("tells times apart that differ by less than a microsecond", function()
    for i, name in ipairs { "t-2", "t-1" } do
      files.write(folder .. "/" .. name, "")
      process.run { "touch", "-d", ("2026-01-01 00:00:00.00000000%d"):format(i), folder .. "/" .. name }
    end
    assert.same({ folder .. "/t-2" }, rotate(folder .. "/t-*", { count = 1 }))
  end)

  it("leaves hidden files to patterns that begin with a dot", function()
    files.write(folder .. "/.keep", "")
    assert.equal(7, #rotate(folder .. "/*", { count = 0 }))
    assert.same({ ".a-9.png", ".keep", "a-7.png" }, files.names(folder))
    assert.same({}, rotate(folder .. "/?keep", { count = 0 }))
    assert.same({ folder .. "/.keep" }, rotate(folder .. "/.k*", { count = 0 }))
  end)

  it("counts no files of other users where everybody may write", function()
    if uv.getuid() ~= 0 then
      return pending "who is not root cannot make files of another user"
    end
    for i = 4, 5 do
      assert(uv.fs_chown(("%s/a-%d.png"):format(folder, i), 1234, 1234))
    end
    for _, mode in ipairs { 1023, 511, 1005 } do -- 1777, 0777, 1755
      assert(uv.fs_chmod(folder, mode))
      assert.same({}, rotate(folder .. "/a-*.png", { count = 3 }))
    end
    assert.same({ folder .. "/a-1.png" }, rotate(folder .. "/a-*.png", { count = 2 }))
    assert.equal("a-2.png a-3.png a-4.png a-5.png a-7.png", left())
    assert(uv.fs_chmod(folder, 493)) -- 0755: its owner knows whose files are there
    assert.same({ folder .. "/a-3.png", folder .. "/a-2.png" }, rotate(folder .. "/a-*.png", { count = 2 }))
  end)

  it("follows no link to a folder that another user has put where everybody may write", function()
    if uv.getuid() ~= 0 then
      return pending "who is not root cannot make links of another user"
    end
    local shared = files.folder()
    finally(function() files.remove(shared) end)
    assert(uv.fs_chmod(shared, 1023)) -- 1777
    assert(uv.fs_symlink(folder, shared .. "/shots"))
    assert.equal(2, #rotate(shared .. "/shots/a-*.png", { count = 3 })) -- one's own
    assert(uv.fs_lchown(shared .. "/shots", 1234, 1234))
    local removed, message, code = rotate(shared .. "/shots/a-*.png", { count = 1 })
    assert.is_nil(removed)
    assert.equal("EACCES", code)
    assert.matches("shots", message)
    assert.equal("a-3.png a-4.png a-5.png a-7.png", left())
  end)

  it("fails where there is no folder, and raises for what makes no sense", function()
    local removed, _, code = rotate(folder .. "/none/*", { count = 1 })
    assert.is_nil(removed)
    assert.equal("ENOENT", code)
    assert.error_matches(function() rotate(folder .. "/*", {}) end, "needs a limit")
    assert.error_matches(function() rotate("*/x.png", { count = 1 }) end, "the last part of")
    assert.error_matches(function() rotate(folder .. "/", { count = 1 }) end, "the last part of")
    assert.error_matches(function() rotate(folder .. "/*", { counts = 1 }) end, "unknown option 'counts'")
  end)
end)
