#!/usr/bin/env luashot
--- Lists the ready-made scripts, or prints the help of one:  luashot help [script]

local command = require "luashot.command"
local scripts = require "luashot.host.script"
local uv = require "luv"

local parser = command.parser("help", "List the ready-made scripts, or print the help of one.")
  :epilog "'luashot --help' describes the options of luashot itself."
parser:argument("script", "name of a ready-made script"):args "?"

local places = scripts.places(uv.exepath():match "^(.*)/", true)
local name = parser:parse(arg).script
if name then
  local path = scripts.find(name, places)
  local chunk = path ~= name and loadfile(path)
  if not chunk then
    parser:error("there is no ready-made script '" .. name .. "'")
  end
  rawset(_G, "arg", { [0] = name, "--help" })
  return chunk "--help"
end

print "luashot runs Lua scripts that capture the screen. 'luashot --help' describes its options.\n\nReady-made scripts:"
for _, script in ipairs(scripts.ready_made(places)) do
  local file <close> = assert(io.open(scripts.find(script, places)))
  local description = file:read("a"):match "\n%-%-%- ([^\n]-):?  luashot" or ""
  print(("  %-10s %s"):format(script, description))
end
print "\n'luashot help SCRIPT' or 'luashot SCRIPT --help' describes one."
