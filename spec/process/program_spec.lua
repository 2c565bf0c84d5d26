-- --headless -- PROGRAM: any program on a private display server.
local files = require "spec.support.files"
local proc = require "spec.support.proc"
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("--headless -- PROGRAM", function()
  local folder

  local function command(...)
    return { luashot, "--headless=320x200", "--", ... }
  end

  local function run(...)
    return process.run(command(...), { env = { XDG_RUNTIME_DIR = folder, DISPLAY = false } })
  end

  before_each(function()
    folder = files.folder()
  end)

  after_each(function()
    assert.same({}, files.names(folder)) -- the server's files are gone
    files.remove(folder)
  end)

  it("runs it there, with its arguments, input and output", function()
    assert.matches("dimensions: +320x200 ", run("xdpyinfo").out)
    local result = process.run(command("sh", "-c", 'cat; printf "%s|" "$@" >&2', "-e", "--", "a b", ""),
      { env = { XDG_RUNTIME_DIR = folder }, stdin = "input" })
    assert.equal("input", result.out)
    assert.equal("--|a b||", result.err)
    assert.equal(0, result.code)
  end)

  it("takes a program, not the ready-made script of its name", function()
    assert.matches("find %(GNU findutils%)", run("find", "--version").out)
  end)

  it("ends as it ended", function()
    assert.equal(42, run("sh", "-c", "exit 42").code)
    assert.equal(137, run("sh", "-c", "kill -9 $$").code)
  end)

  it("says when it cannot be run", function()
    local result = run("no-such-program")
    assert.equal("luashot: cannot run no-such-program: No such file or directory\n", result.err)
    assert.equal(127, result.code)
    files.write(folder .. "/text", "text")
    result = run(folder .. "/text")
    assert.matches("cannot run .*/text: Permission denied", result.err)
    assert.equal(126, result.code)
    os.remove(folder .. "/text")
  end)

  it("passes a signal on", function()
    local child = process.spawn(command("sh", "-c",
      'trap "echo got it; exit 5" TERM; echo ready; while :; do sleep 0.05; done'),
      { env = { XDG_RUNTIME_DIR = folder } })
    child:see "ready"
    child:kill("sigterm")
    child:wait()
    assert.equal("ready\ngot it\n", child.out)
    assert.equal(5, child.code)
  end)

  it("ends the program when it is killed", function()
    local child = process.spawn(command("sh", "-c", "echo $$; exec sleep 100"), { env = { XDG_RUNTIME_DIR = folder } })
    local pid = tonumber(child:read_line(20))
    child:kill("sigkill")
    child:wait()
    process.wait_until(function()
      return not proc.exists(pid) and #files.names(folder) == 0
    end, 20)
    assert.is_false(proc.exists(pid))
  end)

  it("refuses options that only a script has a use for", function()
    local result = process.run { luashot, "--headless", "-e", "x()", "--", "true" }
    assert.equal(2, result.code)
    assert.matches("%-e is for a script, but after %-%-headless %-%- comes the program true", result.err)
  end)
end)
