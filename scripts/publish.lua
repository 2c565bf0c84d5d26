#!/usr/bin/env luashot
--- Puts what is on the screen into a ring that another process reads:  luashot publish NAME
--- The reader makes the ring; "luashot subscribe NAME" is one.

local command = require "luashot.command"
local what = require "luashot.command.what"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local parser = command.parser("publish", "Put what is on the screen into a ring, until its reader leaves.")
  :epilog [[
The X server writes the pixels straight into the ring: bgrx, the rows packed. A frame for which the
reader makes no room is left out. The metadata are JSON with a GStreamer caps string.
Exit status: 0 all were published, or the reader left; 1 it failed; 2 wrong usage; 130 ended by Ctrl-C.]]

parser:argument("name", "of the ring"):argname "NAME"
parser:option("-w --what", what.help):argname "WHAT"
parser:option("-f --fps", "frames a second; 0: as many as go"):argname "N":default "30"
  :convert(command.number(0, math.huge, "a number of frames"))
parser:option("-n --count", "end after so many frames"):argname "N"
  :convert(command.integer(1, math.huge, "a number of frames"))
parser:option("--wait", "for a reader to make the ring"):argname "TIME":default "10s":convert(command.duration)
parser:option("--display", "the X display, instead of $DISPLAY"):argname ":N"

local check = command.check "publish"

-- What a writer meets that comes before the reader, or, of another implementation, while that makes the
-- ring: it has its name before it is one.
local EARLY = { ENOENT = true, EREADERDEAD = true, ECORRUPT = true }

--- A writer, as soon as somebody reads.
local function attach(name, patience)
  local deadline = uv.hrtime() + patience * 1e9
  while true do
    local writer, message, code = zb.writer(name)
    if writer or not EARLY[code] then
      return check(writer, message)
    elseif uv.hrtime() > deadline then
      check(nil, code == "ECORRUPT" and message or
        ("nobody reads the ring %s: its reader has to be there first, 'luashot subscribe %s' for instance")
          :format(name, name))
    end
    sleep "50ms"
  end
end

local options = parser:parse(arg)
local target, wrong
if options.what then
  target, wrong = what.read(options.what)
  if not target then
    parser:error(wrong)
  end
end
local display <close> = check(luashot.open { display = options.display })
local writer <close> = attach(options.name, options.wait)

local metadata
do
  local frame <close> = check(display:grab(target))
  metadata = zb.caps.metadata {
    format = frame.format, width = frame.width, height = frame.height, fps = options.fps, element = options.what,
  }
  local room = zb.stat(options.name)
  local needed = frame.width * frame.height * 4 + 16
  if room and room.payload_size < needed then
    check(nil, ("a frame of %dx%d needs a ring of %d bytes, %s has %d: let the reader make a larger one "
      .. "(luashot subscribe --size %dx%d)")
      :format(frame.width, frame.height, needed, options.name, room.payload_size, frame.width, frame.height))
  end
end
local set, message, code = writer:set_metadata(metadata)
if not set and code ~= "EMETADATA" then
  check(nil, message)
elseif not set then
  -- Somebody published here before; what the reader was told then must still be true.
  io.stderr:write("publish: ", message, "; it stays\n")
end

local published
published, message, code = display:stream(writer, { target, fps = options.fps, count = options.count })
print(("published %d frames"):format(published))
local dropped = display:stats().dropped
if dropped > 0 then
  io.stderr:write(("publish: left out %d frames, for which there was no room\n"):format(dropped))
end
if code and code ~= "EREADERDEAD" then
  check(nil, message)
end
