#!/usr/bin/env luashot
--- Looks at rings of the ZeroBuffer protocol, without disturbing them:  luashot ring stat NAME

local command = require "luashot.command"
local zb = require "luashot.zerobuffer"

local HEADER <const> = 16
local METADATA <const> = 128 -- where the metadata block begins

local parser = command.parser("ring", "Look at a ring in shared memory, without disturbing it.")
  :epilog [[
A ring that is less than 80 % full is "good", from 80 % "degraded", from 95 % "critical": the reader is
too slow, or the ring is too small. The rates count frames and wrap markers.
Exit status: 0 done; 1 it failed, for example because there is no such ring; 2 wrong usage.]]
parser:require_command(true)
parser:command_target "command"

local function subcommand(name, text)
  local it = parser:command(name, text)
  it:argument("name", "name of the ring"):argname "NAME"
  return it
end

subcommand("stat", "Print sizes, counters, use, reader and writer.")
subcommand("dump", "Print the metadata and the unread frames. A busy ring changes meanwhile.")
subcommand("watch", "Print a line at each interval until the ring is gone.")
  :option("-e --every", "interval: seconds, or 250ms, 5s, 10m, 1h"):argname "TIME":default "1s"
  :convert(command.interval "an interval of 0 seconds is too short")

local check = command.check "ring"

local function say(...)
  print(string.format(...))
end

local function process(pid, alive)
  if not pid then
    return "none"
  end
  return ("process %d%s"):format(pid, alive and "" or ", which is dead")
end

local function show(stat)
  say("ring      %s, version %s", stat.name, stat.version)
  say("metadata  %d bytes, %d of them written", stat.metadata_size, stat.metadata_written)
  say("payload   %d bytes, %d of them free: %.1f %% in use, %s", stat.payload_size, stat.payload_free,
    stat.utilization * 100, stat.health)
  say("written   %d frames and markers, the next at %d", stat.written, stat.write_position)
  say("read      %d frames and markers, the next at %d", stat.read, stat.read_position)
  say("writer    %s", process(stat.writer_pid, stat.writer_alive))
  say("reader    %s", process(stat.reader_pid, stat.reader_alive))
end

--- Text as it can be shown on one line.
local function printable(text)
  return (text:gsub("[^\32-\126]", function(byte)
    return ("\\x%02x"):format(byte:byte())
  end))
end

local function hex(text)
  return (text:gsub(".", function(byte)
    return (" %02x"):format(byte:byte())
  end))
end

local function dump(stat)
  show(stat)
  local memory <close> = check(io.open("/dev/shm/" .. stat.name, "rb"))
  local function read(position, size)
    memory:seek("set", position)
    local bytes = size > 0 and memory:read(size) or ""
    return check(#bytes == size and bytes, "the ring has been truncated")
  end
  if stat.metadata_written >= 8 then
    local size = string.unpack("<I8", read(METADATA, 8))
    local fits = size >= 0 and size <= stat.metadata_size - 8
    say("\nmetadata of %d bytes%s", size, fits and "" or ", more than its block holds")
    print(fits and printable(read(METADATA + 8, size)) or "")
  end
  print ""
  local payload, position = METADATA + stat.metadata_size, stat.read_position
  local unread = stat.written - stat.read
  for _ = 1, math.min(unread, stat.payload_size // HEADER) do
    if position < 0 or stat.payload_size - position < HEADER then
      position = 0
    end
    local size, sequence = string.unpack("<I8I8", read(payload + position, HEADER))
    if size == 0 and position > 0 then
      say("at %-10d wrap marker: %d bytes are skipped", position, stat.payload_size - position)
      position = 0
    elseif size <= 0 or size > stat.payload_size - HEADER - position then
      say("at %-10d no valid frame: its size is %d", position, size)
      break
    else
      say("at %-10d frame %d of %d bytes:%s", position, sequence, size,
        hex(read(payload + position + HEADER, math.min(size, 16))))
      position = (position + HEADER + size) % stat.payload_size
    end
  end
  if unread <= 0 then
    print "all frames have been read"
  end
end

local function watch(name, every)
  io.stdout:setvbuf "line"
  local before
  while true do
    local stat, message, code = zb.stat(name)
    if not stat and before and code == "ENOENT" then
      return print "the ring is gone"
    end
    check(stat, message)
    local last = before or stat
    say("%s  in %8.1f/s  out %8.1f/s  %5.1f %% in use, %-8s  writer %s  reader %s", os.date "%H:%M:%S",
      (stat.written - last.written) / every, (stat.read - last.read) / every, stat.utilization * 100, stat.health,
      stat.writer_alive and stat.writer_pid or "-", stat.reader_alive and stat.reader_pid or "-")
    before = stat
    sleep(every)
  end
end

local options = parser:parse(arg)
if options.command == "watch" then
  watch(options.name, options.every)
else
  local stat = check(zb.stat(options.name));
  (options.command == "stat" and show or dump)(stat)
end
