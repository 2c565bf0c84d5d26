-- Which messages a host sends again, as a collector that is slow, away, or back makes them due.
local new_repeats = require "luashot.fleet.repeats"

describe("what a host sends again", function()
  local repeats, flight

  --- Sends messages of a kind, which join the flight.
  local function send(kind, count)
    for _ = 1, count do
      local entry = { number = #flight + 1, message = { kind = kind } }
      flight[#flight + 1] = entry
      repeats:sent(entry)
    end
  end

  --- A collector confirms those at these places of the flight.
  local function confirm(now, ...)
    local stored = {}
    for i, at in ipairs { ... } do
      stored[i] = table.remove(flight, at - i + 1)
    end
    repeats:confirmed(stored, now)
  end

  --- The numbers of those that are due, which go to the broker again.
  local function due(now)
    local numbers = {}
    for i, entry in ipairs(repeats:due(flight, now)) do
      numbers[i] = entry.number
      repeats:sent(entry)
    end
    return numbers
  end

  before_each(function()
    repeats, flight = new_repeats(0), {}
  end)

  it("is nothing while a collector is at work on what was sent before, however long that takes", function()
    send("picture", 100)
    for second = 29, 29 * 50, 29 do
      assert.same({}, due(second))
      confirm(second, 1)
    end
  end)

  it("is the oldest message after half a minute's silence, and later again, ever more seldom", function()
    send("picture", 100)
    local moments = {}
    for second = 0, 3600 do
      local numbers = due(second)
      if numbers[1] then
        assert.same({ 1 }, numbers)
        moments[#moments + 1] = second
      end
    end
    assert.same({ 30, 90, 210, 450, 930, 1410, 1890, 2370, 2850, 3330 }, moments)
  end)

  it("is twice as much after the next silence when that has helped, and the oldest again when not", function()
    send("picture", 100)
    assert.same({ 1 }, due(30))
    confirm(31, 1)
    assert.same({}, due(60))
    assert.same({ 2, 3 }, due(61))
    confirm(62, 1, 2)
    assert.same({ 4, 5, 6, 7 }, due(92))
    assert.same({ 4 }, due(152))
    confirm(153, 1)
    confirm(154, 1) -- by itself
    assert.same({ 6 }, due(184))
  end)

  it("is what a later one of its kind has overtaken, once, until one overtakes that too", function()
    send("picture", 5)
    send("event", 2)
    confirm(1, 2, 4) -- 1, 3, 5 and the events are left
    assert.same({ 1, 3 }, due(2))
    assert.same({}, due(3))
    confirm(4, 3) -- 5, which was sent before the repeats
    assert.same({}, due(5))
    send("picture", 1)
    confirm(6, 5)
    assert.same({ 1, 3 }, due(7))
    confirm(8, 4) -- the second event
    assert.same({ 6 }, due(9))
  end)

  it("takes the first time for what a message overtakes, because an older copy may be the one that came", function()
    send("picture", 3)
    assert.same({ 1 }, due(30))
    confirm(31, 1)
    assert.same({}, due(32))
  end)

  it("is nothing for a collector that is new and got the whole flight", function()
    send("picture", 3)
    assert.same({ 1 }, due(30))
    confirm(31, 3)
    repeats:reset(32)
    for _, entry in ipairs(flight) do
      repeats:sent(entry)
    end
    assert.same({}, due(61))
    assert.same({ 1 }, due(62))
  end)

  it("is nothing without messages, and starts no silence by that", function()
    assert.same({}, due(1000))
    send("event", 1)
    confirm(1001, 1)
    send("event", 1)
    assert.same({}, due(1030))
    assert.same({ 1 }, due(1031))
  end)
end)
