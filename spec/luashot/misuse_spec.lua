-- A mistake in the options of a function that is written in Lua is told where the script has made it.
local luashot = require "luashot"
local xserver = require "spec.support.xserver"

describe("a mistake in the options,", function()
  local server, display

  setup(function()
    server = xserver.start()
    display = assert(luashot.open { display = server.display })
  end)

  teardown(function()
    display:close()
    server:stop()
  end)

  local function fails(call)
    local chunk = assert(load(("local luashot, display = ...\n\n%s\nreturn 1"):format(call), "=script"))
    local ok, message = pcall(chunk, luashot, display)
    assert.is_false(ok)
    return message
  end

  for name, call in pairs {
    wait = "luashot.wait({ display, when = '#fff', %s })",
    record = "luashot.record({ %s })",
    rotate = "luashot.rotate('*.none', { %s })",
    on_change = "display:on_change('9x9', print, { %s })",
    on_lost = "display:on_lost(print, { %s })",
    stream = "display:stream(nil, { %s })",
    show = "display:grab():show({ %s })",
  } do
    it("of " .. name .. " is told where it was made", function()
      assert.matches("^script:3: unknown option 'tiemout'", fails(call:format "tiemout = 1"))
      assert.matches("^script:3: .*table.* expected, got string", fails(call:gsub("{.*}", "'fast'")))
    end)
  end

  for name, call in pairs {
    on_change = "display.on_change('9x9', print)",
    on_monitors = "display.on_monitors(print)",
    on_lost = "display.on_lost(print)",
    stream = "display.stream {}",
    show = "luashot.frame.show {}",
  } do
    it("or a dot for the colon of " .. name .. " is told there, too", function()
      assert.matches("^script:3: calling '" .. name .. "' on bad self %(luashot%.%a+ expected, got %a+%)", fails(call))
    end)
  end
end)
