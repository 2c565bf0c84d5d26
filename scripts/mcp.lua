#!/usr/bin/env luashot
--- Lets a language model look at the screen:  luashot mcp [options]

local command = require "luashot.command"
local lines = require "luashot.mcp.lines"
local mcp = require "luashot.mcp"
local what = require "luashot.command.what"

local parser = command.parser("mcp", "Let a program with a language model look at the screen (MCP).")
  :epilog [[
The program starts 'luashot mcp' and speaks the Model Context Protocol with it through standard input and
output. It can list monitors and windows, take pictures, wait for changes and pictures, find, compare and read
text. With --input it can also click and type: everything that a person at this screen can do.
--region, --window and --mask limit the pixels that it can see and click. Messages about failures go to
standard error. Exit status: 0 the program has ended the conversation; 1 it failed; 2 wrong usage.]]

parser:flag("--input", "let it act: click, drag, scroll, press keys and type")
parser:mutex(
  parser:option("-r --region", "let it see only this part of the screen"):argname "WxH+X+Y":convert(command.region),
  parser:option("--window", "let it see only this window: title=TEXT, class=TEXT or an id"):argname "WINDOW"
    :convert(function(text)
      return what.read(text:find "=" and text or "window=" .. text)
    end)
)
parser:option("--mask", "hide this part of the screen; repeatable"):argname "WxH+X+Y":convert(function(text)
  local width, height, x, y = text:match "^(%d+)x(%d+)%+(%-?%d+)%+(%-?%d+)$"
  if not y then
    return nil, ("'%s' is not a part of the screen such as 640x480+10+20"):format(text)
  end
  return { width = tonumber(width), height = tonumber(height), x = tonumber(x), y = tonumber(y) }
end):count "*"
command.add_display(parser)

local check = command.check "mcp"
local options = parser:parse(arg)
check(pcall(require, "luashot.dkjson"))
local display <close> = check(luashot.open { display = options.display, input = options.input,
  mask = #options.mask > 0 and options.mask or nil })

local region
if options.region then
  local frame <close> = check(display:grab(options.region))
  region = { x = frame.x, y = frame.y, width = frame.width, height = frame.height }
end

local server, stream

local function complain(text)
  io.stderr:write("mcp: ", text, "\n")
end

server = mcp.new(display, {
  region = region,
  window = options.window,
  masks = options.mask,
  is_acting = options.input,
  write = function(pieces) stream:write(pieces) end,
  complain = complain,
})

luashot.await(function(done)
  stream = lines.open(0, 1, {
    line = function(line) server.peer:take(line) end,
    long = function(limit) server.peer:refuse(limit) end,
    over = function() server.peer:finish(done) end,
    gone = done,
  })
end)
server:close()
stream:close()
