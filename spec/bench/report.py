"""The results as a table for people."""
import textwrap


def duration(nanoseconds):
  for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
    if nanoseconds >= size:
      return f"{nanoseconds / size:.3g} {unit}"
  return f"{nanoseconds:.0f} ns"


def rate(result, moved):
  return f" {moved / result['median_ns']:.2f} GB/s" if moved and result["moves"] else ""


def amount(result):
  """A time, or bytes, which stand in the same place."""
  return f"{result['median_ns'] / 1e6:.2f} MB" if result.get("is_size") else duration(result["median_ns"])


def figure(result, moved):
  if not result:
    return "-"
  if "error" in result:
    return textwrap.shorten(result["error"], 60)
  size = f" {result['bytes'] / 1e6:.2f} MB" if "bytes" in result else ""
  return amount(result) + rate(result, moved) + size


def target(measurement):
  parts = []
  if measurement["target"]:
    parts.append(f"<= {measurement['target']:.4g}")
  if measurement["limit_ms"]:
    parts.append(f"<= {measurement['limit_ms']:g} ms")
  if measurement.get("more_ms"):
    parts.append(f"<= {measurement['more_ms']:g} ms more")
  if measurement["smaller"]:
    parts.append("no larger than a peer's")
  return ", ".join(parts)


def compared(measurement, ours):
  """luashot beside the reference: a ratio, or what it takes more."""
  if "ratio" not in ours:
    return ""
  return f"{ours['more_ns'] / 1e6:+.1f} ms" if measurement.get("more_ms") else f"{ours['ratio']:.2f}"


def peer(result, moved):
  text = f"{result['label']}: {figure(result, moved)}"
  return text + (f" ({result['ratio']:.2f}x)" if "ratio" in result else "")


def lines(measurement):
  """The table's lines for one measurement: the first has all columns, the rest more peers."""
  results, moved = measurement["contenders"], measurement["bytes"]
  ours = next((r for r in results if r["role"] == "luashot"), None)
  reference = next((r for r in results if r["role"] == measurement["reference"]), None)
  rest = [r for r in results if r is not ours and r is not reference]
  verdict = {True: "yes", False: "NO", None: ""}[measurement["met"]]
  reference_text = "-"
  if reference and reference is not ours:
    reference_text = f"{reference['label']}: {figure(reference, moved)}"
  peers = [peer(r, moved) for r in rest] or [""]
  ratio = compared(measurement, ours) if ours and ours is not reference else ""
  yield [str(measurement["row"]), measurement["what"], figure(ours, moved), reference_text, ratio,
         target(measurement), verdict, peers[0]]
  for text in peers[1:]:
    yield [""] * 7 + [text]


def table(measurements):
  heading = ["row", "what", "luashot", "floor (or reference)", "ratio", "target", "met", "beside it"]
  body = [line for measurement in measurements for line in lines(measurement)]
  widths = [max(len(line[i]) for line in [heading] + body) for i in range(len(heading))]
  rule = ["-" * width for width in widths]
  return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
                   for line in [heading, rule] + body)
