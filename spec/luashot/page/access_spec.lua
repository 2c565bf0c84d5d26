-- The rate at which a page answers. Who may ask is told by clients, in init_spec.lua.
local access = require "luashot.page.access"
local fake = require "spec.support.fake_clock"

describe("the rate of a page", function()
  local time

  before_each(function()
    time = fake.install(1000)
  end)

  after_each(function()
    time:restore()
  end)

  local function count(limit, calls)
    local allowed = 0
    for _ = 1, calls do
      allowed = allowed + (limit() and 1 or 0)
    end
    return allowed
  end

  it("is bounded, and comes back with time", function()
    local limit = access.limit(200)
    assert.equal(200, count(limit, 1000))
    time:advance(0.1)
    assert.equal(20, count(limit, 1000))
    time:advance(3600)
    assert.equal(200, count(limit, 1000))
    for _ = 1, 100 do
      time:advance(0.005)
      assert.is_true(limit())
    end
  end)
end)
