#!/usr/bin/env luashot
--- Clicks what it finds on the screen:  luashot click [options] picture | '#rrggbb' | text

local command = require "luashot.command"
local target = require "luashot.events.target"
local what = require "luashot.command.what"

local parser = command.parser("click", "Find a picture, a color or a text on the screen and click it, for real.")
  :epilog(what.grammar .. "\n\n" .. [[
TARGET is a picture file, a color such as '#30c040', or else a text, where luashot can read text. A text with
spaces needs quotes: 'Log in'. Of several places luashot takes the first; --what narrows the search.
Prints x y of the click, on the root window. Then it waits until something changes in the searched part of the
screen; a blinking cursor counts as well.
Exit status: 0 clicked, and something changed; 1 not found, or nothing changed; 2 wrong usage, or it failed.]])

parser:argument("target", "what to click"):argname "TARGET"
parser:option("--wait", "how long to wait for it: seconds, or 250ms, 5s, 10m, 1h"):argname "TIME":default "5s"
  :convert(command.duration)
parser:option("--expect", "how long to wait for a change after the click; 0: do not check"):argname "TIME"
  :default "2s":convert(command.duration)
parser:option("--button", "left (the default), middle or right"):argname "BUTTON"
  :choices { "left", "middle", "right" }
parser:option("--with", "keys to hold meanwhile, such as ctrl or ctrl+shift"):argname "KEYS"
parser:flag("--double", "click twice")
parser:option("--tolerance", "allowed difference of each channel, 0 to 255 (default: 0)"):argname "N"
  :convert(command.integer(0, 255))
parser:option("--score", "minimum score of a picture, 0 to 1 (default: 1)"):argname "SCORE"
  :convert(command.number(0, 1))
parser:option("--language", "language of a text, such as deu or deu+eng (default: eng)"):argname "NAME"
  :convert(command.language)
command.add_what(parser, "search")
command.add_display(parser)

local check = command.check("click", 2)
local options = parser:parse(arg)

local PICTURES <const> = { png = true, jpg = true, jpeg = true, webp = true, qoi = true, ppm = true, pam = true }

-- Returns the options of wait that look for the target, and the kind of the target.
local function search()
  local wanted = options.target
  local is_color = wanted:match "^#%x%x%x$" or wanted:match "^#%x%x%x%x%x%x$"
  local is_picture = PICTURES[(wanted:match "%.(%w+)$" or ""):lower()]
  if options.language and (is_color or is_picture) then
    parser:error "--language is for texts"
  elseif is_color then
    if options.score then
      parser:error "--score is for pictures"
    end
    return { when = wanted, tolerance = options.tolerance }, "color"
  elseif is_picture then
    return { when = check(luashot.load(wanted)), tolerance = options.tolerance, min_score = options.score }, "picture"
  elseif options.score or options.tolerance then
    parser:error "--score and --tolerance are for pictures and colors"
  end
  check(luashot.frame.words,
    "'" .. wanted .. "' is neither a picture file nor a color, and this luashot cannot read text")
  return { text = wanted, language = options.language }, "text"
end

local wanted, kind = search()
local display <close> = check(luashot.open { display = options.display, input = true })
wanted[1], wanted[2], wanted.timeout = display, options.what, options.wait
local frame, found, code = luashot.wait(wanted)
if code == "ETIMEDOUT" then
  io.stderr:write(("click: the %s '%s' was not found%s%s\n"):format(kind, options.target, found:match "(: .*)$" or "",
    what.hint(options.target, "searches")))
  os.exit(1)
end
check(frame, found)
local before <close> = check(frame:copy())
frame:release()
local x, y = found.x + (found.width or 0) // 2, found.y + (found.height or 0) // 2
print(("%d %d"):format(before.x + x, before.y + y))
check(found:click { button = options.button, count = options.double and 2 or 1, with = options.with })
-- A window that is away now has changed, too; a wait for it would wait until it is back.
local function has_changed()
  local now <close>, message, problem = display:grab(options.what)
  if now then
    return not now:same(before)
  end
  return target.is_away(options.what, problem) or check(now, message)
end

if options.expect > 0 then
  local changed, message, problem = luashot.wait { display, timeout = options.expect, when = has_changed }
  if problem == "ETIMEDOUT" then
    io.stderr:write(("click: nothing changed within %g s\n"):format(options.expect))
    os.exit(1)
  end
  check(changed, message):release()
end
