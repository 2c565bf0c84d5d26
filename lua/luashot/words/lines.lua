--- Joins words to lines of text, and finds a text in these.

local lines = {}

--- A line, and the place of each word in its text.
---@class luashot.words.Line
---@field text string
---@field words luashot.Word[]
---@field starts integer[] of each word its first byte in the text

--- Makes lines of words, which are in reading order.
---@param words luashot.Word[]
---@param apart string goes between words that stand apart, as in columns; a space goes between others
---@return luashot.words.Line[]
function lines.of(words, apart)
  local list, line = {}, nil
  for i, word in ipairs(words) do
    local before = words[i - 1]
    if not line or before.line ~= word.line then
      line = { text = "", words = {}, starts = {} }
      list[#list + 1] = line
    else
      line.text = line.text .. (before.block == word.block and " " or apart)
    end
    line.words[#line.words + 1] = word
    line.starts[#line.words] = #line.text + 1
    line.text = line.text .. word.text
  end
  return list
end

-- Makes the box around the words of a line that have a byte from `first` to `last`.
local function place(line, first, last)
  local left, top, right, bottom = math.huge, math.huge, -math.huge, -math.huge
  local confidence = 100
  for i, word in ipairs(line.words) do
    local start = line.starts[i]
    if start <= last and start + #word.text > first then
      left, top = math.min(left, word.x), math.min(top, word.y)
      right, bottom = math.max(right, word.x + word.width), math.max(bottom, word.y + word.height)
      confidence = math.min(confidence, word.confidence)
    end
  end
  return left < right and { text = line.text:sub(first, last), x = left, y = top, width = right - left,
    height = bottom - top, confidence = confidence } or nil
end

--- Finds the places of a text in words, in reading order.
---@param words luashot.Word[]
---@param text string
---@param is_pattern boolean|nil whether it is a pattern of Lua's; else one space stands for any number of them
---@param most integer places to find
---@return luashot.TextMatch[]
function lines.find(words, text, is_pattern, most)
  if not is_pattern then
    text = text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  end
  local is_anchored = is_pattern and text:sub(1, 1) == "^"
  local found = {}
  for _, line in ipairs(lines.of(words, " ")) do
    local first, last = line.text:find(text, 1, not is_pattern)
    while first and #found < most do
      found[#found + 1] = last >= first and place(line, first, last) or nil
      first, last = line.text:find(text, is_anchored and #line.text + 2 or math.max(first, last) + 1, not is_pattern)
    end
  end
  return found
end

--- Checks a text to find. Returns its fault, or nil.
---@param text any
---@param is_pattern any
---@return string|nil message
function lines.check(text, is_pattern)
  if type(text) ~= "string" then
    return ("a string expected, got %s"):format(type(text))
  elseif not text:find "%S" then
    return "a text with letters expected"
  end
  local ok, message = pcall(string.find, "", text)
  return is_pattern and not ok and ("'%s' is not a pattern: %s"):format(text, message) or nil
end

return lines
