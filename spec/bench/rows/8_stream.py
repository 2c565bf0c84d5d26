"""Row 8: a stream of frames between two pinned processes."""
import os

from harness import Contender, Measurement

SIZES = {"1 KiB": 1 << 10, "64 KiB": 1 << 16, "1080p": 1920 * 1080 * 4, "4K": 3840 * 2160 * 4}


def measurements(bench):
  return ([stream(bench, name, size) for name, size in SIZES.items()] +
          [from_lua(bench, name, size) for name, size in SIZES.items()])


def ring(size):
  """Bytes of the ring for frames of this size."""
  return max(1 << 20, (size + 64) * 4 // 64 * 64)


def turn(size):
  """Frames a turn."""
  return 8 if size > 1 << 20 else min(100000, (1 << 29) // size)


def warm(size):
  """Once round the ring when that takes few frames: the first round maps its pages, as the floors did before."""
  return ring(size) // size if size > 1 << 20 else 1


def stream(bench, name, size):
  """Large frames are measured against memcpy. A bare ring is what small ones could be without the protocol: its
  semaphores take longer than a copy of 1 KiB, so that this size is measured against a ring that has them."""
  arguments = [str(size), str(ring(size))]
  large, small = size > 1 << 20, size < 1 << 16
  floor = "8_memcpy" if large else "8_bare"
  return Measurement(
    row=8, what=f"ring stream, frames of {name} ({size} bytes)",
    contenders=[
      Contender("luashot", bench.program("8_ring", *arguments), "luashot, C"),
      Contender("floor", bench.program(floor, *arguments), floor),
      Contender("protocol", bench.program("8_semaphores", *arguments), "semaphores"),
      *[Contender("peer", bench.python(__file__, "zerobuffer", *arguments, newer=newer),
                  "zerobuffer-ipc", share=1 if large else 1 / 50) for newer in (False, True)],
      Contender("apart", bench.program("8_ring", *arguments, "reserve"),
                "luashot, C, reserve + commit", moves=False),
    ],
    count=turn(size), rounds=4 if large else 20, starts=30 if large else 3, warm=warm(size),
    reference="protocol" if small else "floor",
    target=1 if small else 1.05 if large else 1.1, bytes=size)


def from_lua(bench, name, size):
  """The target is half of what C moves."""
  arguments = [str(size), str(ring(size))]
  first, second = bench.cpus()
  script = bench.lua("rows/8_ring.lua", *arguments, second)
  return Measurement(
    row=8, what=f"ring stream from Lua to Lua, frames of {name}",
    contenders=[
      Contender("luashot", ["taskset", "-c", first, *script], "luashot, Lua"),
      Contender("C", bench.program("8_ring", *arguments), "luashot, C"),
      Contender("apart", ["taskset", "-c", first, *script, "reserve"],
                "luashot, Lua, reserve + commit", moves=False),
    ],
    count=turn(size), rounds=20, warm=warm(size), target=2, reference="C", bytes=size)


def zerobuffer(size, ring):
  from importlib.metadata import version
  from zerobuffer import BufferConfig, Reader, Writer
  from pair import Pair
  name = f"{os.environ['LUASHOT_BENCH_NAME']}-{os.getpid()}"

  def start():
    reader = Reader(name, BufferConfig(1024, int(ring)))

    def consume(count):
      for _ in range(count):
        frame = reader.read_frame(2.0)
        if not frame:
          raise RuntimeError("a frame did not arrive within 2 s")
        with frame:
          frame.data[0] + frame.data[-1]

    return consume

  pair = Pair(start)
  writer = Writer(name)
  payload = b"\x01" * int(size)

  def work(count):
    pair.begin(count)
    for _ in range(count):
      writer.write_frame(payload)
    pair.end()

  return f"zerobuffer-ipc {version('zerobuffer-ipc')}", work
