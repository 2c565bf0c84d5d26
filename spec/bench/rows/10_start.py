"""Row 10: starting."""
import os

from harness import Contender, Measurement


def measurements(bench):
  output = os.path.join(bench.folder, "start.png")
  return [
    Measurement(
      row=10, what="start and end: luashot -e ''",
      contenders=[
        Contender("luashot", bench.spawn("luashot -e ''", bench.luashot, "-e", ""), "luashot -e ''"),
        Contender("floor", bench.spawn("lua5.4 -e ''", "lua5.4", "-e", ""), "lua5.4 -e ''"),
        Contender("peer", bench.spawn("python3 -c '', " + bench.version("", bench.interpreter, "-V"),
                                      bench.interpreter, "-c", ""), "python3 -c ''"),
        Contender("peer", bench.spawn("python3 -c 'import mss'", bench.interpreter, "-c",
                                      "import mss"), "python3 -c 'import mss'"),
      ],
      count=10, rounds=30, target=2),
    Measurement(
      row=10, what=f"one {bench.width}x{bench.height} shot to a file as a process",
      contenders=[
        Contender("luashot", bench.spawn("luashot shot", bench.luashot, bench.script("shot.lua"),
                                         output), "luashot shot"),
      ],
      count=1, rounds=20, limit_ms=60, reference="luashot"),
  ]
