"""Reads published screen frames with the Python implementation (zerobuffer-ipc, from PyPI): every frame
must be filled with one color, 0x000001 for the first, and so on: all pixels of every twentieth frame are
looked at, and the last rows of the others. Prints "ready", then one line of JSON.

    frame_peer.py NAME PAYLOAD_SIZE COUNT [STOP_AFTER]     STOP_AFTER: die without closing after this number
"""

import json
import os
import sys

from zerobuffer import BufferConfig, Reader

name, payload, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
stop = int(sys.argv[4]) if len(sys.argv) > 4 else None
with Reader(name, BufferConfig(1024, payload)) as reader:
    print("ready", flush=True)
    wrong = []
    for i in range(1, count + 1):
        frame = reader.read_frame(timeout=30)
        if frame is None:
            wrong.append("no frame %d" % i)
            break
        data = frame.data if i % 20 == 0 else frame.data[-65536:]
        if frame.sequence != i or data != i.to_bytes(4, "little") * (len(data) // 4):
            wrong.append("frame %d: sequence %d, first pixel %s" % (i, frame.sequence, bytes(frame.data[:4])))
        del data
        frame.dispose()
        if i == stop:
            os._exit(9)
    print(json.dumps({"count": i, "wrong": wrong[:3]}), flush=True)
