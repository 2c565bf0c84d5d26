-- The walls on older kernels, as root and as an ordinary user: what the first version of landlock keeps already
-- is kept on all. spec/support/old_landlock.c stands for these kernels.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"
local walls = require "spec.support.walls"

local BUILD <const> = assert(os.getenv "LUASHOT_BUILD")
local NOBODY <const> = 65534
local ESCAPES <const> = [[
  local picture = assert(luashot.load("P6 2 1 255\nabcdef"))
  local function try(fn, ...)
    local ok, _, code = fn(...)
    print(ok and "done" or code)
  end
  local function save(path)
    return picture:save(path, { format = "ppm" })
  end
  try(save, "inside.ppm")
  try(luashot.load, "inside.ppm")
  try(save, "../outside.ppm")
  try(save, "../secret.ppm")
  try(luashot.load, "../secret.ppm")
  try(luashot.rotate, "../*.ppm", { count = 0 })
  try(luashot.rotate, "*.ppm", { count = 0 })
]]

describe("a sandbox", function()
  local world
  local bin -- the programs, where every user can read them: the build may be in /root

  setup(function()
    walls.need()
    need(walls.has_landlock, "this kernel has no landlock, whose older versions could be tried")
    bin = files.folder()
    assert(uv.fs_chmod(bin, tonumber("755", 8)))
    for _, path in ipairs {
      "/luashot", "/spec/old_landlock.so", "/spec/luashot_without", "/spec/process_sandbox_test",
    } do
      assert(uv.fs_copyfile(BUILD .. path, bin .. path:match "/[^/]*$"))
    end
  end)

  teardown(function()
    files.remove(bin)
  end)

  before_each(function()
    world = walls.new { DISPLAY = false }
    assert(io.open(world.folder .. "/secret.ppm", "w")):write("P6 2 1 255\nsecret"):close()
  end)

  after_each(function()
    world:remove()
  end)

  local users = { [uv.getuid()] = {} }
  if uv.getuid() == 0 then
    users[NOBODY] = { "setpriv", "--reuid", tostring(NOBODY), "--regid", tostring(NOBODY), "--clear-groups" }
  end

  local function as(user, version, argv)
    local command = table.move(users[user], 1, #users[user], 1, {})
    table.move({ "env", "LUASHOT_LANDLOCK=" .. version, "LD_PRELOAD=" .. bin .. "/old_landlock.so" }, 1, 3,
      #command + 1, command)
    return table.move(argv, 1, #argv, #command + 1, command)
  end

  for user in pairs(users) do
    for version = 1, 7 do
      it(("keeps to its folder with landlock %d, for user %d"):format(version, user), function()
        assert(uv.fs_chown(world.inside, user, -1))
        local argv = { bin .. "/luashot", "--sandbox", world.inside, "--verbose", "-e", ESCAPES }
        local result = world:run(as(user, version, argv))
        assert.equal("done done EACCES EACCES EACCES EACCES done ", (result.out:gsub("\n", " ")))
        assert.is_truthy(result.err:find("by landlock " .. version, 1, true), result.err)
        assert.same({ "inside", "secret.ppm" }, files.names(world.folder))
      end)

      it(("keeps machine code in, with landlock %d, for user %d #long"):format(version, user), function()
        local result = process.run(as(user, version, { bin .. "/process_sandbox_test" }), { timeout = 300 })
        assert.equal(0, result.code, result.out .. result.err)
      end)
    end

    it(("keeps to its standard output without landlock, for user %d"):format(user), function()
      assert(uv.fs_chown(world.inside, user, -1))
      local argv = { bin .. "/luashot_without", "landlock", bin .. "/luashot", "--sandbox", world.inside,
        "--sandbox-without-landlock", "-e", ESCAPES }
      local result = world:run(as(user, 0, argv))
      assert.equal(("ENOSYS "):rep(7), (result.out:gsub("\n", " ")))
    end)
  end
end)
