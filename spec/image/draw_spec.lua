-- Drawing on pictures, beside numpy, OpenCV and the X server's own font.
local pictures = require "spec.support.pictures"
local xserver = require "spec.support.xserver"

local FONT = "/usr/share/fonts/X11/misc/8x13-ISO8859-1.pcf.gz"

describe("drawing", function()
  before_each(function()
    math.randomseed(41)
  end)

  local function rect(width, height)
    return { x = math.random(-8, width), y = math.random(-8, height), width = math.random(1, 40),
      height = math.random(1, 40) }
  end

  it("fills, frames and blurs what lies inside", function()
    local cases = {}
    for i, width, height in pictures.sizes(40, 60) do
      local view = pictures.random(width, height)
      local area, color = rect(width, height), { i * 6, 255 - i, i }
      local radius, thickness = math.random(1, 9), math.random(1, 5)
      cases[i] = { view = view, rect = area, color = color, radius = radius, thickness = thickness,
        filled = view:copy():fill(area, color),
        framed = view:copy():rectangle(area, color, { thickness = thickness }),
        blurred = view:copy():blur(area, radius) }
    end
    pictures.check(cases, [==[
for case in cases:
    r, view = case["rect"], case["view"]
    left, top = max(r["x"], 0), max(r["y"], 0)
    right, bottom = max(r["x"] + r["width"], 0), max(r["y"] + r["height"], 0)
    ys, xs = np.mgrid[:view.shape[0], :view.shape[1]]
    inside = (xs >= left) & (xs < right) & (ys >= top) & (ys < bottom)
    filled = np.where(inside[:, :, None], np.array(case["color"], np.uint8), view)
    check(np.array_equal(filled, case["filled"]), "fill", view.shape, r)
    t = case["thickness"]
    core = ((xs >= r["x"] + t) & (xs < r["x"] + r["width"] - t)
        & (ys >= r["y"] + t) & (ys < r["y"] + r["height"] - t))
    framed = np.where((inside & ~core)[:, :, None], np.array(case["color"], np.uint8), view)
    check(np.array_equal(framed, case["framed"]), "rectangle", view.shape, r, t)
    blurred = view.copy()
    part = view[top:bottom, left:right]
    if part.size:
        size = 2 * case["radius"] + 1
        padded = np.pad(part.astype(np.int64), ((case["radius"],) * 2,) * 2 + ((0, 0),), mode="edge")
        sums = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1)).sum(axis=(3, 4))
        blurred[top:bottom, left:right] = (sums + size * size // 2) // (size * size)
        seen = cv2.blur(part.copy(), (size, size), borderType=cv2.BORDER_REPLICATE)
        far = np.abs(seen.astype(int).reshape(part.shape) - blurred[top:bottom, left:right])
        check(far.max() <= 1, "OpenCV", far.max())
    check(np.array_equal(blurred, case["blurred"]), "blur", view.shape, r, case["radius"])
]==])
  end)

  it("writes in the font of the X Window System", function()
    local text = {}
    for code = 32, 255 do
      text[#text + 1] = (code < 127 or code > 159) and utf8.char(code) or ""
    end
    text = table.concat(text)
    local view = pictures.random(8 * 191 + 10, 20, 1):copy()
    view:fill({ width = view.width, height = view.height }, "#fff")
    view:text(5, 3, text, { color = "#000" })
    pictures.check({ view = view, font = FONT }, [==[
import gzip
from PIL import PcfFontFile
font = PcfFontFile.PcfFontFile(io.BytesIO(gzip.open(cases["font"]).read()))
wanted = np.full(cases["view"].shape, 255, np.uint8)
x = 5
for code in list(range(32, 127)) + list(range(160, 256)):
    glyph = font.glyph[code]
    if glyph:
        (_, _), box, _, image = glyph
        bits = np.asarray(image.convert("1"))
        top, left = 3 + 11 + box[1], x + box[0]
        wanted[top:top + bits.shape[0], left:left + bits.shape[1]][bits] = 0
    x += 8
check(np.array_equal(wanted, cases["view"]), "text", np.argwhere((wanted != cases["view"]).any(axis=2))[:5])
]==])
  end)

  it("writes lines, larger, on a background, and off the edges", function()
    local view = pictures.random(60, 40, 1):copy():fill({ width = 60, height = 40 }, "#808080")
    view:text(2, 1, "I\nHI", { background = "#000", color = "#fff", scale = 1 })
    local black, white = view:find_color("#000"), view:find_color("#fff", { all = true })
    assert.same({ x = 2, y = 1, width = 16, height = 26 }, black.box)
    assert.is_true(#white >= 3)
    local small = pictures.random(8, 13, 1):fill({ width = 8, height = 13 }, "#000")
    small:text(0, 0, "g", { color = "#fff" })
    local large = pictures.random(24, 39, 1):copy():fill({ width = 24, height = 39 }, "#000")
      :text(0, 0, "g", { color = "#fff", scale = 3 })
    assert.is_true(large:same(small:scale(24, 39, { filter = "nearest" })))
    local unknown = small:copy():fill({ width = 8, height = 13 }, "#000"):text(0, 0, "\u{20ac}", { color = "#fff" })
    local question = small:copy():fill({ width = 8, height = 13 }, "#000"):text(0, 0, "?", { color = "#fff" })
    assert.is_true(unknown:same(question))
    for _, text in ipairs { "\xff", "\xc3", "\xe2\x82", "\xf0\x9f", ("x"):rep(1000), "\n\n\n" } do
      for _, x in ipairs { -2 ^ 31 // 1 | 0, -7, 59, 2 ^ 31 - 1 | 0 } do
        assert.equal(view, view:text(x, x, text, { scale = 100 }))
      end
    end
  end)

  it("raises on what was captured", function()
    local server = xserver.start { width = 64, height = 48 }
    local display <close> = assert(require("luashot").open { display = server.display })
    local frame <close> = assert(display:grab())
    local part <close> = frame:crop(1, 1, 9, 9)
    for _, captured in ipairs { frame, part } do
      assert.error_matches(function() captured:fill({ width = 1, height = 1 }, "#000") end, "draw on frame:copy")
      assert.error_matches(function() captured:blur { width = 1, height = 1 } end, "draw on frame:copy")
      assert.error_matches(function() captured:text(0, 0, "x") end, "draw on frame:copy")
      assert.error_matches(function()
        captured:rectangle({ width = 1, height = 1 }, "#000")
      end, "draw on frame:copy")
    end
    local copy <close> = frame:copy()
    assert.equal(copy, copy:fill({ width = 5, height = 5 }, "#123456"))
    assert.same({ 0x12, 0x34, 0x56 }, { copy:pixel(4, 4) })
    server:stop()
  end)

  it("refuses what it does not know", function()
    local view <close> = pictures.random(9, 9)
    assert.error_matches(function() view:fill({ x = 1 }, "#000") end, "width and height")
    assert.error_matches(function() view:blur({ width = 3, height = 3 }, 0) end, "radius")
    assert.error_matches(function() view:text(0, 0, "x", { colour = "#fff" }) end, "did you mean 'color'")
    assert.error_matches(function() view:text(0, 0, "a\0b") end, "NUL")
    assert.error_matches(function()
      view:rectangle({ width = 3, height = 3 }, "#000", { thickness = 0 })
    end, "thickness")
  end)
end)
