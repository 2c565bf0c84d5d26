--- frame:show(): a picture in the terminal, by kitty's graphics, by sixels, or of half blocks, which
--- are two pixels above each other: the letter's color and the background's.

local core = require "luashot.core"
local outlet = require "luashot.show.outlet"
local terminal = require "luashot.show.terminal"

local COLUMNS <const> = 80 -- when the width is unknown
local CELL <const> = 10 -- the width of a column in pixels, likewise
local CHUNK <const> = 4096 -- bytes of one escape sequence of kitty's

local function round(number)
  return math.max(1, math.floor(number + 0.5))
end

-- A picture of that width; the caller's, to release, even if its size is the same.
local function scaled(frame, width)
  if width == frame.width then
    return frame:copy()
  end
  return frame:scale(width, round(frame.height * width / frame.width))
end

local draw = {}

function draw.blocks(frame, columns)
  local picture <close>, message, code = scaled(frame, columns)
  if not picture then
    return nil, message, code
  end
  local width, height = picture.width, picture.height
  local pixels, out = picture:bytes "rgb", {}
  for top = 0, height - 1, 2 do
    local before
    for x = 0, width - 1 do
      local at = (top * width + x) * 3 + 1
      local colors = ("\27[38;2;%d;%d;%d"):format(pixels:byte(at, at + 2))
      if top + 1 < height then
        at = at + width * 3
        colors = ("%s;48;2;%d;%d;%dm"):format(colors, pixels:byte(at, at + 2))
      else
        colors = colors .. "m"
      end
      out[#out + 1] = colors ~= before and colors .. "▀" or "▀"
      before = colors
    end
    out[#out + 1] = "\27[0m\n"
  end
  return table.concat(out)
end

-- The frame scaled to that number of columns, or in its own size if that is smaller.
local function fitting(frame, columns, cell, exactly)
  local width = columns * cell
  return scaled(frame, exactly and width or math.min(frame.width, width))
end

function draw.kitty(frame, ...)
  local picture <close>, message, code = fitting(frame, ...)
  local png = picture
  if picture then
    png, message, code = picture:encode "png"
  end
  if not png then
    return nil, message, code
  end
  local data = core.base64(png)
  local out = {}
  for i = 1, #data, CHUNK do
    local more = i + CHUNK <= #data and 1 or 0
    local first = i == 1 and "a=T,f=100,q=2," or ""
    out[#out + 1] = ("\27_G%sm=%d;%s\27\\"):format(first, more, data:sub(i, i + CHUNK - 1))
  end
  return table.concat(out) .. "\n"
end

function draw.sixel(frame, ...)
  local picture <close>, message, code = fitting(frame, ...)
  local text = picture
  if picture then
    text, message, code = core.sixel(picture)
  end
  if not text then
    return nil, message, code
  end
  return text .. "\n"
end

local modes = { "blocks", "kitty", "sixel" }

local function check(options)
  core.check_options(options, { "width", "mode" }, 3)
  options = options or {}
  local width, mode = options.width, options.mode
  if width ~= nil and not (math.type(width) == "integer" and width >= 1 and width <= 1000) then
    error(("option 'width': an integer from 1 to 1000 expected, got %s"):format(tostring(width)), 3)
  elseif mode ~= nil and not draw[mode] then
    error(("option 'mode': unknown value '%s' (known: %s)"):format(tostring(mode), table.concat(modes, ", ")), 3)
  end
  return width, mode
end

---@param frame luashot.Frame
---@param options? luashot.ShowOptions
---@return luashot.Frame|nil frame
---@return string? message
---@return string? code
return function(frame, options)
  local own_width = frame.width
  local width, mode = check(options)
  local asker = outlet.conversation()
  local screen
  if asker then
    screen = asker.terminal
  else
    screen = terminal.own()
  end
  mode = mode or screen and terminal.mode(screen) or "blocks"
  local columns = width or screen and screen.columns or COLUMNS
  if mode == "blocks" and not width then
    columns = math.min(columns, own_width)
  end
  local cell = screen and screen.width >= screen.columns and screen.width // screen.columns or CELL
  local text, message, code = draw[mode](frame, columns, cell, width ~= nil)
  if not text then
    return core.fail(message, code)
  end
  outlet.write(text)
  return frame
end
