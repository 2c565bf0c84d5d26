-- Words as lines, and texts in these.
local lines = require "luashot.words.lines"

local function word(text, x, line, block)
  return { text = text, x = x, y = 10 * line, width = 8 * #text, height = 9, confidence = 100 - x, line = line,
    block = block or 1 }
end

local WORDS = { word("Log", 0, 1), word("in", 30, 1), word("now", 80, 1, 2), word("Größe", 0, 2), word("48", 60, 2) }

local function find(text, is_pattern)
  return lines.find(WORDS, text, is_pattern, 1)[1]
end

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
    local match = find("Log in")
    assert.same({ text = "Log in", x = 0, y = 10, width = 46, height = 9, confidence = 70 }, match)
    assert.same(match, find("  Log \n in "))
    assert.equal(80, find("now").x)
    assert.same({ 30, 74 }, { find("in now").x, find("in now").width })
    match = find("rö")
    assert.same({ 0, 20, "rö" }, { match.x, match.y, match.text })
    assert.is_nil(find("log in"))
    assert.is_nil(find("48 Log")) -- in two lines
    assert.is_nil(find("L.g"))
  end)

  it("are matched with a pattern one by one", function()
    assert.equal("48", find("%d+$", true).text)
    assert.equal("Log in", find("^L%a+ %a+", true).text)
    assert.is_nil(find("x*", true)) -- nothing has no place
    assert.equal("n", find("n*", true).text) -- after nothing
  end)

  it("are where each place of a text is found", function()
    local function all(text, is_pattern, most)
      local places = {}
      for i, match in ipairs(lines.find(WORDS, text, is_pattern, most or 9)) do
        places[i] = match.text .. " " .. match.x
      end
      return places
    end
    assert.same({ "n 30", "n 80" }, all "n")
    assert.same({ "n 30" }, all("n", false, 1))
    assert.same({ "Log 0", "Gr 0" }, all("^%u%a%a?", true))
    assert.same({ "Lo 0", "Gr 0" }, all("^%a%a", true)) -- an anchor holds once in a line
    assert.same({ "in 30", "n 80" }, all("i*n", true))
    assert.same({}, all "none")
  end)

  it("cannot be searched for nothing, nor with half a pattern", function()
    assert.is_nil(lines.check("Log in"))
    assert.is_nil(lines.check("[", false))
    assert.matches("string expected, got number", lines.check(1))
    assert.matches("letters", lines.check("  "))
    assert.matches("'%[' is not a pattern: malformed", lines.check("[", true))
  end)
end)
