#!/usr/bin/env luashot
--- Serves a page of all screens of a fleet:  luashot wall --broker URL [options] [address]

local address = require "luashot.command.address"
local broker = require "luashot.command.broker"
local command = require "luashot.command"

local parser = command.parser("wall", "Serve a page of all screens of a fleet, until you stop it.")
  :epilog(address.text .. [[

Exit status: 1 it cannot be served; 2 wrong usage; 130 ended by Ctrl-C.]])

address.add(parser)
broker.add(parser)
parser:flag("--no-actions", "ask no host for a larger picture")

local check = command.check "wall"
local options = parser:parse(arg)
check(pcall(require, "luashot.dkjson"))
local given = broker.options(options)
local token, is_new = address.token(options, check)
given.address, given.token, given.actions = options.address, token, not options.no_actions
local ok, wall, why = pcall(require "luashot.wall", given)
check(ok and wall, ok and why or wall)
address.print(wall.address, token, is_new)
luashot.run()
