#!/usr/bin/env luashot
--- Records the screen:  luashot record [options] file.mkv

local argparse = require "argparse"
local duration = require "luashot.duration"
local what = require "luashot.what"

local parser = argparse("luashot record", "Record the screen as a video. ffmpeg makes it.")
  :help_description_margin(32)
  :epilog [[
It ends after the time that is given, or with Ctrl-C; the video is whole either way.
Exit status: 0 recorded; 1 it failed; 2 wrong usage; 130 ended by Ctrl-C.]]
parser:argument("file", "where it goes: .mkv, .mp4, .webm, …")
parser:option("-s --seconds", "how long, or 10s, 5m, 1h"):argname "TIME"
  :convert(function(text)
    return duration.read(tonumber(text) or text)
  end)
parser:option("-f --fps", "frames a second (default: 30)"):argname "N":default "30"
  :convert(function(text)
    local fps = tonumber(text)
    return fps and fps > 0 and fps <= 1000 and fps or nil, ("'%s' is no number of frames"):format(text)
  end)
parser:option("-w --what", what.help):argname "WHAT":convert(what.read)
parser:option("--display", "the X display, instead of $DISPLAY"):argname ":N"
parser:flag("-c --cursor", "draw the pointer")

function parser:error(message)
  io.stderr:write(self:get_usage(), "\n\nrecord: ", message, "\n")
  os.exit(2)
end

local options = parser:parse(arg)

local display, why = luashot.open { display = options.display }
local result = display
if display then
  result, why = luashot.record {
    display = display,
    what = options.what,
    fps = options.fps,
    seconds = options.seconds,
    cursor = options.cursor,
    to = options.file,
  }
end
if not result then
  io.stderr:write("record: ", why, "\n")
  os.exit(1)
end
print(("%s: %d frames, %.1f s"):format(options.file, result.frames, result.frames / options.fps))
