-- A contender written in Lua; the protocol is told in serve.h.
local uv = require "luv"

--- Serve until standard input ends.
---@param label string
---@param work fun(count: integer): integer? does its thing that many times; may return its own ns
return function(label, work)
  io.stdout:setvbuf "line"
  print("ready " .. label)
  for line in io.lines() do
    local warm, count = line:match "^(%d+) (%d+)$"
    warm, count = tonumber(warm), tonumber(count)
    if warm > 0 then work(warm) end
    local start = uv.hrtime()
    local measured = work(count)
    print(string.format("%d", measured or uv.hrtime() - start))
  end
end
