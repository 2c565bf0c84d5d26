"""Pictures that are hard to search: they look alike everywhere, or nowhere; the same on every machine.

A search for NUMBER.wanted.ppm in NUMBER.ppm takes the options of NUMBER.lua."""
import os
import random

COUNT = 200
WIDTH, HEIGHT, SIDE = 480, 270, 64
COLORS = [((0, 0, 0), (255, 255, 255)), ((100, 100, 100), (155, 155, 155)), ((255, 0, 0), (0, 255, 0)),
          ((20, 30, 40), (220, 200, 100))]
OPTIONS = ["tolerance = 80", "min_score = 0.9", "min_score = 0.7"]


def checkerboard(seed, width, height):
  one, other = map(bytes, seed.choice(COLORS))
  period = seed.randint(1, 5)
  rows = [(period * pair[0] + period * pair[1]) * width for pair in ((one, other), (other, one))]
  return b"".join(rows[y // period % 2][:3 * width] for y in range(height))


def stripes(seed, width, height):
  one, other = map(bytes, seed.choice(COLORS))
  period = seed.randint(1, 5)
  if seed.random() < 0.5:
    return ((period * one + period * other) * width)[:3 * width] * height
  return b"".join((one, other)[y // period % 2] * width for y in range(height))


def noise(seed, width, height):
  least, most = seed.choice([(0, 255), (96, 160)])
  table = bytes(least + value * (most - least) // 255 for value in range(256))
  if seed.random() < 0.5:
    return seed.randbytes(3 * width * height).translate(table)
  gray, pixels = seed.randbytes(width * height).translate(table), bytearray(3 * width * height)
  for channel in range(3):
    pixels[channel::3] = gray
  return bytes(pixels)


def text(seed, width, height):
  """Lines of dots of 2x2 pixels, six high, two apart."""
  ink = bytes(255 if value < 90 else 0 for value in range(256))
  rows = []
  for y in range(0, height, 2):
    dots = seed.randbytes(width // 2).translate(ink) if y % 16 < 12 else bytes(width // 2)
    row = bytearray(3 * width)
    for byte in range(6):
      row[byte::6] = dots
    rows += [bytes(row)] * 2
  return b"".join(rows[:height])


def flat(seed, width, height):
  return bytes(seed.choice(seed.choice(COLORS))) * (width * height)


KINDS = [checkerboard, stripes, noise, text, flat]


def write(folder, count):
  """The first `count` of the pictures; the first 45 have each kind with each sort of wanted picture and each option."""
  os.makedirs(folder, exist_ok=True)
  for number in range(count):
    seed = random.Random(number)
    kind = KINDS[number % 5]
    wanted = [kind, noise, text][number // 5 % 3]
    for name, pixels, width, height in ((f"{number}.ppm", kind, WIDTH, HEIGHT),
                                        (f"{number}.wanted.ppm", wanted, SIDE, SIDE)):
      with open(os.path.join(folder, name), "wb") as out:
        out.write(b"P6 %d %d 255\n" % (width, height) + pixels(seed, width, height))
    with open(os.path.join(folder, f"{number}.lua"), "w") as out:
      out.write(f"return {{ {OPTIONS[number // 15 % 3]} }}\n")
