-- Row 12: what scripts do with a WIDTHxHEIGHT frame; the third argument says which.
local luashot = require "luashot"
local serve = require "serve"

local width, height, what = tonumber(arg[1]), tonumber(arg[2]), arg[3]
local display <close> = assert(luashot.open {})
local region = { x = 0, y = 0, width = width, height = height }
local frame <close> = assert(display:grab(region))
local other <close> = assert(display:grab(region))
-- In a window, where there is much to be told apart.
local x, y = width * 62 // 100, height * 78 // 100
local wanted <close> = assert(frame:crop(x, y, 64, 64):copy())
local near <close> = assert(luashot.load(wanted:encode("jpeg", { quality = 90 })))

local function check(match)
  assert(match and match.x == x and match.y == y, "not found where it is")
end

local works = {
  diff = function()
    assert(frame:diff(other).changed == 0)
  end,
  find_color = function()
    assert(not frame:find_color "#ff00fe")
  end,
  find_color_near = function()
    assert(not frame:find_color("#ff00fe", { tolerance = 3 }))
  end,
  find = function()
    check(frame:find(wanted))
  end,
  find_absent = function()
    assert(not frame:find(near))
  end,
  find_tolerant = function()
    check(frame:find(near, { tolerance = 80 }))
  end,
  find_score = function()
    check(frame:find(near, { min_score = 0.9 }))
  end,
}
local labels = { diff = "diff", find_color = "find_color", find_color_near = "find_color, tolerance 3",
  find = "find", find_absent = "find, absent", find_tolerant = "find, tolerance 80", find_score = "find, score 0.9" }
local work = works[what]

serve("luashot " .. luashot.version .. ", frame:" .. labels[what], function(count)
  for _ = 1, count do
    work()
  end
end)
