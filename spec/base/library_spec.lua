-- Without a library that is loaded on first use, whatever needs it says which one is missing, and its package.
local files = require "spec.support.files"
local process = require "spec.support.process"
local walls = require "spec.support.walls"
local xserver = require "spec.support.xserver"

local host = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

describe("a library that is missing", function()
  local server, folder

  setup(function() server = xserver.start { width = 64, height = 48 } end)
  teardown(function() server:stop() end)
  before_each(function() folder = files.folder() end)
  after_each(function() files.remove(folder) end)

  local picture = [[local frame = luashot.load "P6 1 1 255 \0\0\0" ]]
  for name, script in pairs {
    libwebp = picture .. [[print(frame:encode "webp")]],
    libpng16 = picture .. [[print(luashot.load(frame:encode "png"))]],
    libsixel = picture .. [[print(require "luashot.core".sixel(frame))]],
    libtesseract = picture .. [[print(frame:words())]],
    libavformat = [[print(luashot.record { to = "a.mkv", count = 1 })]],
    ["libwayland-client"] = [[print(luashot.open { display = "wayland:" })]],
    libmicrohttpd = [[print(luashot.page())]],
    libmosquitto = [[print(luashot.fleet { broker = "mqtt://x" })]],
    libseccomp = [[print(io.popen(os.getenv "HOST" .. " --sandbox . -e 1 2>&1"):read "a")]],
  } do
    it("is named with its package: " .. name, function()
      if name == "libseccomp" then
        walls.need()
      end
      for version = 0, 64 do
        files.write(("%s/%s.so.%d"):format(folder, name, version), "") -- which is no library
      end
      local env = server:env()
      env.LD_LIBRARY_PATH, env.HOST = folder, host
      local result = process.run({ host, "-e", script }, { env = env })
      local version = result.out:match(("cannot load a library: %%S*/%s.so.(%%d+): "):format((name:gsub("%-", "%%-"))))
      assert(version, result.out .. result.err)
      local package = name .. (name:find "%d$" and "-" or "") .. version
      assert(result.out:find((" (Debian: %s)"):format(package), 1, true), result.out)
    end)
  end
end)
