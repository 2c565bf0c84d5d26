-- What a spec that lacks something reports, wherever it asks.
local files = require "spec.support.files"
local process = require "spec.support.process"

describe("a need that is not met", function()
  local folder

  before_each(function() folder = files.folder() end)
  after_each(function() files.remove(folder) end)

  local function run(body, environment)
    files.write(folder .. "/a_spec.lua", 'local need = require "spec.support.need"\ndescribe("a", function()\n'
      .. body .. "\nend)\n")
    return process.run(process.lua(arg[0], "--ignore-lua", "--run=quick", folder .. "/a_spec.lua"),
      { env = environment or { CI = false } })
  end

  local NEED <const> = 'need(false, "there is no crystal ball") '
  local TEST <const> = ' it("looks ahead", function() end)'
  local PLACES <const> = {
    it = ('it("looks ahead", function() %s end)'):format(NEED),
    before_each = ("before_each(function() %s end)"):format(NEED) .. TEST,
    setup = ("setup(function() %s end)"):format(NEED) .. TEST,
    lazy_setup = ("lazy_setup(function() %s end)"):format(NEED) .. TEST,
  }

  for place, body in pairs(PLACES) do
    it("skips with the reason in " .. place, function()
      local result = run(body)
      assert.equal(77, result.code, result.out)
      assert.matches("0 successes / 0 failures / 0 errors / 1 pending", result.out, 1, true)
      assert.matches("skipped, because there is no crystal ball", result.out, 1, true)
    end)

    it("fails under CI in " .. place, function()
      local result = run(body, { CI = "true" })
      assert.not_equal(0, result.code)
      assert.not_equal(77, result.code)
      assert.matches("needed under CI: there is no crystal ball", result.out, 1, true)
    end)
  end

  it("does not undo a setup that was not done", function()
    local result = run(PLACES.setup .. ' teardown(function() error "nothing to undo" end)'
      .. " lazy_teardown(function() error() end)")
    assert.equal(77, result.code, result.out)
  end)
end)
