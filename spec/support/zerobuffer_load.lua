--- The frames of the loads that go through rings between implementations. The same frames come from
--- spec/support/zerobuffer_peer.py, byte for byte.
local load = {}

local HEADER = 16

local function random_numbers()
  local state = 1
  return function()
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return state >> 11
  end
end

local pattern
do
  local next_number, parts = random_numbers(), {}
  for i = 1, 1 << 17 do
    parts[i] = string.char(next_number() & 0xFF)
  end
  pattern = table.concat(parts)
end

--- The bytes of a frame.
---@param sequence integer
---@param size integer
---@return string
function load.content(sequence, size)
  local start = sequence * 37 % 65521
  while #pattern < start + size do
    pattern = pattern .. pattern
  end
  return pattern:sub(start + 1, start + size)
end

--- Frame sizes without end. A frame that would end on the ring's last byte is avoided (except in
--- "exact"), because a Python writer fails on the frame after it.
---   aligned    multiples of 16 up to 30,000
---   arbitrary  1 to 30,000
---   lockstep   multiples of 16, header included at most half the ring
---   exact      each fills the ring
---   any        1 to 30,000, wherever they end
---   large      more than half the ring
---   big        33 MB
---@param name string
---@param ring integer the ring's size
---@return fun(): integer
function load.sizes(name, ring)
  local next_number, position = random_numbers(), 0
  return function()
    local number = next_number()
    if name == "exact" then
      return ring - HEADER
    elseif name == "any" then
      return 1 + number % 30000
    elseif name == "large" then
      return ring // 2 + number % (ring // 2 - HEADER)
    elseif name == "big" then
      return 33177600 - number % 1000
    end
    local size = 16 * (1 + number % 1875)
    if name == "arbitrary" then
      size = 1 + number % 30000
    elseif name == "lockstep" then
      size = 16 * (1 + number % (ring // 32 - 1))
    end
    if ring - position < HEADER + size then
      position = 0
    end
    if position + HEADER + size == ring then
      size = size + (size > 16 and -16 or 16)
      if ring - position < HEADER + size then
        position = 0
      end
    end
    position = position + HEADER + size
    return size
  end
end

return load
