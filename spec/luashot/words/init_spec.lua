-- frame:text, display:find_text and luashot.wait{text}, on a screen with a terminal.
local files = require "spec.support.files"
local luashot = require "luashot"
local process = require "spec.support.process"
local terminal = require "spec.support.terminal_window"
local walls = require "spec.support.walls"
local xserver = require "spec.support.xserver"

local host = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

describe("a text on the screen", function()
  local server, window, display

  setup(function()
    server = xserver.start { width = 420, height = 160 }
    window = terminal.start(server, "printf 'total 48\\nmake: Nothing to be done\\nLog in\\n'; sleep 100")
    display = assert(luashot.open { display = server.display })
    local frame = assert(luashot.wait { display, text = "Log in", timeout = 60 })
    frame:release()
  end)

  teardown(function()
    display:close()
    window:stop()
    server:stop()
  end)

  it("is read in lines, or found", function()
    local frame <close> = assert(display:grab())
    local text = assert(frame:text { area = { x = 0, y = 0, width = 300, height = 60 } })
    assert.same({ "total 48", "make: Nothing to be done", "Log in" }, text)
    local match = assert(display:find_text("Nothing to", { what = "300x100+10+0" }))
    assert.equal("Nothing to", match.text)
    assert.is_true(match.x >= 54 and match.x < 62 and match.y > 15 and match.y < 30, match.x .. "," .. match.y)
    assert.is_true(match.width > 80 and match.width < 92 and match.height < 16)
    assert.is_true(match.confidence >= 60)
    assert.equal("ENOINPUT", select(3, match:click())) -- the display is only for looking
    local first = { x = 0, y = 0, width = 300, height = 20 }
    assert.equal("48", display:find_text("%d+$", { pattern = true, area = first }).text)
    assert.same({ n = 1 }, table.pack(display:find_text "Log out"))
    assert.equal("ENOMONITOR", select(3, display:find_text("Log", { what = "none" })))
    assert.equal("ENOTSUP", select(3, display:find_text("Log", { language = "xyz" })))
  end)

  it("is still written where there is a place", function()
    local frame <close> = assert(display:grab())
    local copy <close> = frame:copy()
    assert.equal(copy, copy:text(10, 10, "x"))
    assert.error_matches(function() copy:text("x") end, "number")
    assert.error_matches(function() copy:text(nil, nil) end, "number")
    assert.error_matches(function() copy.text() end, "luashot.frame")
    assert.error_matches(function() copy:text { wrong = 1 } end, "wrong")
  end)

  it("can be waited for", function()
    local frame <close>, match = assert(luashot.wait { display, "300x100+0+30", text = "Log in", timeout = 30 })
    assert.is_true(match.y < 20) -- in the frame
    assert.equal(30, frame.y)
    local _, message, code = luashot.wait { display, text = "Log out", timeout = 0.1 }
    assert.same({ "not found within 0.1 s", "ETIMEDOUT" }, { message, code })
    assert.equal("ENOTSUP", select(3, luashot.wait { display, text = "Log", language = "xyz" }))
    local other <close>, number = assert(luashot.wait { display, text = "total (%d+)", pattern = true, timeout = 30 })
    assert.equal("total 48", number.text)
    assert.equal(420, other.width)
  end)

  it("must be a text", function()
    for _, options in ipairs { { text = 1 }, { text = " " }, { text = "[", pattern = true },
      { text = "x", when = "#fff" }, { text = "x", tolerance = 1 }, { text = "x", language = "../x" },
      { text = "x", min_confidence = 101 }, { when = "#fff", pattern = true } } do
      options.display = display
      assert.error_matches(function() luashot.wait(options) end, "^wait: ")
    end
    assert.error_matches(function() display:find_text(1) end, "^bad argument #1 to 'find_text'")
    assert.error_matches(function() display:find_text("[", { pattern = true }) end, "not a pattern")
    assert.error_matches(function() display:find_text("x", { wrong = 1 }) end, "wrong")
    assert.error_matches(function() luashot.display.find_text(1, "x") end, "luashot.display")
  end)

  it("says in a sandbox why it cannot be read", function()
    walls.need()
    local folder, env = files.folder(), server:env()
    env.ASAN_OPTIONS = (os.getenv "ASAN_OPTIONS" or "") .. ":detect_leaks=0" -- it forks
    local script = "print(pcall(luashot.wait, { luashot.open(), text = 'x' }))"
    local result = process.run({ host, "--sandbox", folder, "-e", script }, { env = env })
    files.remove(folder)
    assert.matches("frame:words is not available in a sandbox", result.out .. result.err)
  end)
end)
