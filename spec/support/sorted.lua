--- The members of a set as a list, in order.
---@param set table<string, any>
---@return string[]
return function(set)
  local names = {}
  for name in pairs(set) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end
