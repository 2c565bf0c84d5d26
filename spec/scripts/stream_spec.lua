local painter = require "spec.support.painter"
local scripts = require "spec.support.scripts"

describe("luashot stream", function()
  local rig

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)

  it("writes raw frames", function()
    local result = rig:run("stream", "--format", "rgb", "--what", "30x20+40+10", "--fps", "0", "--count", "3", "-")
    assert.same({ 0, "stream: 30x20 rgb, 1800 bytes a frame\n" }, { result.code, result.err })
    assert.equal(painter.gradient_bytes(40, 10, 30, 20):rep(3), result.out)
  end)

  it("is bgr by default, as OpenCV has it", function()
    local result = rig:run("stream", "-n", "1", "-w", "1x1+9+8")
    assert.equal(painter.gradient_bytes(9, 8, 1, 1):reverse(), result.out)
  end)

  it("refuses a file, and what is no target", function()
    local result = rig:run("stream", "frames.raw")
    assert.equal(2, result.code)
    assert.matches("redirect standard output", result.err)
    result = rig:run("stream", "--what", "HDMI-7")
    assert.equal(1, result.code)
    assert.matches("no monitor is called 'HDMI%-7'", result.err)
  end)
end)
