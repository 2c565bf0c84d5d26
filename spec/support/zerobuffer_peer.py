"""One side of a ring, played by the Python implementation (zerobuffer-ipc, from PyPI, unmodified).

    zerobuffer_peer.py read NAME LOAD COUNT       create a ring, check COUNT frames of LOAD
    zerobuffer_peer.py write NAME LOAD COUNT      attach, write COUNT frames of LOAD
    zerobuffer_peer.py serve CHANNEL LOAD COUNT   a duplex server that answers COUNT requests with themselves
    zerobuffer_peer.py call CHANNEL LOAD COUNT    a duplex client that sends COUNT requests and checks the answers
    zerobuffer_peer.py look NAME                  create a ring, and see the picture of the first frame in it
    zerobuffer_peer.py helpers                    what the package's own test helpers return

Prints "ready" once the other side may attach, and at the end one line of JSON that says what happened;
an exception of the package is a result, not a failure of this program. The loads are those of
spec/support/zerobuffer_load.lua, byte for byte.
"""

import argparse
import datetime
import json
import os
import sys
import threading
import time

import zerobuffer
from zerobuffer import BufferConfig, Reader, Writer

HEADER = 16
PATTERN_SIZE = 1 << 17


def random_numbers():
    state = 1
    while True:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        yield state >> 11


def make_pattern():
    numbers = random_numbers()
    return bytes(next(numbers) & 0xFF for _ in range(PATTERN_SIZE))


PATTERN = make_pattern()


def content(sequence, size):
    global PATTERN
    start = sequence * 37 % 65521
    while len(PATTERN) < start + size:
        PATTERN = PATTERN + PATTERN
    return PATTERN[start : start + size]


