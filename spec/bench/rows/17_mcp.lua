-- Row 17: pictures for a program with a language model: 17_mcp.lua HOST MAX_SIZE. With "-" for HOST, what they cost at
-- least: the capture and the encoder.
local luashot = require "luashot"
local serve = require "serve"
local uv = require "luv"

local host, bound = arg[1], tonumber(arg[2])

-- Captures, and encodes a picture that was scaled before.
local function bare()
  local display <close> = assert(luashot.open {})
  local frame <close> = assert(display:grab())
  local factor = math.min(1, bound / frame.width)
  local width, height = math.floor(frame.width * factor + 0.5), math.floor(frame.height * factor + 0.5)
  local scaled <close> = assert(factor < 1 and frame:scale(width, height) or frame:copy())
  serve(("capture, encoder of %dx%d"):format(width, height), function(turns)
    for _ = 1, turns do
      assert(display:grab()):release()
      assert(scaled:encode "png")
    end
  end)
end

local function ask_server()
  local input, output = uv.new_pipe(false), uv.new_pipe(false)
  assert(uv.spawn(host, { args = { "mcp" }, stdio = { input, output, 2 } }, function() end))
  local is_answered
  output:read_start(function(message, bytes)
    is_answered = not assert(bytes, message) or is_answered or bytes:find("\n", -1, true)
  end)
  local function ask()
    is_answered = false
    input:write('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"take_picture","arguments":{"max_size":'
      .. bound .. "}}}\n")
    while not is_answered do
      uv.run "once"
    end
  end
  ask()
  serve("luashot mcp " .. luashot.version, function(turns)
    for _ = 1, turns do
      ask()
    end
  end)
end

return host == "-" and bare() or ask_server()
