-- Finding the X server, and being let in.
local luashot = require "luashot.core"
local painter = require "spec.support.painter"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local xserver = require "spec.support.xserver"
local xwayland = require "spec.support.xwayland"

--- open() as another process sees it, with that environment: its results as one line.
local function open_in(env, options)
  local code = ("print(require('luashot.core').open{ %s })"):format(options or "")
  local result = process.run(process.lua("-e", code), { env = env })
  assert.equal("", result.err)
  return (result.out:gsub("\n$", ""))
end

describe("a display that cannot be opened", function()
  it("because none is named", function()
    for _, value in ipairs({ false, "" }) do
      local out = open_in({ DISPLAY = value, WAYLAND_DISPLAY = value })
      assert.equal("nil\tno display is named: neither DISPLAY nor WAYLAND_DISPLAY is set (try ':0', or a private "
        .. "server with --headless)\tENODISPLAY", out)
    end
    assert.matches("^nil\tno display is named: DISPLAY is not set",
      open_in({ DISPLAY = false, WAYLAND_DISPLAY = "gone" }, "display = ''"))
  end)

  it("because there is no such server", function()
    assert.equal("nil\tno X server answers at ':7654'\tENODISPLAY", open_in({ DISPLAY = ":7654" }))
    assert.equal("nil\tno X server answers at ':7655'\tENODISPLAY",
      open_in({ DISPLAY = ":7654" }, "display = ':7655'"))
    -- Nobody listens on the port either.
    assert.equal("nil\tno X server answers at '127.0.0.1:7654'\tENODISPLAY",
      open_in({}, "display = '127.0.0.1:7654'"))
  end)

  it("because the name is none", function()
    for _, name in ipairs({ "0", ":INVALID", "nonsense", ":", ":0.x", "::" }) do
      local display, message, code = luashot.open({ display = name })
      assert.is_nil(display)
      assert.same({
        ("'%s' is not a display name (one looks like ':0' or 'host:10.0')"):format(name), "ENODISPLAY",
      }, { message, code })
    end
  end)

  it("because the server has no such screen", function()
    local server = xserver.start()
    finally(function() server:stop() end)
    local name = server.display .. ".7"
    local display, message, code = luashot.open({ display = name })
    assert.is_nil(display)
    assert.same({ "display '" .. name .. "' has no such screen", "ENODISPLAY" }, { message, code })
    local first <close> = assert(luashot.open({ display = server.display .. ".0" }))
    assert.same({ 640, 480 }, { first:size() })
  end)

  it("because of its pixels", function()
    local server = xserver.start({ depth = 8 })
    finally(function() server:stop() end)
    local display, message, code = luashot.open({ display = server.display })
    assert.is_nil(display)
    assert.equal("EVISUAL", code)
    assert.matches("^cannot read these pixels: they are indexes of a color map %(depth 8, visual class %d, "
      .. "8 bits a pixel, masks %x+/%x+/%x+, LSB first%)$", message)
  end)

  it("leaves nothing behind, without waiting for the collector", function()
    local server = xserver.start({ depth = 8 })
    finally(function() server:stop() end)
    local function fail()
      assert.is_nil((luashot.open({ display = server.display })))
      assert.is_nil((luashot.open({ display = ":7654" })))
      assert.is_nil((luashot.open({ display = "nonsense" })))
    end
    fail()
    collectgarbage()
    collectgarbage("stop")
    finally(function() -- in the place of the one before
      collectgarbage("restart")
      server:stop()
    end)
    local before, at_server = proc.fd_count(), server:fd_count()
    for _ = 1, 20 do
      fail()
    end
    -- Threads that have told us the outcome may still be leaving, now as well as then.
    assert.is_true(process.wait_until(function() return proc.fd_count() <= before end, 20))
    assert.is_true(process.wait_until(function() return server:fd_count() <= at_server end, 20))
  end)
end)

describe("the arguments of open", function()
  local function raises(options, message)
    assert.error_matches(function() luashot.open(options) end, message, 1, true)
  end

  it("are checked by name, type and range", function()
    raises({ slot = 3 }, "unknown option 'slot' (did you mean 'slots'?)")
    raises({ dsiplay = ":0" }, "unknown option 'dsiplay' (did you mean 'display'?)")
    raises({ color = 1 }, "unknown option 'color' (known: display, slots, bytes")
    raises({ ":0" }, "an option must have a name, got [1]")
    raises({ slots = 0 }, "option 'slots': an integer from 1 to 1024 expected, got 0")
    raises({ slots = 1025 }, "an integer from 1 to 1024 expected, got 1025")
    raises({ slots = 2.5 }, "an integer from 1 to 1024 expected, got 2.5")
    raises({ slots = "many" }, "an integer from 1 to 1024 expected, got 'many'")
    raises({ bytes = 0 }, "option 'bytes': an integer from 1")
    raises({ bytes = 2^63 }, "option 'bytes': an integer from 1")
    raises({ display = 0 }, "option 'display': a string expected, got 0")
    raises({ path = "fast" }, "option 'path': unknown value 'fast' (known: shm-fd, shm-sysv, getimage")
    raises({ timeout = "soon" }, "option 'timeout': duration expected")
    raises(":0", "table expected, got string")
  end)

  it("may be left out", function()
    local server = xserver.start()
    finally(function() server:stop() end)
    assert.matches("^display %(640x480", open_in(server:env()))
    local result = process.run(process.lua("-e", "print(require('luashot.core').open())"),
      { env = server:env() })
    assert.matches("^display %(640x480", result.out)
  end)
end)

