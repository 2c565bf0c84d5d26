--- Known mouse pointers on an X server, and what a capture with one drawn into it must hold.
local painter = require "spec.support.painter"
local uv = require "luv"

local cursor = {}

---@class spec.cursor
---@field width integer
---@field height integer
---@field xhot integer the pixel that points, from the top left
---@field yhot integer
---@field pixels integer[] 0xAARRGGBB, row by row, the colors multiplied by the alpha

--- A pointer with every kind of pixel: clear, solid and in between, no two rows or columns alike.
---@return spec.cursor
function cursor.make(width, height, xhot, yhot)
  local pixels = {}
  for y = 0, height - 1 do
    for x = 0, width - 1 do
      local alpha = ({ 0, 255, 1, 128, 254, 77 })[(x + 2 * y) % 6 + 1]
      local function channel(value) return value % 256 * alpha // 255 end
      pixels[#pixels + 1] = alpha << 24 | channel(40 * x + 90) << 16 | channel(60 * y + 31) << 8 | channel(200 + x * y)
    end
  end
  return { width = width, height = height, xhot = xhot, yhot = yhot, pixels = pixels }
end

--- Make it the pointer over the root window.
---@param paint table the painter, which must live for as long
---@param picture spec.cursor
function cursor.set(paint, picture)
  local fd, path = assert(uv.fs_mkstemp((os.getenv("TMPDIR") or "/tmp") .. "/luashot-spec-XXXXXX"))
  for _, pixel in ipairs(picture.pixels) do
    uv.fs_write(fd, string.pack("=I4", pixel))
  end
  uv.fs_close(fd)
  local ok, why = pcall(paint, "cursor %d %d %d %d %s", picture.width, picture.height, picture.xhot, picture.yhot, path)
  os.remove(path)
  assert(ok, why)
end

-- One channel of it over what is below, rounded to the nearest.
local function over(above, alpha, below)
  return math.min(255, above + (below * (255 - alpha) + 127) // 255)
end

--- The bytes, "rgb", of a rectangle of the gradient with the pointer at a place on the root.
---@param picture spec.cursor
---@param at { [1]: integer, [2]: integer } where it points
function cursor.over_gradient(picture, at, x, y, width, height, depth)
  local left, top = at[1] - picture.xhot, at[2] - picture.yhot
  local bytes = {}
  for row = y, y + height - 1 do
    for column = x, x + width - 1 do
      local r, g, b = painter.gradient(column, row, depth)
      local i, j = column - left, row - top
      if i >= 0 and i < picture.width and j >= 0 and j < picture.height then
        local pixel = picture.pixels[j * picture.width + i + 1]
        local alpha = pixel >> 24
        r, g, b = over(pixel >> 16 & 255, alpha, r), over(pixel >> 8 & 255, alpha, g), over(pixel & 255, alpha, b)
      end
      bytes[#bytes + 1] = string.char(r, g, b)
    end
  end
  return table.concat(bytes)
end

return cursor
