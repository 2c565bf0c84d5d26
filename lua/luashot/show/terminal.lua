--- Terminals for pictures: this process's own, and those of attached clients, which describe themselves in a
--- line of text.

local core = require "luashot.core"

local terminal = {}

local PATIENCE <const> = 0.3 -- seconds, for a terminal's answer about its abilities
local MOST <const> = 65535 -- of any of its measures

---@class luashot.Terminal
---@field columns integer
---@field rows integer
---@field width integer of the text area in pixels, 0 when the terminal does not say
---@field height integer likewise
---@field mode? "blocks"|"kitty"|"sixel" the best that it can draw; absent: it was not asked

local modes = { blocks = true, kitty = true, sixel = true }

--- The terminal of standard output.
---@return luashot.Terminal|nil
function terminal.own()
  return core.terminal_size(1)
end

--- How pictures are best drawn on a terminal that gives this answer.
---@param answer string any bytes
---@return "blocks"|"kitty"|"sixel"
function terminal.mode_of(answer)
  if answer:find("\27_Gi=31;OK", 1, true) then
    return "kitty"
  end
  local attributes = answer:match "\27%[%?([%d;]*)c"
  return attributes and (";" .. attributes .. ";"):find(";4;", 1, true) and "sixel" or "blocks"
end

-- Chooses by the terminal's answers.
local function ask()
  local kind, program = os.getenv "TERM" or "", os.getenv "TERM_PROGRAM" or ""
  if os.getenv "KITTY_WINDOW_ID" or kind:find "kitty" or kind:find "ghostty" or program == "WezTerm" then
    return "kitty"
  elseif kind == "" or kind == "dumb" or kind == "linux" then
    return "blocks"
  end
  -- A query of kitty, which others ignore, then one that all answer.
  return terminal.mode_of(core.terminal_ask("\27_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\27\\\27[c", "c", PATIENCE) or "")
end

local best -- of this process's own terminal, after the query

--- The best way to draw pictures on a terminal. This process's own terminal is queried once.
---@param which luashot.Terminal
---@return "blocks"|"kitty"|"sixel"
function terminal.mode(which)
  if which.mode then
    return which.mode
  end
  best = best or ask()
  return best
end

--- Describes this process's own terminal, for another process.
---@return string|nil text nil when there is none
function terminal.describe()
  local own = terminal.own()
  return own and ("%d %d %d %d %s"):format(own.columns, own.rows, own.width, own.height, terminal.mode(own))
end

--- Parses the text of describe().
---@param text string from anybody
---@return luashot.Terminal|nil
function terminal.parse(text)
  local numbers, mode = text:match "^([%d ]+) (%l+)$"
  if not modes[mode] then
    return nil
  end
  local sizes = {}
  for digits in numbers:gmatch "%d+" do
    sizes[#sizes + 1] = tonumber(digits)
  end
  local columns, rows, width, height = table.unpack(sizes)
  if #sizes ~= 4 or columns == 0 or math.max(columns, rows, width, height) > MOST then
    return nil
  end
  return { columns = columns, rows = rows, width = width, height = height, mode = mode }
end

return terminal
