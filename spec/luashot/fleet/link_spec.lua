-- What a link does with subscriptions that a broker refuses. Real brokers are in init_spec.lua and collect_spec.lua.
local core = require "luashot.core"
local new_link = require "luashot.fleet.link"
local process = require "spec.support.process"
local uv = require "luv"

describe("a link to a broker", function()
  local link, asked, news, told, on
  local mqtt_open, new_timer = core.mqtt_open, uv.new_timer

  before_each(function()
    asked, news, told = {}, {}, {}
    local pipe = assert(uv.pipe({ nonblock = true }, { nonblock = true }))
    local connection = {
      fd = function() return pipe.read end,
      run = function() return #news > 0 and 0 or 0.01 end,
      take = function()
        return table.unpack(table.remove(news) or {})
      end,
      subscribe = function(_, filter)
        asked[#asked + 1] = filter
        return #asked
      end,
      close = function()
        uv.fs_close(pipe.read)
        uv.fs_close(pipe.write)
      end,
      leave = function() end,
      is_sending = function() return false end,
    }
    core.mqtt_open = function() return connection end
    uv.new_timer = function() -- a hundred times as fast
      local timer = new_timer()
      return {
        start = function(_, milliseconds, every, fn)
          return timer:start(milliseconds > 0 and math.max(1, milliseconds // 100) or 0, every, fn)
        end,
        stop = function() return timer:stop() end,
        close = function() return timer:close() end,
        is_active = function() return timer:is_active() end,
      }
    end
    local function ignore() end
    on = {
      open = ignore, lost = ignore, message = ignore,
      done = function(mid) told[#told + 1] = mid end,
      trouble = function(message) told[#told + 1] = message end,
    }
    link = assert(new_link { broker = { host = "x", port = 1 }, id = "one", on = on })
    core.mqtt_open, uv.new_timer = mqtt_open, new_timer
  end)

  after_each(function()
    link:close(0)
    uv.run "nowait"
  end)

  it("asks again for what the broker refuses, and says so once", function()
    link:subscribe "a"
    link:subscribe "b"
    news[1] = { "open" }
    assert(process.wait_until(function() return #asked == 2 end, 10))
    news[2], news[1] = { "done", 1 }, { "done", 2, "the broker refuses a subscription", "EACCES" }
    assert(process.wait_until(function() return #asked == 3 end, 10))
    news[1] = { "done", 3, "the broker refuses a subscription", "EACCES" }
    assert(process.wait_until(function() return #asked == 4 end, 10))
    news[1] = { "done", 4 }
    assert(process.wait_until(function() return #news == 0 end, 10))
    process.wait_until(function() return #asked > 4 end, 0.3)
    assert.same({ "a", "b", "b", "b" }, asked)
    assert.same({ "the broker refuses a subscription (b)" }, told)
  end)

  it("gives others their turns in a flood of messages", function()
    local ticks, most, count, since = 0, 0, 0, 0
    local timer = uv.new_timer()
    timer:start(1, 1, function() ticks, since = ticks + 1, 0 end)
    on.message = function()
      count, since = count + 1, since + 1
      most = math.max(most, since)
    end
    for i = 1, 100000 do
      news[i] = { "message", {} }
    end
    assert(process.wait_until(function() return count == 100000 end, 60))
    timer:close()
    assert.is_true(ticks > 3 and most < 100000, ("%d ticks, %d messages between two of them"):format(ticks, most))
  end)

  it("hands on what is no subscription's, whatever its number", function()
    link:subscribe "a"
    news[1] = { "open" }
    assert(process.wait_until(function() return #asked == 1 end, 10))
    news[1], news[2] = { "done", 1 }, { "done", 1 } -- numbers come again
    assert(process.wait_until(function() return #told == 1 end, 10))
    assert.same({ 1 }, told)
  end)
end)
