--- luashot.json: text and values, by dkjson, with bounds on the cost of both.

local json = {}

local DEPTH <const> = 200 -- of lists and objects in each other
local SIZE <const> = 64 << 20 -- bytes of a text

-- The end of the string that begins at `at`; nil when it has no end.
local function skip_string(text, at)
  repeat
    at = text:find('["\\]', at + 1)
    if at and text:byte(at) == 92 then
      at = at + 1
    elseif at then
      return at
    end
  until not at
end

-- Checks the text before decoding; returns the reason against it.
local function find_wrong(text)
  local depth, at = 0, text:find '["%[%]{}/]'
  while at do
    local mark = text:sub(at, at)
    if mark == "/" then
      return ("not JSON: unexpected text at byte %d"):format(at), "EFORMAT" -- dkjson accepts comments
    elseif mark == '"' then
      at = skip_string(text, at)
    else
      depth = depth + ((mark == "[" or mark == "{") and 1 or -1)
    end
    if depth > DEPTH then
      return ("a JSON text of more than %d levels is too deep"):format(DEPTH), "EFBIG"
    end
    at = at and text:find('["%[%]{}/]', at + 1)
  end
end

-- Whether a value has at most `levels` levels; a value that contains itself has not.
local function is_flat(value, levels)
  if type(value) ~= "table" or value == json.null then
    return true
  elseif levels == 0 then
    return false
  end
  for _, field in next, value do
    if not is_flat(field, levels - 1) then
      return false
    end
  end
  return true
end

--- See docs/annotations/json.lua.
---@param value any
---@param options? { indent?: boolean }
---@return string
function json.encode(value, options)
  local dkjson = require "luashot.dkjson"
  require("luashot.core").check_options(options, { "indent" }, 2)
  if not is_flat(value, DEPTH) then
    error(("json.encode: the value is deeper than %d levels, or holds itself"):format(DEPTH), 2)
  end
  local ok, text = pcall(dkjson.encode, value, { indent = options and options.indent })
  if not ok then
    error("json.encode: " .. tostring(text):gsub("^[^:]*:%d+: ", ""), 2)
  end
  return text
end

--- See docs/annotations/json.lua.
---@param text string
---@return any value
---@return string? message
---@return string? code
function json.decode(text)
  local dkjson = require "luashot.dkjson"
  if type(text) ~= "string" then
    error(("bad argument #1 to 'decode' (string expected, got %s)"):format(type(text)), 2)
  elseif #text > SIZE then
    return nil, ("a JSON text of %d bytes is too long: the limit is %d"):format(#text, SIZE), "EFBIG"
  end
  local wrong, code = find_wrong(text)
  if wrong then
    return nil, wrong, code
  end
  local value, at, message = dkjson.decode(text, 1, json.null)
  local rest = not message and text:find("%S", at)
  if message or rest then
    return nil, "not JSON: " .. (message or ("unexpected text at byte %d"):format(rest)), "EFORMAT"
  end
  return value
end

return setmetatable(json, {
  -- The value that stands for null, in both directions.
  __index = function(_, name)
    return name == "null" and require("luashot.dkjson").null or nil
  end,
})
