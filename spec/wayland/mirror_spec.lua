-- With damage = true an output is mirrored: what was drawn is known, and a screen that stands still costs
-- nothing but the question. By each protocol that the compositor has.
local compositor = require "spec.support.compositor"
local files = require "spec.support.files"
local luashot = require "luashot"
local pictures = require "spec.support.pictures"
local process = require "spec.support.process"
local uv = require "luv"

describe("a mirrored Wayland display", function()
  local sway, folder

  setup(function()
    folder = files.folder()
    assert(pictures.random(96, 70):save(folder .. "/picture.png"))
    sway = compositor.start { outputs = 2, picture = folder .. "/picture.png", config = [[
      output HEADLESS-1 resolution 320x200 position 0 0
      output HEADLESS-2 resolution 240x300 position 320 0]] }
  end)

  teardown(function()
    sway:stop()
    files.remove(folder)
  end)

  local function each_path(test)
    for _, path in ipairs { "wl-screencopy", "wl-copy" } do
      local display, _, code = luashot.open { display = sway.display, path = path, damage = true }
      assert.is_true(display ~= nil or code == "ENOTSUP", code)
      if display then
        local plain <close> = assert(luashot.open { display = sway.display })
        sway:obey "output HEADLESS-1 transform normal"
        assert(luashot.wait { plain, timeout = "20s", when = function(frame)
          return frame.width == 560 and frame:pixel(5, 5) ~= frame:pixel(60, 40) and
            frame:pixel(325, 5) ~= frame:pixel(380, 40)
        end }):release()
        test(display, plain, path)
        display:close()
      end
    end
  end

  --- Whether both get the same, once the compositor has shown what it was told.
  local function agree(display, plain, what)
    return process.wait_until(function()
      local a <close> = assert(display:grab(what))
      local b <close> = assert(plain:grab(what))
      return a:same(b)
    end, 10)
  end

  it("is the same picture as one that was read whole", function()
    each_path(function(display, plain, path)
      for _, place in ipairs { "560x300+0+0", "100x80+20+30", "60x100+300+50", "1x200+160+0", "HEADLESS-2" } do
        assert.is_true(agree(display, plain, place), path .. " " .. place)
      end
      for round = 1, 10 do
        local color = round * 1234567 % (1 << 24)
        sway:obey(("output HEADLESS-%d background #%06x solid_color"):format(round % 2 + 1, color))
        assert.is_true(agree(display, plain), path .. " " .. round)
        assert.is_true(agree(display, plain, "60x100+300+50"), path .. " " .. round)
      end
      sway:obey(("output * background %s/picture.png tile"):format(sway.folder))
      for _, transform in ipairs { "90", "flipped", "normal" } do
        sway:obey("output HEADLESS-1 transform " .. transform)
        assert.is_true(agree(display, plain), path .. " " .. transform)
      end
      sway:obey "output HEADLESS-2 disable"
      assert.is_true(agree(display, plain), path)
      sway:enable "HEADLESS-2"
      assert.is_true(agree(display, plain), path)
    end)
  end)

  it("says what was drawn, and nothing where nothing was", function()
    each_path(function(display, plain, path)
      assert.is_true(agree(display, plain), path)
      local quiet = 0 -- swaybg may draw more than once
      assert.is_true(process.wait_until(function()
        local frame <close> = assert(display:grab())
        quiet = #frame.changed == 0 and quiet + 1 or 0
        return quiet == 6
      end, 20))
      sway:obey "output HEADLESS-2 background #402060 solid_color"
      local rects = {}
      assert.is_true(process.wait_until(function()
        local frame <close> = assert(display:grab())
        table.move(frame.changed, 1, #frame.changed, #rects + 1, rects)
        return table.concat({ frame:pixel(330, 10) }, " ") == "64 32 96"
      end, 10), path)
      local is_listed = false -- sway may draw the other output, too
      for _, rect in ipairs(rects) do
        is_listed = is_listed or rect.x <= 330 and rect.x + rect.width > 330 and rect.y <= 10
      end
      assert.is_true(is_listed, path)
      sway:obey(("output * background %s/picture.png tile"):format(sway.folder))
    end)
  end)

  it("begins on a screen that stands still, however often", function()
    each_path(function(display, plain, path)
      assert.is_true(agree(display, plain), path)
      local other <close> = assert(luashot.open { display = sway.display, path = path })
      for round = 1, 5 do
        local watch <close>, why = other:watch { x = 0, y = 0, width = 50, height = 50 }
        assert.is_true(watch ~= nil, ("%s, %d: %s"):format(path, round, why))
        assert.is_false(watch:wait(0))
      end
    end)
  end)

  it("does not wait for the next frame of an output that stands still", function()
    each_path(function(display, plain, path)
      assert.is_true(agree(display, plain), path)
      sway:obey "output HEADLESS-1 mode --custom 320x200@1Hz"
      assert.is_true(agree(display, plain), path)
      local function measure(it)
        local started = uv.hrtime()
        for _ = 1, 5 do
          assert(it:grab "HEADLESS-1"):release()
        end
        return uv.hrtime() - started
      end
      local mirrored, captured = measure(display), measure(plain) -- which takes a second for each
      sway:obey "output HEADLESS-1 mode --custom 320x200@60Hz"
      assert.is_true(mirrored < captured / 2, ("%s: %d and %d ns"):format(path, mirrored, captured))
    end)
  end)

  it("keeps no more than the slots and its pictures, however often something is drawn", function()
    each_path(function(display)
      local function descriptors()
        return #files.names "/proc/self/fd"
      end
      assert(display:grab()):release()
      local before = descriptors()
      for round = 1, 20 do
        sway:obey(("output HEADLESS-1 background #%06x solid_color"):format(round))
        assert(display:grab()):release()
      end
      assert.is_true(descriptors() <= before + 2)
      sway:obey(("output * background %s/picture.png tile"):format(sway.folder))
    end)
  end)
end)
