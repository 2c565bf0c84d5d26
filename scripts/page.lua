#!/usr/bin/env luashot
--- Serves a page with a live picture of the screen:  luashot page [options] [address]

local command = require "luashot.command"
local what = require "luashot.command.what"

local parser = command.parser("page", "Serve a page with a live picture of the screen, until it is ended.")
  :epilog(what.grammar .. "\n\n" .. [[
ADDRESS is HOST:PORT with a number for HOST, or unix:PATH. Any but this machine's own needs a token, of 16
characters or more, which --token-file names or the environment variable LUASHOT_TOKEN holds.
Exit status: 1 it cannot be served; 2 wrong usage; 130 ended by Ctrl-C.]])

parser:argument("address", "where to listen (default: 127.0.0.1:8080)"):args "?"
parser:option("--token-file", "a file whose first line is the token"):argname "FILE"
parser:option("-f --fps", "most pictures a second, 0.1 to 60 (default: 10)"):argname "N":convert(tonumber)
parser:option("--folder", "a folder whose newest pictures the page shows, too"):argname "FOLDER"
command.add_what(parser, "show")
command.add_display(parser)

local check = command.check "page"
local options = parser:parse(arg)
local token = os.getenv "LUASHOT_TOKEN"
if options.token_file then
  local file <close> = check(io.open(options.token_file))
  token = check(file:read "l", options.token_file .. " is empty")
end
local display <close> = check(luashot.open { display = options.display })
check(display:grab(options.what)):release() -- a wrong target fails here, not at the first viewer
local ok, page, why = pcall(luashot.page, {
  address = options.address, token = token, fps = options.fps, display = display, what = options.what,
  folder = options.folder, actions = false,
})
check(ok and page, ok and why or page)
print(page.address:find "^unix:" and page.address or "http://" .. page.address .. "/")
io.stdout:flush()
luashot.run()
