-- Pointer and keyboard of a real compositor, into real programs: foot takes text, wev says what it gets.
local compositor = require "spec.support.compositor"
local files = require "spec.support.files"
local luashot = require "luashot"
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local host = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

describe("acting on a compositor", function()
  local sway, display, clients

  local function begin(options)
    for _, program in ipairs { "foot", "wev" } do
      need(process.run({ "sh", "-c", "command -v " .. program }).code == 0, program .. " is not installed")
    end
    sway = compositor.start(options)
    display = assert(luashot.open { display = sway.display, input = true })
  end

  before_each(function()
    clients, sway, display = {}, nil, nil
  end)

  after_each(function()
    for _, client in ipairs(clients) do
      client:stop()
    end
    if display then
      display:close()
    end
    if sway then
      sway:stop()
    end
  end)

  local function start(argv)
    clients[#clients + 1] = process.spawn(argv, { env = sway:env(), folder = sway.folder })
    return clients[#clients]
  end

  --- What reaches a terminal. cat closes all that it has of it a moment before it ends; foot then closes the
  --- terminal, which would hang cat up.
  local function typed(act)
    local path = sway.folder .. "/typed"
    local foot = start { "foot", "--config=/dev/null", "sh", "-c", "stty -echo -ixon; trap '' HUP; exec cat >" .. path }
    assert(process.wait_until(function()
      local tree = sway:try "-t get_tree"
      return uv.fs_stat(path) and tree and tree:find '"app_id": "foot"'
    end, 20), foot.err)
    act()
    assert(display:key "ctrl+d")
    local code = foot:wait(20)
    local text = files.read(path)
    if code ~= 0 then -- the text tells how far it came
      text = ("%s[foot ended with %s: %s]"):format(text, tostring(code), foot.err)
    end
    os.remove(path)
    return text
  end

  --- wev, which fills the output and has the focus. It prints each event. The compositor tells it of a pointer that
  --- has moved before it has drawn only when the pointer moves again.
  local function watch()
    local before <close> = assert(display:grab())
    local wev = start { "stdbuf", "-oL", "wev" }
    assert(process.wait_until(function()
      local frame <close> = assert(display:grab())
      return wev.out:find "wl_keyboard%] enter" and not frame:same(before)
    end, 20), wev.err)
    return wev
  end

  --- Waits until wev has printed it.
  local function sees(wev, pattern)
    assert(process.wait_until(function() return wev.out:find(pattern) end, 20), pattern .. "\n" .. wev.out)
  end

  local function all(wev, pattern)
    local list = {}
    for first, second in wev.out:gmatch(pattern) do
      list[#list + 1] = second and first .. " " .. second or first
    end
    return list
  end

  it("types what was meant, whatever the layout of the compositor's own keyboards is", function()
    begin { config = "input * xkb_layout de" }
    local text = [[The quick brown fox: 0123456789 {[(<>)]} \|@#$%^&*~`'"_-+=;,.?!/]]
      .. "\nGrüße € ça où Ñ ß ÄÖÜ Привет ~^`´¨ 漢字 Ωλ\n"
    assert.equal(text, typed(function()
      assert.is_true(display:type(text))
    end))
  end)

  it("loses and doubles none of 2,000 characters, of which most have no key", function()
    begin {}
    local seed, lines = 7, {}
    for line = 1, 40 do
      local units = {}
      for i = 1, 50 do
        seed = (seed * 1103515245 + 12345) % 2147483648
        local kind, value = seed // 65536 % 3, seed // 524288
        units[i] = utf8.char(kind == 0 and 0x21 + value % 94 or kind == 1 and 0x410 + value % 64
          or 0x4e00 + value % 500)
      end
      lines[line] = table.concat(units) .. "\n"
    end
    local text = table.concat(lines)
    assert.equal(text, typed(function()
      assert.is_true(display:type(text))
    end))
  end)

  it("types no more than the compositor keeps for a program that does not read for a moment", function()
    begin {}
    local line = ("ABCDEFGHIJ"):rep(6) .. "\n"
    local text = line:rep(24)
    local function type_to_sleeper(work)
      return typed(function()
        local foot = clients[#clients]
        foot:kill "sigstop"
        clients[#clients + 1] = process.spawn { "sh", "-c", "sleep 1; kill -CONT " .. foot.pid }
        work()
      end)
    end
    assert.equal(text, type_to_sleeper(function()
      assert.is_true(display:type(text))
    end))
    assert.equal(line:rep(6), type_to_sleeper(function()
      for character in line:rep(6):gmatch "." do
        assert.is_true(display:type(character))
      end
    end))
  end)

  it("presses keys together, and lets go of them", function()
    begin {}
    local wev = watch()
    assert.is_true(display:key "ctrl+shift+t")
    assert.is_true(display:key "alt+F5")
    sees(wev, "F5.*released.*modifiers.*depressed: 00000000\n")
    local keys = all(wev, "state: (%d) %([^\n]*\n%s+sym: (%S+)")
    assert.same({ "1 Control_L", "1 Shift_L", "1 T", "0 T", "0 Control_L", "0 Shift_L", "1 Alt_L", "1 F5", "0 F5",
      "0 Alt_L" }, keys)
  end)

  it("moves the pointer, and clicks, drags and scrolls there", function()
    begin {}
    local wev = watch()
    assert.is_true(display:move(123, 45))
    sees(wev, "x, y: 123.5%d*, 45.5")
    assert.is_true(display:click({ 10, 20 }, { button = "right", count = 2, with = "ctrl" }))
    assert.is_true(display:scroll(-1, 2))
    assert.is_true(display:drag({ 10, 20 }, { x = 100, y = 200, width = 20, height = 10 }))
    sees(wev, "button: 272 %(left%), state: 0")
    assert.same({ "right 1", "right 0", "right 1", "right 0", "left 1", "left 0" },
      all(wev, "button: %d+ %((%a+)%), state: (%d)"))
    assert.matches("depressed: 00000004: Control.-right.-right.-right.-right.-depressed: 00000000\n", wev.out)
    assert.same({ "0 15", "0 15", "1 -15" }, all(wev, "axis: (%d) %(%a+%), value: (%-?%d+)"))
    assert.matches("state: 1 %(pressed%).*x, y: 110.5%d*, 205.5%d*.*left%), state: 0", wev.out)
  end)

  it("finds places on outputs of several scales", function()
    begin { outputs = 2, config = [[
      output HEADLESS-1 resolution 800x400 position 0 0 scale 2
      output HEADLESS-2 resolution 400x400 position 400 50]] }
    sway:obey "focus output HEADLESS-2"
    local wev = watch()
    assert.is_true(display:move(800 + 30, 100 + 40))
    sees(wev, "x, y: 30.5%d*, 40.5")
    local ok, message, code = display:click { 830, 20 }
    assert.is_nil(ok)
    assert.equal("the point 830,20 lies on no monitor of the 1200x500 screen", message)
    assert.equal("EGEOMETRY", code)
    wev:stop()
    assert(process.wait_until(function() return not sway:try "-t get_tree":find '"app_id": "wev"' end, 20))
    sway:obey "focus output HEADLESS-1"
    wev = watch()
    assert.is_true(display:move(60, 81))
    sees(wev, "x, y: 30.25%d*, 40.75")
  end)

  it("lets go of everything when the script is killed", function()
    begin {}
    local wev = watch()
    local script = start { host, "-e", [[
      local display = assert(luashot.open { input = true })
      while true do
        assert(display:drag({ 10, 10 }, { 300, 300 }, { with = "shift" }))
      end
    ]] }
    sees(wev, "button: 272 %(left%), state: 1")
    script:kill "sigkill"
    script:wait(5)
    local function is_down(pattern)
      local states = all(wev, pattern)
      return tonumber(states[#states], 16) ~= 0
    end
    local last
    assert(process.wait_until(function()
      local before = last
      process.sleep(0.3)
      last = #wev.out
      return last == before and not is_down "button: %d+ %(left%), state: (%d)" and not is_down " key: .-state: (%d)"
        and not is_down "depressed: (%x+)"
    end, 20), wev.out)
  end)

  it("fails when the compositor goes away in the middle of an act", function()
    begin {}
    local function drag()
      return display:drag({ 1, 1 }, { 200, 200 }, { with = "shift" })
    end
    local code
    luashot.after(0, function()
      repeat
        code = select(3, drag())
      until code
    end)
    luashot.after("100ms", function() sway.server:kill "sigkill" end)
    luashot.run()
    assert.equal("ELOST", code)
    assert.equal("ELOST", (select(3, drag())))
    assert.equal("ENODISPLAY", (select(3, display:reconnect())))
  end)

  it("names the library that is missing, and captures without it", function()
    begin {}
    local folder = files.folder()
    finally(function() files.remove(folder) end)
    files.write(folder .. "/libxkbcommon.so.0", "") -- which is no library
    local env = sway:env()
    env.LD_LIBRARY_PATH = folder
    local result = process.run({ host, "-e", "print(luashot.open { input = true }) print(luashot.open():grab())" },
      { env = env })
    assert.matches("^nil\tcannot press keys: .*libxkbcommon%.so%.0.* %(Debian: libxkbcommon0%)\tENOTSUP\nframe 1 ",
      result.out)
    assert.equal("", result.err)
  end)
end)
