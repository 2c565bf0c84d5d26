"""Row 2: many small regions at once."""
from harness import Contender, Measurement

REGIONS = 16


def measurements(bench):
  return [many(bench, "apart"), many(bench, "together")]


def many(bench, placed):
  words = [str(bench.width), str(bench.height), str(REGIONS)]
  return Measurement(
    row=2, what=f"{REGIONS} regions of 100x100, from Lua, on " +
    {"apart": "two processors", "together": "one processor"}[placed],
    contenders=[
      Contender("luashot", bench.lua("rows/2_many.lua", *words), "luashot, grab_many"),
      Contender("floor", bench.program("2_roundtrip"), "GetInputFocus round trip"),
      Contender("bare", bench.program("2_many", *words), "bare XCB, all sent before the first reply"),
      Contender("peer", bench.python(__file__, "mss", *words), f"mss, {REGIONS} grabs"),
    ],
    count=100, rounds=60, warm=10, target=3, placed=placed)


def mss(width, height, count):
  import mss as package
  capture = package.mss()
  width, height, count = int(width) - 100, int(height) - 100, int(count)
  where = [{"left": width * i // count, "top": height * i // count, "width": 100, "height": 100}
           for i in range(count)]

  def work():
    for region in where:
      capture.grab(region)

  return f"mss {package.__version__}, {count} grabs", work
