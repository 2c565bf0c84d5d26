"""Row 2: a small region, where the round trip is all there is."""
from harness import Contender, Measurement


def measurements(bench):
  return [small(bench, "apart", 1.03), small(bench, "together", 1.15)]


def small(bench, placed, target):
  """With the X server and its client on a processor each, where one waits for the other's to wake,
  and on one. The scheduler would take now this, now that."""
  return Measurement(
    row=2, what="grab + release 100x100, from Lua, on " +
    {"apart": "two processors", "together": "one processor"}[placed],
    contenders=[
      Contender("luashot", bench.lua("rows/1_grab.lua", "100", "100"), "luashot, lua5.4"),
      Contender("host", bench.host("rows/1_grab.lua", "100", "100"), "luashot, its host"),
      Contender("floor", bench.program("1_grab", "100", "100"), "bare XCB loop"),
      Contender("floor", bench.program("2_roundtrip"), "GetInputFocus round trip"),
      Contender("peer", bench.python(bench.row("1_grab.py"), "mss", "100", "100"), "mss"),
    ],
    count=300, rounds=100, warm=20, target=target, placed=placed)
