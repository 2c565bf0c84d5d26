--- Cron expressions: the next matching time of the wall clock. Pure functions of the expression, the moment
--- and the time zone.
---
--- On the two nights when the clock is changed: an expression whose hour field begins with `*` goes by
--- the time that passes (an hour that the clock skips is left out, one that it shows twice runs twice).
--- Any other keeps its appointments: runs in the skipped hour happen, once, when the clock jumps, and
--- what falls in the hour shown twice runs the first time alone.

local calendar = require "luashot.schedule.cron.calendar"
local expression = require "luashot.schedule.cron.expression"

local cron = {
  parse = expression.parse,
  parse_time = expression.parse_time,
}

local DAY <const> = 86400
local YEARS <const> = 12 -- to search; a 29th of February comes within 8

local function is_day(spec, number, day)
  local date, weekday = spec.day.set[day], spec.weekday.set[(number + 4) % 7]
  if spec.any_day then
    return date or weekday
  end
  return date and weekday
end

local function at_least(values, value)
  for _, one in ipairs(values.list) do
    if one >= value then
      return one
    end
  end
end

-- The first time of day from `time` on, in seconds.
local function time_from(spec, time)
  local hour, minute, second = time // 3600, time % 3600 // 60, time % 60
  second = at_least(spec.second, second)
  if not second then
    minute, second = minute + 1, spec.second.list[1]
  end
  local found = at_least(spec.minute, minute)
  if found ~= minute then
    hour, minute, second = found and hour or hour + 1, found or spec.minute.list[1], spec.second.list[1]
  end
  found = at_least(spec.hour, hour)
  if found ~= hour then
    minute, second = spec.minute.list[1], spec.second.list[1]
  end
  return found and found * 3600 + minute * 60 + second
end

-- The first reading after `reading` that the expression names.
local function next_reading(spec, reading)
  local number, time = (reading + 1) // DAY, (reading + 1) % DAY
  if spec.year and (calendar.date_of(number)) < spec.year then
    number, time = calendar.day_of(spec.year, 1, 1), 0
  end
  local limit = spec.year or calendar.date_of(number) + YEARS
  while true do
    local year, month, day = calendar.date_of(number)
    if year > limit then
      return nil
    elseif not spec.month.set[month] then
      number, time = calendar.day_of(year + month // 12, month % 12 + 1, 1), 0
    else
      local found = is_day(spec, number, day) and time_from(spec, time)
      if found then
        return number * DAY + found
      end
      number, time = number + 1, 0
    end
  end
end

--- The first moment after `moment` that the expression names, in the local time zone.
---@param spec luashot.Cron
---@param moment number seconds since the epoch
---@return integer|nil next seconds since the epoch; nil: never in the next years
function cron.next(spec, moment)
  os.time { year = 1970, month = 1, day = 2 } -- mktime(3) reads TZ again, os.date does not
  local from = math.floor(moment)
  local now = calendar.offset(from)
  while true do
    local reading = next_reading(spec, from + now)
    if not reading then
      return nil
    end
    local found = reading - now
    local change = calendar.first_change(from, found, now)
    if change then
      local later = calendar.offset(change)
      if spec.is_fixed and later > now and next_reading(spec, change + now - 1) < change + later then
        return change
      end
      from, now = change - 1, later
    elseif not spec.is_fixed or not calendar.is_repeated(found, now) then
      return found
    else
      from = found
    end
  end
end

return cron
