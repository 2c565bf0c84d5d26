-- Displays in Lua: their life beside that of their frames, finalizers, and the end of the state.
local luashot = require "luashot.core"
local collector = require "spec.support.collector"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local screen = require "spec.support.screen"

describe("a display", function()
  local shown
  setup(function() shown = screen.start({ width = 320, height = 280 }) end)
  teardown(function() shown:stop() end)

  it("describes itself", function()
    local display = shown:open()
    assert.equal(("display (320x280, %s, 0 of at most 8 slots held)"):format(screen.PATH), tostring(display))
    local frame <close> = assert(display:grab())
    assert.equal(("display (320x280, %s, 1 of at most 8 slots held)"):format(screen.PATH), tostring(display))
    display:close()
    assert.equal("display (closed)", tostring(display))
    assert.is_false(getmetatable(display))
    assert.is_true(frame.width == 320)
  end)

  it("is of no use once it is closed, which may be done twice", function()
    local display = shown:open()
    display:close()
    display:close()
    for _, method in ipairs({ "grab", "size", "monitors", "stats", "trim", "fd", "poll", "grab_many" }) do
      assert.error_matches(function() display[method](display, {}) end, "the display is closed")
    end
    assert.error_matches(function() display.grab(42) end, "luashot.display expected, got number")
    assert.error_matches(function() display.grab(io.stdout) end, "luashot.display expected, got")
  end)

  it("closes with its scope, even after an error", function()
    collectgarbage()
    local before = proc.fd_count()
    assert.error_matches(function()
      local display <close> = assert(luashot.open({ display = shown.server.display }))
      display:grab()
      error("on purpose")
    end, "on purpose$")
    assert.equal(before, proc.fd_count())
  end)

  it("is outlived by its frames", function()
    collectgarbage()
    local mappings = proc.mappings(nil, "memfd:luashot")
    local display = shown:open()
    local whole, part = assert(display:grab()), assert(display:grab("10x10+30+40"))
    local crop = whole:crop(100, 100, 50, 50)
    display:close()
    assert.equal(mappings + 2, proc.mappings(nil, "memfd:luashot"))
    assert.is_true(shown:shows(whole) and shown:shows(part) and shown:shows(crop))
    part:release()
    whole:release()
    assert.equal(mappings + 1, proc.mappings(nil, "memfd:luashot"))
    assert.is_true(shown:shows(crop))
    crop:release()
    assert.equal(mappings, proc.mappings(nil, "memfd:luashot"))
  end)

  it("is closed by the collector", function()
    local before = proc.fd_count()
    do
      local _ = assert(luashot.open({ display = shown.server.display }))
    end
    collectgarbage()
    collectgarbage()
    assert.equal(before, proc.fd_count())
  end)

  it("has a descriptor that is readable when something has changed", function()
    local display = shown:open()
    assert.equal("integer", math.type(display:fd()))
    assert.matches("^socket:", proc.fds()[display:fd()])
    assert.is_true(display:poll())
    local uv = require "luv"
    local poll = uv.new_poll(display:fd())
    local seen = false
    poll:start("r", function() seen = true end)
    assert.is_nil(process.wait_until(function() return seen end, 0.05))
    shown.server:resize(300, 200)
    assert.is_true(process.wait_until(function() return seen end, 10))
    assert.is_true(display:poll())
    poll:stop()
    poll:close()
    process.wait_until(function() return true end)
    shown.server:resize(320, 280)
    shown.paint("gradient")
  end)

  describe("closed by a finalizer", function()
    -- Whatever allocates may run one, and so close the display under the feet of its own method.
    local function run(method, argument)
      local display = shown:open({ path = screen.SLOW_PATHS[#screen.SLOW_PATHS] })
      shown.opened = nil
      local ran = false
      local ok, value = collector.strike(function()
        setmetatable({}, { __gc = function()
          ran = true
          display:close()
        end })
      end, function() return display[method](display, argument) end)
      assert.is_true(ran)
      if ok and method == "stats" then
        assert.equal("asked for", value.reason)
      elseif ok and method == "monitors" then
        assert.equal(shown.server.output or "screen", value[1].output)
      else
        assert.is_false(ok)
        assert.matches("display is closed", value)
      end
      assert.equal("display (closed)", tostring(display))
    end

    for _, method in ipairs({ "grab", "monitors", "stats" }) do
      it("during " .. method, function() run(method) end)
    end
    it("during grab_many", function() run("grab_many", { "5x5", "6x6" }) end)
  end)

  it("lends to finalizers too, and at the cap says so at once", function()
    local display = shown:open({ slots = 2 })
    local results = {}
    local kept <close> = assert(display:grab("5x5"))
    setmetatable({}, { __gc = function()
      results[1] = table.pack(display:grab("5x5"))
      results[2] = table.pack(display:grab("5x5"))
    end })
    collectgarbage()
    collectgarbage()
    assert.is_truthy(results[1][1])
    assert.is_nil(results[2][1])
    assert.equal("EBUSY", results[2][3])
    assert.equal(0, display:stats().collections)
    assert.is_true(shown:shows(kept))
  end)

  it("takes frames back from finalizers during a grab and during close", function()
    collectgarbage()
    collectgarbage()
    local mappings = proc.mappings(nil, "memfd:luashot")
    for _ = 1, 20 do
      local display = shown:open({ slots = 3 })
      shown.opened = nil
      for i = 1, 30 do
        local frame = assert(display:grab("7x7+3+3"))
        assert.is_true(shown:shows(frame))
        setmetatable({ frame }, { __gc = function(self) self[1]:release() end })
        if i % 7 == 0 then
          assert.is_true(collector.strike(function() end, display.grab, display, "7x7"))
        end
      end
      assert.is_true(display:stats().collections > 0)
      collector.strike(function()
        local last = assert(display:grab("7x7+3+3"))
        setmetatable({}, { __gc = function() last:release() end })
      end, display.close, display)
    end
    collectgarbage()
    collectgarbage()
    assert.is_true(proc.mappings(nil, "memfd:luashot") <= mappings)
  end)

  describe("in a state that ends", function()
    local function run(code)
      local result = process.run(process.lua("-W", "-e",
        "local luashot = require 'luashot.core' " .. code), { env = shown.server:env() })
      return { result.code, result.signal, result.out, result.err }
    end

    it("with live frames is no trouble", function()
      assert.same({ 0, 0, "", "" }, run([[
        display = assert(luashot.open())
        a, b = display:grab(), display:grab("10x10")
        c = a:crop(1, 1, 5, 5)
        d = c:copy()
      ]]))
      assert.same({ 0, 0, "", "" }, run(([[
        frame = assert(luashot.open{ path = %q }):grab()
        display = assert(luashot.open{ path = %q })
        other = display:grab()
      ]]):format(screen.SLOW_PATHS[1], screen.SLOW_PATHS[#screen.SLOW_PATHS])))
    end)

    it("with finalizers that grab, release and close is none either", function()
      assert.same({ 0, 0, "", "" }, run([[
        local display = assert(luashot.open())
        local frame = display:grab()
        keep = setmetatable({}, { __gc = function()
          -- Lua finalizes nothing that is made while a state ends, so this one lets go by itself.
          display:grab():release()
          frame:release()
          display:close()
          assert(not pcall(display.grab, display))
          tostring(frame)
          tostring(display)
        end })
        more = display:grab()
      ]]))
    end)

    it("by os.exit, with and without closing it", function()
      assert.same({ 3, 0, "", "" }, run("d = luashot.open() f = d:grab() os.exit(3, true)"))
      assert.same({ 4, 0, "", "" }, run("d = luashot.open() f = d:grab() os.exit(4, false)"))
    end)

    it("with an error", function()
      local result = run("local d <close> = luashot.open() local f <close> = d:grab() error('why')")
      assert.same({ 1, 0, "" }, { result[1], result[2], result[3] })
      assert.matches("why", result[4])
    end)
  end)

  it("leaves no System V segment behind, whatever becomes of it", function()
    local child = process.spawn(process.lua("-e", [[
      local display = assert(require("luashot.core").open{ path = "shm-sysv" })
      kept = { display:grab(), display:grab("10x10") }
      print("ready")
      io.stdout:flush()
      io.read()
    ]]), { env = shown.server:env() })
    assert.equal("ready", child:read_line())
    local function segments()
      return proc.sysv_segments(child.pid)
    end
    assert.is_true(segments() > 0)
    child:kill("sigkill")
    child:wait(10)
    process.wait_until(function() return segments() == 0 end, 20)
    assert.equal(0, segments())
  end)

  it("is stopped from waiting by Ctrl-C", function()
    for _, call in ipairs({
      "display:grab(nil, { timeout = '1h' })", "display:size()",
      "pcall(display.grab, display, nil, { timeout = '1h' }) error('interrupted!', 0)",
      "require('luashot.core').open{ timeout = '1h' }",
    }) do
      local child = process.spawn(process.lua("-e", ([[
        local display = assert(require("luashot.core").open())
        print("ready")
        io.stdout:flush()
        io.read()
        print("on")
        io.stdout:flush()
        %s
        print("not reached")
      ]]):format(call)), { env = shown.server:env() })
      assert.equal("ready", child:read_line())
      shown.server:suspend()
      child:write("\n")
      assert.equal("on", child:read_line())
      process.sleep(0.3)
      -- lua5.4 is a child of setpriv's making, but the same process.
      child:kill("sigint")
      local code = child:wait(20)
      shown.server:resume()
      assert.equal(1, code)
      assert.matches("interrupted!", child.err)
      assert.equal("ready\non\n", child.out)
    end
  end)
end)
