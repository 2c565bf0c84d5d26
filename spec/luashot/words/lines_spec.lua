-- Words as lines, and texts in these.
local lines = require "luashot.words.lines"

local function word(text, x, line, block)
  return { text = text, x = x, y = 10 * line, width = 8 * #text, height = 9, confidence = 100 - x, line = line,
    block = block or 1 }
end

local WORDS = { word("Log", 0, 1), word("in", 30, 1), word("now", 80, 1, 2), word("Größe", 0, 2), word("48", 60, 2) }

describe("the lines of words", function()
  it("have a space between words, and what is asked for between blocks", function()
    local texts = {}
    for i, line in ipairs(lines.of(WORDS, "  ")) do
      texts[i] = line.text
    end
    assert.same({ "Log in  now", "Größe 48" }, texts)
    assert.same({}, lines.of({}, " "))
  end)

  it("are where a text is found, as a box around its words", function()
    local match = lines.finder("Log in")(WORDS)
    assert.same({ text = "Log in", x = 0, y = 10, width = 46, height = 9, confidence = 70 }, match)
    assert.same(match, lines.finder("  Log \n in ")(WORDS))
    assert.equal(80, lines.finder("now")(WORDS).x)
    assert.same({ 30, 74 }, { lines.finder("in now")(WORDS).x, lines.finder("in now")(WORDS).width })
    match = lines.finder("rö")(WORDS)
    assert.same({ 0, 20, "rö" }, { match.x, match.y, match.text })
    assert.is_nil(lines.finder("log in")(WORDS))
    assert.is_nil(lines.finder("48 Log")(WORDS)) -- in two lines
    assert.is_nil(lines.finder("L.g")(WORDS))
  end)

  it("are matched with a pattern one by one", function()
    assert.equal("48", lines.finder("%d+$", true)(WORDS).text)
    assert.equal("Log in", lines.finder("^L%a+ %a+", true)(WORDS).text)
    assert.is_nil(lines.finder("x*", true)(WORDS)) -- nothing has no place
  end)

  it("cannot be searched for nothing, nor with half a pattern", function()
    assert.is_nil(lines.check("Log in"))
    assert.is_nil(lines.check("[", false))
    assert.matches("string expected, got number", lines.check(1))
    assert.matches("letters", lines.check("  "))
    assert.matches("'%[' is not a pattern: malformed", lines.check("[", true))
  end)
end)
