--- Byte streams as no honest peer sends them: valid ones, damaged at random. The same seed makes the
--- same ones.
local mangle = {}

--- Numbers of one's own, so that nobody else's use of math.random changes what comes.
---@param seed integer
---@return fun(low: integer, high: integer): integer
function mangle.random(seed)
  local state = seed * 2654435769 + 88172645463325252
  return function(low, high)
    state = state ~ (state << 13)
    state = state ~ (state >> 7)
    state = state ~ (state << 17)
    return low + (state >> 11) % (high - low + 1)
  end
end

local function pick(random, list)
  return list[random(1, #list)]
end

local function noise(random, size)
  local bytes = {}
  for i = 1, size do
    bytes[i] = string.char(random(0, 255))
  end
  return table.concat(bytes)
end

local damages = {
  function(random, bytes) -- another byte
    local at = random(1, #bytes)
    return bytes:sub(1, at - 1) .. string.char(random(0, 255)) .. bytes:sub(at + 1)
  end,
  function(random, bytes) -- one bit
    local at = random(1, #bytes)
    return bytes:sub(1, at - 1) .. string.char(bytes:byte(at) ~ 1 << random(0, 7)) .. bytes:sub(at + 1)
  end,
  function(random, bytes) -- some left out
    local at = random(1, #bytes)
    return bytes:sub(1, at - 1) .. bytes:sub(at + random(1, 20))
  end,
  function(random, bytes) -- some twice
    local at = random(1, #bytes)
    return bytes:sub(1, at + random(0, 20)) .. bytes:sub(at)
  end,
  function(random, bytes) -- some too many
    local at = random(0, #bytes)
    return bytes:sub(1, at) .. noise(random, random(1, 40)) .. bytes:sub(at + 1)
  end,
  function(random, bytes) -- cut off
    return bytes:sub(1, random(0, #bytes))
  end,
  function(random, bytes) -- another size
    local count = select(2, bytes:gsub(" %d+\n", ""))
    local which = count > 0 and random(1, count) or 0
    return (bytes:gsub(" (%d+)\n", function(digits)
      which = which - 1
      local others = { "0", "1", "-1", "31", digits .. "0", tostring(tonumber(digits) + random(-2, 2)), "1048576",
        "1048577", "4294967296", "9223372036854775808", "00" .. digits, "0x5", "1e3", "", (" "):rep(40) }
      return which == 0 and " " .. pick(random, others) .. "\n" or nil
    end))
  end,
  function(random, bytes) -- in another order
    local at, stop = random(1, #bytes), random(1, #bytes)
    at, stop = math.min(at, stop), math.max(at, stop)
    return bytes:sub(at, stop) .. bytes:sub(1, at - 1) .. bytes:sub(stop + 1)
  end,
}

--- Some of the messages in a row, a few times damaged, or not at all.
---@param random fun(low: integer, high: integer): integer
---@param messages string[]
---@return string
function mangle.stream(random, messages)
  local parts = {}
  for i = 1, random(1, 8) do
    parts[i] = pick(random, messages)
  end
  local bytes = table.concat(parts)
  for _ = 1, random(0, 4) do
    bytes = #bytes > 0 and pick(random, damages)(random, bytes) or bytes
  end
  return bytes
end

--- The same in pieces, a few hundred at most.
---@param random fun(low: integer, high: integer): integer
---@param bytes string
---@return string[]
function mangle.pieces(random, bytes)
  local pieces, from = {}, 1
  local most = math.max(pick(random, { 1, 5, 50, #bytes + 1 }), #bytes // 100)
  while from <= #bytes do
    local size = random(1, most)
    pieces[#pieces + 1] = bytes:sub(from, from + size - 1)
    from = from + size
  end
  return pieces
end

return mangle
