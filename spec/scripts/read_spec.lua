local luashot = require "luashot"
local scripts = require "spec.support.scripts"
local terminal = require "spec.support.terminal_window"

describe("luashot read", function()
  local rig, window

  setup(function()
    rig = scripts.start()
    window = terminal.start(rig.server, "printf 'total 48\\nLog in\\n'; sleep 100")
    local display <close> = assert(luashot.open { display = rig.server.display })
    assert(luashot.wait { display, text = "Log in", timeout = 60 }):release()
  end)

  teardown(function()
    window:stop()
    rig:stop()
  end)

  it("prints the lines of the screen, of a part of it, or of a picture", function()
    local result = rig:run("read", "--what", "200x60+0+0")
    assert.same({ 0, "", "total 48\nLog in\n" }, { result.code, result.err, result.out })
    result = rig:run("read", "-w", "200x20+0+18", "--language", "deu+eng", "--confidence", "30")
    assert.same({ 0, "", "Log in\n" }, { result.code, result.err, result.out })
    assert.equal(0, rig:run("shot", "--region", "200x60+0+0", "part.png").code)
    result = rig:run("read", "part.png")
    assert.same({ 0, "", "total 48\nLog in\n" }, { result.code, result.err, result.out })
    assert.equal("", rig:run("read", "-w", "10x10+30+100").out)
  end)

  it("prints words as JSON, with their places on the screen", function()
    local result = rig:run("read", "--json", "-w", "200x20+0+18")
    assert.equal(0, result.code, result.err)
    local words = luashot.json.decode(result.out)
    assert.same({ "Log", "in" }, { words[1].text, words[2].text })
    assert.is_true(words[1].y >= 18 and words[1].y < 25 and words[1].confidence >= 60, words[1].y)
    assert.equal(words[1].line, words[2].line)
    assert.equal("[]\n", rig:run("read", "-j", "-w", "10x10+30+100").out)
  end)

  it("says what is missing or wrong", function()
    local result = rig:run("read", "--language", "xyz")
    assert.equal(1, result.code)
    assert.matches("^read: .*tesseract%-ocr%-xyz", result.err)
    result = rig:run("read", "none.png")
    assert.same({ "read: cannot open 'none.png': No such file or directory\n", 1 }, { result.err, result.code })
    result = rig:run("read", "title=foo")
    assert.same({ "read: cannot open 'title=foo': No such file or directory; --what 'title=foo' reads a window\n", 1 },
      { result.err, result.code })
    for _, arguments in ipairs { { "--language", "../x" }, { "--confidence", "101" }, { "a.png", "-w", "primary" },
      { "--what", "title=" } } do
      result = rig:run("read", table.unpack(arguments))
      assert.same({ 2, "" }, { result.code, result.out }, arguments[1])
      assert.matches("\nread: ", result.err)
    end
  end)
end)
