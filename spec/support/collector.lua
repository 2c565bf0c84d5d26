--- The garbage collector: as the run asks for it, and at the worst moment.
local collector = {}

--- The incremental collector, with the parameters in the units of Lua 5.4: the step is a power of 2.
local function incremental(pause, multiplier, step)
  collectgarbage("incremental", pause, multiplier, step)
  if _VERSION ~= "Lua 5.4" then -- which takes them with the mode
    for name, value in pairs { pause = pause, stepmul = multiplier, stepsize = 1 << step } do
      collectgarbage("param", name, value)
    end
  end
end

--- The collector that LUASHOT_COLLECTOR names, else Lua's own.
function collector.usual()
  local name = os.getenv("LUASHOT_COLLECTOR")
  if name == "generational" then
    collectgarbage("generational")
  elseif name == "aggressive" then
    -- Never a pause, and a cycle for each quarter of the memory that is allocated.
    incremental(100, 400, 5)
  else
    incremental(200, 100, 13)
  end
end

--- Call `use` so that its first allocation sets off a whole collection, which runs the finalizers
--- of whatever `prepare` has left behind.
---@param prepare fun()
---@param use fun(...): ...
---@return boolean ok, any ... as pcall
function collector.strike(prepare, use, ...)
  collectgarbage()
  if _VERSION == "Lua 5.4" then -- each step a whole cycle
    incremental(200, 1000, 63) -- more than fits, with 32 bits, too
  else
    incremental(200, 0, 30)
  end
  collectgarbage("stop")
  prepare()
  collectgarbage("restart")
  local results = table.pack(pcall(use, ...))
  collector.usual()
  return table.unpack(results, 1, results.n)
end

return collector
