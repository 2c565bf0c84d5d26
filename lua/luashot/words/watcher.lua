--- Reads the words of one place again and again. The watcher reads only lines that have changed, and
--- remembers readings: a line with a blinking cursor has two looks, and each of them is read once.

local Watcher = {}
Watcher.__index = Watcher

local MARGIN <const> = 14 -- pixels around an area, which show its background
local KEPT <const> = 64 -- readings that are remembered
local MOST <const> = 0.6 -- of the area: if more has changed, the watcher reads all of it

local function union(a, b)
  local x, y = math.min(a.x, b.x), math.min(a.y, b.y)
  return { x = x, y = y, width = math.max(a.x + a.width, b.x + b.width) - x,
    height = math.max(a.y + a.height, b.y + b.height) - y }
end

-- Makes a rectangle larger by some pixels, and clips it to the frame; nil if nothing is left.
local function within(rect, frame, wider, higher)
  local x, y = math.max(0, rect.x - wider), math.max(0, rect.y - higher)
  local right = math.min(frame.width, rect.x + rect.width + wider)
  local bottom = math.min(frame.height, rect.y + rect.height + higher)
  return right > x and bottom > y and { x = x, y = y, width = right - x, height = bottom - y } or nil
end

local function touch(a, b, wider, higher)
  return a.x - wider < b.x + b.width and b.x - wider < a.x + a.width
    and a.y - higher < b.y + b.height and b.y - higher < a.y + a.height
end

-- Makes the boxes of the lines of words.
local function boxes(words)
  local list, box, before = {}, nil, nil
  for _, word in ipairs(words) do
    if before and before.line == word.line and before.block == word.block then
      box = union(box, word)
      list[#list] = box
    else
      box = union(word, word)
      list[#list + 1] = box
    end
    before = word
  end
  return list
end

-- Widens rectangles to whole lines, and unites those that touch.
local function widen(rects, lines, frame)
  local areas = {}
  for _, rect in ipairs(rects) do
    areas[#areas + 1] = within(rect, frame, 2, 2)
  end
  local again = true
  while again do
    again = false
    for i = #areas, 1, -1 do
      for k, line in pairs(lines) do
        if touch(areas[i], line, line.height, 1) then
          areas[i], lines[k], again = union(areas[i], line), nil, true
        end
      end
      for k = i - 1, 1, -1 do
        if touch(areas[i], areas[k], 0, 0) then
          areas[k], again = union(areas[k], areas[i]), true
          table.remove(areas, i)
          break
        end
      end
    end
  end
  return areas
end

---@param language? string
---@return table
function Watcher.new(language)
  return setmetatable({ language = language, readings = {}, order = {}, next = 1, line = 0 }, Watcher)
end

--- Releases the previous picture, which serves to find changes.
function Watcher:close()
  if self.previous then
    self.previous:release()
    self.previous = nil
  end
end

-- Returns the words of a part, read or remembered; coordinates are relative to the part.
function Watcher:read(frame, area)
  local part <close> = frame:crop(area.x, area.y, area.width, area.height)
  local key = ("%s %dx%d"):format(part:hash(), area.width, area.height)
  local words = self.readings[key]
  if words then
    return words
  end
  local message, code
  words, message, code = part:words { language = self.language, min_confidence = 0 }
  if not words then
    return nil, message, code
  end
  local forgotten = self.order[self.next]
  if forgotten then
    self.readings[forgotten] = nil
  end
  self.order[self.next], self.next = key, self.next % KEPT + 1
  self.readings[key] = words
  return words
end

-- Replaces the words of an area by those that it shows now. Their lines get new numbers.
function Watcher:replace(frame, area)
  local around = within(area, frame, MARGIN, MARGIN)
  local new, message, code = self:read(frame, around)
  if not new then
    return nil, message, code
  end
  local function is_inside(x, y)
    return x >= area.x and x < area.x + area.width and y >= area.y and y < area.y + area.height
  end
  local words, last = {}, 0
  for _, word in ipairs(self.words or {}) do
    if not is_inside(word.x + word.width / 2, word.y + word.height / 2) then
      words[#words + 1] = word
    end
  end
  for _, word in ipairs(new) do
    local x, y = word.x + around.x, word.y + around.y
    if is_inside(x + word.width / 2, y + word.height / 2) then
      words[#words + 1] = { text = word.text, x = x, y = y, width = word.width, height = word.height,
        confidence = word.confidence, line = self.line + word.line, block = self.line + word.block }
      last = math.max(last, word.line, word.block)
    end
  end
  self.words, self.line = words, self.line + last
  return true
end

-- Returns the areas that have changed since the previous look.
function Watcher:changed(frame, rects)
  local whole = { { x = 0, y = 0, width = frame.width, height = frame.height } }
  if self.width ~= frame.width or self.height ~= frame.height then
    self.words = nil
  end
  if not self.words then
    return whole
  end
  if not rects then
    local difference = self.previous and frame:diff(self.previous)
    if not difference then
      return whole
    end
    rects = difference.rects
  end
  local areas, sum = widen(rects, boxes(self.words), frame), 0
  for _, area in ipairs(areas) do
    sum = sum + area.width * area.height
  end
  return sum > MOST * frame.width * frame.height and whole or areas
end

-- Keeps the frame for the next comparison, unless events tell the changes.
function Watcher:keep(frame, has_events)
  self:close()
  self.previous = not has_events and frame:copy() or nil
  self.width, self.height = frame.width, frame.height
end

--- Returns the words that the frame shows.
---@param frame luashot.Frame
---@param rects luashot.Region[]|nil drawn since the last look, in the frame; nil: not known
---@return luashot.Word[]|nil words
---@return string? message
---@return string? code
function Watcher:look(frame, rects)
  for _, area in ipairs(self:changed(frame, rects)) do
    local ok, message, code = self:replace(frame, area)
    if not ok then
      self.words = nil
      return nil, message, code
    end
  end
  self:keep(frame, rects ~= nil)
  self.words = self.words or {}
  return self.words
end

return Watcher
