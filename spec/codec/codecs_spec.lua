-- Pictures to files and back, with Pillow at the other end.
local files = require "spec.support.files"
local luashot = require "luashot"
local pictures = require "spec.support.pictures"

local LOSSLESS = { png = {}, webp = { lossless = true }, qoi = {}, ppm = {}, pam = {} }

local function smooth(width, height)
  local out = {}
  for i = 0, width * height - 1 do
    local x, y = i % width, i // width
    out[i + 1] = string.char((x * 3 + y) % 256 // 2 + 40, (y * 2) % 256 // 2 + 60, (x + y) // 3 % 200)
  end
  return assert(luashot.load(("P6 %d %d 255\n"):format(width, height) .. table.concat(out)))
end

describe("files", function()
  before_each(function()
    math.randomseed(11)
  end)

  -- All of them in one run of ffmpeg, which takes longer to start than to read a picture.
  local FFMPEG = [==[
import subprocess
def ffmpeg(cases):
    words = ["ffmpeg", "-loglevel", "error", "-nostdin"]
    for case in cases:
        words += ["-i", case["path"]]
    for i, case in enumerate(cases):
        words += ["-map", str(i), "-sws_flags", "accurate_rnd+full_chroma_int+full_chroma_inp",
            "-pix_fmt", "rgb24", "-f", "rawvideo", case["path"] + ".raw"]
    subprocess.run(words, check=True)
    return [np.fromfile(case["path"] + ".raw", np.uint8).reshape(case["view"].shape) for case in cases]

def pillow(case):
    if case["path"].endswith(".pam"):  # which Pillow does not read
        header, data = open(case["path"], "rb").read().split(b"ENDHDR\n", 1)
        shape = case["view"].shape
        check(header == b"P7\nWIDTH %d\nHEIGHT %d\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\n" % (shape[1], shape[0]), header)
        return np.frombuffer(data, np.uint8).reshape(shape)
    return np.asarray(Image.open(case["path"]).convert("RGB"))
]==]

  it("without loss are the same pixels in Pillow and ffmpeg, and here again", function()
    local cases, folder = {}, files.folder()
    local function add(i, view, name, options)
      local bytes = assert(view:encode(name, options))
      local path = ("%s/%s%d.%s"):format(folder, options.level or "", i, name)
      files.write(path, bytes)
      cases[#cases + 1] = { path = path, view = view:copy() }
      local again <close> = assert(luashot.load(path))
      assert.is_true(again:same(view), name)
      assert.equal(("%s%d.%s"):format(options.level or "", i, name), again.source)
      assert.is_true(assert(luashot.load(bytes)):same(view))
    end
    for i, width, height in pictures.sizes(14, 70) do
      local view <close> = pictures.inside(width, height, i % 3 == 0 and 5 or nil)
      for name, options in pairs(LOSSLESS) do
        add(i, view, name, options)
      end
      add(i, view, "png", { level = "small" })
    end
    pictures.check(cases, FFMPEG .. [==[
for case, seen in zip(cases, ffmpeg(cases)):
    check(np.array_equal(pillow(case), case["view"]), "Pillow", case["path"])
    check(np.array_equal(seen, case["view"]), "ffmpeg", case["path"])
pngs = [case["path"] for case in cases if case["path"].endswith("png")]
said = subprocess.run(["pngcheck", "-q", *pngs], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
check(len(pngs) == 28 and said.returncode == 0 and said.stdout == b"", said.stdout.decode())
]==], folder)
  end)

  it("of text, in which stripes are compressed in another way, are the same pixels", function()
    local view = pictures.random(1, 1):scale(1500, 1400):fill({ width = 1500, height = 1400 }, "#fff")
    local words = {}
    for i = 1, 107 do
      local line = {}
      for k = 1, 24 do
        line[k] = ("%x"):format(math.random(0, 1 << 28)):rep(math.random(0, 3) > 0 and 1 or 0)
      end
      words[i] = table.concat(line, " "):sub(1, 186)
    end
    view:text(5, 5, table.concat(words, "\n"), { color = "#204060" })
    local folder = files.folder()
    local bytes = assert(view:encode "png")
    local ratio = 1500 * 1400 * 3 / #bytes
    assert(ratio > 12 and ratio < 32, ratio) -- what is taken for text
    files.write(folder .. "/text.png", bytes)
    assert.is_true(assert(luashot.load(bytes)):same(view))
    pictures.check({ { path = folder .. "/text.png", view = view } }, FFMPEG .. [==[
check(np.array_equal(pillow(cases[0]), cases[0]["view"]), "Pillow")
check(np.array_equal(ffmpeg(cases)[0], cases[0]["view"]), "ffmpeg")
subprocess.run(["pngcheck", "-q", cases[0]["path"]], check=True)
]==], folder)
  end)

  it("with loss are close", function()
    local cases, folder = {}, files.folder()
    for i, size in ipairs { { 201, 119 }, { 1, 1 }, { 1, 40 }, { 33, 17 } } do
      local view = smooth(table.unpack(size))
      for _, name in ipairs { "jpeg", "webp" } do
        for _, quality in ipairs { 40, 75, 90, 100 } do
          local path = ("%s/%d-%d.%s"):format(folder, i, quality, name)
          files.write(path, assert(view:encode(name, { quality = quality })))
          cases[#cases + 1] = { path = path, view = view, read = assert(luashot.load(path)),
            quality = quality }
        end
      end
    end
    pictures.check(cases, FFMPEG .. [==[
def psnr(a, b):
    return 10 * np.log10(255 ** 2 / max(np.mean((a.astype(float) - b) ** 2), 1e-9))
LEAST = {40: 31, 75: 33, 90: 36, 100: 37.5}
for case, seen in zip(cases, ffmpeg(cases)):
    made = pillow(case)
    # ffmpeg enlarges the color's planes in another way.
    for what, read, less in (("Pillow", made, 0), ("ffmpeg", seen, 2), ("luashot", case["read"], 0)):
        value = psnr(read, case["view"])
        check(value >= LEAST[case["quality"]] - less, case["path"], what, value)
    check(psnr(made, case["read"]) > 45, case["path"], "read differently", psnr(made, case["read"]))
]==], folder)
  end)

  it("of any pixel format are written", function()
    local view <close> = smooth(33, 21)
    for _, format in ipairs { "bgr", "rgb", "rgba", "gray" } do
      local copy <close> = view:copy(format)
      local wanted <close> = copy:copy "bgrx"
      for name, options in pairs(LOSSLESS) do
        assert.is_true(assert(luashot.load(copy:encode(name, options))):same(wanted), name .. format)
      end
      local jpeg <close> = assert(luashot.load(copy:encode("jpeg", { quality = 100 })))
      assert.is_true(jpeg:diff(wanted, { tolerance = 8 }).changed == 0, format)
    end
  end)

  it("that Pillow wrote are read", function()
    local folder = files.folder()
    pictures.check({}, [==[
random = np.random.default_rng(5)
def save(name, array, mode, **options):
    image = Image.fromarray(array).convert(mode)
    image.save(folder + "/" + name, **options)
    Image.open(folder + "/" + name).convert("RGB").save(folder + "/" + name + ".ppm")
rgb = random.integers(0, 256, (19, 27, 3), np.uint8)
rgba = random.integers(0, 256, (19, 27, 4), np.uint8)
soft = cv2.resize(rgb, (81, 57), interpolation=cv2.INTER_CUBIC)
for mode in ("1", "L", "P", "RGB"):
    save(mode + ".png", rgb, mode)
save("rgba.png", rgba, "RGBA")
save("la.png", rgba, "LA")
Image.fromarray(rgba).save(folder + "/alpha.webp", lossless=True, exact=True)
Image.fromarray(rgba[:, :, :3].copy()).save(folder + "/alpha.webp.ppm")
save("gray.ppm", rgb, "L")
Image.fromarray(random.integers(0, 65536, (19, 27), np.uint16)).save(folder + "/deep.png")
deep = np.asarray(Image.open(folder + "/deep.png")).astype(np.uint32)
Image.fromarray(((deep * 255 + 32767) // 65535).astype(np.uint8)).convert("RGB").save(folder + "/deep.png.ppm")
Image.fromarray(rgb).quantize(4).save(folder + "/few.png", bits=2, transparency=1)
Image.open(folder + "/few.png").convert("RGB").save(folder + "/few.png.ppm")
save("gray.jpeg", soft, "L", quality=95)
save("progressive.jpeg", soft, "RGB", quality=95, progressive=True)
save("cmyk.jpeg", soft, "CMYK", quality=100)
# ffmpeg writes what Pillow does not.
import subprocess
def keep(name, array):
    Image.fromarray(array).save(folder + "/" + name + ".ppm")
source = folder + "/RGB.png"
for name, format in (("rgb24", "rgb24"), ("rgba", "rgba"), ("gray", "gray"), ("ya8", "ya8")):
    path = folder + "/" + name + "-ffmpeg.pam"
    subprocess.run(["ffmpeg", "-loglevel", "error", "-nostdin", "-i", source, "-pix_fmt", format,
        path], check=True)
    if name not in ("gray", "ya8"):
        keep(name + "-ffmpeg.pam", rgb)
        continue
    seen = subprocess.run(["ffmpeg", "-loglevel", "error", "-nostdin", "-i", path, "-pix_fmt", "gray",
        "-f", "rawvideo", "-"], check=True, stdout=subprocess.PIPE)
    keep(name + "-ffmpeg.pam", np.repeat(np.frombuffer(seen.stdout, np.uint8).reshape(19, 27, 1), 3, axis=2))
wide = random.integers(0, 1001, (19, 27, 4), np.uint16)
with open(folder + "/deep.pam", "wb") as file:
    file.write(b"P7\nDEPTH 4\n# why\n\nMAXVAL 1000\nWIDTH 27\nHEIGHT 19\nENDHDR\n" + wide.astype(">u2").tobytes())
keep("deep.pam", ((wide[:, :, :3].astype(int) * 255 + 500) // 1000).astype(np.uint8))
for name in ("rgb24", "rgba"):
    path = folder + "/" + name + "-ffmpeg.qoi"
    subprocess.run(["ffmpeg", "-loglevel", "error", "-nostdin", "-i", source, "-pix_fmt", name, path],
        check=True)
    keep(name + "-ffmpeg.qoi", rgb)
]==], folder, true)
    local tried = 0
    for _, name in ipairs(files.names(folder)) do
      local wanted = luashot.load(folder .. "/" .. name .. ".ppm")
      if wanted then
        local read <close> = assert(luashot.load(folder .. "/" .. name))
        local tolerance = name:match "jpeg$" and 6 or 0
        assert.equal(0, read:diff(wanted, { tolerance = tolerance }).changed, name)
        tried = tried + 1
      end
    end
    files.remove(folder)
    assert.equal(20, tried)
  end)

  it("that are cut short or damaged are refused", function()
    local view <close> = pictures.random(40, 30)
    for name, options in pairs { png = {}, webp = { lossless = true }, qoi = {}, ppm = {}, pam = {}, jpeg = {} } do
      local bytes = assert(view:encode(name, options))
      for _, length in ipairs { #bytes // 2, #bytes - 1 } do
        local read, message, code = luashot.load(bytes:sub(1, length))
        -- Of a PNG or a JPEG, the last bytes say nothing but that it ends.
        assert(not read or length == #bytes - 1 and (name == "png" or name == "jpeg"), name)
        assert(read or code == "EFORMAT" and message:find(name, 1, true), message)
      end
      for _ = 1, 200 do
        local at = math.random(13, #bytes) -- not the signature
        local broken = bytes:sub(1, at - 1) .. string.char(math.random(0, 255)) .. bytes:sub(at + 1)
        local read, message, code = luashot.load(broken .. "\0")
        assert(read or message and ("EFORMAT EFBIG EGEOMETRY ENOENT ENOMEM"):find(code, 1, true), code)
      end
    end
  end)

  it("of more pixels than are wanted are refused before they are read", function()
    local view <close> = pictures.random(40, 30)
    for _, name in ipairs { "png", "jpeg", "webp", "qoi", "ppm", "pam" } do
      local bytes = assert(view:encode(name))
      assert.truthy(luashot.load(bytes, { max_pixels = 1200 }))
      local _, message, code = luashot.load(bytes, { max_pixels = 1199 })
      assert.equal("EFBIG", code)
      assert.matches("40x30", message)
    end
    local _, _, code = luashot.load("P6 60000 60000 255\n" .. ("x"):rep(100))
    assert.equal("EFORMAT", code)
    _, _, code = luashot.load("qoif" .. (">I4I4"):pack(60000, 60000) .. "\3\0" .. ("\0"):rep(7) .. "\1")
    assert.equal("EFBIG", code)
  end)

  it("that are longer than such a picture are refused", function()
    local folder = files.folder()
    local path = folder .. "/long.ppm"
    local file <close> = assert(io.open(path, "wb"))
    file:write("P6 2 1 255\nabcdef")
    file:flush()
    assert.truthy(luashot.load(path, { max_pixels = 2 }))
    file:seek("set", (64 << 20) + 2 * 8)
    file:write "x"
    file:flush()
    local _, message, code = luashot.load(path, { max_pixels = 2 })
    assert.equal("EFBIG", code)
    assert.equal(("'%s' is longer than a picture of 2 pixels"):format(path), message)
    assert.truthy(luashot.load(path, { max_pixels = 3 }))
    files.remove(folder)
  end)

  it("that are not there or no pictures are refused with their names", function()
    local _, message, code = luashot.load "/nonexistent/a.png"
    assert.equal("ENOENT", code)
    assert.matches("'/nonexistent/a.png'", message)
    _, message, code = luashot.load "/proc/self/status"
    assert.equal("EFORMAT", code)
    assert.matches("'/proc/self/status' is no picture", message)
    local folder = files.folder()
    _, message, code = luashot.load(files.write(folder .. "/cut.png", pictures.random(9, 9):encode("png"):sub(1, 60)))
    assert.equal("EFORMAT", code)
    assert.matches(("'%s/cut.png': damaged png"):format(folder), message, 1, true)
    files.remove(folder)
    _, _, code = luashot.load "/dev/zero" -- which has no end
    assert.equal("EFORMAT", code)
    _, message, code = luashot.load "RIFF\0\0\0\0WE" -- no path has a NUL
    assert.same({ "EFORMAT", "these 10 bytes are no picture of a known format" }, { code, message })
    assert.has_error(function() luashot.load({}) end)
    assert.error_matches(function() luashot.load("a.png", { max_pixel = 1 }) end, "max_pixels")
  end)

  it("have limits of their own", function()
    local wide <close> = pictures.random(16384, 1, 2)
    local _, message, code = wide:encode "webp"
    assert.equal("EGEOMETRY", code)
    assert.matches("16384x1", message)
    assert.truthy(wide:encode "jpeg")
    local wider <close> = pictures.random(65536, 1, 2)
    _, message, code = wider:encode "jpeg"
    assert.equal("EGEOMETRY", code)
    assert.matches("65536x1", message)
  end)

  it("take a quality from 1 to 100", function()
    local view <close> = smooth(40, 40)
    local low, high = view:encode("jpeg", { quality = 10 }), view:encode("jpeg", { quality = 95 })
    assert.is_true(#low < #high)
    assert.error_matches(function() view:encode("jpeg", { quality = 0 }) end, "from 1 to 100")
    assert.error_matches(function() view:encode("jpeg", { qualty = 5 }) end, "quality")
  end)
end)
