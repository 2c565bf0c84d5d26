-- What a display masks is seen by nobody: in no frame, no file, no ring, on no path.
local luashot = require "luashot.core"
local ring = require "spec.support.ring"
local screen = require "spec.support.screen"
local zb = require "luashot.zerobuffer"

local WIDTH <const>, HEIGHT <const> = 200, 120
local SECRET <const> = "\xfe\xca\xde" -- as it lies in memory: deCAfe

describe("a mask", function()
  local shown, display

  -- A secret at 40x30+100+50, and one at the screen's edge.
  local function start(options, server)
    server = server or {}
    server.width, server.height = WIDTH, HEIGHT
    shown = screen.start(server)
    options = options or {}
    options.mask = options.mask or { { x = 100, y = 50, width = 40, height = 30 }, "30x400+180+-5" }
    display = shown:open(options)
    shown.paint("fill 100 50 40 30 decafe")
    shown.paint("fill 180 0 20 120 decafe")
  end
  after_each(function() shown:stop() end)

  -- Where the mask is: from x to x2, from y to y2.
  local masked = { { 100, 140, 50, 80 }, { 180, WIDTH, 0, HEIGHT } }

  --- The gradient everywhere, but black where the mask is.
  local function check(frame)
    local expected = shown:expected(frame.x, frame.y, frame.width, frame.height)
    local rows = {}
    for y = 0, frame.height - 1 do
      local row = expected:sub(y * frame.width * 3 + 1, (y + 1) * frame.width * 3)
      for _, place in ipairs(masked) do
        local from, to = math.max(place[1] - frame.x, 0), math.min(place[2] - frame.x, frame.width)
        if from < to and frame.y + y >= place[3] and frame.y + y < place[4] then
          row = row:sub(1, from * 3) .. ("\0"):rep((to - from) * 3) .. row:sub(to * 3 + 1)
        end
      end
      rows[#rows + 1] = row
    end
    assert.is_true(table.concat(rows) == frame:bytes("rgb"))
  end

  for _, path in ipairs { screen.PATH, table.unpack(screen.SLOW_PATHS) } do
    it("is black in every frame, by " .. path, function()
      start { path = path }
      for _, what in ipairs { "200x120+0+0", "20x20+90+40", "20x20+110+55", "1x1+100+50", "1x1+99+50" } do
        local frame <close> = assert(display:grab(what))
        check(frame)
      end
      local many = assert(display:grab_many { "20x20+130+70", "4x4+0+0", "30x30+170+0" })
      for _, frame in ipairs(many) do
        check(frame)
        frame:release()
      end
    end)
  end

  for _, depth in ipairs { 16, 30 } do
    it("is black at depth " .. depth, function()
      start(nil, { depth = depth })
      local frame <close> = assert(display:grab())
      check(frame)
    end)
  end

  it("stays when only what has changed is read", function()
    start { damage = true }
    for round = 1, 20 do
      shown.paint("fill 100 50 40 30 decafe")
      shown.paint("gradient")
      shown.paint("fill %d 60 30 10 decafe", 90 + round % 3 * 10) -- across its edge
      shown.paint("gradient")
      shown.paint("fill 110 55 10 10 decafe")
      local frame <close> = assert(display:grab(nil, { cursor = round % 2 == 0 }))
      assert.same({ 0, 0, 0 }, { frame:pixel(115, 60) })
      assert.same({ 0, 0, 0 }, { frame:pixel(190, 60) })
      if round % 2 == 1 then
        check(frame)
      end
    end
  end)

  it("hides the pointer, too", function()
    start { damage = true }
    for _, at in ipairs { { 120, 60 }, { 100, 50 }, { 98, 48 }, { 139, 79 }, { 181, 100 } } do -- inside, at the edges
      shown.paint("pointer %d %d", table.unpack(at))
      local frame <close> = assert(display:grab(nil, { cursor = true }))
      for _, place in ipairs(masked) do
        local x, y = math.max(place[1], at[1] - 20), math.max(place[3], at[2] - 20)
        local width, height = math.min(place[2], at[1] + 20) - x, math.min(place[4], at[2] + 20) - y
        if width > 0 and height > 0 then
          local part <close> = frame:crop(x, y, width, height)
          assert.is_true(part:bytes "rgb" == ("\0"):rep(width * height * 3), table.concat(at, ","))
        end
      end
    end
  end)

  it("hides also that something changes there", function()
    start { damage = true }
    local first <close> = assert(display:grab())
    local second <close> = assert(display:grab())
    assert.same({}, second.changed)
    shown.paint("fill 110 55 5 5 123456")
    local third <close> = assert(display:grab())
    assert.same({}, third.changed)
    shown.paint("fill 10 10 5 5 123456")
    local fourth <close> = assert(display:grab())
    assert.same({ { x = 10, y = 10, width = 5, height = 5 } }, fourth.changed)
    local watch <close> = assert(display:watch { x = 0, y = 0, width = 180, height = 120 })
    shown.paint("fill 110 55 5 5 654321")
    assert.is_true(watch:wait(20))
    assert.same({}, watch:changed())
    assert.is_number(first.width)
  end)

  it("hides it where several masks meet", function()
    start { damage = true, mask = { "20x30+100+50", "20x10+120+50", "20x20+120+60" } }
    assert(display:grab()):release()
    shown.paint("fill 110 55 20 20 123456")
    local frame <close> = assert(display:grab())
    assert.same({}, frame.changed)
    shown.paint("fill 130 55 11 20 123456") -- one column of it is shown
    local next_frame <close> = assert(display:grab())
    assert.same({ { x = 130, y = 55, width = 11, height = 20 } }, next_frame.changed)
  end)

  --- All that a ring of three frames has ever held.
  local function publish_and_look()
    local name = ring.name "mask"
    local reader <close> = assert(zb.reader(name, { payload_size = 3 * (WIDTH * HEIGHT * 4 + 64) }))
    local writer <close> = assert(zb.writer(name))
    local reason
    for sequence = 1, 3 do
      local published, why = assert(display:publish(writer))
      assert.equal(sequence, published)
      reason = why
    end
    local item <close> = assert(reader:read(5))
    local view <close> = item:view { width = WIDTH, height = HEIGHT, format = "bgrx" }
    local seen = { view:pixel(120, 60) }
    local file <close> = assert(io.open("/dev/shm/" .. name, "rb"))
    return file:read("a"):find(SECRET, 1, true) ~= nil, reason, seen
  end

  it("is drawn before a frame is in a ring", function()
    start()
    local found, reason, seen = publish_and_look()
    assert.is_false(found)
    assert.matches("mask", reason)
    assert.same({ 0, 0, 0 }, seen)
    display = shown.display -- which has none: the secret would have been found
    found, reason, seen = publish_and_look()
    assert.is_true(found)
    assert.is_nil(reason)
    assert.same({ 0xde, 0xca, 0xfe }, seen)
  end)

  it("is still there after a reconnection", function()
    start()
    assert(display:reconnect())
    local frame <close> = assert(display:grab())
    check(frame)
  end)

  it("must be a list of rectangles", function()
    start()
    local function refuses(mask, pattern)
      local ok, message = pcall(luashot.open, { display = shown.server.display, mask = mask })
      assert.is_false(ok)
      assert.matches(pattern, message)
    end
    refuses("all", "option 'mask': a list of rectangles expected, got string")
    refuses({ x = 1, y = 1, width = 1, height = 1 }, "option 'mask': a list of rectangles expected, got one table")
    refuses({ "left" }, "got left at 1")
    refuses({ { x = 1, y = 1 } }, "the rectangle at 1 lacks width or height")
    refuses({ true }, "got boolean at 1")
    local many = {}
    for i = 1, 65 do
      many[i] = "1x1+0+0"
    end
    refuses(many, "at most 64 rectangles expected, got 65")
  end)
end)
