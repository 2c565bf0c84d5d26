-- Whole conversations with a server whose words are damaged on their way: nothing that it says is
-- believed. The relay damages them, the same way for the same seed; every call ends in time, with a
-- result or an error, and the process goes on.
local luashot = require "luashot.core"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local xserver = require "spec.support.xserver"
local xwayland = require "spec.support.xwayland"

-- One conversation after another, each ended by the first call that fails.
local CODE <const> = [[
  local luashot = require "luashot.core"
  local sigpipe = require("luv").new_signal() -- libxcb writes to connections that are closed, too
  sigpipe:start("sigpipe", function() end)
  local ways = { {}, { path = "getimage" }, { damage = true }, { cursor = true } }
  local function try(value, why, code) -- what this server cannot do is no end
    local is_usual = code == "EVISUAL" or code == "ENOTSUP" or code == "ENOWINDOW" or code == "EHIDDEN"
    return value or is_usual, why
  end
  local function calls(display)
    return {
      function() return display:size() end,
      function() return display:monitors() end,
      function() return display:windows() end,
      function() return try(display:grab()) end,
      function() return try(display:grab("cursor", { cursor = true })) end,
      function() return try(display:grab("primary")) end,
      function() return try(display:grab({ width = 20, height = 10, follow = "cursor" })) end,
      function() return try(display:grab({ title = "door" })) end,
      function() return display:grab({ title = "door", obscured = true }) end,
      function() return try(display:grab({ title = "shaped" })) end,
      function() return try(display:grab({ title = "shaped", obscured = true })) end,
      function() return try(display:grab({ title = "direct", obscured = true })) end,
      function() return try(display:grab({ window = "active", obscured = true })) end,
      function() return try(display:grab_many{ "10x10", "20x20+5+5" }) end,
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
  local first, count, made = %d, %d, 0
  local uv = require "luv"
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
  local before
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
    assert(left <= before, ("conversation %%d has left %%d descriptors and mappings"):format(i, left - before))
  end
  print("calls", made)
  print "over"
]]

-- How a server of each kind is started, and whether its root holds a picture.
local kinds = {
  ["Xvfb"] = function()
    return xserver.start({ width = 160, height = 120 })
  end,
  ["Xvfb whose screen is DirectColor"] = function()
    return xserver.start({ width = 160, height = 120, args = { "-cc", "5" } })
  end,
  ["Xwayland"] = xwayland.start,
}

for kind, start in pairs(kinds) do
  describe(kind .. " whose words are damaged", function()
    local server, paint
    setup(function()
      server = start()
      paint = painter.start(server)
      if kind ~= "Xwayland" then
        paint("gradient")
        paint("edid ACME U49")
        paint("pointer 30 30")
      end
      for i, what in ipairs({ "window", "argb", "managed" }) do
        local id = paint:make(what, 10 * i, 12, 40, 30, "ff336699")
        paint("title %d door %d", id, i)
        paint:property(id, "WM_CLASS", "STRING", "a\0b\0")
      end
      local shaped = paint:make("managed", 5, 50, 40, 30, "993366")
      paint("title %d shaped", shaped)
      paint("shape %d 5 5 10 10", shaped)
      if kind == "Xvfb" then
        paint("title %d direct", paint:make("direct", 60, 50, 40, 30, "ff8000"))
      end
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
      local calls = 0
      for _, pair in ipairs(running) do
        local code, signal = pair.child:wait(20 + count * 2)
        pair.between:stop()
        pair.child:stop()
        local last = pair.child.out:match("(%w+)\n$")
        assert.same({ 0, 0, "over", "" }, { code, signal, last, pair.child.err }, "seed " .. tostring(last))
        calls = calls + math.tointeger(pair.child.out:match("calls\t(%d+)\n"))
      end
      local few = kind:find "Direct" and 0 or 2 * processes * count -- the display opens if the colors are damaged
      assert.is_true(calls >= few, calls .. " calls test little")
      local display, _, code = luashot.open({ display = server.display }) -- it is still there
      assert.is_true(code == "EVISUAL" or display:size() > 0)
      if display then
        display:close()
      end
    end

    it("costs an error at most, in hundreds of conversations", function()
      converse(4, kind == "Xvfb" and 100 or 40, 1)
    end)

    it("costs an error at most, in thousands of conversations #long", function()
      converse(16, kind == "Xvfb" and 1250 or 320, 1000)
    end)
  end)
end
