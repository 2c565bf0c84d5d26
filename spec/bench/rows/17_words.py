"""Row 17: the processor time of reading the words in a part of a desktop, and of the program tesseract for the same."""
import os
import subprocess
import tempfile

from harness import Contender, Measurement

# what is there, where (desktop.py has the terminals), the targets (times the program's, milliseconds), and how often it
# is read in a turn
CROPS = [
  ("400x100 of a terminal: a program", "400x100+70+100", 1, 90, 5),
  ("400x100 of a terminal: a dense listing", "400x100+940+1290", 1, 90, 5),
  ("1920x1080 full of text", "1920x1080+60+60", None, None, 1),
]


def measurements(bench):
  return [Measurement(
    row=17, what=f"words in {what}", desktop="terminals", of="processor", reference="peer",
    contenders=[
      Contender("luashot", bench.lua("rows/17_words.lua", place), "luashot, lua5.4", moves=False),
      Contender("peer", bench.python(bench.row("17_words.py"), "tesseract", bench.luashot, place),
                "tesseract, the program", moves=False)],
    count=count, rounds=5, target=target, limit_ms=limit) for what, place, target, limit, count in CROPS]


def tesseract(luashot, place):
  """The program reads a picture from a file; no more than one of its threads runs, as one costs the least."""
  folder = tempfile.TemporaryDirectory(prefix="luashot-bench-words-")
  picture = os.path.join(folder.name, "crop.png")
  subprocess.run([luashot, "shot", "--region", place, picture], check=True, stdout=subprocess.DEVNULL)
  command = ["tesseract", picture, "-", "tsv"]
  environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}

  def work(folder=folder):  # which goes when this ends
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return sum(line.startswith(b"5\t") for line in done.stdout.splitlines())

  version = subprocess.run(["tesseract", "--version"], stdout=subprocess.PIPE, text=True).stdout.split()[1]
  return f"tesseract {version}, the program, {work()} words", lambda: work() and None
