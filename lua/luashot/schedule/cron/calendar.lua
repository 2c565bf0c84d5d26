--- The calendar, and readings of the wall clock in the local time zone. A reading counts like seconds since
--- the epoch in UTC; a day is the number of days since the epoch.

local calendar = {}

local DAY <const> = 86400
local WEEK <const> = 7 * DAY

--- The number of a day.
---@param year integer
---@param month integer
---@param day integer
---@return integer
function calendar.day_of(year, month, day)
  local y = month > 2 and year or year - 1
  local in_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + day - 1
  return 365 * y + y // 4 - y // 100 + y // 400 + in_year - 719468
end

--- The date of a day.
---@param number integer
---@return integer year, integer month, integer day
function calendar.date_of(number)
  local z = number + 719468
  local era = z // 146097
  local rest = z - era * 146097
  local y = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
  local in_year = rest - (365 * y + y // 4 - y // 100)
  local m = (5 * in_year + 2) // 153
  local month = m < 10 and m + 3 or m - 9
  return y + era * 400 + (month <= 2 and 1 or 0), month, in_year - (153 * m + 2) // 5 + 1
end

--- The reading at a moment, less the moment.
---@param moment integer seconds since the epoch
---@return integer seconds
function calendar.offset(moment)
  local date = os.date("*t", moment)
  local day = calendar.day_of(date.year, date.month, date.day)
  return day * DAY + date.hour * 3600 + date.min * 60 + date.sec - moment
end

--- The first moment in (from, to] at which the offset is no longer `before`.
---@param from integer
---@param to integer
---@param before integer the offset at `from`
---@return integer|nil moment
function calendar.first_change(from, to, before)
  local low = from
  while low < to do
    local high = math.min(low + WEEK, to)
    if calendar.offset(high) ~= before then
      while high - low > 1 do
        local middle = (low + high) // 2
        if calendar.offset(middle) == before then
          low = middle
        else
          high = middle
        end
      end
      return high
    end
    low = high
  end
end

--- Whether the clock showed the same reading before, because it was set back within the last day.
---@param moment integer
---@param now integer the offset at `moment`
---@return boolean
function calendar.is_repeated(moment, now)
  local before = calendar.offset(moment - DAY)
  local earlier = moment + now - before
  return before > now and earlier < moment and calendar.offset(earlier) == before
end

return calendar
