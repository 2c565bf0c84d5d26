--- Completion of names: globals, fields, methods. Nothing of the user's is called for it.

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat
  return then true until while]]):gmatch "%a+" do
  keywords[#keywords + 1] = word
end

local PARENTS <const> = 10 -- of __index in __index

-- A field, without running a function.
local function get(value, name)
  for _ = 1, PARENTS do
    if type(value) == "table" then
      local field = rawget(value, name)
      if field ~= nil then
        return field
      end
    end
    local meta = debug.getmetatable(value)
    value = meta and rawget(meta, "__index")
    if type(value) ~= "table" then
      return nil
    end
  end
end

-- The names of fields, likewise.
local function names_of(value)
  local names = {}
  for _ = 1, PARENTS do
    if type(value) == "table" then
      for name, field in next, value do
        if type(name) == "string" then
          names[name] = names[name] or type(field)
        end
      end
    end
    local meta = debug.getmetatable(value)
    if type(meta) ~= "table" then
      break
    end
    for name in pairs(rawget(meta, "lazy") or {}) do
      names[name] = names[name] or "function"
    end
    value = rawget(meta, "__index")
  end
  return names
end

-- What stands before the name that is typed: the value of `a.b.c`, or nil.
local function value_of(path, environment)
  local value = environment
  for name in path:gmatch "[%a_][%w_]*" do
    value = get(value, name)
  end
  return value
end

--- The names that could stand at the end of the text.
---@param text string
---@param environment table what globals are
---@return string[] candidates whole names, sorted
---@return integer from the first byte of the name
return function(text, environment)
  local from, word = text:match "()([%a_]?[%w_]*)$"
  local before, path, separator = text:sub(1, from - 1):match "^(.-)([%a_][%w_%.]*)%s*([%.:])$"
  if before and before:find "[%.:%)%]\"']%s*$" then
    path = nil -- a field of a value that is not known without running something
  end
  local candidates = {}
  local function add(name)
    if name:sub(1, #word) == word and name:find "^[%a_][%w_]*$" then
      candidates[#candidates + 1] = name
    end
  end
  if path then
    for name, kind in pairs(names_of(value_of(path, environment))) do
      if separator == "." or kind == "function" then
        add(name)
      end
    end
  elseif not text:find "[%.:]$" then
    for name in pairs(names_of(environment)) do
      add(name)
    end
    for _, name in ipairs(keywords) do
      add(name)
    end
  end
  table.sort(candidates)
  return candidates, from
end
