local process = require "spec.support.process"
local ring = require "spec.support.ring"
local scripts = require "spec.support.scripts"
local zb = require "luashot.zerobuffer"

describe("luashot top", function()
  local rig

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)

  --- Run it on a terminal; returns what that got.
  local function on_terminal(...)
    local result = process.run(
      { "script", "-qec", table.concat(rig:argv("top", ...), " "), "/dev/null" },
      { cwd = rig.folder, env = rig.server:env() })
    assert.equal(0, result.code, result.out)
    return result.out
  end

  it("prints a line for each look at a capture of its own", function()
    local result = rig:run("top", "--fps", "50", "--every", "500ms", "--count", "2")
    assert.same({ 0, "" }, { result.code, result.err })
    local captures = {}
    for line in result.out:gmatch "[^\n]+" do
      assert.matches("^%d%d:%d%d:%d%d  rate +%d+%.%d/s of 50/s  lateness +%d+%.%d%d ms  ", line)
      assert.matches("slots %d of %d held, %d+%.%d MB  path shm%-fd$", line)
      captures[#captures + 1] = tonumber(line:match "captures (%d+), skipped %d+  ")
    end
    assert.equal(2, #captures)
    assert.is_true(0 < captures[1] and captures[1] < captures[2])
  end)

  it("captures what it is told to, as fast as it goes", function()
    local result = rig:run("top", "-w", "right", "--damage", "-f", "0", "-e", "100ms", "-n", "1")
    assert.same({ 0, "" }, { result.code, result.err })
    assert.matches("/s, as fast as possible  .* held, 0%.1 MB", result.out) -- a slot of 120x120
  end)

  it("redraws its lines on a terminal", function()
    local seen = on_terminal("-e", "100ms", "-n", "3")
    assert.equal(2, select(2, seen:gsub("\27%[5A", "")))
    assert.equal(15, select(2, seen:gsub("\27%[K\r?\n", "")))
    assert.matches("^rate .*\nlateness .*\ncaptures .*\nslots .*\npath shm%-fd", seen)
  end)

  it("watches a ring, until it is gone", function()
    local name = ring.name "top"
    local reader <close> = assert(zb.reader(name, { payload_size = 10240 }))
    local writer <close> = assert(zb.writer(name))
    local running = rig:spawn("top", "--ring", name, "-e", "200ms")
    assert.matches("in +0%.0/s  out +0%.0/s  use 0%.0 %% good  writer %d+  reader %d+$", running:read_line(30))
    for _ = 1, 4 do
      assert(writer:write(("x"):rep(2032)))
    end
    assert(process.wait_until(function() return running.out:find "use 80%.0 %% degraded" end, 30))
    assert.matches("in +[1-9]", running.out)
    local bar = "[" .. ("#"):rep(32) .. ("."):rep(8) .. "]  80.0 % degraded"
    assert.truthy(on_terminal("--ring", name, "-e", "50ms", "-n", "1"):find(bar, 1, true))
    assert(reader:read(5)):release()
    assert(process.wait_until(function() return running.out:find "out +[1-9]" end, 30))
    writer:close()
    reader:close()
    assert.equal(0, (running:wait(30)), running.err)
    assert.matches("\nthe ring is gone\n$", running.out)
  end)

  it("ends with the X server", function()
    local other = scripts.start()
    local running = other:spawn("top", "-e", "50ms")
    assert(running:read_line(30))
    other.server:kill()
    assert.equal(1, (running:wait(30)))
    assert.matches("^top: [^\n]*connection[^\n]*\n$", running.err)
    other:stop()
  end)

  it("says what is wrong", function()
    for message, words in pairs {
      ["no%-such%-ring"] = { "--ring", "no-such-ring" },
      ["HDMI%-7.*there are: screen %(left%), right"] = { "-w", "HDMI-7" },
      ["':7777'"] = { "--display", ":7777" },
    } do
      local result = rig:run("top", table.unpack(words))
      assert.same({ 1, "" }, { result.code, result.out })
      assert.matches("^top: .*" .. message, result.err)
    end
    for message, words in pairs {
      ["'%-1' is not a number from 0 to 10000"] = { "--fps=-1" },
      ["interval of 0 seconds"] = { "--every", "0" },
      ["'0' is not an integer of 1 or more"] = { "--count", "0" },
      ["can not be used together"] = { "--ring", "a", "--what", "right" },
    } do
      local result = rig:run("top", table.unpack(words))
      assert.same({ 2, "" }, { result.code, result.out })
      assert.matches("^Usage: .*\n\ntop: .*" .. message, result.err)
    end
  end)

  it("has help", function()
    assert.matches("^Usage: luashot top .*%-%-ring", rig:run("top", "--help").out)
  end)
end)
