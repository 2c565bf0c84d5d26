-- Words that are looked at again and again: what is read of what has been drawn.
local luashot = require "luashot"
local process = require "spec.support.process"
local terminal = require "spec.support.terminal_window"
local Watcher = require "luashot.words.watcher"
local xserver = require "spec.support.xserver"

local host = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"
local WHITE <const> = "#ffffff"

-- A white picture with a text in each of three lines.
local function page(first, second, third)
  local frame = assert(luashot.load("P6 240 120 255 " .. ("\255"):rep(240 * 120 * 3))):copy "bgrx"
  for i, text in ipairs { first, second, third } do
    frame:text(10, 36 * i - 28, text, { color = "#000000", scale = 2 })
  end
  return frame
end

local function texts(words)
  local list = {}
  for i, word in ipairs(words) do
    list[i] = word.text
  end
  table.sort(list)
  return table.concat(list, " ")
end

describe("a watcher of words", function()
  local read, areas = luashot.frame.words, nil

  before_each(function()
    areas = {}
    function luashot.frame.words(frame, options)
      areas[#areas + 1] = frame.height
      return read(frame, options)
    end
  end)

  after_each(function()
    luashot.frame.words = read
  end)

  it("reads what differs from the look before, in whole lines", function()
    local watcher = Watcher.new()
    local one <close> = page("Open", "Save all", "Quit")
    local two <close> = page("Open", "Save now", "Quit")
    assert.equal("Open Quit Save all", texts(assert(watcher:look(one))))
    assert.equal("Open Quit Save all", texts(assert(watcher:look(one))))
    assert.same({ 120 }, areas)
    local words = assert(watcher:look(two))
    assert.equal("Open Quit Save now", texts(words))
    assert.equal(2, #areas)
    assert.is_true(areas[2] < 60)
    local line = {}
    for _, word in ipairs(words) do
      line[word.text] = word.line
    end
    assert.equal(line.Save, line.now)
    assert.is_true(line.Save ~= line.Open and line.Save ~= line.Quit)
    assert.equal("Open Quit Save all", texts(assert(watcher:look(one)))) -- remembered, but for its margin
    assert.equal("Open Quit Save now", texts(assert(watcher:look(two))))
    local count = #areas
    for _ = 1, 5 do
      assert(watcher:look(one))
      assert(watcher:look(two))
    end
    assert.equal(count, #areas)
    watcher:close()
  end)

  it("takes the word of events for what has been drawn", function()
    local watcher = Watcher.new()
    local one <close> = page("Open", "Save", "Quit")
    local two <close> = page("Open", "Save", "Help")
    assert(watcher:look(one))
    assert.equal("Open Quit Save", texts(assert(watcher:look(two, {}))))
    assert.equal("Help Open Save", texts(assert(watcher:look(two, { { x = 12, y = 82, width = 5, height = 5 } }))))
    two:fill({ x = 0, y = 70, width = 240, height = 50 }, WHITE)
    assert.equal("Open Save", texts(assert(watcher:look(two, { { x = 0, y = 70, width = 240, height = 50 } }))))
    assert.equal("Open Save", texts(assert(watcher:look(two, { { x = 300, y = 0, width = 9, height = 9 } }))))
    watcher:close()
  end)

  it("reads changes that touch as one, and what is around a change with it", function()
    local watcher = Watcher.new()
    local blank <close> = page("", "", "")
    local one <close> = page("", "Save", "")
    assert.equal("", texts(assert(watcher:look(blank))))
    areas = {}
    assert.equal("Save", texts(assert(watcher:look(one, {
      { x = 10, y = 44, width = 30, height = 26 }, { x = 40, y = 44, width = 40, height = 26 } }))))
    assert.same({ 26 + 2 * 2 + 2 * 14 }, areas) -- pixels that belong to a change, and a margin
    watcher:close()
  end)

  it("remembers a bounded number of readings", function()
    local watcher = Watcher.new()
    local blank <close> = page("", "", "")
    for width = 1, 100 do
      assert(watcher:read(blank, { x = 0, y = 0, width = width, height = 8 }))
    end
    local count = 0
    for _ in pairs(watcher.readings) do
      count = count + 1
    end
    assert.same({ 64, 100 }, { count, #areas })
    assert(watcher:read(blank, { x = 0, y = 0, width = 100, height = 8 }))
    assert.equal(100, #areas)
    assert(watcher:read(blank, { x = 0, y = 0, width = 36, height = 8 }))
    assert.equal(101, #areas)
  end)

  it("reads all when the size has changed, and says what it could not read", function()
    local watcher = Watcher.new "xyz"
    local one <close> = page("Open", "Save", "Quit")
    assert.equal("ENOTSUP", select(3, watcher:look(one)))
    watcher = Watcher.new()
    assert(watcher:look(one))
    local part <close> = one:crop(0, 0, 240, 40)
    assert.equal("Open", texts(assert(watcher:look(part))))
    watcher:close()
  end)

  it("reads nothing, and costs less than a fiftieth of a processor, beside a cursor that blinks", function()
    local server = xserver.start { width = 420, height = 160 }
    local window = terminal.start(server, [[printf 'total 48\nmake: Nothing to be done\n$ '
      while :; do printf '\033[7m \033[0m\b'; sleep 0.4; printf ' \b'; sleep 0.4; done]])
    finally(function()
      window:stop()
      server:stop()
    end)
    local result = process.run({ host, "-e", [[
      local display, words, looks, reading = assert(luashot.open()), luashot.frame.words, 0, 0
      local hash, seen = luashot.frame.hash, 0
      function luashot.frame.words(...)
        looks, reading = looks + 1, reading + 1
        local _ <close> = setmetatable({}, { __close = function() reading = reading - 1 end })
        return words(...)
      end
      function luashot.frame.hash(...) seen = seen + 1 return hash(...) end
      after(0, function() luashot.wait { display, text = "Login", timeout = "1m" } end)
      local last
      repeat -- until what was there is read
        last = looks
        sleep "2s"
      until looks > 0 and looks == last and reading == 0
      local before, looked, processor = seen, looks, os.clock()
      sleep "4s"
      print(seen - before, looks - looked, os.clock() - processor)
      os.exit(0)
    ]] }, { env = server:env() })
    local seen, looks, seconds = result.out:match "^(%d+)\t(%d+)\t(%S+)\n$"
    assert(seen, result.out .. result.err)
    assert.is_true(tonumber(seen) >= 6, seen) -- it has blinked
    assert.equal("0", looks)
    assert.is_true(tonumber(seconds) <= 0.02 * 4, seconds)
  end)
end)
