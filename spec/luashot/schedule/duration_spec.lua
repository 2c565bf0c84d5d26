local duration = require "luashot.schedule.duration"

describe("a duration", function()
  it("is a number of seconds", function()
    for _, seconds in ipairs { 0, 1, 0.25, 1e9, math.huge } do
      assert.equal(seconds, duration.read(seconds))
    end
  end)

  it("is a string with a unit", function()
    for text, seconds in pairs {
      ["250ms"] = 0.25, ["5s"] = 5, ["10m"] = 600, ["1h"] = 3600,
      ["0s"] = 0, ["1.5m"] = 90, [".5s"] = 0.5, ["2.s"] = 2, [" 5 s "] = 5,
    } do
      assert.near(seconds, duration.read(text), 1e-12)
    end
  end)

  it("is nothing else, and the message says what it could be", function()
    for _, value in ipairs {
      -1, 0 / 0, -math.huge, {}, true,
      "", "5", "s", "5 parsecs", "-5s", "5s5", "1e3s", "0x5s", "1..2s", ".s", "1e2ms", "0x10s", "5s\0",
      ("9"):rep(1 << 20) .. "x",
    } do
      local seconds, why = duration.read(value)
      assert.is_nil(seconds, tostring(value))
      assert.matches("^duration expected %(.*'250ms', '5s', '10m', '1h'%), got ", why)
    end
    assert.matches("got '5 parsecs'$", (select(2, duration.read("5 parsecs"))))
    assert.is_nil((duration.read(nil)))
  end)

  it("as an argument is refused at the caller's caller", function()
    local function takes(value)
      local seconds = duration.check(value, 2, "takes")
      assert.equal(5, seconds)
    end
    takes("5s")
    local ok, message = pcall(function()
      takes("x")
    end)
    assert.is_false(ok)
    assert.matches("^spec/luashot/schedule/duration_spec%.lua:%d+: "
      .. "bad argument #2 to 'takes' %(duration expected", message)
  end)
end)
