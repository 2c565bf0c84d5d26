#!/usr/bin/env luashot
--- Records the screen:  luashot record [options] file.mkv

local command = require "luashot.command"
local uv = require "luv"
local what = require "luashot.command.what"

local LOOK <const> = "500ms" -- between two looks for a window

local parser = command.parser("record", "Record the screen as a video, or its last seconds whenever something happens.")
  :epilog(what.grammar .. "\n\n" .. [[
The recording ends after --seconds or with Ctrl-C. The video is complete in both cases, and a file that is
being written can be played, too. FILE may contain strftime codes and the fields {name} {x} {y} {width}
{height} {ms} {sequence}. Frames without a change are not encoded.

With --last, nothing is written until the signal that --on names arrives, or a window appears whose title or
class --on names. Each such event writes FILE, so put the time into its name: crash-%H-%M-%S.mkv.

The last line counts the captures that were dropped because the encoder or the disk was too slow, and the
frames that repeat the frame before because no capture came in time.

Exit status: 0 recorded; 1 it failed; 2 wrong usage; 130 ended by Ctrl-C.]])

-- "USR1", "title=TEXT" or "class=TEXT".
local function event(text)
  local signal = text:match "^U[Ss][Rr][12]$" or text:match "^HUP$"
  if signal then
    return { signal = "sig" .. signal:lower() }
  end
  local target, why = what.read(text)
  if type(target) == "table" and (target.title or target.class) and not target.obscured then
    return target
  end
  return nil, why or ("'%s' is neither USR1, USR2 or HUP, nor title=TEXT or class=TEXT"):format(text)
end

-- "crf=20".
local function setting(text)
  local name, value = text:match "^([%w_-]+)=(.+)$"
  return name and { name, value }, ("'%s' is not NAME=VALUE"):format(text)
end

-- "4M".
local function bits(text)
  return text:match "^%d+%.?%d*[kMG]?$", ("'%s' is not a number of bits such as 4000000 or 4M"):format(text)
end

parser:argument("file", "path of the video: .mkv, .mp4, .mov, .webm, .gif, .apng, …")
parser:option("-s --seconds", "length: seconds, or 10s, 5m, 1h"):argname "TIME":convert(command.duration)
command.add_fps(parser)
command.add_what(parser, "record")
command.add_display(parser)
command.add_cursor(parser)
parser:option("--codec", "the encoder, by ffmpeg's name: libx264, vp9, ffv1, …"):argname "NAME"
parser:option("--option", "an option of the encoder, such as crf=18; may be repeated"):argname "NAME=VALUE"
  :convert(setting):count "*"
parser:option("--bitrate", "bits a second, such as 4M"):argname "N":convert(bits)
parser:flag("--constant", "encode every frame, changed or not")
parser:option("--segment", "begin the next file after this time"):argname "TIME":convert(command.duration)
parser:option("--last", "keep this much in memory, and write it when --on happens"):argname "TIME"
  :convert(command.interval "0 seconds are nothing to keep")
parser:option("--on", "USR1, USR2, HUP, title=TEXT or class=TEXT; may be repeated (default: USR1)"):argname "EVENT"
  :convert(event):count "*"
parser:option("--after", "with --last: write this much after the event, too"):argname "TIME":default "0"
  :convert(command.duration)

local check = command.check "record"

local options = parser:parse(arg)
if options.on[1] and not options.last then
  parser:error "--on is for --last: give the time to keep"
end
for _, name in ipairs { "segment", "constant" } do
  if options[name] and options.last then
    parser:error(("--%s cannot be given together with --last"):format(name))
  end
end
if options.segment and not options.file:find "[%%{]" then
  parser:error "--segment makes several files: give FILE a time or a number, such as %H-%M-%S or {sequence}"
end
local settings = {}
for _, pair in ipairs(options.option) do
  settings[pair[1]] = pair[2]
end
local common = {
  display = check(luashot.open { display = options.display, damage = true }),
  what = options.what,
  fps = options.fps,
  cursor = options.cursor,
  codec = options.codec,
  options = settings,
  bitrate = options.bitrate,
}

-- Writes the last seconds whenever one of the events happens, until the program is ended.
local function watch()
  common.last = options.last
  common.container = options.file
  local recorder = check(luashot.recorder(common))
  local function save()
    local path, why = recorder:save(options.file, { after = options.after })
    if path then
      print(path)
    else
      io.stderr:write("record: ", why, "\n")
    end
  end
  local function is_wanted(window, target)
    return (window.title or ""):find(target.title or "") and (window.class or ""):find(target.class or "")
  end
  local function find(target)
    local found = {}
    for _, window in ipairs(common.display:windows() or {}) do
      found[window.id] = is_wanted(window, target) or nil
    end
    return found
  end
  local function await_window(target)
    local before = find(target)
    every(LOOK, function()
      local now = find(target)
      for id in pairs(now) do
        if not before[id] then
          after(0, save)
        end
      end
      before = now
    end)
  end
  for _, target in ipairs(options.on[1] and options.on or { { signal = "sigusr1" } }) do
    if target.signal then
      uv.new_signal():start(target.signal, function()
        after(0, save)
      end)
    else
      await_window(target)
    end
  end
  if options.seconds then
    after(options.seconds, function()
      os.exit(0)
    end)
  end
  luashot.run()
end

io.stdout:setvbuf "line"
if options.last then
  watch()
else
  common.to, common.seconds, common.segment = options.file, options.seconds, options.segment
  common.rate = options.constant and "constant" or nil
  local result = check(luashot.record(common))
  if result.note then
    io.stderr:write("record: the video is not a plain MP4: ", result.note, "\n")
  end
  local text = ("%s: %d frames, %.1f s"):format(options.file, result.frames, result.frames / options.fps)
  for _, name in ipairs { "dropped", "repeated" } do
    text = text .. (result[name] > 0 and (", %d %s"):format(result[name], name) or "")
  end
  print(text)
end
