-- Whole conversations with a compositor whose words are damaged on their way, or held back. The relay damages
-- them, the same way for the same seed; every call ends in time, with a result or an error, and leaves nothing.
local compositor = require "spec.support.compositor"
local luashot = require "luashot.core"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local uv = require "luv"

-- One conversation after another, each ended by the first call that fails.
local CODE <const> = [[
  local luashot = require "luashot.core"
  local uv = require "luv"
  local sigpipe = uv.new_signal()
  sigpipe:start("sigpipe", function() end)
  local ways = { {}, { path = "wl-copy" }, { damage = true }, { cursor = true } }
  local function calls(display)
    local function try(value, why, code) -- what this compositor cannot do is no end
      return value or code == "ENOTSUP" or code == "ENOWINDOW", why
    end
    return {
      function() return display:size() end,
      function() return display:monitors() end,
      function() return display:grab() end,
      function() return display:grab "primary" end,
      function() return display:grab("20x10+5+5", { cursor = true }) end,
      function() return display:grab_many{ "10x10", "20x20+300+5" } end,
      function() return try(display:windows()) end,
      function() return try(display:grab{ title = "door", obscured = true }) end,
      function()
        local watch <close>, why = display:watch{ x = 5, y = 5, width = 30, height = 30 }
        return watch and watch:changed() and watch:wait(0.01) ~= nil, why
      end,
      function() return display:poll() end,
      function() return display:grab() end,
    }
  end
  local function release(value)
    for _, frame in ipairs(type(value) == "table" and value or { value }) do
      if type(frame) == "userdata" then
        frame:release()
      end
    end
  end
  local function count_left() -- descriptors, and memory that is shared
    local count, request = 0, uv.fs_scandir "/proc/self/fd"
    while uv.fs_scandir_next(request) do
      count = count + 1
    end
    for line in io.lines "/proc/self/maps" do
      count = count + (line:find("/memfd:", 1, true) and 1 or 0)
    end
    return count
  end
  local first, count, made = %d, %d, 0
  local before
  io.stdout:setvbuf "line"
  for i = first, first + count - 1 do
    print(i)
    local options = { display = %q, timeout = 0.3, slots = 3 }
    for name, value in pairs(ways[i %% #ways + 1]) do
      options[name] = value
    end
    local display = luashot.open(options) or nil
    if not display then -- it may lack what this way needs
      options.damage, options.cursor = nil, nil
      display = luashot.open(options) or nil
    end
    if display then
      for _, call in ipairs(calls(display)) do
        made = made + 1
        local value = call()
        if not value then
          break
        end
        release(value)
      end
      display:close()
    end
    collectgarbage()
    collectgarbage()
    local left = count_left()
    before = before or left
    local patience = luashot.monotonic() + 5e9
    while left > before and luashot.monotonic() < patience do -- an opening that was given up ends on its own thread
      uv.sleep(1)
      left = count_left()
    end
    assert(left <= before, ("conversation %%d has left %%d descriptors and mappings"):format(i, left - before))
  end
  print("calls", made)
  print "over"
]]

describe("a compositor", function()
  local sway
  setup(function()
    sway = compositor.start { outputs = 2, config = [[
      output HEADLESS-1 resolution 320x200 position 0 0
      output HEADLESS-2 resolution 240x300 position 320 0]] }
  end)
  teardown(function()
    sway:stop()
  end)

  local function hold()
    local between = relay.start_wayland(sway)
    finally(function()
      between:stop()
    end)
    between "hold"
    return between
  end

  local function converse(processes, count, seed)
    local running = {}
    for i = 1, processes do
      local between = relay.start_wayland(sway)
      between("mangle %d", seed + i * count)
      local child = process.spawn(process.lua("-e", CODE:format(seed + i * count, count, between.display)))
      child:close_input()
      running[i] = { between = between, child = child }
    end
    local calls = 0
    for _, pair in ipairs(running) do
      local code, signal = pair.child:wait(20 + count * 4)
      pair.between:stop()
      pair.child:stop()
      local last = pair.child.out:match("(%w+)\n$")
      assert.same({ 0, 0, "over", "" }, { code, signal, last, pair.child.err }, "seed " .. tostring(last))
      calls = calls + math.tointeger(pair.child.out:match("calls\t(%d+)\n"))
    end
    assert.is_true(calls >= processes * count, calls .. " calls test little")
    local display <close> = assert(luashot.open({ display = sway.display }))
    assert(display:grab()):release()
  end

  it("whose words are damaged costs an error at most, in a hundred conversations", function()
    converse(4, 30, 1)
  end)

  it("whose words are damaged costs an error at most, in thousands of conversations #long", function()
    converse(8, 400, 1000)
  end)

  it("that holds back the rest of a message costs a timeout, as one that is silent", function()
    local between = hold()
    local display <close> = assert(luashot.open { display = between.display, timeout = 0.5 })
    assert(display:grab()):release()
    between "cut"
    local began = uv.hrtime()
    local frame, _, code = display:grab()
    assert.same({ nil, "ETIMEDOUT" }, { frame, code })
    display:poll()
    assert.is_true(uv.hrtime() - began < 5e9)
  end)

  it("that reads nothing stops nobody", function()
    local between = hold()
    local display <close> = assert(luashot.open { display = between.display, slots = 1 })
    between "deaf"
    local code
    for _ = 1, 20000 do
      local frame, _, why = display:grab("10x10", { timeout = 0 })
      code = why
      if frame then
        frame:release()
      elseif code == "ELOST" then
        break
      end
    end
    assert.is_true(code == "ELOST" or code == "ETIMEDOUT" or code == "EBUSY", code)
  end)
end)
