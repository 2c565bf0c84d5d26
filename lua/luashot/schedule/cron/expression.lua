--- Parses cron expressions.
---
--- Five fields: minute, hour, day of month, month, day of week; a sixth is the second. A field is `*`
--- or a list of numbers, names (jan, mon, …) and ranges (which may wrap: fri-mon), each with a step:
--- `*/5`, `10-40/10`, `5/15` (from 5 to the end). Sunday is 0 and 7. As crontab(5) has it: if day of month or
--- day of week begins with `*`, a day must match both, else either.

local calendar = require "luashot.schedule.cron.calendar"

local expression = {}

local function names(list)
  local numbers, number = {}, 0
  for name in list:gmatch("%S+") do
    numbers[name] = number
    number = number + 1
  end
  return numbers
end

local months = names("- jan feb mar apr may jun jul aug sep oct nov dec")
local days = names("sun mon tue wed thu fri sat")

local fields = {
  { name = "minute", key = "minute", low = 0, high = 59 },
  { name = "hour", key = "hour", low = 0, high = 23 },
  { name = "day of month", key = "day", low = 1, high = 31 },
  { name = "month", key = "month", low = 1, high = 12, names = months },
  { name = "day of week", key = "weekday", low = 0, high = 7, names = days },
  { name = "second", key = "second", low = 0, high = 59 },
}

local nicknames = {
  ["@hourly"] = "0 * * * *",
  ["@daily"] = "0 0 * * *",
  ["@midnight"] = "0 0 * * *",
  ["@weekly"] = "0 0 * * 0",
  ["@monthly"] = "0 0 1 * *",
  ["@yearly"] = "0 0 1 1 *",
  ["@annually"] = "0 0 1 1 *",
}

local longest = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

-- A number or a name of a field.
local function value_of(field, text)
  local number = field.names and field.names[text:lower()] or tonumber(text:match("^%d+$"))
  if number and number >= field.low and number <= field.high then
    return math.tointeger(number)
  end
  local also = field.names and (" or a name such as " .. (field.names == days and "mon" or "jan")) or ""
  return nil, ("'%s' is not a number from %d to %d%s"):format(text, field.low, field.high, also)
end

-- The bounds of one part of a list, and whether it means everything from the first value on.
local function bounds_of(field, text, step)
  if text == "*" then
    return field.low, field.key == "weekday" and 6 or field.high
  end
  local first, last = text:match("^(%w+)%-(%w+)$")
  local low, why = value_of(field, first or text)
  local high = low
  if low and first then
    high, why = value_of(field, last)
  elseif step then
    high = field.key == "weekday" and 6 or field.high
  end
  return low, high, why
end

-- Reads one part of a list into a set.
local function read_part(field, text, set)
  local range, step = text:match("^([^/]*)/(.*)$")
  if step and (not step:match("^%d+$") or tonumber(step) == 0) then
    return ("the step '%s' is not a number from 1 on"):format(step)
  end
  local low, high, why = bounds_of(field, range or text, step)
  if why then
    return why
  end
  local count = (field.key == "weekday" and 7 or field.high - field.low + 1)
  if high < low then
    high = high + count
  end
  for value = low, high, step and math.min(tonumber(step), count) or 1 do
    set[(value - field.low) % count + field.low] = true
  end
end

-- A field's values in order.
local function read_field(field, text)
  local set, list = {}, {}
  for part in (text .. ","):gmatch("([^,]*),") do
    local why = read_part(field, part, set)
    if why then
      return nil, why
    end
  end
  for value = field.low, field.high do
    if set[value] then
      list[#list + 1] = value
    end
  end
  return { set = set, list = list }
end

-- Whether any named month has a named day.
local function can_come(spec)
  for _, month in ipairs(spec.month.list) do
    if spec.day.list[1] <= longest[month] then
      return true
    end
  end
  return spec.any_day
end

---@class luashot.Cron
---@field text string as it was given
---@field year? integer of a time with a date
---@field is_fixed boolean it keeps its appointments on the nights when the clock is changed

--- Reads an expression.
---@param text string
---@return luashot.Cron|nil
---@return string|nil message which field is wrong, and what would be right
function expression.parse(text)
  local words = {}
  for word in (nicknames[text:lower():match("^%s*(%S+)%s*$")] or text):gmatch("%S+") do
    words[#words + 1] = word
  end
  if words[1] and words[1]:sub(1, 1) == "@" then
    return nil, ("'%s': '%s' is not known (@hourly, @daily, @weekly, @monthly, @yearly are)"):format(text, words[1])
  elseif #words ~= 5 and #words ~= 6 then
    return nil, ("'%s' has %d field%s: 5 are needed (minute, hour, day of month, month, day of week), or 6 with "
      .. "the second last"):format(text, #words, #words == 1 and "" or "s")
  end
  local spec = { text = text, second = { set = { [0] = true }, list = { 0 } } }
  for i, word in ipairs(words) do
    local values, why = read_field(fields[i], word)
    if not values then
      return nil, ("'%s', field %d (%s) '%s': %s"):format(text, i, fields[i].name, word, why)
    end
    spec[fields[i].key] = values
  end
  spec.any_day = words[3]:sub(1, 1) ~= "*" and words[5]:sub(1, 1) ~= "*"
  spec.is_fixed = words[2]:sub(1, 1) ~= "*"
  if not can_come(spec) then
    return nil, ("'%s', field 3 (day of month) '%s': no month of field 4 has that day"):format(text, words[3])
  end
  return spec
end

-- Whether the year has that day: it may lack a 29th of February.
local function has_day(year, month, day)
  local _, same_month, same_day = calendar.date_of(calendar.day_of(year, month, day))
  return same_month == month and same_day == day
end

--- Reads a time of day, "09:00" or "09:00:30", or with a date, "2031-05-17 09:00", as an expression.
---@param text string
---@return luashot.Cron|nil
---@return string|nil message
function expression.parse_time(text)
  local date, time = text:match("^%s*(%d%d%d%d%-%d%d?%-%d%d?)[ T](.*)$")
  local hour, minute, second = (time or text):match("^%s*(%d%d?):(%d%d):?(%d*)%s*$")
  local year, month, day = "", "*", "*"
  if date then
    year, month, day = date:match("^(%d+)%-(%d+)%-(%d+)$")
  end
  local spec, why
  if hour then
    second = second == "" and "0" or second
    spec, why = expression.parse(("%s %s %s %s * %s"):format(minute, hour, day, month, second))
  end
  if spec and date then
    spec.year = math.tointeger(tonumber(year))
    if not has_day(spec.year, spec.month.list[1], spec.day.list[1]) then
      spec, why = nil, (", field 3 (day of month) '%s': %s has no such day"):format(day, date:match "^%d+%-%d+")
    end
  end
  if not spec then
    why = why and why:match(", field %d+ (.*)$")
    return nil, ("'%s' is not a time such as 09:00, 09:00:30 or 2031-05-17 09:00%s"):format(text,
      why and ": " .. why or "")
  end
  spec.text = text
  return spec
end

return expression
