"""A private X server and the three desktops that it shows."""
import ctypes
import os
import random
import signal
import subprocess
import tempfile
import time

PR_SET_PDEATHSIG = 1  # prctl(2): the server ends with whoever started it, however that ends

# name: (what desktop.c paints, the terminals on it: geometry, colors, kind of text)
DESKTOPS = {
  "photo": ("plasma", [
    ("170x76+140+110", "#fdf6e3", "#333333", "code"),
    ("190x84+1900+420", "#1e1e2e", "#cdd6f4", "listing"),
  ]),
  "terminals": ("plain", [
    ("200x60+60+60", "#ffffff", "#000000", "code"),
    ("180x50+2000+100", "#000000", "#e0e0e0", "listing"),
    ("150x40+900+1250", "#ffffff", "#000000", "listing"),
  ]),
  "gradient": ("gradient", []),
}

WORDS = """frame slot pool region screen server window reply request return local function buffer
stride width height pixel value number string error result index count begin finish while until""".split()


def code(random_, columns, lines):
  """Something that looks like a program."""
  for _ in range(lines):
    depth = random_.choice([0, 2, 2, 4, 4, 6])
    words = " ".join(random_.choices(WORDS, k=random_.randint(0, 14)))
    tail = random_.choice(["", ";", " = %d" % random_.randint(0, 9999), "()", " {", " -- why"])
    yield (" " * depth + words + tail)[:columns]


def listing(random_, columns, lines):
  """Something that looks like `ls -l` in colors."""
  for number in range(lines):
    name = "_".join(random_.choices(WORDS, k=random_.randint(1, 4)))
    color = random_.choice([0, 0, 0, 32, 34, 36])
    size, day = random_.randint(10, 9999999), random_.randint(1, 28)
    yield f"-rw-r--r-- 1 user user {size:9} Nov {day:2} 12:{number % 60:02} \033[{color}m{name}\033[0m"


class Screen:
  """An Xvfb of its own, ended by close()."""

  def __init__(self, width, height):
    self.width, self.height = width, height
    self.folder = tempfile.TemporaryDirectory(prefix="luashot-bench-", dir="/dev/shm")
    self.terminals = []
    reading, writing = os.pipe()
    self.server = subprocess.Popen(
      ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24",
       "-nolisten", "tcp", "-noreset"],
      pass_fds=[writing], stderr=subprocess.DEVNULL,
      preexec_fn=lambda: ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM))
    os.close(writing)
    with os.fdopen(reading) as answer:
      number = answer.readline().strip()
    if not number:
      raise SystemExit("Xvfb did not start")
    self.environment = {**os.environ, "DISPLAY": f":{number}"}
    self.desktop = None

  def show(self, desktop, painter):
    """Paint one of DESKTOPS with the program `painter`; nothing to do if it is there already."""
    if desktop == self.desktop:
      return
    for terminal in self.terminals:
      terminal.terminate()
      terminal.wait()
    background, terminals = DESKTOPS[desktop]
    subprocess.run([painter, background], env=self.environment, check=True)
    self.terminals = [self.open_terminal(f"{desktop}{i}", *terminal)
                      for i, terminal in enumerate(terminals)]
    for i in range(len(terminals)):
      while not os.path.exists(f"{self.folder.name}/{desktop}{i}.shown"):
        time.sleep(0.05)
    time.sleep(1)  # xterm draws what it has read
    self.desktop = desktop

  def open_terminal(self, name, geometry, paper, ink, kind):
    path = f"{self.folder.name}/{name}"
    columns, lines = map(int, geometry.split("+")[0].split("x"))
    write = {"code": code, "listing": listing}[kind]
    with open(path, "w") as text:
      text.write("\n".join(write(random.Random(name), columns, lines - 1)))
    return subprocess.Popen(
      ["xterm", "-geometry", geometry, "-bg", paper, "-fg", ink, "+sb", "-fa", "DejaVu Sans Mono",
       "-fs", "10", "-e", "sh", "-c", 'cat "$1"; touch "$1.shown"; exec sleep infinity', "sh", path],
      env=self.environment, stderr=subprocess.DEVNULL)

  def close(self):
    for terminal in self.terminals:
      terminal.terminate()
      terminal.wait()
    self.server.terminate()
    self.server.wait()
    self.folder.cleanup()
