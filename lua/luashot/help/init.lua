--- help(): the reference, at the prompt.

local manual = require "luashot.help.manual"
local outlet = require "luashot.show.outlet"

local NAMES <const> = 26 -- the width of their column
local TEXT <const> = 70 -- and of the texts beside it

local overview = [[
help(luashot.open), help"grab", help"display:grab"   what a function takes, gives and fails with
help(luashot), help(frame), help"Frame"              what a module or a handle has
help"clip", help"EBUSY"                              an option, an error code

]]

local INDENT <const> = (" "):rep(NAMES + 4)

-- Wraps a text to the width; all lines but the first are indented.
local function wrapped(text)
  local out, length = {}, 0
  for word in text:gmatch "%S+" do
    local width = utf8.len(word) or #word
    if length > 0 and length + 1 + width > TEXT then
      out[#out + 1] = "\n" .. INDENT
      length = 0
    elseif length > 0 then
      out[#out + 1] = " "
      length = length + 1
    end
    out[#out + 1] = word
    length = length + width
  end
  return table.concat(out)
end

local function row(name, text)
  if #name > NAMES and text ~= "" then
    name = name .. "\n" .. (" "):rep(NAMES + 2)
  end
  return (("  %-" .. NAMES .. "s  %s"):format(name, wrapped(text)):gsub(" +$", "")) .. "\n"
end

local function first_sentence(text)
  local flat = text:gsub("\n", " ")
  return flat:match "^(.-%.)%s" or flat
end

local function quoted_choices(alias)
  local out = {}
  for _, choice in ipairs(alias.choices or {}) do
    out[#out + 1] = row("    " .. choice.value, choice.text)
  end
  return table.concat(out)
end

-- The options of a class, or the choices of an alias, in a type.
local function details(type)
  local out = {}
  for name in type:gmatch "luashot%.[%w_]+" do
    local class, alias = manual.class(name), manual.alias(name)
    if class and name:find "Options$" then
      for _, field in ipairs(class.fields or {}) do
        out[#out + 1] = row("    " .. field.name, ("%s; %s"):format(field.type, field.text):gsub("; $", ""))
      end
    elseif alias then
      out[#out + 1] = quoted_choices(alias)
    end
  end
  return table.concat(out)
end

local function described(one)
  local text = one.text ~= "" and "; " .. one.text or ""
  return one.type .. (one.optional and " or nil" or "") .. text
end

local render = {}

-- The results: names and types; and the codes of failures.
local function results(item)
  local given, codes = {}, nil
  for _, result in ipairs(item.returns or {}) do
    local name, rest = result.name:match "^(%S*) ?(.*)$"
    if name == "code" then
      codes = rest
    elseif name ~= "message" then
      local type = codes == nil and result.type:gsub("|nil$", "")
      given[#given + 1] = row(name == "" and "result" or name, type .. (rest ~= "" and "; " .. rest or ""))
    end
  end
  return table.concat(given), codes
end

render["function"] = function(item)
  local out = { ("%s(%s)\n\n%s\n"):format(item.name, table.concat(item.arguments, ", "), item.text) }
  local parts = {}
  for _, param in ipairs(item.params or {}) do
    parts[#parts + 1] = row(param.name, described(param)) .. details(param.type)
  end
  if #parts > 0 then
    out[#out + 1] = "\nTakes\n" .. table.concat(parts)
  end
  local given, codes = results(item)
  if given ~= "" then
    out[#out + 1] = "\nGives\n" .. given
  end
  if codes then
    out[#out + 1] = "\nOr nil, a message and a code\n"
    for code, after in codes:gmatch "(E%u+)()" do
      local meaning = manual.code(code)
      local own = codes:match("^ (%b())", after)
      out[#out + 1] = row(code, own and own:sub(2, -2) or meaning and meaning.means or "the system's own")
    end
  end
  return table.concat(out)
end

-- A class, module or handle: one line for each function, then its fields.
function render.class(item)
  local functions, fields = {}, {}
  for name, one in pairs(manual.members(item)) do
    if one.kind == "function" then
      local call = ("%s(%s)"):format(one.name, table.concat(one.arguments, ", "))
      functions[#functions + 1] = row(call, first_sentence(one.text))
    else
      fields[#fields + 1] = row(name, described(one))
    end
  end
  table.sort(functions)
  table.sort(fields)
  local out = { item.name .. "\n" }
  if item.text ~= "" then
    out[#out + 1] = "\n" .. item.text .. "\n"
  end
  for _, part in ipairs { { "Functions", functions }, { "Fields", fields } } do
    if #part[2] > 0 then
      out[#out + 1] = ("\n%s\n%s"):format(part[1], table.concat(part[2]))
    end
  end
  return table.concat(out)
end

function render.alias(item)
  local text = item.text ~= "" and item.text .. "\n" or ""
  return ("%s\n\n%s%s%s"):format(item.name, item.type and item.type .. "\n" or "", text, quoted_choices(item))
end

function render.value(item)
  local class = item.type and manual.class(item.type)
  if class and item.text == "" then
    return render.class(class)
  end
  return ("%s: %s\n\n%s\n"):format(item.name, item.type, item.text)
end

function render.field(item)
  return ("%s: %s\n"):format(item.name, described(item.field))
end

function render.code(item)
  local code = manual.code(item.name)
  return ("%s: %s%s\n"):format(item.name, code.means, code.helps and "\nWhat helps: " .. code.helps or "")
end

local function all(items)
  local texts = {}
  for i, item in ipairs(items) do
    texts[i] = render[item.kind](item)
  end
  return table.concat(texts, "\n")
end

local function general()
  local out = { overview }
  for _, name in ipairs { "luashot", "grab", "every", "after", "at", "cron", "sleep", "help" } do
    local item = manual.find(name)[1]
    if item and item.kind == "function" then
      local call = ("%s(%s)"):format(item.name, table.concat(item.arguments, ", "))
      out[#out + 1] = row(call, first_sentence(item.text))
    end
  end
  return table.concat(out)
end

local function about_name(name)
  local items = manual.find(name)
  if #items > 0 then
    return all(items)
  end
  local nearest = manual.nearest(name)
  local hint = nearest and (" (did you mean '%s'?)"):format(nearest) or ""
  return ("no name here is '%s'%s\n"):format(name, hint)
end

local function about_value(value)
  if type(value) == "function" then
    local item = manual.of_function(value)
    return item and all { item } or "this function has no documentation\n"
  end
  local class = manual.class_of(value)
  return class and all { class } or ("this %s has no documentation\n"):format(type(value))
end

--- Shows the text.
return function(...)
  local about = ...
  local text
  if select("#", ...) == 0 then
    text = general()
  elseif type(about) == "string" then
    text = about_name(about)
  else
    text = about_value(about)
  end
  outlet.write(text)
end
