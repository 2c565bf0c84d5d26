"""Row 18: how cost grows. The ratio is the cost of one of many to the cost of one of few."""
from harness import Contender, Measurement

LINEAR = 1.1


def measurements(bench):
  grown = [grows(bench, "100x100 of one grab_many", "regions", [1, 4, 16, 64], 640)]
  grown += [grows(bench, "100x100 of one display of many", "displays", [1, 4, 16, 64], 640)]
  grown += [grows(bench, "the question of one watch of many", "watches", [1, 4, 16, 64], 640)]
  grown += [grows(bench, "a run of one job of many", "jobs", [10, 100, 1000], 2000, of="processor")]
  grown += [grows(bench, "to make and stop a job beside others", "timers", [100, 1000, 10000], 10000)]
  grown += [grows(bench, "the next time of a cron job", "cron", [1, 10], 2610)]
  grown += [grows(bench, "100x100 beside Lua's memory", "heap", [1, 30, 1000], 500)]
  grown += [screens(bench)]
  grown += [memory(bench, "its own", "own", 2.5), memory(bench, "with the libraries", "resident", 2)]
  return grown


def host(bench, *words):
  return bench.host("rows/18_growth.lua", *map(str, words))


def grows(bench, what, kind, sizes, count, of="clock"):
  """The first contender has most."""
  few, *_, most = sizes
  roles = {most: "luashot", few: "floor"}
  return Measurement(
    row=18, what=what, of=of, count=count, rounds=20, target=LINEAR, placed="together",
    contenders=[Contender(roles.get(size, "between"), host(bench, kind, size), kind, moves=False)
                for size in reversed(sizes)])


def screens(bench):
  """A server for each contender, with nothing on its screen."""
  def headless(width, height):
    program, *words = host(bench, "screen", width, height)
    return [program, f"--headless={width}x{height}", *words]
  return Measurement(
    row=18, what="a grab, for each 3840x2160 of the screen", count=4, rounds=20, target=LINEAR,
    contenders=[Contender("luashot", headless(16384, 8192), "16384x8192", moves=False),
                Contender("between", headless(7680, 4320), "7680x4320", moves=False),
                Contender("floor", headless(3840, 2160), "3840x2160", moves=False)])


def memory(bench, what, kind, target):
  return Measurement(
    row=18, what=f"memory of a host at rest, {what}", count=1, rounds=3, of="memory", target=target,
    contenders=[Contender("luashot", host(bench, "memory", 0, kind), "host", moves=False),
                Contender("one", host(bench, "memory", 1, kind), "host", moves=False),
                Contender("floor", ["lua5.4", bench.row("18_memory.lua"), kind], "lua5.4", moves=False)])
