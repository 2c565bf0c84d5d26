-- Memory of large pictures is advised to be in large pages.
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

-- Prints how much the result of an expression is advised, by the mark of proc(5). In a process of its own, because
-- such memory may be used again.
local MEASURE <const> = [[
local luashot = require "luashot"
local function advised()
  local sum, size = 0, nil
  for line in io.lines "/proc/self/smaps" do
    size = line:match "^Size: +(%%d+) kB" or size
    sum = sum + (line:find "^VmFlags:.* hg" and size or 0) * 1024
  end
  return sum
end
frame = assert(luashot.load("P6\n2048 2048\n255\n" .. ("rgb"):rep(2048 * 2048)))
local before = advised()
local made = %s
print(advised() - before)
]]

describe("large pages", function()
  for what, expression in pairs {
    ["a copy"] = "frame:copy()",
    ["a buffer"] = "luashot.buffer(16 << 20)",
    ["a string"] = _VERSION == "Lua 5.4" and "frame:bytes 'bgr'" or nil, -- Lua 5.5 takes its memory elsewhere
  } do
    it("are wanted for " .. what, function()
      need(uv.fs_stat "/sys/kernel/mm/transparent_hugepage", "this kernel has no large pages")
      local result = process.run(process.lua("-e", MEASURE:format(expression)))
      assert.equal("", result.err)
      assert.is_true(tonumber(result.out) >= 8 << 20, result.out)
    end)
  end
end)
