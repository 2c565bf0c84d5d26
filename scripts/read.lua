#!/usr/bin/env luashot
--- Reads the words on the screen or in a picture:  luashot read [options] [picture]

local command = require "luashot.command"
local what = require "luashot.command.what"

local parser = command.parser("read", "Read the words on the screen, or in a picture.")
  :epilog(what.grammar .. "\n\n" .. [[
Prints the lines of text from top to bottom. Two spaces separate texts that stand apart in a line.
With --json it prints a list of words: text, x, y, width, height (on the root window, or in the picture),
confidence, line and block.
Exit status: 0 done; 1 it failed, or the library or the data of a language is missing; 2 wrong usage.]])

parser:argument("picture", "a picture file to read instead of the screen"):args "?"
parser:option("--language", "language of the text, such as deu or deu+eng (default: eng)"):argname "NAME"
  :convert(command.language)
parser:option("--confidence", "leave out words that are less sure, 0 to 100 (default: 60)"):argname "N"
  :convert(command.number(0, 100))
parser:flag("-j --json", "print the words and their places as JSON")
command.add_what(parser, "read")
command.add_display(parser)

local check = command.check "read"

local options = parser:parse(arg)
if options.json then
  check(pcall(require, "luashot.dkjson"))
end
local reading = { language = options.language, min_confidence = options.confidence }
if options.picture and (options.what or options.display) then
  parser:error "--what and --display are for the screen, not for a picture"
end

local function load_picture(picture)
  local frame, message = luashot.load(picture)
  return check(frame, message and message .. what.hint(picture, "reads"))
end

local display <close> = not options.picture and check(luashot.open { display = options.display }) or nil
local frame <close> = display and check(display:grab(options.what)) or load_picture(options.picture)

if options.json then
  local words = check(frame:words(reading))
  for _, word in ipairs(words) do
    word.x, word.y = word.x + frame.x, word.y + frame.y
  end
  print(#words > 0 and luashot.json.encode(words) or "[]")
else
  for _, line in ipairs(check(frame:text(reading))) do
    print(line)
  end
end
