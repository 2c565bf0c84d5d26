"""Row 6: from the screen to another process's first touch of the frame, and what that costs."""
import os
import time

from harness import Contender, Measurement

PAUSE = 0.005  # between two frames, as in 6_wake.c


def measurements(bench):
  first, second = bench.cpus()
  size = [str(bench.width), str(bench.height)]
  script = bench.lua("rows/6_publish.lua", *size, second)

  def measurement(what, **options):
    return Measurement(
      row=6, what=f"{bench.width}x{bench.height} to another process, {what}",
      contenders=[
        Contender("luashot", ["taskset", "-c", first, *script], "luashot, publish"),
        Contender("floor", bench.program("6_wake", *size), "bare grab and a futex wake-up"),
        Contender("peer", bench.python(__file__, "mss", *size), "mss + zerobuffer-ipc"),
      ],
      count=8, warm=4, rounds=20, **options)

  return [
    measurement("until its first touch", target=1.1),
    measurement("processor time of all processes", target=0.5, reference="peer", of="processor"),
  ]


def mss(width, height):
  from importlib.metadata import version
  import mss as package
  from pair import Pair
  from zerobuffer import BufferConfig, Reader, Writer
  width, height = int(width), int(height)
  name = f"{os.environ['LUASHOT_BENCH_NAME']}-{os.getpid()}"

  def start():
    reader = Reader(name, BufferConfig(1024, 3 * (width * height * 4 + 16)))

    def receive(count):
      total = 0
      for _ in range(count):
        with reader.read_frame(10.0) as frame:
          frame.data[0]
          total += time.monotonic_ns()
      return total

    return receive

  pair = Pair(start)
  writer = Writer(name)
  capture = package.mss()
  region = {"left": 0, "top": 0, "width": width, "height": height}

  def work(count):
    total = 0
    pair.begin(count)
    for _ in range(count):
      time.sleep(PAUSE)
      total += time.monotonic_ns()
      # write_frame would make a copy more.
      raw = capture.grab(region).raw
      with writer.get_frame_buffer(len(raw)) as buffer:
        buffer[:] = raw
      writer.commit_frame()
    return pair.end() - total

  return f"mss {package.__version__} + zerobuffer-ipc {version('zerobuffer-ipc')}", work
