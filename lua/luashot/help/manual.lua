--- The documentation for help() and completion: the annotations, by value and by name.

local core = require "luashot.core"

local manual = {}

local reference -- made from docs/annotations by the build
local by_name = {} -- "luashot.open" -> item
local members = {} -- owner -> { member -> function, value or field }
local classes = {} -- "luashot.frame", in lower case -> item
local shorter = {} -- "frame" -> item
local by_function -- function -> item

local function load()
  if reference then
    return
  end
  reference = require "luashot.reference"
  local function member(owner, name, item)
    members[owner] = members[owner] or {}
    members[owner][name] = members[owner][name] or item
  end
  for _, item in ipairs(reference.items) do
    by_name[item.name] = by_name[item.name] or item
    if item.owner then
      member(item.owner, item.member, item)
    end
    if item.kind == "class" then
      classes[item.name:lower()] = item
      shorter[item.name:lower():match "[^.]*$"] = item
      for _, field in ipairs(item.fields or {}) do
        member(item.name, field.name, field)
      end
    end
  end
end

-- The table of a module's or class's functions; nil when it is not loaded yet, or there is none.
local function functions_of(owner)
  if package.loaded[owner] then
    return package.loaded[owner]
  end
  local metatable = debug.getregistry()[owner:lower()]
  local methods = owner == "luashot.Frame" and core.frame or type(metatable) == "table" and metatable.__index
  return type(methods) == "table" and methods or nil
end

local function index_functions()
  by_function = {}
  local function add(fn, item)
    if type(fn) == "function" then
      by_function[fn] = by_function[fn] or item
    end
  end
  for _, item in ipairs(reference.items) do
    if item.kind == "function" and not item.owner then
      add(rawget(_G, item.name), item)
    end
  end
  for owner, list in pairs(members) do
    local functions = functions_of(owner)
    for name, item in pairs(list) do
      if functions and item.kind == "function" then
        add(functions[name], item)
      end
    end
  end
end

--- The class of a handle, or of a module.
---@param value any
---@return table|nil item
function manual.class_of(value)
  load()
  for owner in pairs(members) do
    if value ~= nil and value == package.loaded[owner] then
      return classes[owner:lower()]
    end
  end
  local metatable = debug.getmetatable(value)
  local name = type(metatable) == "table" and rawget(metatable, "__name")
  return type(name) == "string" and classes[name:lower()] or nil
end

--- A class by its name, "luashot.GrabOptions".
---@param name string
---@return table|nil item
function manual.class(name)
  load()
  return classes[name:lower()]
end

--- An alias by its name, "luashot.PixelFormat".
---@param name string
---@return table|nil item
function manual.alias(name)
  load()
  local item = by_name[name]
  return item and item.kind == "alias" and item or nil
end

--- The functions, values and fields of a class by name.
---@param class table
---@return table<string, table>
function manual.members(class)
  load()
  return members[class.name] or {}
end

--- The documentation of a function.
---@param fn function
---@return table|nil item
function manual.of_function(fn)
  load()
  if not by_function or not by_function[fn] then
    index_functions() -- again, because modules are loaded on first use
  end
  return by_function[fn]
end

--- The meaning of an error code.
---@param code string
---@return { means: string, helps: string|nil }|nil
function manual.code(code)
  load()
  return reference.codes[code]
end

local function sorted(list)
  table.sort(list, function(a, b)
    return a.name < b.name
  end)
  return list
end

-- The functions and values of that name in any class or module.
local function called(name)
  local found = {}
  for _, item in ipairs(reference.items) do
    if item.member == name then
      found[#found + 1] = item
    end
  end
  return sorted(found)
end

-- The classes with a field or option of that name.
local function having(name)
  local found = {}
  for _, class in pairs(classes) do
    for _, field in ipairs(class.fields or {}) do
      if field.name == name then
        found[#found + 1] = { kind = "field", name = class.name .. "." .. name, field = field }
      end
    end
  end
  return sorted(found)
end

--- The items of a name: "luashot.open", "grab", "display.grab", "frame", "clip", "EBUSY".
---@param name string
---@return table[] items; those that are fields or codes have the kind "field" or "code"
function manual.find(name)
  load()
  local item = by_name[name] or by_name[name:gsub("%.", ":", 1)] or by_name[name:lower()]
    or by_name["luashot." .. name] or shorter[name:lower()]
  if item then
    return { item }
  elseif reference.codes[name] then
    return { { kind = "code", name = name } }
  end
  local owner, member = name:lower():match "^([%w_]+)[.:]([%w_]+)$"
  local class = owner and shorter[owner]
  local one = class and manual.members(class)[member]
  if one then
    return { one.kind and one or { kind = "field", name = name, field = one } }
  end
  local found = called(name)
  return #found > 0 and found or having(name)
end

--- The name that a mistyped one most likely stands for.
---@param wrong string
---@param others? string[] further names that it may have been
---@return string|nil
function manual.nearest(wrong, others)
  load()
  local names = table.move(others or {}, 1, #(others or {}), 1, {})
  for name, item in pairs(by_name) do
    names[#names + 1] = name
    names[#names + 1] = item.member
  end
  table.sort(names)
  return core.nearest(wrong, names)
end

return manual
