--- The tools that read. The server has them if luashot can read (frame:words).

local lines = require "luashot.words.lines"
local rpc = require "luashot.mcp.rpc"
local schema = require "luashot.mcp.schema"
local view = require "luashot.mcp.view"

local need, refuse = view.need, view.refuse

local words = {}

local MOST <const> = 2000 -- words or places in an answer

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

-- Returns the text to find, folded.
local function read_wanted(arguments)
  local wrong = lines.check(arguments.text) or not utf8.len(arguments.text) and "a text in UTF-8 expected"
  if wrong then
    refuse("text: " .. wrong)
  end
  return fold(arguments.text)
end

-- Finds a folded text in a frame, whatever its case there. The places are in pixels of the screen.
local function find(frame, arguments, wanted, most)
  local all, places = need(frame:words { language = arguments.language }), rpc.list()
  for _, word in ipairs(all) do
    word.text = fold(word.text)
  end
  for i, match in ipairs(lines.find(all, wanted, false, most)) do
    local x, y = frame.x + match.x, frame.y + match.y
    places[i] = { x = x, y = y, width = match.width, height = match.height, center_x = x + match.width // 2,
      center_y = y + match.height // 2 }
  end
  return places
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
      description = "Find where a text is on the screen, whatever its case; the topmost place first. It must stand "
        .. "on one line.",
      input = looking({ text = schema.text "what to find", language = language,
        all = schema.flag "tell all places, not only the first" }, { "text" }),
      output = schema.object({ places = schema.list("where it was found; empty: nowhere", schema.object(FOUND)) },
        { "places" }),
      call = function(server, arguments)
        local wanted = read_wanted(arguments)
        local frame <close> = server.view:grab(arguments)
        return { places = find(frame, arguments, wanted, arguments.all and MOST or 1) }
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
          return find(frame, arguments, wanted, 1)[1]
        end)
        return { happened = place ~= nil, seconds = seconds, place = place }
      end,
    },
  }
end

return words
