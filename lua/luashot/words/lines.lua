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

--- Makes a function that finds the first place of a text in words.
---@param text string
---@param is_pattern boolean|nil whether it is a pattern of Lua's; else one space stands for any number of them
---@return fun(words: luashot.Word[]): luashot.TextMatch|nil
function lines.finder(text, is_pattern)
  if not is_pattern then
    text = text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  end
  return function(words)
    for _, line in ipairs(lines.of(words, " ")) do
      local first, last = line.text:find(text, 1, not is_pattern)
      local match = first and last >= first and place(line, first, last)
      if match then
        return match
      end
    end
  end
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
