"""Row 15: a live page. The processor time that its host needs for a second of a busy terminal."""
import atexit
import base64
import contextlib
import os
import select
import shutil
import socket
import subprocess
import threading
import time

from harness import Contender, Measurement, family, processor_time

FPS = 30
WIDTH, HEIGHT = 1920, 1080
WARM = 1.5  # seconds until everybody is at work

# 50 lines a second, as a build or a log prints them.
TYPIST = """
import random, sys, time
sys.path.insert(0, sys.argv[1])
import desktop
random_ = random.Random(15)
while True:
  for line in desktop.listing(random_, 180, 60):
    print(line, flush=True)
    time.sleep(0.02)
"""


def measurements(bench):
  seconds = "2" if bench.quick else "6"

  def page(viewers):
    return bench.python(__file__, "page", bench.luashot, bench.row("15_page.lua"), viewers, seconds)

  def make(what, *contenders, **more):
    return Measurement(row=15, what=f"page of {WIDTH}x{HEIGHT}, a busy terminal, {FPS} a second, {what}",
                       contenders=list(contenders), count=1, warm=0, rounds=3, paints=True, **more)

  return [
    make("nobody looks", Contender("luashot", page("0"), "luashot page", moves=False), limit_ms=0.5),
    make("8 viewers", Contender("luashot", page("8"), "luashot page", moves=False),
         Contender("one", page("1"), "luashot page, 1 viewer", moves=False), reference="one", target=1.15),
    make("1 viewer", Contender("luashot", page("1"), "luashot page", moves=False),
         Contender("ffmpeg", bench.python(__file__, "ffmpeg", seconds), "ffmpeg, MJPEG", moves=False),
         Contender("peer", bench.python(__file__, "vnc", seconds), "x11vnc + websockify", moves=False),
         reference="ffmpeg"),
  ]


@contextlib.contextmanager
def running(*argv, **more):
  child = subprocess.Popen(argv, **more)
  try:
    yield child
  finally:
    child.kill()
    child.wait()


def terminal():
  here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
  return running("xterm", "-geometry", "240x70+0+0", "-bg", "#1e1e2e", "-fg", "#cdd6f4", "+sb", "-fa",
                 "DejaVu Sans Mono", "-fs", "10", "-e", "python3", "-c", TYPIST, here, stderr=subprocess.DEVNULL)


def connect(address):
  for _ in range(200):
    with contextlib.suppress(OSError):
      return socket.create_connection(address)
    time.sleep(0.05)
  raise RuntimeError(f"nobody listens on {address}")


def free_port():
  with socket.create_server(("127.0.0.1", 0)) as listener:
    return listener.getsockname()[1]


class Audience(threading.Thread):
  """Connections that read whatever comes, and count a mark in it."""

  def __init__(self, connections, mark):
    super().__init__(daemon=True)
    self.connections, self.mark, self.count, self.bytes, self.over = connections, mark, 0, 0, False
    self.start()

  def run(self):
    while not self.over:
      for one in select.select(self.connections, [], [], 0.1)[0]:
        got = one.recv(1 << 18)
        self.count += got.count(self.mark) if self.mark else 0
        self.bytes += len(got)
        if not got:
          raise RuntimeError("the server has hung up")

  def close(self):
    self.over = True
    self.join()
    for one in self.connections:
      one.close()


def time_of(pid):
  return sum(map(processor_time, family(pid)))


class Shows:
  """What a viewer got in the last turn, for the label of the next process."""

  def __init__(self, label):
    self.label = label

  def measure(self, pids, audience, seconds):
    """Nanoseconds of processor time of these processes in one second; with an audience that counts pictures, for 30
    of them, because a busy machine makes fewer."""
    time.sleep(WARM)
    before, seen = sum(map(time_of, pids)), audience and audience.count
    time.sleep(seconds)
    spent = sum(map(time_of, pids)) - before
    pictures = audience and (audience.count - seen) / len(audience.connections)
    if not pictures:
      return spent / seconds
    self.told = f"{pictures / seconds:.1f} pictures a second"
    return spent / pictures * FPS


