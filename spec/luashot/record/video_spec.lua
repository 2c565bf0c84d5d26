-- Videos that are made in this process: every frame at its time, only what changes, playable whenever they end.
local files = require "spec.support.files"
local process = require "spec.support.process"
local recording = require "spec.support.recording"
local screen = require "spec.support.screen"
local walls = require "spec.support.walls"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a video made here", function()
  local rig, folder

  before_each(function()
    rig, folder = recording.start()
  end)

  after_each(function()
    recording.stop(rig, folder)
  end)

  local function run(text)
    return recording.run(rig, folder, text)
  end

  --- A display whose captures are numbered on the screen before they are made, and then told with their time.
  local counting = [[
    io.stdout:setvbuf "line"
    local display = assert(luashot.open { damage = true })
    local counting = { count = 0 }
    function counting:grab(...)
      self.count = self.count + 1
      print(self.count)
      local acknowledged = arg[1] .. "/" .. self.count
      while not os.remove(acknowledged) do sleep "1ms" end
      local frame = assert(display:grab(...))
      print("time", frame.time)
      return frame
    end
    function counting:pace(...) return display:pace(...) end
    function counting:tick(...) return display:tick(...) end
  ]]

  --- Paints `color(number)` before each capture of a host that records 20 in a second with it; the times in seconds of
  --- those that belong to the first `seconds`. A late one at the end does not.
  local function follow(host, seconds, color)
    local times = {}
    local line = assert(host:read_line(30), host.err)
    while line ~= "done" do
      local number, time = tonumber(line), line:match "time\t(%d+)"
      if number then
        rig.paint("fill 0 0 64 48 %s", color(number))
        assert(io.open(folder .. "/" .. line, "w")):close()
      else
        times[#times + 1] = tonumber(time) / 1e9
        if times[#times] - times[1] >= seconds - 0.025 then
          times[#times] = nil
        end
      end
      line = assert(host:read_line(30), host.err)
    end
    assert.equal(0, host:wait(30), host.err)
    return times
  end

  for _, name in ipairs { "out.mkv", "out.mp4", "out.webm" } do
    it("has every capture once and at its time, in " .. name, function()
      local lossless = { ["out.mkv"] = 'codec = "ffv1"', ["out.mp4"] = "options = { qp = 0 }",
        ["out.webm"] = 'options = { lossless = 1 }' }
      local host = process.spawn({ luashot, "-", folder }, { env = rig.server:env() })
      host:write(counting .. ([[
        local result = assert(luashot.record { display = counting, to = arg[1] .. "/%s", fps = 20, seconds = 2, %s })
        assert(result.dropped == 0)
        print "done"
      ]]):format(name, lossless[name]))
      host:close_input()
      local times = follow(host, 2, function(number) return (("%02x"):format(5 * number):rep(3)) end)
      local shown = recording.watch(folder .. "/" .. name)
      assert.equal(#times, #shown)
      for i, one in ipairs(shown) do
        assert.near(5 * i, one.red, name == "out.mkv" and 0 or 2)
        assert.near(times[i] - times[1], one.time, 0.02)
      end
      assert.near(2, recording.length(folder .. "/" .. name), 0.06)
    end)
  end

  it("has one frame a second of a screen that stands still, and all that differ", function()
    local host = process.spawn({ luashot, "-", folder }, { env = rig.server:env() })
    host:write(counting .. [[
      local result = assert(luashot.record { display = counting, to = arg[1] .. "/out.mkv", fps = 20, seconds = 3 })
      print("done")
      io.stderr:write(result.encoded)
    ]])
    host:close_input()
    -- Painted again and again, and another color in the 31st capture alone.
    local times = follow(host, 3, function(number) return number == 31 and "f00000" or "500000" end)
    local shown = recording.watch(folder .. "/out.mkv")
    assert.equal(#shown, tonumber(host.err))
    local changes, rest = {}, 0 -- between two captures at most
    for i = 2, #times do
      rest = math.max(rest, times[i] - times[i - 1])
    end
    for i = 2, #shown do
      assert.is_true(shown[i].time - shown[i - 1].time < 0.82 + rest)
      if shown[i].red ~= shown[i - 1].red then
        changes[#changes + 1] = shown[i].time
      end
    end
    assert.equal(2, #changes)
    assert.near(times[31] - times[1], changes[1], 0.02)
    assert.is_true(#shown <= 7, #shown)
    assert.near(3, recording.length(folder .. "/out.mkv"), 0.06)
  end)

  it("has all frames with a constant rate", function()
    local result = run [[
      local result = assert(luashot.record { to = folder .. "/out.mp4", fps = 29.97, count = 30, rate = "constant" })
      print(result.frames, result.encoded, result.files)
    ]]
    assert.equal("30\t30\t1\n", result.out .. result.err)
    assert.equal("2997/100,30\n", recording.ask(folder .. "/out.mp4", "stream=r_frame_rate,nb_frames"))
  end)

  it("has loaded what it needs before its first frame, which would be seen for that time", function()
    for _, call in ipairs { "record { display = first, to = 'x.mkv' }", "recorder { display = first }" } do
      local result = run(([[
        local first = {}
        function first.grab()
          local maps = assert(io.open "/proc/self/maps")
          print(maps:read "a":find "/libavcodec" ~= nil)
          maps:close()
          return nil, "enough", "ETEST"
        end
        print(select(3, luashot.%s))
      ]]):format(call))
      assert.equal("true\nETEST\n", result.out .. result.err)
    end
  end)

  it("captures nothing while there is no room for it, and goes on when there is", function()
    local large = screen.start { width = 320, height = 240 }
    assert.equal(0, process.run({ "mkfifo", folder .. "/out.mkv" }).code)
    local reader = process.spawn { "sh", "-c", 'exec 3<>"$0"; echo ready; read go; exec cat <&3 >/dev/null',
      folder .. "/out.mkv" }
    reader:see "ready\n"
    local host = process.spawn({ luashot, "-", folder }, { env = large.server:env() })
    host:write [[
      io.stdout:setvbuf "line"
      local display = assert(luashot.open { damage = true })
      local counting = { count = 0 }
      function counting:grab(...)
        self.count = self.count + 1
        return display:grab(...)
      end
      function counting:pace(...) return display:pace(...) end
      function counting:tick(...) return display:tick(...) end
      local result, before
      after(0, function()
        result = assert(luashot.record { display = counting, to = arg[1] .. "/out.mkv", fps = 50, seconds = 6,
          codec = "ffv1" })
      end)
      repeat
        before = counting.count
        sleep "500ms"
      until before > 0 and counting.count == before
      print "full"
      while not result do sleep "10ms" end
      print(counting.count > before, result.dropped >= 20,
        result.frames - result.repeated - result.dropped - counting.count)
    ]]
    host:close_input()
    local number = 0
    while not host.ended_code do
      number = number + 1
      large.paint "gradient"
      large.paint("fill %d 0 9 9 ffffff", number % 300)
      if host.out:find "full" then
        reader:write "go\n"
      end
    end
    large:stop()
    assert.equal(0, host:wait(30), host.err)
    reader:stop()
    assert.equal("full\ntrue\ttrue\t0\n", host.out)
  end)

  it("ends in time when its last capture is late", function()
    local result = run [[
      local display = assert(luashot.open { damage = true })
      local late = { count = 0 }
      function late:grab(...)
        self.count = self.count + 1
        if self.count == 3 then sleep "1s" end
        return display:grab(...)
      end
      function late:pace(...) return display:pace(...) end
      function late:tick(...) return display:tick(...) end
      local result = assert(luashot.record { display = late, to = folder .. "/out.mkv", fps = 20, count = 4,
        rate = "constant" })
      print(result.frames, result.encoded)
    ]]
    assert.equal("4\t4\n", result.out .. result.err)
    assert.near(0.2, recording.length(folder .. "/out.mkv"), 0.001)
  end)

  it("goes on in the next file, and nothing is missing between them", function()
    local host = process.spawn({ luashot, "-", folder }, { env = rig.server:env() })
    host:write(counting .. [[
      local result = assert(luashot.record {
        display = counting, to = arg[1] .. "/%Y-%m-%d_{sequence}.mkv", fps = 20, seconds = 2, segment = "700ms",
        codec = "ffv1",
      })
      assert(result.files == 3 or result.files == 4, result.files) -- 4: the last capture was late
      print "done"
    ]])
    host:close_input()
    local times = follow(host, 2, function(number) return ("%02x0000"):format(4 * number) end)
    local before, total = 0, 0
    local names = files.names(folder)
    assert.is_true(#names >= 3, #names)
    for i, name in ipairs(names) do
      assert.matches("^%d%d%d%d%-%d%d%-%d%d_" .. i .. ".mkv$", name)
      local shown = recording.watch(folder .. "/" .. name)
      assert.equal(0, shown[1].time)
      for _, one in ipairs(shown) do
        assert.equal(before + 4, one.red)
        before = one.red
      end
      total = total + recording.length(folder .. "/" .. name)
    end
    assert.equal(4 * #times, before)
    assert.near(2, total, 0.2)
  end)

  it("comes with what its encoder is told, and says what it does not know", function()
    local result = run [[
      local function try(options)
        options.to, options.count, options.fps = options.to or folder .. "/out.mkv", 2, 20
        local ok, message, code = luashot.record(options)
        print(ok and "ok" or message, code)
      end
      try { options = { preset = "ultrafast", crf = 30 }, bitrate = "500k", keyframe = "1s" }
      try { codec = "vp9" }
      try { codec = "libx256" }
      try { options = { present = "fast" } }
      try { options = { crf = "x" } }
      try { to = folder .. "/picture.png" }
      try { to = folder .. "/name" }
    ]]
    assert.equal("", result.err)
    assert.matches("^ok\tnil\nok\tnil\nthere is no encoder 'libx256' %(did you mean '[^']*'%?%)\tEINVAL\n" ..
      "the encoder libx264 has no option 'present' %(did you mean 'preset'%?%)\tEINVAL\n" ..
      "option 'crf' of libx264 cannot be 'x': [^\n]*\tEINVAL\n" ..
      "'[^\n]*/picture.png' is not the name of a video: [^\n]*\tEINVAL\n" ..
      "'[^\n]*/name' is not the name of a video: [^\n]*\tEINVAL\n$", result.out)
    assert.same({ "out.mkv" }, files.names(folder))
    local misuse = run [[
      print(pcall(luashot.record, { to = "x.mkv", codec = "h264", arguments = {} }))
      print(pcall(luashot.record, { to = "x.mkv", segment = "1s" }))
    ]]
    assert.matches("option 'codec': the program ffmpeg, which 'program' and 'arguments' choose, has options of its " ..
      "own\n.*option 'segment': for it a name 'to' with a time or a number, such as %%H%-%%M%-%%S or {sequence}, " ..
      "expected, got x.mkv\n", misuse.out)
  end)

  it("keeps what was recorded when the disk is full, or the folder is gone", function()
    local result = run [[
      local job = after(0, function()
        print(luashot.record { to = folder .. "/gone/{sequence}.mkv", fps = 20, seconds = 9, segment = "1s" })
      end)
      assert(os.execute("mkdir " .. folder .. "/gone"))
      sleep "500ms"
      assert(os.execute("mv " .. folder .. "/gone " .. folder .. "/kept"))
    ]]
    local message = "^nil\tcannot write [^\n]*/gone/(%d+).mkv: No such file or directory\tENOENT\n$"
    assert.matches(message, result.out)
    local gone = tonumber(result.out:match(message)) -- 2, unless the half second became a whole one
    local length = 0
    for i = 1, gone - 1 do
      length = length + recording.length(("%s/kept/%d.mkv"):format(folder, i))
    end
    assert.equal(gone - 1, #files.names(folder .. "/kept"))
    assert.near(gone - 0.6, length, 0.5) -- the last one ends with the next picture
    -- A limit of the file's size stands for a disk.
    local limited = process.run({ "sh", "-c", 'ulimit -f 40; exec "$0" "$@"', luashot, "-", folder }, {
      env = rig.server:env(), stdin = [[
        print(luashot.record { to = arg[1] .. "/full.mkv", fps = 50, seconds = 20, codec = "ffv1", rate = "constant" })
      ]] })
    assert.matches("^nil\tcannot write [^\n]*/full.mkv: File too large\tEFBIG\n$", limited.out)
    local shown = recording.watch(folder .. "/full.mkv", true)
    assert.is_true(#shown > 5, #shown)
  end)

  it("continues no playlist, which would name other files and addresses", function()
    local asked = 0
    local server = uv.new_tcp()
    assert(server:bind("127.0.0.1", 0))
    assert(server:listen(8, function() asked = asked + 1 end))
    local url = ("http://127.0.0.1:%d/z"):format(server:getsockname().port)
    for name, text in pairs {
      ["dash.mp4"] = ([[<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"
        profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4">
        <Representation id="1" bandwidth="1"><BaseURL>%s</BaseURL></Representation></AdaptationSet></Period></MPD>
        ]]):format(url),
      ["hls.mp4"] = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" .. url .. "\n",
      ["concat.mkv"] = "ffconcat version 1.0\nfile '" .. url .. "'\n",
    } do
      files.write(folder .. "/" .. name, text)
      local out = run(([[print(luashot.record { to = folder .. "/%s", append = true, fps = 20, count = 2 })]])
        :format(name)).out
      local wanted = "^nil\tcannot continue the video [^\n]*/" .. name:gsub("%.", "%%.")
      assert.matches(wanted, out)
      assert.truthy(out:find ": Format not on whitelist" or -- of newer versions of ffmpeg, which refuse it themselves
        out:find ": Not detecting m3u8/hls with non standard extension", out)
      assert.equal(text, files.read(folder .. "/" .. name))
    end
    uv.run "nowait"
    server:close()
    assert.equal(0, asked)
  end)

  it("has all but the last moments when its program is killed, whatever the encoder", function()
    local large = screen.start { width = 320, height = 240 } -- some encoders need that
    local host = process.spawn({ luashot, "-", folder }, { env = large.server:env() })
    host:write [[
      io.stdout:setvbuf "line"
      for _, name in ipairs { "ffv1", "libaom-av1", "libsvtav1", "libvpx", "libvpx-vp9", "libx264", "libx265",
        "mpeg4" } do
        after(0, function()
          print(name, luashot.record { to = arg[1] .. "/" .. name .. ".mkv", codec = name, fps = 5 })
        end)
      end
    ]]
    host:close_input()
    local begun, latest = {}, uv.hrtime() + 24e9
    process.wait_until(function()
      for _, name in ipairs(files.names(folder)) do
        if not begun[name] then
          begun[name], latest = true, uv.hrtime()
        end
      end
      return uv.hrtime() > latest + 1e9
    end)
    large.paint "fill 0 0 320 240 0000ff" -- from here on each has begun
    local painted = uv.hrtime()
    process.sleep(5)
    host:kill "sigkill"
    local recorded = (uv.hrtime() - painted) / 1e9
    host:wait(10)
    large:stop()
    local count = 0
    for name in pairs(begun) do
      local first, last = nil, -1
      for _, frame in ipairs(recording.watch(folder .. "/" .. name, true)) do
        first, last = first or frame.blue > 200 and frame.time or nil, frame.time
      end
      -- Of a still screen there is a frame in each second; libsvtav1 gives it when it gets the next but one.
      assert.is_true(last - (first or last) > recorded - (name:find "^libsvtav1" and 4 or 3),
        ("%s: %g s, blue from %s on, of %g s"):format(name, last, first, recorded))
      count = count + 1
    end
    assert.is_true(count >= 4, host.out .. host.err) -- all that libavcodec has here
  end)

  it("says when there is nothing to make it with", function()
    local env = rig.server:env()
    env.LD_LIBRARY_PATH = folder .. "/libraries"
    assert(uv.fs_mkdir(env.LD_LIBRARY_PATH, 448)) -- 0700
    for version = 58, 64 do -- not one of them is a library
      files.write(("%s/libavformat.so.%d"):format(env.LD_LIBRARY_PATH, version), "")
    end
    local result = process.run({ luashot, "-", folder }, { env = env, stdin = [[
      print(luashot.record { to = arg[1] .. "/out.mkv", count = 2 })
      print(luashot.recorder())
    ]] })
    local message = "nil\tcannot make videos: cannot load a library: [^\n]* %(Debian: libavformat%d+%)\tENOTSUP\n"
    assert.matches("^" .. message .. message .. "$", result.out)
  end)

  it("is made in a sandbox", function()
    walls.need()
    local env = rig.server:env()
    env.ASAN_OPTIONS = (os.getenv("ASAN_OPTIONS") or "") .. ":detect_leaks=0" -- it forks
    local result = process.run({ luashot, "--sandbox", folder, "-e", [[
      local result = assert(luashot.record { to = "out.mp4", fps = 20, seconds = 1 })
      print(result.frames, result.note)
      local recorder = assert(luashot.recorder { fps = 20, last = "5s" })
      sleep "500ms"
      print(recorder:save "crash.mkv")
      recorder:stop()
      print(select(3, luashot.record { to = "out.mp4", arguments = {} }))
    ]] }, { env = env })
    if result.err:find "offers no landlock" then
      return
    end
    assert.equal("20\tnil\ncrash.mkv\nESANDBOX\n", result.out .. result.err)
    assert.near(1, recording.length(folder .. "/out.mp4"), 0.06)
    assert.is_true(recording.length(folder .. "/crash.mkv") > 0)
  end)
end)
