-- The server as the protocol's own client library sees it, and as clients see it that keep to nothing.
local core = require "luashot.core"
local desk = require "spec.support.desk"
local files = require "spec.support.files"
local json = require "luashot.json"
local luashot = require "luashot"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local python = require "spec.support.python"
local terminal_window = require "spec.support.terminal_window"
local xserver = require "spec.support.xserver"

local host = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

describe("luashot mcp", function()
  local server, paint

  setup(function()
    server = xserver.start { width = 800, height = 600 }
    paint = painter.start(server)
  end)

  before_each(function()
    paint("fill 0 0 800 600 204060")
  end)

  teardown(function()
    paint:stop()
    server:stop()
  end)

  describe("with the official client", function()
    local peer, hello, usual -- it takes seconds to start

    local function spawn(arguments, env)
      local program = python.with "mcp"
      local started = process.spawn({ program, "spec/support/mcp_peer.py", host, "mcp", table.unpack(arguments) },
        { env = env or server:env() })
      hello = json.decode(assert(started:read_line(60), started.err))
      return started
    end

    local function start(arguments, env)
      usual = usual or not arguments and spawn {}
      peer = arguments and spawn(arguments, env) or usual
    end

    local function finish(ending)
      ending:close_input()
      assert.equal(0, ending:wait(30))
      assert.equal("", ending.err)
    end

    after_each(function()
      if peer and peer ~= usual then
        finish(peer)
      end
      peer = nil
    end)

    teardown(function()
      if usual then
        finish(usual)
      end
    end)

    local function ask(command)
      peer:write(json.encode(command) .. "\n")
      return json.decode(assert(peer:read_line(60), peer.err))
    end

    local function call(tool, arguments)
      local answer = ask { tool = tool, arguments = arguments or setmetatable({}, { __jsontype = "object" }) }
      return answer.structuredContent, answer
    end

    local function picture_in(answer)
      return assert(luashot.load(core.unbase64(answer.content[1].data)))
    end

    it("shakes hands, and lists tools that look", function()
      start()
      assert.equal("luashot", hello.serverInfo.name)
      assert.matches("coordinates", hello.instructions)
      local names = {}
      for _, tool in ipairs(ask({ tools = true }).tools) do
        names[tool.name] = tool
        assert.is_true(tool.annotations.readOnlyHint)
        assert.equal("object", tool.inputSchema.type)
        assert.equal("object", tool.outputSchema.type)
      end
      assert.is_table(names.take_picture)
      assert.is_nil(names.click)
    end)

    it("lists monitors and windows", function()
      start()
      local screen = call "list_monitors"
      assert.same({ 800, 600, 800 }, { screen.width, screen.height, screen.monitors[1].width })
      local id = paint:make("managed", 50, 60, 100, 80, "ff0000")
      local found
      for _, window in ipairs(call("list_windows").windows) do
        found = found or window.id == id and window
      end
      assert.same({ 50, 60, 100, 80 }, { found.x, found.y, found.width, found.height })
      local place = call("take_picture", { window = id })
      assert.same({ 50, 60, 100, 80, 1 }, { place.x, place.y, place.width, place.height, place.scale })
      paint("destroy %d", id)
    end)

    it("takes pictures, whole, in part and scaled, in each format", function()
      start()
      paint("fill 100 100 50 50 ff0000")
      local place, answer = call("take_picture", { area = { x = 90, y = 95, width = 100, height = 60 } })
      assert.same({ 90, 95, 100, 60, 1 }, { place.x, place.y, place.width, place.height, place.scale })
      local picture = picture_in(answer)
      assert.same({ 100, 60 }, { picture.width, picture.height })
      assert.same({ 255, 0, 0 }, { picture:pixel(10, 5) })
      for _, format in ipairs { "png", "jpeg", "webp" } do
        place, answer = call("take_picture", { max_size = 200, format = format })
        assert.same({ 0, 0, 800, 600, 200, 150, 4 },
          { place.x, place.y, place.width, place.height, place.image_width, place.image_height, place.scale })
        assert.equal("image/" .. format, answer.content[1].mimeType)
        picture = picture_in(answer)
        assert.same({ 200, 150 }, { picture.width, picture.height })
      end
      assert.same(place, json.decode(answer.content[2].text))
    end)

    it("waits for a change, and reports progress", function()
      start()
      peer:write(json.encode { tool = "wait_for_change", arguments = { timeout = 60 }, announce = true } .. "\n")
      assert.equal(1, json.decode(assert(peer:read_line(60))).progress)
      paint("fill 300 200 10 20 ffffff")
      local answer
      repeat
        answer = json.decode(assert(peer:read_line(60)))
      until answer.structuredContent
      local found = answer.structuredContent
      assert.is_true(found.happened)
      assert.same({ x = 300, y = 200, width = 10, height = 20 }, found.changed)
      assert.equal(200, found.pixels)
      assert.is_true(#answer.progress >= 1)
      assert.is_false((call("wait_for_change", { timeout = 0.1 })).happened)
    end)

    it("remembers, finds and waits for pictures", function()
      start()
      paint("fill 400 300 20 10 00ff00")
      paint("fill 405 303 5 4 ff00ff")
      call("remember_image", { name = "button", area = { x = 400, y = 300, width = 20, height = 10 } })
      local places = call("find_image", { name = "button" }).places
      assert.same({ 400, 300, 410, 305 }, { places[1].x, places[1].y, places[1].center_x, places[1].center_y })
      paint("fill 0 0 800 600 204060")
      assert.same({}, call("find_image", { name = "button" }).places)
      assert.is_false(call("wait_for_image", { name = "button", timeout = 0.1 }).happened)
      peer:write(json.encode { tool = "wait_for_image", arguments = { name = "button", timeout = 30 } } .. "\n")
      process.sleep(0.3)
      paint("fill 500 300 20 10 00ff00")
      paint("fill 505 303 5 4 ff00ff")
      local found = json.decode(assert(peer:read_line(60))).structuredContent
      assert.is_true(found.happened)
      assert.equal(500, found.place.x)
      local image = core.base64(assert(assert(luashot.load "P6 2 1 255 \0\255\0\255\0\255"):encode "png"))
      assert.equal(504, call("find_image", { image = image, area = { x = 450, y = 250, width = 100, height = 100 } })
        .places[1].x)
    end)

    it("reads, finds and waits for text", function()
      start()
      local terminal = terminal_window.start(server, "printf '\\n\\n\\n   Log in here please'; sleep 60")
      local found = call("wait_for_text", { text = "log in", timeout = 30 })
      assert.is_true(found.happened)
      local place = call("find_text", { text = "LOG IN" }).places[1]
      assert.same({ found.place.x, found.place.y }, { place.x, place.y })
      local read = call("read_text", { area = { x = place.x - 5, y = place.y - 5, width = 300, height = 40 } })
      assert.matches("Log in here please", read.text)
      assert.is_true(place.x > 20 and place.y > 40)
      local first = read.words[1]
      assert.equal("Log", first.text)
      assert.is_true(math.abs(first.x - place.x) <= 2 and math.abs(first.y - place.y) <= 2, json.encode(first))
      assert.same({}, call("find_text", { text = "log out" }).places)
      local in_line = { x = place.x, y = place.y - 5, width = 200, height = 30 }
      assert.equal(1, #call("find_text", { text = "e", area = in_line }).places)
      local both = call("find_text", { text = "e", area = in_line, all = true }).places -- here please
      assert.is_true(#both >= 2 and both[1].center_x < both[#both].center_x)
      local _, wrong = call("find_text", { text = " " })
      assert.equal("text: a text with letters expected", wrong.content[1].text)
      terminal:stop()
      terminal = terminal_window.start(server, "printf 'Bitte ÄNDERN'; sleep 60")
      assert.is_true(call("wait_for_text", { text = "bitte ändern", language = "deu", timeout = 30 }).happened)
      terminal:stop()
      local display <close> = assert(luashot.open { display = server.display, input = true })
      local missing, message, code = display:find_text "Log in"
      assert.same({ nil, nil, nil }, { missing, message, code })
      local again = terminal_window.start(server, "printf 'Log in here please'; sleep 60")
      assert.is_true(select(2, luashot.wait { display, text = "here", timeout = "20s" }):click())
      assert.is_true(display:find_text("please"):move())
      local all = assert(display:find_text("e", { all = true }))
      assert.is_true(#all >= 2 and all[#all]:move())
      assert.same({}, display:find_text("Log out", { all = true }))
      again:stop()
    end)

    it("compares with the last picture", function()
      start()
      call("take_picture", { max_size = 100 })
      paint("fill 10 20 30 40 ffffff")
      local result, answer = call "compare_with_last"
      assert.equal(1200, result.pixels)
      assert.same({ { x = 10, y = 20, width = 30, height = 40 } }, result.changes)
      assert.same({ 30, 40 }, { picture_in(answer).width, picture_in(answer).height })
    end)

    it("tells models what was wrong", function()
      start()
      for _, case in ipairs {
        { "take_picture", { max_sze = 1 }, "there is no argument 'max_sze'" },
        { "take_picture", { max_size = 1 }, "max_size: integer from 16 to 16384 expected, got 1" },
        { "take_picture", { area = { x = 1, y = 2 } }, "area: the argument 'width' is missing" },
        { "take_picture", { area = { x = 900, y = 0, width = 5, height = 5 } },
          "that lies outside of what may be seen, which is 800x600+0+0 of the screen" },
        { "take_picture", { monitor = "TV" }, "there is no monitor 'TV'; list_monitors lists them" },
        { "find_image", { name = "x" }, "no picture is remembered as 'x'; remember_image does that" },
        { "find_image", { image = "???" }, "not base64" },
        { "find_image", { image = core.base64 "/etc/passwd" }, "these 12 bytes are not a picture" },
        { "find_image", { image = core.base64 "/nonexistent" }, "these 13 bytes are not a picture" },
        { "wait_for_image", { image = core.base64 "/etc" }, "these 5 bytes are not a picture" },
      } do
        local _, answer = call(case[1], case[2])
        assert.is_true(answer.isError)
        assert.equal(case[3], answer.content[1].text:sub(1, #case[3]))
      end
    end)

    it("goes on after a call that was cancelled", function()
      start()
      assert.is_true(ask({ cancel = true, tool = "wait_for_change", arguments = { timeout = 60 } }).cancelled)
      assert.equal(800, call("list_monitors").width)
    end)

    it("shows a region and nothing else", function()
      start { "--region", "200x100+50+60", "--mask", "10x10+60+70" }
      paint("fill 40 50 20 20 ff0000")
      local _
      local place, answer = call "take_picture"
      assert.same({ 50, 60, 200, 100 }, { place.x, place.y, place.width, place.height })
      local picture = picture_in(answer)
      assert.same({ 0, 0, 0 }, { picture:pixel(15, 15) })
      place = call("take_picture", { area = { x = 0, y = 0, width = 100, height = 100 } })
      assert.same({ 50, 60, 50, 40 }, { place.x, place.y, place.width, place.height })
      _, answer = call("take_picture", { area = { x = 300, y = 0, width = 10, height = 10 } })
      assert.is_true(answer.isError)
      local id = paint:make("managed", 500, 400, 50, 50, "ff0000")
      for _, window in ipairs(call("list_windows").windows) do
        assert.is_true(window.id ~= id)
      end
      _, answer = call("take_picture", { window = id })
      assert.is_true(answer.isError)
      paint("destroy %d", id)
    end)

    it("shows a window and acts on it alone, where it moves and while others cover it", function()
      local desktop = desk.start()
      local other_paint = painter.start(desktop.server)
      local display <close> = assert(luashot.open { display = desktop.server.display })
      local function make(...)
        local id = other_paint:make("managed", ...)
        assert(process.wait_until(function() -- openbox shows a window some time after it has listed it
          for _, window in ipairs(assert(display:windows())) do
            if window.id == id and window.visible then
              return true
            end
          end
        end, 20))
        return id
      end
      local id = make(100, 100, 200, 150, "ff0000")
      start({ "--input", "--window", "window=" .. id }, desktop.env)
      local function look()
        local place, answer = call "take_picture"
        assert.is_nil(answer.isError and answer.content[1].text or nil)
        local picture = picture_in(answer)
        assert.same({ 200, 150 }, { picture.width, picture.height })
        for _, at in ipairs { { 0, 0 }, { 199, 0 }, { 0, 149 }, { 199, 149 }, { 100, 75 } } do
          assert.same({ 255, 0, 0 }, { picture:pixel(at[1], at[2]) })
        end
        return place
      end
      local function refused(message, tool, arguments)
        local _, answer = call(tool, arguments)
        assert.is_true(answer.isError, tool)
        assert.matches(message, answer.content[1].text)
      end
      local function focus(window)
        desktop.server:run { "xdotool", "windowactivate", "--sync", tostring(window) }
      end
      local function put(window, x, y)
        desktop.server:run { "xdotool", "windowmove", "--sync", tostring(window), tostring(x), tostring(y) }
      end
      focus(id)
      local place = look()
      local x, y = place.x + 100, place.y + 75
      assert.is_true(call("click", { x = x, y = y }).done)
      assert.is_true(call("press_keys", { keys = "a" }).done)
      local other = make(90, 90, 300, 300, "0000ff")
      put(other, x - 120, y - 100)
      focus(other)
      assert.same(place, look())
      local windows = call("list_windows").windows
      assert.same({ 1, id }, { #windows, windows[1].id })
      for _, tool in ipairs { "click", "move_pointer", "scroll" } do
        refused("covers it there", tool, { x = x, y = y })
      end
      refused("covers it there", "drag", { x = x, y = y, to_x = x + 5, to_y = y })
      refused("does not have the focus", "press_keys", { keys = "a" })
      refused("does not have the focus", "type_text", { text = "a" })
      refused("no window " .. other, "take_picture", { window = other })
      refused("outside of what may be seen", "take_picture", { area = { x = 350, y = 350, width = 10, height = 10 } })
      refused("outside of what may be seen", "find_text", { text = "x",
        area = { x = 350, y = 350, width = 10, height = 10 } })
      put(id, 500, 250)
      assert(process.wait_until(function() -- openbox moves a window some time after it is asked to
        place = look()
        return place.x > 450 and place.y > 200
      end, 20), json.encode(place))
      refused("outside of what may be seen", "click", { x = x, y = y })
      assert.is_true(call("click", { x = place.x + 150, y = place.y + 10 }).done)
      assert(process.wait_until(function() -- openbox gives the focus some time after the click
        for _, window in ipairs(assert(display:windows())) do
          if window.id == id and window.active then
            return true
          end
        end
      end, 20))
      assert.is_true(call("type_text", { text = "a" }).done)
      other_paint("destroy %d", id)
      refused("no window", "take_picture")
      refused("is not there", "click", { x = x, y = y })
      other_paint:stop()
      desktop:stop()
    end)

    it("acts where that was asked for, inside of what may be seen", function()
      local desktop = desk.start()
      start({ "--input", "--region", "800x400+0+0" }, desktop.env)
      local display = assert(luashot.open { display = desktop.server.display })
      assert.equal("Größe", desktop:type_into("gtk", display, function()
        assert.is_true(call("type_text", { text = "Größe" }).done)
        assert.is_true(call("press_keys", { keys = "Home" }).done)
      end, function(key)
        assert.is_true(call("press_keys", { keys = key }).done)
      end))
      for _, case in ipairs {
        { "click", { x = 10, y = 20 }, "10 20" }, { "move_pointer", { x = 30, y = 40 }, "30 40" },
        { "drag", { x = 1, y = 2, to_x = 50, to_y = 60 }, "50 60" }, { "scroll", { x = 5, y = 6, down = 2 }, "5 6" },
      } do
        assert.is_true(call(case[1], case[2]).done)
        assert.equal(case[3], (select(3, desktop:held())))
      end
      for _, case in ipairs { { "click", {} }, { "drag", { to_x = 5, to_y = 5 } }, { "scroll", {} } } do
        case[2].x, case[2].y, case[2].hold = 5, 5, "ctrl+Shift"
        assert.is_true(call(case[1], case[2]).done)
        for _, hold in ipairs { "Return", "ctrl+x", "a", "+", "" } do
          case[2].hold = hold
          local _, answer = call(case[1], case[2])
          assert.equal("hold: ctrl, shift, alt, altgr, super or meta expected, joined by +, got '" .. hold .. "'",
            answer.content[1].text)
        end
      end
      local _, answer = call("click", { x = 10, y = 450 })
      assert.is_true(answer.isError)
      _, answer = call("press_keys", { keys = "nokey" })
      assert.matches("^key: 'nokey' is not a key", answer.content[1].text)
      display:close()
      desktop:stop()
    end)
  end)

  describe("bound to a window", function()
    local desktop, display, peer, id

    setup(function()
      desktop = desk.start()
      display = assert(luashot.open { display = desktop.server.display })
    end)

    teardown(function()
      display:close()
      desktop:stop()
    end)

    local function call(name, arguments)
      id = (id or 0) + 1
      peer:write(json.encode { jsonrpc = "2.0", id = id, method = "tools/call",
        params = { name = name, arguments = arguments } } .. "\n")
      local answer = json.decode(assert(peer:read_line(60), peer.err))
      assert.equal(id, answer.id)
      return answer.result.structuredContent, answer.result.content[1].text
    end

    it("sends no key to another one: neither to hold, nor of a text when the focus moves", function()
      local mine = process.spawn({ "xterm", "-T", "mine", "-geometry", "30x8+100+50", "-e", "cat" },
        { env = desktop.env })
      desktop:wait_for(display, "mine")
      peer = process.spawn({ host, "mcp", "--input", "--window", "title=mine" }, { env = desktop.env })
      assert.is_true(call("scroll", { x = 200, y = 100, hold = "ctrl" }).done)
      local typed
      local received = desktop:type_into("xterm", display, function()
        for _, case in ipairs {
          { "press_keys", { keys = "a" } }, { "type_text", { text = "a" } },
          { "click", { x = 150, y = 100, hold = "ctrl", button = "middle" } },
          { "scroll", { x = 150, y = 100, hold = "shift" } },
        } do
          local _, message = call(case[1], case[2])
          assert.equal("the window that may be seen does not have the focus: click it first", message)
        end
        desktop.server:run { "xdotool", "search", "--name", "^mine$", "windowactivate", "--sync" }
        desktop:wait_for(display, "mine")
        local function look()
          local frame <close> = assert(display:grab { title = "^mine$" })
          return frame:hash()
        end
        local seen, changes = look(), 0
        peer:write(json.encode { jsonrpc = "2.0", id = 1000, method = "tools/call",
          params = { name = "type_text", arguments = { text = ("w"):rep(100000) } } } .. "\n")
        assert(process.wait_until(function() -- the first change may be the cursor's
          local now = look()
          seen, changes = now, changes + (now ~= seen and 1 or 0)
          return changes == 4
        end, 20))
        desktop.server:run { "xdotool", "search", "--name", "^typed$", "windowactivate", "--sync" }
        local answer = json.decode(assert(peer:read_line(60))).result
        assert.is_true(answer.isError)
        typed = tonumber(answer.content[1].text:match "click it first; (%d+) characters were typed before$")
        assert.is_true(typed > 0 and typed < 100000, answer.content[1].text)
      end, function(key)
        desktop.server:run { "xdotool", "key", key, key } -- the first ends a line
      end)
      assert.is_true(#received <= 10, #received) -- the piece that was under way
      peer:close_input()
      assert.equal(0, peer:wait(30))
      mine:stop()
    end)

    it("lists no window of a part that is hidden, and clicks no point of one", function()
      peer = process.spawn({ host, "mcp", "--input", "--mask", "100x100+300+300", "--mask", "50x100+400+300" },
        { env = server:env() })
      local hidden = paint:make("managed", 320, 320, 120, 60, "ff0000")
      local shown = paint:make("managed", 320, 380, 120, 40, "ff0000")
      local names = {}
      for _, one in ipairs(call("list_windows").windows) do
        names[one.id] = true
      end
      assert.same({ nil, true }, { names[hidden], names[shown] })
      for _, point in ipairs { { 300, 300 }, { 399, 399 }, { 400, 350 }, { 449, 399 } } do
        local _, message = call("click", { x = point[1], y = point[2] })
        assert.equal(("the point %d,%d lies in a part of the screen that is hidden"):format(point[1], point[2]),
          message)
      end
      assert.is_true(call("move_pointer", { x = 450, y = 300 }).done)
      peer:close_input()
      assert.equal(0, peer:wait(30))
      paint("destroy %d", hidden)
      paint("destroy %d", shown)
    end)
  end)

  describe("with a client that keeps to nothing", function()
    local function run(input)
      return process.run({ host, "mcp" }, { env = server:env(), stdin = input, timeout = 60 })
    end

    it("ends when the client leaves, in the middle of a message or of a call too", function()
      for _, input in ipairs {
        "", '{"jsonrpc":"2.0","id":1,"meth',
        '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wait_for_change","arguments":{}}}\n',
      } do
        local result = run(input)
        assert.equal(0, result.code)
        assert.equal("", result.out)
        assert.equal("", result.err)
      end
    end)

    it("answers what a file asks before it leaves, but for what waits", function()
      local folder = files.folder()
      local asked = {}
      for i, call in ipairs {
        { "take_picture", { max_size = 64 } }, { "wait_for_change", { timeout = 600 } },
        { "find_text", { text = "nothing", area = { x = 0, y = 0, width = 100, height = 50 } } },
        { "wait_for_text", { text = "nothing" } }, { "list_monitors" },
      } do
        asked[i] = json.encode { jsonrpc = "2.0", id = i, method = "tools/call",
          params = { name = call[1], arguments = call[2] } } .. "\n"
      end
      files.write(folder .. "/asked", table.concat(asked))
      for _, command in ipairs { "%s mcp <asked >answers", "cat asked | %s mcp | cat >answers" } do
        local result = process.run({ "sh", "-c", ("cd %s && " .. command):format(folder, host) },
          { env = server:env(), timeout = 60 })
        assert.same({ 0, "" }, { result.code, result.err })
        local answered = {}
        for line in files.read(folder .. "/answers"):gmatch "[^\n]+" do
          local answer = json.decode(line)
          assert.is_nil(answer.result.isError)
          answered[#answered + 1] = answer.id
        end
        table.sort(answered)
        assert.same({ 1, 3, 5 }, answered)
      end
      files.remove(folder)
    end)

    it("answers nonsense line by line, and goes on", function()
      local client = process.spawn({ host, "mcp" }, { env = server:env() })
      client:write('{"jsonrpc":"2.0","id":"\255","method":"ping"}\n')
      local odd = json.decode(assert(client:read_line(20)))
      assert.same({ json.null, -32600 }, { odd.id, odd.error.code })
      client:write("\0\255\nnull\n[]\n{}\n12\n" .. ("["):rep(5000) .. "\n\n" ..
        '{"jsonrpc":"2.0","id":9,"method":"ping"}\n')
      for _ = 1, 6 do
        assert.matches('"error"', assert(client:read_line(20)))
      end
      assert.equal(9, json.decode(assert(client:read_line(20))).id)
      client:close_input()
      assert.equal(0, client:wait(20))
    end)

    it("takes 100 MB in a line, and keeps none of it", function()
      local client = process.spawn({ "sh", "-c", ("{ head -c 100000000 /dev/zero | tr '\\0' x; echo; " ..
        "echo '{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}'; sleep 2; } | %s mcp"):format(host) },
        { env = server:env() })
      local first = json.decode(assert(client:read_line(60)))
      assert.equal(-32600, first.error.code)
      assert.equal(2, json.decode(assert(client:read_line(60))).id)
      assert.equal(0, client:wait(30))
    end)
  end)
end)
