-- The animation of the documentation, made as it says: with LUASHOT_KEEP_PICTURES=1 it is made anew.
local files = require "spec.support.files"
local luashot = require "luashot"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local recording = require "spec.support.recording"
local uv = require "luv"
local xserver = require "spec.support.xserver"

local build = assert(os.getenv "LUASHOT_BUILD")
local source = assert(os.getenv "LUASHOT_SOURCE")
local KEPT <const> = source .. "/docs/images/record.gif"

describe("an animation of a desktop", function()
  local server, folder, paint
  local windows = {}

  setup(function()
    server = xserver.start { width = 640, height = 360 }
    folder = files.folder()
    paint = painter.start(server)
    paint "fill 0 0 640 360 33475b"
    paint "pointer 320 180"
  end)

  teardown(function()
    for _, window in ipairs(windows) do
      window:stop()
    end
    paint:stop()
    server:stop()
    files.remove(folder)
  end)

  local function show(...)
    windows[#windows + 1] = process.spawn({ ... }, { env = server:env(), cwd = source })
  end

  --- How many pixels of 230400 differ by more than a palette makes them differ: few, where only something has moved.
  local function distance(one, other)
    return assert(one:diff(other, { tolerance = 8 })).changed
  end

  it("begins and ends with what was there, in its colors", function()
    show("xterm", "-geometry", "65x24+14+20", "-e", "sh", "-c",
      "sleep 2; for f in src/video/*.c; do wc -l $f; sleep .3; done; exec sleep 100")
    show("xclock", "-update", "1", "-geometry", "180x180+440+20")
    show("xeyes", "-geometry", "180x120+440+222")
    local display <close> = assert(luashot.open { display = server.display, cursor = true, input = true })
    assert(process.wait_until(function() return #display:windows() == 3 end, 30))
    process.sleep(1)
    local first <close> = assert(display:grab())
    local host = process.spawn({ build .. "/luashot", "record", "--cursor", "--fps", "10", "--seconds", "5",
      "record.gif" }, { cwd = folder, env = server:env() })
    local step = 0
    repeat
      step = step + 1
      local angle = math.max(0, step - 10) / 8
      assert(display:move(320 + math.floor(140 * math.sin(angle)), 260 - math.floor(80 * math.cos(angle))))
      process.wait_until(function() return host.ended_code end, 0.1)
    until host.ended_code
    local last <close> = assert(display:grab())
    assert.equal(0, host:wait(30), host.err)

    local made = folder .. "/record.gif"
    assert.equal("640,360\n", recording.ask(made, "stream=width,height"))
    assert.near(5, recording.length(made), 0.1)
    local _, frames = recording.ask(made, "frame=pts_time"):gsub("\n", "")
    assert.is_true(frames > 5 and frames <= 51, frames)
    assert.is_true(uv.fs_stat(made).size < 100000, uv.fs_stat(made).size)
    assert.equal(0, process.run({ "ffmpeg", "-v", "error", "-i", made, "-fps_mode", "passthrough", "%d.png" },
      { cwd = folder }).code)
    local shown <close> = assert(luashot.load(folder .. "/1.png"))
    local ended <close> = assert(luashot.load(("%s/%d.png"):format(folder, frames)))
    -- Each is like its own capture, but for the hand of the clock and a line of text, and like no other one.
    assert.is_true(distance(first, shown) < 5000, distance(first, shown))
    assert.is_true(distance(last, ended) < 5000, distance(last, ended))
    assert.is_true(distance(first, shown) < distance(last, shown), distance(last, shown))
    assert.is_true(distance(last, ended) < distance(first, ended), distance(first, ended))
    if os.getenv "LUASHOT_KEEP_PICTURES" then
      assert(uv.fs_copyfile(made, KEPT))
    end
    assert.equal("640,360\n", recording.ask(KEPT, "stream=width,height"))
    assert.near(5, recording.length(KEPT), 0.1)
  end)
end)
