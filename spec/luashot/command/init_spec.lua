-- How the ready-made scripts read the values of their options. How they fail is in spec/scripts.
local command = require "luashot.command"

describe("an option's value", function()
  it("is a number within bounds", function()
    local read = command.number(0, 1)
    assert.equal(0.5, read "0.5")
    assert.equal(0, read "0")
    assert.equal(1, read "1")
    for _, text in ipairs { "-0.1", "1.1", "x", "", "1x" } do
      assert.same({ nil, ("'%s' is not a number from 0 to 1"):format(text) }, { read(text) })
    end
  end)

  it("is a whole number within bounds", function()
    local read = command.integer(1, math.huge, "a number of pictures")
    assert.equal("integer", math.type(read "3"))
    assert.equal("integer", math.type(read "3.0"))
    for _, text in ipairs { "0", "1.5", "x", "" } do
      assert.same({ nil, ("'%s' is not a number of pictures"):format(text) }, { read(text) })
    end
  end)

  it("is a duration", function()
    assert.equal(0.25, command.duration "250ms")
    assert.equal(5, command.duration "5")
    assert.equal(0, command.duration "0")
    assert.is_nil((command.duration "soon"))
  end)

  it("is an interval", function()
    local read = command.interval "not every 0 seconds"
    assert.equal(60, read "1m")
    assert.same({ nil, "not every 0 seconds" }, { read "0" })
    assert.same({ command.duration "soon" }, { read "soon" })
  end)
end)
