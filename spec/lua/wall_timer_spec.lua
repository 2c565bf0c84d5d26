-- The timer below jobs that go by the clock on the wall: the real one, of the kernel.
local core = require "luashot.core"
local process = require "spec.support.process"
local schedule = require "luashot.schedule"
local uv = require "luv"

describe("a timer on the wall clock", function()
  local timer

  before_each(function()
    timer = assert(core.wall_timer())
  end)

  after_each(function()
    timer:close()
  end)

  --- Whether it rings within that number of seconds.
  local function rings(seconds)
    local rang = false
    local poll = uv.new_poll(timer:fd())
    poll:start("r", function()
      rang = true
    end)
    process.wait_until(function() return rang end, seconds)
    poll:close()
    uv.run "nowait"
    return rang
  end

  it("rings at its time, not before, and once", function()
    local moment = core.wall() + 0.3
    timer:set(moment)
    assert.is_true(rings(20))
    assert.is_true(core.wall() >= moment)
    assert.is_false(timer:read()) -- the clock was not set
    assert.is_false(rings(0.05))
  end)

  it("rings at once for a time that is over", function()
    timer:set(core.wall() - 100)
    assert.is_true(rings(20))
  end)

  it("is set anew, or off", function()
    timer:set(core.wall() + 0.05)
    timer:set(core.wall() + 3600)
    assert.is_false(rings(0.2))
    timer:set(core.wall() + 0.05)
    timer:set()
    assert.is_false(rings(0.2))
    assert.is_false(timer:read())
    timer:set(core.wall() + 0.05)
    assert.is_true(rings(20))
  end)

  it("takes times since the epoch only", function()
    for _, wrong in ipairs { 0, -1, 1e300, 0 / 0, "soon" } do
      assert.is_false(pcall(timer.set, timer, wrong))
    end
  end)

  it("can be closed twice, and does nothing then", function()
    local fd = timer:fd()
    timer:close()
    timer:close()
    assert.is_nil(uv.fs_fstat(fd))
    assert.error_matches(function() timer:set(1) end, "closed timer")
    assert.error_matches(function() timer:fd() end, "closed timer")
  end)

  it("starts jobs when the clock shows their time", function()
    local seen = {}
    schedule.cron("* * * * * *", function(job)
      seen[#seen + 1] = job.last
      if #seen == 2 then
        job:stop()
      end
    end)
    local moment = math.ceil(core.wall()) + 1
    schedule.at(os.date("%H:%M:%S", moment), function(job)
      seen.at = job.last
    end)
    schedule.run()
    for _, time in ipairs { seen[1], seen[2], seen.at } do
      assert.is_true(time % 1 < 0.9, time) -- late on a loaded machine, never early
    end
    assert.is_true(seen[2] - seen[1] > 0.1)
    assert.is_true(seen.at >= moment)
  end)
end)
