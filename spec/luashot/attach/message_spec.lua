-- How messages between a host and who is attached are taken apart, however they come.
local mangle = require "spec.support.mangle"
local message = require "luashot.attach.message"

describe("messages", function()
  --- What a reader makes of bytes that come in pieces of a size.
  local function read(bytes, size)
    local reader, found = message.reader(), {}
    for from = 1, #bytes, size do
      reader:push(bytes:sub(from, from + size - 1))
      for kind, text in reader.next, reader do
        found[#found + 1] = { kind, text }
      end
    end
    local _, why = reader:next()
    return found, why, reader:is_empty()
  end

  it("are the same in pieces of any size", function()
    math.randomseed(3)
    local sent, bytes = {}, {}
    for i = 1, 50 do
      local text = {}
      for k = 1, math.random(0, 60) do
        text[k] = string.char(math.random(0, 255))
      end
      sent[i] = { ("line"):sub(1, math.random(1, 4)), table.concat(text) }
      bytes[i] = message.pack(sent[i][1], sent[i][2])
    end
    for _, size in ipairs { 1, 2, 3, 7, 100, 100000 } do
      local found, why, is_empty = read(table.concat(bytes), size)
      assert.same(sent, found)
      assert.is_nil(why)
      assert.is_true(is_empty)
    end
  end)

  it("may be empty, and may be as long as allowed", function()
    assert.equal("done 0\n", message.pack "done")
    assert.same({ { "done", "" } }, (read("done 0\n", 1)))
    local long = ("x"):rep(message.LIMIT)
    assert.is_true(read(message.pack("run", long), 1 << 16)[1][2] == long)
  end)

  it("are waited for until they are whole", function()
    for _, part in ipairs { "", "l", "line", "line ", "line 3", "line 3\n", "line 3\nab" } do
      local found, why = read(part, 1)
      assert.same({}, found)
      assert.is_nil(why)
    end
  end)

  it("that are none are found out early", function()
    for _, wrong in ipairs { "\n", "line\n", "line x\n", "LINE 1\n", "line 1 \n", " line 1\n", "line -1\n",
      "line 1.0\n", "line 1e3\n", ("x"):rep(32), ("line " .. ("0"):rep(40)), "line\0 1\n" } do
      local found, why = read(wrong, 1)
      assert.same({}, found)
      assert.equal("that was not a message", why, wrong)
    end
    for _, size in ipairs { message.LIMIT + 1, math.maxinteger, "99999999999999999999" } do
      local _, why = read(("line %s\n"):format(size), 1)
      assert.matches("too long", why)
    end
    local found, why = read(message.pack("line", "1") .. "nonsense\n", 100)
    assert.same({ { "line", "1" } }, found)
    assert.equal("that was not a message", why)
  end)

  it("cost no more when they come byte by byte", function()
    local reader, began = message.reader(), os.clock()
    reader:push(("run %d\n"):format(message.LIMIT) .. ("x"):rep(message.LIMIT - 300000))
    local early
    for _ = 1, 299999 do
      reader:push "y"
      early = early or reader:next()
    end
    assert.is_nil(early)
    reader:push "z"
    local kind, text = reader:next()
    assert.equal("run", kind)
    assert.is_true(text == ("x"):rep(message.LIMIT - 300000) .. ("y"):rep(299999) .. "z")
    assert.is_true(os.clock() - began < 15) -- put together each time, that would be minutes
  end)

  -- What a stream holds, taken from it as a whole.
  local function read_at_once(bytes)
    local found, at = {}, 1
    while true do
      local stop = bytes:find("\n", at, true)
      if not stop or stop - at >= 32 then
        return found, #bytes - at + 1 >= 32 and "that was not a message" or nil
      end
      local kind, digits = bytes:sub(at, stop - 1):match "^(%l+) (%d+)$"
      if not kind then
        return found, "that was not a message"
      elseif tonumber(digits) > message.LIMIT then
        return found, ("a message of %s bytes is too long: the limit is %d"):format(digits, message.LIMIT)
      elseif stop + digits > #bytes then
        return found
      end
      found[#found + 1] = { kind, bytes:sub(stop + 1, math.tointeger(stop + digits)) }
      at = math.tointeger(stop + digits) + 1
    end
  end

  local function compare(count, seed)
    local random = mangle.random(seed)
    local good = { "done 0\n" }
    for i = 1, 60, 7 do
      good[#good + 1] = message.pack("line", ("1 + 1\n"):rep(i))
      good[#good + 1] = message.pack("run", string.char(random(0, 255)):rep(i))
    end
    local wrong, whole = 0, 0
    for i = 1, count do
      local bytes = mangle.stream(random, good)
      local reader, found, why = message.reader(), {}, nil
      for _, piece in ipairs(mangle.pieces(random, bytes)) do
        reader:push(piece)
        repeat
          local kind, text = reader:next()
          found[#found + 1] = kind and { kind, text }
          why = not kind and text or why
        until not kind
        if why then
          break -- the connection ends with it
        end
      end
      local wanted, reason = read_at_once(bytes)
      local where = ("stream %d of seed %d: %q"):format(i, seed, bytes)
      assert.equal(reason, why, where)
      assert.same(wanted, found, where)
      assert.is_false(reader:holds("nowhere", ""))
      wrong, whole = wrong + (why and 1 or 0), whole + #found
    end
    assert.is_true(wrong > count / 10 and whole > count, "these streams test little")
  end

  it("are known before they are taken, by their kind alone", function()
    local pack = message.pack
    local function holds(coming, ...)
      local reader = message.reader()
      for _, piece in ipairs { ... } do
        reader:push(piece)
      end
      return reader:holds("interrupt", coming), reader
    end
    local inside = pack("complete", "x" .. pack "interrupt")
    assert.is_false(holds("", inside))
    assert.is_false(holds(inside))
    assert.is_true(holds("", inside, pack "interrupt"))
    assert.is_true(holds(pack "interrupt", inside))
    assert.is_true(holds("upt 0\n", inside .. "interr"))
    assert.is_true(holds(inside:sub(9) .. pack "interrupt", inside:sub(1, 8)))
    assert.is_false(holds(inside:sub(15), inside:sub(1, 14)))
    assert.is_false(holds("", "nonsense\n" .. pack "interrupt"))
    -- Also when a message has been begun, or taken.
    local found, reader = holds("", inside, pack "interrupt", inside:sub(1, 14))
    assert.is_true(found)
    assert.equal("complete", (reader:next()))
    assert.is_true(reader:holds("interrupt", ""))
    assert.equal("interrupt", (reader:next()))
    assert.is_false(reader:holds("interrupt", ""))
    assert.is_nil((reader:next()))
    assert.is_false(reader:holds("interrupt", ""))
    assert.is_true(reader:holds("interrupt", inside:sub(15) .. pack "interrupt"))
  end)

  it("are looked at once for that, however often it is asked", function()
    local reader = message.reader()
    reader:push(message.pack("terminal", "x"):rep(5000))
    local function cost(times)
      local ticks = 0
      debug.sethook(function()
        ticks = ticks + 1
      end, "", 100) -- instructions
      for _ = 1, times do
        reader:holds("interrupt", message.pack "done")
      end
      debug.sethook()
      return ticks
    end
    local first, later = cost(1), cost(100)
    assert.is_true(first > 500 and later < first / 5, ("%d ticks, and then %d"):format(first, later))
  end)

  it("are found in damaged streams as in the whole", function() compare(3000, 1) end)

  it("are found in a million damaged streams #long", function()
    for seed = 2, 101 do
      compare(10000, seed)
    end
  end)
end)
