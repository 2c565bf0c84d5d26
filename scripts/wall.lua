#!/usr/bin/env luashot
--- Serves a page of all screens of a fleet:  luashot wall --broker URL [options] [address]

local broker = require "luashot.command.broker"
local command = require "luashot.command"

local parser = command.parser("wall", "Serve a page of all screens of a fleet, until it is ended.")
  :epilog [[
ADDRESS is HOST:PORT with a number for HOST, or unix:PATH. Any but this machine's own needs a token, of 16
characters or more, which --token-file names or the environment variable LUASHOT_TOKEN holds.
Exit status: 1 it cannot be served; 2 wrong usage; 130 ended by Ctrl-C.]]

parser:argument("address", "where to listen (default: 127.0.0.1:8080)"):args "?"
broker.add(parser)
parser:option("--token-file", "a file whose first line is the token"):argname "FILE"
parser:flag("--no-actions", "ask no host for a larger picture")

local check = command.check "wall"
local options = parser:parse(arg)
local given = broker.options(options)
given.address, given.token, given.actions = options.address, os.getenv "LUASHOT_TOKEN", not options.no_actions
if options.token_file then
  local file <close> = check(io.open(options.token_file))
  given.token = check(file:read "l", options.token_file .. " is empty")
end
local ok, wall, why = pcall(require "luashot.wall", given)
check(ok and wall, ok and why or wall)
print(wall.address:find "^unix:" and wall.address or "http://" .. wall.address .. "/")
io.stdout:flush()
luashot.run()
