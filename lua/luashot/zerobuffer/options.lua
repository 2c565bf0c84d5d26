--- Checks of the tables that describe a server or a client.

local options = {}

--- Raises, at the caller of the caller, for an option that does not exist or is of another type.
---@param given table|nil
---@param types table<string, string> name -> type; "duration" is a number or a string
---@param where string the function's name
function options.check(given, types, where)
  if given ~= nil and type(given) ~= "table" then
    error(("bad argument #2 to '%s' (table expected, got %s)"):format(where, type(given)), 3)
  end
  for name, value in pairs(given or {}) do
    local expected = types[name]
    if not expected then
      local known = {}
      for key in pairs(types) do
        known[#known + 1] = key
      end
      table.sort(known)
      error(("unknown option '%s' (known: %s)"):format(tostring(name), table.concat(known, ", ")), 3)
    end
    local is_duration = type(value) == "number" or type(value) == "string"
    if type(value) ~= expected and not (expected == "duration" and is_duration) then
      error(("option '%s': a %s expected, got %s"):format(name, expected, type(value)), 3)
    end
  end
end

return options
