-- Pictures to files and back, with Pillow at the other end.
local files = require "spec.support.files"
local luashot = require "luashot"
local pictures = require "spec.support.pictures"
local process = require "spec.support.process"

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
# PNG in seven passes and with gAMA, which Pillow does not write.
import struct, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
def interlaced(name, array, color, *more):
    rows = [row.tobytes() for x, y, right, down in PASSES for row in array[y::down, x::right] if row.size]
    bits = 8 * array.itemsize
    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], bits, color, 0, 0, 1)
    with open(folder + "/" + name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(more)
            + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))) + chunk(b"IEND", b""))
    if bits == 16:
        array = ((array.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    colors = array[:, :, :3] if array.shape[2] > 2 else np.repeat(array[:, :, :1], 3, axis=2)
    keep(name, np.ascontiguousarray(colors))
gamma = chunk(b"gAMA", struct.pack(">I", 100000))
for bits in (8, 16):
    for color, samples in ((0, 1), (2, 3), (4, 2), (6, 4)):
        array = random.integers(0, 1 << bits, (19, 27, samples), np.uint16).astype(">u%d" % (bits // 8))
        interlaced("passes-%d-%d.png" % (bits, color), array, color, gamma)
interlaced("thin.png", random.integers(0, 256, (40, 1, 3), np.uint8), 2)
# JPEGs with what changes no pixel.
def edited(name, edit, mode="RGB"):
    save("usual.jpeg", soft, mode, quality=95)
    data = open(folder + "/usual.jpeg", "rb").read()
    with open(folder + "/" + name, "wb") as file:
        file.write(edit(data))
    os.rename(folder + "/usual.jpeg.ppm", folder + "/" + name + ".ppm")
    os.remove(folder + "/usual.jpeg")
def without(marker):
    def edit(data):
        at = data.index(marker)
        return data[:at] + data[at + 2 + struct.unpack(">H", data[at + 2:at + 4])[0]:]
    return edit
import os
table, scan = b"\xff\xdb", b"\xff\xda"
edited("stray.jpeg", lambda data: data.replace(table, b"\x12\x34" + table, 1))
def with_parameters(data):
    at = data.index(scan) + 11
    return data[:at] + b"\0\0\0" + data[at + 3:]
edited("progressive-parameters.jpeg", with_parameters)
edited("future.jpeg", lambda data: data.replace(b"JFIF\0\1", b"JFIF\0\7"))
edited("no-end.jpeg", lambda data: data[:-2])
edited("cmyk-without-adobe.jpeg", without(b"\xff\xee"), "CMYK")
# Of an animation the first picture.
first = np.maximum(rgba, 1)  # the encoder forgets the color of what is not there at all
Image.fromarray(first).save(folder + "/moving.webp", save_all=True, lossless=True, exact=True,
    append_images=[Image.fromarray(first[::-1].copy())])
keep("moving.webp", first[:, :, :3].copy())
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
    assert.equal(35, tried)
  end)

  it("of Netpbm are read in all their kinds", function()
    local function reds(bytes)
      local view <close> = assert(luashot.load(bytes))
      local list = {}
      for y = 0, view.height - 1 do
        for x = 0, view.width - 1 do
          list[#list + 1] = ("%d,%d,%d"):format(view:pixel(x, y))
        end
      end
      return table.concat(list, " ")
    end
    assert.equal("0,0,0 255,255,255 255,255,255 0,0,0", reds "P1 2 2 1001")
    assert.equal("0,0,0 255,255,255 255,255,255 0,0,0", reds "P1\n# bits\n2 2\n1 0\n0 1\n")
    assert.equal("0,0,0 128,128,128 255,255,255", reds "P2 3 1\n255 # dark\n0 128 255")
    assert.equal("1,2,3 0,0,0 85,170,255", reds "P3 1 3\n255\n1 2 3\n0 0 0\n85 170 255\n")
    assert.equal("85,0,255", reds "P3 1 1 3 1 0 3")
    assert.equal(("0,0,0 "):rep(9) .. "255,255,255", reds "P4 10 1 \255\128")
    assert.equal("0,0,0 255,255,255", reds "P4\n1 2\n\128\127")
    assert.equal("7,7,7", reds "P5 1 1 255\n\7")
    assert.equal("1,2,3", reds "P7\nWIDTH\t1\nHEIGHT 1 \n DEPTH  3\nMAXVAL\t255 \r\nTUPLTYPE RGB\nENDHDR \n\1\2\3")
    for _, bytes in ipairs { "P1 2 2 100", "P1 2 2 1021", "P2 2 1 15 3", "P2 2 1 15 3 16", "P2 2 1 15 3 -1",
      "P2 1 1 70000 3", "P3 1 1 255 1 2", "P3 1 1 255 1 2 x", "P4 9 3 \1\1\1", "P1 60000 60000 1", "P2 9 9 255 1" } do
      local _, message, code = luashot.load(bytes .. "\0")
      assert.equal("EFORMAT", code, bytes)
      assert.is_string(message)
    end
  end)

  it("of QOI have every pixel before their end, whatever follows that", function()
    local view <close> = pictures.random(9, 7, 3)
    local bytes = assert(view:encode "qoi")
    for _, more in ipairs { "\n", "\0\0\0\0\0\0\0\1", "anything" } do
      assert.is_true(assert(luashot.load(bytes .. more)):same(view))
    end
    local header, mark = "qoif" .. (">I4I4"):pack(2, 1) .. "\3\0", ("\0"):rep(7) .. "\1"
    assert.truthy(luashot.load(header .. "\254\1\2\3\192" .. mark))
    local _, message, code = luashot.load(header .. "\254\1\2\3" .. mark)
    assert.same({ "EFORMAT", "damaged qoi of 2x1 pixels: it ends early" }, { code, message })
  end)

  -- Small files that would take long: the picture is there, and the rest is not read.
  it("are an error when their data go on after the picture, or pass over it again and again", function()
    local folder = files.folder()
    local function fails(name, message)
      local _, said, code = luashot.load(folder .. "/" .. name)
      assert.same({ "EFORMAT", ("'%s/%s': %s"):format(folder, name, message) }, { code, said })
    end
    pictures.check({}, [==[
import struct, zlib
def png(name, surplus, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes(range(64)) for _ in range(height))
    with open(folder + "/" + name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", 64, height, 8, 0, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(rows + bytes(surplus))) + chunk(b"IEND", b""))
png("goes-on.png", 1 << 26, 64)
png("goes-on-after-one.png", 1 << 26, 1)
png("goes-on-a-bit.png", 1 << 12, 64)

# A progressive picture of gray blocks: one scan of the means, then scans that say nothing of any block.
side, scans = 5000, 60
blocks = ((side + 7) // 8) ** 2
def segment(marker, data):
    return bytes([255, marker]) + struct.pack(">H", len(data) + 2) + data
def table(kind, symbol):
    return segment(0xc4, bytes([kind, 1]) + bytes(15) + bytes([symbol]))
runs = "".join("0" + format(max(min(left, 32767), 16384) - 16384, "014b") for left in range(blocks, 0, -32767))
runs += "1" * (-len(runs) % 8)
runs = bytes(int(runs[at:at + 8], 2) for at in range(0, len(runs), 8)).replace(b"\xff", b"\xff\0")
with open(folder + "/scans.jpg", "wb") as file:
    file.write(b"\xff\xd8" + segment(0xdb, b"\0" + b"\1" * 64)
               + segment(0xc2, struct.pack(">BHHB", 8, side, side, 1) + bytes([1, 0x11, 0])) + table(0, 0)
               + table(0x10, 0xe0) + segment(0xda, bytes([1, 1, 0, 0, 0, 0])) + bytes((blocks + 7) // 8))
    for at in range(scans):
        low = 13 - at % 14
        high = 0 if low == 13 else low + 1
        file.write(segment(0xda, bytes([1, 1, 0, 1 + at // 14, 1 + at // 14, high << 4 | low])) + runs)
    file.write(b"\xff\xd9")
]==], folder, true)
    fails("goes-on.png", "damaged png: its data continue after the last row")
    fails("goes-on-after-one.png", "damaged png: its data continue after the last row")
    assert.equal(64, assert(luashot.load(folder .. "/goes-on-a-bit.png")).height)
    fails("scans.jpg", "damaged jpeg: too many scans for a picture of its size")
    local repeated = "P7\n" .. ("WIDTH 1\n"):rep(1e5) .. "HEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\n1"
    local _, message, code = luashot.load(repeated)
    assert.same({ "EFORMAT", "damaged pam: no width, height, depth and maximum" }, { code, message })
    files.remove(folder)
  end)

  it("that are wider than others are read again", function()
    local wide <close> = pictures.random(1048576, 1, 2)
    for _, name in ipairs { "png", "qoi", "ppm", "pam" } do
      assert.is_true(assert(luashot.load(assert(wide:encode(name)))):same(wide), name)
    end
  end)

  it("are no bytes of a picture where they are a path", function()
    local folder = files.folder()
    local view <close> = pictures.random(3, 2)
    for _, name in ipairs { "P6 left.png", "P5 2026.png", "P1 10 20.png", "P6 1 1 255.png", "qoif-and-so-on.png",
      "RIFFabcdWEBP.png" } do
      local path = folder .. "/" .. name
      files.write(path, assert(view:encode "png"))
      local script = ([[print(require "luashot".load %q)]]):format(name)
      local result = process.run(process.lua("-e", script), { cwd = folder })
      assert.equal("", result.err)
      assert.equal(("image (%s 3x2+0+0)\n"):format(name), result.out)
    end
    files.remove(folder)
  end)

  it("take no memory for what they only say to have", function()
    local function grown(bytes)
      local path = os.tmpname()
      files.write(path, bytes)
      local result = process.run(process.lua("-e", ([[
        local luashot = require "luashot"
        local function peak() return tonumber(io.open "/proc/self/status":read "a":match "VmHWM:%%s*(%%d+)") end
        luashot.load(assert(luashot.load("P6 1 1 255 abc"):encode "png")) -- loads the library
        local before = peak()
        print(select(3, luashot.load %q), peak() - before)
      ]]):format(path)))
      os.remove(path)
      assert.equal("", result.err)
      local code, kib = result.out:match "^(%u+)\t(%d+)\n$"
      assert.equal("EFORMAT", code)
      return tonumber(kib)
    end
    local view <close> = pictures.random(9, 9)
    local png = assert(view:encode "png")
    for _, kind in ipairs { "tEXt", "zTXt", "iTXt", "iCCP", "eXIf", "PLTE", "tRNS", "sPLT", "xxXx" } do
      assert(grown(png:sub(1, 33) .. (">I4"):pack(0x5ffffff0) .. kind .. png:sub(34)) < 20000, kind)
    end
    -- As many pixels as nobody can squeeze into so few bytes.
    local large = png:sub(1, 16) .. (">I4I4"):pack(11000, 11000) .. png:sub(25)
    assert(grown(large) < 20000)
    local runs = ("\253"):rep(1000) .. ("\0"):rep(7) .. "\1"
    assert(grown("qoif" .. (">I4I4"):pack(11000, 11000) .. "\3\0" .. runs) < 20000)
    assert(grown "P3 11000 11000 255 1 2 3" < 20000)
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
    assert.matches("'/proc/self/status' is not a picture", message)
    local folder = files.folder()
    _, message, code = luashot.load(files.write(folder .. "/cut.png", pictures.random(9, 9):encode("png"):sub(1, 60)))
    assert.equal("EFORMAT", code)
    assert.matches(("'%s/cut.png': damaged png"):format(folder), message, 1, true)
    files.remove(folder)
    _, _, code = luashot.load "/dev/zero" -- which has no end
    assert.equal("EFORMAT", code)
    _, message, code = luashot.load "RIFF\0\0\0\0WE" -- no path has a NUL
    assert.same({ "EFORMAT", "these 10 bytes are not a picture of a known format" }, { code, message })
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
