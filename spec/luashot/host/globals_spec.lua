-- The globals of the host against a real X server: grab of the default display, and --verbose.
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("the global grab", function()
  local server

  setup(function()
    server = xserver.start({ width = 320, height = 200 })
  end)

  teardown(function()
    server:stop()
  end)

  local function run(script, ...)
    return process.run({ luashot, ..., "-" }, { env = server:env(), stdin = script })
  end

  it("captures from the display of the environment, opened once", function()
    local result = run [[
      for _ = 1, 3 do
        local frame <close> = grab()
        print(frame.width, frame.height, frame.sequence)
      end
      print(grab("20x10+5+6").width, grab({ x = 1, y = 2, width = 3, height = 4 }, {}).height)
    ]]
    assert.equal("", result.err)
    assert.matches("^320\t200\t%d+\n320\t200\t%d+\n320\t200\t%d+\n20\t4\n$", result.out)
    assert.equal(0, result.code)
  end)

  it("captures from the display of -d", function()
    local result = process.run({ luashot, "-d", server.display, "-e", "print(grab().width)" }, {
      env = { DISPLAY = false, XAUTHORITY = false },
    })
    assert.equal("320\n", result.out)
  end)

  it("captures from no X server in place of a compositor that -d names", function()
    for _, name in ipairs { "wayland-77", "wayland:wayland-77" } do
      local result = process.run({ luashot, "-d", name, "-e", "grab()" }, {
        env = { DISPLAY = server.display, XDG_RUNTIME_DIR = "/tmp" },
      })
      assert.equal(1, result.code)
      assert.matches("no Wayland compositor answers at 'wayland%-77'", result.err)
    end
  end)

  it("raises an object with message and code, at the line of the script", function()
    local result = run [[
      local ok, failure = pcall(grab, "9x9+500+0")
      print(ok, failure.code, failure.message)
      ok, failure = pcall(function()
        grab("nowhere")
      end)
      print(ok, failure.code, tostring(failure))
    ]]
    local first, second = result.out:match("^([^\n]*)\n([^\n]*)\n$")
    assert.matches("^false\tEGEOMETRY\t[^:]*500,0", first)
    assert.matches("^false\tENOMONITOR\tstdin:4: .*nowhere", second)
  end)

  it("that fails ends the script with a traceback of its own frames", function()
    local result = run "\nlocal function shoot()\n  grab('nowhere')\nend\nshoot()"
    assert.matches("^luashot: stdin:3: [^\n]*nowhere[^\n]*\nstack traceback:\n", result.err)
    assert.matches("stdin:3: in local 'shoot'\n\tstdin:5: in main chunk\n$", result.err)
    assert.is_nil(result.err:find("[luashot]", 1, true))
    assert.equal(1, result.code)
  end)

  it("names the display that cannot be opened", function()
    local result = process.run({ luashot, "-d", ":98765", "-e", "print(pcall(grab))" })
    assert.matches("^false\t.*:98765", result.out)
    local code = "print((select(2, pcall(grab))).code)"
    local none = process.run({ luashot, "-e", code }, { env = { DISPLAY = false } })
    assert.equal("ENODISPLAY\n", none.out)
  end)

  it("still raises for misuse", function()
    assert.matches("^luashot: .*clpi", run("grab(nil, { clpi = true })").err)
    assert.matches("^luashot: stdin:2: unknown option 'clpi'", run("\ngrab(nil, { clpi = true })").err)
    assert.matches("^luashot: stdin:2: .*number", run("\ngrab(42)").err)
  end)

  it("works with --headless", function()
    local code = "local f = grab() print(f.width, f.height, f:pixel(0, 0))"
    local result = process.run({ luashot, "--headless=64x48", "-e", code })
    assert.equal("64\t48\t0\t0\t0\n", result.out)
    assert.equal(0, result.code)
  end)

  describe("with --verbose", function()
    it("says which path every display captures by", function()
      local result = run("grab() grab() luashot.open{}:close()", "--verbose")
      assert.equal("luashot: capture path shm-fd\nluashot: capture path shm-fd\n", result.err)
    end)

    it("says why it is not the fastest", function()
      local result = run("luashot.open{ path = 'getimage' }:close()", "--verbose")
      assert.matches("^luashot: capture path getimage: %S[^\n]*\n$", result.err)
    end)

    it("says nothing without a display", function()
      assert.equal("", run("print(1)", "--verbose").err)
    end)
  end)
end)
