-- Watches: what on_change is made of, here without a loop.
local luashot = require "luashot.core"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local xserver = require "spec.support.xserver"

describe("a watch", function()
  local shown, display, watch
  before_each(function()
    shown = screen.start({ width = 320, height = 280 })
    display = shown.display
    watch = assert(display:watch({ x = 100, y = 80, width = 50, height = 40 }))
  end)
  after_each(function()
    luashot.set_waiter(nil)
    watch:close()
    shown:stop()
  end)

  --- Whether all of a place is listed, and nothing outside the watched part.
  local function lists(rects, x, y, width, height)
    local missing = width * height
    for _, rect in ipairs(rects) do
      assert.is_true(rect.x >= 100 and rect.y >= 80 and rect.width > 0 and rect.height > 0)
      assert.is_true(rect.x + rect.width <= 150 and rect.y + rect.height <= 120)
      -- The server's rectangles do not overlap.
      local w = math.min(rect.x + rect.width, x + width) - math.max(rect.x, x)
      local h = math.min(rect.y + rect.height, y + height) - math.max(rect.y, y)
      missing = missing - math.max(0, w) * math.max(0, h)
    end
    return missing == 0
  end

  it("waits until something is drawn inside, and lists it", function()
    assert.is_false(watch:wait(0))
    assert.is_false(watch:wait(0.05))
    assert.same({}, watch:changed())
    shown.paint("fill 110 90 7 5 ff0000")
    assert.is_true(watch:wait(10))
    assert.is_true(watch:wait(10)) -- until it is asked what
    local rects = assert(watch:changed())
    assert.same({ { x = 110, y = 90, width = 7, height = 5 } }, rects)
    assert.is_false(watch:wait(0.05))
    assert.same({}, watch:changed())
  end)

  it("sees every drawing inside", function()
    math.randomseed(1)
    for _ = 1, 200 do
      local x, y = math.random(100, 149), math.random(80, 119)
      local width, height = math.random(1, 150 - x), math.random(1, 120 - y)
      shown.paint("fill %d %d %d %d 00ff00", x, y, width, height)
      assert.is_true(watch:wait(10))
      assert.is_true(lists(watch:changed(), x, y, width, height))
    end
  end)

  it("sees the edges, and only what is inside of what crosses them", function()
    for _, at in ipairs({ { 100, 80, 1, 1 }, { 149, 80, 1, 1 }, { 100, 119, 1, 1 }, { 149, 119, 1, 1 } }) do
      shown.paint("fill %d %d %d %d 0000ff", table.unpack(at))
      assert.is_true(watch:wait(10))
      assert.is_true(lists(watch:changed(), table.unpack(at)))
    end
    shown.paint("fill 0 0 320 280 0000ff")
    assert.is_true(watch:wait(10))
    assert.same({ { x = 100, y = 80, width = 50, height = 40 } }, watch:changed())
    shown.paint("fill 0 60 101 21 0000ff")
    assert.is_true(watch:wait(10))
    assert.same({ { x = 100, y = 80, width = 1, height = 1 } }, watch:changed())
  end)

  it("does not see what is drawn beside it", function()
    for _, at in ipairs({ "99 80 1 40", "150 80 1 40", "100 79 50 1", "100 120 50 1", "0 0 320 80" }) do
      shown.paint("counter " .. at .. " 500")
      assert.is_false(watch:wait(0.05))
    end
    assert.same({}, watch:changed())
    shown.paint("counter 0 0 90 280 500")
    assert.is_false(watch:wait(0.2))
  end)

  it("sees windows come, move and go", function()
    local function seen()
      assert.is_true(watch:wait(10))
      return #watch:changed() > 0
    end
    local window = shown.paint:window(110, 90, 20, 10, "ff00ff")
    assert.is_true(seen())
    shown.paint("move %d %d %d", window, 120, 95)
    assert.is_true(seen())
    shown.paint("move %d %d %d", window, 10, 10)
    assert.is_true(seen())
    assert.is_false(watch:wait(0.05))
    shown.paint("destroy %d", window)
    assert.is_false(watch:wait(0.05))
  end)

  it("puts together what happens before it is asked", function()
    shown.paint("fill 100 80 2 2 ff0000")
    shown.paint("fill 140 110 3 3 ff0000")
    assert.is_true(watch:wait(10))
    local rects = watch:changed()
    assert.is_true(lists(rects, 100, 80, 2, 2) and lists(rects, 140, 110, 3, 3))
  end)

  it("is one of many", function()
    local watches = { watch }
    for i = 1, 20 do
      watches[i + 1] = assert(display:watch({ x = i * 4, y = 200, width = 4, height = 4 }))
    end
    shown.paint("fill 40 200 4 4 123456")
    for i, one in ipairs(watches) do
      assert.equal(i == 11, one:wait(i == 11 and 10 or 0))
    end
    watches[11]:changed()
    for i = 2, #watches do
      watches[i]:close()
    end
    shown.paint("fill 0 200 320 4 654321")
    shown.paint("fill 100 80 1 1 654321")
    assert.is_true(watch:wait(10))
  end)

  it("does not disturb captures of changes alone", function()
    local other = shown:open({ damage = true })
    local eye <close> = assert(other:watch({ x = 0, y = 0, width = 320, height = 280 }))
    for i = 1, 20 do
      shown.paint("fill %d %d 9 9 %06x", i * 7, i * 5, i * 4711)
      assert.is_true(eye:wait(10))
      local a <close> = assert(other:grab())
      local b <close> = assert(display:grab())
      assert.is_true(a:bytes("rgb") == b:bytes("rgb"))
      assert.is_true(#eye:changed() > 0)
    end
  end)

  it("looks at what of a rectangle can be on a screen", function()
    shown.paint "fill 0 0 320 280 0000ff"
    local function sees(rect)
      local one <close> = assert(display:watch(rect))
      assert.is_false(one:wait(0))
      shown.paint("fill 310 270 5 5 %06x", math.random(0, 0xffffff))
      assert(display:size()) -- the server has told us before it answers
      return one:wait(0) and one:changed()
    end
    local there <const> = { { x = 310, y = 270, width = 5, height = 5 } }
    local far <const> = 2147483647
    assert.same(there, sees { x = -40000, y = -40000, width = 100000, height = 100000 })
    assert.same(there, sees { x = 300, y = 260, width = far, height = far })
    -- Sixteen bits of these are where something is drawn.
    assert.is_false(sees { x = 65536 + 310, y = 270, width = 5, height = 5 })
    assert.is_false(sees { x = 310, y = 270 - 65536, width = 5, height = 5 })
    assert.is_false(sees { x = 65536 * 7 + 300, y = 65536 + 260, width = 20, height = 20 })
  end)

  it("serves two that ask at the same time, and each waits for as long as it wants", function()
    luashot.set_waiter(coroutine.yield)
    local function run(fn, ...)
      local thread = coroutine.create(fn)
      assert(coroutine.resume(thread, ...))
      return thread
    end
    local answers = {}
    local function ask(name)
      answers[name] = assert(watch:changed())
    end
    shown.paint "fill 110 90 7 5 ff0000"
    local first, second = run(ask, "first"), run(ask, "second")
    assert(process.wait_until(function()
      for _, thread in ipairs { first, second } do
        if coroutine.status(thread) == "suspended" then
          assert(coroutine.resume(thread, true))
        end
      end
      return answers.first and answers.second
    end, 20))
    local one, other = answers.first, answers.second -- either may be the first to see what was drawn
    assert.same({ { x = 110, y = 90, width = 7, height = 5 } }, #one > 0 and one or other)
    assert.equal(1, #one + #other)

    local left
    luashot.set_waiter(function(fd, seconds)
      left = seconds
      return coroutine.yield(fd)
    end)
    first = run(watch.wait, watch, 100)
    second = run(watch.wait, watch, 1000)
    assert.is_true(left > 500)
    assert(coroutine.resume(first, true)) -- which looks, and waits again
    assert.is_true(left <= 100.001, left) -- where a context has 32 bits, a deadline is rounded up to ms
    luashot.set_waiter(nil)
    assert(coroutine.close(first) and coroutine.close(second))
  end)

  it("wakes when what is watched may have moved", function()
    assert.is_false(watch:wait(0))
    shown.server:set_monitor("left", "100x100+0+0")
    assert.is_true(watch:wait(10))
    assert(process.wait_until(function() -- there may be several events of it
      assert.same({}, watch:changed())
      return not watch:wait(0.05)
    end, 10))
  end)

  it("wakes a wait that is going on", function()
    shown.paint:begin("sleep 200", "fill 120 100 5 5 ffffff")
    assert.is_true(watch:wait("30s"))
    shown.paint:finish()
    assert.is_true(lists(watch:changed(), 120, 100, 5, 5))
  end)

  it("loses nothing when the server answers too late", function()
    shown.paint("fill 120 100 5 5 ffffff")
    assert.is_true(watch:wait(10))
    shown.server:suspend()
    local none, _, code = watch:changed()
    shown.server:resume()
    assert.same({ nil, "ETIMEDOUT" }, { none, code })
    assert.is_true(watch:wait(0))
    -- The server may draw this before it reads the question from before.
    shown.paint("fill 110 90 3 3 ffffff")
    local seen = {}
    assert.is_true(process.wait_until(function()
      local rects = watch:wait(0) and assert(watch:changed()) or {}
      table.move(rects, 1, #rects, #seen + 1, seen)
      return lists(seen, 120, 100, 5, 5) and lists(seen, 110, 90, 3, 3)
    end, 20))
  end)

  it("is of no use once it is closed, which may be done twice", function()
    watch:close()
    watch:close()
    assert.error_matches(function() watch:wait(0) end, "attempt to use a closed watch")
    assert.error_matches(function() watch:changed() end, "attempt to use a closed watch")
    shown.paint("fill 100 80 9 9 ffffff")
    display:grab():release()
    do
      local scoped <close> = assert(display:watch({ x = 0, y = 0, width = 5, height = 5 }))
      watch = scoped
    end
    assert.error_matches(function() watch:wait(0) end, "attempt to use a closed watch")
  end)

  it("ends with its display", function()
    display:close()
    for _, method in ipairs({ "wait", "changed" }) do
      local none, message, code = watch[method](watch)
      assert.same({ nil, "the watched display is closed", "ELOST" }, { none, message, code })
    end
    watch:close()
    assert.has_error(function() display:watch({ x = 0, y = 0, width = 5, height = 5 }) end)
  end)

  it("notices a display that is closed while its arguments are read", function()
    local rect = setmetatable({ x = 0, width = 5, height = 5 }, { __index = function() display:close() end })
    assert.error_matches(function() display:watch(rect) end, "the display is closed")
  end)

  it("tells that the server is gone", function()
    shown.server:kill()
    local none, _, code = watch:wait(10)
    assert.same({ nil, "ELOST" }, { none, code })
    none, _, code = watch:changed()
    assert.same({ nil, "ELOST" }, { none, code })
  end)

  it("is forgotten by the server when it is collected", function()
    for _ = 1, 50 do
      assert(display:watch({ x = 0, y = 0, width = 5, height = 5 }))
    end
    collectgarbage()
    collectgarbage()
    shown.paint("fill 0 0 5 5 ffffff")
    display:grab():release()
    assert.is_true(display:poll())
    assert.is_nil(process.wait_until(function() return watch:wait(0) end, 0.05))
  end)

  it("raises what makes no sense", function()
    for _, rect in ipairs({ false, 5, {}, { x = 1, y = 1 }, { x = 0, y = 0, width = 0, height = 5 },
      { x = 0, y = 0, width = -1, height = 5 }, { x = 0, y = 0, width = "wide", height = 5 } }) do
      assert.has_error(function() display:watch(rect) end)
    end
    assert.has_error(function() watch:wait({}) end)
    assert.has_error(function() watch:wait("soon") end)
    assert.has_error(function() watch.wait(display) end)
  end)

  for _, extension in ipairs({ "DAMAGE", "XFIXES" }) do
    it("is refused by a server without " .. extension, function()
      local server = xserver.start({ width = 64, height = 64, args = { "-extension", extension } })
      local other = assert(luashot.open({ display = server.display }))
      local none, message, code = other:watch({ x = 0, y = 0, width = 5, height = 5 })
      assert.same({ nil, "the X server lacks DAMAGE 1.1 or XFIXES 2", "ENOTSUP" }, { none, message, code })
      other:close()
      server:stop()
    end)
  end
end)
