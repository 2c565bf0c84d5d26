--- The tools that read. The server has them if luashot can read (frame:words).

local lines = require "luashot.words.lines"
local rpc = require "luashot.mcp.rpc"
local schema = require "luashot.mcp.schema"
local view = require "luashot.mcp.view"

local need, refuse = view.need, view.refuse

local words = {}

local MOST <const> = 2000 -- words in an answer

-- Reads the words of a frame, in pixels of the screen.
local function read(frame, arguments)
  local found = rpc.list()
  for i, word in ipairs(need(frame:words { language = arguments.language })) do
    if i > MOST then
      break
    end
    found[i] = { text = word.text, x = frame.x + word.x, y = frame.y + word.y, width = word.width,
      height = word.height, line = word.line, block = word.block }
  end
  return found
end

-- Joins the words to lines.
local function text_of(found)
  local texts = {}
  for i, line in ipairs(lines.of(found, "  ")) do
    texts[i] = line.text
  end
  return table.concat(texts, "\n")
end

-- Makes letters small: Latin ones with accents, Greek and Cyrillic ones too, which string.lower does not know.
local function fold(text)
  return (text:lower():gsub(utf8.charpattern, function(letter)
    local code = utf8.codepoint(letter)
    local is_large = code >= 0xC0 and code <= 0xDE and code ~= 0xD7 or code >= 0x391 and code <= 0x3A9
      or code >= 0x410 and code <= 0x42F
    return is_large and utf8.char(code + 32) or nil
  end))
end

-- Returns the text to find, folded, with single spaces.
local function read_wanted(arguments)
  local wrong = lines.check(arguments.text) or not utf8.len(arguments.text) and "a text in UTF-8 expected"
  if wrong then
    refuse("text: " .. wrong)
  end
  return (fold(arguments.text):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

-- Finds a folded text in successive words of a line, ignoring case; nil if there is none.
local function find(found, wanted)
  for first = 1, #found do
    local text, box = nil, nil
    for i = first, math.min(#found, first + 31) do
      local word = found[i]
      if i > first and (word.line ~= found[first].line or word.block ~= found[first].block) then
        break
      end
      text = text and text .. " " .. fold(word.text) or fold(word.text)
      local right = math.max(box and box.x + box.width or 0, word.x + word.width)
      local bottom = math.max(box and box.y + box.height or 0, word.y + word.height)
      local x, y = math.min(box and box.x or word.x, word.x), math.min(box and box.y or word.y, word.y)
      box = { x = x, y = y, width = right - x, height = bottom - y }
      if text:find(wanted, 1, true) then
        -- The words before the text do not belong to it.
        local rest = i > first and find(table.move(found, first + 1, i, 1, {}), wanted)
        box = rest or box
        box.center_x, box.center_y = box.x + box.width // 2, box.y + box.height // 2
        return box
      end
    end
  end
end

local PLACE <const> = { x = schema.integer "left edge, in pixels of the screen", y = schema.integer "top edge",
  width = schema.integer "pixels", height = schema.integer "pixels" }
local WORD <const> = { text = schema.text "the word", line = schema.integer "which line of its block",
  block = schema.integer "which block" }
local FOUND <const> = { center_x = schema.integer "to click", center_y = schema.integer "to click" }
for name, value in pairs(PLACE) do
  WORD[name], FOUND[name] = value, value
end

--- The tools, made with what tools.lua gives.
---@param looking fun(fields: table, required?: string[]): table
---@param waiting fun(fields: table, required?: string[]): table
---@param wait_for function
---@return table<string, table>
function words.tools(looking, waiting, wait_for)
  local language = schema.text "of the text, as tesseract names them: eng (the default), deu, eng+deu"
  return {
    read_text = {
      title = "Read the text on the screen",
      description = "Read the text on the screen or in a part of it: lines, and where each word is.",
      input = looking { language = language, places = schema.flag "tell where each word is; default true" },
      output = schema.object({ text = schema.text "the lines", words = schema.list("where", schema.object(WORD)) },
        { "text" }),
      call = function(server, arguments)
        local frame <close> = server.view:grab(arguments)
        local found = read(frame, arguments)
        return { text = text_of(found), words = arguments.places ~= false and found or nil }
      end,
    },
    find_text = {
      title = "Find text on the screen",
      description = "Find where a text is on the screen, whatever its case. It must stand on one line.",
      input = looking({ text = schema.text "what to find", language = language }, { "text" }),
      output = schema.object({ found = schema.flag "whether it is there", place = schema.object(FOUND) }, { "found" }),
      call = function(server, arguments)
        local wanted = read_wanted(arguments)
        local frame <close> = server.view:grab(arguments)
        local place = find(read(frame, arguments), wanted)
        return { found = place ~= nil, place = place }
      end,
    },
    wait_for_text = {
      title = "Wait for text on the screen",
      description = "Wait until a text appears on the screen, and tell where.",
      input = waiting({ text = schema.text "what to wait for", language = language }, { "text" }),
      output = schema.object({ happened = schema.flag "false: the time ran out",
        seconds = schema.number "how long that took", place = schema.object(FOUND) }, { "happened", "seconds" }),
      call = function(server, arguments, request)
        local wanted = read_wanted(arguments)
        local place, seconds = wait_for(server, arguments, request, function(frame)
          return find(read(frame, arguments), wanted)
        end)
        return { happened = place ~= nil, seconds = seconds, place = place }
      end,
    },
  }
end

return words
