-- The memory of this process: "own" is what it has written to, which no other process can share; "resident" is all
-- that it has touched, most of it files that others map, too.
local FIELDS = { own = "^Private_Dirty: *(%d+) kB", resident = "^Rss: *(%d+) kB" }

---@param kind "own"|"resident"
---@return integer bytes
return function(kind)
  collectgarbage()
  local kilobytes = 0
  for line in io.lines "/proc/self/smaps_rollup" do
    kilobytes = kilobytes + (tonumber(line:match(FIELDS[kind])) or 0)
  end
  return kilobytes * 1024
end
