--- Whether Lua code that is typed line by line has to go on, by its words alone: a block, bracket, string or
--- comment is open, or the last word wants another one. Complete code is never reported as
--- unfinished, and most incomplete code is. The cost is proportional to the length of the code.

local unfinished = {}

-- How many more ends a word wants.
local depths = {
  ["function"] = 1, ["do"] = 1, ["if"] = 1, ["repeat"] = 1, ["end"] = -1, ["until"] = -1,
  ["("] = 1, ["["] = 1, ["{"] = 1, [")"] = -1, ["]"] = -1, ["}"] = -1,
}

-- Words after which no chunk ends. `>` and `:` can be the last of an attribute and a label.
local wanting = {}
for word in ("and or not local goto = + - * / % ^ # & | ~ < , .."):gmatch "%S+" do
  wanting[word] = true
end

---@class luashot.Unfinished
---@field package depth integer ends that are wanted
---@field package last string|nil the last word
---@field package close string|nil of the long string or comment that is open
---@field package quote string|nil of the string that is open
---@field package skips boolean|nil whether blanks are not of that string
local Unfinished = {}
Unfinished.__index = Unfinished

---@return luashot.Unfinished
function unfinished.new()
  return setmetatable({ depth = 0 }, Unfinished)
end

-- Continues inside a quoted string. A newline in it is an error, which the compiler reports.
local function pass_quoted(self, text, at)
  at = self.skips and text:match("^%s*()", at) or at
  self.skips = self.skips and at > #text
  local stop = text:find("[\\\n\r" .. self.quote .. "]", at)
  if not stop then
    return #text + 1
  elseif text:sub(stop, stop) ~= "\\" then
    self.quote = nil
    return stop + 1
  end
  self.skips = text:sub(stop + 1, stop + 1) == "z"
  return text:match("^\r?\n?()", stop + 1) + (text:find("^[\r\n]", stop + 1) and 0 or 1)
end

-- Takes the word, comment or beginning of a string at a place that is not a blank.
local function take(self, text, at)
  local comment = text:match("^%-%-()", at)
  local level, inside = text:match("^%[(=*)%[()", comment or at)
  if level then
    self.close = "]" .. level .. "]"
    self.last = not comment and self.close or self.last
    return inside
  elseif comment then
    return text:find("[\r\n]", comment) or #text + 1
  end
  local word = text:match("^[%a_][%w_]*", at) or text:match("^%d[%w%.]*", at) or text:match("^%.%.%.?", at)
    or text:sub(at, at)
  self.depth = self.depth + (depths[word] or 0)
  self.quote = (word == '"' or word == "'") and word or nil
  self.last = word
  return at + #word
end

--- Takes one more line, or several.
---@param text string without the last newline
function Unfinished:add(text)
  text = text .. "\n"
  local at = 1
  while at <= #text do
    if self.close then
      local _, stop = text:find(self.close, at, true)
      if not stop then
        return
      end
      self.close, at = nil, stop + 1
    elseif self.quote then
      at = pass_quoted(self, text, at)
    else
      at = text:match("^%s*()", at)
      at = at <= #text and take(self, text, at) or at
    end
  end
end

--- Whether more lines must follow those taken so far.
---@return boolean
function Unfinished:is_open()
  return self.depth > 0 or self.close ~= nil or self.quote ~= nil or wanting[self.last] == true
end

return unfinished
