-- Other sizes and other layouts of pixels, beside numpy and OpenCV.
local files = require "spec.support.files"
local luashot = require "luashot"
local pictures = require "spec.support.pictures"
local ring = require "spec.support.ring"
local zb = require "luashot.zerobuffer"

describe("scaling", function()
  before_each(function()
    math.randomseed(12)
  end)

  local function scaled(filter)
    local cases = {}
    for i, width, height in pictures.sizes(24, 60) do
      local view = pictures.inside(width, height)
      local to_width, to_height = math.random(1, 70), math.random(1, 70)
      if i == 20 then
        to_width, to_height = width, height
      end
      local out = assert(view:scale(to_width, to_height, { filter = filter }))
      assert.same({ to_width, to_height }, { out.width, out.height })
      cases[i] = { view = view, out = out }
    end
    return cases
  end

  it("by box gives the mean of the area, exactly", function()
    pictures.check(scaled "box", [==[
def weights(source, target):
    edges = np.arange(source + 1) * target
    out = np.zeros((target, source), np.int64)
    for o in range(target):
        low, high = o * source, (o + 1) * source
        out[o] = np.clip(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0, None)
    return out
for case in cases:
    view, out = case["view"].astype(np.int64), case["out"]
    rows, columns = weights(view.shape[0], out.shape[0]), weights(view.shape[1], out.shape[1])
    area = view.shape[0] * view.shape[1]
    sums = np.einsum("ay,yxc,bx->abc", rows, view, columns)
    check(np.array_equal((sums + area // 2) // area, out), view.shape, out.shape)
    if out.shape[0] <= view.shape[0] and out.shape[1] <= view.shape[1]:
        size = (out.shape[1], out.shape[0])
        area = cv2.resize(case["view"], size, interpolation=cv2.INTER_AREA)
        check(np.abs(area.astype(int) - out).max() <= 1, "OpenCV", view.shape, out.shape)
]==])
  end)

  it("between pixels is what OpenCV does, to 1", function()
    pictures.check(scaled "bilinear", [==[
for case in cases:
    size = (case["out"].shape[1], case["out"].shape[0])
    # In floating point: with bytes, OpenCV rounds on the way.
    made = cv2.resize(case["view"].astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    far = np.abs(made.reshape(case["out"].shape) - case["out"]).max()
    check(far <= 1, case["view"].shape, size, far)
]==])
  end)

  it("to the nearest takes the pixel that the center lies in", function()
    pictures.check(scaled "nearest", [==[
def centers(source, target):
    return (2 * np.arange(target) + 1) * source // (2 * target)
for case in cases:
    view, out = case["view"], case["out"]
    rows, columns = centers(view.shape[0], out.shape[0]), centers(view.shape[1], out.shape[1])
    check(np.array_equal(view[rows][:, columns], out), view.shape, out.shape)
]==])
  end)

  it("keeps the format and the place", function()
    local view <close> = pictures.inside(20, 10)
    for _, format in ipairs { "bgrx", "rgb", "gray" } do
      local copy <close> = view:copy(format)
      local out <close> = copy:scale(7, 5)
      assert.same({ format, copy.x, copy.y }, { out.format, out.x, out.y })
    end
  end)

  it("makes thumbnails that are the mean of the area, too", function()
    local cases = {}
    for i, width, height in pictures.sizes(20, 90) do
      local view, most = pictures.inside(width, height), math.random(1, 60)
      cases[i] = { view = view, out = assert(view:thumbnail(most)), most = most }
    end
    pictures.check(cases, [==[
for case in cases:
    view, out, most = case["view"], case["out"], case["most"]
    (h, w), (to_h, to_w) = view.shape[:2], out.shape[:2]
    longer = max(h, w)
    check(max(to_h, to_w) == min(most, longer), "size", view.shape, most, out.shape)
    for side, got in ((h, to_h), (w, to_w)):
        check(abs(got - max(1, side * min(1, most / longer))) <= 0.5 + 1e-9, "ratio", view.shape, most, out.shape)
    wanted = Image.fromarray(view).resize((to_w, to_h), Image.Resampling.BOX)
    far = np.abs(np.asarray(wanted).astype(int) - out).max()
    # Pillow's box takes or leaves whole pixels; it is the same where they fit.
    check(far <= 1 or h % to_h or w % to_w, "Pillow", view.shape, most, far)
    area = cv2.resize(view, (to_w, to_h), interpolation=cv2.INTER_AREA).reshape(out.shape)
    check(np.abs(area.astype(int) - out).max() <= 1, "OpenCV", view.shape, most)
]==])
  end)

  it("makes thumbnails that fit a square, and never enlarges", function()
    for _, case in ipairs {
      { 300, 100, 60, 60, 20 }, { 100, 300, 60, 20, 60 }, { 40, 30, 60, 40, 30 }, { 500, 1, 10, 10, 1 },
    } do
      local view <close> = pictures.random(case[1], case[2], 3)
      local out <close> = view:thumbnail(case[3])
      assert.same({ case[4], case[5] }, { out.width, out.height })
      assert.is_true(out:same(view:scale(case[4], case[5])))
    end
  end)

  it("refuses sizes that are none", function()
    local view <close> = pictures.random(4, 4)
    assert.error_matches(function() view:scale(0, 4) end, "width of 1 or more")
    assert.error_matches(function() view:scale(4, -1) end, "height of 1 or more")
    assert.error_matches(function() view:scale(4, 4, { filter = "bix" }) end, "did you mean 'box'")
    assert.error_matches(function() view:thumbnail(0) end, "1 or more")
    local _, message, code = view:scale(1 << 21, 1)
    assert.equal("EGEOMETRY", code)
    assert.matches("2097152x1", message)
  end)
end)

describe("bytes", function()
  before_each(function()
    math.randomseed(13)
  end)

  it("in each format are what numpy makes of the file that was loaded", function()
    local cases, folder = {}, files.folder()
    for i, width, height in pictures.sizes(10, 50) do
      local part = { x = math.random(0, width - 1), y = math.random(0, height - 1) }
      part.width, part.height = math.random(1, width - part.x), math.random(1, height - part.y)
      local bytes = {}
      for k = 1, 3 * width * height do
        bytes[k] = string.char(math.random(0, 255))
      end
      local name = ("%s/%d.ppm"):format(folder, i)
      local file <close> = assert(io.open(name, "wb"))
      file:write(("P6 %d %d 255\n"):format(width, height), table.concat(bytes))
      file:close()
      local whole <close> = assert(luashot.load(name))
      for _, through in ipairs { "bgrx", "bgr", "rgb", "rgba" } do
        local held <close> = whole:copy(through)
        local view <close> = assert(held:crop(part.x, part.y, part.width, part.height))
        for _, format in ipairs { "bgrx", "bgr", "rgb", "rgba", "gray" } do
          local out <close> = assert(io.open(("%s/%d.%s.%s"):format(folder, i, through, format), "wb"))
          out:write((view:bytes(format)))
          cases[#cases + 1] = { number = i, part = part, through = through, format = format }
        end
      end
    end
    pictures.check(cases, [==[
for case in cases:
    part, format = case["part"], case["format"]
    rgb = np.asarray(Image.open("%s/%d.ppm" % (folder, case["number"])))
    rgb = rgb[part["y"]:part["y"] + part["height"], part["x"]:part["x"] + part["width"]]
    got = np.fromfile("%s/%d.%s.%s" % (folder, case["number"], case["through"], format), np.uint8)
    got = got.reshape(rgb.shape[0], rgb.shape[1], -1)
    if format == "gray":
        check(np.array_equal((rgb.astype(int) @ [77, 150, 29] + 128) >> 8, got[:, :, 0]), case)
        seen = np.asarray(Image.fromarray(rgb).convert("L")).astype(int)
        check(np.abs(seen - got[:, :, 0]).max() <= 1, "Pillow", case)
    else:
        order = [0, 1, 2] if format.startswith("rgb") else [2, 1, 0]
        check(np.array_equal(rgb[:, :, order], got[:, :, :3]), case)
        check(format != "rgba" or (got[:, :, 3] == 255).all(), "opaque", case)
]==], folder)
  end)

  it("are opaque, also of a ring's item that is not", function()
    local name = ring.name "alpha"
    local reader <close> = assert(zb.reader(name))
    local writer <close> = assert(zb.writer(name))
    assert(writer:write(("\1\2\3\4"):rep(6)))
    local item <close> = assert(reader:read(5))
    local view <close> = assert(item:view { width = 3, height = 2, format = "rgba" })
    local opaque = ("\1\2\3\255"):rep(6)
    assert.equal(opaque, view:bytes "rgba")
    local buffer = luashot.buffer(24)
    view:bytes("rgba", buffer)
    assert.equal(opaque, buffer:bytes())
    local copy <close> = view:copy()
    assert.equal(opaque, copy:bytes "rgba")
    assert.equal(("\1\2\3\4"):rep(6), item:bytes())
  end)

  it("for video are those that ffmpeg makes, to 3", function()
    local view <close> = pictures.random(48, 34, 4):scale(96, 68)
    local cases, folder = { view = view }, files.folder()
    for _, format in ipairs { "i420", "nv12" } do
      local file <close> = assert(io.open(folder .. "/" .. format, "wb"))
      file:write((view:bytes(format)))
    end
    pictures.check(cases, [==[
import subprocess
size = "%dx%d" % (cases["view"].shape[1], cases["view"].shape[0])
for name, format in (("i420", "yuv420p"), ("nv12", "nv12")):
    made = subprocess.run(["ffmpeg", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-i", "-",
        "-sws_flags", "accurate_rnd+full_chroma_inp+area", "-pix_fmt", format, "-f", "rawvideo", "-"],
        input=cases["view"].tobytes(), stdout=subprocess.PIPE, check=True).stdout
    far = np.abs(np.frombuffer(made, np.uint8).astype(int) - np.fromfile(folder + "/" + name, np.uint8))
    check(far.max() <= 3, name, far.max(), far.mean())
]==], folder)
  end)

  it("for video are those of BT.601, to 2", function()
    local cases, folder = {}, files.folder()
    for i, width, height in pictures.sizes(16, 50) do
      local view = pictures.inside(width, height)
      for _, format in ipairs { "i420", "nv12" } do
        local path = ("%s/%d.%s"):format(folder, i, format)
        local file <close> = assert(io.open(path, "wb"))
        file:write((assert(view:bytes(format))))
        cases[#cases + 1] = { view = view, path = path, format = format }
      end
    end
    pictures.check(cases, [==[
for case in cases:
    rgb = case["view"].astype(float)
    h, w = rgb.shape[:2]
    data = np.fromfile(case["path"], np.uint8).astype(float)
    columns, rows = (w + 1) // 2, (h + 1) // 2
    check(data.size == w * h + 2 * columns * rows, "size", w, h)
    luma = 16 + rgb @ [65.481 / 255, 128.553 / 255, 24.966 / 255]
    check(np.abs(luma - data[:w * h].reshape(h, w)).max() <= 2, "luma", w, h)
    even = np.pad(rgb, ((0, h % 2), (0, w % 2), (0, 0)), mode="edge")
    mean = (even[0::2, 0::2] + even[1::2, 0::2] + even[0::2, 1::2] + even[1::2, 1::2]) / 4
    u = 128 + mean @ [-37.797 / 255, -74.203 / 255, 112 / 255]
    v = 128 + mean @ [112 / 255, -93.786 / 255, -18.214 / 255]
    color = data[w * h:]
    if case["format"] == "nv12":
        got = color[0::2], color[1::2]
    else:
        got = color[:columns * rows], color[columns * rows:]
    for name, wanted, plane in (("u", u, got[0]), ("v", v, got[1])):
        far = np.abs(wanted - plane.reshape(rows, columns)).max()
        check(far <= 2, case["format"], name, w, h, far)
]==], folder)
  end)

  it("go into a buffer, again and again", function()
    local buffer = luashot.buffer(40 * 30 * 4 + 5)
    assert.equal(4805, #buffer)
    for _ = 1, 3 do
      local view <close> = pictures.inside(40, 30)
      for _, format in ipairs { "bgrx", "rgb", "gray", "rgba", "i420", "nv12" } do
        local size = view:bytes(format, buffer)
        local bytes = view:bytes(format)
        assert.equal(#bytes, size)
        if format ~= "bgrx" then -- whose fourth byte can be anything
          assert.is_true(buffer:bytes(size) == bytes, format)
        end
      end
    end
    assert.equal(("\0"):rep(5), buffer:bytes():sub(-5))
  end)

  it("do not go into a buffer that is too small, or none", function()
    local view <close> = pictures.random(40, 30, 2)
    assert.error_matches(function() view:bytes("rgb", luashot.buffer(3599)) end,
      "40x30 pixels of rgb are 3600 bytes, the buffer has 3599")
    assert.has_error(function() view:bytes("rgb", view) end)
    assert.error_matches(function() luashot.buffer(0) end, "a size of 1 to %d+ bytes expected, got 0")
    assert.has_error(function() luashot.buffer(4):bytes(5) end)
    assert.error_matches(function() view:bytes "i42" end, "did you mean 'i420'")
    assert.error_matches(function() view:copy "i420" end, "unknown format 'i420'")
  end)
end)
