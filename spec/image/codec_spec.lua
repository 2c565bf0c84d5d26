-- Pictures to files and back, with Pillow at the other end.
local luashot = require "luashot"
local pictures = require "spec.support.pictures"
local uv = require "luv"

local LOSSLESS = { png = {}, webp = { lossless = true }, qoi = {}, ppm = {} }

local function write(path, bytes)
  local file <close> = assert(io.open(path, "wb"))
  file:write(bytes)
end

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

  it("without loss are the same pixels in Pillow, and here again", function()
    local cases, folder = {}, pictures.folder()
    for i, width, height in pictures.sizes(14, 70) do
      local view <close> = pictures.inside(width, height)
      for name, options in pairs(LOSSLESS) do
        local bytes = assert(view:encode(name, options))
        local path = ("%s/%d.%s"):format(folder, i, name)
        write(path, bytes)
        cases[#cases + 1] = { path = path, view = view:copy() }
        local again <close> = assert(luashot.load(path))
        assert.is_true(again:same(view), name)
        assert.equal(("%d.%s"):format(i, name), again.source)
        assert.is_true(assert(luashot.load(bytes)):same(view))
      end
    end
    pictures.check(cases, [==[
for case in cases:
    made = np.asarray(Image.open(case["path"]).convert("RGB"))
    check(np.array_equal(made, case["view"]), case["path"])
]==], folder)
  end)

  it("with loss are close", function()
    local cases, folder = {}, pictures.folder()
    local view <close> = smooth(201, 119)
    for _, name in ipairs { "jpeg", "webp" } do
      for _, quality in ipairs { 40, 75, 90, 100 } do
        local path = ("%s/%d.%s"):format(folder, quality, name)
        write(path, assert(view:encode(name, { quality = quality })))
        cases[#cases + 1] = { path = path, view = view, read = assert(luashot.load(path)),
          quality = quality }
      end
    end
    pictures.check(cases, [==[
def psnr(a, b):
    return 10 * np.log10(255 ** 2 / max(np.mean((a.astype(float) - b) ** 2), 1e-9))
LEAST = {40: 32, 75: 35, 90: 37, 100: 37.5}
for case in cases:
    made = np.asarray(Image.open(case["path"]).convert("RGB"))
    for what, read in (("Pillow", made), ("luashot", case["read"])):
        value = psnr(read, case["view"])
        check(value >= LEAST[case["quality"]], case["path"], what, value)
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
    local folder = pictures.folder()
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
save("gray.jpeg", soft, "L", quality=95)
save("progressive.jpeg", soft, "RGB", quality=95, progressive=True)
save("cmyk.jpeg", soft, "CMYK", quality=100)
]==], folder, true)
    local tried = 0
    for name in function(request) return uv.fs_scandir_next(request) end, assert(uv.fs_scandir(folder)) do
      local wanted = luashot.load(folder .. "/" .. name .. ".ppm")
      if wanted then
        local read <close> = assert(luashot.load(folder .. "/" .. name))
        local tolerance = name:match "jpeg$" and 6 or 0
        assert.equal(0, read:diff(wanted, { tolerance = tolerance }).changed, name)
        tried = tried + 1
      end
    end
    os.execute(("rm -r %q"):format(folder))
    assert.equal(11, tried)
  end)

  it("that are cut short or damaged are refused", function()
    local view <close> = pictures.random(40, 30)
    for name, options in pairs { png = {}, webp = { lossless = true }, qoi = {}, ppm = {}, jpeg = {} } do
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
    for _, name in ipairs { "png", "jpeg", "webp", "qoi", "ppm" } do
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

  it("that are not there or no pictures are refused with their names", function()
    local _, message, code = luashot.load "/nonexistent/a.png"
    assert.equal("ENOENT", code)
    assert.matches("'/nonexistent/a.png'", message)
    _, message, code = luashot.load "/proc/self/status"
    assert.equal("EFORMAT", code)
    assert.matches("'/proc/self/status' is no picture", message)
    assert.has_error(function() luashot.load "a\0b" end)
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
