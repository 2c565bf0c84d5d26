-- frame:show(): the picture is read back from what the terminal gets.
local drawn = require "spec.support.drawn"
local need = require "spec.support.need"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local terminal = require "spec.support.terminal"

local program = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a frame shown", function()
  local shown

  setup(function()
    shown = screen.start({ width = 320, height = 280 })
  end)

  teardown(function()
    shown:stop()
  end)

  --- Runs a line with `frame`, 60x41 of the gradient from 20,30 on, into a pipe.
  local function run(line, options)
    local code = ("local frame = assert(require('luashot').open{}:grab '60x41+20+30') %s"):format(line)
    local argv = options and options.stock and process.lua("-e", code) or { program, "-e", code }
    local env = { DISPLAY = shown.server.display, COLUMNS = false }
    return process.run(argv, { env = env })
  end

  --- With the same pixels, as a frame in this process has them.
  local function compare(picture, tolerance)
    local frame <close> = assert(shown.display:grab "60x41+20+30")
    local wanted <close> = assert(frame:scale(picture.width, picture.height))
    local worst = 0
    for y = 0, picture.height - 1, 3 do
      for x = 0, picture.width - 1, 3 do
        local r, g, b = picture.pixel(x, y)
        local red, green, blue = wanted:pixel(x, y)
        worst = math.max(worst, math.abs(r - red), math.abs(g - green), math.abs(b - blue))
      end
    end
    assert.is_true(worst <= tolerance, "a channel is off by " .. worst)
  end

  it("in a pipe is half blocks, a pixel each as long as that is not too wide", function()
    for _, stock in ipairs { false, true } do
      local result = run("frame:show()", { stock = stock })
      assert.equal("", result.err)
      local picture = drawn.blocks(result.out)
      assert.same({ 60, 41 }, { picture.width, picture.height })
      compare(picture, 0)
    end
  end)

  it("is as wide as it is told, in proportion", function()
    local picture = drawn.blocks(run("frame:show{ width = 30 }").out)
    assert.same({ 30, 21 }, { picture.width, picture.height })
    compare(picture, 0)
    picture = drawn.blocks(run("frame:show{ width = 120 }").out)
    assert.same({ 120, 82 }, { picture.width, picture.height })
    picture = drawn.blocks(run("frame:crop(0, 0, 60, 1):copy():scale(300, 1):show()").out)
    assert.same({ 80, 1 }, { picture.width, picture.height })
  end)

  it("by kitty's graphics is the pixels", function()
    local picture = drawn.kitty(run("frame:show{ mode = 'kitty' }").out)
    assert.same({ 60, 41 }, { picture.width, picture.height })
    compare(picture, 0)
    picture = drawn.kitty(run("frame:show{ mode = 'kitty', width = 3 }").out)
    assert.same({ 30, 21 }, { picture.width, picture.height })
    compare(picture, 0)
    -- In several pieces.
    local result = run("assert(frame:scale(400, 280)):show{ mode = 'kitty', width = 40 }")
    assert.is_truthy(result.out:find "\27_Gm=%d;")
    assert.equal(400, drawn.kitty(result.out).width)
  end)

  it("by sixels has its colors, as far as 256 can", function()
    local result = run("print(frame:show{ mode = 'sixel' })")
    need(not result.out:find "cannot load a library", "libsixel is not installed")
    local picture = drawn.sixel(result.out)
    assert.same({ 60, 41 }, { picture.width, picture.height })
    compare(picture, 40)
    local plain = "frame = frame:copy() frame:fill({ width = 60, height = 41 }, '#ff0000') frame:show{ mode = 'sixel' }"
    picture = drawn.sixel(run(plain).out)
    local r, g, b = picture.pixel(59, 40)
    assert.is_true(r >= 245 and g == 0 and b == 0)
  end)

  it("gives itself back, and raises for what is wrong", function()
    assert.matches("\n(frame %d+ %(root 60x41%+20%+30%))\n$", run("print(frame:show{ width = 1 })").out)
    for line, message in pairs {
      ["frame:show{ widht = 3 }"] = "unknown option 'widht' %(known: width, mode%)",
      ["frame:show{ width = 0 }"] = "option 'width': an integer from 1 to 1000 expected, got 0",
      ["frame:show{ mode = 'ascii' }"] = "option 'mode': unknown value 'ascii' %(known: blocks, kitty, sixel%)",
      ["frame:release() frame:show()"] = "attempt to use a released frame",
    } do
      local result = run(line)
      assert.matches(message, result.err)
      assert.equal("", result.out)
    end
  end)

  describe("on a terminal", function()
    local child

    --- The picture as a terminal gets it that answers so.
    local function show(how, line, env)
      env = env or {}
      env.DISPLAY = shown.server.display
      env.TERM_PROGRAM, env.KITTY_WINDOW_ID = false, false
      local code = ("local frame = grab '60x41+20+30' %s print 'done'"):format(line or "frame:show()")
      child = terminal.spawn({ program, "-e", code }, { columns = 50, rows = 24, answer = how, env = env })
      child:see(function(seen)
        return seen:find "done"
      end)
      child:wait()
      return child.raw:gsub("\r\n", "\n"):gsub("^\27_Gi=31[^\27]*\27\\\27%[c", "")
    end

    after_each(function()
      child:stop()
    end)

    it("is as wide as that, in half blocks if it can no more", function()
      local raw = show "\27[?62;22c"
      local picture = drawn.blocks(raw:gsub("done\n", ""))
      assert.same({ 50, 34 }, { picture.width, picture.height })
      compare(picture, 0)
    end)

    it("is pixels if it says that it draws sixels", function()
      need(not run("print(frame:show{ mode = 'sixel' })").out:find "cannot load", "libsixel is not installed")
      local picture = drawn.sixel(show "\27[?62;4;22c")
      assert.same({ 60, 41 }, { picture.width, picture.height })
    end)

    it("is pixels if it answers kitty's question", function()
      local picture = drawn.kitty(show "\27_Gi=31;OK\27\\\27[?62c")
      assert.same({ 60, 41 }, { picture.width, picture.height })
      compare(picture, 0)
    end)

    it("is pixels without a question where the environment tells", function()
      local raw = show("", nil, { TERM = "xterm-kitty" })
      assert.is_nil(raw:find("\27[c", 1, true))
      compare(drawn.kitty(raw), 0)
    end)

    it("is half blocks when there is no answer, for long", function()
      local raw = show("", "frame:show() frame:show()")
      assert.is_nil(raw:find("\27_G.*\27_G"), "asked twice")
      assert.equal(68, drawn.blocks(raw:gsub("done\n", "")).height)
    end)
  end)
end)
