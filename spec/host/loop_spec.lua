-- For how long the loop has nothing to do, as captures ask.
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("the loop of the host", function()
  it("tells captures until when it has nothing to do", function()
    local result = process.run({ luashot, "-" }, { stdin = [[
      local core, uv, rest, fd = require "luashot.core"
      local set = core.set_waiter
      function core.set_waiter(waiter, others, ask) -- called when the loop is made
        rest, fd = ask, others
        return set(waiter, others, ask)
      end
      uv = require "luv"
      sleep(0.01) -- the descriptor for signals is new, and not watched before a turn of the loop
      print("without jobs", rest(), fd == uv.backend_fd())
      local timer = uv.new_timer()
      timer:start(5000, 0, print)
      local left = rest()
      print("with a timer", left > 4000 and left <= 5000)
      uv.sleep(50)
      print("as time goes by", rest() < left - 40)
      timer:start(0, 0, print)
      print("when it is due", rest())
      timer:close()
      sleep(0.01)
      local job = every("5s", print)
      left = rest()
      print("with a job", left > 4000 and left <= 5000)
      after(0, function() end)
      print("with a job that is due", rest())
      job:stop()
    ]] })
    assert.equal("", result.err)
    assert.equal(table.concat({ "without jobs\t-1\ttrue", "with a timer\ttrue", "as time goes by\ttrue",
      "when it is due\t0", "with a job\ttrue", "with a job that is due\t0", "" }, "\n"), result.out)
  end)
end)
