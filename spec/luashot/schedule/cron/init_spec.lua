-- When cron expressions come next: against croniter, on the nights when the clock is changed, and
-- what is said about wrong ones.
local calendar = require "luashot.schedule.cron.calendar"
local cron = require "luashot.schedule.cron"
local need = require "spec.support.need"
local process = require "spec.support.process"
local python = require "spec.support.python"
local zone = require "spec.support.zone"

local YEAR <const> = 366 * 86400
local HAS_2096 <const> = pcall(os.date, "!*t", 4000000000)

--- Expressions as people write them and as they do not, the same every time.
local function generated(count, seed)
  math.randomseed(seed)
  local months = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" }
  local days = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" }
  local function part(low, high, names)
    local function shown(value)
      return names and math.random(3) == 1 and names[value - low + 1] or tostring(value)
    end
    local kind = math.random(6)
    local first = math.random(low, high)
    if kind <= 2 then
      return shown(first)
    elseif kind == 3 then
      return ("*/%d"):format(math.random(1, high - low))
    elseif kind == 4 and first < high then
      return ("%s-%s"):format(shown(first), shown(math.random(first + 1, high)))
    elseif kind == 5 and first + 1 < high then
      return ("%d-%d/%d"):format(first, math.random(first + 1, high), math.random(1, 9))
    elseif kind == 6 and first < high then
      return ("%d/%d"):format(first, math.random(1, 9))
    end
    return shown(first)
  end
  local function field(low, high, stars, names)
    if math.random(10) <= stars then
      return "*"
    end
    local parts = {}
    for i = 1, math.random(3) == 1 and math.random(2, 4) or 1 do
      parts[i] = part(low, high, names)
    end
    return table.concat(parts, ",")
  end
  local expressions = { "@hourly", "@daily", "@weekly", "@monthly", "@yearly", "0 0 29 2 *", "0 0 13 * fri" }
  while #expressions < count do
    local fields = {
      field(0, 59, 2), field(0, 23, 4), field(1, 31, 6), field(1, 12, 7, months), field(0, 6, 6, days),
    }
    if math.random(4) == 1 then
      fields[6] = field(0, 59, 2)
    end
    local expression = table.concat(fields, " ")
    if cron.parse(expression) then
      expressions[#expressions + 1] = expression
    end
  end
  return expressions
end

local script = [[
import sys
from datetime import datetime, timezone
from croniter import croniter
for line in sys.stdin:
    start, stop, count, expression = line.rstrip("\n").split("\t")
    it = croniter(expression, datetime.fromtimestamp(int(start), timezone.utc), implement_cron_bug=True)
    times = []
    for _ in range(int(count)):
        try:
            time = int(it.get_next(float))
        except Exception:
            break
        if time > int(stop):
            break
        times.append(str(time))
    print(" ".join(times))
]]

describe("cron", function()
  after_each(zone.restore)

  --- The times after `from`, of at most `count` and not past `stop`.
  local function times(spec, from, stop, count)
    local list, moment = {}, from
    for i = 1, count do
      moment = cron.next(spec, moment)
      if not moment or moment > stop then
        break
      end
      list[i] = tostring(moment)
    end
    return list
  end

  --- In each of 12 months of a year some times, so that the year is gone through.
  local function compare(count, seed)
    local program = python.with("croniter")
    zone.set("UTC")
    local start = os.time { year = 2027, month = 3, day = 1, hour = 0 }
    local lines, ours, expressions = {}, {}, generated(count, seed)
    for _, expression in ipairs(expressions) do
      for month = 0, 11 do
        local from = start + month * YEAR // 12 + month * 7
        lines[#lines + 1] = ("%d\t%d\t%d\t%s"):format(from, start + YEAR, 4, expression)
        ours[#ours + 1] = table.concat(times(assert(cron.parse(expression)), from, start + YEAR, 4), " ")
      end
    end
    local answer = process.run({ program, "-c", script },
      { stdin = table.concat(lines, "\n") .. "\n", timeout = 1800 })
    assert.equal(0, answer.code, answer.err)
    local i = 0
    for theirs in answer.out:gmatch("([^\n]*)\n") do
      i = i + 1
      assert.equal(theirs, ours[i], lines[i])
    end
    assert.equal(#lines, i)
  end

  it("names the times that croniter names", function()
    compare(300, 1)
  end)

  it("names the times that croniter names, of many expressions #long", function()
    compare(2000, 2)
  end)

  --- The next times as the clock shows them, with the zone's offset.
  local function shown(expression, from, count)
    local spec = assert(cron.parse(expression))
    local list, moment = {}, from
    for i = 1, count do
      moment = cron.next(spec, moment)
      list[i] = os.date("%d %H:%M %z", moment)
    end
    return list
  end

  describe("in the night when the clock is set forward", function()
    local from

    before_each(function()
      zone.set("Europe/Berlin")
      from = os.time { year = 2027, month = 3, day = 28, hour = 1, min = 15 } -- at 2:00 it is 3:00
    end)

    it("keeps an appointment in the skipped hour when the clock jumps", function()
      assert.same({ "28 03:00 +0200", "29 02:30 +0200" }, shown("30 2 * * *", from, 2))
    end)

    it("keeps several of them once", function()
      assert.same({ "28 03:00 +0200", "28 03:20 +0200" }, shown("*/20 2,3 * * *", from, 2))
      assert.same({ "28 03:00 +0200", "29 02:00 +0200" }, shown("*/20 2 * * *", from, 2))
    end)

    it("goes by the time that passes where the hour begins with a star", function()
      assert.same({ "28 01:30 +0100", "28 03:30 +0200" }, shown("30 * * * *", from, 2))
      assert.same({ "28 01:40 +0100", "28 03:00 +0200" }, shown("*/20 */1 * * *", from + 600, 2))
    end)
  end)

  describe("in the night when the clock is set back", function()
    local from

    before_each(function()
      zone.set("Europe/Berlin")
      from = os.time { year = 2027, month = 10, day = 31, hour = 1, min = 15 } -- 3:00 is 2:00 again
    end)

    it("keeps an appointment in the hour shown twice the first time", function()
      assert.same({ "31 02:30 +0200", "01 02:30 +0100" }, shown("30 2 * * *", from, 2))
      assert.same({ "31 02:00 +0200", "31 02:30 +0200", "31 03:00 +0100" }, shown("*/30 2,3 * * *", from, 3))
    end)

    it("does so too when it is asked in the second of them", function()
      local second = os.time { year = 2027, month = 10, day = 31, hour = 1, min = 59 } + 3600 + 120
      assert.equal("02:01 +0100", os.date("%H:%M %z", second))
      assert.same({ "01 02:30 +0100" }, shown("30 2 * * *", second, 1))
    end)

    it("goes by the time that passes where the hour begins with a star", function()
      assert.same({ "31 01:30 +0200", "31 02:30 +0200", "31 02:30 +0100", "31 03:30 +0100" },
        shown("30 * * * *", from, 4))
    end)
  end)

  it("knows zones that change by half an hour, and at midnight", function()
    zone.set("Australia/Lord_Howe")
    local from = os.time { year = 2027, month = 10, day = 3, hour = 1, min = 0 } -- 2:00 is 2:30
    assert.same({ "03 02:30 +1100", "04 02:15 +1100" }, shown("15 2 * * *", from, 2))
    zone.set("Asia/Beirut")
    from = os.time { year = 2027, month = 3, day = 27, hour = 12 } -- 0:00 is 1:00
    assert.same({ "28 01:00 +0300", "29 00:00 +0300" }, shown("@daily", from, 2))
  end)

  it("wraps ranges, and takes 7 for Sunday, names in any case and blanks", function()
    zone.set("UTC")
    local friday = os.time { year = 2027, month = 1, day = 1, hour = 12 }
    assert.same({ "02 00:00 +0000", "03 00:00 +0000", "04 00:00 +0000", "08 00:00 +0000" },
      shown("0 0 * * FRI-Mon", friday, 4))
    assert.same({ "03 00:00 +0000" }, shown("  0\t0 * * 7 ", friday, 1))
    assert.same({ "01 22:00 +0000", "01 23:00 +0000", "02 00:00 +0000", "02 01:00 +0000" },
      shown("0 22-1 * * *", friday, 4))
    assert.same({ "01 12:00 +0000" }, shown("0 12 1 * * 0", friday - 1, 1))
  end)

  it("takes a step that is longer than the field for the first value alone", function()
    for _, step in ipairs { "60", "61", "99999999999999999999" } do
      assert.same({ 0 }, assert(cron.parse("*/" .. step .. " * * * *")).minute.list)
    end
    assert.same({ 5 }, assert(cron.parse("5-50/99999999999999999999 * * * *")).minute.list)
  end)

  it("says which field is wrong, and what would be right", function()
    for expression, message in pairs {
      ["60 * * * *"] = "'60 * * * *', field 1 (minute) '60': '60' is not a number from 0 to 59",
      ["* 24 * * *"] = "'* 24 * * *', field 2 (hour) '24': '24' is not a number from 0 to 23",
      ["* * 0 * *"] = "'* * 0 * *', field 3 (day of month) '0': '0' is not a number from 1 to 31",
      ["* * * foo *"] = "'* * * foo *', field 4 (month) 'foo': 'foo' is not a number from 1 to 12 "
        .. "or a name such as jan",
      ["* * * * mon-8"] = "'* * * * mon-8', field 5 (day of week) 'mon-8': '8' is not a number from 0 to 7 "
        .. "or a name such as mon",
      ["* * * * * 5,"] = "'* * * * * 5,', field 6 (second) '5,': '' is not a number from 0 to 59",
      ["*/0 * * * *"] = "'*/0 * * * *', field 1 (minute) '*/0': the step '0' is not a number from 1 on",
      ["-5 * * * *"] = "'-5 * * * *', field 1 (minute) '-5': '-5' is not a number from 0 to 59",
      ["* * 31 2,4 *"] = "'* * 31 2,4 *', field 3 (day of month) '31': no month of field 4 has that day",
      ["noon"] = "'noon' has 1 field: 5 are needed (minute, hour, day of month, month, day of week), "
        .. "or 6 with the second last",
      ["* * *"] = "'* * *' has 3 fields: 5 are needed (minute, hour, day of month, month, day of week), "
        .. "or 6 with the second last",
      ["@often"] = "'@often': '@often' is not known (@hourly, @daily, @weekly, @monthly, @yearly are)",
    } do
      local spec, why = cron.parse(expression)
      assert.is_nil(spec)
      assert.equal(message, why)
    end
  end)

  it("numbers days as the C library does", function()
    need(HAS_2096, "this Lua's times have 32 bits")
    for day = -800000, 800000, 997 do
      local date = os.date("!*t", day * 86400)
      assert.same({ date.year, date.month, date.day }, { calendar.date_of(day) })
      assert.equal(day, calendar.day_of(date.year, date.month, date.day))
    end
  end)

  it("takes a day that both fields name where one of them begins with a star, as crontab(5) does", function()
    zone.set("UTC")
    local start = os.time { year = 2027, month = 3, day = 1, hour = 0 }
    for text, days in pairs {
      ["0 0 */1 * mon"] = 5,
      ["0 0 1-7 * */7"] = 1,
      ["0 0 1-31 * */2"] = 17, -- Sunday, Tuesday, Thursday, Saturday
      ["0 0 */10 * *"] = 4,
      ["0 0 *,5 * mon"] = 5,
      ["0 0 5,*/10 * sun"] = 8, -- begins with a number: either names
      ["0 0 1-31 * mon"] = 31,
      ["0 0 13 * fri"] = 5,
    } do
      assert.equal(days, #times(assert(cron.parse(text)), start - 1, start + 31 * 86400 - 1, 100), text)
    end
  end)

  it("reads times of day", function()
    zone.set("UTC")
    local noon = os.time { year = 2027, month = 1, day = 1, hour = 12 }
    assert.equal(noon + 30, cron.next(assert(cron.parse_time "12:00:30"), noon))
    assert.equal(noon + 86400, cron.next(assert(cron.parse_time "12:00"), noon))
    for text, expected in pairs {
      ["2027-02-03 4:05"] = "2027-02-03 04:05:00",
      ["2031-05-17T09:00"] = "2031-05-17 09:00:00",
      ["2096-02-29 00:00:01"] = HAS_2096 and "2096-02-29 00:00:01" or nil,
    } do
      local spec = assert(cron.parse_time(text))
      local moment = cron.next(spec, noon)
      assert.equal(expected, os.date("%F %T", moment))
      assert.is_nil(cron.next(spec, moment))
    end
    assert.is_nil(cron.next(assert(cron.parse_time "2026-12-31 23:59"), noon))
    assert.matches("^'2031%-02%-29 9:00' is not a time such as .*: %(day of month%) '29': 2031%-02 has no such day$",
      (select(2, cron.parse_time "2031-02-29 9:00")))
    for _, wrong in ipairs { "", "9", "24:00", "9:60", "2027-02-30 9:00", "09:00 pm" } do
      assert.is_nil((cron.parse_time(wrong)), wrong)
    end
  end)
end)
