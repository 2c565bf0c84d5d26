#!/usr/bin/env luashot
--- Records the screen:  luashot record [options] file.mkv

local command = require "luashot.command"
local what = require "luashot.command.what"

local parser = command.parser("record", "Record the screen as a video. This needs ffmpeg.")
  :epilog(what.grammar .. "\n\n" .. [[
The recording ends after --seconds or with Ctrl-C. The video is complete in both cases.
Exit status: 0 recorded; 1 it failed; 2 wrong usage; 130 ended by Ctrl-C.]])
parser:argument("file", "path of the video: .mkv, .mp4, .webm, …")
parser:option("-s --seconds", "length: seconds, or 10s, 5m, 1h"):argname "TIME":convert(command.duration)
command.add_fps(parser)
command.add_what(parser, "record")
command.add_display(parser)
command.add_cursor(parser)

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
