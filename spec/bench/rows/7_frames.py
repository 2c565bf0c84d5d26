"""Row 7: what it is worth that the next capture overlaps the work on this one."""
from harness import Contender, Measurement


def measurements(bench):
  size = [str(bench.width), str(bench.height)]
  return [Measurement(
    row=7, what=f"a loop over frames of {bench.width}x{bench.height} that hashes each",
    contenders=[
      Contender("luashot", bench.lua("rows/7_frames.lua", *size, "frames"), "luashot, frames"),
      Contender("grab", bench.lua("rows/7_frames.lua", *size, "grab"), "luashot, grab"),
      Contender("floor", bench.program("1_grab", *size), "bare XCB loop, no hash"),
    ],
    count=16, rounds=30, target=1, reference="grab")]
