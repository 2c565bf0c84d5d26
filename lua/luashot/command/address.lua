--- Where a command serves a page, and who may look: the options of luashot page and luashot wall.

local address = {}

address.text = [[
ADDRESS is HOST:PORT with a number for HOST, or unix:PATH. The page wants a token, which --token-file names or the
environment variable LUASHOT_TOKEN holds. On an address of this machine alone, luashot makes one if there is none, and
prints an address with it; --no-token lets every user of this machine look. A Unix socket is this user's.]]

--- Adds them to a parser.
---@param parser table argparse's
function address.add(parser)
  parser:argument("address", "where to listen (default: 127.0.0.1:8080)"):args "?"
  parser:option("--token-file", "a file whose first line is the token"):argname "FILE"
  parser:flag("--no-token", "let every user of this machine look")
end

-- Whether other users of this machine can reach it, and nobody else.
local function is_shared(text)
  return text == nil or text:find "^127%." ~= nil or text:find("[::1]", 1, true) == 1
end

local function make_token()
  local file <close> = assert(io.open("/dev/urandom", "rb"))
  return (file:read(16):gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

--- Reads the token, or makes one.
---@param options table of the parser
---@param check fun(...): ... of the command: it ends the process with a message after a failure
---@return string|nil token
---@return boolean is_new whether it was made here
function address.token(options, check)
  if options.no_token then
    return nil, false
  elseif options.token_file then
    local file <close> = check(io.open(options.token_file))
    return check(file:read "l", options.token_file .. " is empty"), false
  end
  local token = os.getenv "LUASHOT_TOKEN"
  if not token and is_shared(options.address) then
    return make_token(), true
  end
  return token, false
end

--- Prints where the page is. A token that its user knows is not printed.
---@param text string the page's address
---@param token string|nil
---@param is_new boolean
function address.print(text, token, is_new)
  local link = text:find "^unix:" and text or "http://" .. text .. "/"
  print(is_new and link .. "?token=" .. token or link)
  io.stdout:flush()
end

return address
