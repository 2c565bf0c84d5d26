local what = require("luashot.command.what").read

describe("what is to be captured, as a text", function()
  it("is a window", function()
    assert.same({ title = "door" }, what "title=door")
    assert.same({ title = "a%-b %(1%) 100%% ü" }, what "title=a-b (1) 100% ü")
    assert.same({ class = "XTerm", obscured = true }, what "class=XTerm,obscured")
    assert.same({ title = "x%=y%, obscured" }, what "title=x=y, obscured")
    assert.same({ window = "active" }, what "window=active")
    assert.same({ window = 0x1400007, obscured = true }, what "window=0x1400007,obscured")
    assert.same({ window = 12 }, what "window=12")
  end)

  it("is a region that follows the pointer", function()
    assert.same({ width = 640, height = 480, follow = "cursor" }, what "640x480@cursor")
  end)

  it("is left to grab", function()
    for _, text in ipairs { "primary", "cursor", "640x480+1+2", "0x5@cursor", "HDMI-1", "", "name=x" } do
      assert.equal(text, what(text))
    end
  end)

  it("may be none", function()
    assert.same({ nil, "'title=' names no window: it needs a text after the '='" }, { what "title=" })
    assert.same({ nil, "'class=,obscured' names no window: it needs a text after the '='" }, { what "class=,obscured" })
    for _, region in ipairs { "0x100+0+0", "5x0-1+2", "5x0+-1--2", "0x0" } do
      assert.same({ nil, ("region '%s': width and height must be 1 or more"):format(region) }, { what(region) })
    end
    for _, id in ipairs { "0", "-1", "door", "1.5", "0x100000000" } do
      assert.same({ nil, ("'%s' is not a window's id, nor 'active'"):format(id) }, { what("window=" .. id) })
    end
  end)
end)
