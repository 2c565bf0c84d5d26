-- Which display server `open` takes: WAYLAND_DISPLAY's where that works, else DISPLAY's; a name insists on one.
local compositor = require "spec.support.compositor"
local files = require "spec.support.files"
local luashot = require "luashot.core"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local uv = require "luv"
local walls = require "spec.support.walls"
local xserver = require "spec.support.xserver"
local xwayland = require "spec.support.xwayland"

local NAMES <const> = { "WAYLAND_DISPLAY", "DISPLAY", "XDG_RUNTIME_DIR" }

describe("the display that is opened", function()
  local sway, x11, folder, before

  setup(function()
    sway = compositor.start { config = "output HEADLESS-1 resolution 320x200 position 0 0" }
    x11 = xserver.start { width = 64, height = 48 }
    folder = files.folder()
  end)

  teardown(function()
    sway:stop()
    x11:stop()
    files.remove(folder)
  end)

  --- What libraries read with getenv, for this process.
  local function set(environment)
    for _, name in ipairs(NAMES) do
      if environment[name] then
        uv.os_setenv(name, environment[name])
      else
        uv.os_unsetenv(name)
      end
    end
  end

  before_each(function()
    before = {}
    for _, name in ipairs(NAMES) do
      before[name] = uv.os_getenv(name)
    end
  end)

  after_each(function()
    set(before)
  end)

  local function socket_of(display)
    return display:match "^wayland:(.*)$"
  end

  --- "wayland" or "x11", by the size of what was opened; else nil, message and code.
  local function opened(options)
    local display <close>, message, code = luashot.open(options or {})
    if not display then
      return nil, message, code
    end
    local frame <close> = assert(display:grab())
    return frame.width == 320 and "wayland" or frame.width == 64 and "x11" or tostring(frame)
  end

  it("is the compositor where both are there, by name or by path", function()
    set { WAYLAND_DISPLAY = socket_of(sway.display), DISPLAY = x11.display }
    assert.equal("wayland", opened())
    local runtime, name = socket_of(sway.display):match "^(.*)/([^/]*)$"
    set { WAYLAND_DISPLAY = name, XDG_RUNTIME_DIR = runtime, DISPLAY = x11.display }
    assert.equal("wayland", opened())
    set { WAYLAND_DISPLAY = name, XDG_RUNTIME_DIR = runtime }
    assert.equal("wayland", opened())
  end)

  it("is the X server where WAYLAND_DISPLAY is not set, or names no socket", function()
    local nobody = folder .. "/nobody"
    local pipe = assert(uv.new_pipe())
    assert(pipe:bind(nobody)) -- nobody listens there
    for _, name in ipairs { false, "", "wayland-77", folder .. "/none", nobody, ("x"):rep(200) } do
      for _, runtime in ipairs { folder, false } do
        set { WAYLAND_DISPLAY = name, XDG_RUNTIME_DIR = runtime, DISPLAY = x11.display }
        assert.equal("x11", opened(), name)
      end
    end
    pipe:close()
  end)

  it("is the X server where the compositor does not answer, hangs up, or has died", function()
    local between = relay.start_wayland(sway)
    finally(function() between:stop() end)
    set { WAYLAND_DISPLAY = socket_of(between.display), DISPLAY = x11.display }
    assert.equal("wayland", opened())
    for _, command in ipairs { "silent", "close 9", "reset 9" } do
      between(command)
      assert.equal("x11", opened { timeout = "300ms" }, command)
    end
    between "pass"
    assert.equal("wayland", opened())

    local other = compositor.start {}
    finally(function() other:stop() between:stop() end)
    set { WAYLAND_DISPLAY = socket_of(other.display), DISPLAY = x11.display }
    other.server:kill "sigstop"
    assert.equal("x11", opened { timeout = "300ms" })
    other.server:kill "sigkill"
    other.server:wait(5)
    assert.is_truthy(uv.fs_stat(socket_of(other.display))) -- it has left its socket
    assert.equal("x11", opened())
  end)

  it("is the X server where the compositor lets nobody capture", function()
    local weston = xwayland.start()
    finally(function() weston:stop() end)
    set { WAYLAND_DISPLAY = weston.folder .. "/luashot-spec", DISPLAY = x11.display }
    assert.equal("x11", opened())
    set { WAYLAND_DISPLAY = weston.folder .. "/luashot-spec" }
    local _, message, code = opened()
    assert.equal("ENOTSUP", code)
    assert.matches("^this Wayland compositor lacks both zwlr_screencopy_manager_v1 and ext_image_copy", message)
  end)

  it("is the one that is named, or none", function()
    local runtime, name = socket_of(sway.display):match "^(.*)/([^/]*)$"
    set { WAYLAND_DISPLAY = "wayland-77", XDG_RUNTIME_DIR = runtime, DISPLAY = x11.display }
    assert.equal("wayland", opened { display = name })
    assert.equal("wayland", opened { display = sway.display })
    assert.same({ nil, "no Wayland compositor answers at 'wayland-77': No such file or directory", "ENODISPLAY" },
      { opened { display = "wayland:" } })
    assert.equal("ENODISPLAY", select(3, opened { display = "wayland-77" }))
    set { WAYLAND_DISPLAY = name, XDG_RUNTIME_DIR = runtime, DISPLAY = ":77777" }
    assert.equal("wayland", opened { display = "wayland:" })
    assert.equal("x11", opened { display = x11.display })
    assert.same({ nil, "no X server answers at ':77778'", "ENODISPLAY" }, { opened { display = ":77778" } })
    local between = relay.start_wayland(sway)
    finally(function() between:stop() end)
    between "silent"
    set { DISPLAY = x11.display }
    local _, message, code = opened { display = between.display, timeout = "300ms" }
    assert.equal("ETIMEDOUT", code)
    assert.matches("^the compositor did not answer within 0.3 s", message)
  end)

  it("is named in the message where none works", function()
    set { WAYLAND_DISPLAY = "wayland-77", XDG_RUNTIME_DIR = folder }
    assert.same({ nil, "no Wayland compositor answers at 'wayland-77': No such file or directory", "ENODISPLAY" },
      { opened() })
    set { WAYLAND_DISPLAY = "wayland-77" }
    assert.same({ nil, "cannot connect to the Wayland compositor 'wayland-77': XDG_RUNTIME_DIR is not set",
      "ENODISPLAY" }, { opened() })
    set { WAYLAND_DISPLAY = "wayland-77", XDG_RUNTIME_DIR = folder, DISPLAY = ":77777" }
    assert.same({ nil, "no X server answers at ':77777'", "ENODISPLAY" }, { opened() })
    set {}
    assert.equal("ENODISPLAY", select(3, opened()))
    local between = relay.start_wayland(sway)
    finally(function() between:stop() end)
    between "silent"
    set { WAYLAND_DISPLAY = socket_of(between.display), DISPLAY = ":77777" }
    local _, message, code = opened { timeout = "300ms" }
    assert.equal("ENODISPLAY", code)
    assert.equal("no X server answers at ':77777'; the compositor did not answer within 0.3 s (is it stopped, or "
      .. "grabbed by another client?)", message)
  end)

  it("stays the same server when it is reconnected", function()
    local other = compositor.start { config = "output HEADLESS-1 resolution 320x200 position 0 0" }
    set { WAYLAND_DISPLAY = socket_of(other.display), DISPLAY = x11.display }
    local display <close> = assert(luashot.open {})
    other.server:kill "sigkill"
    other.server:wait(5)
    assert.equal("ELOST", select(3, display:grab()))
    assert.equal("ENODISPLAY", select(3, display:reconnect()))
    local again = compositor.start { instead_of = other,
      config = "output HEADLESS-1 resolution 320x200 position 0 0" }
    finally(function() again:stop() end)
    assert(display:reconnect())
    local frame <close> = assert(display:grab())
    assert.equal(320, frame.width)
  end)

  it("is the X server in a sandbox, too, where the compositor does not work", function()
    walls.need()
    local between = relay.start_wayland(sway)
    finally(function() between:stop() end)
    local program = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"
    files.write(folder .. "/size.lua", "print(assert(luashot.open {}):size())")
    for command, size in pairs { pass = "320\t200\n", ["close 9"] = "64\t48\n" } do
      between(command)
      local result = process.run({ program, "--sandbox", folder, folder .. "/size.lua" }, { timeout = 20, env = {
        WAYLAND_DISPLAY = socket_of(between.display), DISPLAY = x11.display,
        ASAN_OPTIONS = (os.getenv "ASAN_OPTIONS" or "") .. ":detect_leaks=0", -- it forks
      } })
      assert.same({ 0, size, "" }, { result.code, result.out, result.err }, command)
    end
  end)

  it("loads nothing of Wayland where it is an X server", function()
    local program = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"
    local script = [[
      local display = assert(luashot.open {})
      assert(display:grab()):release()
      for line in io.lines "/proc/self/maps" do
        if line:find "libwayland" then
          print "loaded"
          break
        end
      end]]
    local function loads(environment)
      local result = process.run({ program, "-e", script }, { env = environment })
      assert.same({ 0, "" }, { result.code, result.err })
      return result.out == "loaded\n"
    end
    assert.is_false(loads { DISPLAY = x11.display, WAYLAND_DISPLAY = false })
    assert.is_false(loads { DISPLAY = x11.display, WAYLAND_DISPLAY = folder .. "/none" })
    assert.is_true(loads { DISPLAY = x11.display, WAYLAND_DISPLAY = socket_of(sway.display) })
  end)
end)
