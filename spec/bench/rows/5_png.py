"""Row 5: a desktop to a PNG file as a whole process; and the encoding alone."""
import os

from harness import Contender, Measurement

WHAT = {"photo": "windows on a photo", "terminals": "terminals", "gradient": "smooth gradient"}


def measurements(bench):
  return ([processes(bench, desktop) for desktop in WHAT] +
          [encoders(bench, desktop) for desktop in WHAT] +
          [small(bench, desktop) for desktop in WHAT])


def processes(bench, desktop):
  """The target is a fifth of scrot's time, and no more bytes than any writes."""
  size = f"{bench.width}x{bench.height}"

  def program(role, name, version, *argv):
    output = os.path.join(bench.folder, name + ".png")
    argv = [output if word == "OUT" else word for word in argv]
    return Contender(role, bench.spawn(bench.version(name, *version), *argv), name, output)

  return Measurement(
    row=5, what=f"{size} to PNG, whole process: {WHAT[desktop]}", desktop=desktop,
    contenders=[
      program("luashot", "luashot", [bench.luashot, "--version"], bench.luashot,
              bench.script("shot.lua"), "OUT"),
      program("scrot", "scrot", ["scrot", "--version"], "scrot", "--overwrite", "OUT"),
      program("peer", "maim", ["maim", "--version"], "maim", "OUT"),
      program("peer", "ffmpeg", ["ffmpeg", "-version"], "ffmpeg", "-loglevel", "error", "-f",
              "x11grab", "-video_size", size, "-i", bench.screen.environment["DISPLAY"],
              "-frames:v", "1", "-y", "OUT"),
      program("peer", "mss", [bench.interpreter, "-m", "mss", "--version"], bench.interpreter,
              "-m", "mss", "--quiet", "--monitor", "1", "--output", "OUT"),
    ],
    count=1, warm=0, rounds=5, target=0.2, smaller=True, reference="scrot")


def encoders(bench, desktop):
  size = [str(bench.width), str(bench.height)]
  return Measurement(
    row=5, what=f"{size[0]}x{size[1]} frame to PNG in memory: {WHAT[desktop]}", desktop=desktop,
    contenders=[
      Contender("luashot", bench.lua("rows/5_encode.lua", *size), "luashot, lua5.4"),
      *[Contender("peer", bench.python(__file__, function, *size), function)
        for function in ("mss", "pillow", "pillow_fast", "opencv")],
    ],
    count=1, rounds=3, reference="luashot")


def small(bench, desktop):
  """No larger than what the peers write without options. With their slowest they take up to eleven times as long."""
  size = [str(bench.width), str(bench.height)]

  def output(name):
    return os.path.join(bench.folder, f"small-{name}.png")

  def peer(role, function):
    return Contender(role, bench.python(__file__, function, *size, output(function)), function, output(function))

  return Measurement(
    row=5, what=f"{size[0]}x{size[1]} frame to PNG in memory, small: {WHAT[desktop]}", desktop=desktop,
    contenders=[
      Contender("luashot", bench.lua("rows/5_encode.lua", *size, "small", output("luashot")), "luashot, small",
                output("luashot")),
      peer("pillow", "pillow"), peer("peer", "mss"), peer("slow", "opencv_small"), peer("slow", "pillow_small")],
    count=1, warm=0, rounds=3, starts=1, target=1.5, smaller=True, reference="pillow")


def label(name, png, output=None):
  """Writes a file, for its size; without one the label tells that."""
  if not output:
    return f"{name}, {len(png) / 1e6:.2f} MB"
  with open(output, "wb") as file:
    file.write(png)
  return name


def grab(width, height):
  import mss as package
  with package.mss() as capture:
    return capture.grab({"left": 0, "top": 0, "width": int(width), "height": int(height)})


def mss(width, height, *output):
  import mss as package
  from mss.screenshot import ScreenShot
  frame = grab(width, height)
  region = {"left": 0, "top": 0, "width": frame.width, "height": frame.height}

  def encode():
    fresh = ScreenShot(frame.raw, region)  # .rgb keeps what it has converted once
    return package.tools.to_png(fresh.rgb, fresh.size)

  return label(f"mss {package.__version__} to_png", encode(), *output), encode


def pillow(width, height, *output, **options):
  import io
  import PIL
  from PIL import Image
  frame = grab(width, height)

  def encode():
    out = io.BytesIO()
    Image.frombytes("RGB", frame.size, bytes(frame.raw), "raw", "BGRX").save(out, "png", **options)
    return out.getvalue()

  return label(f"Pillow {PIL.__version__} {options or ''}".strip(), encode(), *output), encode


def pillow_fast(width, height):
  return pillow(width, height, compress_level=1)


def pillow_small(width, height, *output):
  return pillow(width, height, *output, optimize=True)


def opencv_small(width, height, *output):
  import cv2
  return opencv(width, height, *output, options=[cv2.IMWRITE_PNG_COMPRESSION, 9])


def opencv(width, height, *output, options=()):
  import cv2
  import numpy
  frame = grab(width, height)
  pixels = numpy.frombuffer(frame.raw, numpy.uint8).reshape(frame.height, frame.width, 4)

  def encode():
    return cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR), options)[1]

  return label(f"OpenCV {cv2.__version__} imencode{', level 9' if options else ''}", encode(), *output), encode
