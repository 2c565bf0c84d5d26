--- Frames to other processes: ZeroBuffer 1.0 rings in shared memory. docs/annotations/zerobuffer.lua
--- describes the functions and their errors.

require "luashot.core"
local core = require "luashot.zerobuffer.core"

---@class luashot.zerobuffer
local zerobuffer = { reader = core.reader, writer = core.writer, stat = core.stat }

-- Tail calls, so that their errors point at the script.
function zerobuffer.server(...)
  return require("luashot.zerobuffer.server").open(...)
end

function zerobuffer.client(...)
  return require("luashot.zerobuffer.client").open(...)
end

local lazy = { caps = true, testing = true }

return setmetatable(zerobuffer, {
  __index = function(self, name)
    if lazy[name] then
      self[name] = require("luashot.zerobuffer." .. name)
    end
    return rawget(self, name)
  end,
})
