#!/usr/bin/env luashot
--- Publishes the screen in a ring that another process reads:  luashot publish NAME
--- The reader makes the ring; "luashot subscribe NAME" is one.

local command = require "luashot.command"
local what = require "luashot.command.what"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local parser = command.parser("publish", "Publish the screen in a ring until its reader leaves.")
  :epilog(what.grammar .. "\n\n" .. [[
The X server writes the pixels straight into the ring: bgrx, rows packed. With --fps a frame
for which the ring has no room is left out; as fast as possible means as fast as the reader makes room.
The metadata are JSON with a GStreamer caps string.
Exit status: 0 all were published, or the reader left; 1 it failed; 2 wrong usage; 130 ended by Ctrl-C.]])

parser:argument("name", "name of the ring"):argname "NAME"
command.add_what(parser, "publish"):convert(function(text)
  local target, message = what.read(text)
  return target and { text = text, target = target }, message
end)
command.add_fps(parser, "as fast as possible")
command.add_count(parser, "end after N frames")
parser:option("--wait", "how long to wait for a reader to create the ring"):argname "TIME":default "10s"
  :convert(command.duration)
command.add_display(parser)

local check = command.check "publish"

-- The errors of a writer that comes before the reader, or while a reader of another implementation creates
-- the ring: the name exists before the ring is complete.
local EARLY = { ENOENT = true, EREADERDEAD = true, ECORRUPT = true }

--- Attach a writer as soon as there is a reader.
local function attach(name, patience)
  local deadline = uv.hrtime() + patience * 1e9
  while true do
    local writer, message, code = zb.writer(name)
    if writer or not EARLY[code] then
      return check(writer, message)
    elseif uv.hrtime() > deadline then
      check(nil, code == "ECORRUPT" and message or
        ("the ring %s has no reader: start the reader first, for example 'luashot subscribe %s'")
          :format(name, name))
    end
    sleep "50ms"
  end
end

local options = parser:parse(arg)
check(pcall(require, "luashot.dkjson"))
local target = options.what and options.what.target
local display <close> = check(luashot.open { display = options.display })
local writer <close> = attach(options.name, options.wait)

local metadata
do
  local frame <close> = check(display:grab(target))
  metadata = zb.caps.metadata {
    format = frame.format, width = frame.width, height = frame.height, fps = options.fps,
    element = options.what and options.what.text,
  }
  local room = zb.stat(options.name)
  local needed = frame.width * frame.height * 4 + 16
  if room and room.payload_size < needed then
    check(nil, ("a frame of %dx%d needs a ring of %d bytes, %s has %d: the reader must create a larger one "
      .. "(luashot subscribe --size %dx%d)")
      :format(frame.width, frame.height, needed, options.name, room.payload_size, frame.width, frame.height))
  end
end
local set, message, code = writer:set_metadata(metadata)
if not set and code ~= "EMETADATA" then
  check(nil, message)
elseif not set then
  -- An earlier writer has set the metadata; the protocol allows that once.
  io.stderr:write("publish: ", message, "; the ring keeps its metadata\n")
end

local published
published, message, code = display:stream(writer, { target, fps = options.fps, count = options.count })
print(("published %d frames"):format(published))
local dropped = display:stats().dropped
if dropped > 0 then
  io.stderr:write(("publish: left out %d frames because the ring had no room\n"):format(dropped))
end
if code and code ~= "EREADERDEAD" then
  check(nil, message)
end
