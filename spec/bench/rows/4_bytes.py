"""Row 4: the rgb bytes of a frame."""
from harness import Contender, Measurement


def measurements(bench):
  size = [str(bench.width), str(bench.height)]
  floor = Contender("floor", bench.program("4_memcpy", *size), "memcpy of the frame")

  def peers(*functions):
    return [Contender("peer", bench.python(__file__, function, *size), function)
            for function in functions]

  return [
    Measurement(
      row=4, what=f"rgb of a {bench.width}x{bench.height} frame as a string",
      contenders=[
        Contender("luashot", bench.lua("rows/4_bytes.lua", *size), "luashot, lua5.4"), floor,
        *peers("mss", "pillow", "numpy", "opencv")],
      count=2, rounds=6, starts=10, warm=2, target=1.25),
    Measurement(
      row=4, what=f"rgb of a {bench.width}x{bench.height} frame into a reused buffer",
      contenders=[
        Contender("luashot", bench.lua("rows/4_buffer.lua", *size), "luashot, lua5.4"), floor,
        Contender("peer", bench.program("4_convert", *size), "luashot, shot_convert"),
        *peers("numpy_reused", "opencv_reused")],
      count=2, rounds=10, starts=12, target=0.55),
  ]


def frame(width, height):
  import mss as package
  region = {"left": 0, "top": 0, "width": int(width), "height": int(height)}
  with package.mss() as capture:
    return bytes(capture.grab(region).raw), region


def pixels(width, height):
  import numpy
  raw, _ = frame(width, height)
  return numpy.frombuffer(raw, numpy.uint8).reshape(int(height), int(width), 4)


def mss(width, height):
  import mss as package
  from mss.screenshot import ScreenShot
  raw, region = frame(width, height)
  return f"mss {package.__version__} .rgb", lambda: ScreenShot(raw, region).rgb


def pillow(width, height):
  import PIL
  from PIL import Image
  raw, region = frame(width, height)
  size = region["width"], region["height"]
  return (f"Pillow {PIL.__version__} BGRX to RGB, tobytes",
          lambda: Image.frombytes("RGB", size, raw, "raw", "BGRX").tobytes())


def numpy(width, height):
  import numpy as package
  source = pixels(width, height)
  return f"numpy {package.__version__} [..., 2::-1], tobytes", lambda: source[..., 2::-1].tobytes()


def opencv(width, height):
  import cv2
  source = pixels(width, height)
  return (f"OpenCV {cv2.__version__} cvtColor, tobytes",
          lambda: cv2.cvtColor(source, cv2.COLOR_BGRA2RGB).tobytes())


def numpy_reused(width, height):
  import numpy as package
  source = pixels(width, height)
  out = package.empty((*source.shape[:2], 3), package.uint8)
  return f"numpy {package.__version__} copyto", lambda: package.copyto(out, source[..., 2::-1])


def opencv_reused(width, height):
  import cv2
  source = pixels(width, height)
  out = cv2.cvtColor(source, cv2.COLOR_BGRA2RGB)
  return (f"OpenCV {cv2.__version__} cvtColor, {cv2.getNumThreads()} threads",
          lambda: cv2.cvtColor(source, cv2.COLOR_BGRA2RGB, dst=out))
