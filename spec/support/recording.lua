--- A small screen that is recorded into a folder, and what videos show, as the programs of ffmpeg tell it.
local assert = require "luassert"
local files = require "spec.support.files"
local process = require "spec.support.process"
local screen = require "spec.support.screen"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

local recording = {}

--- Start a server with a screen of 64x48, and make a folder.
---@return spec.screen rig
---@return string folder
function recording.start()
  return screen.start { width = 64, height = 48 }, files.folder()
end

function recording.stop(rig, folder)
  rig:stop()
  files.remove(folder)
end

--- Run a script, whose `folder` is the folder, to its end.
function recording.run(rig, folder, text)
  return process.run({ luashot, "-", folder }, { stdin = "local folder = arg[1]\n" .. text, env = rig.server:env() })
end

--- Entries of a video as ffprobe names and prints them: "stream=width,height".
---@param is_cut? boolean  a video without its end, of which the programs may complain
---@return string
function recording.ask(path, entries, is_cut)
  local result = process.run({ "ffprobe", "-v", "error", "-show_entries", entries, "-of", "csv=p=0", path })
  assert.is_true(is_cut or result.err == "", result.err)
  return result.out
end

--- How long a video is, in seconds.
---@return number
function recording.length(path)
  return tonumber((recording.ask(path, "format=duration"):gsub("%s", "")))
end

--- The frames: for each its time in seconds, and its pixel at 10,10. The unit of time is a millionth of a second: then
--- no two have one time.
---@param is_cut? boolean
---@return { time: number, red: integer, blue: integer }[]
function recording.watch(path, is_cut)
  local raw = process.run({ "ffmpeg", "-v", "error", "-i", path, "-vf", "format=rgb24,crop=1:1:10:10",
    "-f", "rawvideo", "-pix_fmt", "rgb24", "-fps_mode", "passthrough", "-enc_time_base", "1:1000000", "-" })
  assert.is_true(is_cut or raw.err == "", raw.err)
  local shown = {}
  for time in recording.ask(path, "frame=pts_time", is_cut):gmatch "[%d.]+" do
    local red, _, blue = raw.out:byte(3 * #shown + 1, 3 * #shown + 3)
    shown[#shown + 1] = { time = tonumber(time), red = red, blue = blue }
  end
  assert.equal(#shown, #raw.out // 3)
  return shown
end

return recording
