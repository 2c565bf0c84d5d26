-- Captures of real clients, and from other compositors than sway: byte for byte as grim sees them.
local compositor = require "spec.support.compositor"
local files = require "spec.support.files"
local luashot = require "luashot"
local need = require "spec.support.need"
local painter = require "spec.support.painter"
local pictures = require "spec.support.pictures"
local process = require "spec.support.process"
local skip = require("busted.core")().pending

local PAINTER <const> = assert(os.getenv "LUASHOT_BUILD") .. "/spec/luashot_wayland_painter"
local PART <const> = "#c08040" -- the color of the painter's part

local function is_installed(program)
  return process.run({ "sh", "-c", "command -v " .. program }).code == 0
end

--- Whether luashot and grim see the same, once what is drawn has come.
local function agree(display, server, output)
  return process.wait_until(function()
    local frame <close> = assert(display:grab(output))
    local witness <close> = server:witness(output)
    return frame:same(witness)
  end, 20)
end

describe("clients of sway", function()
  local sway, display, folder
  setup(function()
    folder = files.folder()
    assert(pictures.random(200, 150):save(folder .. "/picture.png"))
    sway = compositor.start { picture = folder .. "/picture.png",
      config = "output HEADLESS-1 resolution 400x300 position 0 0" }
    display = assert(luashot.open { display = sway.display })
  end)
  teardown(function()
    display:close()
    sway:stop()
    files.remove(folder)
  end)
  after_each(function()
    sway:obey "output HEADLESS-1 transform normal scale 1"
  end)

  --- A client, by its command line, which sway lists under that name.
  local function shows(program, argv, name)
    need(is_installed(program), program .. " is not installed")
    if not argv then
      sway:obey("exec " .. program .. " -e sleep 600") -- sway knows its Xwayland's name
    end
    local client = argv and process.spawn(argv, { env = sway:env(), folder = sway.folder })
    assert(process.wait_until(function()
      return (sway:try "-t get_tree" or ""):find(name, 1, true)
    end, 30), name .. " does not come" .. (client and ": " .. client.err or ""))
    for _, way in ipairs { "transform normal scale 1", "transform 90", "transform flipped-180", "transform normal",
      "scale 2" } do
      sway:obey("output HEADLESS-1 " .. way)
      assert.is_true(agree(display, sway, "HEADLESS-1"), name .. ", " .. way)
    end
    sway:obey "output HEADLESS-1 scale 1.5" -- grim makes the pixels of a whole logical size: these are others
    local frame <close> = assert(display:grab "HEADLESS-1")
    assert.same({ 400, 300 }, { frame.width, frame.height })
    sway:obey "[title=.*] kill"
    if client then
      client:stop()
    end
  end

  it("are a terminal", function()
    shows("foot", { "foot", "--config=/dev/null", "sh", "-c", "printf '\\033[?25lhello'; exec sleep 600" },
      '"app_id": "foot"')
  end)

  it("are a viewer of pictures", function()
    process.run { "cp", folder .. "/picture.png", sway.folder .. "/shown.png" }
    shows("imv-wayland", { "imv-wayland", sway.folder .. "/shown.png" }, '"app_id": "imv"')
  end)

  it("are a client of X11, by Xwayland", function()
    need(is_installed "Xwayland", "Xwayland is not installed")
    shows("xterm", nil, '"class": "XTerm"')
  end)

  it("are a window with a part of its own", function()
    shows(PAINTER, { PAINTER, "parts" }, '"name": "painter"')
  end)

  it("have the pointer over them, where the capture is asked for it", function()
    local paint = painter.start { painter = "luashot_wayland_painter", env = function() return sway:env() end }
    finally(function() paint:stop() end)
    assert.is_true(process.wait_until(function()
      paint "fill 0 0 400 300 204060"
      local frame <close> = assert(display:grab())
      return frame:bytes "rgb" == ("\x20\x40\x60"):rep(400 * 300)
    end, 20))
    paint "pointer 120 60"
    assert.is_true(process.wait_until(function()
      local with <close> = assert(display:grab(nil, { cursor = true }))
      local witness <close> = sway:witness(nil, true)
      local pointer <close> = with:crop(120, 60, 16, 16)
      return with:same(witness) and pointer:bytes "rgb" == ("\xff\x00\xff"):rep(256)
    end, 20))
    local with <close> = assert(display:grab(nil, { cursor = true }))
    local rest <close> = with:copy()
    rest:fill({ x = 120, y = 60, width = 16, height = 16 }, "#204060")
    local without <close> = assert(display:grab())
    -- Where an output has no plane for the pointer, as sway 1.7 without a screen, it is in all captures.
    local seen <close> = sway:witness(nil, false)
    assert.is_true(without:same(seen))
    assert.is_true(without:same(rest) or without:same(with))
  end)
end)