describe("displays", function()
  it("leave no socket behind: closed twice, in scopes, several at a time, one after another", function()
    local one, two = screen.start({ width = 64, height = 48 }), screen.start({ width = 80, height = 60 })
    finally(function()
      one:stop()
      two:stop()
    end)
    local function use()
      local a = one:open()
      a:close()
      a:close()
      do
        local b <close> = one:open()
        local c <close> = two:open()
        assert.same({ 64, 48 }, { b:size() })
        assert.same({ 80, 60 }, { c:size() })
        local whole <close> = assert(b:grab())
        local part <close> = assert(b:grab("10x10+5+5"))
        assert.is_true(one:shows(whole) and one:shows(part))
        local other <close> = assert(c:grab())
        assert.is_true(two:shows(other))
      end
      local d = two:open()
      local areas = { d:grab("10x10"), d:grab("20x20"), d:grab("10x10+5+5") }
      assert.equal(3, #areas)
      d:close()
    end
    -- Of the server before anything is used: it notices a moment later that a connection is closed.
    local at_server = one.server:fd_count()
    use()
    collectgarbage()
    local before, mappings = proc.fd_count(), proc.mappings(nil, "memfd:luashot")
    for _ = 1, 5 do
      use()
    end
    collectgarbage()
    -- Threads that have told us the outcome may still be leaving, now as well as then.
    assert.is_true(process.wait_until(function() return proc.fd_count() <= before end, 20))
    assert.equal(mappings, proc.mappings(nil, "memfd:luashot"))
    assert.is_true(process.wait_until(function() return one.server:fd_count() <= at_server end, 20))
  end)

  it("hand no descriptor to children", function()
    local shown = screen.start({ width = 64, height = 48 })
    finally(function() shown:stop() end)
    for _, path in ipairs({ "shm-fd", "shm-sysv", "getimage" }) do
      local frame = assert(shown:open({ path = path }):grab())
      local result = io.popen("ls -l /proc/self/fd")
      local listed = result:read("a")
      result:close()
      assert.is_nil(listed:find("memfd", 1, true))
      assert.is_nil(listed:find("eventfd", 1, true) and not listed:find("eventpoll", 1, true) or nil)
      frame:release()
    end
    -- The sockets: as many as a child of a process without a display has.
    local function sockets(code)
      local run = process.run(process.lua("-e",
        code .. " os.execute('ls -l /proc/self/fd | grep -c socket:')"), { env = shown.server:env() })
      return run.out
    end
    assert.equal(sockets(""), sockets("d = assert(require('luashot.core').open()) d:grab()"))
  end)
end)

describe("Xwayland without a root window of its own", function()
  it("says so, and shows windows in full", function()
    local server = xwayland.start()
    local paint = painter.start(server)
    finally(function()
      paint:stop()
      server:stop()
    end)
    local id = paint:make("managed", 10, 10, 60, 40, "336699")
    local display <close> = assert(luashot.open({ display = server.display }))
    assert.equal("shm-fd", display:stats().path)
    for _, what in ipairs({ "root", "10x10", "primary", { window = id } }) do
      local frame, message, code = display:grab(what)
      assert.is_nil(frame)
      assert.same({ "cannot capture the screen: this is Xwayland, whose root window holds no picture: only windows "
        .. "with obscured = true; open the Wayland display instead (GNOME and KDE let no program capture that: log in "
        .. "to their X11 session, or to sway)", "ENOTSUP" }, { message, code })
    end
    local frame <close> = assert(process.wait_until(function()
      local got = display:grab({ window = id, obscured = true })
      return got and table.concat({ got:pixel(5, 5) }, " ") == "51 102 153" and got
    end, 20))
    assert.same({ 60, 40 }, { frame.width, frame.height })
  end)
end)

describe("colors that go through a map", function()
  it("are refused where the map changes them, and taken where it does not", function()
    local shown = screen.start({ width = 200, height = 100 })
    finally(function() shown:stop() end)
    local id = shown.paint:make("direct", 20, 20, 100, 50, "ff8000")
    for _, obscured in ipairs({ true, false }) do
      local frame, message, code = shown.display:grab({ window = id, obscured = obscured })
      assert.is_nil(frame)
      assert.same({ ("cannot read the pixels of window 0x%x: it is DirectColor, and its color map shows level 0 as "
        .. "255, 255, 255"):format(id), "EVISUAL" }, { message, code })
    end
  end)

  it("may be those of the screen", function()
    local server = xserver.start({ width = 64, height = 48, args = { "-cc", "5" } })
    finally(function() server:stop() end)
    local display, message, code = luashot.open({ display = server.display })
    assert.is_nil(display)
    assert.equal("EVISUAL", code)
    assert.matches("^cannot read the pixels of the screen: it is DirectColor, and its color map shows level 0 as ",
      message)
  end)
end)

describe("a window that never has a picture", function()
  it("is told at once", function()
    local shown = screen.start({ width = 64, height = 48 })
    finally(function() shown:stop() end)
    local root = math.tointeger(shown.server:run({ "xwininfo", "-root" }):match("Window id: (0x%x+)"))
    local frame, message, code = shown.display:grab({ window = root, obscured = true })
    assert.is_nil(frame)
    assert.same({ ("window 0x%x is the root window, which no window covers: capture it without obscured"):format(root),
      "ENOTSUP" }, { message, code })
    local id = shown.paint:make("invisible", 5, 5, 20, 10)
    frame, message, code = shown.display:grab({ window = id, obscured = true })
    assert.is_nil(frame)
    assert.same({ ("window 0x%x is for input only: it has no picture"):format(id), "ENOTSUP" }, { message, code })
    local over <close> = assert(shown.display:grab({ window = id })) -- what is to be seen there
    assert.is_true(shown:shows(over))
  end)
end)
