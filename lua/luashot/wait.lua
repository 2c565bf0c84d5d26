--- luashot.wait: captures until something appears.

local act = require "luashot.act"
local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local lines = require "luashot.words.lines"
local luashot = require "luashot"
local target = require "luashot.events.target"

local NAMES = { "display", "what", "when", "timeout", "interval",
  "tolerance", "region", "min_pixels", "min_score", "mask", "scale",
  "text", "pattern", "language", "min_confidence" }
local SEARCH = { tolerance = true, region = true, min_pixels = true, min_score = true, mask = true, scale = true }
local OF_TEXTS <const> = { "pattern", "language", "min_confidence" }
local OF_COLORS = { tolerance = true, region = true, min_pixels = true }
local OF_PICTURES = { tolerance = true, region = true, min_score = true, mask = true, scale = true }
local USUAL_INTERVAL = 0.05
local LONGEST_PAUSE = 1e6 -- seconds that a sleep can take
local LONGEST = 1 -- seconds between captures at most, in case the server does not report a change

-- Checks the named options, and returns those of frame:find or find_color.
local function named(options, known)
  local rest, search = {}, {}
  for name, value in pairs(options) do
    if name ~= 1 and name ~= 2 then
      rest[name] = value
    end
    if SEARCH[name] then
      search[name] = value
      if not known[name] then
        error(("wait: option '%s' does not apply to this 'when'"):format(name), 4)
      end
    end
  end
  core.check_options(rest, NAMES, 4)
  return search
end

local function seconds(options, name, otherwise)
  if options[name] == nil then
    return otherwise
  end
  local value, why = duration.read(options[name])
  if not value then
    error(("wait: option '%s': %s"):format(name, why), 3)
  end
  return value
end

-- Finds mistakes in `when` and the options of a search before the first capture.
local function rehearse(method, ...)
  local blank <close> = assert(luashot.load "P6 1 1 255 \0\0\0")
  local ok, message = pcall(blank[method], blank, ...)
  if not ok then
    error("wait: " .. message:gsub("^bad argument #%d to '[^']*' %((.*)%)$", "'when': %1"), 4)
  end
end

-- Makes the test that reads a frame. It finds mistakes in the options before the first capture.
local function make_reader(options)
  named(options, {})
  local wrong = options.when ~= nil and "'text' does not go with 'when'" or lines.check(options.text, options.pattern)
  if wrong then
    error("wait: option 'text': " .. wrong, 3)
  end
  local language, least = options.language, options.min_confidence or 60
  rehearse("words", { language = language, min_confidence = least })
  local watcher = require("luashot.words.watcher").new(language)
  return setmetatable({}, {
    __call = function(_, frame, rects)
      local words, message, code = watcher:look(frame, rects)
      if not words then
        return nil, message, code
      end
      local sure = {}
      for _, word in ipairs(words) do
        sure[#sure + 1] = word.confidence >= least and word or nil
      end
      local match = lines.find(sure, options.text, options.pattern, 1)[1]
      return match and core.bind(match, frame)
    end,
    __close = function()
      watcher:close()
    end,
  })
end

-- Loads a picture's path or bytes, once for all captures.
local function loaded(picture)
  if type(picture) == "string" then
    return luashot.load(picture)
  end
  return picture
end

-- Makes the test of a frame: it returns a value when the thing is there; nil, message, code on failure.
local function make_test(options)
  local when = options.when
  if options.text ~= nil then
    return make_reader(options)
  end
  for _, name in ipairs(OF_TEXTS) do
    if options[name] ~= nil then
      error(("wait: option '%s' goes with 'text' alone"):format(name), 3)
    end
  end
  if type(when) == "function" then
    named(options, {})
    return when
  elseif type(when) == "table" or type(when) == "string" and when:sub(1, 1) == "#" then
    local search = named(options, OF_COLORS)
    rehearse("find_color", when, search)
    return function(frame)
      return frame:find_color(when, search)
    end
  end
  local search = named(options, OF_PICTURES)
  if type(when) ~= "string" and type(when) ~= "userdata" then
    error("wait: 'when' must be a function, a picture or a color, got " .. type(when), 3)
  end
  local message, code
  when, message, code = loaded(when)
  if when and search.mask then
    search.mask, message, code = loaded(search.mask)
  end
  if message then
    return nil, message, code
  end
  rehearse("find", when, search)
  return function(frame)
    return frame:find(when, search)
  end
end

-- Watches the place of the frame; nil when the server cannot, or the place can move.
local function watch_place(display, what, frame)
  if not target.is_fixed(what) or type(what) == "table" and what.output then
    return nil
  end
  return (display:watch { x = frame.x, y = frame.y, width = frame.width, height = frame.height })
end

-- Converts rectangles from the root window to the frame.
local function shift(rects, frame)
  local list = {}
  for i, rect in ipairs(rects) do
    list[i] = { x = rect.x - frame.x, y = rect.y - frame.y, width = rect.width, height = rect.height }
  end
  return list
end

-- In a job, other jobs go on meanwhile; outside of the scheduler nothing does.
local function pause(time)
  time = math.min(time, LONGEST_PAUSE)
  if coroutine.isyieldable() then
    luashot.sleep(time)
  else
    require("luashot.luv").sleep(math.ceil(time * 1000))
  end
end

local function now()
  return require("luashot.luv").hrtime() / 1e9
end

-- Display and what, by place or by name.
local function aim(options)
  if type(options) ~= "table" then
    error("wait: a table of options expected, got " .. type(options), 3)
  end
  local display, what = options[1], options[2]
  if display == nil then
    display = options.display
  end
  if what == nil then
    what = options.what
  end
  if type(display) ~= "userdata" then
    error("wait: a display expected at [1], got " .. type(display), 3)
  end
  return display, what
end

---@param options luashot.WaitOptions
return function(options)
  local display, what = aim(options)
  local test, problem, problem_code = make_test(options)
  local interval = seconds(options, "interval", USUAL_INTERVAL)
  local timeout = seconds(options, "timeout", math.huge)
  if not test then
    return nil, problem, problem_code
  end
  local deadline = now() + timeout
  local watch, rects
  local _ <close> = type(test) == "table" and test or nil
  local _ <close> = setmetatable({}, { __close = function()
    if watch then
      watch:close()
    end
  end })
  while true do
    local started = now()
    local frame, message, code = display:grab(what)
    if not frame and not target.is_away(what, code) then
      return nil, message, code
    end
    local keep = not frame
    local _ <close> = setmetatable({}, { __close = function()
      if not keep then
        frame:release()
      end
    end })
    local found, why, which
    if frame then
      found, why, which = test(frame, rects and shift(rects, frame))
    end
    if found then
      keep = true
      act.remember(frame, found)
      return frame, found
    elseif which then
      return nil, why, which
    end
    local left = deadline - now()
    if left <= 0 then
      local reason = frame and "" or ": " .. message
      return nil, ("not found within %g s%s"):format(timeout, reason), "ETIMEDOUT"
    end
    if watch == nil and frame then
      watch = watch_place(display, what, frame) or false
    elseif watch then
      watch:wait(math.min(left, LONGEST))
      rects = watch:changed()
    end
    pause(math.max(0, math.min(started + interval, deadline) - now()))
  end
end
