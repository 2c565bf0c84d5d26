"""Row 13: the screen as a video. The processor time of everything: recorder, its children, X server.

A recorder that misses frames saves their time, so a turn's time is that of a frame, times the frames wanted."""
import glob
import os
import re
import subprocess
import tempfile

from harness import Contender, Measurement

TARGETS = {"still": 0.10, "editor": 0.35, "motion": 0.95}
WHAT = {"still": "a cursor blinks", "editor": "a line changes 10 times a second", "motion": "everything moves"}
SIZES = [(1920, 1080), (3840, 2160)]


def measurements(bench):
  sizes = [size for size in SIZES if size[0] <= bench.width and size[1] <= bench.height]
  seconds = 4 if bench.quick else 10
  return [measurement(bench, *size, fps, kind, seconds)
          for size in sizes[:1 if bench.quick else None] for fps in (30, 60) for kind in TARGETS]


def measurement(bench, width, height, fps, kind, seconds):
  what = [str(word) for word in (width, height, fps, kind, seconds)]
  common = [bench.program("13_paint")[0], str(bench.screen.server.pid), *what]
  return Measurement(
    row=13, what=f"{width}x{height} at {fps} frames a second, {seconds} s: {WHAT[kind]}",
    contenders=[
      Contender("luashot", bench.python(__file__, "luashot", *common, bench.luashot, bench.script("record.lua")),
                "luashot record"),
      Contender("ffmpeg", bench.python(__file__, "ffmpeg", *common), "ffmpeg x11grab"),
      Contender("peer", bench.python(__file__, "gstreamer", *common), "gst-launch ximagesrc"),
    ],
    count=1, warm=0, rounds=3, starts=1, target=TARGETS[kind], reference="ffmpeg", paints=kind == "motion")


def server_time(pid):
  total = 0
  for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
    with open(path) as schedstat:
      total += int(schedstat.read().split()[0])
  return total


class Recording:
  """A recorder beside the painter. What painting alone costs the server is taken off."""

  def __init__(self, painter, server, width, height, fps, kind, seconds):
    self.server, self.size, self.fps, self.seconds = server, f"{width}x{height}", int(fps), float(seconds)
    self.paint = [painter, kind, width, height, fps, seconds]
    self.folder = tempfile.TemporaryDirectory(prefix="luashot-bench-", dir="/dev/shm")
    self.output = os.path.join(self.folder.name, "video.mkv")
    before = server_time(server)
    subprocess.run(self.paint, check=True)
    self.alone = server_time(server) - before

  def run(self, argv):
    """Nanoseconds of processor time, and what the recorder has printed."""
    before = server_time(self.server)
    painter = subprocess.Popen(self.paint)
    recorder = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = recorder.stdout.read()
    _, status, usage = os.wait4(recorder.pid, 0)
    recorder.returncode = status
    painter.wait()
    if status != 0:
      raise RuntimeError(said.strip().splitlines()[-1] if said.strip() else f"status {status}")
    mine = int((usage.ru_utime + usage.ru_stime) * 1e9)
    return mine + max(0, server_time(self.server) - before - self.alone), said

  def missed(self, said):
    """Of the frames that it should have captured: as it says, or as many as its file lacks."""
    if "frames," in said:
      return sum(int(number) for number in re.findall(r", (\d+) (?:dropped|repeated)", said))
    count = subprocess.run(
      ["ffprobe", "-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0",
       self.output], stdout=subprocess.PIPE, text=True).stdout
    return max(0, round(self.fps * self.seconds) - int(count.strip().strip(",") or 0))

  def turn(self, argv):
    """Nanoseconds for all frames: what each costs that it has, for each that it should have, and how many it missed."""
    spent, said = self.run(argv)
    wanted, missed = round(self.fps * self.seconds), self.missed(said)
    if missed >= wanted:
      raise RuntimeError("missed all frames")
    return round(spent * wanted / (wanted - missed)), missed

  def contender(self, label, argv):
    _, missed = self.turn(argv)
    return f"{label}, {missed} frames missed", lambda count: sum(self.turn(argv)[0] for _ in range(count))


def luashot(painter, server, width, height, fps, kind, seconds, program, script):
  one = Recording(painter, server, width, height, fps, kind, seconds)
  return one.contender("luashot record", [
    program, script, "--seconds", seconds, "--fps", fps, "--what", f"{one.size}+0+0", one.output])


def ffmpeg(painter, server, width, height, fps, kind, seconds):
  one = Recording(painter, server, width, height, fps, kind, seconds)
  return one.contender("ffmpeg x11grab", [
    "ffmpeg", "-loglevel", "error", "-y", "-f", "x11grab", "-draw_mouse", "0", "-framerate", fps, "-video_size",
    one.size, "-i", os.environ["DISPLAY"] + "+0,0", "-t", seconds, "-c:v", "libx264", "-preset", "veryfast",
    "-tune", "zerolatency", "-crf", "20", "-pix_fmt", "yuv420p", one.output])


def gstreamer(painter, server, width, height, fps, kind, seconds):
  one = Recording(painter, server, width, height, fps, kind, seconds)
  return one.contender("gst-launch ximagesrc", [
    "gst-launch-1.0", "-q", "ximagesrc", "use-damage=false", "show-pointer=false", "startx=0", "starty=0",
    f"endx={int(width) - 1}", f"endy={int(height) - 1}", f"num-buffers={round(int(fps) * float(seconds))}", "!",
    f"video/x-raw,framerate={fps}/1", "!", "videoconvert", "!", "video/x-raw,format=I420", "!", "x264enc",
    "speed-preset=veryfast", "tune=zerolatency", "pass=quant", "quantizer=20", "!", "matroskamux", "!", "filesink",
    f"location={one.output}"])
