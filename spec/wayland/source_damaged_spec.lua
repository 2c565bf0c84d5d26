-- Whole conversations with a compositor whose words are damaged on their way, or held back. The relay damages
-- them, the same way for the same seed; every call ends in time, with a result or an error, and leaves nothing.
local compositor = require "spec.support.compositor"
local conversations = require "spec.support.conversations"
local luashot = require "luashot.core"
local relay = require "spec.support.relay"
local uv = require "luv"

-- What a display is opened with, and asked.
local CODE <const> = [[
  local luashot = require "luashot.core"
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
  return { {}, { path = "wl-copy" }, { damage = true }, { cursor = true } }, calls, function(options)
    local display = luashot.open(options)
    if not display then -- it may lack what this way needs
      options.damage, options.cursor = nil, nil
      display = luashot.open(options)
    end
    return display
  end
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
    local calls = conversations.hold({ relay = function() return relay.start_wayland(sway) end, code = CODE,
      timeout = 0.3, patience = 4 }, processes, count, seed)
    assert.is_true(calls >= processes * count, calls .. " calls test little")
    local display <close> = assert(luashot.open({ display = sway.display }))
    assert(display:grab()):release()
  end

  it("whose words are damaged costs an error at most, in sixty conversations", function()
    converse(4, 15, 1)
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
