--- Reads the text of frames and displays: frame:text without a place to draw at, display:find_text.

local core = require "luashot.core"
local lines = require "luashot.words.lines"

local words = {}

--- Reads the lines of text in a frame.
---@param frame luashot.Frame
---@param options? luashot.WordsOptions
---@return string[]|nil lines
---@return string? message
---@return string? code
function words.text(frame, options)
  local list, message, code = frame:words(options)
  if not list then
    return nil, message, code
  end
  local texts = {}
  for i, line in ipairs(lines.of(list, "  ")) do
    texts[i] = line.text
  end
  return texts
end

-- Takes the options of frame:words out of others.
local function reading(options)
  return { language = options.language, area = options.area, min_confidence = options.min_confidence }
end

--- See docs/annotations/luashot.lua.
---@param display luashot.Display
---@param text string
---@param options? luashot.FindTextOptions
---@return luashot.TextMatch|luashot.TextMatch[]|nil
---@return string? message
---@return string? code
function words.find_text(display, text, options)
  core.check_options(options, { "what", "pattern", "language", "area", "min_confidence", "timeout", "all" }, 3)
  options = options or {}
  local wrong = lines.check(text, options.pattern)
  if wrong then
    error(("bad argument #1 to 'find_text' (%s)"):format(wrong), 3)
  end
  local frame <close>, message, code = display:grab(options.what, { timeout = options.timeout })
  if not frame then
    return core.fail(message, code)
  end
  local list, why, which = frame:words(reading(options))
  if not list then
    return core.fail(why, which)
  end
  local matches = lines.find(list, text, options.pattern, options.all and math.maxinteger or 1)
  for _, match in ipairs(matches) do
    match.x, match.y = match.x + frame.x, match.y + frame.y
    core.bind(match, display, 0, 0)
  end
  if options.all then
    return matches
  end
  return matches[1]
end

return words
