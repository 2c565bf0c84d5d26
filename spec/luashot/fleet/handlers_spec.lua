-- The commands that every fleet knows.
local handlers = require "luashot.fleet.handlers"
local process = require "spec.support.process"
local schedule = require "luashot.schedule"

describe("the handler of", function()
  it("run starts the jobs that are allowed, and no other", function()
    local runs = {}
    local sweep = schedule.every("1h", function() runs[#runs + 1] = "sweep" end, { name = "sweep" })
    local secret = schedule.every("1h", function() runs[#runs + 1] = "secret" end, { name = "secret" })
    finally(function()
      sweep:stop()
      secret:stop()
      process.wait_until(function() return true end) -- a turn of the loop, in which their timers close
    end)
    process.wait_until(function() return #runs == 2 end, 1) -- in case the first run is at once
    local before, run = #runs, handlers.run { "sweep" }
    assert.equal("started", run { job = "sweep" })
    for _, name in ipairs { "secret", "none", {}, 7 } do
      assert.equal("EACCES", (select(3, run { job = name })))
    end
    assert.equal("EACCES", (select(3, run {})))
    assert(process.wait_until(function() return #runs == before + 1 end, 5))
    assert.equal("sweep", runs[#runs])
  end)

  it("settings obeys a version once, tells of each, and obeys one again that it has refused", function()
    local obeyed, shown, answer = 0, {}, nil
    local settings = handlers.settings(function(_, version)
      obeyed = obeyed + 1
      assert(version)
      return answer == nil and true or nil, answer
    end, function(document) shown[#shown + 1] = document end)
    assert.same({ version = 1 }, settings { version = 1 })
    assert.same({ version = 1 }, settings { version = 1 })
    assert.equal(1, obeyed)
    answer = "too slow"
    local none, message, code = settings { version = 2 }
    assert.same({ nil, "too slow", "EINVAL" }, { none, message, code })
    assert.same({ false, "too slow" }, { shown[2].ok, shown[2].error })
    settings { version = 2 }
    assert.equal(3, obeyed)
    for _, wrong in ipairs { 1.5, {}, true } do
      assert.equal("EINVAL", (select(3, settings { version = wrong })))
    end
    assert.equal(3, obeyed)
  end)

  it("picture bounds what a command asks for, and releases the picture", function()
    local released, options = 0, nil
    local function frame()
      return setmetatable({}, { __close = function() released = released + 1 end })
    end
    local picture = handlers.picture(frame, function(_, how)
      options = how
      return "sent"
    end)
    for _, case in ipairs { { {}, {} }, { { quality = 0, width = 1 }, { quality = 1, width = 16 } },
      { { quality = 1000, width = 1 << 40 }, { quality = 100, width = 16384 } },
      { { quality = "x", width = 1.5 }, {} } } do
      assert.equal("sent", picture(case[1], {}))
      assert.same(case[2], options)
    end
    assert.equal(4, released)
    local none, message, code = handlers.picture(function() return nil, "private", "EACCES" end)({}, {})
    assert.same({ nil, "private", "EACCES" }, { none, message, code })
  end)
end)
