#!/usr/bin/env luashot
--- Lists the windows, and takes pictures of them:  luashot windows [options]

local command = require "luashot.command"

local parser = command.parser("windows", "List the windows, from the topmost down, or take pictures of them.")
  :epilog [[
Prints one line for each: id, size and place, "active" or "hidden" (minimized, on another desktop), class
and title, with tabs between. FILE may hold strftime codes and the fields {name} (the title) {x} {y}
{width} {height} {ms}; one that is there is not written over, but numbered. A picture shows all of the
window, also what is covered.
Exit status: 0 done; 1 it failed, or there is no such window; 2 wrong usage.]]

parser:option("-t --title", "only those with this in their title"):argname "TEXT"
parser:option("-c --class", "only those with this in their class"):argname "TEXT"
parser:flag("--pattern", "TEXT is a Lua pattern"):target "is_pattern"
parser:flag("-v --visible", "only those that are not hidden")
parser:mutex(
  parser:flag("-j --json", "all that is known, as JSON"),
  parser:option("-s --save", "take a picture of each that is not hidden, and print where it is"):argname "FILE"
)
parser:option("--display", "the X display, instead of $DISPLAY"):argname ":N"

local check = command.check "windows"

local options = parser:parse(arg)
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

-- Why none is left of so many.
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

local function save(window)
  local frame <close> = check(display:grab { window = window.id, obscured = true })
  print((check(frame:save(options.save, { clobber = "number" }))))
end

local all, list = check(display:windows()), {}
for _, window in ipairs(all) do
  local ok, result = pcall(fits, window)
  if not ok then -- a pattern that is none, which may be told only when it meets a text
    parser:error((result:gsub("^.-:%d+: ", "")))
  end
  list[#list + 1] = result and window or nil
end
if options.json then
  print(require("dkjson").encode(setmetatable(list, { __jsontype = "array" }), { indent = true, keyorder = {
    "id", "title", "class", "instance", "pid", "x", "y", "width", "height", "active", "visible",
  } }))
  return
end
check(#list > 0, describe_none(#all))
for _, window in ipairs(list) do
  (options.save and save or print_line)(window)
end
