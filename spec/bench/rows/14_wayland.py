"""Row 14: a private sway whose screen stands still, at 1000 Hz, so that the wait for its next frame is short."""
import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time

from harness import Contender, Measurement

NOBODY = 65534  # sway refuses to run as root
PR_SET_PDEATHSIG = 1


def start(width, height):
  """The environment of its clients; it ends with this process."""
  folder = tempfile.mkdtemp(prefix="luashot-bench-wayland-")
  with open(os.path.join(folder, "config"), "w") as config:
    config.write(f"output * mode --custom {width}x{height}@1000Hz\n"
                 "output * background #33475b solid_color\nseat * hide_cursor 0\n")
  user = {}
  if os.getuid() == 0:
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    os.chown(folder, NOBODY, NOBODY)
  environment = {"PATH": os.environ["PATH"], "HOME": folder, "XDG_RUNTIME_DIR": folder, "WLR_BACKENDS": "headless",
                 "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman", "WLR_HEADLESS_OUTPUTS": "1"}
  server = subprocess.Popen(
    ["sway", "-c", os.path.join(folder, "config")], env=environment, stderr=subprocess.DEVNULL, **user,
    preexec_fn=lambda: ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM))

  def stop():
    server.terminate()
    server.wait()
    shutil.rmtree(folder, ignore_errors=True)

  atexit.register(stop)
  for _ in range(300):
    names = [name for name in os.listdir(folder) if name.startswith("wayland-") and not name.endswith(".lock")]
    if names:
      time.sleep(1)  # the wallpaper comes
      return ["env", f"XDG_RUNTIME_DIR={folder}", f"WAYLAND_DISPLAY={names[0]}"]
    time.sleep(0.1)
  raise RuntimeError("sway did not start")


def measurements(bench):
  if not shutil.which("sway"):
    return []
  return [measurement for width, height in ((1920, 1080), (3840, 2160))
          for measurement in at(bench, width, height)]


def at(bench, width, height):
  sway = start(width, height)
  grim = [*sway, *bench.spawn(bench.version("grim, PPM", "grim", "-h"), "grim", "-t", "ppm", "-")]
  full = [*sway, *bench.lua("rows/14_wayland.lua", "full")]
  return [
    Measurement(
      row=14, what=f"Wayland: grab {width}x{height}",
      contenders=[
        Contender("luashot", full, "luashot"),
        Contender("floor", [*sway, *bench.program("14_wayland")], "bare screencopy loop"),
        Contender("peer", grim, "grim as a process"),
      ],
      count=10, warm=2, rounds=30, target=1.05),
    Measurement(
      row=14, what=f"Wayland: grab {width}x{height}, nothing changed",
      contenders=[
        Contender("luashot", [*sway, *bench.lua("rows/14_wayland.lua", "damage")], "luashot, damage"),
        Contender("full", full, "luashot, without"),
        Contender("floor", [*sway, *bench.program("14_wayland")], "bare screencopy loop"),
      ],
      count=10, warm=2, rounds=30, target=0.1, reference="full"),
    Measurement(
      row=14, what=f"Wayland: grab {width}x{height}, beside a program",
      contenders=[Contender("luashot", full, "luashot"), Contender("peer", grim, "grim as a process")],
      count=5, warm=1, rounds=10, target=0.2, reference="peer"),
    Measurement(
      row=14, what=f"Wayland: {width}x{height} into a ring, processor time of the writer",
      contenders=[
        Contender("luashot", [*sway, *bench.lua("rows/14_wayland.lua", "publish")], "luashot, publish"),
        Contender("copy", [*sway, *bench.lua("rows/14_wayland.lua", "copy")], "luashot, grab and write"),
      ],
      count=20, warm=2, rounds=20, target=0.5, reference="copy", of="processor"),
  ]
