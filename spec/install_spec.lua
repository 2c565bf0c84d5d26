-- An installed tree, moved to another place, with nothing of the source or the build at hand.
local dkjson = require "dkjson"
local files = require "spec.support.files"
local luashot = require "luashot.core"
local need = require "spec.support.need"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local source = assert(os.getenv("LUASHOT_SOURCE"))
local build = assert(os.getenv("LUASHOT_BUILD"))
local lua <const> = "lua/" .. _VERSION:match "[%d.]+"
local core <const> = "lib/" .. lua .. "/luashot/core.so"

describe("an installed luashot", function()
  local folder, prefix, server

  local function must(argv, options)
    local result = process.run(argv, options)
    assert(result.code == 0, table.concat(argv, " ") .. ": " .. result.out .. result.err)
    return result.out
  end

  --- Run as a user who has nothing but what is installed.
  local function bare(variables, ...)
    local argv = { "env", "-i", "-C", folder, "PATH=/usr/bin:/bin", "HOME=" .. folder }
    for name, value in pairs(variables) do
      argv[#argv + 1] = name .. "=" .. value
    end
    return must(table.move({ ... }, 1, select("#", ...), #argv + 1, argv))
  end

  --- What is installed, relative to the prefix.
  local function installed(pattern)
    local paths = {}
    local listed = must({ "find", prefix, "-type", "f", "-path", prefix .. "/" .. pattern })
    for path in listed:gmatch("[^\n]+") do
      paths[#paths + 1] = path:sub(#prefix + 2)
    end
    table.sort(paths)
    return paths
  end

  local function stock_lua()
    return {
      LUA_PATH = ("%s/share/%s/?.lua;%s/share/%s/?/init.lua"):format(prefix, lua, prefix, lua),
      LUA_CPATH = ("%s/lib/%s/?.so;;"):format(prefix, lua),
      DISPLAY = server.display,
    }
  end

  setup(function()
    folder = files.folder()
    must({ "cmake", "--install", build, "--prefix", folder .. "/built for" })
    prefix = folder .. "/moved to"
    must({ "mv", folder .. "/built for", prefix })
    server = xserver.start({ width = 320, height = 300 })
    local paint = painter.start(server)
    paint("gradient")
    paint:stop()
  end)

  teardown(function()
    server:stop()
    files.remove(folder)
  end)

  it("has everything in its place", function()
    for _, pattern in ipairs({
      "bin/luashot", core, "share/" .. lua .. "/luashot/*.lua",
      "share/luashot/scripts/shot.lua", "share/luashot/scripts/timelapse.lua",
      "share/" .. lua .. "/luashot/reference.lua", "share/man/man1/luashot.1",
      "share/bash-completion/completions/luashot", "share/zsh/site-functions/_luashot",
      "share/fish/vendor_completions.d/luashot.fish", "share/luashot/annotations/*.lua",
      "lib/systemd/user/luashot@.service", "include/luashot.h", "lib/pkgconfig/luashot.pc",
      "share/doc/luashot/README.md", "share/doc/luashot/LICENSE",
    }) do
      assert(#installed(pattern) > 0, "nothing is installed as " .. pattern)
    end
    for _, pattern in ipairs {
      "share/luashot/scripts/dev/*", "share/luashot/scripts/package/*", "share/lua/*/host/*", "share/lua/*/attach/*",
    } do
      assert.same({}, installed(pattern))
    end
  end)

  it("has documentation whose links lead somewhere", function()
    local count = 0
    for _, page in ipairs(installed("share/doc/luashot/*.md")) do
      local base = prefix .. "/" .. page:match("^.*/")
      for target in must({ "cat", prefix .. "/" .. page }):gmatch("%]%(([^)%s#]+)[^)]*%)") do
        if not target:match("^https?:") then
          assert(process.run({ "test", "-e", base .. target }).code == 0, page .. " links to " .. target)
          count = count + 1
        end
      end
    end
    assert.is_true(count > 20)
  end)

  it("has every file once", function()
    local paths = {}
    for hash, path in must({ "find", prefix, "-type", "f", "-exec", "sha256sum", "{}", "+" }):gmatch "(%x+)  (%C+)\n" do
      path = path:sub(#prefix + 2)
      assert.is_nil(paths[hash], path .. " is installed twice")
      paths[hash] = path
    end
    assert.is_truthy(next(paths))
  end)

  it("has scripts ready to be executed", function()
    assert.equal("", must({ "find", prefix .. "/share/luashot/scripts", "-name", "*.lua", "!", "-perm", "755" }))
    assert.equal("", must({ "find", prefix, "-xtype", "l" })) -- links that lead nowhere
  end)

  it("has a unit for systemd that names the installed program", function()
    for name, argument in pairs { luashot = "--", ["luashot-wall"] = "wall", ["luashot-collect"] = "collect" } do
      local unit = must({ "cat", prefix .. "/lib/systemd/user/" .. name .. "@.service" })
      assert.is_truthy(unit:find('\nExecStart="' .. folder .. '/built for/bin/luashot" ' .. argument, 1, true), unit)
    end
  end)

  it("names neither the source nor the build", function()
    for _, path in ipairs({ source, build }) do
      local found = process.run({ "grep", "-rlF", path, prefix })
      assert.same({ 1, "" }, { found.code, found.out })
    end
    for _, binary in ipairs({ "bin/luashot", core }) do
      local dynamic = must({ "readelf", "-d", prefix .. "/" .. binary })
      assert.is_nil(dynamic:match("R[UN]*PATH[^\n]*"))
    end
  end)

  it("is a module without a Lua of its own", function()
    local dynamic = must({ "readelf", "-d", prefix .. "/" .. core })
    assert.matches("NEEDED.*libxcb", dynamic)
    assert.is_nil(dynamic:find("liblua", 1, true))
    assert.matches("NODELETE", dynamic)
  end)

  it("captures from stock Lua", function()
    local out = bare(stock_lua(), process.stock, "-e", [[
      local luashot = require "luashot"
      local display <close> = assert(luashot.open())
      local frame <close> = assert(display:grab())
      print(frame.width, frame.height, frame:pixel(100, 50))
    ]])
    assert.equal(("320\t300\t%d\t%d\t%d\n"):format(painter.gradient(100, 50)), out)
  end)

  it("captures from the host", function()
    local out = bare({ DISPLAY = server.display }, prefix .. "/bin/luashot", "-e", [[
      local frame <close> = grab()
      print(frame.width, frame.height, frame:pixel(100, 50))
    ]])
    assert.equal(("320\t300\t%d\t%d\t%d\n"):format(painter.gradient(100, 50)), out)
  end)

  it("finds the installed scripts by name", function()
    local program = prefix .. "/bin/luashot"
    bare({ DISPLAY = server.display }, program, "shot", "--help")
    bare({ DISPLAY = server.display }, program, "shot", "picture.png")
    local shown = must({
      "ffmpeg", "-loglevel", "error", "-i", folder .. "/picture.png",
      "-pix_fmt", "rgb24", "-f", "rawvideo", "-",
    })
    assert.is_true(painter.gradient_bytes(0, 0, 320, 300) == shown)
  end)

  it("has a C header that is complete in itself", function()
    must({
      "gcc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-x", "c",
      "-I/usr/include/" .. lua:gsub("/", ""), prefix .. "/include/luashot.h",
    })
  end)

  it("has a module for pkg-config, whose header is one for C++ too", function()
    need(process.run({ "sh", "-c", "command -v g++" }).code == 0, "g++ is not installed")
    files.write(folder .. "/module.cc", [[
      #include <luashot.h>
      extern "C" int luaopen_module(lua_State *L)
      {
        luashot_view view;
        luashot_check_view(L, 1, &view)->unref(view.owner);
        return 0;
      }]])
    must({ "sh", "-e", "-c", [[
      flags=$(PKG_CONFIG_PATH='moved to/lib/pkgconfig' pkg-config --cflags luashot)
      eval g++ -Wall -Wextra -Wpedantic -Werror -shared -fPIC "$flags" -o module.so module.cc
      nm -D --undefined-only module.so | grep -q ' luaL_argerror$']] }, { cwd = folder })
    assert.equal(luashot.version .. " lib/" .. lua .. "\n", must({ "sh", "-e", "-c", [[
      export PKG_CONFIG_PATH='moved to/lib/pkgconfig'
      folder=$(pkg-config --variable=cmoddir luashot)
      echo "$(pkg-config --modversion luashot)" "${folder#*lib/pkgconfig/../../}"
    ]] }, { cwd = folder }))
  end)

  it("tells packagers which libraries it loads", function()
    local used = {}
    local named = must { "grep", "-rhoE", "SHOT_LIBRARY_[A-Z0-9_]+", source .. "/src", "--include=*.c" }
    for name in named:gmatch "[^\n]+" do
      used[name:match "SHOT_LIBRARY_(.+)":lower()] = true
    end
    for _, file in ipairs { "bin/luashot", core } do
      must { "objcopy", "-O", "binary", "--only-section=.note.dlopen", prefix .. "/" .. file, folder .. "/note" }
      local note = files.read(folder .. "/note")
      assert.equal("FDO\0", note:sub(13, 16))
      local told = {}
      for _, library in ipairs(assert(dkjson.decode(note:sub(17)))) do
        told[library.feature] = true
        assert.matches("^lib[%w-]+%.so", library.soname[1])
        assert.is_true(#library.description > 0)
      end
      assert.same(used, told)
    end
  end)
end)
