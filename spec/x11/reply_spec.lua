-- Whole conversations with a server whose words are damaged on their way: nothing that it says is
-- believed. The relay damages them, the same way for the same seed; every call ends in time, with a
-- result or an error, and the process goes on.
local luashot = require "luashot.core"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local xserver = require "spec.support.xserver"

-- One conversation after another, each ended by the first call that fails.
local CODE <const> = [[
  local luashot = require "luashot.core"
  local sigpipe = require("luv").new_signal() -- libxcb writes to connections that are closed, too
  sigpipe:start("sigpipe", function() end)
  local ways = { {}, { path = "getimage" }, { damage = true }, { cursor = true } }
  local function calls(display)
    return {
      function() return display:size() end,
      function() return display:monitors() end,
      function() return display:windows() end,
      function() return display:grab() end,
      function() return display:grab("cursor", { cursor = true }) end,
      function() return display:grab("primary") end,
      function() return display:grab({ width = 20, height = 10, follow = "cursor" }) end,
      function() return display:grab({ title = "door" }) end,
      function() return display:grab({ title = "door", obscured = true }) end,
      function() return display:grab({ window = "active", obscured = true }) end,
      function() return display:grab_many{ "10x10", "20x20+5+5" } end,
      function()
        local watch <close>, why = display:watch({ x = 5, y = 5, width = 30, height = 30 })
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
  local first, count = %d, %d
  io.stdout:setvbuf "line"
  for i = first, first + count - 1 do
    print(i)
    local options = { timeout = 0.15, slots = 3 }
    for name, value in pairs(ways[i %% #ways + 1]) do
      options[name] = value
    end
    local display = luashot.open(options)
    if display then
      for _, call in ipairs(calls(display)) do
        local value = call()
        if not value then
          break
        end
        release(value)
      end
      display:close()
    end
    collectgarbage()
  end
  print "over"
]]

describe("a server whose words are damaged", function()
  local server, paint
  setup(function()
    server = xserver.start({ width = 160, height = 120 })
    paint = painter.start(server)
    paint("gradient")
    for i, kind in ipairs({ "window", "window", "argb" }) do
      local id = paint:make(kind, 10 * i, 12, 40, 30, "ff336699")
      paint("title %d door %d", id, i)
      paint:property(id, "WM_CLASS", "STRING", "a\0b\0")
    end
    paint("edid ACME U49")
    paint("pointer 30 30")
  end)
  teardown(function()
    paint:stop()
    server:stop()
  end)

  --- So many conversations for each of so many processes at a time.
  local function converse(processes, count, seed)
    local running = {}
    for i = 1, processes do
      local between = relay.start(server)
      between("mangle %d", seed + i * count)
      local child = process.spawn(process.lua("-e", CODE:format(seed + i * count, count)),
        { env = { DISPLAY = between.display } })
      child:close_input()
      running[i] = { between = between, child = child }
    end
    for _, pair in ipairs(running) do
      local code, signal = pair.child:wait(20 + count * 2)
      pair.between:stop()
      pair.child:stop()
      local last = pair.child.out:match("(%w+)\n$")
      assert.same({ 0, 0, "over", "" }, { code, signal, last, pair.child.err }, "seed " .. tostring(last))
    end
    local display <close> = assert(luashot.open({ display = server.display }))
    local frame <close> = assert(display:grab())
    assert.equal(160, frame.width)
  end

  it("costs an error at most, in hundreds of conversations", function()
    converse(4, 100, 1)
  end)

  it("costs an error at most, in twenty thousand conversations #long", function()
    converse(16, 1250, 1000)
  end)
end)
