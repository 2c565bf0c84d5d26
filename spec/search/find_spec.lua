-- Finding colors and pictures, beside OpenCV and a search by hand in numpy.
local files = require "spec.support.files"
local luashot = require "luashot"
local pictures = require "spec.support.pictures"

describe("find_color", function()
  before_each(function()
    math.randomseed(31)
  end)

  it("gives the areas of a color", function()
    local cases = {}
    for i, width, height in pictures.sizes(40, 60) do
      local view = pictures.inside(width, height, i % 3 + 2)
      local color = { view:pixel(math.random(0, width - 1), math.random(0, height - 1)) }
      local region = { x = math.random(0, width - 1), y = math.random(0, height - 1) }
      region.width = math.random(1, width - region.x)
      region.height = math.random(1, height - region.y)
      local options = { all = true, tolerance = i % 4 * 30, min_pixels = i % 5 + 1, region = region }
      local areas = view:find_color(color, options)
      options.all = false
      assert.same(areas[1], (view:find_color(("#%02x%02x%02x"):format(table.unpack(color)), options)))
      cases[i] = { view = view, color = color, tolerance = options.tolerance, region = region,
        min_pixels = options.min_pixels, areas = areas }
    end
    pictures.check(cases, [==[
for case in cases:
    region = case["region"]
    left, top = region["x"], region["y"]
    view = case["view"][top:top + region["height"], left:left + region["width"]].astype(int)
    hit = (np.abs(view - case["color"]).max(axis=2) <= case["tolerance"]).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(hit, connectivity=8)
    wanted = []
    for label in range(1, count):
        x, y, w, h, pixels = (int(v) for v in stats[label])
        if pixels >= case["min_pixels"]:
            ys, xs = np.nonzero(labels == label)
            wanted.append(dict(x=int(xs[0]) + left, y=int(ys[0]) + top, pixels=pixels,
                box=dict(x=x + left, y=y + top, width=w, height=h)))
    wanted.sort(key=lambda area: (area["y"], area["x"]))
    check(wanted == case["areas"], case["view"].shape, wanted[:2], case["areas"][:2])
]==])
  end)

  it("gives nil, or an empty list, when there is none", function()
    local view <close> = pictures.random(30, 20, 1)
    local r, g, b = view:pixel(0, 0)
    local other = { r ~ 1, g, b }
    assert.is_nil(view:find_color(other))
    assert.same({}, view:find_color(other, { all = true }))
    assert.is_nil(view:find_color({ r, g, b }, { min_pixels = 601 }))
    assert.equal(600, view:find_color({ r, g, b }, { min_pixels = 600 }).pixels)
    assert.truthy(view:find_color(other, { tolerance = 1 }))
  end)

  it("refuses what it cannot mean", function()
    local view <close> = pictures.random(4, 4)
    local wrong = { "red", "#12", "#12345", "#gggggg", "30c040", 1, { 1, 2 }, { 1, 2, 256 }, { 1, 2, "x" } }
    for _, color in ipairs(wrong) do
      assert.error_matches(function() view:find_color(color) end, "color")
    end
    assert.error_matches(function() view:find_color "red" end, "expected, got 'red'")
    for _, region in ipairs { {}, { 0, 0, 1, 1 }, { x = 1, width = 1 } } do
      assert.error_matches(function() view:find_color("#fff", { region = region }) end,
        "option 'region': width and height expected")
    end
    assert.same(view:find_color("#abc", { tolerance = 255 }), view:find_color("#AABBCC", { tolerance = 255 }))
    assert.error_matches(function() view:find_color("#fff", { tolerence = 1 }) end, "did you mean 'tolerance'")
    assert.error_matches(function() view:find_color("#fff", { min_pixels = 0 }) end, "min_pixels")
    local _, message, code = view:find_color("#fff", { region = { x = 2, y = 0, width = 3, height = 1 } })
    assert.equal("EGEOMETRY", code)
    assert.matches("3x1", message)
  end)
end)

