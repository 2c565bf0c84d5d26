"""Contenders taking turns: A B C, B C A, C A B, C B A, A C B, B A C …, so that whatever drifts drifts for all of them,
and, in enough rounds, none always follows the same other one, which leaves the caches to it.

A row's file (rows/<n>_<name>.py) has measurements(bench), which returns a list of Measurement. Its
ratios are to the first contender of role "floor", unless `reference` names another role.
"""
import dataclasses
import glob
import os
import re
import shutil
import statistics
import subprocess

TICK = 10 ** 9 // os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Contender:
  role: str  # "luashot", "floor", "peer", or a name for `reference` to point at
  argv: list
  name: str  # what to call it where it cannot start
  output: str = None  # a file that it writes, for its size
  moves: bool = True  # whether it moves the measurement's bytes, to show a rate
  share: float = 1  # of the operations a turn, for one that is far slower than the rest


@dataclasses.dataclass
class Measurement:
  row: int
  what: str
  contenders: list
  count: int  # operations a turn
  rounds: int  # turns each and start, in a full run
  starts: int = 3  # of each contender in a full run: more where the place of its memory matters
  warm: int = 1  # operations before each turn that are not measured
  target: float = None  # the most that luashot's time may be, as a multiple of the reference's
  limit_ms: float = None  # the most that it may be in itself
  more_ms: float = None  # the most that it may be over the reference's
  smaller: bool = False  # its output may not be larger than that of the reference or a peer
  reference: str = "floor"
  desktop: str = "photo"
  paints: bool = False  # over the desktop, which must be drawn again for the next one
  bytes: int = None  # moved by one operation, to show a rate
  placed: str = None  # "together" or "apart": contenders and X server on one processor or on two
  of: str = "clock"  # or "processor": what is measured is the time of contender and X server there;
  # or "memory": bytes that the contender tells; or "hardest": each turn of a start is other work, the
  # least time of all starts counts, and the ratio is the largest of all turns


class Process:
  """A contender that is running; serve.h tells the protocol."""

  def __init__(self, contender, environment, cpus):
    self.contender = contender
    program = contender.argv[0]
    if not shutil.which(program):
      raise RuntimeError("not built" if os.path.isabs(program) else "not installed")
    self.child = subprocess.Popen(
      contender.argv, env=environment, text=True, bufsize=1,
      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
      preexec_fn=lambda: os.sched_setaffinity(0, cpus))
    word, _, self.label = self.read().partition(" ")
    if word != "ready":
      raise RuntimeError(f"said {word!r} instead of being ready")

  def read(self):
    line = self.child.stdout.readline()
    if not line:
      self.child.wait()
      raise RuntimeError(reason(self.child.stderr.read(), self.child.returncode))
    return line.strip()

  def turn(self, warm, count):
    self.child.stdin.write(f"{warm} {count}\n")
    return int(self.read()) / count

  def turn_on_processor(self, count, server):
    """The processor time of an operation, of the contender with its children and the X server."""
    processes = [server, *family(self.child.pid)]
    before = sum(map(processor_time, processes))
    self.turn(0, count)
    return (sum(map(processor_time, processes)) - before) / count

  def close(self):
    self.child.stdin.close()
    self.child.wait()
    self.child.stdout.close()
    self.child.stderr.close()


def family(pid):
  """A process and all that it has started and they have started."""
  parents = {}
  for path in glob.glob("/proc/[0-9]*/stat"):
    try:
      with open(path) as stat:
        parents[int(path.split("/")[2])] = int(stat.read().rpartition(")")[2].split()[1])
    except OSError:
      pass  # ended meanwhile
  members = [pid]
  for member in members:
    members += [child for child, parent in parents.items() if parent == member]
  return members


def processor_time(pid):
  """Nanoseconds that a process has run, and those of its children that have ended.

  The threads' own clocks are exact, but go with them; what the process and its children have run is
  known in ticks of 10 ms."""
  living = 0
  for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
    with open(path) as schedstat:
      living += int(schedstat.read().split()[0])
  with open(f"/proc/{pid}/stat") as stat:
    user, system, *ended = map(int, stat.read().rpartition(")")[2].split()[11:15])
  return max(living, (user + system) * TICK) + sum(ended) * TICK


def place(placed, server):
  """Put the X server where it belongs; returns the processors for the contenders."""
  allowed = os.sched_getaffinity(0)
  os.sched_setaffinity(server, {max(allowed)} if placed else allowed)
  return {"together": {max(allowed)}, "apart": {min(allowed)}}.get(placed, allowed)


