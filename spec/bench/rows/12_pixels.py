"""Row 12: compare, find and encode a frame."""
import os

import hard
from harness import Contender, Measurement


def measurements(bench):
  size = [str(bench.width), str(bench.height)]
  name = f"{size[0]}x{size[1]}"

  def ours(what):
    return Contender("luashot", bench.lua("rows/12_pixels.lua", *size, what), "luashot, lua5.4")

  def floor(frames):
    return Contender("floor", bench.program("12_read", *size, frames), "reading")

  def peer(function, role="peer", share=1):
    return Contender(role, bench.python(__file__, function, *size), function, share=share)

  finds = [("exact", "find", 0.1), ("exact, absent", "find_absent", 0.1),
           ("tolerance 80, after JPEG", "find_tolerant", 0.08), ("score 0.9, after JPEG", "find_score", 0.08)]
  return [
    Measurement(
      row=12, what=f"diff of two equal {name} frames",
      contenders=[ours("diff"), floor("2"), peer("numpy_diff"), peer("opencv_diff")],
      count=4, rounds=20, target=1.2),
    Measurement(
      row=12, what=f"find an absent color in {name}",
      contenders=[ours("find_color"), floor("1"), peer("numpy_color"), peer("opencv_color")],
      count=4, rounds=20, target=1.3),
    Measurement(
      row=12, what=f"find an absent color in {name}, tolerance 3",
      contenders=[ours("find_color_near"), floor("1"), peer("opencv_color")],
      count=4, rounds=20, target=1.3),
    *[Measurement(
      row=12, what=f"find 64x64 in {name}: {kind}",
      contenders=[ours(what), peer("opencv_find", "opencv", share=0.25)],
      count=4, rounds=4, warm=0, target=target, reference="opencv") for kind, what, target in finds],
    hard_pictures(bench),
    jpeg(bench, name),
  ]


def hard_pictures(bench):
  """A turn is one picture: the least of three searches."""
  folder = os.path.join(bench.build, "bench-hard")  # 79 MB; the rest is in memory
  count = 45 if bench.quick else hard.COUNT
  hard.write(folder, count)
  return Measurement(
    row=12, what=f"find 64x64 in the hardest of {count} generated pictures, 480x270",
    contenders=[Contender("luashot", bench.lua("rows/12_hard.lua", folder), "luashot, lua5.4"),
                Contender("opencv", bench.python(__file__, "opencv_hard", folder), "opencv_hard")],
    count=3, rounds=count, warm=0, target=1, reference="opencv", of="hardest")


def jpeg(bench, size):
  """The same quality: our 90 and ffmpeg's -q:v 3, both with color at full resolution, have a PSNR of
  43.5 dB on the photo desktop."""
  def program(role, name, label, *argv):
    output = os.path.join(bench.folder, name)
    argv = [output if word == "OUT" else word for word in argv]
    return Contender(role, bench.spawn(label, *argv), label, output)

  return Measurement(
    row=12, what=f"{size} to JPEG, whole process",
    contenders=[
      program("luashot", "luashot.jpg", bench.version("luashot", bench.luashot, "--version"), bench.luashot,
              bench.script("shot.lua"), "--quality", "90", "OUT"),
      program("ffmpeg", "ffmpeg.jpg", bench.version("ffmpeg", "ffmpeg", "-version"), "ffmpeg", "-loglevel",
              "error", "-f", "x11grab", "-video_size", size, "-i", bench.screen.environment["DISPLAY"],
              "-frames:v", "1", "-q:v", "3", "-y", "OUT"),
    ],
    count=1, warm=0, rounds=8, target=1, reference="ffmpeg")


def grab(width, height):
  """The frame as an array (height, width, 4) of BGRX."""
  import mss as package
  import numpy
  with package.mss() as capture:
    raw = bytes(capture.grab({"left": 0, "top": 0, "width": int(width), "height": int(height)}).raw)
  return numpy.frombuffer(raw, numpy.uint8).reshape(int(height), int(width), 4)


def numpy_diff(width, height):
  import numpy as package
  a, b = (grab(width, height).view(package.uint32) for _ in range(2))
  return f"numpy {package.__version__} (a != b).any()", lambda: (a != b).any()


def opencv_diff(width, height):
  import cv2
  a, b = grab(width, height), grab(width, height)
  return f"OpenCV {cv2.__version__} norm(a, b, NORM_INF)", lambda: cv2.norm(a, b, cv2.NORM_INF)


def numpy_color(width, height):
  import numpy as package
  frame = grab(width, height).view(package.uint32)[:, :, 0]
  return f"numpy {package.__version__} argwhere", lambda: package.argwhere((frame & 0xffffff) == 0xff00fe)


def opencv_color(width, height):
  import cv2
  frame = grab(width, height)
  low, high = (0xfb, 0, 0xfc, 0), (0xff, 3, 0xff, 255)
  return f"OpenCV {cv2.__version__} inRange", lambda: cv2.countNonZero(cv2.inRange(frame, low, high))


def opencv_find(width, height):
  import cv2
  frame = cv2.cvtColor(grab(width, height), cv2.COLOR_BGRA2BGR)
  x, y = int(width) * 62 // 100, int(height) * 78 // 100
  wanted = frame[y:y + 64, x:x + 64].copy()
  return (f"OpenCV {cv2.__version__} matchTemplate TM_SQDIFF, {cv2.getNumThreads()} threads",
          lambda: cv2.minMaxLoc(cv2.matchTemplate(frame, wanted, cv2.TM_SQDIFF)))


def opencv_hard(folder):
  import time
  import cv2
  number = 0

  def work(count):
    nonlocal number
    frame, wanted = (cv2.imread(os.path.join(folder, f"{number}{end}")) for end in (".ppm", ".wanted.ppm"))
    times = []
    for _ in range(count):
      start = time.monotonic_ns()
      cv2.minMaxLoc(cv2.matchTemplate(frame, wanted, cv2.TM_SQDIFF))
      times.append(time.monotonic_ns() - start)
    number += 1
    return min(times) * count

  return f"OpenCV {cv2.__version__} matchTemplate TM_SQDIFF, {cv2.getNumThreads()} threads", work
