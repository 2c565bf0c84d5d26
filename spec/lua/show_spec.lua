-- frame:show(): the picture is read back from what the terminal gets.
local luashot = require "luashot"
local need = require "spec.support.need"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local terminal = require "spec.support.terminal"

local program = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

--- Pictures that are read back: width, height, and r, g, b for x, y.
local decode = {}

--- Half blocks.
function decode.blocks(text)
  local picture = { width = 0, height = 0 }
  local rows = {}
  for line in text:gmatch "([^\n]*)\n" do
    local upper, lower, top, bottom = {}, {}, nil, nil
    local at = 1
    while at <= #line do
      local codes, after = line:match("^\27%[([%d;]*)m()", at)
      if codes then
        local r, g, b = codes:match "38;2;(%d+);(%d+);(%d+)"
        top = r and { tonumber(r), tonumber(g), tonumber(b) } or top
        r, g, b = codes:match "48;2;(%d+);(%d+);(%d+)"
        bottom = r and { tonumber(r), tonumber(g), tonumber(b) } or bottom
        if codes == "0" then
          top, bottom = nil, nil
        end
        at = after
      else
        if line:sub(at, at + 2) ~= "▀" then
          error("not a half block: " .. line:sub(at))
        end
        upper[#upper + 1], lower[#lower + 1] = top, bottom
        at = at + 3
      end
    end
    rows[#rows + 1] = upper
    rows[#rows + 1] = #lower > 0 and lower or nil
    picture.width = #upper
  end
  picture.height = #rows
  function picture.pixel(x, y)
    return table.unpack(rows[y + 1][x + 1])
  end
  return picture
end

local function unbase64(text)
  local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  local out, bits, count = {}, 0, 0
  for letter in text:gmatch "[%w+/]" do
    bits, count = bits << 6 | letters:find(letter, 1, true) - 1, count + 6
    if count >= 8 then
      count = count - 8
      out[#out + 1] = string.char(bits >> count & 255)
    end
  end
  return table.concat(out)
end

--- Kitty's graphics.
function decode.kitty(text)
  local data = {}
  for keys, part in text:gmatch "\27_G([^;\27]*);([^\27]*)\27\\" do
    if not keys:find "a=q" then
      assert.is_true(#part <= 4096)
      assert.equal(#data == 0, keys:find "f=100" ~= nil)
      data[#data + 1] = part
    end
  end
  local frame = assert(luashot.load(unbase64(table.concat(data))))
  return {
    width = frame.width,
    height = frame.height,
    pixel = function(x, y)
      return frame:pixel(x, y)
    end,
  }
end

--- Sixels.
function decode.sixel(text)
  local data = assert(text:match "\27P[%d;]*q(.-)\27\\")
  local width, height = data:match '^"%d+;%d+;(%d+);(%d+)'
  local picture = { width = tonumber(width), height = tonumber(height) }
  local colours, pixels, colour, x, band = {}, {}, nil, 0, 0
  local function draw(count, bits)
    for _ = 1, count do
      for i = 0, 5 do
        if bits >> i & 1 == 1 then
          pixels[(band * 6 + i) * picture.width + x] = colour
        end
      end
      x = x + 1
    end
  end
  local at = data:match '^"[%d;]*()'
  while at <= #data do
    local number, r, g, b, after = data:match("^#(%d+);2;(%d+);(%d+);(%d+)()", at)
    if number then
      colours[number] = { r * 255 // 100, g * 255 // 100, b * 255 // 100 }
    elseif data:match("^#", at) then
      number, after = data:match("^#(%d+)()", at)
      colour = colours[number]
    elseif data:match("^!", at) then
      local count, char
      count, char, after = data:match("^!(%d+)(.)()", at)
      draw(tonumber(count), char:byte() - 63)
    elseif data:match("^%$", at) then
      x, after = 0, at + 1
    elseif data:match("^%-", at) then
      x, band, after = 0, band + 1, at + 1
    else
      draw(1, data:byte(at) - 63)
      after = at + 1
    end
    at = after
  end
  function picture.pixel(px, py)
    return table.unpack(pixels[py * picture.width + px])
  end
  return picture
end

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
      local picture = decode.blocks(result.out)
      assert.same({ 60, 41 }, { picture.width, picture.height })
      compare(picture, 0)
    end
  end)

  it("is as wide as it is told, in proportion", function()
    local picture = decode.blocks(run("frame:show{ width = 30 }").out)
    assert.same({ 30, 21 }, { picture.width, picture.height })
    compare(picture, 0)
    picture = decode.blocks(run("frame:show{ width = 120 }").out)
    assert.same({ 120, 82 }, { picture.width, picture.height })
    picture = decode.blocks(run("frame:crop(0, 0, 60, 1):copy():scale(300, 1):show()").out)
    assert.same({ 80, 1 }, { picture.width, picture.height })
  end)

  it("by kitty's graphics is the pixels", function()
    local picture = decode.kitty(run("frame:show{ mode = 'kitty' }").out)
    assert.same({ 60, 41 }, { picture.width, picture.height })
    compare(picture, 0)
    picture = decode.kitty(run("frame:show{ mode = 'kitty', width = 3 }").out)
    assert.same({ 30, 21 }, { picture.width, picture.height })
    compare(picture, 0)
    -- In several pieces.
    local result = run("assert(frame:scale(400, 280)):show{ mode = 'kitty', width = 40 }")
    assert.is_truthy(result.out:find "\27_Gm=%d;")
    assert.equal(400, decode.kitty(result.out).width)
  end)

  it("by sixels has its colours, as far as 256 can", function()
    local result = run("print(frame:show{ mode = 'sixel' })")
    need(not result.out:find "cannot load a library", "libsixel is not installed")
    local picture = decode.sixel(result.out)
    assert.same({ 60, 41 }, { picture.width, picture.height })
    compare(picture, 40)
    local plain = "frame = frame:copy() frame:fill({ width = 60, height = 41 }, '#ff0000') frame:show{ mode = 'sixel' }"
    picture = decode.sixel(run(plain).out)
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
      local picture = decode.blocks(raw:gsub("done\n", ""))
      assert.same({ 50, 34 }, { picture.width, picture.height })
      compare(picture, 0)
    end)

    it("is pixels if it says that it draws sixels", function()
      need(not run("print(frame:show{ mode = 'sixel' })").out:find "cannot load", "libsixel is not installed")
      local picture = decode.sixel(show "\27[?62;4;22c")
      assert.same({ 60, 41 }, { picture.width, picture.height })
    end)

    it("is pixels if it answers kitty's question", function()
      local picture = decode.kitty(show "\27_Gi=31;OK\27\\\27[?62c")
      assert.same({ 60, 41 }, { picture.width, picture.height })
      compare(picture, 0)
    end)

    it("is pixels without a question where the environment tells", function()
      local raw = show("", nil, { TERM = "xterm-kitty" })
      assert.is_nil(raw:find("\27[c", 1, true))
      compare(decode.kitty(raw), 0)
    end)

    it("is half blocks when there is no answer, for long", function()
      local raw = show("", "frame:show() frame:show()")
      assert.is_nil(raw:find("\27_G.*\27_G"), "asked twice")
      assert.equal(68, decode.blocks(raw:gsub("done\n", "")).height)
    end)
  end)
end)
