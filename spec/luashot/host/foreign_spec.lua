-- What others send costs a time that grows as its length does, or no more than so much: each parser of foreign
-- bytes is timed at n and at 2n bytes. It is the processor's time that counts, the least of several, so that what
-- else runs on the machine does not.
local caps = require "luashot.zerobuffer.caps"
local complete = require "luashot.host.complete"
local core = require "luashot.core"
local cron = require "luashot.schedule.cron"
local message = require "luashot.attach.message"
local repl = require "luashot.host.repl"
local terminal = require "luashot.show.terminal"
local traceback = require "luashot.schedule.traceback"

local MOST <const> = 3 -- times as long for twice as much; the square would be 4
local MEASURABLE <const> = 0.001 -- seconds

-- The least of several.
local function time_of(fn, text)
  local least = math.huge
  for _ = 1, 3 do
    collectgarbage()
    local begin = os.clock()
    fn(text)
    least = math.min(least, os.clock() - begin)
  end
  return least
end

-- How many times as long it takes for twice as much; 0 when even the longest takes no time.
local function growth_of(fn, make)
  local size = 1024
  while size <= 1 << 16 do
    local once = time_of(fn, make(size))
    if once >= MEASURABLE then
      return time_of(fn, make(2 * size)) / once
    end
    size = size * 2
  end
  return 0
end

local function repeated(pattern, before, after)
  return function(size)
    return (before or "") .. pattern:rep(size // #pattern) .. (after or "")
  end
end

-- What is hard for patterns: runs of what several parts of them match, and no end.
local shapes = {
  blanks = repeated " ",
  ["blanks around a word"] = repeated(" ", "a", "b"),
  letters = repeated "a",
  ["words and dots"] = repeated("a.", "", " "),
  ["words and blanks"] = repeated "a ",
  ["a call that is open"] = repeated("(", "f"),
  ["brackets"] = repeated("{", "f(", "x "),
  quotes = repeated "\"'",
  ["quotes and words"] = repeated("\"a", "f(", " "),
  digits = repeated "1",
  ["digits and blanks"] = repeated "1 ",
  commas = repeated ",",
  ["commas and blanks"] = repeated ", ",
  ["equal signs"] = repeated(",width= ", "video/x-raw", " "),
  ["a value of blanks"] = repeated(" ", "video/x-raw,width=a", "b"),
  ["lines"] = repeated "\n",
  ["lines of a traceback"] = repeated("\n\t[C]: in ?", "m\nstack traceback:"),
  ["many tracebacks"] = repeated "\nstack traceback:\n",
  ["places"] = repeated "\t...a.lua:1:",
  ["escape sequences"] = repeated "\27[?1;",
  ["stars"] = repeated "*/",
  ["ranges"] = repeated "1-5,",
}

local parsers = {
  ["completion"] = function(text)
    complete(text, _G)
  end,
  ["completion of a string"] = function(text)
    complete('frame:save("' .. text, _G)
  end,
  ["whether a line ends a prompt"] = function(text)
    repl.is_exit(text, _G)
    repl.is_exit("exit" .. text .. "x", _G)
  end,
  ["the caps of a ring"] = function(text)
    caps.video(('{"type": "luashot", "caps": %q}'):format(text:gsub("[%c\"\\]", " ")))
  end,
  ["cron expressions"] = function(text)
    cron.parse(text)
  end,
  ["durations"] = function(text)
    core.duration(text)
    core.duration("1" .. text .. "x")
  end,
  ["messages"] = function(text)
    local reader = message.reader()
    reader:push(message.pack("line", text))
    reader:next()
    reader:push(text)
    reader:next()
  end,
  ["terminals"] = function(text)
    terminal.parse(text)
  end,
  ["tracebacks"] = function(text)
    traceback.clean(text)
  end,
}

describe("what others send:", function()
  for name, parse in pairs(parsers) do
    it(name .. " cost a time that grows as the length does", function()
      for shape, make in pairs(shapes) do
        local growth = growth_of(parse, make)
        if growth > MOST then
          growth = growth_of(parse, make) -- a page that was swapped in is no growth
        end
        assert(growth <= MOST, ("%s: %.1f times as long for twice as much"):format(shape, growth))
      end
    end)
  end

  it("completion looks at the end of a long line, and knows where it is", function()
    local before = ("local text = 'a.b(c' "):rep(1000)
    local candidates, from = complete(before .. "x = string.form", _G)
    assert.same({ "format" }, candidates)
    assert.equal(#before + #"x = string." + 1, from)
    -- Also where the cut is inside of a string.
    candidates = complete(before .. '"' .. ("x"):rep(1000) .. " string.form", _G)
    assert.same({}, candidates)
  end)

  it("lines that are no chunk yet are dropped when they are too long", function()
    local said = {}
    local conversation = repl.new(_G, function(text)
      said[#said + 1] = text
    end)
    local lines = 0
    assert.is_true(conversation:line "return [[")
    repeat
      lines = lines + 1
    until not conversation:line(("x"):rep(1 << 16))
    assert.equal(16, lines)
    assert.same({ "a chunk of more than 1048576 bytes is too long for a prompt\n" }, said)
    assert.is_nil(conversation.pending)
    conversation:line "return 6 * 7"
    assert.equal("42\n", said[2])
  end)
end)
