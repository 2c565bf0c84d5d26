"""The results as a picture: chart.py RESULTS.json OUT.png. One bar a contender, as long as its time
is beside the reference's, on a scale of powers of two; the target is a line across luashot's."""
import json
import math
import sys

from PIL import Image, ImageDraw, ImageFont

from report import amount

WIDTH, LABELS, BAR, GAP = 1400, 620, 18, 26
COLORS = {"luashot": "#1f77b4", "floor": "#7f7f7f"}
SMALLEST, LARGEST = 1 / 16, 512


def font(size):
  try:
    return ImageFont.truetype("DejaVuSans.ttf", size)
  except OSError:
    return ImageFont.load_default()


def position(ratio):
  share = math.log(min(max(ratio, SMALLEST), LARGEST) / SMALLEST) / math.log(LARGEST / SMALLEST)
  return LABELS + share * (WIDTH - LABELS - 20)


def color(contender):
  ours = contender["label"].startswith("luashot")  # another way to do it with luashot
  return COLORS.get(contender["role"], "#8fbfe0" if ours else "#ff9e4a")


def draw(results, path):
  small, bold = font(13), font(15)
  groups = [(m, [c for c in m["contenders"] if "ratio" in c]) for m in results["measurements"]]
  groups = [(m, contenders) for m, contenders in groups if contenders]
  height = 70 + sum(GAP + BAR * len(contenders) + 14 for _, contenders in groups)
  image = Image.new("RGB", (WIDTH, height), "white")
  pen = ImageDraw.Draw(image)
  pen.text((12, 10), "luashot beside the floor and the peers: time, shorter is better", "black", bold)
  power = SMALLEST
  while power <= LARGEST:
    pen.line((position(power), 52, position(power), height), "#b0b0b0" if power == 1 else "#ececec")
    text = f"{power:g}x" if power >= 1 else f"1/{1 / power:g}"
    pen.text((position(power), 36), text, "#606060", small, anchor="ma")
    power *= 2
  top = 60
  for measurement, contenders in groups:
    pen.text((12, top), f"{measurement['row']}  {measurement['what']}", "black", bold)
    top += GAP
    for contender in contenders:
      text = f"{contender['label']}   {amount(contender)}"
      pen.text((LABELS - 8, top), text, "black", small, anchor="ra")
      end = position(contender["ratio"])
      pen.rectangle((LABELS, top + 2, max(end, LABELS + 1), top + BAR - 3),
                    color(contender))
      if contender["role"] == "luashot" and measurement["target"]:
        at = position(measurement["target"])
        pen.line((at, top - 2, at, top + BAR + 1), "#d62728", 3)
      top += BAR
    top += 14
  image.save(path)


if __name__ == "__main__":
  with open(sys.argv[1]) as source:
    draw(json.load(source), sys.argv[2])
