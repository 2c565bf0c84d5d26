"""Row 16: acknowledged messages of the size of a picture to a broker on this machine."""
import atexit
import os
import socket
import subprocess
import time

from harness import Contender, Measurement

SIZE, WINDOW = 300_000, 20


def broker(folder):
  """A mosquitto that lives as long as this program, and its port."""
  with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
  configuration = os.path.join(folder, "mosquitto.conf")
  with open(configuration, "w") as file:
    file.write(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    if os.getuid() == 0:
      file.write("user root\n")
  try:
    process = subprocess.Popen(["/usr/sbin/mosquitto", "-c", configuration], stderr=subprocess.DEVNULL)
  except FileNotFoundError:
    return port  # the contenders say that nobody listens
  atexit.register(process.kill)
  for _ in range(100):
    with socket.socket() as attempt:
      if attempt.connect_ex(("127.0.0.1", port)) == 0:
        break
    time.sleep(0.05)
  return port


def measurements(bench):
  port = str(broker(bench.folder))
  spool = os.path.join(bench.folder, "spool")
  arguments = [port, str(SIZE), str(WINDOW)]
  return [Measurement(
    row=16, what=f"300 KB to mosquitto, acknowledged{note}", of=of, bytes=SIZE,
    contenders=[
      Contender("luashot", bench.lua("rows/16_fleet.lua", *arguments, spool), "luashot, lua5.4"),
      Contender("floor", bench.program("16_fleet", *arguments), "libmosquitto, bare loop"),
    ],
    count=200, rounds=15, target=target)
    for of, note, target in [("clock", "", 1 / 0.9), ("processor", ", processor time", None)]]
