-- Folders of a spool and of a collector, where other users can write.
local core = require "luashot.core"
local files = require "spec.support.files"
local folders = require "luashot.fleet.folder"
local new_spool = require "luashot.fleet.spool"
local process = require "spec.support.process"
local uv = require "luv"

local OTHER <const> = 1234 -- a user

describe("a folder of a fleet", function()
  local folder

  before_each(function()
    folder = files.folder()
  end)

  after_each(function()
    files.remove(folder)
  end)

  local function mode_of(path)
    return uv.fs_lstat(path).mode & 511
  end

  it("is made with those above it, for its user alone", function()
    assert.is_true(folders.make(folder .. "/a/b/c//", true))
    assert.same({ 448, 448 }, { mode_of(folder .. "/a"), mode_of(folder .. "/a/b/c") })
    assert.is_true(folders.make(folder .. "/a/b"))
    assert.is_true(folders.make "/")
    assert.equal("ENOENT", select(3, folders.make(folder .. "/x/y")))
    assert(uv.fs_mkdir(folder .. "/plain", 511))
    assert(folders.make(folder .. "/plain/d"))
    local descriptor = assert(folders.open(folder .. "/a/e"))
    files.write(folder .. "/a/e/name", "text")
    assert.equal(4, uv.fs_stat(folders.below(descriptor, "name")).size)
    uv.fs_close(descriptor)
    assert.equal("ENOTDIR", select(3, folders.open(folder .. "/a/e/name")))
  end)

  it("is refused as a spool where others may write, and where a pipe has its name", function()
    assert(uv.fs_mkdir(folder .. "/open", 511))
    assert(uv.fs_chmod(folder .. "/open", 511))
    local spool, message, code = new_spool(folder .. "/open", 1 << 20)
    assert.same({ nil, "EACCES" }, { spool, code })
    assert.matches("open is not this user's alone: chown and chmod go%-w", message)
    process.run({ "mkfifo", folder .. "/pipe" })
    spool, message, code = new_spool(folder .. "/pipe", 1 << 20)
    assert.same({ nil, "ENOTDIR" }, { spool, code }, message)
  end)

  it("is not found by a link of another user where everybody may write", function()
    if uv.getuid() ~= 0 then
      return pending "who is not root cannot make links of another user"
    end
    local shared = files.folder()
    finally(function() files.remove(shared) end)
    assert(uv.fs_chmod(shared, 1023)) -- 1777
    assert(uv.fs_symlink(folder, shared .. "/link"))
    assert(uv.fs_lchown(shared .. "/link", OTHER, OTHER))
    for _, open in ipairs { new_spool, folders.make, folders.open } do
      for _, path in ipairs { "/link", "/link/below" } do
        local got, message, code = open(shared .. path, 1 << 20)
        if not (open == folders.make and path == "/link") then -- it exists
          assert.same({ nil, "EACCES" }, { got, code }, message)
        end
      end
    end
    assert(uv.fs_mkdir(shared .. "/theirs", 448))
    assert(uv.fs_chown(shared .. "/theirs", OTHER, OTHER))
    assert.equal("EACCES", select(3, new_spool(shared .. "/theirs", 1 << 20)))
    assert.equal("EACCES", select(3, core.write_file(shared .. "/link/file", "bytes", true)))
    assert.equal("", process.run({ "ls", folder }).out)
  end)

  it("gets each file once, for its user alone", function()
    local path = folder .. "/file"
    assert.is_true(core.write_file(path, "bytes", true))
    assert.equal("EEXIST", select(3, core.write_file(path, "more", true)))
    assert.same({ 384, 5 }, { mode_of(path), uv.fs_stat(path).size })
  end)
end)