describe("find", function()
  before_each(function()
    math.randomseed(32)
  end)

  -- Few colors, so that much looks alike, and parts that occur more than once.
  local function scene(i, width, height)
    local view = pictures.inside(width, height, i % 3 == 0 and 2 or 40):copy()
    local w, h = math.random(1, math.min(width, 12)), math.random(1, math.min(height, 12))
    local wanted = i % 2 == 0 and pictures.inside(w, h, 3):copy()
      or assert(view:crop(math.random(0, width - w), math.random(0, height - h), w, h)):copy()
    for _ = 1, i % 4 do
      local x, y = math.random(0, width - w), math.random(0, height - h)
      for row = 0, h - 1 do
        for column = 0, w - 1 do
          local r, g, b = wanted:pixel(column, row)
          r = i % 8 > 3 and math.min(255, r + math.random(0, 9)) or r
          view:fill({ x = x + column, y = y + row, width = 1, height = 1 }, { r, g, b })
        end
      end
    end
    return view, wanted
  end

  local MATCHES = [==[
def matches(case):
    view, wanted = case["view"], case["wanted"]
    h, w = wanted.shape[:2]
    keep = np.ones((h, w), int)
    if "mask" in case:
        keep = (case["mask"].sum(axis=2) > 0).astype(int)
    windows = np.lib.stride_tricks.sliding_window_view(view.astype(int), (h, w), axis=(0, 1))
    far = np.abs(windows - wanted.astype(int).transpose(2, 0, 1))
    far[far <= case["tolerance"]] = 0
    total = (far * keep).sum(axis=(2, 3, 4))
    most = keep.sum() * 3 * 255
    budget = int(np.floor((1 - case["min_score"]) * most + 1e-6))
    kept = []
    for far, y, x in sorted((int(total[y, x]), int(y), int(x)) for y, x in np.argwhere(total <= budget)):
        if all(abs(x - k["x"]) >= w or abs(y - k["y"]) >= h for k in kept):
            kept.append(dict(x=x, y=y, width=w, height=h, score=1 - far / most))
    return kept

def equal(a, b):
    return len(a) == len(b) and all(abs(p[key] - q[key]) < 1e-9 for p, q in zip(a, b) for key in p)
]==]

  local DEFINITION = MATCHES .. [==[
for case in cases:
    wanted = matches(case)
    check(equal(wanted, case["matches"]), case["view"].shape, case["wanted"].shape,
        case["tolerance"], case["min_score"], wanted[:3], case["matches"][:3])
    first = [case["first"]] if "first" in case else []
    check(equal(wanted[:1], first), "first", wanted[:1], first)
]==]

  local function try(count, most, options_of)
    local cases = {}
    for i, width, height in pictures.sizes(count, most) do
      local view, wanted = scene(i, width, height)
      local options = options_of(i, wanted)
      local first = view:find(wanted, options)
      options.all = true
      cases[i] = { view = view, wanted = wanted, tolerance = options.tolerance or 0,
        min_score = options.min_score or 1, matches = view:find(wanted, options), first = first,
        mask = options.mask }
    end
    pictures.check(cases, DEFINITION)
  end

  it("gives exact places", function()
    try(40, 60, function()
      return {}
    end)
  end)

  it("takes no place for overlapped that only touches a match", function()
    local view <close> = pictures.random(6, 5):copy()
    local wanted <close> = view:crop(0, 3, 3, 2):copy()
    for y = 0, 1 do -- a second one to its right, a row higher
      for x = 0, 2 do
        view:fill({ x = 3 + x, y = 2 + y, width = 1, height = 1 }, { wanted:pixel(x, y) })
      end
    end
    assert.same({
      { x = 3, y = 2, width = 3, height = 2, score = 1 }, { x = 0, y = 3, width = 3, height = 2, score = 1 },
    }, view:find(wanted, { all = true }))
  end)

  it("gives places where every channel is near enough", function()
    try(30, 40, function(i)
      return { tolerance = i % 5 * 5 + 1 }
    end)
  end)

  it("lists the places in a plain picture one beside the other", function()
    local view <close> = pictures.random(1, 1):scale(1000, 800)
    local wanted <close> = view:crop(0, 0, 64, 64)
    for _, options in ipairs { {}, { tolerance = 4 }, { min_score = 0.9 } } do
      options.all = true
      local matches = view:find(wanted, options)
      assert.equal(15 * 12, #matches)
      assert.same({ x = 14 * 64, y = 11 * 64, width = 64, height = 64, score = 1 }, matches[#matches])
    end
  end)

  it("gives places where all in all little differs", function()
    try(30, 40, function(i)
      return { min_score = 1 - i % 6 / 20 - 0.001, tolerance = i % 2 * 3 }
    end)
  end)

  it("does not look where the mask is black", function()
    try(30, 40, function(i, wanted)
      local mask = pictures.random(wanted.width, wanted.height, 1):copy()
      mask:fill({ width = wanted.width, height = wanted.height }, "#000")
      for _ = 1, wanted.width * wanted.height // 2 + 1 do
        mask:fill({ x = math.random(0, wanted.width - 1), y = math.random(0, wanted.height - 1),
          width = 1, height = 1 }, "#fff")
      end
      return { mask = mask, min_score = i % 2 == 0 and 0.93 or nil }
    end)
  end)

  it("looks for other sizes of it", function()
    local cases = {}
    for i, width, height in pictures.sizes(24, 40) do
      local view = pictures.inside(width, height, 30):copy()
      local wanted = pictures.random(math.random(1, 9), math.random(1, 9), 3)
      local scales, sizes = {}, {}
      for k = 1, i % 4 + 1 do
        scales[k] = k == 2 and 1 or math.random(20, 300) / 100
        local w = math.max(1, math.floor(wanted.width * scales[k] + 0.5))
        local h = math.max(1, math.floor(wanted.height * scales[k] + 0.5))
        local filter = scales[k] > 1 and "bilinear" or "box"
        sizes[k] = { scale = scales[k], picture = wanted:scale(w, h, { filter = filter }) }
        if i % 5 ~= 0 and w <= width and h <= height then -- it is there, in this size
          local x, y = math.random(0, width - w), math.random(0, height - h)
          for row = 0, h - 1 do
            for column = 0, w - 1 do
              view:fill({ x = x + column, y = y + row, width = 1, height = 1 },
                { sizes[k].picture:pixel(column, row) })
            end
          end
        end
      end
      local options = { scale = #scales == 1 and scales[1] or scales, tolerance = i % 3,
        min_score = i % 3 == 0 and 0.9 or 1 }
      local first = view:find(wanted, options)
      options.all = true
      cases[i] = { view = view, sizes = sizes, tolerance = options.tolerance, min_score = options.min_score,
        matches = view:find(wanted, options) or {}, first = first }
    end
    pictures.check(cases, MATCHES .. [==[
found = 0
for case in cases:
    every = []
    for order, size in enumerate(case["sizes"]):
        h, w = size["picture"].shape[:2]
        if h <= case["view"].shape[0] and w <= case["view"].shape[1]:
            of_one = matches(dict(case, wanted=size["picture"]))
            every += [(-m["score"], order, m["y"], m["x"], dict(m, scale=size["scale"])) for m in of_one]
    kept = []
    for *_, m in sorted(every, key=lambda one: one[:4]):
        if all(m["x"] >= k["x"] + k["width"] or k["x"] >= m["x"] + m["width"]
                or m["y"] >= k["y"] + k["height"] or k["y"] >= m["y"] + m["height"] for k in kept):
            kept.append(m)
    check(equal(kept, case["matches"]), case["view"].shape, kept[:3], case["matches"][:3])
    check(equal(kept[:1], [case["first"]] if "first" in case else []), "first", kept[:1])
    found += len(kept)
check(found > 15, "few places", found)
]==])
  end)

  it("leaves out what a mask covers in other sizes too", function()
    local wanted <close> = pictures.random(6, 6, 4)
    local view <close> = pictures.random(60, 50):copy()
    local large <close> = wanted:scale(12, 12, { filter = "bilinear" })
    for y = 0, 11 do
      for x = 0, 11 do
        view:fill({ x = 30 + x, y = 20 + y, width = 1, height = 1 }, { large:pixel(x, y) })
      end
    end
    view:fill({ x = 30, y = 20, width = 6, height = 6 }, "#123456")
    local mask <close> = wanted:copy():fill({ width = 6, height = 6 }, "#fff"):fill({ width = 3, height = 3 }, "#000")
    assert.is_nil(view:find(wanted, { scale = { 1, 2 } }))
    assert.same({ x = 30, y = 20, width = 12, height = 12, score = 1, scale = 2 },
      view:find(wanted, { scale = { 1, 2 }, mask = mask }))
    local dot <close> = wanted:copy():fill({ width = 6, height = 6 }, "#000"):fill({ width = 1, height = 1 }, "#fff")
    assert.is_nil(view:find(wanted, { scale = 0.2, mask = dot })) -- its one pixel is the center, which is black
  end)

  it("takes a region, a file and the bytes of one", function()
    local view <close> = pictures.random(90, 60)
    local wanted <close> = view:crop(40, 30, 9, 8)
    local path = files.folder()
    assert(wanted:save(path .. "/wanted.png"))
    local match = { x = 40, y = 30, width = 9, height = 8, score = 1 }
    assert.same(match, view:find(path .. "/wanted.png"))
    assert.same(match, view:find(wanted:encode "ppm"))
    files.remove(path)
    assert.same(match, view:find(wanted, { region = { x = 40, y = 30, width = 9, height = 8 } }))
    assert.is_nil(view:find(wanted, { region = { x = 41, y = 30, width = 20, height = 20 } }))
    local _, _, code = view:find(path .. "/wanted.png")
    assert.equal("ENOENT", code)
    _, _, code = view:find(wanted, { region = { x = 85, y = 0, width = 9, height = 9 } })
    assert.equal("EGEOMETRY", code)
  end)

  it("says that a picture is larger than what it is searched in", function()
    local view <close> = pictures.random(9, 9)
    local wanted <close> = pictures.random(10, 1)
    local why = "the picture is 10x1, which is larger than the 9x9 to search in"
    assert.same({ nil, why, "EGEOMETRY" }, { view:find(wanted) })
    assert.same({ nil, why, "EGEOMETRY" }, { view:find(wanted, { all = true, min_score = 0 }) })
    assert.same({ nil, why .. " at every scale", "EGEOMETRY" }, { view:find(wanted, { scale = { 1, 2 } }) })
    assert.same({ nil, why:gsub("9x9", "5x4"), "EGEOMETRY" },
      { view:find(wanted, { region = { x = 1, y = 1, width = 5, height = 4 } }) })
    local first, message = view:find(wanted, { scale = { 2, 0.5 } })
    assert.same({ nil, nil }, { first, message })
  end)

  it("takes what is not opaque of a picture for what matches anything", function()
    local view <close> = pictures.random(40, 30)
    local part <close> = view:crop(20, 10, 6, 5)
    local lines = { "P7\nWIDTH 6\nHEIGHT 5\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n" }
    local function add(hidden, clear)
      local bytes = { lines[1] }
      for i = 0, 29 do
        local r, g, b = part:pixel(i % 6, i // 6)
        local is_edge = i % 6 == 0 or i < 6
        bytes[#bytes + 1] = is_edge and hidden .. string.char(clear) or string.char(r, g, b, 255)
      end
      return table.concat(bytes)
    end
    local match = { x = 20, y = 10, width = 6, height = 5, score = 1 }
    for _, clear in ipairs { 0, 128, 254 } do
      local pam = add("\1\2\3", clear)
      assert.same(match, view:find(pam))
      assert.same({ match }, view:find(pam, { all = true, tolerance = 3 }))
      local icon <close> = assert(luashot.load(pam))
      assert.same(match, view:find(icon:copy()))
      assert.same(match, view:find(icon:crop(0, 0, 6, 5)))
      -- A mask that is given counts instead.
      local whole <close> = icon:copy():fill({ width = 6, height = 5 }, "#fff")
      assert.is_nil(view:find(icon, { mask = whole }))
    end
    assert.is_nil(view:find(add("\1\2\3", 255)))
    -- Where nothing is opaque, nobody meant it.
    local clear = (lines[1] .. part:bytes("rgba"):gsub("(...).", "%1\0"))
    assert.same(match, view:find(clear))
  end)

  it("refuses masks that do not fit, and what it does not know", function()
    local view <close> = pictures.random(9, 9)
    local wanted <close> = view:crop(1, 1, 3, 3)
    local _, message, code = view:find(wanted, { mask = view })
    assert.equal("EGEOMETRY", code)
    assert.matches("9x9 does not fit a picture of 3x3", message)
    local black = wanted:copy():fill({ width = 3, height = 3 }, "#000")
    _, message, code = view:find(wanted, { mask = black })
    assert.equal("EGEOMETRY", code)
    assert.matches("all black", message)
    assert.error_matches(function() view:find(wanted, { min_scor = 1 }) end, "min_score")
    assert.error_matches(function() view:find(wanted, { min_score = 2 }) end,
      "option 'min_score': a number from 0.0 to 1.0 expected, got 2")
    for _, scale in ipairs { "x", 0, -1, 0 / 0, 101, math.huge, {}, { 1, "x" }, { 1, 0 }, { [101] = 1 }, true } do
      assert.error_matches(function() view:find(wanted, { scale = scale }) end, "option 'scale'")
    end
    assert.error_matches(function() view:find(wanted, { tolerance = 256 }) end,
      "option 'tolerance': an integer from 0 to 255 expected, got 256")
    assert.error_matches(function() view:find(wanted, { all = 1 }) end, "option 'all': true or false expected, got 1")
    assert.error_matches(function() view:find(wanted, { region = { x = 1, width = 0 } }) end, "option 'width'")
    assert.error_matches(function() view:find(wanted, { region = 5 }) end,
      "option 'region': a table expected, got number")
    assert.error_matches(function() view:find(1) end, "picture")
    assert.error_matches(function() view:find(wanted, { mask = 1 }) end, "mask")
    assert.error_matches(function() view:find() end, "picture")
  end)
end)
