"""Row 1: grab and release the whole screen."""
from harness import Contender, Measurement


def measurements(bench):
  size = [str(bench.width), str(bench.height)]
  return [Measurement(
    row=1, what=f"grab + release {bench.width}x{bench.height}, from Lua",
    contenders=[
      Contender("luashot", bench.lua("rows/1_grab.lua", *size), "luashot, lua5.4"),
      Contender("host", bench.host("rows/1_grab.lua", *size), "luashot, its host"),
      Contender("floor", bench.program("1_grab", *size), "bare XCB loop"),
      Contender("peer", bench.python(__file__, "mss", *size), "mss"),
    ],
    count=20, rounds=8, starts=15, target=1.02)]


def mss(width, height):
  import mss as package
  capture = package.mss()
  region = {"left": 0, "top": 0, "width": int(width), "height": int(height)}
  # A copy is a bytearray of Python's own; a frame in shared memory is a view.
  kind = "copies" if isinstance(capture.grab(region).raw, bytearray) else "zero-copy"
  return f"mss {package.__version__} ({kind})", lambda: capture.grab(region)
