"""Row 3: the whole screen again, when little of it has changed, or much."""
from harness import Contender, Measurement


def measurements(bench):
  width, height = bench.width, bench.height
  middle = width // 2 // 4 * 4, height // 2
  return [
    changed(bench, "100x20 changed", (*middle, 100, 20), target=0.12),
    changed(bench, "nothing changed", (0, 0, 0, 0), target=0.06),
    changed(bench, f"20x{height} changed", (middle[0], 0, 20, height)),
    changed(bench, "a quarter changed", (width // 4, height // 4, width // 2, height // 2)),
    changed(bench, "all changed", (0, 0, width, height), starts=40, target=1.01, reference="full"),
    window(bench, "100x20 changed", (100, 20)),
    window(bench, "nothing changed", (0, 0)),
  ]


def changed(bench, what, rect, **wanted):
  words = [str(number) for number in (bench.width, bench.height, *rect)]
  return Measurement(
    row=3, what=f"grab {bench.width}x{bench.height}, {what}",
    contenders=[
      Contender("luashot", bench.lua("rows/3_damage.lua", *words, "damage"), "luashot, damage"),
      Contender("full", bench.lua("rows/3_damage.lua", *words, "full"), "luashot, without"),
      Contender("floor", bench.program("3_damage", *words), "bare XCB loop, all of it"),
    ],
    count=4, warm=2, rounds=6, paints=rect[2] > 0, **{"starts": 20, **wanted})


def window(bench, what, size):
  """The first window that the desktop has, with a change in its top-left corner. It is a small part of the screen, and
  its place is asked for twice, so that most of the time is that of round trips."""
  words = ["0", "0", "0", "0", *(str(number) for number in size)]
  return Measurement(
    row=3, what=f"grab a window of the desktop, {what}",
    contenders=[
      Contender("luashot", bench.lua("rows/3_damage.lua", *words, "damage", "window"), "luashot, damage"),
      Contender("floor", bench.lua("rows/3_damage.lua", *words, "full", "window"), "luashot, without"),
    ],
    count=20, warm=2, rounds=40, paints=size[0] > 0)
