--- Known pixels on a server: drives luashot_painter (painter.c says what its commands mean) or, on Wayland,
--- luashot_wayland_painter, and knows what a capture of them must hold.
local process = require "spec.support.process"

local painter = {}

local Painter = {}
Painter.__index = Painter

--- A painter on this server. The windows that it makes live until stop().
---@param server spec.xserver with a painter of its own, and commands that it carries out itself, on Wayland
function painter.start(server)
  local self = setmetatable({ commands = server.commands or {}, begun = 0 }, Painter)
  local build = assert(os.getenv("LUASHOT_BUILD"), "LUASHOT_BUILD is not set")
  self.process = process.spawn({ build .. "/spec/" .. (server.painter or "luashot_painter") }, { env = server:env() })
  return self
end

--- Carry out one command; returns when the X server has done so. Raises when that fails.
---@param command string "fill 0 0 10 10 ff0000"; with more arguments, a format
---@return string value what the command answers, else ""
function Painter:__call(command, ...)
  if select("#", ...) > 0 then
    command = command:format(...)
  end
  if self.commands[command] then
    self.commands[command]()
    return ""
  end
  self.process:write(command .. "\n")
  local line = self.process:read_line(30)
  local value = line and line:match("^ok ?(.*)")
  if not value then
    error(line or "the painter has ended: " .. self.process.err, 2)
  end
  return value
end

--- Send commands to be carried out while the spec does something else; finish() waits for them.
---@param ... string
function Painter:begin(...)
  self.begun = self.begun + select("#", ...)
  self.process:write(table.concat({ ... }, "\n") .. "\n")
end

--- Wait for what begin() sent. Raises when something failed.
function Painter:finish()
  for _ = 1, self.begun do
    local line = self.process:read_line(30)
    assert(line and line:match("^ok"), line)
  end
  self.begun = 0
end

--- A window, mapped.
---@return integer id
function Painter:window(x, y, width, height, rgb)
  return math.tointeger(self("window %d %d %d %d %s", x, y, width, height, rgb)) --[[@as integer]]
end

--- A window of another kind: "managed", "argb", or "child" with the window that it is in.
---@param kind string
---@return integer id
function Painter:make(kind, ...)
  return math.tointeger(self(("%s "):format(kind) .. table.concat({ ... }, " "))) --[[@as integer]]
end

--- Set a property of a window (0: the root): strings of bytes, or numbers of 32 bits.
function Painter:property(id, name, type, ...)
  local value = ...
  local format = math.type(value) and 32 or 8
  local bytes = format == 8 and value or string.pack(("=I4"):rep(select("#", ...)), ...)
  self("property %d %s %s %d %s", id, name, type, format, (bytes:gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end)))
end

--- End it: its windows go, what it painted on the root stays.
function Painter:stop()
  self.process:stop()
end

local function keep_upper(value, bits)
  local upper = value >> (8 - bits)
  return bits == 8 and value or (upper << (8 - bits) | upper >> (2 * bits - 8))
end

--- A color as a screen of that depth can show it, 8 bits a channel: at 16 bits the lost ones are
--- filled with a repetition of the upper ones.
---@return integer red, integer green, integer blue
function painter.shown(depth, red, green, blue)
  if depth == 16 then
    return keep_upper(red, 5), keep_upper(green, 6), keep_upper(blue, 5)
  end
  return red, green, blue
end

--- The color of a pixel after the command "gradient".
---@param x integer
---@param y integer
---@param depth? integer of the screen; 24
---@return integer red, integer green, integer blue
function painter.gradient(x, y, depth)
  return painter.shown(depth or 24, x % 256, y % 256, (3 * x + 5 * y) % 256)
end

--- The bytes of a rectangle of the gradient.
---@param layout? string "rgb" (the default) or "bgr"
function painter.gradient_bytes(x, y, width, height, depth, layout)
  local bytes = {}
  for row = y, y + height - 1 do
    for column = x, x + width - 1 do
      local r, g, b = painter.gradient(column, row, depth)
      bytes[#bytes + 1] = layout == "bgr" and string.char(b, g, r) or string.char(r, g, b)
    end
  end
  return table.concat(bytes)
end

return painter
