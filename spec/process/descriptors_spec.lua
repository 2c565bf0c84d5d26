-- Started with some of its descriptors 0 to 2 closed, the host takes nothing else for them.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local walls = require "spec.support.walls"
local xserver = require "spec.support.xserver"

local BUILD <const> = assert(os.getenv "LUASHOT_BUILD")

describe("started with descriptors closed, luashot", function()
  local folder, server

  setup(function()
    server = xserver.start({ width = 16, height = 8 })
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    folder = files.folder()
  end)

  after_each(function()
    files.remove(folder)
  end)

  for _, closed in ipairs { "0", "1", "2", "01", "02", "12", "012" } do
    local redirections = closed:gsub(".", { ["0"] = " <&-", ["1"] = " >&-", ["2"] = " 2>&-" })

    local function run(script, options)
      local environment = server:env()
      if options then -- a sanitizer's look for leaks is an attack there
        environment.ASAN_OPTIONS = (os.getenv "ASAN_OPTIONS" or "") .. ":detect_leaks=0"
      end
      return process.run({ "sh", "-c", '"$0" ' .. (options or "") .. ' -e "$1"' .. redirections,
        BUILD .. "/luashot", script }, { env = environment, cwd = folder })
    end

    it(closed .. ", works, and prints into nothing else", function()
      local result = run [[
        local kept <close> = assert(io.open("kept", "w"))
        print "printed"
        io.stderr:write "complained"
        io.stdout:flush()
        local input = io.read()
        assert(input == nil, input)
        local display <close> = assert(luashot.open {})
        after("10ms", function()
          local frame, message = display:grab(nil, { timeout = "10s" })
          assert(kept:write(tostring(frame or message)))
          assert(kept:close())
        end)
        luashot.run()
      ]]
      assert.equal(0, result.code)
      assert.equal("frame 1 (root 16x8+0+0)", files.read(folder .. "/kept"))
      assert.equal(closed:find "1" and "" or "printed\n", result.out)
      assert.equal(closed:find "2" and "" or "complained", result.err)
    end)

    it(closed .. ", has a private server and a sandbox", function()
      walls.need()
      local options = "--headless=16x8 --sandbox ." .. (walls.has_landlock and "" or " --sandbox-without-landlock")
      local result = run("print(grab()) os.exit(7)", options)
      assert.equal(7, result.code)
      assert.equal(closed:find "1" and "" or "frame 1 (root 16x8+0+0)\n", result.out)
    end)
  end
end)

describe("started without /dev/null, luashot", function()
  it("takes nothing else for its closed input", function()
    local world = { "unshare", "--user", "--map-root-user", "--mount", "sh", "-c" }
    need(process.run({ world[1], world[2], world[3], world[4], "true" }).code == 0, "no user namespaces here")
    world[#world + 1] = 'mount -t tmpfs none /dev && exec "$0" -e "$1" <&-'
    world[#world + 1] = BUILD .. "/luashot"
    world[#world + 1] = "print(require('luv').fs_readlink '/proc/self/fd/0', (io.read()))"
    local result = process.run(world, { env = { DISPLAY = false } })
    assert.same({ 0, "/\tnil\n", "" }, { result.code, result.out, result.err })
  end)
end)

describe("a limit to the size of files", function()
  it("is an error that names the file, and the script goes on", function()
    local folder = files.folder()
    finally(function()
      files.remove(folder)
    end)
    local script = [[
      local file = assert(io.open("large", "w"))
      file:setvbuf "no"
      print(table.unpack({ file:write(("x"):rep(1 << 20)) }, 1, 3)) -- Lua 5.5 adds the bytes written
      print(luashot.load("P6 64 64 255\n" .. ("x"):rep(64 * 64 * 3)):save("picture.pam"))
      print "goes on"
    ]]
    local result = process.run({ "sh", "-c", 'ulimit -f 8; "$0" -e "$1"', BUILD .. "/luashot", script },
      { cwd = folder, env = { DISPLAY = false } })
    assert.equal("", result.err)
    assert.equal("nil\tFile too large\t27\nnil\tcannot write picture.pam: File too large\tEFBIG\ngoes on\n", result.out)
    assert.same({ "large" }, files.names(folder))
    assert.equal(0, result.code)
  end)
end)
