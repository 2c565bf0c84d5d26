#!/usr/bin/env luashot
--- Lists the windows, and takes pictures of them:  luashot windows [options]

local command = require "luashot.command"

local parser = command.parser("windows", "List the windows, from the topmost down, or take pictures of them.")
  :epilog [[
Prints one line for each window: id, size and place, "active" or "hidden" (minimized, on another desktop),
class and title, separated by tabs. FILE may contain strftime codes and the fields {name} (the title) {x}
{y} {width} {height} {ms}; a picture never replaces another one, it gets a number. A picture shows the
whole window, including covered parts.
Exit status: 0 done; 1 it failed, or there is no such window; 2 wrong usage.]]

parser:option("-t --title", "only windows with TEXT in the title"):argname "TEXT"
parser:option("--class", "only windows with TEXT in the class"):argname "TEXT"
parser:flag("--pattern", "TEXT is a Lua pattern"):target "is_pattern"
parser:flag("-v --visible", "only windows that are not hidden")
parser:mutex(
  parser:flag("-j --json", "print all fields as JSON"),
  parser:option("--save", "take a picture of each window that is not hidden, and print its path"):argname "FILE"
)
command.add_mode(parser)
command.add_display(parser)

local check = command.check "windows"

local options = parser:parse(arg)
if options.json then
  check(pcall(require, "luashot.dkjson"))
end
for _, name in ipairs { "title", "class" } do
  local ok, message = pcall(string.find, "", options[name] or "", 1, not options.is_pattern)
  if not ok then
    parser:error(("--%s: %s"):format(name, message))
  end
end
if options.save then
  local ok, message = luashot.check_template(options.save)
  if not ok then
    parser:error(message)
  end
end

local function fits(window)
  local function has(text, wanted)
    return not wanted or text:find(wanted, 1, not options.is_pattern)
  end
  return has(window.title, options.title) and has(window.class, options.class)
    and (window.visible or not (options.visible or options.save))
end

-- The reason why no window is left.
local function describe_none(count)
  local asked = {}
  for _, name in ipairs { "title", "class" } do
    asked[#asked + 1] = options[name] and ("has '%s' in its %s"):format(options[name], name)
  end
  asked[#asked + 1] = (options.visible or options.save) and "is visible" or nil
  return count == 0 and "there are no windows"
    or ("none of %d windows %s"):format(count, table.concat(asked, " and "))
end

local function print_line(window)
  local state = window.active and "active" or not window.visible and "hidden" or ""
  print(("0x%x\t%dx%d+%d+%d\t%s\t%s\t%s"):format(window.id, window.width, window.height, window.x, window.y, state,
    window.class, window.title))
end

local display <close> = check(luashot.open { display = options.display })

local missed = false

-- A window may close or be minimized while the others are saved: that is reported, and the others continue.
local function save(window)
  local frame <close>, message, code = display:grab { window = window.id, obscured = true }
  if not frame and code ~= "ELOST" then
    io.stderr:write("windows: ", message, "\n")
    missed = true
    return
  end
  check(frame, message)
  print((check(frame:save(options.save, { clobber = "number", mode = options.mode }))))
end

local all, list = check(display:windows()), {}
for _, window in ipairs(all) do
  local ok, result = pcall(fits, window)
  if not ok then -- Lua may notice a malformed pattern only when it meets a text
    parser:error((result:gsub("^.-:%d+: ", "")))
  end
  list[#list + 1] = result and window or nil
end
if options.json then
  print(require("luashot.dkjson").encode(setmetatable(list, { __jsontype = "array" }), { indent = true, keyorder = {
    "id", "title", "class", "instance", "pid", "x", "y", "width", "height", "active", "visible",
  } }))
  return
end
check(#list > 0, describe_none(#all))
for _, window in ipairs(list) do
  (options.save and save or print_line)(window)
end
if missed then
  os.exit(1, true)
end
