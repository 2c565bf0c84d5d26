#!/usr/bin/env luashot
--- Reads the frames that another process publishes, and shows or saves them:  luashot subscribe NAME [file]

local command = require "luashot.command"
local zb = require "luashot.zerobuffer"

local parser = command.parser("subscribe", "Create a ring and read its frames until the writer leaves.")
  :epilog [[
FILE is as for 'luashot shot'; {sequence} is the frame's number. Without FILE, a line is printed for each
frame. Exit status: 0 done; 1 it failed; 2 wrong usage; 130 ended by Ctrl-C.]]

parser:argument("name", "name of the ring"):argname "NAME"
parser:argument("file", "path of the pictures"):argname "FILE":args "?"
command.add_count(parser, "end after N frames; fewer are an error")
parser:option("--size", "size of the largest picture that the ring can hold"):argname "WxH":default "1920x1080"
  :convert(function(text)
    local width, height = text:match "^([1-9]%d*)x([1-9]%d*)$"
    if width and #width + #height <= 12 then
      return { tonumber(width), tonumber(height) }
    end
    return nil, ("'%s' is not a size such as 1920x1080"):format(text)
  end)
parser:option("--depth", "number of pictures of that size that the ring holds"):argname "N":default "3"
  :convert(command.integer(1, math.huge))
parser:option("--wait", "how long to wait for a writer and for each frame"):argname "TIME":default "10s"
  :convert(command.duration)

local check = command.check "subscribe"

local options = parser:parse(arg)
check(pcall(require, "luashot.dkjson"))
local size = options.size[1] * options.size[2] * 4 + 16
local reader <close> = check(zb.reader(options.name, { payload_size = size * options.depth }))
io.stdout:setvbuf "line"

local function show(item, picture)
  if not options.file then
    print(("frame %d: %d bytes%s"):format(item.sequence, item.size,
      picture and (", %dx%d %s"):format(picture.width, picture.height, picture.format) or ""))
    return
  end
  check(picture, "the writer's metadata do not describe its frames")
  local view <close> = check(item:view { width = picture.width, height = picture.height, format = picture.format })
  local path = check(view:save((options.file:gsub("{sequence}", item.sequence))))
  if path ~= "-" then
    print(path)
  end
end

local picture
for count = 1, options.count or math.huge do
  local item <close>, message, code = reader:read(options.wait)
  if not item and code == "EWRITERDEAD" then
    check(not options.count, ("the writer has left after %d of %d frames"):format(count - 1, options.count or 0))
    break
  end
  check(item, message)
  picture = picture or zb.caps.video(reader:metadata() or "")
  show(item, picture)
end
