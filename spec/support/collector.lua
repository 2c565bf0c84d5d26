--- The garbage collector: as the run asks for it, and at the worst moment.
local collector = {}

--- The collector that LUASHOT_COLLECTOR names, else Lua's own.
function collector.usual()
  local name = os.getenv("LUASHOT_COLLECTOR")
  if name == "generational" then
    collectgarbage("generational")
  elseif name == "aggressive" then
    -- Never a pause, and a cycle for each quarter of the memory that is allocated.
    collectgarbage("incremental", 100, 400, 5)
  else
    collectgarbage("incremental", 200, 100, 13)
  end
end

--- Call `use` so that its first allocation sets off a whole collection, which runs the finalizers
--- of whatever `prepare` has left behind.
---@param prepare fun()
---@param use fun(...): ...
---@return boolean ok, any ... as pcall
function collector.strike(prepare, use, ...)
  collectgarbage()
  collectgarbage("incremental", 200, 1000, 30) -- each step a whole cycle
  collectgarbage("stop")
  prepare()
  collectgarbage("restart")
  local results = table.pack(pcall(use, ...))
  collector.usual()
  return table.unpack(results, 1, results.n)
end

return collector
