-- What files keep of where a picture came from, with Pillow at the other end.
local files = require "spec.support.files"
local luashot = require "luashot"
local pictures = require "spec.support.pictures"
local xserver = require "spec.support.xserver"

local KEEPING = { "png", "jpeg", "webp" }

describe("the origin of a picture", function()
  local server, display, frame, folder

  setup(function()
    server = xserver.start { width = 320, height = 200 }
    display = assert(luashot.open { display = server.display })
    frame = assert(display:grab "30x20+170+41")
    folder = files.folder()
    for _, format in ipairs { "png", "jpeg", "webp", "qoi", "ppm", "pam" } do
      assert(frame:save(folder .. "/a." .. format))
    end
  end)

  teardown(function()
    frame:release()
    display:close()
    server:stop()
    files.remove(folder)
  end)

  it("is kept in a file, and in what is made of that", function()
    local milliseconds = frame.wall // 1000000 * 1000000
    for _, format in ipairs(KEEPING) do
      local picture <close> = assert(luashot.load(folder .. "/a." .. format))
      assert.same({ 170, 41, milliseconds, "root", 0 },
        { picture.x, picture.y, picture.wall, picture.source, picture.sequence }, format)
      local again <close> = assert(luashot.load(picture:crop(3, 4, 5, 6):encode(format)))
      assert.same({ 173, 45, milliseconds, "root" }, { again.x, again.y, again.wall, again.source }, format)
      for _, other in ipairs(KEEPING) do
        local through <close> = assert(luashot.load(picture:encode(other)))
        assert.same({ 170, 41, milliseconds, "root" }, { through.x, through.y, through.wall, through.source })
      end
    end
  end)

  it("keeps to the last bit of the resolution through a PNG", function()
    local picture <close> = assert(luashot.load(folder .. "/a.png"))
    assert.equal(files.read(folder .. "/a.png"), picture:encode "png")
  end)

  it("is not in formats that have no place for it", function()
    for _, format in ipairs { "qoi", "ppm", "pam" } do
      local picture <close> = assert(luashot.load(folder .. "/a." .. format))
      assert.same({ 0, 0, 0, "a." .. format }, { picture.x, picture.y, picture.wall, picture.source })
    end
  end)

  it("is what Pillow reads", function()
    local cases = { folder = folder, wall = frame.wall // 1000000 / 1000, width = server.width }
    pictures.check(cases, [==[
import datetime
DESCRIPTION, X, Y, UNIT, SOFTWARE, EXIF = 270, 282, 283, 296, 305, 34665
when = datetime.datetime.fromtimestamp(cases["wall"], datetime.timezone.utc)
png = Image.open(cases["folder"] + "/a.png")
dpi = png.info["dpi"]
check(dpi[0] > 20 and png.info["Source"] == "root" and png.info["Geometry"] == "30x20+170+41", png.info)
stamp = datetime.datetime.fromisoformat(png.info["Creation Time"].replace("Z", "+00:00"))
check(abs((stamp - when).total_seconds()) < 0.0015, png.info["Creation Time"], when)
for name in ("jpeg", "webp"):
    image = Image.open(cases["folder"] + "/a." + name)
    exif = image.getexif()
    more = exif.get_ifd(EXIF)
    check(exif[DESCRIPTION] == "root, 30x20+170+41", name, dict(exif))
    check(exif[SOFTWARE].startswith("luashot ") and exif[UNIT] == 3, name, dict(exif))
    check(abs(float(exif[X]) * 2.54 - dpi[0]) < 0.05 and abs(float(exif[Y]) * 2.54 - dpi[1]) < 0.05, name, exif[X], dpi)
    check(more[0x9003] == when.strftime("%Y:%m:%d %H:%M:%S") and more[0x9011] == "+00:00", name, dict(more))
    check(abs(int(more[0x9291]) * 1000 - when.microsecond) < 1500, name, dict(more))
    if name == "jpeg":
        check(abs(image.info["dpi"][0] - dpi[0]) < 2, image.info["dpi"], dpi)
]==])
  end)

  it("is read from what Pillow writes", function()
    local made = files.folder()
    pictures.check({}, [==[
from PIL.PngImagePlugin import PngInfo
image = Image.new("RGB", (9, 7))
exif = Image.Exif()
exif[270] = "a camera's words"
exif[282] = exif[283] = 254
exif[296] = 2
exif.get_ifd(34665).update({0x9003: "2024:05:01 12:34:56", 0x9011: "+02:00"})
image.save(folder + "/zone.jpeg", exif=exif.tobytes(), dpi=(72, 72))
image.save(folder + "/zone.webp", exif=exif.tobytes())
del exif.get_ifd(34665)[0x9011]
image.save(folder + "/local.jpeg", exif=exif.tobytes())
image.save(folder + "/jfif.jpeg", dpi=(254, 254))
info = PngInfo()
info.add_text("Creation Time", "2024-05-01T12:34:56.25+02:00")
info.add_itxt("Source", "Büro", "de", "Quelle")
info.add_text("Geometry", "none")
image.save(folder + "/text.png", pnginfo=info, dpi=(254, 254))
info = PngInfo()
info.add_text("Creation Time", "Wed, 01 May 2024 12:34:56 +0200")
info.add_itxt("Source", "packed", zip=True)
image.save(folder + "/other.png", pnginfo=info)
]==], made, true)
    local function check(name, wall, source, density)
      local picture <close> = assert(luashot.load(made .. "/" .. name))
      assert.same({ 0, 0, wall * 1000000, source }, { picture.x, picture.y, picture.wall, picture.source }, name)
      local metres = picture:encode("png"):match "pHYs(........)"
      assert.equal(density, metres and (">I4I4"):unpack(metres) or nil, name)
    end
    check("zone.jpeg", 1714559696000, "zone.jpeg", 10000)
    check("zone.webp", 1714559696000, "zone.webp", 10000)
    check("local.jpeg", 0, "local.jpeg", 10000)
    check("jfif.jpeg", 0, "jfif.jpeg", 10000)
    check("text.png", 1714559696250, "Büro", 10000)
    check("other.png", 0, "other.png", nil)
    files.remove(made)
  end)
end)
