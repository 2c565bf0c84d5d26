-- How messages between a host and who is attached are taken apart, however they come.
local message = require "luashot.message"

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
      assert.equal("that was no message", why, wrong)
    end
    for _, size in ipairs { message.LIMIT + 1, math.maxinteger, "99999999999999999999" } do
      local _, why = read(("line %s\n"):format(size), 1)
      assert.matches("too long", why)
    end
    local found, why = read(message.pack("line", "1") .. "nonsense\n", 100)
    assert.same({ { "line", "1" } }, found)
    assert.equal("that was no message", why)
  end)
end)
