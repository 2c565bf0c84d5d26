#!/usr/bin/env luashot
--- Takes a picture of the screen:  luashot shot [options] [file]

local argparse = require "argparse"
local duration = require "luashot.duration"

local parser = argparse("shot", "Take a picture of the screen, and print where it is.")
  :help_description_margin(32)
  :epilog [[
FILE may hold strftime codes and the fields {name} {x} {y} {width} {height} {ms}, as in
'%Y-%m-%d_{name}.png'. "-" is standard output. The extension says the format.
Exit status: 0 done; 1 it failed; 2 wrong usage.]]

parser:argument("file", "where the picture goes (default: shot-DATE_TIME.png)"):args "?"
parser:mutex(
  parser:option("-m --monitor", "one monitor: its output or name, 'primary' or 'cursor'")
    :argname "NAME",
  parser:option("-r --region", "a part of the screen"):argname "WxH+X+Y":convert(function(text)
    local offset = text:match "^[1-9]%d*x[1-9]%d*(.*)$"
    if offset == "" or offset and offset:match "^[+-]%d+[+-]%d+$" then
      return text
    end
    return nil, ("'%s' is not a region such as 640x480+10+20"):format(text)
  end)
)
parser:flag("--clip", "take what lies on the screen of a region that leaves it")
parser:option("-d --delay", "wait first: seconds, or 250ms, 5s, 10m, 1h"):argname "TIME":convert(function(text)
  return duration.read(tonumber(text) or text)
end)
parser:option("-f --format", "png, jpeg, …, instead of what the extension says"):argname "NAME"
parser:option("--level", "of PNG: fast (the default) or small"):argname "LEVEL"
parser:option("--quality", "of JPEG and WebP: 1 to 100"):argname "N":convert(tonumber)
parser:option("--clobber", "when the file is there: replace (the default), error, number")
  :argname "WHAT":choices { "replace", "error", "number" }
parser:option("--display", "the X display, instead of $DISPLAY"):argname ":N"
parser:flag("-l --list", "list the monitors instead")

function parser:error(message)
  io.stderr:write(self:get_usage(), "\n\nshot: ", message, "\n")
  os.exit(2)
end

local function check(value, message)
  if not value then
    io.stderr:write("shot: ", message, "\n")
    os.exit(1)
  end
  return value
end

local function wait(seconds)
  local shows = seconds > 1 and require("luv").guess_handle(2) == "tty"
  while shows and seconds > 0 do
    local whole = math.ceil(seconds)
    io.stderr:write(("\r%d … "):format(whole))
    sleep(seconds - whole + 1)
    seconds = whole - 1
  end
  sleep(seconds)
  io.stderr:write(shows and "\r     \r" or "")
end

local options = parser:parse(arg)
local display <close> = check(luashot.open { display = options.display })

if options.list then
  for _, monitor in ipairs(check(display:monitors())) do
    print(("%-10s %dx%d%+d%+d  %s%s"):format(monitor.output, monitor.width, monitor.height,
      monitor.x, monitor.y, monitor.name, monitor.primary and " (primary)" or ""))
  end
  return
end

if options.delay then
  wait(options.delay)
end
local what = options.monitor or options.region
local frame <close> = check(display:grab(what, { clip = options.clip }))
local ok, path, message = pcall(frame.save, frame, options.file or "shot-%Y-%m-%d_%H-%M-%S.png", {
  format = options.format,
  level = options.level,
  quality = options.quality,
  clobber = options.clobber or (options.file and "replace" or "number"),
})
check(ok and path, message or path)
if path ~= "-" then
  print(path)
end
