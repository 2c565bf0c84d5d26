-- Which message is guilty, without a broker.
local new_suspect = require "luashot.fleet.suspect"

describe("a suspect", function()
  --- The flight of messages of these sizes, all of them on their way.
  local function flight(...)
    local entries, by_mid = {}, {}
    for mid, size in ipairs { ... } do
      entries[mid] = { mid = mid, size = size }
      by_mid[mid] = entries[mid]
    end
    return entries, by_mid
  end

  --- Ends a connection on which messages go one at a time and the first is not acknowledged.
  local function fall(suspect, entries)
    for _, entry in ipairs(entries) do
      entry.mid = nil
    end
    local alone = suspect:choose(entries)
    alone.mid = 1
    return suspect:lost(entries, { alone })
  end

  it("is the large message that ends eight connections alone", function()
    local suspect = new_suspect()
    local entries, by_mid = flight(200000, 10)
    assert.is_nil(suspect:lost(entries, by_mid))
    assert.is_false(suspect.is_careful)
    assert.is_nil(suspect:lost(entries, by_mid))
    assert.is_true(suspect.is_careful)
    for _ = 1, 7 do
      assert.is_nil(fall(suspect, entries))
    end
    assert.equal(entries[1], fall(suspect, entries))
  end)

  it("is never a small one", function()
    local suspect = new_suspect()
    local entries, by_mid = flight(1000, 10)
    suspect:lost(entries, by_mid)
    suspect:lost(entries, by_mid)
    for _ = 1, 20 do
      assert.is_nil(fall(suspect, entries))
    end
  end)

  it("is none where each connection carries something", function()
    local suspect = new_suspect()
    for _ = 1, 20 do
      assert.is_nil(suspect:lost(flight(200000, 10)))
      assert.is_false(suspect.is_careful)
    end
  end)

  it("is none where nothing is on its way", function()
    local suspect = new_suspect()
    local entries, by_mid = flight(200000)
    suspect:lost(entries, by_mid)
    suspect:lost(entries, by_mid)
    assert.is_nil(suspect:lost(entries, {}))
    assert.is_false(suspect.is_careful)
  end)

  it("lets messages go together again when all were taken", function()
    local suspect = new_suspect()
    local entries, by_mid = flight(200000, 10)
    suspect:lost(entries, by_mid)
    suspect:lost(entries, by_mid)
    for _, entry in ipairs(entries) do
      entry.mid = nil
    end
    for i, entry in ipairs(entries) do
      assert.equal(entry, suspect:choose(entries))
      entry.mid = i
    end
    assert.is_nil(suspect:choose(entries))
    assert.is_false(suspect.is_careful)
  end)
end)
