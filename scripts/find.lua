#!/usr/bin/env luashot
--- Finds a picture or a color on the screen:  luashot find [options] picture | '#rrggbb'

local command = require "luashot.command"
local what = require "luashot.command.what"

local parser = command.parser("find", "Find a picture or a color on the screen.")
  :epilog(what.grammar .. "\n\n" .. [[
Prints one line for each place: x y width height on the root window, then the score of a picture, from
0 to 1, or the number of pixels of a color.
Exit status, as grep's: 0 found; 1 not found; 2 wrong usage, or it failed.]])

parser:argument("picture", "a picture file, or a color such as '#30c040'")
parser:option("--tolerance", "allowed difference of each channel, 0 to 255 (default: 0)"):argname "N"
  :convert(command.integer(0, 255))
parser:option("--score", "minimum score of a picture, 0 to 1 (default: 1)"):argname "SCORE"
  :convert(command.number(0, 1))
parser:option("--scale", "sizes at which to search for a picture, such as 1,1.5,2 (default: 1)"):argname "LIST"
  :convert(function(text)
    local scales = {}
    for word in (text .. ","):gmatch "([^,]*)," do
      local scale = tonumber(word)
      if not (scale and scale >= 0.01 and scale <= 100) then
        return nil, ("'%s' is not a list of numbers from 0.01 to 100"):format(text)
      end
      scales[#scales + 1] = scale
    end
    return scales
  end)
parser:flag("--all", "print every place, not only the best one")
parser:flag("--quiet", "print nothing")
parser:option("--wait", "how long to wait for it: seconds, or 250ms, 5s, 10m, 1h (default: 0)"):argname "TIME"
  :convert(command.duration)
command.add_what(parser, "search")
command.add_display(parser)

local check = command.check("find", 2)

local options = parser:parse(arg)
local is_color = options.picture:sub(1, 1) == "#"
local search = { tolerance = options.tolerance, all = options.all }
if not is_color then
  search.min_score, search.scale = options.score, options.scale
elseif options.score or options.scale then
  parser:error "--score and --scale are for pictures"
elseif not options.picture:match "^#%x%x%x$" and not options.picture:match "^#%x%x%x%x%x%x$" then
  parser:error(("'%s' is not a color such as #30c040"):format(options.picture))
end

local function load_picture(path)
  local picture, message, code = luashot.load(path)
  if code == "ENOENT" and not path:find "[./]" then
    message = message .. " (a color is written '#30c040')"
  end
  return check(picture, message)
end

local wanted = is_color and options.picture or load_picture(options.picture)

local function look(frame)
  local found, message = frame[is_color and "find_color" or "find"](frame, wanted, search)
  check(found or not message, message)
  return found and (not options.all or #found > 0) and found or nil
end

local display <close> = check(luashot.open { display = options.display })
local frame, found, code = luashot.wait { display, options.what, when = look, timeout = options.wait or 0 }
if code == "ETIMEDOUT" then
  local why = found:match "(: .*)$" -- there was nothing to search in
    or not options.tolerance and not options.score
    and " (for a similar one add --tolerance" .. (is_color and ")" or " or --score)")
  if not options.quiet then
    io.stderr:write(("find: '%s' was not found%s\n"):format(options.picture, why or ""))
  end
  os.exit(1)
end
check(frame, found)
for _, place in ipairs(options.quiet and {} or options.all and found or { found }) do
  local box = place.box or place
  print(("%d %d %d %d %s"):format(frame.x + box.x, frame.y + box.y, box.width, box.height,
    place.pixels or ("%.4f"):format(place.score)))
end
frame:release()
