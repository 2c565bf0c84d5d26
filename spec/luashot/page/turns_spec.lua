-- Turns of jobs: so many at one time, so many in line, and a place in line that a stopped job gives back.
local process = require "spec.support.process"

local luashot = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

describe("turns", function()
  it("go to those that wait in order, and a stopped job leaves its place to another", function()
    local result = process.run({ luashot, "-" }, { stdin = [[
      local turns = require "luashot.page.turns"(1, 2)
      local released = false
      local function take(name)
        return after(0, function()
          local turn <close> = turns:take()
          print(turn and name or name .. " is refused")
          while turn and not released do
            sleep "1ms"
          end
        end)
      end
      local function await(job)
        while not job.stopped do sleep "1ms" end
      end
      take "first"
      local stopped = take "stopped"
      take "second"
      await(take "too many")
      stopped:stop()
      local third = take "third"
      await(take "too many again")
      released = true
      await(third)
      await(take "later")
      print(turns.free, turns.room)
    ]] })
    assert.equal("", result.err)
    assert.equal("first\ntoo many is refused\ntoo many again is refused\nsecond\nthird\nlater\n1\t2\n", result.out)
  end)
end)
