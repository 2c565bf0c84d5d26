-- The list of windows: with a manager, without one, and with properties that nobody should trust.
local manager = require "spec.support.manager"
local process = require "spec.support.process"
local screen = require "spec.support.screen"

describe("the list of windows", function()
  local shown, display, openbox

  local function start(options)
    shown = screen.start(options or { width = 400, height = 300 })
    display = shown.display
  end
  after_each(function()
    shown:stop()
    if openbox then
      openbox:stop()
      openbox = nil
    end
  end)

  local function ids()
    local list = {}
    for i, window in ipairs(assert(display:windows())) do
      list[i] = window.id
    end
    return list
  end

  local function find(id)
    for _, window in ipairs(assert(display:windows())) do
      if window.id == id then
        return window
      end
    end
  end

  --- Lets the manager do its work.
  local function await(test)
    assert.is_true(process.wait_until(test, 30))
  end

  describe("without a manager", function()
    it("is empty, or has what is mapped, from the top down", function()
      start()
      assert.same({}, ids())
      local a = shown.paint:window(10, 20, 100, 50, "ff0000")
      local b = shown.paint:window(50, 40, 30, 60, "00ff00")
      local c = shown.paint:make("argb", 0, 0, 20, 20, "80000000")
      shown.paint("unmap %d", c)
      assert.same({ b, a }, ids())
      shown.paint("raise %d", a)
      shown.paint("map %d", c)
      assert.same({ a, c, b }, ids()) -- mapping does not raise
      assert.same({ id = b, title = "", class = "", instance = "", x = 50, y = 40, width = 30, height = 60,
        active = false, visible = true }, find(b))
    end)

    it("has the window that says so, of a manager's frame around it", function()
      start()
      local frame = shown.paint:window(10, 10, 200, 200, "808080")
      local inner = shown.paint:make("child", frame, 5, 5, 190, 190, "909090")
      local client = shown.paint:make("child", inner, 7, 20, 100, 100, "a0a0a0")
      assert.same({ frame }, ids())
      shown.paint:property(client, "WM_STATE", "WM_STATE", 1, 0)
      assert.same({ client }, ids())
      local window = find(client)
      assert.same({ 22, 35, 100, 100 }, { window.x, window.y, window.width, window.height })
      shown.paint("unmap %d", frame) -- as a manager does when it is put away
      assert.is_false(find(client).visible)
    end)

    it("knows the active one by where the keys go", function()
      start()
      local a = shown.paint:window(0, 0, 100, 100, "ff0000")
      local b = shown.paint:window(200, 0, 100, 100, "00ff00")
      local inside = b
      for _ = 1, 6 do -- deeper than the search for windows goes
        inside = shown.paint:make("child", inside, 1, 1, 50, 50, "0000ff")
      end
      local function active()
        local list = {}
        for _, window in ipairs(assert(display:windows())) do
          list[#list + 1] = window.active and window.id or nil
        end
        local frame <close> = display:grab({ window = "active" })
        assert.equal(list[1], frame and frame.window)
        return table.unpack(list)
      end
      shown.paint("pointer 250 50")
      shown.paint("focus 1") -- PointerRoot: the one under the pointer
      assert.equal(b, active())
      shown.paint("pointer 350 250")
      assert.is_nil(active())
      shown.paint("focus %d", inside)
      assert.equal(b, active())
      shown.paint("focus %d", a)
      assert.equal(a, active())
      shown.paint("focus 0")
      assert.is_nil(active())
      assert.same({ nil, "no window is active", "ENOWINDOW" }, { display:grab({ window = "active" }) })
    end)

    it("is not what a manager that is gone has left", function()
      start()
      local a = shown.paint:window(0, 0, 50, 50, "ff0000")
      local b = shown.paint:window(60, 0, 50, 50, "00ff00")
      shown.paint:property(0, "_NET_CLIENT_LIST", "WINDOW", a)
      shown.paint:property(0, "_NET_ACTIVE_WINDOW", "WINDOW", a)
      assert.same({ b, a }, ids())
      shown.paint:property(0, "_NET_SUPPORTING_WM_CHECK", "WINDOW", 0x7654321) -- no such window
      assert.same({ b, a }, ids())
      shown.paint:property(0, "_NET_SUPPORTING_WM_CHECK", "WINDOW", b) -- one that is something else by now
      assert.same({ b, a }, ids())
      shown.paint:property(b, "_NET_SUPPORTING_WM_CHECK", "WINDOW", b)
      assert.same({ a }, ids())
      assert.is_true(find(a).active)
    end)
  end)

  it("takes nothing in properties on trust", function()
    start()
    local a = shown.paint:window(0, 0, 50, 50, "ff0000")
    local paint = shown.paint
    local function title()
      return find(a).title
    end
    for _, case in ipairs({
      { "plain", "plain" }, { "Gr\u{fc}\u{df}e \u{4f60}\u{1f600}", "Gr\u{fc}\u{df}e \u{4f60}\u{1f600}" }, { "", "" },
      { "\xff\xfe\xc3", "\u{fffd}\u{fffd}\u{fffd}" }, { "a\0b", "a" }, { "\0", "" }, { "a\nb\27[1m", "a b [1m" },
      { "\xed\xa0\x80", "\u{fffd}\u{fffd}\u{fffd}" }, { "\xc0\x80x", "\u{fffd}\u{fffd}x" },
      { ("\u{20ac}"):rep(200), ("\u{20ac}"):rep(170) }, { ("x"):rep(509) .. "\u{20ac}", ("x"):rep(509) },
    }) do
      paint:property(a, "_NET_WM_NAME", "UTF8_STRING", case[1])
      assert.equal(case[2], title())
    end
    paint:property(a, "_NET_WM_NAME", "UTF8_STRING", 0x41414141, 0x42424242) -- no text at all
    assert.equal("", title())
    paint:property(a, "WM_NAME", "STRING", "Gr\xfc\xdfe") -- the older name, in Latin-1
    assert.equal("Gr\u{fc}\u{df}e", title())
    paint:property(a, "WM_NAME", "STRING", "Gr\u{fc}\u{df}e") -- what many programs say is Latin-1
    assert.equal("Gr\u{fc}\u{df}e", title())
    for _, case in ipairs({
      { "inst\0Class\0", "inst", "Class" }, { "inst\0Class", "inst", "Class" }, { "inst", "inst", "" },
      { "\0\0", "", "" }, { "\0C\0", "", "C" }, { "a\0b\0c\0", "a", "b" },
    }) do
      paint:property(a, "WM_CLASS", "STRING", case[1])
      local window = find(a)
      assert.same({ case[2], case[3] }, { window.instance, window.class })
    end
    paint:property(a, "_NET_WM_PID", "CARDINAL", 4711)
    assert.equal(4711, find(a).pid)
    paint:property(a, "_NET_WM_PID", "CARDINAL", 0)
    assert.is_nil(find(a).pid)
    paint:property(a, "_NET_WM_PID", "STRING", "4711")
    assert.is_nil(find(a).pid)
    -- A manager that lists one window again and again, and some that are none.
    paint:property(0, "_NET_SUPPORTING_WM_CHECK", "WINDOW", a)
    paint:property(a, "_NET_SUPPORTING_WM_CHECK", "WINDOW", a)
    paint:property(0, "_NET_CLIENT_LIST", "WINDOW", a, a, 0, 0x7654321, a)
    assert.same({ a }, ids())
    paint:property(0, "_NET_CLIENT_LIST_STACKING", "CARDINAL", 1, 2, 3) -- of no use
    assert.same({ a }, ids())
    paint:property(0, "_NET_CLIENT_LIST", "STRING", "nonsense")
    assert.same({}, ids())
  end)

  it("is long where there are many, and asked in as many steps as a short one", function()
    start()
    for i = 1, 300 do
      shown.paint:window(i, 0, 10, 10, "ff0000")
    end
    assert.equal(300, #ids())
  end)

  it("is the manager's, with what is active, moved, renamed and put away", function()
    start()
    openbox = manager.start(shown)
    local a = shown.paint:make("managed", 50, 60, 100, 50, "ff0000")
    await(function() return find(a) and find(a).visible end)
    local b = shown.paint:make("managed", 10, 20, 120, 80, "00ff00")
    await(function() return find(b) and find(b).active end)
    assert.same({ b, a }, ids())
    assert.is_false(find(a).active)
    shown.paint:window(0, 0, 10, 10, "0000ff") -- a menu, say: no window of its own to a manager
    assert.same({ b, a }, ids())
    shown.paint:property(a, "_NET_WM_NAME", "UTF8_STRING", "renamed")
    assert.equal("renamed", find(a).title)
    shown.paint("move %d 200 150", a)
    await(function() return find(a).x >= 200 and find(a).y >= 150 end)
    local window = find(a)
    assert.same({ 100, 50 }, { window.width, window.height })
    local frame <close> = assert(display:grab({ x = window.x, y = window.y, width = 100, height = 50 }))
    assert.equal(("\xff\0\0"):rep(5000), frame:bytes("rgb"))
    shown.paint("iconify %d", a)
    await(function() return not find(a).visible end)
    assert.same({ b, a }, ids()) -- still a window
    shown.paint("destroy %d", b)
    await(function() return #ids() == 1 end)
    openbox:kill("sigkill") -- what it leaves on the root is not believed
    openbox:wait(10)
    openbox = nil
    await(function() return #ids() > 1 end)
  end)

  it("cannot be had from a server that is gone", function()
    start()
    shown.server:kill()
    local none, _, code = display:windows()
    assert.same({ nil, "ELOST" }, { none, code })
    assert.same({ nil, "ELOST" }, { (display:grab({ title = "x" })), (select(3, display:grab({ title = "x" }))) })
  end)
end)
