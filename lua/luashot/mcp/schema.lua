--- JSON schemas of the arguments of tools, as tables, and the check of arguments against them.

local rpc = require "luashot.mcp.rpc"

local schema = {}

local function described(kind, description, more)
  more = more or {}
  more.type, more.description = kind, description
  return more
end

function schema.integer(description, low, high)
  return described("integer", description, { minimum = low, maximum = high })
end

function schema.number(description, low, high)
  return described("number", description, { minimum = low, maximum = high })
end

function schema.text(description, choices)
  return described("string", description, { enum = choices and rpc.list(choices) })
end

function schema.flag(description)
  return described("boolean", description)
end

function schema.list(description, items)
  return described("array", description, { items = items })
end

--- Makes the schema of an object: its fields, and the required ones.
function schema.object(fields, required, description)
  return described("object", description, {
    properties = next(fields) and fields or rpc.object(),
    required = required and #required > 0 and rpc.list(required) or nil,
    additionalProperties = false,
  })
end

local check

local function check_object(value, kind, name)
  for field in pairs(value) do
    if not kind.properties[field] then
      local known = {}
      for one in pairs(kind.properties) do
        known[#known + 1] = one
      end
      table.sort(known)
      return ("%sthere is no argument '%s' (known: %s)"):format(name, tostring(field), table.concat(known, ", "))
    end
  end
  for _, field in ipairs(kind.required or {}) do
    if value[field] == nil then
      return ("%sthe argument '%s' is missing"):format(name, field)
    end
  end
  for field, of in pairs(kind.properties) do
    local problem = value[field] ~= nil and check(value[field], of, field)
    if problem then
      return problem
    end
  end
end

local function range(kind)
  return kind.maximum and ("from %s to %s"):format(kind.minimum, kind.maximum) or ("from %s on"):format(kind.minimum)
end

local function check_number(value, kind, name)
  local is_number = type(value) == "number" and value == value and math.abs(value) < math.huge
  if not is_number or kind.type == "integer" and value ~= math.floor(value) then
    return ("%s: %s expected"):format(name, kind.type)
  elseif value < (kind.minimum or -math.huge) or value > (kind.maximum or math.huge) then
    return ("%s: %s %s expected, got %s"):format(name, kind.type, range(kind), value)
  end
end

local LUA <const> = { string = "string", boolean = "boolean", object = "table", array = "table" }

-- Checks a value. Returns its fault, or nil.
function check(value, kind, name)
  if kind.type == "integer" or kind.type == "number" then
    return check_number(value, kind, name)
  elseif type(value) ~= LUA[kind.type] then
    return ("%s: %s expected, got %s"):format(name, kind.type, type(value))
  elseif kind.enum then
    for _, choice in ipairs(kind.enum) do
      if value == choice then
        return
      end
    end
    return ("%s: one of %s expected, got '%s'"):format(name, table.concat(kind.enum, ", "), value)
  elseif kind.type == "object" then
    return check_object(value, kind, name == "" and "" or name .. ": ")
  end
end

--- Checks the arguments of a tool. Returns their fault, or nil.
---@param arguments table
---@param kind table a schema of schema.object
---@return string|nil problem
function schema.check(arguments, kind)
  return check(arguments, kind, "")
end

return schema
