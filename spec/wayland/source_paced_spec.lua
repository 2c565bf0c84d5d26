-- A series at the rate of an output has each of its frames. A window paints a number with each; the numbers count,
-- not the time. spec/lua/frames_test.c has the same at 60 frames a second, on a clock of its own.
local compositor = require "spec.support.compositor"
local luashot = require "luashot"
local process = require "spec.support.process"

local RATE <const> = 5 -- frames a second: a busy machine seldom delays anybody for a fifth of a second
local FRAMES <const> = 20
local FAST <const>, FAST_FRAMES <const> = 60, 100

describe("a series of captures of a Wayland output", function()
  local sway, client, display

  setup(function()
    sway = compositor.start { config = ("output HEADLESS-1 mode --custom 320x200@%dHz position 0 0"):format(RATE) }
    client = process.spawn({ os.getenv "LUASHOT_BUILD" .. "/spec/luashot_wayland_painter", "numbers" },
      { env = sway:env() })
    display = assert(luashot.open { display = sway.display })
  end)

  teardown(function()
    display:close()
    client:stop()
    sway:stop()
  end)

  local function number_in(frame)
    local red, green, blue = frame:pixel(100, 100)
    return red << 16 | green << 8 | blue
  end

  --- The numbers that a series of that many frames shows, whatever its deadlines are to the output's frames.
  local function numbers_of(options, work, count)
    local seen = {}
    for frame in display:frames(options) do
      seen[#seen + 1] = number_in(frame)
      if #seen == (count or FRAMES) then
        return seen
      end
      work()
    end
  end

  local function assert_each(seen, what)
    for i = 2, #seen do
      assert.equal(seen[i - 1] + 1, seen[i], ("%s, frame %d"):format(what, i))
    end
  end

  before_each(function()
    assert(process.wait_until(function()
      local frame <close> = assert(display:grab())
      return number_in(frame) > 0 and number_in(frame) < 0xffff
    end, 20), client.err)
  end)

  it("misses none of the output's frames", function()
    assert_each(numbers_of({ fps = RATE }, function() end), "idle")
    assert_each(numbers_of({}, function() end), "as fast as it can")
  end)

  it("misses none while the script works on each for a while", function()
    assert_each(numbers_of({ fps = RATE }, function()
      require("luv").sleep(250 // RATE)
    end), "busy")
  end)

  it("misses none when the script works for longer than a frame now and then", function()
    local count = 0
    assert_each(numbers_of({ fps = RATE }, function()
      count = count + 1
      require("luv").sleep(count % 4 == 0 and 1300 // RATE or 0)
    end), "slow")
  end)

  it("at half of the rate has every other one", function()
    local seen = numbers_of({ fps = RATE / 2 }, function() end)
    for i = 2, #seen do
      assert.is_true(seen[i] > seen[i - 1])
    end
  end)

  -- The numbers of the window are the compositor's own count of what it has shown. Whoever gets the processor late
  -- loses some: beside 50 processes for two processors 0 to 58 of 350 were missing, without a pace up to 22, and once
  -- 167 of 465. So this sees only what loses every other one in each of several series; spec/lua/frames_test.c sees
  -- each.
  it("keeps up at 60 frames a second", function()
    sway:obey(("output HEADLESS-1 mode --custom 320x200@%dHz"):format(FAST))
    local told, good = {}, false
    for series = 1, 6 do
      local seen = numbers_of({ fps = FAST }, function() end, FAST_FRAMES)
      local lost, twice = 0, 0
      for i = 2, #seen do
        lost = lost + math.max(seen[i] - seen[i - 1] - 1, 0)
        twice = twice + (seen[i] == seen[i - 1] and 1 or 0)
        assert.is_true(seen[i] >= seen[i - 1])
      end
      local shown = seen[#seen] - seen[1] + 1
      told[series] = ("%d shown, %d lost, %d twice"):format(shown, lost, twice)
      good = lost <= shown // 3 and twice <= shown // 3
      if good then
        break
      end
    end
    sway:obey(("output HEADLESS-1 mode --custom 320x200@%dHz"):format(RATE))
    assert.is_true(good, table.concat(told, "; "))
  end)
end)
