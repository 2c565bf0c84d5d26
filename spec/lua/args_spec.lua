-- Durations as the functions in C read them.
local ring = require "spec.support.ring"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

describe("a duration", function()
  local reader
  before_each(function()
    reader = assert(zb.reader(ring.name("args")))
  end)
  after_each(function()
    reader:close()
    ring.sweep_all()
  end)

  it("is a number of seconds, or has a unit", function()
    for _, timeout in ipairs({ 0.3, "300ms", "0.3s", ".3s", "0.005m", "0.0001h", "0.3 s", " .3s " }) do
      local started = uv.hrtime()
      local item, _, code = reader:read(timeout)
      local waited = (uv.hrtime() - started) / 1e9
      assert.same({ nil, "ETIMEDOUT" }, { item, code })
      assert(waited >= 0.29 and waited < 20, ("%s took %g s"):format(timeout, waited))
    end
    assert.equal("ETIMEDOUT", select(3, reader:read(0)))
    assert.equal("ETIMEDOUT", select(3, reader:read("0h")))
  end)

  it("is nothing else", function()
    for _, wrong in ipairs({ -1, 0 / 0, "", "5", "s", "soon", "-5s", "5sec", "1e2ms", "0x10s", "5s\0",
      "nans", "infs", true }) do
      local ok, message = pcall(reader.read, reader, wrong)
      assert(not ok, tostring(wrong))
      assert.matches("duration expected (seconds >= 0, or '250ms', '5s', '10m', '1h'), got ", message, 1, true)
    end
  end)
end)
