#!/usr/bin/env luashot
--- Writes raw frames to standard output:  luashot stream --format bgr --what 640x480+0+0 | program

local command = require "luashot.command"
local what = require "luashot.command.what"

local parser = command.parser("stream", "Write raw frames to standard output, for another program to read.")
  :epilog(what.grammar .. "\n\n" .. [[
Each frame is WIDTH * HEIGHT pixels, row by row, without padding; standard error names the size first.
Exit status: 0 all were written; 1 it failed; 2 wrong usage; 130 ended by Ctrl-C; 141 the reader left.]])

command.add_what(parser)
command.add_fps(parser, "as fast as possible")
command.add_count(parser, "end after N frames")
command.add_cursor(parser)
parser:option("--format", "bgrx, bgr, rgb, rgba, gray, i420 or nv12"):argname "FORMAT":default "bgr"
  :choices { "bgrx", "bgr", "rgb", "rgba", "gray", "i420", "nv12" }
command.add_display(parser)
parser:argument("output", "'-' for standard output, the only one"):args "?":convert(function(text)
  return text == "-" and text or nil, ("'%s' is not '-': redirect standard output to a file"):format(text)
end)

local check = command.check "stream"
local options = parser:parse(arg)
local display <close> = check(luashot.open { display = options.display })
do
  local frame <close> = check(display:grab(options.what))
  io.stderr:write(("stream: %dx%d %s, %d bytes a frame\n"):format(frame.width, frame.height, options.format,
    #frame:bytes(options.format)))
end

local count = 0
for frame in display:frames { options.what, fps = options.fps, cursor = options.cursor } do
  check(io.stdout:write(frame:bytes(options.format)))
  check(io.stdout:flush())
  count = count + 1
  if count == options.count then
    break
  end
end
