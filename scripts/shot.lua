#!/usr/bin/env luashot
--- Takes a picture of the screen:  luashot shot [options] [file]

local command = require "luashot.command"
local desk = require "luashot.command.desk"
local grammar = require("luashot.command.what").grammar

local parser = command.parser("shot", "Take a picture of the screen and print its path.")
  :epilog(grammar .. "\n\n" .. [[
FILE may contain strftime codes and the fields {name} (monitor or window) {x} {y} {width} {height} {ms},
as in '%Y-%m-%d_{name}.png'. '-' is standard output. The extension sets the format.
'luashot windows' lists the windows. --title and --class must match exactly one of them.
--select needs the program slop (slurp on Wayland), --clipboard needs xclip (wl-copy).
Exit status: 0 done; 1 it failed; 2 wrong usage.]])

parser:argument("file", "path of the picture (default: shot-DATE_TIME.png)"):args "?"
local function window_id(text)
  local id = math.tointeger(tonumber(text))
  return (text == "active" or id and id > 0 and id <= 0xffffffff) and (id or text) or nil,
    ("'%s' is not a window's id, nor 'active'"):format(text)
end

parser:mutex(
  parser:option("-m --monitor", "one monitor: its output or name, 'primary' or 'cursor'")
    :argname "NAME",
  parser:option("-r --region", "a part of the screen"):argname "WxH+X+Y":convert(command.region),
  parser:option("--window", "one window: its id, or 'active'"):argname "ID":convert(window_id),
  parser:flag("-a --active", "the active window"),
  parser:flag("--select", "draw a rectangle with the pointer, or click a window; Esc gives up"),
  command.add_what(parser)
)
parser:option("-t --title", "the window with TEXT in its title"):argname "TEXT"
parser:option("--class", "the window with TEXT in its class"):argname "TEXT"
parser:flag("--pattern", "TEXT is a Lua pattern"):target "is_pattern"
parser:flag("-o --obscured", "include covered parts of a window and parts off the screen")
parser:flag("--clip", "if the region or window leaves the screen, take the part inside")
parser:flag("--clipboard", "put the picture into the clipboard; without FILE, only there")
parser:option("--delay", "wait first: seconds, or 250ms, 5s, 10m, 1h"):argname "TIME":convert(command.duration)
parser:option("--format", "png, jpeg, webp, qoi, ppm or pam (default: by the extension)"):argname "FORMAT"
parser:option("--level", "of PNG: fast (the default) or small"):argname "LEVEL":choices { "fast", "small" }
command.add_cursor(parser)
command.add_quality(parser)
parser:option("--clobber", "if the file exists: replace (the default), error or number")
  :argname "HOW":choices { "replace", "error", "number" }
command.add_mode(parser)
parser:flag("--fsync", "wait until the disk has the file")
command.add_display(parser)
parser:flag("-l --list", "list the monitors and take no picture")

local options

-- A pattern that matches exactly this text.
local function literal(text)
  return text and (text:gsub("%p", "%%%0"))
end

-- Translates luashot's messages to the words of the command line.
local function translate(message)
  for _, text in ipairs { options.title or "", options.class or "" } do
    local at, to = message:find(literal(text), 1, true)
    if not options.is_pattern and at and text ~= "" then
      message = message:sub(1, at - 1) .. text .. message:sub(to + 1)
    end
  end
  return (message:gsub("(%l+) = true", "--%1"))
end

local function check(value, message)
  if not value then
    io.stderr:write("shot: ", translate(message), "\n")
    os.exit(1)
  end
  return value
end

-- Report a wrong path or format before waiting.
local function check_saving()
  local file = options.file
  local ok, message = luashot.check_template(file)
  local format = options.format or file == "-" and "png" or file:match "%.([^./]*)$"
  if ok and not format then
    ok, message = nil, ("'%s' has no extension that sets the format: add one, or --format"):format(file)
  elseif ok then
    local pixel <close> = assert(luashot.load "P6\n1 1\n255\n\0\0\0")
    ok, message = pcall(pixel.encode, pixel, format)
  end
  if not ok then
    parser:error(message)
  end
end

-- The target, and whether it is a window, which may appear later.
local function target()
  local is_found = options.title or options.class
  local id = options.window or options.active and "active" or nil
  if is_found and (id or options.monitor or options.region or options.what) then
    parser:error "options '--title' and '--class' can only be used with each other"
  elseif options.is_pattern and not is_found then
    parser:error "option '--pattern' is for '--title' and '--class'"
  elseif options.obscured and not is_found and not id then
    parser:error "option '--obscured' is for --window, --active, --title and --class; --what takes ',obscured'"
  elseif not is_found and not id then
    return options.what or options.monitor or options.region, type(options.what) == "table"
  end
  local pattern = options.is_pattern and function(text) return text end or literal
  for _, name in ipairs { "title", "class" } do
    local ok, message = pcall(string.find, "", pattern(options[name]) or "")
    if not ok then
      parser:error(("--%s: %s"):format(name, message))
    end
  end
  return { window = id, title = pattern(options.title), class = pattern(options.class),
    obscured = options.obscured }, true
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

options = parser:parse(arg)
local clobber = options.clobber or (options.file and "replace" or "number")
local is_saved = options.file or not options.clipboard
options.file = options.file or "shot-%Y-%m-%d_%H-%M-%S.png"
local what, may_come = target()
check_saving()
local display <close> = check(luashot.open { display = options.display })

if options.select then
  local region, message = desk.select(display, options.display)
  what = check(region, message or "nothing was selected")
  sleep(0.1) -- the line around the rectangle goes
end

if options.list then
  for _, monitor in ipairs(check(display:monitors())) do
    print(("%-10s %dx%d+%d+%d  %s%s"):format(monitor.output, monitor.width, monitor.height,
      monitor.x, monitor.y, monitor.name, monitor.primary and " (primary)" or ""))
  end
  return
end

-- Lua may notice a malformed pattern only when it meets a window.
local function grab()
  local ok, frame, message, code = pcall(display.grab, display, what,
    { clip = options.clip, cursor = options.cursor })
  if not ok then
    parser:error(frame)
  end
  return check(frame, code == "ENOWINDOW" and message .. "; 'luashot windows' lists them" or message)
end

if options.delay then
  if not may_come then -- a monitor or region that is wrong now will be wrong then
    grab():release()
  end
  wait(options.delay)
end
local frame <close> = grab()
if options.clipboard then
  check(desk.copy(check(frame:encode("png", { level = options.level })), options.display))
end
if not is_saved then
  return
end
local path = check(frame:save(options.file, {
  format = options.format,
  level = options.level,
  quality = options.quality,
  clobber = clobber,
  mode = options.mode,
  fsync = options.fsync,
}))
local is_output = { ["-"] = true, ["/dev/stdout"] = true, ["/dev/fd/1"] = true, ["/proc/self/fd/1"] = true }
if not is_output[path] then -- there the picture is
  print(path)
end
