-- scripts/record.lua: a video with the settings of its options, and the last seconds when something happens.
local files = require "spec.support.files"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local recording = require "spec.support.recording"
local scripts = require "spec.support.scripts"
local uv = require "luv"

describe("luashot record", function()
  local rig

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)
  after_each(function() rig:files(true) end)

  local function exists(name)
    return uv.fs_stat(rig.folder .. "/" .. name)
  end

  -- The signal ends a host that does not wait for it yet.
  local function await_usr2(host)
    assert.is_truthy(process.wait_until(function()
      return process.run({ "grep", "-q", "^SigCgt:.*[89a-f]..$", ("/proc/%d/status"):format(host.pid) }).code == 0
    end, 30), host.err)
  end

  it("hands its options to the encoder, and says what it has made", function()
    local result = rig:run("record", "-s", "500ms", "-f", "10", "--constant", "--codec", "libx264",
      "--option", "crf=30", "--option", "preset=ultrafast", "-w", "64x48+10+20", "a.mkv")
    assert.equal("", result.err)
    assert.equal(0, result.code)
    assert.equal("a.mkv: 5 frames, 0.5 s\n", (result.out:gsub(", %d+ %l+", "")))
    assert.equal("h264,Constrained Baseline,64,48\n",
      recording.ask(rig.folder .. "/a.mkv", "stream=codec_name,profile,width,height"))
    local wrong = rig:run("record", "-s", "1s", "--option", "presset=fast", "b.mp4")
    assert.same({ 1, "" }, { wrong.code, wrong.out })
    assert.matches("^record: the encoder libx264 has no option 'presset' %(did you mean 'preset'%?%)\n$", wrong.err)
    assert.is_nil(exists "b.mp4")
  end)

  it("refuses a setting without a value, an event that is none, and no time to keep", function()
    for text, arguments in pairs {
      ["'crf' is not NAME=VALUE"] = { "--option", "crf" },
      ["'INT' is neither USR1, USR2 or HUP, nor title=TEXT or class=TEXT"] = { "--last", "1s", "--on", "INT" },
      ["'640x480' is neither USR1, USR2 or HUP, nor title=TEXT or class=TEXT"] = { "--last", "1s", "--on", "640x480" },
      ["a rate of 0 frames per second captures nothing"] = { "-f", "0" },
      ["0 seconds are nothing to keep"] = { "--last", "0s" },
      ["--on is for --last"] = { "--on", "USR1" },
      ["'4X' is not a number of bits such as 4000000 or 4M"] = { "--bitrate", "4X" },
      ["--segment makes several files: give FILE a time or a number, such as %H-%M-%S or {sequence}"] =
        { "--segment", "1s" },
      ["--segment cannot be given together with --last"] = { "--segment", "1s", "--last", "5s" },
      ["--constant cannot be given together with --last"] = { "--constant", "--last", "5s" },
    } do
      local result = rig:run("record", "x.mkv", table.unpack(arguments))
      assert.equal(2, result.code, text)
      assert.is_truthy(result.err:find(text, 1, true), result.err)
    end
    assert.same({}, rig:files())
  end)

  it("keeps the last seconds for a signal and for a window, and goes on when a file cannot be written", function()
    local paint = painter.start(rig.server)
    local videos = rig.folder .. "/videos"
    assert(uv.fs_mkdir(videos, 448)) -- 0700
    local host = rig:spawn("record", "--last", "2s", "-f", "10", "-w", "right", "--on", "USR2", "--on", "title=door",
      "--after", "100ms", "videos/%H%M%S{ms}.mkv")
    local function saved(count)
      return process.wait_until(function() return select(2, host.out:gsub("\n", "")) >= count end, 30)
    end
    -- A window that is there already is no event.
    local early = paint:window(0, 0, 10, 10, "ffffff")
    paint:property(early, "WM_NAME", "STRING", "door")
    await_usr2(host)
    process.sleep(1)
    host:kill "sigusr2"
    assert.is_truthy(saved(1), host.err)
    local late = paint:window(20, 0, 10, 10, "ffffff")
    paint:property(late, "WM_NAME", "STRING", "the door opens")
    assert.is_truthy(saved(2), host.err)
    local first, second = host.out:match "^videos/(%d+%.mkv)\nvideos/(%d+%.mkv)\n$"
    assert.same({ first, second }, files.names(videos))
    assert.is_true(recording.length(videos .. "/" .. first) >= 0.1)
    assert.equal("120,120\n", recording.ask(videos .. "/" .. second, "stream=width,height"))
    files.remove(videos)
    host:kill "sigusr2"
    assert.is_truthy(process.wait_until(function() return host.err:find "^record: [^\n]*No such file" end, 30))
    host:kill "sigterm"
    assert.equal(143, host:wait(30))
    paint:stop()
  end)

  it("has in the file what led to a window, and the window", function()
    local paint = painter.start(rig.server)
    paint "fill 0 0 320 120 204060"
    local host = rig:spawn("record", "--last", "30s", "-f", "20", "--on", "title=Error", "--on", "USR2",
      "--after", "1s", "crash-{sequence}.mkv")
    paint:property(paint:window(200, 10, 60, 40, "00ff00"), "WM_NAME", "STRING", "Notes")
    await_usr2(host)
    host:kill "sigusr2" -- it records once it has saved something
    assert.equal("crash-1.mkv", host:read_line(60), host.err)
    process.sleep(1)
    for number = 2, 3 do
      local window = paint:window(0, 0, 80, 40, number == 2 and "c00000" or "a0a000")
      paint:property(window, "WM_NAME", "STRING", "Network Error [7]")
      assert.equal(("crash-%d.mkv"):format(number), host:read_line(60), host.err)
    end
    paint:stop()
    host:kill "sigint"
    assert.equal(130, host:wait(30))
    for number, red in pairs { [2] = 0xc0, [3] = 0xa0 } do
      local path = ("%s/crash-%d.mkv"):format(rig.folder, number)
      local shown = recording.watch(path)
      assert.near(0x20, shown[1].red, 3)
      assert.near(red, shown[#shown].red, 3)
      assert.is_true(recording.length(path) >= 2)
    end
  end)

  it("ends in order after --seconds, when nothing has happened", function()
    local result = rig:run("record", "--last", "1s", "-s", "300ms", "-f", "10", "none.mkv")
    assert.same({ 0, "", "" }, { result.code, result.out, result.err })
    assert.same({}, rig:files())
  end)
end)
