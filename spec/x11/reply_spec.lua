-- Whole conversations with a server whose words are damaged on their way: nothing that it says is
-- believed. The relay damages them, the same way for the same seed; every call ends in time, with a
-- result or an error, and the process goes on.
local conversations = require "spec.support.conversations"
local luashot = require "luashot.core"
local painter = require "spec.support.painter"
local relay = require "spec.support.relay"
local xserver = require "spec.support.xserver"
local xwayland = require "spec.support.xwayland"

-- What a display is opened with, and asked.
local CODE <const> = [[
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
  return { {}, { path = "getimage" }, { damage = true }, { cursor = true } }, calls
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

    local function converse(processes, count, seed)
      local calls = conversations.hold({ relay = function() return relay.start(server) end, code = CODE,
        timeout = 0.15, patience = 2 }, processes, count, seed)
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
