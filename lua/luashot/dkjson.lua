--- The Lua module dkjson; where it is missing, an error that names its packages.

local ok, dkjson = pcall(require, "dkjson")
if not ok then
  error("JSON needs the Lua module dkjson (Debian's package lua-dkjson, LuaRocks' dkjson)", 0)
end
return dkjson
