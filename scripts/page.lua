#!/usr/bin/env luashot
--- Serves a page with a live picture of the screen:  luashot page [options] [address]

local address = require "luashot.command.address"
local command = require "luashot.command"
local what = require "luashot.command.what"

local parser = command.parser("page", "Serve a page with a live picture of the screen, until you stop it.")
  :epilog(what.grammar .. "\n\n" .. address.text .. [[

Exit status: 1 it cannot be served; 2 wrong usage; 130 ended by Ctrl-C.]])

address.add(parser)
parser:option("-f --fps", "maximum pictures a second, 0.1 to 60 (default: 10)"):argname "N":convert(tonumber)
parser:option("--folder", "a folder whose newest pictures the page shows, too"):argname "FOLDER"
command.add_what(parser, "show")
command.add_display(parser)

local check = command.check "page"
local options = parser:parse(arg)
check(pcall(require, "luashot.dkjson"))
local token, is_new = address.token(options, check)
local display <close> = check(luashot.open { display = options.display })
check(display:grab(options.what)):release() -- a wrong target fails here, not at the first viewer
local ok, page, why = pcall(luashot.page, {
  address = options.address, token = token, fps = options.fps, display = display, what = options.what,
  folder = options.folder, actions = false,
})
check(ok and page, ok and why or page)
address.print(page.address, token, is_new)
luashot.run()
