-- The helpers for tests of rings return what those of the other implementations do.
local json = require "dkjson"
local process = require "spec.support.process"
local python = require "spec.support.python"
local testing = require "luashot.zerobuffer.testing"
local uv = require "luv"

describe("luashot.zerobuffer.testing", function()
  it("makes the data that is documented", function()
    local data = testing.frame_data(1000, 300)
    assert.equal(1000, #data)
    for i = 0, 999 do
      assert.equal((i + 300) % 256, data:byte(i + 1))
    end
    assert.equal("\0\1\2\3", testing.simple_frame_data(4))
    assert.equal("\0\1\2\3", testing.metadata(4))
    assert.equal("", testing.frame_data(0, 7))
    assert.is_true(testing.verify_simple_frame_data(testing.simple_frame_data(300)))
    assert.is_true(testing.verify_simple_frame_data "")
    assert.is_false(testing.verify_simple_frame_data "\0\1\3")
  end)

  it("names rings after the process and the run, the same each time", function()
    local name = testing.buffer_name "base"
    assert.matches(("^base_%d_%%d+$"):format(uv.os_getpid()), name)
    assert.equal(name, testing.buffer_name "base")
    assert.not_equal(name, testing.buffer_name "other")
    local code = "io.write(require 'luashot.zerobuffer.testing'.buffer_name 'base')"
    local one, two = process.run(process.lua("-e", code)), process.run(process.lua("-e", code))
    assert.not_equal(one.out, two.out)
  end)

  it("names them as the Harmony test runner wants", function()
    local code = "io.write(require 'luashot.zerobuffer.testing'.buffer_name 'base')"
    local named = process.run(process.lua("-e", code), {
      env = { HARMONY_HOST_PID = "123", HARMONY_FEATURE_ID = "45" },
    })
    assert.equal("base_123_45", named.out)
    named = process.run(process.lua("-e", code), { env = { HARMONY_HOST_PID = "123", HARMONY_FEATURE_ID = false } })
    assert.matches("^base_%d+_%d+$", named.out)
  end)

  for _, environment in ipairs { "1.1.7", "next" } do
    it("agrees with the Python package's own, " .. environment, function()
      local program = python.with("zerobuffer", environment)
      local peer = assert(os.getenv "LUASHOT_SOURCE") .. "/spec/support/zerobuffer_peer.py"
      local ran = process.run { program, peer, "helpers" }
      assert.equal(0, ran.code, ran.err)
      local theirs = assert(json.decode(ran.out))
      local function hex(data)
        return (data:gsub("." .. (".?"):rep(31), function(some)
          return ("%02x"):rep(#some):format(some:byte(1, -1))
        end))
      end
      local compared = 0
      for key, data in pairs(theirs.frame_data) do
        local size, sequence = key:match "^(%d+),(%d+)$"
        assert.equal(data, hex(testing.frame_data(tonumber(size), tonumber(sequence))))
        compared = compared + 1
      end
      for size, data in pairs(theirs.simple) do
        assert.equal(data, hex(testing.simple_frame_data(tonumber(size))))
        assert.equal(theirs.metadata[size], hex(testing.metadata(tonumber(size))))
        compared = compared + 1
      end
      assert.equal(48, compared)
      assert.is_true(theirs.verify_right)
      assert.is_false(theirs.verify_wrong)
      assert.equal(theirs.name, theirs.again)
      assert.matches("^base_" .. theirs.pid .. "_%d+$", theirs.name)

      local env = { HARMONY_HOST_PID = "123", HARMONY_FEATURE_ID = "45" }
      theirs = assert(json.decode(process.run({ program, peer, "helpers" }, { env = env }).out))
      assert.equal("base_123_45", theirs.name)
    end)
  end
end)
