-- Row 18: 18_growth.lua KIND N [M]: what one unit costs when there are N of them.
local luashot = require "luashot"
local memory = require "memory"
local serve = require "serve"
local uv = require "luv"

local kind, n, m = arg[1], tonumber(arg[2]), tonumber(arg[3])
local kinds, labels = {}, {}

local function region(i)
  return { x = i % 16 * 100, y = i // 16 * 100, width = 100, height = 100 }
end

local function regions()
  local list = {}
  for i = 1, n do
    list[i] = region(i - 1)
  end
  return list
end

labels.regions = "regions: %d"
function kinds.regions()
  local display, list = assert(luashot.open {}), regions()
  return function(count)
    for _ = 1, count // n do
      for _, frame in ipairs(assert(display:grab_many(list))) do
        frame:release()
      end
    end
  end
end

labels.displays = "displays: %d"
function kinds.displays()
  local displays, where = {}, region(0)
  for i = 1, n do
    displays[i] = assert(luashot.open {})
  end
  return function(count)
    for i = 1, count do
      assert(displays[i % n + 1]:grab(where)):release()
    end
  end
end

labels.watches = "watches: %d"
function kinds.watches()
  local display, watches = assert(luashot.open {}), {}
  for i, rect in ipairs(regions()) do
    watches[i] = assert(display:watch(rect))
  end
  return function(count)
    for i = 1, count do
      assert(watches[i % n + 1]:changed())
    end
  end
end

labels.jobs = "jobs, 100 times a second: %d"
function kinds.jobs()
  return function(count)
    local runs, list = 0, {}
    for i = 1, n do
      list[i] = luashot.schedule.every("10ms", function()
        runs = runs + 1
      end)
    end
    while runs < count do
      luashot.schedule.sleep "5ms"
    end
    for _, job in ipairs(list) do
      job:stop()
    end
  end
end

labels.timers = "jobs, made and stopped: %d"
function kinds.timers()
  local function nothing() end
  return function(count)
    for _ = 1, count // n do
      local list = {}
      for i = 1, n do
        list[i] = luashot.schedule.after("1h", nothing)
      end
      for _, job in ipairs(list) do
        job:stop()
      end
    end
  end
end

labels.cron = "years of a job on weekdays: %d"
function kinds.cron()
  local cron = require "luashot.schedule.cron"
  local spec = assert(cron.parse "0 9 * * mon-fri")
  local start = os.time { year = 2026, month = 1, day = 1 }
  local stop = os.time { year = 2026 + n, month = 1, day = 1 }
  return function(count)
    local done = 0
    while done < count do
      local moment = start
      while done < count and moment < stop do
        moment, done = cron.next(spec, moment), done + 1
      end
    end
  end
end

labels.heap = "MB of Lua: %d"
function kinds.heap()
  local display, ballast, where = assert(luashot.open {}), {}, region(0)
  while collectgarbage "count" < n * 1024 do
    ballast[#ballast + 1] = { tostring(#ballast) }
  end
  return function(count)
    for _ = 1, count do
      assert(display:grab(where)):release()
    end
    return nil, ballast
  end
end

-- The unit is an area of 3840x2160.
labels.screen = "%dx%d"
function kinds.screen()
  local display, areas = assert(luashot.open {}), n * m / (3840 * 2160)
  return function(count)
    local start = uv.hrtime()
    for _ = 1, count do
      assert(display:grab()):release()
    end
    return math.floor((uv.hrtime() - start) / areas)
  end
end

-- Bytes that the process does not share with others.
labels.memory = "at rest, displays: %d"
function kinds.memory()
  local displays = {}
  for i = 1, n do
    displays[i] = assert(luashot.open {})
    assert(displays[i]:grab(region(0))):release()
  end
  return function()
    return memory(arg[3]), displays
  end
end

serve("luashot " .. luashot.version .. ", " .. labels[kind]:format(n, m), kinds[kind]())
