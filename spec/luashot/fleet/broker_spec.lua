-- How a broker is named, and what is refused.
local broker = require "luashot.fleet.broker"
local files = require "spec.support.files"

describe("the options of a broker", function()
  local function check(options)
    return broker.check(options, 1)
  end

  it("name scheme, user, host and port", function()
    for text, expected in pairs {
      ["mqtt://host"] = { "mqtt", nil, "host", 1883 },
      ["mqtts://me@host"] = { "mqtts", "me", "host", 8883 },
      ["mqtt://me@site:x@10.0.0.1:99/"] = { "mqtt", "me@site:x", "10.0.0.1", 99 },
      ["mqtts://[::1]:8884"] = { "mqtts", nil, "::1", 8884 },
    } do
      local parts = broker.split(text)
      assert.same(expected, { parts.scheme, parts.user, parts.host, parts.port })
    end
  end)

  it("are refused with the name of what is wrong", function()
    for _, case in ipairs {
      { { broker = "http://host" }, "option 'broker': mqtt://user@host:port" },
      { { broker = "mqtt://" }, "option 'broker'" },
      { { broker = "mqtt://host:70000" }, "option 'broker'" },
      { { broker = "mqtt://host:0" }, "option 'broker'" },
      { { broker = "mqtt://@host" }, "option 'broker'" },
      { { broker = "mqtt://a b" }, "option 'broker'" },
      { {}, "option 'broker': an address" },
      { { broker = "mqtt://me:secret@host" }, "password_file" },
      { { broker = "mqtt://host", password_file = "x" }, "a user belongs to it" },
      { { broker = "mqtt://host", ca = "x" }, "mqtts://" },
      { { broker = "mqtts://host", key = "x" }, "belong together" },
      { { broker = "mqtts://host", ca = 7 }, "option 'ca'" },
      { { broker = "mqtts://host", version = 5 }, "option 'version'" },
    } do
      local ok, why = pcall(check, case[1])
      assert.is_false(ok)
      assert.is_truthy(why:find(case[2], 1, true), why)
    end
  end)

  it("name a file whose first line is the password", function()
    local folder = files.folder()
    local path = files.write(folder .. "/password", "se cret\nnot this\n")
    assert.equal("se cret", broker.password { password_file = path })
    assert.is_nil((broker.password {}))
    files.write(path, "")
    assert.matches("is empty", (select(2, broker.password { password_file = path })))
    assert.matches("No such file", (select(2, broker.password { password_file = path .. "x" })))
    files.remove(folder)
  end)
end)
