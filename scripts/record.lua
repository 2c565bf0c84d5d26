#!/usr/bin/env luashot
--- Records the screen:  luashot record [options] file.mkv

local command = require "luashot.command"
local what = require "luashot.command.what"

local parser = command.parser("record", "Record the screen as a video. ffmpeg makes it.")
  :epilog [[
It ends after the time that is given, or with Ctrl-C; the video is whole either way.
Exit status: 0 recorded; 1 it failed; 2 wrong usage; 130 ended by Ctrl-C.]]
parser:argument("file", "where it goes: .mkv, .mp4, .webm, …")
parser:option("-s --seconds", "how long, or 10s, 5m, 1h"):argname "TIME"
  :convert(command.duration)
parser:option("-f --fps", "frames a second (default: 30)"):argname "N":default "30"
  :convert(function(text)
    local fps = tonumber(text)
    return fps and fps > 0 and fps <= 1000 and fps or nil, ("'%s' is no number of frames"):format(text)
  end)
parser:option("-w --what", what.help):argname "WHAT":convert(what.read)
parser:option("--display", "the X display, instead of $DISPLAY"):argname ":N"
parser:flag("-c --cursor", "draw the pointer")

local check = command.check "record"

local options = parser:parse(arg)
local display = check(luashot.open { display = options.display })
local result = check(luashot.record {
  display = display,
  what = options.what,
  fps = options.fps,
  seconds = options.seconds,
  cursor = options.cursor,
  to = options.file,
})
print(("%s: %d frames, %.1f s"):format(options.file, result.frames, result.frames / options.fps))
