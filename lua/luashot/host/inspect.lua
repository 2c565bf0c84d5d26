--- Values as text for people, for the prompt.

local WIDTH <const> = 78 -- of a table on one line
local DEPTH <const> = 6 -- of tables in tables
local ENTRIES <const> = 200 -- of one table

local escapes = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ['"'] = '\\"', ["\\"] = "\\\\" }

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(char)
    return escapes[char] or ("\\x%02x"):format(char:byte())
  end) .. '"'
end

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat
  return then true until while]]):gmatch "%a+" do
  keywords[word] = true
end

local show

local function shown_key(key, seen, depth)
  if type(key) == "string" and key:find "^[%a_][%w_]*$" and not keywords[key] then
    return key
  end
  return "[" .. show(key, seen, depth) .. "]"
end

-- The keys outside the array part, strings first and sorted.
local function other_keys(value, count)
  local keys = {}
  for key in next, value do
    if not (math.type(key) == "integer" and key >= 1 and key <= count) then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, function(a, b)
    local first, second = type(a), type(b)
    if first ~= second then
      return first == "string" or second ~= "string" and first < second
    elseif first == "string" or first == "number" then
      return a < b
    end
    return false
  end)
  return keys
end

local function entries_of(value, seen, depth)
  local count = rawlen(value)
  local keys = other_keys(value, count)
  local entries = {}
  for i = 1, math.min(count, ENTRIES) do
    entries[i] = show(rawget(value, i), seen, depth)
  end
  for i = 1, math.min(#keys, ENTRIES - #entries) do
    local key = keys[i]
    entries[#entries + 1] = shown_key(key, seen, depth) .. " = " .. show(rawget(value, key), seen, depth)
  end
  local left = count + #keys - #entries
  if left > 0 then
    entries[#entries + 1] = ("… %d more"):format(left)
  end
  return entries
end

local function show_table(value, seen, depth)
  if next(value) == nil then
    return "{}"
  elseif seen[value] or depth >= DEPTH then
    return "{…}"
  end
  seen[value] = true
  local entries = entries_of(value, seen, depth + 1)
  seen[value] = nil
  local length = 2 * depth + 4
  for _, entry in ipairs(entries) do
    length = entry:find("\n", 1, true) and math.huge or length + #entry + 2
  end
  if length <= WIDTH then
    return "{ " .. table.concat(entries, ", ") .. " }"
  end
  local indent = ("  "):rep(depth + 1)
  return "{\n" .. indent .. table.concat(entries, ",\n" .. indent) .. ",\n" .. ("  "):rep(depth) .. "}"
end

local function has_name(value)
  local meta = debug.getmetatable(value)
  return type(meta) == "table" and rawget(meta, "__tostring") ~= nil
end

local places = { slot = "holds a slot of %s", image = "an image of %s", ring = "%s in a ring" }

local function show_bytes(bytes)
  if bytes < 1 << 20 then
    return ("%.0f KB"):format(math.max(1, bytes / 1024))
  end
  return ("%.1f MB"):format(bytes / (1 << 20))
end

-- "frame 1 (root 640x480+0+0), bgrx, holds a slot of 1.2 MB"
local function show_frame(value)
  local ok, place, bytes = pcall(require("luashot.core").frame_memory, value)
  if not ok then
    return tostring(value) -- its name says that it is released
  end
  return ("%s, %s, %s"):format(tostring(value), value.format, places[place]:format(show_bytes(bytes)))
end

local function is_frame(value)
  local meta = type(value) == "userdata" and debug.getmetatable(value)
  return meta and meta.__name == "luashot.frame"
end

function show(value, seen, depth)
  if is_frame(value) then
    return show_frame(value)
  elseif type(value) == "string" then
    return quoted(value)
  elseif type(value) == "table" and not has_name(value) then
    return show_table(value, seen, depth)
  end
  local ok, text = pcall(tostring, value)
  return ok and text or ("<%s: %s>"):format(type(value), tostring(text))
end

--- The values side by side, as `print` shows them, but tables with their contents. Runs no
--- metamethod other than __tostring.
---@param ... any
---@return string
return function(...)
  local texts = table.pack(...)
  for i = 1, texts.n do
    texts[i] = type(texts[i]) == "string" and texts[i] or show(texts[i], {}, 0)
  end
  return table.concat(texts, "\t")
end
