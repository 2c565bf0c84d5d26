--- The Lua module dkjson; where it is missing, an error that names its packages.

local ok, dkjson = pcall(require, "dkjson")
if not ok then
  if tostring(dkjson):find("^module 'dkjson' not found") then
    dkjson = "JSON needs the Lua module dkjson (Debian's package lua-dkjson, LuaRocks' dkjson)"
  end
  error(dkjson, 0) -- else it is there, and cannot be loaded
end
return dkjson
