-- Videos that are made by the program ffmpeg, with arguments of the script's own.
local files = require "spec.support.files"
local locale = require "spec.support.locale"
local process = require "spec.support.process"
local recording = require "spec.support.recording"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("the program ffmpeg", function()
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

  it("gives the program no name whose folder other users can change meanwhile", function()
    assert(uv.fs_mkdir(folder .. "/open", 511))
    assert(uv.fs_chmod(folder .. "/open", 511)) -- 0777
    assert(uv.fs_mkdir(folder .. "/open/own", 448))
    local places = { open = "open/x.mkv", own = "open/own/x.mkv" }
    if uv.getuid() == 0 then -- who can make a folder of another user
      assert(uv.fs_mkdir(folder .. "/theirs", 493))
      assert(uv.fs_chown(folder .. "/theirs", 1234, 1234))
      places.theirs = "theirs/x.mkv"
    end
    for _, name in pairs(places) do
      local options = ("to = folder .. %q, count = 2, program = 'ffmpeg'"):format("/" .. name)
      local out = run("print(luashot.record { " .. options .. " })").out
      assert.matches("^nil\t.*x.mkv: the program opens it by name, and other users can change .*\tEACCES\n$", out)
    end
    assert.same({ "own" }, files.names(folder .. "/open"))
  end)

  it("says what ffmpeg said, when that fails", function()
    local result = run [[print(luashot.record { to = folder .. "/none/out.mkv", seconds = 1, arguments = {} })]]
    assert.matches("^nil\tffmpeg ended with exit status %d+: .*No such file or directory\tEENCODER\n$", result.out)
  end)

  it("says that the disk is full, also when ffmpeg does not mind", function()
    local result = run [[print(luashot.record { to = "/dev/full", seconds = 1, arguments = { "-f", "matroska" } })]]
    assert.matches("^nil\tffmpeg ended with .*No space left on device\tEENCODER\n$", result.out)
  end)

  -- The streams of a video as ffprobe names them: codec, profile, format of the pixels, width, height.
  local function streams(path)
    return (recording.ask(path, "stream=codec_name,profile,pix_fmt,width,height"):gsub("%s+$", ""))
  end

  it("leaves the format of the pixels to who says something about it", function()
    local result = run [[
      local arguments = {
        ["even.mp4"] = { "-pix_fmt", "yuv420p" },
        ["full.mp4"] = { "-pix_fmt", "yuv444p" },
        ["coded.mp4"] = { "-c:v", "libx264", "-crf", "30" },
        ["exact.mkv"] = { "-c:v", "ffv1" },
        ["filtered.mp4"] = { "-vf", "scale=16:12" },
        ["moving.gif"] = {},
      }
      for name, list in pairs(arguments) do
        assert(luashot.record { to = folder .. "/" .. name, what = "33x21", fps = 5, count = 2, arguments = list })
      end
    ]]
    assert.equal("", result.err)
    assert.equal("h264,High,34,22,yuv420p", streams(folder .. "/even.mp4"))
    assert.equal("h264,High 4:4:4 Predictive,33,21,yuv444p", streams(folder .. "/full.mp4"))
    assert.equal("h264,High,34,22,yuv420p", streams(folder .. "/coded.mp4"))
    assert.matches("^ffv1,.*33,21,bgr0", streams(folder .. "/exact.mkv"))
    assert.equal("h264,High,16,12,yuv420p", streams(folder .. "/filtered.mp4"))
    assert.matches("^gif,.*33,21,bgra", streams(folder .. "/moving.gif"))
  end)

  it("goes to a file of that name, whatever ffmpeg would make of it", function()
    local host = process.run({ luashot, "-" }, { cwd = folder, env = rig.server:env(), stdin = [[
      for _, name in ipairs { "2026-11-29T12:30:05.mkv", "-x.mkv", "a:b.mkv", "pipe:1.mkv", "tcp:127.0.0.1.mkv" } do
        assert(luashot.record { to = name, fps = 10, count = 2, arguments = { "-c:v", "ffv1" } })
        assert(os.remove("./" .. name))
      end
    ]] })
    assert.equal("", host.out .. host.err)
  end)

  it("has the rate that was asked for, wherever the script says how numbers are written", function()
    local env, locales = locale.make "de_DE"
    env.DISPLAY, env.XAUTHORITY = rig.server:env().DISPLAY, rig.server:env().XAUTHORITY
    local host = process.run({ luashot, "-", folder }, { stdin = [[
      assert(os.setlocale "de_DE.UTF-8")
      assert(tostring(0.5) == "0,5")
      for name, fps in pairs { film = 29.97, slow = 0.4, plain = 25, third = 1 / 3 } do
        after(0, function()
          assert(luashot.record { to = arg[1] .. "/" .. name .. ".avi", fps = fps, count = 2,
            arguments = { "-c:v", "ffv1" } })
        end)
      end
    ]], env = env })
    files.remove(locales)
    assert.equal("", host.err)
    local function rate(name)
      return recording.ask(folder .. "/" .. name .. ".avi", "stream=r_frame_rate")
    end
    assert.equal("2997/100\n", rate "film")
    assert.equal("2/5\n", rate "slow")
    assert.equal("25/1\n", rate "plain")
    assert.equal("1/3\n", rate "third")
  end)

  it("survives the death of ffmpeg", function()
    local result = run [[
      local program = assert(io.open(folder .. "/dying", "w"))
      program:write "#!/bin/sh\nhead -c 30000 >/dev/null\nkill -KILL $$\n"
      program:close()
      os.execute("chmod +x " .. folder .. "/dying")
      print(luashot.record { to = folder .. "/out.mkv", seconds = 30, program = folder .. "/dying" })
    ]]
    assert.equal("nil\tffmpeg ended with signal 9\tEENCODER\n", result.out)
    assert.equal(0, result.code)
  end)
end)
