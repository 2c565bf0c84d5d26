-- scripts/dev/test: which failures are repeated. ctest is played by a short script.
local files = require "spec.support.files"
local process = require "spec.support.process"

local source = os.getenv "LUASHOT_SOURCE" or "."

describe("scripts/dev/test", function()
  local folder

  before_each(function()
    folder = files.folder()
    process.run { "mkdir", "-p", folder .. "/scripts/dev", folder .. "/bin", folder .. "/build/Testing/Temporary" }
    process.run { "cp", source .. "/scripts/dev/test", source .. "/scripts/dev/slots", folder .. "/scripts/dev" }
    files.write(folder .. "/scripts/dev/setup", "#!/bin/sh\necho \"setup $*\"\n")
    -- Lists spec.clock as the one that measures time; what the file `fails` names fails, when it is repeated if
    -- the file `again` is there.
    files.write(folder .. "/bin/ctest", [[#!/bin/sh
echo "$*" >build/Testing/Temporary/LastTest.log
case "$*" in
*-N*) echo "  Test  #7: spec.clock"; exit ;;
*--rerun-failed*) echo repeats; test ! -e again; exit ;;
esac
echo "labels $*"
test -e fails || exit 0
cp fails build/Testing/Temporary/LastTestsFailed.log; exit 8
]])
    process.run { "chmod", "+x", folder .. "/scripts/dev/setup", folder .. "/bin/ctest" }
  end)

  after_each(function()
    files.remove(folder)
  end)

  local function run(fails, ...)
    if fails then
      files.write(folder .. "/fails", fails)
    end
    return process.run({ folder .. "/scripts/dev/test", ... },
      { cwd = folder, env = { PATH = folder .. "/bin:" .. os.getenv "PATH" } })
  end

  it("runs the quick tests, the fast ones without Python's peers, or all", function()
    local result = run(nil)
    assert.equal(0, result.code, result.err)
    assert.matches("setup build run screen test peers\n", result.out, 1, true)
    assert.matches("-L ^quick$", result.out, 1, true)
    assert.matches("no test was repeated", result.out, 1, true)
    result = run(nil, "--fast", "-R", "x")
    assert.matches("setup build run screen test\n", result.out, 1, true)
    assert.matches("-L ^fast$ -R x\n", result.out, 1, true)
    assert.is_nil(run(nil, "--long").out:find("-L", 1, true))
  end)

  it("fails at once where a failed test does not measure time", function()
    local result = run("5:spec.wrong\n7:spec.clock\n")
    assert.equal(1, result.code)
    assert.matches("no test was repeated; these have failed, and do not measure time:\nspec.wrong\n$", result.out)
    assert.is_nil(result.out:find("repeats", 1, true))
    -- The log has why a test was skipped; a list of tests would replace it.
    assert.matches("--output-on-failure -j", files.read(folder .. "/build/Testing/Temporary/LastTest.log"), 1, true)
  end)

  it("repeats those that measure time, once, and says how many", function()
    local result = run("7:spec.clock\n")
    assert.equal(0, result.code, result.err)
    assert.matches("repeated, one at a time, because they measure time: 1 (spec.clock)", result.out, 1, true)
    assert.matches("repeats\n$", result.out)
    files.write(folder .. "/again", "")
    assert.not_equal(0, run("7:spec.clock\n").code)
  end)
end)
