--- Pictures that are read back from what a terminal gets.
local luashot = require "luashot"

---@class spec.drawn
---@field width integer
---@field height integer
---@field pixel fun(x: integer, y: integer): integer, integer, integer

local drawn = {}

--- Half blocks.
---@param text string
---@return spec.drawn
function drawn.blocks(text)
  local picture = { width = 0, height = 0 }
  local rows = {}
  for line in text:gmatch "([^\n]*)\n" do
    local upper, lower, top, bottom = {}, {}, nil, nil
    local at = 1
    while at <= #line do
      local codes, after = line:match("^\27%[([%d;]*)m()", at)
      if codes then
        local r, g, b = codes:match "38;2;(%d+);(%d+);(%d+)"
        top = r and { tonumber(r), tonumber(g), tonumber(b) } or top
        r, g, b = codes:match "48;2;(%d+);(%d+);(%d+)"
        bottom = r and { tonumber(r), tonumber(g), tonumber(b) } or bottom
        if codes == "0" then
          top, bottom = nil, nil
        end
        at = after
      else
        if line:sub(at, at + 2) ~= "▀" then
          error("not a half block: " .. line:sub(at))
        end
        upper[#upper + 1], lower[#lower + 1] = top, bottom
        at = at + 3
      end
    end
    rows[#rows + 1] = upper
    rows[#rows + 1] = #lower > 0 and lower or nil
    picture.width = #upper
  end
  picture.height = #rows
  function picture.pixel(x, y)
    return table.unpack(rows[y + 1][x + 1])
  end
  return picture
end

local function unbase64(text)
  local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  local out, bits, count = {}, 0, 0
  for letter in text:gmatch "[%w+/]" do
    bits, count = bits << 6 | letters:find(letter, 1, true) - 1, count + 6
    if count >= 8 then
      count = count - 8
      out[#out + 1] = string.char(bits >> count & 255)
    end
  end
  return table.concat(out)
end

--- Kitty's graphics.
---@param text string
---@return spec.drawn
function drawn.kitty(text)
  local data = {}
  for keys, part in text:gmatch "\27_G([^;\27]*);([^\27]*)\27\\" do
    if not keys:find "a=q" then
      assert(#part <= 4096, "a piece that is too long")
      assert((#data == 0) == (keys:find "f=100" ~= nil), "the first piece says what it is, and that alone")
      data[#data + 1] = part
    end
  end
  local frame = assert(luashot.load(unbase64(table.concat(data))))
  return {
    width = frame.width,
    height = frame.height,
    pixel = function(x, y)
      return frame:pixel(x, y)
    end,
  }
end

--- Sixels.
---@param text string
---@return spec.drawn
function drawn.sixel(text)
  local data = assert(text:match "\27P[%d;]*q(.-)\27\\")
  local width, height = data:match '^"%d+;%d+;(%d+);(%d+)'
  local picture = { width = tonumber(width), height = tonumber(height) }
  local colors, pixels, color, x, band = {}, {}, nil, 0, 0
  local function draw(count, bits)
    for _ = 1, count do
      for i = 0, 5 do
        if bits >> i & 1 == 1 then
          pixels[(band * 6 + i) * picture.width + x] = color
        end
      end
      x = x + 1
    end
  end
  local at = data:match '^"[%d;]*()'
  while at <= #data do
    local number, r, g, b, after = data:match("^#(%d+);2;(%d+);(%d+);(%d+)()", at)
    if number then
      colors[number] = { r * 255 // 100, g * 255 // 100, b * 255 // 100 }
    elseif data:match("^#", at) then
      number, after = data:match("^#(%d+)()", at)
      color = colors[number]
    elseif data:match("^!", at) then
      local count, char
      count, char, after = data:match("^!(%d+)(.)()", at)
      draw(tonumber(count), char:byte() - 63)
    elseif data:match("^%$", at) then
      x, after = 0, at + 1
    elseif data:match("^%-", at) then
      x, band, after = 0, band + 1, at + 1
    else
      draw(1, data:byte(at) - 63)
      after = at + 1
    end
    at = after
  end
  function picture.pixel(px, py)
    return table.unpack(pixels[py * picture.width + px])
  end
  return picture
end

return drawn
