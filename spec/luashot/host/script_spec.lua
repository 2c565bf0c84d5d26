-- Scripts in files: how they are found, where they find their modules, what their errors look like.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a script", function()
  local folder

  local function file(name, text)
    local path = folder .. "/" .. name
    assert.equal(0, process.run({ "mkdir", "-p", (path:match("^.*/")) }).code)
    local handle = assert(io.open(path, "w"))
    assert(handle:write(text))
    handle:close()
    return path
  end

  local function run(options, ...)
    options.cwd = options.cwd or folder
    return process.run({ luashot, ... }, options)
  end

  before_each(function()
    folder = files.folder()
  end)

  after_each(function()
    files.remove(folder)
  end)

  it("runs by its first line", function()
    local script = file("tool", "#!/usr/bin/env luashot\nprint('tool', ...)\n")
    process.run({ "chmod", "+x", script })
    local path = luashot:match("^(.*)/") .. ":" .. os.getenv("PATH")
    local result = process.run({ script, "a", "b" }, { env = { PATH = path } })
    assert.equal("tool\ta\tb\n", result.out)
    assert.equal(0, result.code)
  end)

  it("closes what is open at os.exit", function()
    local script = file("leave.lua", [[
      local kept = setmetatable({}, { __gc = function() print "collected" end })
      every("1h", function() return kept end)
      os.exit(tonumber((...)))]])
    local result = run({}, script, "7")
    assert.same({ 7, "collected\n", "" }, { result.code, result.out, result.err })
  end)

  describe("by name alone", function()
    -- Anybody can put a file of that name where somebody calls luashot.
    it("is first ready-made, then a file of the current folder", function()
      file("scripts/hello.lua", "print 'installed'")
      for _, name in ipairs { "hello", "hello.lua", "other" } do
        file(name, "print 'here'")
      end
      local options = { env = { LUASHOT_SCRIPTS = folder .. "/scripts" } }
      for name, out in pairs { hello = "installed", ["./hello"] = "here", ["hello.lua"] = "here", other = "here" } do
        assert.equal(out .. "\n", run(options, name).out)
      end
      local help = process.run({ luashot, "shot", "--help" }, { cwd = folder }).out
      file("shot", "print 'here'")
      assert.equal(help, process.run({ luashot, "shot", "--help" }, { cwd = folder }).out)
    end)

    it("is looked up in LUASHOT_SCRIPTS, with or without .lua", function()
      file("scripts/hello.lua", "print(arg[0], ...)")
      local options = { env = { LUASHOT_SCRIPTS = "/nonexistent:" .. folder .. "/scripts" } }
      assert.equal("hello\tout.png\n", run(options, "hello", "out.png").out)
      assert.equal("hello.lua\n", run(options, "hello.lua").out)
      assert.equal(1, run(options, "-E", "hello").code)
      options = { env = { LUASHOT_SCRIPTS = "scripts:./scripts" }, cwd = folder }
      assert.equal(1, run(options, "hello").code)
    end)

    it("is not a folder of that name", function()
      file("scripts/hello.lua", "print 'installed'")
      file("hello/other", "")
      assert.equal("installed\n", run({ env = { LUASHOT_SCRIPTS = folder .. "/scripts" } }, "hello").out)
    end)

    it("is found beside the program", function()
      file("prefix/share/luashot/scripts/hello.lua", "print 'beside'")
      process.run({ "mkdir", folder .. "/prefix/bin" })
      process.run({ "cp", luashot, folder .. "/prefix/bin/luashot" })
      assert.equal("beside\n", process.run({ folder .. "/prefix/bin/luashot", "hello" }).out)
    end)

    it("that does not exist is named", function()
      local result = run({}, "no-such-script.lua")
      assert.equal("luashot: cannot open no-such-script.lua: No such file or directory\n", result.err)
      assert.equal(1, result.code)
    end)

    it("that is not ready-made either is told from those that are", function()
      file("scripts/hello.lua", "print 'installed'")
      file("scripts/notes.txt", "")
      file("prefix/share/luashot/scripts/hello.lua", "")
      file("prefix/share/luashot/scripts/bye.lua", "")
      process.run({ "mkdir", folder .. "/prefix/bin" })
      process.run({ "cp", luashot, folder .. "/prefix/bin/luashot" })
      local environment = { LUASHOT_SCRIPTS = folder .. "/scripts:" .. folder .. "/none" }
      local result = process.run({ folder .. "/prefix/bin/luashot", "helo" }, { env = environment, cwd = folder })
      assert.equal("luashot: cannot open helo: No such file or directory; "
        .. "no ready-made script has that name (did you mean 'hello'? available: bye, hello)\n", result.err)
      assert.equal(1, result.code)
      result = process.run({ folder .. "/prefix/bin/luashot", "record" }, { env = environment, cwd = folder })
      assert.matches("that name %(available: bye, hello%)\n$", result.err)
      file("broken", "this is no Lua")
      assert.is_nil(run({ env = environment }, "broken").err:find("ready-made", 1, true))
    end)

    it("that is a size is told to belong to --headless", function()
      assert.equal("luashot: cannot open 800x600: No such file or directory; a size belongs to its option: "
        .. "--headless=800x600\n", run({}, "--headless", "800x600").err)
      assert.equal("luashot: cannot open wayland:800x600: No such file or directory; a size belongs to its option: "
        .. "--headless=wayland:800x600\n", run({}, "--headless", "wayland:800x600").err)
    end)

    it("with a slash is only a file", function()
      file("scripts/hello.lua", "print 'installed'")
      assert.equal(1, run({ env = { LUASHOT_SCRIPTS = folder .. "/scripts" } }, "./hello").code)
    end)
  end)

  describe("finds modules", function()
    it("in its own folder, wherever it is run from", function()
      file("app/main.lua", "print((require 'part'), (require 'pack'))")
      file("app/part.lua", "return 'part'")
      file("app/pack/init.lua", "return 'pack'")
      assert.equal("part\tpack\n", run({ cwd = "/" }, folder .. "/app/main.lua").out)
      assert.equal(0, run({}, "app/main.lua").code)
    end)

    it("still after it has changed the current folder", function()
      file("app/main.lua", "require('luv').chdir('/') print((require 'part'))")
      file("app/part.lua", "return 'part'")
      assert.equal("part\n", run({}, "app/main.lua").out)
      assert.equal("part\n", run({ cwd = folder .. "/app" }, "main.lua").out)
    end)

    it("of nobody else in its own folder where everybody may write", function()
      need(uv.getuid() == 0, "it needs root to make files of another user")
      file("app/main.lua", "print(pcall(require, (...)))")
      file("app/mine.lua", "return 'mine'")
      for _, name in ipairs { "theirs.lua", "folder/part.lua", "code.so" } do
        file("app/" .. name, "return 'theirs'")
        assert(uv.fs_chown(folder .. "/app/" .. name:match "^[^/]+", 1234, 1234))
      end
      assert(uv.fs_symlink("mine.lua", folder .. "/app/linked.lua"))
      assert(uv.fs_lchown(folder .. "/app/linked.lua", 1234, 1234))
      for _, mode in ipairs { "1777", "0777", "1755" } do
        assert(uv.fs_chmod(folder .. "/app", tonumber(mode, 8)))
        assert.equal("true\tmine\t", run({}, "app/main.lua", "mine").out:match "^true\tmine\t")
        for name, place in pairs {
          theirs = "theirs.lua", ["folder.part"] = "folder", code = "code.so", linked = "linked.lua" } do
          local out = run({}, "app/main.lua", name).out
          local wanted = ("'%s/app/%s' belongs to another user"):format(uv.fs_realpath(folder), place)
          assert.truthy(out:find("^false") and out:find(wanted, 1, true), out)
        end
      end
      assert(uv.fs_chown(folder .. "/app/main.lua", 1234, 1234)) -- their script has their modules
      assert.matches("^true\ttheirs\t", run({}, "app/main.lua", "theirs").out)
    end)

    it("not in the current folder", function()
      file("part.lua", "return 'part'")
      local result = run({ env = { LUA_PATH = "./?.lua;;" } }, "-e", "print(pcall(require, 'part'))")
      assert.matches("^false\tmodule 'part' not found", result.out)
      for _, path in ipairs { "path", "cpath" } do
        local entries = run({}, "-e", ("print(package.%s)"):format(path)).out
        for entry in entries:gmatch("[^;\n]+") do
          assert.equal("/", entry:sub(1, 1), entry)
        end
      end
    end)

    it("in LUA_PATH, unless -E", function()
      file("lib/part.lua", "return 'part'")
      local options = { env = { LUA_PATH = folder .. "/lib/?.lua" } }
      assert.equal("part\n", run(options, "-e", "print((require 'part'))").out)
      assert.equal(1, run(options, "-E", "-e", "require 'part'").code)
    end)
  end)

  it("has the Lua files of luashot inside, compiled when required", function()
    local result = run({ env = { LUA_PATH = "/nonexistent/?.lua", LUA_CPATH = "/nonexistent/?.so" } }, "-e", [[
      assert(require "luashot" == luashot)
      print(package.loaded["luashot.host.repl"])
      local repl, where = require "luashot.host.repl"
      print(type(repl), where, debug.getinfo(repl.compile, "S").source)
    ]])
    assert.equal("nil\ntable\t:preload:\t=[luashot] host/repl.lua\n", result.out)
  end)

  it("cannot load the binding a second time", function()
    file("cpath/luashot/core.so", "not even a library")
    local result = run({ env = { LUA_CPATH = folder .. "/cpath/?.so;;" } }, "-e", [[
      local core = require "luashot.core"
      package.loaded["luashot.core"] = nil
      local again, where = require "luashot.core"
      print(type(core), type(again), where)
    ]])
    assert.equal("table\ttable\t:preload:\n", result.out)
  end)

  it("has luv inside, unless it is a Lua module, which is named", function()
    local result = run({ env = { LUA_CPATH = "/nonexistent/?.so" } }, "-e", [[
      local uv = require "luv"
      uv.new_timer():start(1, 0, function() print "tick" end)
    ]])
    local needs_module = "the event loop needs the Lua module luv: no file '/nonexistent/luv.so'"
    assert.equal(result.err:find(needs_module, 1, true) and "" or "tick\n", result.out)
  end)

  describe("that fails", function()
    --- Standard error, where Lua 5.5 says that functions such as error are global.
    local function errors(result)
      return (result.err:gsub("in global '", "in function '"))
    end

    it("is shown with its file, its line and its own frames only", function()
      local script = file("bad.lua", [[
local function inner()
  error('boom')
end
local function outer()
  inner()
end
outer()
]])
      local result = run({}, script)
      assert.equal(([[
luashot: F:2: boom
stack traceback:
	[C]: in function 'error'
	F:2: in upvalue 'inner'
	F:5: in local 'outer'
	F:7: in main chunk
]]):gsub("F", (script:gsub("%%", "%%%%"))), errors(result))
      assert.equal(1, result.code)
    end)

    it("is shown with its own frames where it has a name as the host's files have it", function()
      for _, name in ipairs { "luashot/job.lua", "luashot/schedule/job.lua" } do
        file(name, "local function inner()\n  error('boom')\nend\ninner()\n")
        local result = run({ cwd = folder }, name)
        assert.equal(([[
luashot: F:2: boom
stack traceback:
	[C]: in function 'error'
	F:2: in local 'inner'
	F:4: in main chunk
]]):gsub("F", name), errors(result))
      end
    end)

    it("in a job is shown with the job's name", function()
      local script = file("bad.lua", "after(0, function()\n  sleep(0.01)\n  error('boom')\nend, { name = 'door' })\n")
      local result = run({}, script)
      assert.equal(([[
luashot: job 'door': F:3: boom
stack traceback:
	[C]: in function 'error'
	F:3: in function <F:1>
]]):gsub("F", (script:gsub("%%", "%%%%"))), errors(result))
      assert.equal(1, result.code)
    end)

    it("by a syntax error is shown without a traceback", function()
      local script = file("bad.lua", "print 'x'\nx x\n")
      local result = run({}, script)
      assert.equal("luashot: " .. script .. ":2: syntax error near 'x'\n", result.err)
      assert.equal("", result.out)
    end)

    it("with a value that is not a string", function()
      assert.matches("^luashot: %(error object is a table value%)\n", run({}, "-e", "error {}").err)
      local object = "setmetatable({}, { __tostring = function() return 'T' end })"
      assert.matches("^luashot: T\n", run({}, "-e", ("error(%s)"):format(object)).err)
      local none = _VERSION == "Lua 5.4" and "(error object is a nil value)" or "<no error object>"
      assert.matches("luashot: " .. none .. "\n", run({}, "-e", "error()").err, 1, true)
    end)
  end)
end)