def sizes(load, ring):
    """Frame sizes of a load. A frame that would end on the ring's last byte is avoided (except in
    "exact"), because a Python writer fails on the frame after it."""
    position = 0
    for number in random_numbers():
        if load == "exact":
            yield ring - HEADER
            continue
        if load == "any":
            yield 1 + number % 30000
            continue
        if load == "large":
            yield ring // 2 + number % (ring // 2 - HEADER)
            continue
        if load == "big":
            yield 33177600 - number % 1000
            continue
        if load == "arbitrary":
            size = 1 + number % 30000
        elif load == "lockstep":
            size = 16 * (1 + number % (ring // 32 - 1))
        else:
            size = 16 * (1 + number % 1875)
        if ring - position < HEADER + size:
            position = 0
        if position + HEADER + size == ring:
            size += -16 if size > 16 else 16
            if ring - position < HEADER + size:
                position = 0
        position += HEADER + size
        yield size


def say(**result):
    print(json.dumps(result), flush=True)


def insist(make, patience=20):
    """Make a side of a ring, in several tries if need be: a writer is too early before the reader has
    made the ring, and a reader that starts takes every lock in the folder for a moment, also that of
    another reader which is just about to take it."""
    end = time.monotonic() + patience
    while True:
        try:
            return make()
        except zerobuffer.ZeroBufferException:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def drained(oieb, patience):
    """Wait until everything that was written has been released."""
    end = time.monotonic() + patience
    spins = 0
    while oieb.payload_free_bytes != oieb.payload_size:
        spins += 1
        if spins > 200:
            time.sleep(0.0001)
        if time.monotonic() > end:
            raise TimeoutError(
                f"free stays {oieb.payload_free_bytes} of {oieb.payload_size}")


class Progress:
    """Counts on while the work goes on, so that whoever stops waiting still learns how far it came."""

    def __init__(self):
        self.frames = 0
        self.error = None
        self.extra = {}

    def run(self, work):
        started = time.monotonic()
        try:
            work(self)
        except Exception as error:  # the package's exceptions share no base with struct.error, ValueError …
            self.error = f"{type(error).__name__}: {error}"
        say(frames=self.frames, error=self.error, seconds=time.monotonic() - started, **self.extra)


def oieb_state(oieb):
    return dict(free=oieb.payload_free_bytes, ring=oieb.payload_size,
        written=oieb.payload_written_count, read=oieb.payload_read_count)


def read(arguments):
    config = BufferConfig(arguments.metadata_size, arguments.ring)
    reader = insist(lambda: Reader(arguments.name, config))
    print("ready", flush=True)

    def work(progress):
        expected = sizes(arguments.load, arguments.ring)
        try:
            while progress.frames < arguments.count:
                # The first frame may take as long as the other side takes to start.
                patience = 20 if progress.frames == 0 else arguments.timeout
                end = time.monotonic() + patience
                frame = None
                while frame is None:
                    left = end - time.monotonic()
                    if left <= 0:
                        raise TimeoutError(f"no frame for {patience} s")
                    try:
                        frame = reader.read_frame(timeout=min(left, 0.5))
                    except zerobuffer.WriterDeadException:
                        # Also what it raises while no writer has ever come.
                        if progress.frames > 0:
                            raise
                with frame:
                    size = next(expected)
                    if frame.sequence != progress.frames + 1 or len(frame) != size:
                        raise AssertionError(
                            f"frame {frame.sequence} of {len(frame)} bytes instead of "
                            f"{progress.frames + 1} of {size}")
                    if bytes(frame.data) != content(frame.sequence, size):
                        raise AssertionError(f"frame {frame.sequence}: the bytes differ")
                progress.frames += 1
                if arguments.pause:
                    time.sleep(arguments.pause)
            metadata = reader.get_metadata()
            progress.extra["metadata"] = None if metadata is None else bytes(metadata).decode()
        finally:
            progress.extra.update(oieb_state(reader._oieb))

    Progress().run(work)
    wait_for_stdin(arguments)
    reader.close()


def write(arguments):
    writer = insist(lambda: Writer(arguments.name))
    writer.write_timeout = datetime.timedelta(seconds=arguments.timeout)
    if arguments.metadata is not None:
        writer.set_metadata(arguments.metadata.encode())
    print("ready", flush=True)

    def work(progress):
        oieb = writer._oieb
        try:
            for size in sizes(arguments.load, oieb.payload_size):
                if progress.frames == arguments.count:
                    break
                data = content(progress.frames + 1, size)
                if arguments.commit:
                    buffer = writer.get_frame_buffer(size)
                    buffer[:] = data
                    buffer.release()
                    writer.commit_frame()
                else:
                    writer.write_frame(data)
                progress.frames += 1
                if arguments.pause:
                    time.sleep(arguments.pause)
                if arguments.load == "lockstep":
                    drained(oieb, arguments.timeout)
        finally:
            progress.extra.update(oieb_state(oieb))

    Progress().run(work)
    wait_for_stdin(arguments)
    writer.close()


def serve(arguments):
    done = threading.Event()
    progress = Progress()

    def finish():
        # Let the last answer be written first: 1.1.7 does that after the handler has returned.
        threading.Timer(0.5, done.set).start()

    def answer(frame, response=None):
        data = bytes(frame.data)
        progress.frames += 1
        if progress.frames == arguments.count:
            finish()
        if response is None:  # 1.1.7: the server writes what the handler returns
            return data
        response.write_frame(data)

    def failed(event):
        error = event.exception
        progress.extra["stopped_by"] = f"{type(error).__name__}: {error}"
        done.set()

    def start():
        server = zerobuffer.ImmutableDuplexServer(
            arguments.name, BufferConfig(4096, arguments.ring), arguments.patience)
        server.start(answer)
        end = time.monotonic() + 20
        while server._request_reader is None:  # made by the server's thread, which ends if it cannot
            if not server._running or time.monotonic() > end:
                raise zerobuffer.ZeroBufferException("the server did not come up")
            time.sleep(0.005)
        server.add_error_handler(failed)
        return server

    insist(start)
    print("ready", flush=True)

    def work(_):
        seen = -1
        while not done.wait(arguments.patience):
            if progress.frames == seen:
                raise TimeoutError(f"no more requests for {arguments.patience} s")
            seen = progress.frames

    progress.run(work)
    wait_for_stdin(arguments)
    os._exit(0)  # stop() waits for the read that is going on


def call(arguments):
    client = insist(lambda: zerobuffer.DuplexClient(arguments.name))
    print("ready", flush=True)

    def work(progress):
        try:
            for size in sizes(arguments.load, 1 << 20):
                if progress.frames == arguments.count:
                    break
                data = content(progress.frames + 1, size)
                sent = client.send_request(data)
                response = client.receive_response(int(arguments.timeout * 1000))
                if response.data is None:
                    raise TimeoutError(f"no answer to request {sent}")
                if bytes(response.data) != data:
                    raise AssertionError(f"the answer to request {sent} differs")
                if response.sequence != sent:
                    raise AssertionError(f"the answer to request {sent} carries {response.sequence}")
                response.dispose()
                progress.frames += 1
        finally:
            progress.extra["server"] = client._response_reader._oieb.writer_pid

    Progress().run(work)
    client.close()


def look(arguments):
    """What a vision program does: the metadata say what the bytes are, and numpy sees them in place."""
    import re
    import numpy

    config = BufferConfig(arguments.metadata_size, arguments.ring)
    reader = insist(lambda: Reader(arguments.name, config))
    print("ready", flush=True)
    frame = None
    while frame is None:
        try:
            frame = reader.read_frame(timeout=0.5)
        except zerobuffer.WriterDeadException:
            pass  # nobody has come yet
    with frame:
        metadata = json.loads(bytes(reader.get_metadata()))
        width, height = (int(re.search(name + r"=\(int\)(\d+)", metadata["caps"]).group(1))
            for name in ("width", "height"))
        pixels = numpy.frombuffer(frame.data, dtype=numpy.uint8).reshape(height, width, 4)
        say(caps=metadata["caps"], element=metadata["element_name"], type=metadata["type"],
            rgb=pixels[:, :, 2::-1].tobytes().hex(), mean=float(pixels[:, :, :3].mean()))
        del pixels
    wait_for_stdin(arguments)


def helpers(_):
    """Of the package zerobuffer_serve, which the same distribution installs."""
    import importlib.util
    import zerobuffer_serve

    # Loaded by path: importing them as zerobuffer_serve.… pulls in pydantic, which is not a dependency.
    def load(path):
        spec = importlib.util.spec_from_file_location("helper", os.path.join(
            os.path.dirname(zerobuffer_serve.__file__), path))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    patterns = load("test_data_patterns.py").TestDataPatterns
    naming = load("services/buffer_naming_service.py").BufferNamingService()
    many = [0, 1, 16, 255, 256, 257, 1000, 70000]

    def shown(data):
        return data.hex()

    say(
        frame_data={f"{size},{sequence}": shown(patterns.generate_frame_data(size, sequence))
            for size in many for sequence in (0, 1, 255, 256, 1000)},
        simple={size: shown(patterns.generate_simple_frame_data(size)) for size in many},
        metadata={size: shown(patterns.generate_metadata(size)) for size in many},
        verify_right=patterns.verify_simple_frame_data(patterns.generate_simple_frame_data(1000)),
        verify_wrong=patterns.verify_simple_frame_data(b"\x00\x01\x03"),
        name=naming.get_buffer_name("base"), again=naming.get_buffer_name("base"), pid=os.getpid())


def wait_for_stdin(arguments):
    """With --linger: stay attached until whoever started this closes the pipe."""
    if arguments.linger:
        sys.stdin.read()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["read", "write", "serve", "call", "look", "helpers"])
    parser.add_argument("name", nargs="?")
    parser.add_argument("load", nargs="?", choices=["aligned", "arbitrary", "lockstep", "exact", "any", "large", "big"])
    parser.add_argument("count", nargs="?", type=int)
    parser.add_argument("--ring", type=int, default=65536)
    parser.add_argument("--metadata-size", type=int, default=1024)
    parser.add_argument("--metadata")
    parser.add_argument("--timeout", type=float, default=3)
    parser.add_argument("--patience", type=float, default=60, help="of a server with its client")
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--commit", action="store_true", help="the two-phase write")
    parser.add_argument("--linger", action="store_true")
    arguments = parser.parse_args()
    globals()[arguments.command](arguments)


main()
