-- Acting as scripts see it: who may, what arguments mean, what happens when a side goes.
local desk = require "spec.support.desk"
local luashot = require "luashot"
local painter = require "spec.support.painter"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local walls = require "spec.support.walls"
local xserver = require "spec.support.xserver"

local core = require "luashot.core"
local host = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

-- The process that acts on a display, or nil.
local function find_actor(name)
  return process.run({ "sh", "-c", ([[
    for task in /proc/[0-9]*; do
      if [ "$(cat $task/comm 2>/dev/null)" = "luashot input" ] && grep -qz '^DISPLAY=%s$' $task/environ; then
        echo ${task#/proc/}
      fi
    done]]):format(name) }).out:match "%d+"
end

describe("acting", function()
  local server, display, looker

  setup(function()
    server = xserver.start {}
    display = assert(luashot.open { display = server.display, input = true })
    looker = assert(luashot.open { display = server.display })
  end)

  teardown(function()
    display:close()
    looker:close()
    server:stop()
  end)

  local function place()
    local line = process.run({ "python3", "spec/support/held.py" }, { env = server:env() }).out
    return line:match "| (%d+ %d+)\n"
  end

  it("is not for a display that was opened to look", function()
    local tries = {
      { "move", 1, 1 }, { "click" }, { "drag", { 1, 1 }, { 2, 2 } }, { "scroll", 1 }, { "key", "a" }, { "type", "a" },
    }
    for _, try in ipairs(tries) do
      local ok, message, code = looker[try[1]](looker, table.unpack(try, 2))
      assert.is_nil(ok)
      assert.equal("the display was opened to look only: luashot.open{ input = true }", message)
      assert.equal("ENOINPUT", code)
    end
    assert.equal("ENOINPUT", (select(3, assert(looker:grab()):click())))
  end)

  it("is not for a sandbox", function()
    local box = walls.new(server:env())
    local result = box:run(box:command("-e", "print(luashot.open{ input = true }) print(luashot.open():click())"))
    box:remove()
    assert.equal("nil\ta sandbox only looks: input = true is not for it\tESANDBOX\n" ..
      "nil\tthe display was opened to look only: luashot.open{ input = true }\tENOINPUT\n", result.out)
  end)

  it("takes points of many kinds", function()
    for _, point in ipairs {
      { 7, 8 }, { x = 7, y = 8 }, { x = 2, y = 3, width = 10, height = 10 }, { x = 7.9, y = 8.2 },
    } do
      assert(display:move(1, 1))
      assert.is_true(display:move(point))
      assert.equal("7 8", place())
    end
    assert.is_true(display:move(7, 8))
    assert.equal("7 8", place())
  end)

  it("aims at what was found, whatever part of the screen the frame is", function()
    local paint = painter.start(server)
    paint("fill 0 0 640 480 000000")
    paint("fill 200 100 10 10 ff0000")
    paint("fill 204 104 2 2 00ff00")
    local wanted = assert(display:grab { x = 200, y = 100, width = 10, height = 10 }):copy()
    for _, what in ipairs { "640x480+0+0", "300x300+150+50" } do
      local frame = assert(display:grab(what))
      for _, picture in ipairs { frame, frame:crop(20, 20, 200, 200), frame:copy() } do
        assert(display:move(1, 1))
        assert.is_true(picture:find(wanted):click())
        assert.equal("205 105", place())
        assert(display:move(1, 1))
        assert.is_true(picture:find(wanted, { all = true })[1]:move())
        assert.equal("205 105", place())
        assert(display:move(1, 1))
        assert.is_true(display:click(picture:find(wanted)))
        assert.equal("205 105", place())
        assert.is_true(picture:find_color("#00ff00"):click())
        assert.equal("204 104", place())
      end
    end
    assert(display:move(1, 1))
    assert.is_true(assert(luashot.wait { display, when = wanted, timeout = "5s" }):click())
    assert.equal("205 105", place())
    assert.is_true(assert(display:grab "100x50+300+200"):click())
    assert.equal("350 225", place())
    paint:stop()
  end)

  it("tells of matches that are of no such display", function()
    local blank = luashot.load "P6 1 1 255 \0\0\0"
    for _, frame in ipairs { blank, assert(looker:grab()) } do
      local match = frame:find(blank) or frame:find_color "#000000"
      local ok, _, code = match:click()
      assert.is_nil(ok)
      assert.equal("ENOINPUT", code)
      assert.equal("ENOINPUT", (select(3, match:move())))
      assert.is_nil(core.origin(match))
    end
  end)

  it("binds what others have found", function()
    local match = core.bind({ x = 3, y = 4, width = 2, height = 2, text = "OK" }, display, 100, 200)
    assert.same({ 100, 200 }, { select(2, core.origin(match)) })
    assert.is_true(match:click())
    assert.equal("104 205", place())
    assert.is_false(getmetatable(match))
    local plain = core.bind({ x = 1, y = 1 }, luashot.load "P6 1 1 255 \0\0\0")
    assert.equal("ENOINPUT", (select(3, plain:click())))
  end)

  it("raises for what cannot be meant, and says what can", function()
    local wrong = {
      { "a point's coordinate in pixels expected, got 'a'", "move", "a", 1 },
      { "a point's coordinate in pixels expected, got nil", "move", 1 },
      { "move: a point { x, y } or a match expected, got a table without them", "move", {} },
      { 'click: "left", "middle", "right", "back", "forward" or 1 to 9 expected, got \'up\'', "click", "up" },
      { 'click: "left", "middle", "right", "back", "forward" or 1 to 9 expected, got 0', "click", 0 },
      { "option 'count': an integer from 1 to 10 expected, got 11", "click", "left", { count = 11 } },
      { "option 'with': 'foo' is not a key: keys joined by '+' expected, as \"ctrl+shift+t\", \"Return\" or \"F5\"",
        "click", { 1, 1 }, { with = "foo" } },
      { "unknown option 'butten' (did you mean 'button'?)", "click", { 1, 1 }, { butten = 1 } },
      { "drag: a point { x, y } or a match expected, got nil", "drag", { 1, 1 } },
      { "steps of the wheel expected, -1000 to 1000, got 1001", "scroll", 0, 1001 },
      { "key: keys joined by '+' expected, got nil", "key" },
      { "type: a text expected, got nil", "type" },
      { "type: byte 2 of the text is not UTF-8", "type", "a\xff" },
      { "type: option 'interval': 10 seconds at most expected", "type", "a", { interval = "1m" } },
    }
    local control <const> = "type: byte 1 of the text, \\%d, is a control character other than "
      .. "\\n and \\t: see display:key"
    for byte, text in pairs { [1] = "\1", [8] = "\b", [13] = "\r", [27] = "\27[A", [127] = "\127", [194] = "\u{9b}" } do
      wrong[#wrong + 1] = { control:format(byte), "type", text }
    end
    for _, case in ipairs(wrong) do
      local ok, message = pcall(function()
        display[case[2]](display, table.unpack(case, 3))
      end)
      assert.is_false(ok)
      assert.matches("^spec/lua/act_spec.lua:%d+: ", message)
      assert.equal(case[1], (message:gsub("^[^:]*:%d+: ", ""):gsub(" %(known.*", "")))
    end
  end)

  it("lets other jobs run, and several jobs act", function()
    local order = {}
    local function job(name, text)
      luashot.after(0, function()
        assert(display:type(text, { interval = "20ms" }))
        order[#order + 1] = name
      end)
    end
    local ticks = 0
    local ticker
    ticker = luashot.every("10ms", function()
      ticks = ticks + 1
      if #order == 2 then
        ticker:stop()
      end
    end)
    job("first", "aaaaaaaaaa")
    job("second", "bbbbbbbbbb")
    luashot.run()
    assert.same({ "first", "second" }, order)
    assert.is_true(ticks > 5, ticks)
  end)

  it("says when the process that acts, or the server, has gone", function()
    local other = xserver.start {}
    local acting = assert(luashot.open { display = other.display, input = true })
    assert.is_true(acting:move(1, 1))
    other:stop()
    local ok, _, code = acting:move(2, 2)
    assert.is_nil(ok)
    assert.equal("ELOST", code)
    acting:close()
    assert.has_error(function() acting:move(1, 1) end)
  end)

  it("works again after reconnect", function()
    assert(display:reconnect())
    assert.is_true(display:move(5, 6))
    assert.equal("5 6", place())
  end)

  it("tells an act that a reconnect cut short, and performs those that come after", function()
    local acting = assert(luashot.open { display = server.display, input = true })
    local results, order = {}, {}
    local function job(name, delay, work)
      luashot.after(delay, function()
        results[name] = table.pack(work())
        order[#order + 1] = name
      end)
    end
    job("type", 0, function() return acting:type(("a"):rep(200), { interval = "50ms" }) end)
    job("next", "10ms", function() return acting:move(1, 1) end)
    job("reconnect", "300ms", function()
      assert(acting:reconnect())
      for _ = 1, 2000 do -- the others hear of it now, not at the next act
        luashot.sleep "10ms"
        if #order == 2 then
          break
        end
      end
      return #order
    end)
    luashot.run()
    for _, name in ipairs { "type", "next" } do
      assert.same({ "the display was reconnected meanwhile", "ELOST" }, { results[name][2], results[name][3] })
    end
    assert.equal(2, results.reconnect[1])
    assert.is_true(acting:move(9, 8))
    assert.equal("9 8", place())
    acting:close()
  end)

  it("works on the server that comes after one that ended in the middle of an act", function()
    local other = xserver.start { replaceable = true }
    local acting = assert(luashot.open { display = other.display, input = true })
    local function drag()
      return acting:drag({ 1, 1 }, { 200, 200 }, { with = "shift" })
    end
    local code, again
    luashot.after(0, function()
      repeat
        code = select(3, drag())
      until code
      again = select(3, drag())
    end)
    luashot.after("100ms", function() other.process:kill "sigkill" end) -- waits for nothing: this is a callback
    luashot.run()
    assert.truthy(other.process:wait(10))
    assert.same({ "ELOST", "ELOST" }, { code, again })
    assert.equal("ENODISPLAY", (select(3, acting:reconnect())))
    assert.equal("ELOST", (select(3, drag())))
    local successor = xserver.start { display = other.display }
    assert(acting:reconnect())
    assert.is_true(acting:move(7, 8))
    assert.is_true(acting:key "a")
    assert.equal(" | 0 | 7 8\n", process.run({ "python3", "spec/support/held.py" }, { env = successor:env() }).out)
    acting:close()
    successor:stop()
  end)

  it("says that nobody acts after a reconnect to a server that lets nobody act", function()
    local other = xserver.start { replaceable = true }
    local acting = assert(luashot.open { display = other.display, input = true })
    other:kill()
    local successor = xserver.start { display = other.display, args = { "-tst" } }
    assert.equal("ENOTSUP", (select(3, acting:reconnect())))
    local ok, message, code = acting:move(1, 1)
    assert.same({ nil, "no process acts, because the last reconnect failed: call reconnect once more", "ELOST" },
      { ok, message, code })
    acting:close()
    successor:stop()
  end)

  it("says what is down after the process that acts was killed in the middle of an act", function()
    local other = xserver.start {}
    local script = process.spawn({ host, "-e", [[
      local display = assert(luashot.open { input = true })
      local message
      repeat
        message = select(2, display:drag({ 1, 1 }, { 200, 200 }, { with = "shift" }))
      until message
      print(message)
      print(display:reconnect() == display)
      print(display:click { 5, 5 })
      io.stdout:flush()
      io.read()
      print(display:click { 5, 5 })
    ]] }, { env = other:env() })
    local pid
    assert(process.wait_until(function() -- it is stopped in the middle of a drag
      pid = find_actor(other.display)
      if not pid then
        return false
      end
      assert.equal(0, process.run({ "kill", "-STOP", pid }).code)
      local held = process.run({ "python3", "spec/support/held.py" }, { env = other:env() }).out
      if held:find "^50 | 1 |" then
        return true
      end
      assert.equal(0, process.run({ "kill", "-CONT", pid }).code)
    end, 30))
    assert.equal(0, process.run({ "kill", "-KILL", pid }).code)
    assert.equal("the process that acts has ended: call reconnect, or open the display once more",
      script:read_line(20))
    assert.equal("true", script:read_line(20))
    assert.equal("nil\ta modifier is held down (the key with code 50); nothing was done\tEBUSY", script:read_line(20))
    other:run { "xdotool", "key", "Shift_L", "mouseup", "1" }
    script:write "\n"
    assert.equal("true", script:read_line(20))
    assert.same({ 0, "" }, { script:wait(20), script.err })
    other:stop()
  end)

  it("tells that the server lacks XTEST", function()
    local other = xserver.start { args = { "-tst" } }
    local opened, message, code = luashot.open { display = other.display, input = true }
    other:stop()
    assert.is_nil(opened)
    assert.equal("cannot act: the X server lacks XTEST", message)
    assert.equal("ENOTSUP", code)
  end)

  it("leaves no process, and nothing of ours mapped or open in the one that acts", function()
    local desktop = desk.start()
    local script = process.spawn({ host, "-e", [[
      local first = luashot.open()
      local frame = first:grab()
      local display = assert(luashot.open{ input = true })
      print "ready"
      sleep(60)
    ]] }, { env = desktop.env })
    assert.equal("ready", script:read_line(20))
    local found = find_actor(desktop.server.display)
    assert(found, "nobody acts")
    local maps = process.run({ "cat", "/proc/" .. found .. "/maps" }).out
    assert.is_nil(maps:find "memfd:")
    local descriptors = process.run({ "ls", "/proc/" .. found .. "/fd" }).out
    assert.is_true(select(2, descriptors:gsub("\n", "")) <= 5, descriptors)
    script:kill "sigkill"
    assert(process.wait_until(function() return not proc.exists(found) end, 20))
    desktop:stop()
  end)

  -- It has half a minute to let go of keys.
  for how, opens in pairs { silent = false, cut = true, deaf = true } do
    it(("leaves no process behind at a server that does not answer: %s #long"):format(how), function()
      local other = xserver.start {}
      local between = relay.start(other)
      finally(function()
        between:stop()
        other:stop()
      end)
      between(opens and "hold" or "once")
      local script = process.spawn({ host, "-e", [[
        local display, _, code = luashot.open { input = true, timeout = 2 }
        print(code)
        io.stdout:flush()
        if display then
          io.read()
          print(select(3, display:move(1, 1)))
        end
      ]] }, { env = { DISPLAY = between.display } })
      local opened = script:read_line(20)
      local found = assert(find_actor(between.display), "nobody acts")
      if opens then
        between(how)
        script:write "\n"
      end
      assert.equal(0, script:wait(30))
      assert.equal(opens and "nil" or "ETIMEDOUT", opened)
      assert.equal((opens and "nil\n" or "") .. "ETIMEDOUT\n", script.out)
      assert(process.wait_until(function() return not proc.exists(found) end, 60))
    end)
  end
end)
