"""A program on a terminal of its own: terminal.py COLUMNS ROWS PROGRAM [ARGUMENTS]

Reads commands, one JSON array a line: ["type", TEXT], ["resize", COLUMNS, ROWS], ["signal", NUMBER].
Writes, whenever the program has printed something, one JSON object a line: {"rows": the screen,
without spaces that nothing follows, not even the cursor, "x", "y": the cursor, "raw": what came, as
hexadecimal}, and at the end {"code"} or {"signal"}. ANSWER in the environment is what the terminal
says when it is asked for its attributes.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios

import pyte


def resize(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, columns * 8, rows * 16))


def tell(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main():
    columns, rows = int(sys.argv[1]), int(sys.argv[2])
    pid, fd = pty.fork()
    if pid == 0:
        resize(0, columns, rows)
        os.execvp(sys.argv[3], sys.argv[3:])
    answer = os.environ.get("ANSWER", "").encode()
    screen = pyte.Screen(columns, rows)
    stream = pyte.ByteStream(screen)
    pending = b""
    while True:
        ready, _, _ = select.select([fd, 0], [], [])
        if fd in ready:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            if answer and b"\033[c" in data:
                os.write(fd, answer)
            stream.feed(data)
            lines = [line.rstrip() for line in screen.display]
            lines[screen.cursor.y] = lines[screen.cursor.y].ljust(screen.cursor.x)
            tell(rows=lines, x=screen.cursor.x, y=screen.cursor.y, raw=data.hex())
        if 0 in ready:
            data = os.read(0, 65536)
            if not data:
                break
            pending += data
            *commands, pending = pending.split(b"\n")
            for command in map(json.loads, commands):
                if command[0] == "type":
                    os.write(fd, command[1].encode())
                elif command[0] == "resize":
                    screen.resize(command[2], command[1])
                    resize(fd, command[1], command[2])
                elif command[0] == "signal":
                    os.kill(pid, command[1])
    os.close(fd)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        tell(signal=os.WTERMSIG(status))
    else:
        tell(code=os.WEXITSTATUS(status))


signal.signal(signal.SIGPIPE, signal.SIG_DFL)
main()
