-- The codes in the sources are those of the table in base/error.h: one that is misspelled would be a new one.
local process = require "spec.support.process"

local source = assert(os.getenv("LUASHOT_SOURCE"))

local function read(command)
  local result = process.run({ "sh", "-c", command:format(source) })
  assert.equal(0, result.code)
  return result.out
end

describe("error codes", function()
  local known, listed = {}, read("cat %q/src/base/error.h")
  for code in listed:match("define SHOT_ERROR_CODES(.-)\n/%*"):gmatch("X%((E%u+)%)") do
    known[#known + 1] = code
    known[code] = true
  end
  local text = read("find %q/src -name '*.c' -exec cat {} +")

  it("are in their table", function()
    local count, wrong = 0, {}
    for call in text:gmatch("shot_fail(%b())") do
      for code in call:gmatch('"(E%u+)",') do
        count = count + 1
        wrong[#wrong + 1] = not known[code] and code or nil
      end
    end
    assert.same({}, wrong)
    assert.is_true(count > 100, count)
  end)

  it("are in order, and each is used", function()
    for i, code in ipairs(known) do
      assert(i == 1 or known[i - 1] < code, code .. " is out of order")
      assert(text:find('"' .. code .. '"', 1, true) or text:find("SHOT_" .. code .. "%f[^%w]"), code .. " is not used")
    end
  end)

  it("are compared by shot_error_is", function()
    assert.is_nil(text:match("strcmp%([%w_.>-]+code, \"E"))
  end)
end)
