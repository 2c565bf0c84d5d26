-- luashot click: what it finds it clicks, and looks whether that did something.
local luashot = require "luashot"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local scripts = require "spec.support.scripts"

describe("luashot click", function()
  local rig, paint, display

  setup(function()
    rig = scripts.start()
    paint = painter.start(rig.server)
    display = assert(luashot.open { display = rig.server.display })
    paint("fill 60 40 20 10 ff0000")
    local frame <close> = assert(display:grab "20x10+60+40")
    frame:save(rig.folder .. "/red.png")
  end)

  teardown(function()
    display:close()
    paint:stop()
    rig:stop()
  end)

  local function pointer()
    local line = process.run({ "python3", "spec/support/held.py" }, { env = rig.server:env() }).out
    return line:match "| (%d+ %d+)\n"
  end

  it("clicks the middle of a picture, or a color's place", function()
    local result = rig:run("click", "--expect", "0", "red.png")
    assert.same({ "70 45\n", "", 0 }, { result.out, result.err, result.code })
    assert.equal("70 45", pointer())
    result = rig:run("click", "--expect", "0", "--what", "100x60+50+20", "#ff0000")
    assert.equal(0, result.code)
    assert.equal(pointer(), result.out:gsub("\n", ""))
  end)

  it("fails when nothing changes, and does not when something does", function()
    local result = rig:run("click", "--expect", "200ms", "red.png")
    assert.same({ "click: nothing changed within 0.2 s\n", 1 }, { result.err, result.code })
    local clicking = rig:spawn("click", "--expect", "20s", "red.png")
    assert.equal("70 45", clicking:read_line(20))
    paint("fill 0 0 5 5 00ff00")
    assert.equal(0, clicking:wait(20))
  end)

  it("takes a window that goes away for a change", function()
    local xterm = process.spawn({ "xterm", "-T", "asks", "-geometry", "12x3+200+10", "-e", "sh", "-c",
      [[stty -icanon; printf '\033[?1000h\033[41m\033[2J'; head -c 1]] }, { env = rig.server:env() })
    local result = rig:run("click", "--wait", "20s", "--expect", "10s", "--what", "title=asks", "#cd0000")
    assert.same({ "", 0 }, { result.err, result.code })
    assert.equal(0, xterm:wait(20))
  end)

  it("says what it cannot find or do", function()
    local result = rig:run("click", "--wait", "100ms", "#123456")
    assert.same({ "click: the color '#123456' was not found\n", 1 }, { result.err, result.code })
    paint("fill 60 40 20 10 0000ff")
    result = rig:run("click", "--wait", "100ms", "red.png")
    assert.same({ "click: the picture 'red.png' was not found\n", 1 }, { result.err, result.code })
    paint("fill 60 40 20 10 ff0000")
    result = rig:run("click", "--wait", "100ms", "#12345")
    assert.same({ "click: the text '#12345' was not found\n", 1 }, { result.err, result.code })
    for _, window in ipairs { "title=foo", "window=12" } do
      result = rig:run("click", "--wait", "100ms", window)
      assert.same({ ("click: the text '%s' was not found; --what '%s' searches a window\n"):format(window, window), 1 },
        { result.err, result.code })
    end
    result = rig:run("click", "none.png")
    assert.equal(2, result.code)
    assert.matches("none.png", result.err)
    result = rig:run("click", "--score", "1", "#123456")
    assert.equal(2, result.code)
    result = rig:run("click", "--language", "xyz", "Log in")
    assert.equal(2, result.code)
    assert.matches("^click: .*tesseract%-ocr%-xyz", result.err)
    for _, arguments in ipairs { { "--language", "deu", "red.png" }, { "--language", "deu", "#123456" },
      { "--language", "../x", "Log in" } } do
      result = rig:run("click", table.unpack(arguments))
      assert.equal(2, result.code)
      assert.matches("\nclick: .*language", result.err)
    end
    result = rig:run("click", "--with", "nokey", "red.png")
    assert.is_true(result.code ~= 0)
  end)
end)
