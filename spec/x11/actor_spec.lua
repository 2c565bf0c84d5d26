-- Pointer and keyboard of an X server, into real programs.
local desk = require "spec.support.desk"
local files = require "spec.support.files"
local luashot = require "luashot"
local process = require "spec.support.process"
local uv = require "luv"

local host = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

local LATIN <const> = [[The quick brown fox: 0123456789 {[(<>)]} \|@#$%^&*~`'"_-+=;,.?!/]]
local FOREIGN <const> = "Grüße € ça où Ñ ß ÄÖÜ Привет ~^`´¨ 漢字 Ωλ"

describe("acting on an X server", function()
  local desktop, display

  setup(function()
    desktop = desk.start()
    display = assert(luashot.open { display = desktop.server.display, input = true })
  end)

  teardown(function()
    display:close()
    desktop:stop()
  end)

  before_each(function()
    desktop:layout "us"
  end)

  for _, layout in ipairs { "us", "de", "fr", "ru", "us -variant intl", "us,ru" } do
    it("types into a terminal what was meant, with the layout " .. layout, function()
      desktop:layout(layout)
      local text = LATIN .. "\n" .. FOREIGN .. "\n"
      assert.equal(text, desktop:type_into("xterm", display, function()
        assert.is_true(display:type(text))
      end))
    end)

    for _, program in ipairs { "gtk", "qt", "tk" } do
      it(("types into an entry of %s what was meant, with the layout %s"):format(program, layout), function()
        desktop:layout(layout)
        local text = LATIN .. FOREIGN
        assert.equal(text, desktop:type_into(program, display, function()
          assert.is_true(display:type(text))
        end))
      end)
    end
  end

  it("types letters as meant while Caps Lock is on", function()
    assert(display:key "Caps_Lock")
    local text = "aBc äÖü жЖ ß"
    local typed = desktop:type_into("gtk", display, function()
      assert.is_true(display:type(text))
    end)
    assert(display:key "Caps_Lock")
    assert.equal(text, typed)
  end)

  -- Of many scripts: most have no key, so that keys are lent again and again.
  local function many(count, from)
    local units, seed = {}, 7
    for i = 1, count do
      seed = (seed * 1103515245 + 12345) % 2147483648
      units[i] = utf8.char(from[seed // 65536 % #from + 1])
    end
    return table.concat(units)
  end

  local function range(first, last, into)
    for unit = first, last do
      into[#into + 1] = unit
    end
    return into
  end

  -- GTK takes some 20 ms for each.
  for name, count in pairs { ["300 characters"] = 300, ["2,000 characters #long"] = 2000 } do
    it("loses and doubles no character, though it has to lend keys to others again and again: " .. name, function()
      local from = range(0x21, 0x7e, {})
      range(0xc0, 0xff, from) -- Latin
      range(0x410, 0x44f, from) -- Cyrillic
      range(0x4e00, 0x4e10, from)
      local text = many(count, from)
      assert.equal(text, desktop:type_into("gtk", display, function()
        assert.is_true(display:type(text))
      end))
    end)
  end

  it("loses and doubles none of 2,000 characters in an entry of Tk", function()
    local text = many(2000, range(0xe0, 0xef, range(0x21, 0x7e, {})))
    assert.equal(text, desktop:type_into("tk", display, function()
      assert.is_true(display:type(text))
    end))
  end)

  it("lends keys to others only after Tk has read all, though one of its threads is starved #long", function()
    local from = range(0x410, 0x44f, range(0xc0, 0xff, range(0x21, 0x7e, {})))
    local text, busy = many(1000, range(0x4e00, 0x4e10, from)), {}
    for i = 1, #uv.cpu_info() do
      busy[i] = process.spawn { "sh", "-c", "while :; do :; done" }
    end
    local typed = desktop:type_into("tk", display, function(program)
      local threads = 0
      for _, thread in ipairs(files.names(("/proc/%d/task"):format(program.pid))) do
        if tonumber(thread) ~= program.pid then
          threads = threads + 1
          assert.equal(0, process.run({ "chrt", "--idle", "--pid", "0", thread }).code)
        end
      end
      assert.is_true(threads > 0)
      assert.is_true(display:type(text))
    end)
    for _, one in ipairs(busy) do
      one:stop()
    end
    assert.equal(text, typed)
  end)

  it("loses and doubles none of 2,000 characters in a terminal", function()
    local from = range(0x21, 0x7e, {})
    range(0xe0, 0xef, from)
    local lines = {}
    for i = 1, 25 do
      lines[i] = many(80, from) .. "\n"
    end
    local text = table.concat(lines)
    assert.equal(text, desktop:type_into("xterm", display, function()
      assert.is_true(display:type(text))
    end))
  end)

  it("presses keys together, and lets go of them", function()
    assert.equal("one two", desktop:type_into("gtk", display, function()
      assert(display:type "none at all")
      assert(display:key "ctrl+a")
      assert(display:type "two")
      assert(display:key "Home")
      assert(display:type "one ")
    end))
    assert.equal("", (desktop:held()))
  end)

  it("presses what is meant together while Caps Lock is on", function()
    assert(display:key "Caps_Lock")
    local typed = desktop:type_into("gtk", display, function()
      assert(display:type "none at all")
      assert(display:key "ctrl+a") -- Ctrl+Shift+A would unselect
      assert(display:type "two")
    end)
    assert(display:key "Caps_Lock")
    assert.equal("two", typed)
  end)

  -- A window that tells of its events of one kind, once it is in its place and has the focus.
  local function watch(kind)
    local argv = { "xev", "-geometry", "100x100+300+300", "-event", kind, "-event", "focus" }
    local watcher = process.spawn(argv, { env = desktop.env })
    assert(process.wait_until(function() return watcher.out:find "FocusIn" end, 20), watcher.out)
    return watcher
  end

  -- The keys that a window gets: "P y" for a press, "R y" for a release.
  local function events(count, act)
    local watcher = watch "keyboard"
    act()
    local seen
    assert(process.wait_until(function()
      seen = {}
      for way, name in watcher.out:gmatch "Key([PR])%a+ event.-keysym 0x%x+, ([%w_]+)%)" do
        seen[#seen + 1] = way .. " " .. name
      end
      return #seen >= count
    end, 20), watcher.out)
    watcher:stop()
    return seen
  end

  it("lets go of the key that acts before its modifiers", function()
    assert.same({ "P Control_L", "P Alt_L", "P y", "R y", "R Control_L", "R Alt_L" }, events(6, function()
      assert.is_true(display:key "ctrl+alt+y")
    end))
  end)

  it("types digits with the keys of letters, though those of the keypad need no Shift", function()
    desktop:layout "fr"
    assert(display:key "Num_Lock")
    local seen = events(4, function()
      assert.is_true(display:type "1")
    end)
    assert(display:key "Num_Lock")
    assert.same({ "P Shift_L", "P 1", "R 1", "R Shift_L" }, seen)
  end)

  it("moves the pointer, and clicks, drags and scrolls there", function()
    assert.is_true(display:move(123, 45))
    assert.same({ "", 0, "123 45" }, { desktop:held() })
    assert.is_true(display:click { 10, 20 })
    assert.same({ "", 0, "10 20" }, { desktop:held() })
    assert.is_true(display:drag({ 10, 20 }, { x = 100, y = 200, width = 20, height = 10 }))
    assert.same({ "", 0, "110 205" }, { desktop:held() })
    local watcher = watch "button"
    assert(display:click({ 350, 350 }, { button = "right", count = 2 }))
    assert(display:scroll(-1, 2))
    assert(display:click("left", { with = "ctrl" }))
    local seen = {}
    assert(process.wait_until(function()
      seen = {}
      for state, button in watcher.out:gmatch "ButtonPress.-state (0x%x+), button (%d)" do
        seen[#seen + 1] = ("%s:%x"):format(button, tonumber(state) & 4)
      end
      return #seen >= 6
    end, 20), watcher.out)
    watcher:stop()
    table.sort(seen)
    assert.same({ "1:4", "3:0", "3:0", "5:0", "5:0", "6:0" }, seen)
  end)

  it("refuses points outside of the screen", function()
    local ok, message, code = display:click { 900, 10 }
    assert.is_nil(ok)
    assert.equal("the point 900,10 lies outside the 900x500 screen", message)
    assert.equal("EGEOMETRY", code)
  end)

  it("waits for what a person holds down, and does nothing if that stays", function()
    local argv = { "xdotool", "keydown", "Control_L" }
    desktop.server:run(argv)
    local ok, message, code = display:type "x"
    argv[2] = "keyup"
    desktop.server:run(argv)
    assert.is_nil(ok)
    assert.equal("EBUSY", code)
    assert.matches("^a modifier is held down", message)
    assert.is_true(display:move(1, 1))
    for button = 1, 3 do
      desktop.server:run { "xdotool", "mousedown", tostring(button) }
      ok, message, code = display:move(5, 5)
      desktop.server:run { "xdotool", "mouseup", tostring(button) }
      assert.is_nil(ok)
      assert.equal("EBUSY", code)
      assert.equal("a button of the pointer is held down; nothing was done", message)
    end
    assert.is_true(display:move(1, 1))
  end)

  it("gives the keyboard back as it was", function()
    local before = desktop:map()
    local other = assert(luashot.open { display = desktop.server.display, input = true })
    assert(other:type "漢字")
    assert.is_false(before == desktop:map())
    other:close()
    assert(process.wait_until(function() return before == desktop:map() end, 20))
  end)

  it("takes no key back that another client has changed since", function()
    local other = assert(luashot.open { display = desktop.server.display, input = true })
    finally(function() other:close() end)
    local function key_of(symbol)
      return desktop.server:run({ "xmodmap", "-pke" }):match("keycode +(%d+) = " .. symbol)
    end
    assert(other:type "ж")
    local lent = assert(key_of "Cyrillic_zhe")
    desktop.server:run { "xmodmap", "-e", ("keycode %s = F35"):format(lent) }
    assert(other:type "漢")
    assert.is_truthy(key_of "U6F22")
    assert.equal(lent, key_of "F35")
    other:close()
    assert(process.wait_until(function() return not key_of "U6F22" end, 20))
    assert.equal(lent, key_of "F35")
    desktop.server:run { "xmodmap", "-e", ("keycode %s ="):format(lent) }
  end)

  it("lets go of everything, and gives the keyboard back, when the script is killed", function()
    -- What the other display of this spec has borrowed goes back first.
    display:close()
    process.sleep(1)
    local before = desktop:map()
    local script = process.spawn({ host, "-e", [[
      local display = assert(luashot.open { input = true })
      display:type "漢字"
      while true do
        assert(display:drag({ 10, 10 }, { 300, 300 }, { with = "shift" }))
      end
    ]] }, { env = desktop.env })
    local codes, buttons = desktop:held "until-button"
    script:kill "sigkill"
    assert.equal(1, buttons)
    assert.is_true(#codes > 0)
    assert(process.wait_until(function()
      codes, buttons = desktop:held()
      return codes == "" and buttons == 0
    end, 20), codes)
    assert(process.wait_until(function() return before == desktop:map() end, 20))
    display = assert(luashot.open { display = desktop.server.display, input = true })
  end)
end)
