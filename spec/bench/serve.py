"""A contender written in Python: serve.py ROW_FILE FUNCTION [ARGUMENT ...].

FUNCTION of the row's file is called with the arguments, once; it returns (label, work), where
work() does the thing once, or work(count=n) n times and may return its own nanoseconds.
The protocol is told in serve.h.
"""
import importlib.util
import inspect
import os
import platform
import sys
import time


def serve(label, work):
  answers = os.fdopen(os.dup(1), "w", buffering=1)
  os.dup2(2, 1)  # what a peer prints must not be taken for an answer
  answers.write(f"ready {label}, Python {platform.python_version()}\n")
  counted = "count" in inspect.signature(work).parameters

  def repeat(count):
    if counted:
      return work(count=count)
    for _ in range(count):
      work()

  for line in sys.stdin:
    warm, count = map(int, line.split())
    if warm:
      repeat(warm)
    start = time.monotonic_ns()
    measured = repeat(count)
    elapsed = time.monotonic_ns() - start
    answers.write(f"{elapsed if measured is None else measured}\n")


if __name__ == "__main__":
  path, function, *arguments = sys.argv[1:]
  sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
  spec = importlib.util.spec_from_file_location("row", path)
  row = importlib.util.module_from_spec(spec)
  spec.loader.exec_module(row)
  serve(*getattr(row, function)(*arguments))
