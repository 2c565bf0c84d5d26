-- The command line: what it shares with stock Lua is compared with it.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

local function run(options, ...)
  return process.run({ luashot, ... }, options)
end

--- Run stock Lua and luashot with the same arguments: output and success must be the same.
local function same(options, ...)
  local theirs = process.run({ process.stock, ... }, options)
  local ours = run(options, ...)
  assert.equal(theirs.out, ours.out)
  assert.equal(theirs.code, ours.code, ours.err)
  return ours
end

describe("the command line", function()
  local folder

  local function file(name, text)
    local path = folder .. "/" .. name
    local handle = assert(io.open(path, "w"))
    assert(handle:write(text))
    handle:close()
    return path
  end

  setup(function()
    folder = files.folder()
  end)

  teardown(function()
    files.remove(folder)
  end)

  it("runs -e and -l in order, as stock Lua does", function()
    same({}, "-e", "x = 1", "-e", "print(x, ...)")
    same({}, "-ex = 2", "-e", "print(x)")
    same({}, "-l", "string", "-e", "print(string.rep('a', 3))")
    same({}, "-ls=string", "-e", "print(s.rep('a', 3))")
    same({}, "-l", "g=string", "-e", "print(g == string)")
    same({}, "-e", "print(1)", "-l", "no.such.module", "-e", "print(2)")
    same({}, "-W", "-e", "print 'w'")
  end)

  it("shows a script its arguments in arg and ...", function()
    local script = file("arguments.lua", [[
      print(#arg, select("#", ...), ...)
      for i = -4, #arg do
        print(i, i == -#arg and "" or i < 0 and arg[i] and "option" or arg[i])
      end
    ]])
    same({}, script)
    same({}, script, "a", "-b", "", "--", "c d")
    same({}, "-e", "y = 1", script, "a")
    same({}, "-e", "y = 1", "--", script, "a")
    same({}, "-W", "-")
    same({ stdin = "print(arg[0], ...)" }, "-", "a", "b")
    same({}, "-e", "print(#arg, arg[1], arg[2])")
  end)

  it("runs standard input when there is neither script nor terminal", function()
    same({ stdin = "print('from stdin', ..., arg[0] ~= nil)" })
    same({ stdin = "#!shebang\nprint(debug.getinfo(1, 'S').short_src)" })
    same({ stdin = "print(1)" }, "-e", "print(2)")
  end)

  it("knows a script that begins with a dash after --", function()
    file("-odd.lua", "print('odd', ...)")
    same({ cwd = folder }, "--", "-odd.lua", "-v")
  end)

  it("is refused with the rights of another user or group than the caller's", function()
    need(uv.getuid() == 0, "only root can have the rights of another user")
    for _, id in ipairs { "--ruid", "--rgid" } do
      local options = { env = { LUA_INIT = "print('init')" } }
      local result = process.run({ "setpriv", "--clear-groups", id, "65534", luashot, "-e", "print(1)" }, options)
      assert.matches("^luashot: luashot is not for a set%-user%-ID or set%-group%-ID program, ", result.err)
      assert.same({ "", 1 }, { result.out, result.code })
    end
  end)

  it("honors LUA_INIT unless -E", function()
    local init = file("init.lua", "print('init file')")
    local versioned = "LUA_INIT" .. _VERSION:gsub("^Lua (%d+)%.(%d+)$", "_%1_%2")
    same({ env = { LUA_INIT = "print('init')" } }, "-e", "print(1)")
    same({ env = { LUA_INIT = "print('no')", [versioned] = "@" .. init } }, "-e", "print(1)")
    same({ env = { LUA_INIT = "print('init')" } }, "-E", "-e", "print(1)")
    assert.equal(1, same({ env = { LUA_INIT = "error 'early'" } }, "-e", "print(1)").code)
    local failed = run({ env = { LUA_INIT = "x x" } }, "-e", "print(1)")
    assert.equal("luashot: LUA_INIT:1: syntax error near 'x'\n", failed.err)
  end)

  it("prints the version", function()
    for _, option in ipairs { "-v", "--version" } do
      local version = run({}, option)
      assert.equal(0, version.code)
      assert.matches("^luashot %d+%.%d+%.%d+ %(" .. _VERSION, version.out)
    end
    assert.matches("^luashot [^\n]+\n1\n$", run({}, "-v", "-e", "print(1)").out)
  end)

  it("explains itself and its exit status", function()
    local help = run({}, "--help")
    assert.equal(0, help.code)
    assert.equal("", help.err)
    for _, word in ipairs { "-e ", "-l ", "-i ", "-v ", "-E ", "-W ", "--display", "--headless", "--verbose", "130" } do
      assert.truthy(help.out:find(word, 1, true), word)
    end
  end)

  it("refuses wrong usage with status 2 and the option's name", function()
    for _, case in ipairs {
      { "unrecognized option '-q'", "-q" },
      { "unrecognized option '-vv'", "-vv" },
      { "unrecognized option '--verbos'", "--verbos" },
      { "unrecognized option '--verbose=1'", "--verbose=1" },
      { "'-e' needs an argument", "-e" },
      { "'-l' needs an argument", "-l", "-v" },
      { "'-d' needs a display", "-d" },
      { "'--display' needs a display", "--display" },
      { "--headless=big: a size such as 1920x1080 is needed, or wayland:1920x1080", "--headless=big" },
      { "--headless=0x10: a size such as 1920x1080 is needed, or wayland:1920x1080", "--headless=0x10" },
      { "--headless=40000x10: a size such as 1920x1080 is needed, or wayland:1920x1080", "--headless=40000x10" },
      { "--headless=10x10x24: a size such as 1920x1080 is needed, or wayland:1920x1080", "--headless=10x10x24" },
      { "--headless brings its own display: leave out -d :7", "--headless", "-d", ":7" },
    } do
      local result = run({}, table.unpack(case, 2))
      assert.equal(("luashot: %s\nluashot --help lists the options\n"):format(case[1]), result.err)
      assert.equal(2, result.code)
      assert.equal("", result.out)
    end
  end)

  it("sets DISPLAY", function()
    for _, words in ipairs { { "-d", ":77" }, { "-d:77" }, { "--display", ":77" }, { "--display=:77" } } do
      words[#words + 1] = "-e"
      words[#words + 1] = "print(os.getenv 'DISPLAY') os.execute 'echo $DISPLAY'"
      local result = run({ env = { DISPLAY = ":1" } }, table.unpack(words))
      assert.equal(":77\n:77\n", result.out)
    end
  end)

  it("turns warnings on", function()
    assert.equal("Lua warning: careful\n", run({}, "-e", "warn 'careful'").err)
  end)

  it("ends with the script's status", function()
    assert.equal(0, run({}, "-e", "").code)
    assert.equal(1, run({}, "-e", "error 'x'").code)
    assert.equal(1, run({}, "-e", "x x").code)
    assert.equal(1, run({}, folder .. "/none.lua").code)
    assert.equal(7, run({}, "-e", "os.exit(7)").code)
    assert.equal(0, run({}, "-e", "os.exit(true, true)").code)
  end)
end)
