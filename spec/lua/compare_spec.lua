-- Differences, hashes and statistics of pictures, beside numpy and OpenCV.
local files = require "spec.support.files"
local luashot = require "luashot"
local pictures = require "spec.support.pictures"

--- A copy with some pixels changed, by a little or a lot.
local function vary(view, count)
  local copy = view:copy()
  for _ = 1, count do
    local x, y = math.random(0, view.width - 1), math.random(0, view.height - 1)
    local r, g, b = copy:pixel(x, y)
    local far = math.random(1, 12)
    copy:fill({ x = x, y = y, width = 1, height = 1 },
      { math.min(r + far, 255), math.max(g - far, 0), (b + math.random(0, 3)) % 256 })
  end
  return copy
end

local function rects(count, width, height)
  local list = {}
  for i = 1, count do
    list[i] = { x = math.random(-5, width), y = math.random(-5, height),
      width = math.random(1, 30), height = math.random(1, 30) }
  end
  return list
end

--- A black triangle and a bar on gray, 100x80, drawn eight times as large, `right` pixels to the right there, and
--- scaled, which smooths its edges.
local function smooth(right)
  local large <close> = assert(luashot.load("P5 800 640 255\n" .. ("\200"):rep(800 * 640)))
  for y = 100, 500 do
    large:fill({ x = 100 + right, y = y, width = y // 2, height = 1 }, { 0, 0, 0 })
  end
  large:fill({ x = 500 + right, y = 100, width = 40, height = 400 }, { 120, 0, 0 })
  return assert(large:scale(100, 80))
end

describe("diff", function()
  before_each(function()
    math.randomseed(21)
  end)

  it("leaves out smooth edges that were drawn in another way", function()
    local function count(a, b, is_ignoring)
      return assert(a:diff(b, { ignore_antialiasing = is_ignoring })).changed
    end
    local before = smooth(0)
    for right = 1, 7 do
      local after = smooth(right)
      assert.is_true(count(before, after, false) > 100)
      assert.equal(0, count(before, after, true), right)
      assert.equal(0, count(after, before, true), right)
    end
    local moved = count(before, smooth(24), true)
    assert.is_true(moved > 200 and moved <= count(before, smooth(24), false), moved)
    local marked = before:copy()
    marked:fill({ x = 5, y = 5, width = 1, height = 1 }, { 255, 0, 0 })
    marked:fill({ x = 80, y = 2, width = 1, height = 70 }, { 0, 0, 255 })
    marked:fill({ x = 0, y = 79, width = 1, height = 1 }, { 0, 0, 0 })
    assert.equal(72, count(before, marked, true))
    assert.has_error(function() before:diff(marked, { ignore_antialiasing = 1 }) end)
  end)

  it("counts, bounds and groups what changed", function()
    local cases = {}
    for i, width, height in pictures.sizes(40, 200) do
      local view = pictures.inside(width, height)
      local other = vary(view, math.random(0, i % 2 == 0 and 30 or 6))
      local options = { tolerance = i % 3 * 4, ignore = rects(i % 4, width, height), picture = true }
      local result = assert(view:diff(other, options))
      cases[i] = { view = view, other = other, tolerance = options.tolerance, ignore = options.ignore,
        changed = result.changed, same = view:same(other),
        box = result.box, rects = result.rects, image = result.picture }
    end
    pictures.check(cases, [==[
for case in cases:
    a, b = case["view"].astype(int), case["other"].astype(int)
    changed = np.abs(a - b).max(axis=2) > case["tolerance"]
    check(case["same"] == np.array_equal(a, b), "same", a.shape)
    for rect in case["ignore"]:
        changed[max(rect["y"], 0):max(rect["y"] + rect["height"], 0),
                max(rect["x"], 0):max(rect["x"] + rect["width"], 0)] = False
    check(changed.sum() == case["changed"], "count", changed.sum(), case["changed"])
    ys, xs = np.nonzero(changed)
    if len(ys) == 0:
        check("box" not in case and case["rects"] == [], "a box of nothing")
    else:
        box = dict(x=xs.min(), y=ys.min(), width=np.ptp(xs) + 1, height=np.ptp(ys) + 1)
        check(box == case["box"], "box", box, case["box"])
    # The definition once more: changes that are 32 apart at most, so that a square of 16 around each touches.
    large = np.zeros((2 * a.shape[0] + 64, 2 * a.shape[1] + 64), np.uint8)
    for y, x in zip(ys, xs):
        large[2 * y:2 * y + 65, 2 * x:2 * x + 65] = 1
    count, labels = cv2.connectedComponents(large, connectivity=8)
    wanted = set()
    for label in range(1, count):
        mine = labels[2 * ys + 32, 2 * xs + 32] == label
        wanted.add((xs[mine].min(), ys[mine].min(), np.ptp(xs[mine]) + 1, np.ptp(ys[mine]) + 1))
    got = {(r["x"], r["y"], r["width"], r["height"]) for r in case["rects"]}
    check(wanted == got and len(got) == len(case["rects"]), "rects", wanted, got)
    gray = (a @ [77, 150, 29] + 128) >> 8
    shown = np.where(changed[:, :, None], [255, 0, 0], (192 + gray // 4)[:, :, None])
    check(np.array_equal(shown, case["image"]), "picture", a.shape)
]==])
  end)

  it("does not care for formats", function()
    local view <close> = pictures.inside(50, 40)
    for _, format in ipairs { "rgb", "bgr", "rgba" } do
      local copy <close> = view:copy(format)
      assert.equal(0, view:diff(copy).changed)
      assert.is_true(view:same(copy))
      assert.equal(view:hash(), copy:hash())
      assert.equal(view:phash(), copy:phash())
    end
  end)

  it("fails for other sizes", function()
    local a <close> = pictures.random(4, 3)
    local b <close> = pictures.random(3, 4)
    local _, message, code = a:diff(b)
    assert.equal("EGEOMETRY", code)
    assert.matches("4x3 pixels with 3x4", message)
    assert.is_false(a:same(b))
  end)

  it("leaves out regions that count from the far edges", function()
    local a <close> = pictures.random(40, 30)
    local b <close> = a:copy():fill({ x = 30, y = 25, width = 10, height = 5 }, "#000"):fill({ width = 2, height = 2 },
      "#fff")
    assert.same({ { x = 0, y = 0, width = 2, height = 2 } }, a:diff(b, { ignore = { "10x5-0-0" } }).rects)
    assert.equal(0, a:diff(b, { ignore = { "10x5-0+25", "2x2-38-28" } }).changed)
  end)

  it("refuses what it does not know", function()
    local a <close> = pictures.random(4, 3)
    assert.error_matches(function() a:diff(a, { tolerence = 1 }) end, "did you mean 'tolerance'")
    assert.error_matches(function() a:diff(a, { tolerance = 256 }) end, "from 0 to 255")
    assert.error_matches(function() a:diff(a, { ignore = { 1 } }) end, "list of rectangles")
    assert.error_matches(function() a:diff(a, { ignore = 1 }) end, "list of rectangles")
    assert.has_error(function() a:diff() end)
    local b = pictures.random(4, 3)
    b:release()
    assert.error_matches(function() a:diff(b) end, "released")
  end)
end)

describe("phash", function()
  it("of what does not vary in a direction is free of rounding noise", function()
    local function make(width, height, value)
      local list = {}
      for y = 0, height - 1 do
        for x = 0, width - 1 do
          list[#list + 1] = string.char(value(x, y)):rep(3)
        end
      end
      return assert(luashot.load(("P6 %d %d 255 "):format(width, height) .. table.concat(list)))
    end
    for gray = 0, 255, 5 do
      local flat <close> = make(64, 48, function() return gray end)
      assert.equal("8000000000000000", flat:phash())
    end
    for name, value in pairs {
      across = function(x) return x * 255 // 319 end,
      down = function(_, y) return 255 - y * 255 // 199 end,
      half = function(x) return x < 160 and 40 or 220 end,
      bar = function(_, y) return y < 25 and 60 or 240 end,
      third = function(x) return x < 107 and 40 or 220 end,
    } do
      local view <close> = make(320, 200, value)
      local hash = view:phash()
      for _, other in ipairs { view:scale(160, 100), view:scale(213, 133), view:scale(640, 400),
        luashot.load(view:encode("jpeg", { quality = 85 })) } do
        assert(luashot.distance(hash, other:phash()) <= 2, name)
      end
    end
  end)
end)

describe("the undefined byte", function()
  it("never counts", function()
    math.randomseed(22)
    local folder = files.folder()
    pictures.check({}, [==[
random = np.random.default_rng(7)
rgba = random.integers(0, 256, (45, 67, 4), np.uint8)
for name in "ab":
    rgba[:, :, 3] = random.integers(0, 256, (45, 67), np.uint8)
    Image.fromarray(rgba).save(folder + "/" + name + ".png")
]==], folder, true)
    local a <close> = assert(luashot.load(folder .. "/a.png"))
    local b <close> = assert(luashot.load(folder .. "/b.png"))
    files.remove(folder)
    assert.is_false(a:bytes() == b:bytes())
    assert.is_true(a:same(b))
    assert.equal(0, a:diff(b).changed)
    assert.equal(a:hash(), b:hash())
    assert.equal(a:phash(), b:phash())
    assert.same({ a:mean() }, { b:mean() })
    local part <close> = b:crop(20, 10, 17, 9):copy("rgb") -- of what is looked for, alpha is a mask
    assert.same({ x = 20, y = 10, width = 17, height = 9, score = 1 }, a:find(part))
    assert.same({ x = 20, y = 10, width = 17, height = 9, score = 1 }, a:find(part, { tolerance = 2 }))
    local r, g, bl = b:pixel(33, 22)
    assert.same(a:find_color({ r, g, bl }, { all = true }), b:find_color({ r, g, bl }, { all = true }))
    assert.equal(a:copy("rgba"):bytes "rgba", b:bytes "rgba")
  end)
end)

describe("same and hash", function()
  before_each(function()
    math.randomseed(23)
  end)

  it("see every pixel", function()
    for _, width, height in pictures.sizes(30, 90) do
      local view <close> = pictures.inside(width, height)
      local copy <close> = view:copy()
      assert.is_true(view:same(copy))
      assert.equal(view:hash(), copy:hash())
      local x, y = math.random(0, width - 1), math.random(0, height - 1)
      local r, g, b = copy:pixel(x, y)
      copy:fill({ x = x, y = y, width = 1, height = 1 }, { r, g, b ~ 1 })
      assert.is_false(view:same(copy))
      assert.are_not.equal(view:hash(), copy:hash())
    end
  end)

  it("tell a row from a column", function()
    local view <close> = pictures.random(6, 1, 1)
    local turned <close> = view:scale(1, 6)
    assert.are_not.equal(view:hash(), turned:hash())
  end)

  it("agree with another implementation of XXH3", function()
    local cases = {}
    for i, width, height in pictures.sizes(12, 90) do
      local view = pictures.inside(width, height)
      cases[i] = { view = view, hash = view:hash() }
    end
    pictures.check(cases, [==[
import xxhash
for case in cases:
    h, w = case["view"].shape[:2]
    bgrx = np.full((h, w, 4), 255, np.uint8)
    bgrx[:, :, :3] = case["view"][:, :, ::-1]
    data = np.array([w, h], "<u4").tobytes() + bgrx.tobytes()
    check(xxhash.xxh3_128_hexdigest(data) == case["hash"], w, h)
]==])
  end)
end)

describe("phash", function()
  it("is the one of 32 x 32 and 8 x 8", function()
    math.randomseed(24)
    local cases = {}
    for i, width, height in pictures.sizes(20, 120) do
      local view = pictures.inside(width, height)
      cases[i] = { view = view, small = view:scale(32, 32), hash = view:phash() }
    end
    pictures.check(cases, [==[
for case in cases:
    gray = ((case["small"].astype(int) @ [77, 150, 29] + 128) >> 8).astype(np.float64)
    n = np.arange(32)
    waves = np.cos(np.pi * np.outer(np.arange(8), 2 * n + 1) / 64)
    low = waves @ gray @ waves.T
    bits = (low > np.median(low)).flatten()
    wanted = int("".join("1" if bit else "0" for bit in bits), 2)
    # Numbers at the median itself may round either way.
    close = np.abs(low - np.median(low)).flatten() < 1e-6
    unlike = [i for i in range(64) if (wanted ^ int(case["hash"], 16)) >> (63 - i) & 1]
    check(all(close[i] for i in unlike), case["view"].shape, unlike)
]==])
  end)

  it("changes little with size and brightness, and much with the picture", function()
    math.randomseed(25)
    local small <close> = pictures.random(9, 7)
    local view <close> = small:scale(180, 140, { filter = "bilinear" })
    local smaller <close> = view:scale(90, 70)
    local jpeg <close> = assert(luashot.load(view:encode("jpeg", { quality = 50 })))
    assert.is_true(luashot.distance(view:phash(), smaller:phash()) <= 4)
    assert.is_true(luashot.distance(view:phash(), jpeg:phash()) <= 4)
    local different <close> = pictures.random(9, 7)
    local other <close> = different:scale(180, 140, { filter = "bilinear" })
    assert.is_true(luashot.distance(view:phash(), other:phash()) > 12)
    assert.equal(0, luashot.distance(view:phash(), view:phash()))
    assert.equal(64, luashot.distance(("0"):rep(16), ("f"):rep(16)))
    assert.error_matches(function() luashot.distance("00", "11") end, "16 hexadecimal digits")
  end)
end)

describe("mean and histogram", function()
  it("are what numpy has", function()
    math.randomseed(26)
    local cases = {}
    for i, width, height in pictures.sizes(16, 90) do
      local view = pictures.inside(width, height, i % 2 == 0 and 3 or nil)
      local histogram = view:histogram()
      local counts = {}
      for value = 0, 255 do
        counts[value + 1] = { histogram.red[value], histogram.green[value], histogram.blue[value] }
      end
      cases[i] = { view = view, mean = { view:mean() }, counts = counts }
    end
    pictures.check(cases, [==[
for case in cases:
    view = case["view"].reshape(-1, 3)
    check(np.allclose(view.mean(axis=0), case["mean"], rtol=1e-12), "mean", case["mean"])
    wanted = np.stack([np.bincount(view[:, c], minlength=256) for c in range(3)], axis=1)
    check(np.array_equal(wanted, case["counts"]), "histogram")
]==])
  end)
end)
