--- Ports for servers that a spec starts, and starts again, by their number.
local uv = require "luv"

local FIRST <const>, COUNT <const> = 20000, 12000

local given = 0

--- A port that is free, and that the kernel gives to nobody, because its own choice is above 32767: while a broker is
--- down, no other test gets its port.
---@return integer
return function()
  for _ = 1, COUNT do
    local port = FIRST + (math.tointeger(uv.os_getpid()) * 16 + given) % COUNT -- luv gives a float
    given = given + 1
    local socket = uv.new_tcp()
    local is_free = socket:bind("127.0.0.1", port) and socket:listen(1, function() end)
    socket:close()
    if is_free then
      return port
    end
  end
  error "no port is free"
end
