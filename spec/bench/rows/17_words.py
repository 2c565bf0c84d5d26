"""Row 17: the processor time of reading the words in a part of a desktop."""
from harness import Contender, Measurement

# what is there, where (desktop.py has the terminals), and the most milliseconds that it may take
CROPS = [
  ("a program, 28 words", "400x100+70+100", 90),
  ("a dense listing, 59 words", "400x100+940+1290", 90),
]


def measurements(bench):
  return [Measurement(
    row=17, what=f"words in 400x100 of a terminal: {what}", desktop="terminals", of="processor",
    contenders=[Contender("luashot", bench.lua("rows/17_words.lua", place), "luashot, lua5.4", moves=False)],
    count=5, rounds=5, limit_ms=limit) for what, place, limit in CROPS]