def page(program, script, viewers, seconds):
  viewers, seconds = int(viewers), float(seconds)
  host = subprocess.Popen([program, script], stdout=subprocess.PIPE, text=True)
  atexit.register(host.kill)
  where, port = host.stdout.readline().strip().split(":")
  shows = Shows("luashot page")

  def turn():
    connections = [connect((where, int(port))) for _ in range(viewers)]
    for one in connections:
      one.sendall(f"GET /live.mjpg?fps={FPS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    audience = connections and Audience(connections, b"--luashot-frame") or None
    with terminal():
      spent = shows.measure([host.pid], audience, seconds)
    if audience:
      audience.close()
    return spent

  label = "nobody looks"
  if viewers:
    turn()
    label = shows.told
  return f"luashot page, {viewers} viewers, {label}", lambda count: int(sum(turn() for _ in range(count)) / count)


def ffmpeg(seconds):
  shows = Shows("ffmpeg")

  def turn():
    port = free_port()
    with terminal(), running(
        "ffmpeg", "-loglevel", "error", "-f", "x11grab", "-draw_mouse", "0", "-framerate", str(FPS), "-video_size",
        f"{WIDTH}x{HEIGHT}", "-i", os.environ["DISPLAY"] + "+0,0", "-c:v", "mjpeg", "-q:v", "4", "-f", "mpjpeg",
        "-listen", "1", f"http://127.0.0.1:{port}", stdin=subprocess.DEVNULL) as server:
      connection = connect(("127.0.0.1", port))
      connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      audience = Audience([connection], b"--ffmpeg")
      try:
        return shows.measure([server.pid], audience, float(seconds))
      finally:
        audience.close()

  turn()
  return f"ffmpeg x11grab to MJPEG, {shows.told}", lambda count: int(sum(turn() for _ in range(count)) / count)


def frame_of(payload):
  """A message of a WebSocket, masked with zeros."""
  return bytes([0x82, 0x80 | len(payload)]) + bytes(4) + payload


def look_by_vnc(port):
  """A viewer as noVNC is one: Tight with JPEG. Returns the connection, and what asks for the next update."""
  connection = connect(("127.0.0.1", port))
  key = base64.b64encode(os.urandom(16)).decode()
  connection.sendall((f"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Protocol: binary\r\n\r\n").encode())
  for answer in (b"RFB 003.008\n", b"\1", b"\1"):  # the version, no password, shared
    time.sleep(0.5)
    connection.recv(1 << 16)
    connection.sendall(frame_of(answer))
  time.sleep(0.5)
  connection.recv(1 << 16)
  encodings = [7, -26, -251 + 2, 1, 0]  # Tight, quality 6, compression 2, CopyRect, raw
  connection.sendall(frame_of(b"\2\0" + len(encodings).to_bytes(2, "big")
                              + b"".join(one.to_bytes(4, "big", signed=True) for one in encodings)))
  ask = frame_of(b"\3\1" + bytes(4) + WIDTH.to_bytes(2, "big") + HEIGHT.to_bytes(2, "big"))
  return connection, ask


def vnc(seconds):
  for program in ("x11vnc", "websockify"):
    if not shutil.which(program):
      raise RuntimeError(f"{program} is not installed")
  shows = Shows("x11vnc")

  def turn():
    raw, web = free_port(), free_port()
    with terminal(), running(
        "x11vnc", "-quiet", "-localhost", "-nopw", "-forever", "-shared", "-clip", f"{WIDTH}x{HEIGHT}+0+0", "-wait",
        str(1000 // FPS), "-defer", "0", "-rfbport", str(raw), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL) as server, running(
        "websockify", f"127.0.0.1:{web}", f"127.0.0.1:{raw}", stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL) as proxy:
      connect(("127.0.0.1", raw)).close()
      connection, ask = look_by_vnc(web)
      audience = Audience([connection], None)
      over = threading.Event()

      def keep_asking():
        while not over.wait(1 / FPS):
          connection.sendall(ask)

      asking = threading.Thread(target=keep_asking, daemon=True)
      asking.start()
      try:
        spent = shows.measure([server.pid, proxy.pid], audience, float(seconds))
        shows.told = f"{audience.bytes / 1e6 / (WARM + float(seconds)):.1f} MB a second"
        return spent
      finally:
        over.set()
        asking.join()
        audience.close()

  turn()
  return f"x11vnc + websockify, {shows.told}", lambda count: int(sum(turn() for _ in range(count)) / count)
