"""Row 9: how long a frame of 64 bytes takes from a pinned process to another that waits for it."""
import mmap
import os
import struct
import time

from harness import Contender, Measurement


def measurements(bench):
  return [way(bench, "oneway", "one way, to a blocked reader"),
          way(bench, "roundtrip", "round trip, both sides blocking")]


def way(bench, which, what):
  first, second = bench.cpus()
  script = bench.lua("rows/9_ring.lua", which, second)
  return Measurement(
    row=9, what=f"ring latency, {what}",
    contenders=[
      Contender("luashot", bench.program("9_ring", which), "luashot, C"),
      Contender("lua", ["taskset", "-c", first, *script], "luashot, Lua"),
      Contender("floor", bench.program("9_futex", which), "futex wake-up"),
      *[Contender("peer", bench.python(__file__, "zerobuffer", which, newer=newer),
                  "zerobuffer-ipc") for newer in (False, True)],
    ],
    count=100, warm=5, rounds=60, target=1.1)


def zerobuffer(which):
  from importlib.metadata import version
  from zerobuffer import BufferConfig, Reader, Writer
  from pair import Pair
  there, back = (f"{os.environ['LUASHOT_BENCH_NAME']}-{os.getpid()}-{way}" for way in ("there", "back"))
  config = BufferConfig(1024, 1 << 16)
  echo = which == "roundtrip"
  answers = Reader(back, config) if echo else None
  received = mmap.mmap(-1, 8)  # messages in this turn, shared: one way, the next waits for the last

  def start():
    reader = Reader(there, config)
    writer = Writer(back) if echo else None

    def receive(count):
      latencies = []
      for number in range(count):
        with reader.read_frame(10.0) as frame:
          latencies.append(time.monotonic_ns() - int.from_bytes(frame.data[:8], "little"))
          if echo:
            writer.write_frame(bytes(64))
        received[:] = struct.pack("q", number + 1)
      return sorted(latencies)[count // 2] * count  # latency.h says why the median

    return receive

  pair = Pair(start)
  writer = Writer(there)

  def work(count):
    received[:] = struct.pack("q", 0)
    pair.begin(count)
    for number in range(count):
      if not echo:
        while struct.unpack("q", received)[0] < number:
          pass
        pause()
      writer.write_frame(time.monotonic_ns().to_bytes(8, "little") + bytes(56))
      if echo:
        with answers.read_frame(10.0):
          pass
    total = pair.end()
    return None if echo else total

  return f"zerobuffer-ipc {version('zerobuffer-ipc')}", work


def pause():
  """latency.h's, longer because this reader needs longer until it waits again."""
  end = time.monotonic_ns() + 300000
  while time.monotonic_ns() < end:
    pass
