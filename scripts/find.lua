#!/usr/bin/env luashot
--- Tells where a picture or a color is on the screen:  luashot find [options] picture | '#rrggbb'

local command = require "luashot.command"
local what = require "luashot.command.what"

local parser = command.parser("find", "Tell where a picture or a color is on the screen.")
  :epilog [[
Prints one line for each place: x y width height on the root window, then the score of a picture, from
0 to 1, or the number of pixels of a color.
Exit status: 0 found; 1 not found, or it failed; 2 wrong usage.]]

parser:argument("picture", "a picture file, or a color such as '#30c040'")
parser:option("-t --tolerance", "how much each channel may differ, 0 to 255"):argname "N"
  :convert(command.integer(0, 255))
parser:option("-s --score", "the least score of a picture, 0 to 1 (default: 1)"):argname "SCORE"
  :convert(command.number(0, 1))
parser:option("--scale", "sizes to look for a picture in, as 1,1.5,2 (default: 1)"):argname "LIST"
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
parser:flag("-a --all", "every place, not only the best one")
parser:option("-w --wait", "for so long, if it is not there yet: seconds, or 250ms, 5s, 10m, 1h"):argname "TIME"
  :convert(command.duration)
parser:option("--what", what.help):argname "WHAT":convert(what.read)
parser:option("--display", "the X display, instead of $DISPLAY"):argname ":N"

local check = command.check "find"

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
  local why = found:match "(: .*)$" -- there was nothing to look into
    or not options.tolerance and not options.score
    and " (what differs a little is found with --tolerance" .. (is_color and ")" or " or --score)")
  found = ("'%s' is not to be seen%s"):format(options.picture, why or "")
end
check(frame, found)
for _, place in ipairs(options.all and found or { found }) do
  local box = place.box or place
  print(("%d %d %d %d %s"):format(frame.x + box.x, frame.y + box.y, box.width, box.height,
    place.pixels or ("%.4f"):format(place.score)))
end
frame:release()
