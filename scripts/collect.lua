#!/usr/bin/env luashot
--- Writes the pictures and events of a fleet into a folder:  luashot collect --broker URL [options] folder

local broker = require "luashot.command.broker"
local command = require "luashot.command"

local parser = command.parser("collect", "Write the pictures and events of a fleet into a folder, each once.")
  :epilog [[
FOLDER/HOST/picture/NAME/DAY/ID.jpg and FOLDER/HOST/event/NAME/DAY/ID.json appear when they are complete. A
collector that was killed continues where it stopped. Two collectors of one broker need different names.
Exit status: 1 it cannot be started; 2 wrong usage; 130 ended by Ctrl-C.]]

parser:argument("folder", "folder to write into")
broker.add(parser)
parser:option("--name", "name of this collector at the broker (default: 1)"):argname "NAME"
parser:flag("--print", "print the path of each file, for a program that reads them")

local check = command.check "collect"
local options = parser:parse(arg)
check(pcall(require, "luashot.dkjson"))
local given = broker.options(options)
given.folder, given.name = options.folder, options.name
local ok, collector, why = pcall(require "luashot.fleet.collect", given)
check(ok and collector, ok and why or collector)
if options.print then
  io.stdout:setvbuf "line"
  collector.on_file = print
end
luashot.run()
