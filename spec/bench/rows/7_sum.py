"""Row 7: grab the screen and read every pixel of it."""
from harness import Contender, Measurement


def measurements(bench):
  size = [str(bench.width), str(bench.height)]
  return [Measurement(
    row=7, what=f"grab {bench.width}x{bench.height} + sum of all words",
    contenders=[
      Contender("luashot", bench.lua("rows/7_sum.lua", *size), "luashot, the slot itself"),
      Contender("copy", bench.lua("rows/7_sum.lua", *size, "copy"), "luashot, a copy each time"),
      Contender("floor", bench.program("7_sum", *size), "bare XCB loop and one read"),
      Contender("peer", bench.python(__file__, "mss", *size), "mss + numpy"),
      Contender("peer", bench.python(__file__, "mss", *size, "copy"), "mss + numpy, a copy each time"),
    ],
    count=10, rounds=8, starts=12, target=1)]


def mss(width, height, copy=None):
  import mss as package
  import numpy
  capture = package.mss()
  region = {"left": 0, "top": 0, "width": int(width), "height": int(height)}

  def work():
    raw = capture.grab(region).raw
    # As 32-bit words, which numpy sums several times faster than bytes: every pixel is read.
    numpy.frombuffer(bytes(raw) if copy else raw, numpy.uint32).sum(dtype=numpy.uint64)

  kind = "one more copy" if copy else (
    "copies" if isinstance(capture.grab(region).raw, bytearray) else "zero-copy")
  return f"mss {package.__version__} ({kind}) + numpy {numpy.__version__}", work
