"""Row 17: what a picture through `luashot mcp` costs over the capture and the encoder."""
from harness import Contender, Measurement

SIZES = [("scaled to 1568 pixels", 1568), ("whole", 3840)]


def measurements(bench):
  return [Measurement(
    row=17, what=f"a picture of {bench.width}x{bench.height} by MCP, {what}, {how}", of=of, desktop="photo",
    contenders=[
      Contender("luashot", bench.lua("rows/17_mcp.lua", bench.luashot, str(bound)), "luashot mcp", moves=False),
      Contender("floor", bench.lua("rows/17_mcp.lua", "-", str(bound)), "capture and encoder", moves=False)],
    count=10, rounds=5, more_ms=15)
    for what, bound in SIZES for of, how in (("processor", "processor time"), ("clock", "until it is there"))]
