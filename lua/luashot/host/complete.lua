--- Completion of names: globals, fields, methods, options and their values. It calls no function of the user.

local manual = require "luashot.help.manual"

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat
  return then true until while]]):gmatch "%a+" do
  keywords[#keywords + 1] = word
end

local PARENTS <const> = 10 -- of __index in __index
local TAIL <const> = 256 -- bytes before the cursor that are parsed

-- A field, without running any function except those that load a part of luashot.
local function get(value, name)
  for _ = 1, PARENTS do
    if type(value) == "table" then
      local field = rawget(value, name)
      if field ~= nil then
        return field
      end
    end
    local meta = debug.getmetatable(value)
    if type(meta) ~= "table" then
      return nil
    elseif value == package.loaded.luashot and rawget(meta, "lazy")[name] then
      return value[name]
    end
    value = rawget(meta, "__index")
    if type(value) ~= "table" then
      return nil
    end
  end
end

-- The names of fields, likewise: the documented ones if there are any, else all.
local function names_of(value)
  local names = {}
  local class = value ~= nil and manual.class_of(value)
  if class then
    for name, member in pairs(manual.members(class)) do
      names[name] = member.kind == "function" and "function" or "value"
    end
    return names
  end
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
    value = rawget(meta, "__index")
  end
  return names
end

-- The value of `a.b.c` at the end of a text, or nil. It calls no function to find it.
local function value_of(before, path, environment)
  if before:find "[%.:]%s*$" then
    return nil
  end
  local value = environment
  for name in path:gmatch "[%a_][%w_]*" do
    value = get(value, name)
  end
  return value
end

-- The documentation of the function at the end of a text: `a.b:c`.
local function function_at(text, environment)
  local before, path, name = text:match "^(.-)([%a_][%w_%.]*)[%.:]([%a_][%w_]*)%s*$"
  local object = path and value_of(before, path, environment)
  local class = object ~= nil and manual.class_of(object)
  if class then
    return manual.members(class)[name]
  end
  before, path = text:match "^(.-)([%a_][%w_%.]*)%s*$"
  local fn = path and value_of(before, path, environment)
  return type(fn) == "function" and manual.of_function(fn) or nil
end

-- The text before the last bracket of that kind that is still open.
local function before_open(text, open, close)
  local depth = 0
  for i = #text, 1, -1 do
    local char = text:sub(i, i)
    if char == close then
      depth = depth + 1
    elseif char == open then
      if depth == 0 then
        return text:sub(1, i - 1)
      end
      depth = depth - 1
    end
  end
end

-- The options of the table that is open at the end of a text: f{ or f(x, {
local function options_at(text, environment)
  local call = text:find "[{,]%s*$" and before_open(text, "{", "}")
  if not call then
    return nil
  end
  local item = function_at(before_open(call, "(", ")") or call, environment)
  local names = {}
  for _, param in ipairs(item and item.params or {}) do
    for name in param.type:gmatch "luashot%.%w+Options" do
      for _, field in ipairs(manual.class(name).fields or {}) do
        names[field.name] = "value"
      end
    end
  end
  return next(names) and names
end

-- The values that an alias in a type allows, "png" and so on, without their quotes.
local function add_choices(type, values)
  for name in type:gmatch "luashot%.%w+" do
    local alias = manual.alias(name)
    for _, choice in ipairs(alias and alias.choices or {}) do
      local value = choice.value:match '^"(.*)"$'
      if value then
        values[#values + 1] = value
      end
    end
  end
  for value in type:gmatch '"([^"]*)"' do
    values[#values + 1] = value
  end
end

-- The values of the string that begins at the end of a text: an argument, f(" or f ", or an option, { x = "
local function strings_at(text, environment)
  local values = {}
  local table_before, option = text:match "^(.*)%f[%w_]([%a_][%w_]*)%s*=%s*$"
  local call = option and before_open(table_before, "{", "}")
  if call then
    local item = function_at(before_open(call, "(", ")") or call, environment)
    for _, param in ipairs(item and item.params or {}) do
      for name in param.type:gmatch "luashot%.%w+Options" do
        for _, field in ipairs(manual.class(name).fields or {}) do
          add_choices(field.name == option and field.type or "", values)
        end
      end
    end
    return values
  end
  local item = function_at(before_open(text, "(", ")") or text, environment)
  for _, param in ipairs(item and item.params or {}) do
    add_choices(param.type, values)
  end
  return values
end

-- Completes the string that is open at the end of the text, if one is.
local function complete_string(text, environment)
  local before, word = text:match "^([^\"']*)[\"']([^\"']*)$"
  if not before then -- there are others before it
    local rest
    rest, before, word = text:match "^(.*[\"'])([^\"']*)[\"']([^\"']*)$"
    if not rest or select(2, (rest .. before):gsub("[\"']", "")) % 2 == 1 then
      return nil
    end
    before = rest .. before
  end
  local candidates = {}
  for _, value in ipairs(strings_at(before, environment)) do
    if value:sub(1, #word) == word then
      candidates[#candidates + 1] = value
    end
  end
  table.sort(candidates)
  return candidates, #text - #word + 1
end

-- The part of a text to parse. The text is untrusted and of any length, and patterns without an anchor cost
-- at least the square of it.
local function tail_of(text)
  local cut = math.max(0, #text - TAIL)
  local tail = text:sub(cut + 1)
  if select(2, text:sub(1, cut):gsub("[\"']", "")) % 2 == 1 then
    return '"' .. tail, cut - 1 -- it begins in a string
  end
  return tail, cut
end

local function complete(text, environment)
  local strings, begin = complete_string(text, environment)
  if strings then
    return strings, begin
  end
  local from, word = text:match "()([%a_]?[%w_]*)$"
  local left = text:sub(1, from - 1)
  local before, path, separator = left:match "^(.-)([%a_][%w_%.]*)%s*([%.:])$"
  local candidates = {}
  local function add(name)
    if name:sub(1, #word) == word and name:find "^[%a_][%w_]*$" then
      candidates[#candidates + 1] = name
    end
  end
  if path then
    for name, kind in pairs(names_of(value_of(before, path, environment))) do
      if separator == "." or kind == "function" then
        add(name)
      end
    end
  elseif not left:find "[%.:]$" then
    local options = options_at(left, environment)
    for name in pairs(options or names_of(environment)) do
      add(name)
    end
    for _, name in ipairs(not options and keywords or {}) do
      add(name)
    end
  end
  table.sort(candidates)
  return candidates, from
end

--- The names that complete the end of the text.
---@param text string
---@param environment table the globals
---@return string[] candidates whole names, sorted
---@return integer from the first byte of the name
return function(text, environment)
  local tail, cut = tail_of(text)
  local candidates, from = complete(tail, environment)
  return candidates, cut + from
end