describe("an output of Wayland", function()
  local sway, display
  before_each(function()
    sway = compositor.start { outputs = 2, config = [[
      output HEADLESS-1 mode --custom 320x200@60Hz position 0 0
      output HEADLESS-2 mode --custom 240x300@60Hz position 320 0]] }
    display = assert(luashot.open { display = sway.display, timeout = 10 })
  end)
  after_each(function()
    luashot.set_waiter(nil)
    display:close()
    sway:stop()
  end)

  local function assert_idle()
    assert.is_true(process.wait_until(function()
      assert(display:poll())
      return display:stats().held == 0 and display:stats().in_flight == 0
    end, 10))
  end

  it("is removed while its capture is in flight", function()
    sway:obey "output HEADLESS-2 disable"
    if not process.wait_until(function() return display:size() == 320 end, 2) then
      skip "skipped, because sway 1.7 disables no output without a screen"
    end
    sway:enable "HEADLESS-2"
    for _, what in ipairs { "HEADLESS-2", "560x300+0+0", "root", "HEADLESS-2", "root" } do
      what = what ~= "root" and what or nil
      -- The compositor, once it goes on, finds both: the capture, which it needs to answer twice, and the order.
      sway.server:kill "sigstop"
      local order = process.spawn { "swaymsg", "-s", sway.socket, "-q", "output HEADLESS-2 disable" }
      process.sleep(0.2)
      local is_stopped, waits = true, 0
      luashot.set_waiter(function(_, seconds)
        waits = waits + 1
        if is_stopped and (display:stats().in_flight == 1 or waits > 20) then -- or it asks for the layout
          sway.server:kill "sigcont"
          is_stopped = false
        end
        process.sleep(math.min(seconds, 0.005))
        return true
      end)
      local frame, message, code = coroutine.wrap(display.grab)(display, what)
      luashot.set_waiter(nil)
      order:wait(10)
      if frame then -- it was captured just before, or what is left
        assert.is_true(what ~= nil or frame.width == 560 or frame.width == 320)
        frame:release()
      else
        assert.is_true(code == "ENOMONITOR" or code == "EGEOMETRY", message)
      end
      assert_idle()
      assert.is_true(process.wait_until(function() return display:size() == 320 end, 10))
      local rest <close> = assert(display:grab())
      assert.same({ 320, 200 }, { rest.width, rest.height })
      sway:enable "HEADLESS-2"
      assert.is_true(process.wait_until(function() return display:size() == 560 end, 10))
    end
  end)

  it("is resized 50 times under 60 captures a second", function()
    local sizes, count, resized = {}, 0, 0
    while resized < 50 do
      local ok, message = pcall(function()
        for frame in display:frames { "HEADLESS-1", fps = 60 } do
          count = count + 1
          sizes[frame.width .. "x" .. frame.height] = true
          if resized == 50 then
            return
          end
          resized = resized + 1 -- while the next capture is in flight
          sway:obey(("output HEADLESS-1 mode --custom %dx%d@60Hz"):format(200 + resized * 7 % 160, 150 + resized))
        end
      end)
      assert.is_true(ok or message:find "captured" or message:find "capture" ~= nil, message)
    end
    local different = 0
    for _ in pairs(sizes) do
      different = different + 1
    end
    assert.is_true(count >= 50 and different > 10, count .. " captures of " .. different .. " sizes")
    assert.is_true(process.wait_until(function()
      local frame <close> = assert(display:grab "HEADLESS-1")
      return frame.height == 200
    end, 10))
    assert_idle()
  end)
end)

describe("another compositor", function()
  for _, program in ipairs { "cage", "labwc" } do
    it("is captured as grim sees it: " .. program, function()
      if not is_installed(program) then
        skip("skipped, because " .. program .. " is not installed") -- labwc is not in Debian 12
      end
      local server = compositor.start { program = program, client = { "sleep", "600" } }
      local client = process.spawn({ PAINTER, "parts" }, { env = server:env() })
      finally(function()
        client:stop()
        server:stop()
      end)
      for _, options in ipairs { {}, { damage = true }, { path = "wl-copy" }, { path = "wl-copy", damage = true } } do
        options.display = server.display
        local display <close>, message, code = luashot.open(options)
        assert.is_true(display ~= nil or options.path ~= nil and code == "ENOTSUP", message)
        if display then
          local place = assert(luashot.wait { display, when = PART, timeout = "30s" })
          place:release()
          assert.is_true(agree(display, server))
          local whole <close> = assert(display:grab())
          local region <close> = assert(display:grab "50x40+10+20")
          assert.is_true(region:same(whole:crop(10, 20, 50, 40)))
          local count = 0
          for frame in display:frames { fps = 60 } do
            count = count + 1
            assert.is_true(frame:same(whole))
            if count == 10 then
              break
            end
          end
          local windows = display:windows()
          if windows then
            assert.equal("painter", windows[1].title)
            local window <close> = assert(display:grab { title = "painter" })
            assert.same({ 0xc0, 0x80, 0x40 }, { window:pixel(25, 35) })
          end
        end
      end
    end)
  end
end)
