--- The options of luashot page and luashot wall: the address to serve, and the token that viewers need.

local access = require "luashot.page.access"

local address = {}

local LONGEST_LINE <const> = 4096 -- a token's file may be a device that never ends

address.text = [[
ADDRESS is HOST:PORT, where HOST is an IP address, or unix:PATH, a socket for this user only. Every user of this
machine can open a loopback address such as 127.0.0.1. With a token, only those who know the token can.
--token-file or the environment variable LUASHOT_TOKEN gives the token; --new-token makes one and prints the
address to open with it. Any other address needs a token of 16 characters or more.]]

--- Adds the options to a parser.
---@param parser table argparse's
function address.add(parser)
  parser:argument("address", "where to listen (default: 127.0.0.1:8080)"):args "?"
  parser:option("--token-file", "a file whose first line is the token"):argname "FILE"
  parser:flag("--new-token", "make a token, and print the address with it")
end

local function make_token()
  local file <close> = assert(io.open("/dev/urandom", "rb"))
  return (file:read(16):gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

--- Reads the token that the options name, or makes one.
---@param options table of the parser
---@param check fun(...): ... of the command: it ends the process with a message after a failure
---@return string|nil token
---@return boolean is_new whether it was made here
function address.token(options, check)
  if options.new_token then
    return make_token(), true
  end
  local token, source = os.getenv "LUASHOT_TOKEN", "LUASHOT_TOKEN"
  if options.token_file then
    source = options.token_file
    local file <close> = check(io.open(source))
    token = check(file:read(LONGEST_LINE), source .. " is empty"):match "^[^\n]*"
  end
  local fault = token and access.token_fault(token)
  check(not fault, fault and ("the token in %s: %s"):format(source, fault))
  return token, false
end

--- Prints the address to open, with the token only if this program made it.
---@param text string the page's address
---@param token string|nil
---@param is_new boolean
function address.print(text, token, is_new)
  local link = text:find "^unix:" and text or "http://" .. text .. "/"
  print(is_new and link .. "?token=" .. token or link)
  io.stdout:flush()
end

return address
