--- Reads the annotations of docs/annotations: what is declared there, in the order of the text.

local annotations = {}

---@class spec.annotations.item
---@field kind "text"|"class"|"alias"|"function"|"value"
---@field text string[] the lines of description
---@field line integer where it begins
---@field name? string "luashot.Frame"; of functions the name as it is called: "frame:crop"
---@field owner? string of methods and functions of a module: the class, "luashot.Frame"
---@field member? string of these: "crop"
---@field arguments? string[]
---@field fields { name: string, type: string, text: string, optional: boolean }[]
---@field params { name: string, type: string, text: string, optional: boolean }[]
---@field returns { type: string, name: string }[]
---@field choices { value: string, text: string }[]
---@field stray? string a line of description that comes after a field, a parameter or a result
---@field is_internal? boolean for luashot's own Lua files (---@package)

-- A type ends at the first space that is not inside brackets or after "fun(…):".
local function split_type(text)
  local depth = 0
  for i = 1, #text do
    local char = text:sub(i, i)
    if char:find "[%(%{%<%[]" then
      depth = depth + 1
    elseif char:find "[%)%}%>%]]" then
      depth = depth - 1
    elseif char == " " and depth == 0 and text:sub(i - 1, i - 1) ~= ":" then
      return text:sub(1, i - 1), text:sub(i + 1)
    end
  end
  return text, ""
end

local function read_named(text)
  local name, optional, rest = text:match "^([%w_%[%]%.]+)(%??) (.*)$"
  local type, description = split_type(rest)
  return { name = name, type = type, text = description, optional = optional == "?" }
end

local function new_item(line)
  return { text = {}, fields = {}, params = {}, returns = {}, choices = {}, line = line }
end

local tags = {
  class = function(item, text)
    item.kind = "class"
    local name, description = text:match "^(%S+) ?(.*)$"
    item.name = name
    if description ~= "" then
      table.insert(item.text, description)
    end
  end,
  alias = function(item, text)
    item.kind, item.name = "alias", text:match "^%S+"
    item.type = text:match "^%S+ (.*)$"
  end,
  field = function(item, text)
    table.insert(item.fields, read_named(text))
  end,
  param = function(item, text)
    table.insert(item.params, read_named(text))
  end,
  ["return"] = function(item, text)
    local type, description = split_type(text)
    table.insert(item.returns, { type = type, name = description })
  end,
  type = function(item, text)
    item.type = text
  end,
  meta = function() end,
  package = function(item)
    item.is_internal = true
  end,
}

-- One line of a comment.
local function add_line(item, line)
  local tag, text = line:match "^%-%-%-@(%w+) ?(.*)$"
  if tag then
    assert(tags[tag], "unknown tag: " .. line)(item, text)
    return
  end
  local value, what = line:match "^%-%-%-| (%S+) *#? *(.*)$"
  if value then
    table.insert(item.choices, { value = value, text = what })
  else
    local described = line:match "^%-%-%- ?(.*)$"
    if #item.fields + #item.params + #item.returns > 0 then
      item.stray = item.stray or described
    end
    table.insert(item.text, described)
  end
end

-- What follows a comment says what it is about; `classes` knows the class of each variable.
local function add_code(item, line, classes)
  local variable = line:match "^local ([%w_]+) = {}$"
  if variable then
    classes[variable] = item.name
    item.variable = variable
    return
  end
  local name, arguments = line:match "^function ([%w_%.:]+)%((.-)%) end$"
  if not name then
    item.kind, item.name = "value", line:match "^([%w_%.]+) = "
    name = item.name
  else
    item.kind = "function"
    item.arguments = {}
    for argument in arguments:gmatch "[%w_%.]+" do
      table.insert(item.arguments, argument)
    end
  end
  local owner, separator, member = name:match "^([%w_]+)([%.:])([%w_]+)$"
  if owner then
    item.owner, item.member = assert(classes[owner], "no class: " .. line), member
    name = (separator == ":" and owner:lower() or owner) .. separator .. member
  end
  item.name = name
end

--- Read one file.
---@param path string
---@return spec.annotations.item[]
function annotations.read(path)
  local items, classes = {}, {}
  local item
  local file = assert(io.open(path))
  local text = file:read "a" .. "\n"
  file:close()
  local number = 0
  for line in text:gmatch "([^\n]*)\n" do
    number = number + 1
    if line:match "^%-%-%-" then
      item = item or new_item(number)
      add_line(item, line)
    elseif item then
      if line ~= "" and not line:match "^%-%-" then
        add_code(item, line, classes)
      end
      item.kind = item.kind or (#item.text > 0 and "text" or nil)
      if item.kind then
        table.insert(items, item)
      end
      item = nil
    end
  end
  return items
end

--- The files, in the order of the reference.
annotations.files = { "luashot", "globals", "schedule", "json", "notify", "zerobuffer", "errors" }

--- Read them all.
---@param source string the root of the source
---@return spec.annotations.item[]
function annotations.read_all(source)
  local all = {}
  for _, name in ipairs(annotations.files) do
    local items = annotations.read(("%s/docs/annotations/%s.lua"):format(source, name))
    table.move(items, 1, #items, #all + 1, all)
  end
  return all
end

return annotations
