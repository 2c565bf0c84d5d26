-- Each argument of each tool makes a difference: the server in this process, asked line by line.
local core = require "luashot.core"
local json = require "luashot.json"
local luashot = require "luashot"
local mcp = require "luashot.mcp"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local uv = require "luv"
local xserver = require "spec.support.xserver"

describe("a tool of luashot mcp", function()
  local screen, display, paint, server, sent

  local function serve(options)
    options = options or {}
    options.complain = options.complain or error
    function options.write(pieces)
      local message = json.decode(table.concat(pieces))
      sent = message.id and message or sent -- others tell of progress
    end
    if server then
      server:close()
    end
    server = mcp.new(display, options)
  end

  setup(function()
    screen = xserver.start { width = 400, height = 300 }
    paint = painter.start(screen)
    display = assert(luashot.open { display = screen.display, input = true })
  end)

  teardown(function()
    server:close()
    display:close()
    paint:stop()
    screen:stop()
  end)

  before_each(function()
    paint("fill 0 0 400 300 204060")
    serve()
  end)

  local function ask(method, params)
    sent = nil
    server.peer:take(json.encode { jsonrpc = "2.0", id = 1, method = method, params = params })
    while not sent do
      uv.run "once"
    end
    return assert(sent.result, sent.error and sent.error.message)
  end

  -- Returns what the tool found, or its refusal, and the picture.
  local function call(tool, arguments)
    local result = ask("tools/call", { name = tool, arguments = arguments })
    if result.isError then
      return result.content[1].text
    end
    local data = result.content[1].data
    return result.structuredContent, data and core.unbase64(data)
  end

  local function size(arguments)
    local _, bytes = call("take_picture", arguments)
    return #bytes
  end

  it("takes a picture in the quality and of the monitor that it is told, with the pointer", function()
    for i = 0, 19 do
      paint("fill %d %d 15 7 %02x%02x%02x", 20 * i, 13 * i, 7 * i, 255 - 9 * i, 80 + 5 * i)
    end
    assert.is_true(size { format = "jpeg", quality = 10 } < size { format = "jpeg", quality = 95 })
    local name = call("list_monitors").monitors[1].name
    assert.equal(400, call("take_picture", { monitor = name }).width)
    paint("fill 0 0 400 300 204060")
    assert(display:move(200, 150))
    local bare, drawn = size { cursor = false }, size { cursor = true }
    assert.is_true(bare < drawn, ("%d %d"):format(bare, drawn))
  end)

  --- Draws once the picture was taken that the next call compares with.
  local function draw_later(command, act)
    local view = server.view
    function view.grab(_, ...)
      view.grab = nil
      local frame, message, code = view:grab(...)
      paint:begin(command)
      if act then
        act()
      end
      return frame, message, code
    end
  end

  it("compares as coarsely as it is told, and waits for as large a change", function()
    call "take_picture"
    paint("fill 10 20 30 40 224062")
    assert.equal(1200, call("compare_with_last").pixels)
    assert.equal(0, call("compare_with_last", { tolerance = 2 }).pixels)
    draw_later("fill 10 20 5 5 ff0000", function()
      luashot.after("400ms", function() paint:begin "fill 100 200 10 10 ff0000" end)
    end)
    assert.equal(125, call("wait_for_change", { min_pixels = 26, timeout = 30 }).pixels)
    paint:finish()
  end)

  it("tells places in pixels of the screen, whatever part of that it looks at", function()
    local part = { x = 50, y = 60, width = 100, height = 80 }
    call("take_picture", { area = part })
    paint("fill 70 85 10 12 ff0000")
    local found = call("compare_with_last")
    assert.same({ { x = 70, y = 85, width = 10, height = 12 } }, found.changes)
    assert.same({ 70, 85 }, { found.picture.x, found.picture.y })
    draw_later "fill 90 105 5 6 ff0000"
    assert.same({ x = 90, y = 105, width = 5, height = 6 },
      call("wait_for_change", { area = part, timeout = 30 }).changed)
    paint:finish()
    assert.is_nil(call("list_monitors").visible)
    serve { region = part }
    assert.same(part, call("list_monitors").visible)
  end)

  it("takes the least and the most that its schema allows, and no more", function()
    serve { is_acting = true }
    assert.is_true(call("move_pointer", { x = 0, y = 0 }).done)
    assert.matches("^x: integer from 0 on expected, got %-1", call("move_pointer", { x = -1, y = 0 }))
    assert.equal(16, call("take_picture", { max_size = 16 }).image_width)
    assert.equal(400, call("take_picture", { max_size = 16384 }).image_width)
    for _, wrong in ipairs { 15, 16385 } do
      assert.equal("max_size: integer from 16 to 16384 expected, got " .. wrong,
        call("take_picture", { max_size = wrong }))
    end
  end)

  it("finds as many places as are asked for, as alike as they are to be", function()
    local function button(x, color)
      paint("fill %d 30 20 10 %s", x, color)
      paint("fill %d 33 6 4 0000ff", x + 7)
    end
    button(30, "00ff00")
    button(130, "00ff00")
    assert.equal("b", call("remember_image", { name = "b", area = { x = 30, y = 30, width = 20, height = 10 } }).name)
    local function found(arguments)
      arguments.name = "b"
      return #call("find_image", arguments).places
    end
    assert.same({ 1, 2 }, { found {}, found { all = true } })
    button(230, "80ff00")
    assert.same({ 2, 3 }, { found { all = true }, found { all = true, tolerance = 140 } })
    paint("fill 130 30 6 10 ff00ff") -- 60 of 200 pixels
    assert.equal(1, found { all = true })
    assert.is_true(found { all = true, min_score = 0.5 } > 1)
  end)

  it("remembers a bounded number of pictures, and each anew under its name", function()
    local area = { x = 1, y = 1, width = 4, height = 4 }
    for i = 1, 32 do
      assert.equal("n" .. i, call("remember_image", { name = "n" .. i, area = area }).name)
      assert.equal("n1", call("remember_image", { name = "n1", area = area }).name)
    end
    assert.matches("^32 pictures are remembered already", call("remember_image", { name = "n33", area = area }))
    assert.equal("n32", call("remember_image", { name = "n32", area = area }).name)
    assert.equal("a name of 1 to 100 bytes expected", call("remember_image", { name = "", area = area }))
  end)

  it("reads the language, and tells the places, that it is told", function()
    if not luashot.frame.words then
      return
    end
    assert.is_table(call("read_text").words)
    assert.is_nil(call("read_text", { places = false }).words)
    assert.matches("the language 'nil_x' needs its data", call("read_text", { language = "nil_x" }))
  end)

  it("acts with the button, as often and as far as it is told", function()
    serve { is_acting = true }
    local watcher = process.spawn({ "xev", "-geometry", "200x200+50+50", "-event", "button" }, { env = screen:env() })
    local function presses(wanted)
      local seen
      assert(process.wait_until(function()
        seen = {}
        for button in watcher.out:gmatch "ButtonPress.-state 0x%x+, button (%d)" do
          seen[#seen + 1] = button
        end
        return #seen >= #wanted
      end, 20), watcher.out)
      assert.equal(wanted, table.concat(seen))
    end
    assert(process.wait_until(function() return #call("list_windows").windows > 0 end, 20))
    assert.is_true(call("click", { x = 100, y = 100, button = "right", count = 2 }).done)
    presses "33"
    assert.is_true(call("scroll", { x = 120, y = 110, right = 1 }).done)
    presses "337"
    assert.is_true(call("scroll", { x = 120, y = 110, down = -2 }).done)
    presses "33744"
    watcher:stop()
  end)

  it("lists windows of which any side is not hidden", function()
    serve { masks = { { x = 100, y = 100, width = 50, height = 50 }, { x = 150, y = 100, width = 50, height = 100 },
      { x = 100, y = 150, width = 50, height = 50 } } }
    local places = { left = { 99, 120, 50, 20 }, right = { 151, 120, 50, 20 }, above = { 120, 99, 20, 50 },
      below = { 120, 151, 20, 50 }, hidden = { 100, 100, 100, 100 } }
    local ids = {}
    for name, place in pairs(places) do
      ids[name] = paint:make("managed", place[1], place[2], place[3], place[4], "ff0000")
    end
    local seen = {}
    for _, window in ipairs(call("list_windows").windows) do
      seen[window.id] = true
    end
    for name, id in pairs(ids) do
      assert.equal(name ~= "hidden" or nil, seen[id], name)
      paint("destroy %d", id)
    end
  end)

  it("drags across no part that is hidden", function()
    serve { is_acting = true, masks = { { x = 100, y = 50, width = 50, height = 100 },
      { x = 200, y = 200, width = 1, height = 1 } } }
    local function drag(x, y, to_x, to_y)
      local answer = call("drag", { x = x, y = y, to_x = to_x, to_y = to_y })
      return answer.done or answer
    end
    local message = "a drag goes in a straight line: from %s to %s it would cross the hidden part of the screen at %s"
    for _, case in ipairs {
      { 90, 100, 160, 100, "100,100" }, { 160, 100, 90, 100, "149,100" }, -- from left to right, and back
      { 120, 40, 121, 160, "120,50" }, { 121, 160, 120, 40, "120,149" }, -- down, and up
      { 95, 45, 155, 155, "100,53" }, { 190, 190, 210, 210, "200,200" }, { 190, 200, 390, 200, "200,200" },
    } do
      local x, y, to_x, to_y, at = table.unpack(case)
      assert.equal(message:format(x .. "," .. y, to_x .. "," .. to_y, at), drag(x, y, to_x, to_y))
    end
    for _, way in ipairs { { 99, 40, 99, 160 }, { 150, 40, 150, 160 }, { 90, 49, 160, 49 }, { 90, 150, 160, 150 },
      { 199, 190, 199, 210 }, { 98, 51, 102, 47 }, { 5, 5, 5, 5 } } do
      assert.is_true(drag(table.unpack(way)))
    end
    assert.equal("the point 120,60 lies in a part of the screen that is hidden", drag(10, 10, 120, 60))
  end)

  it("drags across no other window than the one that may be seen", function()
    local mine = paint:make("managed", 40, 40, 200, 60, "ff0000")
    local other = paint:make("managed", 120, 60, 20, 20, "00ff00")
    serve { is_acting = true, window = { window = mine } }
    assert.is_true(call("drag", { x = 50, y = 50, to_x = 230, to_y = 50 }).done)
    for _, way in ipairs { { 50, 230 }, { 230, 50 } } do
      assert.matches("^another window than the one that may be acted on is at 1[23]%d,70, or covers it there",
        call("drag", { x = way[1], y = 70, to_x = way[2], to_y = 70 }))
    end
    core.act_only(display, 0)
    paint("destroy %d", other)
    paint("destroy %d", mine)
  end)

  it("is listed as one that looks or acts, by the protocol that the client speaks", function()
    serve { is_acting = true }
    for _, tool in ipairs(ask("tools/list").tools) do
      local acts = ({ click = 1, move_pointer = 1, drag = 1, scroll = 1, press_keys = 1, type_text = 1 })[tool.name]
      assert.equal(not acts, tool.annotations.readOnlyHint, tool.name)
    end
    for asked, answered in pairs { ["2025-06-18"] = "2025-06-18", ["2025-11-25"] = "2025-11-25", old = "2025-11-25" } do
      assert.equal(answered, ask("initialize", { protocolVersion = asked }).protocolVersion)
    end
  end)

  it("takes null for an argument that is left out, and refuses what its schema does not allow", function()
    assert.equal(400, call("take_picture", { area = json.null, format = json.null }).width)
    assert.matches("^max_size: integer expected", call("take_picture", { max_size = 100.5 }))
    assert.matches("^format: one of png, jpeg, webp expected, got 'gif'", call("take_picture", { format = "gif" }))
    assert.matches("^cursor: boolean expected, got string", call("take_picture", { cursor = "yes" }))
  end)

  it("tells the user of a bug, with a traceback, and not of a mistake of the model", function()
    local complaints = {}
    serve { is_acting = true, complain = function(text) complaints[#complaints + 1] = text end }
    assert.matches("^key: 'strg' is not a key", call("press_keys", { keys = "strg+c" }))
    assert.matches("^type: byte 2 of the text", call("type_text", { text = "a\1" }))
    assert.matches("^there is no monitor 'x'", call("take_picture", { monitor = "x" }))
    assert.same({}, complaints)
    function server.view.grab()
      return (nil).frame -- luacheck: ignore
    end
    assert.matches("^attempt to index a nil value", call "take_picture")
    assert.equal(1, #complaints)
    assert.matches("^take_picture: .*tools_spec.lua:%d+: attempt to index.*traceback.*mcp/tools.lua", complaints[1])
  end)

  it("sees only the window of a class and a title, and none while several match", function()
    local function open(class, title, place)
      return process.spawn({ "xterm", "-class", class, "-T", title, "-geometry", "10x3" .. place,
        "-e", "cat" }, -- a shell of the user may give its window a title of its own
        { env = screen:env() })
    end
    local window, other = open("Mine", "my own", "+50+50"), open("Other", "not mine", "+200+50")
    assert(process.wait_until(function() return #call("list_windows").windows >= 2 end, 20))
    serve { window = { class = "^Mine$" } }
    local seen = call("list_windows").windows
    assert.same({ 1, "Mine" }, { #seen, seen[1].class })
    serve { window = { title = "^not" } }
    seen = call("list_windows").windows
    assert.same({ 1, "Other" }, { #seen, seen[1].class })
    serve { window = { class = "^Mine$", title = "^not" } }
    assert.same({}, call("list_windows").windows)
    serve { window = { title = "m[yi]" } }
    for _, tool in ipairs { "list_windows", "take_picture" } do
      assert.equal("several windows match --window: none can be seen until only one is left", call(tool))
    end
    window:stop()
    other:stop()
  end)
end)
