--- The Lua module luv, which the host has; where it is missing, an error that names its packages.

local ok, luv = pcall(require, "luv")
if not ok then
  if tostring(luv):find("^module 'luv' not found") then
    luv = "jobs, waits and programs need the Lua module luv (Debian's package lua-luv, LuaRocks' luv)"
  end
  error(luv, 0) -- else it is there, and cannot be loaded
end
return luv
