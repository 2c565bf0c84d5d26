--- Names and data for tests of rings, the same as in the tests of the other implementations.

local uv = require "luashot.luv"

local testing = {}

-- Every byte value in order.
local cycle = {}
for value = 0, 255 do
  cycle[value + 1] = string.char(value)
end
cycle = table.concat(cycle)

-- All names of one run share this, and no two runs do.
local started = ("%d_%d%09d"):format(uv.os_getpid(), uv.gettimeofday(), uv.hrtime() % 1000000000)

--- A ring's name that no other process and no other run uses. Within this process, the same `base` gives the
--- same name. Under the Harmony test runner all processes of a feature get the same name.
---@param base string
---@return string
function testing.buffer_name(base)
  local host, feature = os.getenv "HARMONY_HOST_PID", os.getenv "HARMONY_FEATURE_ID"
  local shared = host and host ~= "" and feature and feature ~= ""
  return ("%s_%s"):format(base, shared and host .. "_" .. feature or started)
end

--- `size` bytes of which byte i, counted from 0, is (i + sequence) % 256.
---@param size integer
---@param sequence integer
---@return string
function testing.frame_data(size, sequence)
  local first = sequence % 256
  local rotated = cycle:sub(first + 1) .. cycle:sub(1, first)
  return rotated:rep(size // 256) .. rotated:sub(1, size % 256)
end

--- `size` bytes of which byte i is i % 256.
---@param size integer
---@return string
function testing.simple_frame_data(size)
  return testing.frame_data(size, 0)
end

--- The same pattern as metadata.
---@param size integer
---@return string
function testing.metadata(size)
  return testing.frame_data(size, 0)
end

--- Whether `data` equals the result of simple_frame_data for its length.
---@param data string
---@return boolean
function testing.verify_simple_frame_data(data)
  return data == testing.frame_data(#data, 0)
end

return testing