def reason(text, status):
  """The one line of what a program said that tells why it ended: its first, or the exception of
  Python's first traceback, which is the cause of any others."""
  for before, exception in re.findall(r"(.*)\n?Traceback .*\n(?: .*\n)+(\S.*)", text):
    if not before.startswith("Exception ignored"):
      return exception
  return next(iter(text.strip().splitlines()), f"ended with status {status}")


def quartiles(values):
  return statistics.quantiles(values, n=4) if len(values) > 1 else values * 3


def in_turn(processes, round_):
  """The order of a round."""
  cycle, first = divmod(round_, max(1, len(processes)))
  order = processes[first:] + processes[:first]
  return order[::-1] if cycle % 2 else order


def run(measurement, screen, environment, rounds, starts):
  """Let the contenders of one measurement take turns; returns a dict that JSON can hold.

  They are started `starts` times: the place of memory makes a difference that
  lasts as long as a process.
  """
  contenders = measurement.contenders
  cpus = place(measurement.placed, screen.server.pid)
  samples = {id(c): [] for c in contenders}
  results = {id(c): {"role": c.role, "label": c.name, "moves": c.moves,
                        "is_size": measurement.of == "memory"} for c in contenders}
  for start in range(starts):
    processes = []
    for contender in contenders:
      if "error" not in results[id(contender)]:
        try:
          processes.append(Process(contender, environment, cpus))
        except (RuntimeError, OSError) as error:
          results[id(contender)]["error"] = str(error)
    for round_ in range(rounds):
      for process in in_turn(processes, start * rounds + round_):
        key = id(process.contender)
        if "error" in results[key]:
          continue
        results[key]["label"] = process.label
        try:
          count = max(1, round(measurement.count * process.contender.share))
          samples[key].append(process.turn_on_processor(count, screen.server.pid)
                              if measurement.of == "processor" else
                              process.turn(measurement.warm, count))
        except (RuntimeError, OSError, ValueError) as error:
          results[key]["error"] = str(error)
    for process in processes:
      process.close()

  if measurement.of == "hardest":
    samples = {key: [min(times[turn::rounds]) for turn in range(rounds)]
               for key, times in samples.items() if len(times) == starts * rounds}
  reference = next((c for c in contenders if c.role == measurement.reference), None)
  for contender in contenders:
    result = results[id(contender)]
    if "error" in result:
      continue
    result["low_ns"], result["median_ns"], result["high_ns"] = quartiles(samples[id(contender)])
    result["turns"] = len(samples[id(contender)])
    if reference and "error" not in results[id(reference)]:
      pairs = list(zip(samples[id(contender)], samples[id(reference)]))
      ratios = [a / b for a, b in pairs]
      result["low_ratio"], result["ratio"], result["high_ratio"] = quartiles(ratios)
      if measurement.of == "hardest":
        result["ratio"] = max(ratios)
      result["more_ns"] = statistics.median(a - b for a, b in pairs)
    if contender.output:
      result["bytes"] = os.path.getsize(contender.output)
  return {
    "row": measurement.row, "what": measurement.what, "desktop": measurement.desktop,
    "reference": measurement.reference, "target": measurement.target,
    "limit_ms": measurement.limit_ms, "more_ms": measurement.more_ms, "smaller": measurement.smaller, "bytes": measurement.bytes,
    "met": met(measurement, list(results.values())), "contenders": list(results.values()),
  }


def met(measurement, results):
  """Whether the first luashot contender keeps to every target; None when that is not known."""
  ours = next((r for r in results if r["role"] == "luashot"), {"error": "none"})
  if "error" in ours or not (measurement.target or measurement.limit_ms or measurement.more_ms):
    return None
  if measurement.limit_ms and ours["median_ns"] > measurement.limit_ms * 1e6:
    return False
  if (measurement.target or measurement.more_ms) and "ratio" not in ours:
    return None
  if measurement.more_ms and ours["more_ns"] > measurement.more_ms * 1e6:
    return False
  if measurement.target and round(ours["ratio"], 2) > measurement.target:
    return False
  theirs = [r["bytes"] for r in results if r["role"] in (measurement.reference, "peer") and "bytes" in r]
  return not measurement.smaller or ours["bytes"] <= min(theirs, default=ours["bytes"])
