--- display:on_change: a function that is called when something is drawn in a part of the screen. Events
--- report changes, so waiting costs nothing; on a server without DAMAGE, pictures are compared at an
--- interval. It survives lost connections that on_lost restores.

local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"
local lost = require "luashot.events.on_lost"
local schedule = require "luashot.schedule"
local target = require "luashot.events.target"

local INTERVAL <const> = 0.5 -- seconds between two compared pictures, and after a failure
local ANYWHERE <const> = { x = 0, y = 0, width = 1, height = 1 }
local LOOK <const> = 1 -- seconds between two checks of a window that has grown or gone, which no event reports
local PASSING <const> = { EBUSY = true, ETIMEDOUT = true }

local function area(rects)
  local sum = 0
  for _, rect in ipairs(rects) do
    sum = sum + rect.width * rect.height
  end
  return sum
end

-- Converts rectangles of the root window to the frame.
local function shift(rects, frame)
  for _, rect in ipairs(rects) do
    rect.x, rect.y = rect.x - frame.x, rect.y - frame.y
  end
  return rects
end

local function call(fn, frame, rects)
  failure.guard(nil, fn, frame, rects)
  if jobs.current().stopped then
    schedule.sleep(0) -- does not return: a stopped job ends where it waits, although it may block for the server
  end
end

-- Whether a failed capture means that the target is away now, and may come back.
local function is_away(what, code)
  return code == "ENOMONITOR" or code == "EGEOMETRY" or target.is_away(what, code)
end

local function place(frame)
  return { x = frame.x, y = frame.y, width = frame.width, height = frame.height }
end

local function is_at(frame, rect)
  return frame.x == rect.x and frame.y == rect.y and frame.width == rect.width and frame.height == rect.height
end

local function whole(frame)
  return { { x = 0, y = 0, width = frame.width, height = frame.height } }
end

--- Watches the current place of `what`.
---@class luashot.Eye
---@field rect luashot.Region|nil the current place of `what`; nil while it has none
---@field watch luashot.Watch|nil of that place; without a place, of any
---@field layout integer number of changes of the layout when the place was last searched
---@field changed luashot.Region[] regions drawn there since the last call of the function
---@field moved boolean the function was not called since it came there
---@field is_lost boolean it may be somewhere else
local Eye = {}
Eye.__index = Eye

function Eye:__close()
  if self.watch then
    self.watch:close()
    self.watch, self.rect = nil, nil
  end
end

-- Moves the watch to the current place of `what`, if it has moved; returns the reason if it is away.
function Eye:seek()
  local display = self.display
  local layout = display:changes()
  local frame <close>, message, code = display:grab(self.what)
  if not frame and not is_away(self.what, code) then
    return nil, message, code
  elseif not (frame and self.rect and is_at(frame, self.rect)) then
    local rect = frame and place(frame)
    local watch, why, failed = display:watch(rect or ANYWHERE)
    if not watch then
      return nil, why, failed
    end
    self:__close()
    self.watch, self.rect, self.changed, self.moved = watch, rect, {}, rect ~= nil
  end
  self.layout, self.is_lost = layout, false
  return true, message, code
end

-- Waits until something was drawn there, or the target may have moved.
function Eye:wait()
  local due, message, code = self.watch:wait(target.is_window(self.what) and LOOK or math.huge)
  local rects
  if due then
    rects, message, code = self.watch:changed()
  end
  if rects and self.rect then
    self.changed = rects
  end
  self.is_lost = due == false or rects and self.display:changes() ~= self.layout
  return self.is_lost or rects, message, code
end

-- Captures, and calls `fn` with the changes.
function Eye:show(fn, threshold)
  if not self.moved and (#self.changed == 0 or area(self.changed) < threshold) then
    self.changed = {}
    return true
  end
  local frame <close>, message, code = self.display:grab(self.what)
  if frame and not is_at(frame, self.rect) or not frame and is_away(self.what, code) then
    return self:seek()
  elseif not frame then
    return nil, message, code
  end
  local rects = self.moved and whole(frame) or shift(self.changed, frame)
  self.changed, self.moved = {}, false
  call(fn, frame, rects)
  return true
end

-- Runs until a lasting failure.
local function follow(eye, fn, interval, threshold)
  while true do
    local ok, message, code = true, nil, nil
    if not (eye.is_lost or eye.moved or #eye.changed > 0) then
      ok, message, code = eye:wait()
    end
    if ok and eye.is_lost then
      ok, message, code = eye:seek()
    end
    if ok then
      ok, message, code = eye:show(fn, threshold)
    end
    if not ok and not PASSING[code] then
      return nil, message, code
    elseif not ok then
      failure.add(message, jobs.current())
    end
    local pause = ok and interval or math.max(interval, INTERVAL)
    if pause > 0 then
      schedule.sleep(pause)
    end
  end
end

-- The regions in which the frame differs from the previous picture, and the number of pixels.
local function differences(frame, before)
  local found, why, code = frame:diff(before)
  if found then
    return found.rects, found.changed
  elseif code ~= "EGEOMETRY" then
    error(why, 0)
  end
  return whole(frame), frame.width * frame.height
end

-- `before`: the picture to begin with; nil: the first one.
local function compare(display, what, fn, interval, threshold, before)
  local was_away = false
  while true do
    local frame <close>, message, code = display:grab(what)
    if frame then
      local now = assert(frame:copy())
      if was_away then
        call(fn, frame, whole(frame))
      elseif before then
        local rects, changed = differences(frame, before)
        if changed >= threshold then
          call(fn, frame, rects)
        end
      end
      if before then
        before:release()
      end
      before, was_away = now, false
      frame:release()
    elseif is_away(what, code) then
      was_away = true
    elseif PASSING[code] then
      failure.add(message, jobs.current())
    else
      return nil, message, code
    end
    schedule.sleep(was_away and math.max(interval, LOOK) or interval)
  end
end

local function check(fn, given)
  core.check_options(given, { "min_interval", "threshold", "name" }, 3)
  local threshold = given.threshold or 1
  if type(fn) ~= "function" then
    error(("bad argument #2 to 'on_change' (function expected, got %s)"):format(type(fn)), 3)
  elseif math.type(threshold) ~= "integer" or threshold < 0 then
    error(("option 'threshold': a whole number of pixels expected, got %s"):format(threshold), 3)
  elseif given.name ~= nil and type(given.name) ~= "string" then
    error(("option 'name': a string expected, got %s"):format(type(given.name)), 3)
  end
end

--- Calls `fn(frame, rects)` in a job whenever something is drawn in a part of the screen, from now on;
--- `rects` lists the changed regions, in the frame's pixels. When the part has moved, `fn` is called with all
--- of it. The frame is released when `fn` returns.
---@param display luashot.Display
---@param what luashot.What
---@param fn fun(frame: luashot.Frame, rects: luashot.Region[])
---@param given? { min_interval?: number|string, threshold?: integer, name?: string } `min_interval`: the
---  minimum time between two calls; the next call includes the changes in between; `threshold`: fewer
---  changed pixels make no call
---@return luashot.Job job its field `polling` says why, where pictures are compared instead
return function(display, what, fn, given)
  given = given or {}
  check(fn, given)
  local interval = given.min_interval and duration.option(given.min_interval, "min_interval", 2) or 0
  local threshold = given.threshold or 1
  local eye = setmetatable({ display = display, what = what }, Eye)
  local sees, message, code = eye:seek()
  if sees and not eye.rect or not sees and code ~= "ENOTSUP" then
    eye:__close()
    return nil, message, code
  end
  local polling = not sees and message or target.untold(what, display)
  local first
  if polling then
    eye:__close()
    interval = interval > 0 and interval or INTERVAL
    local frame <close> = display:grab(what) -- a failure comes again
    first = frame and assert(frame:copy())
  end
  eye.moved = false
  local job = schedule.after(0, function()
    local _ <close> = eye
    while true do
      local ok, text, failed
      if polling then
        ok, text, failed = compare(display, what, fn, interval, threshold, first)
        first = nil
      else
        ok, text, failed = follow(eye, fn, interval, threshold)
      end
      while not ok do
        if failed ~= "ELOST" or not lost.await(display) then
          error(text, 0)
        end
        ok = polling ~= nil
        if not ok then
          eye:__close()
          ok, text, failed = eye:seek()
        end
      end
    end
  end, { name = given.name or "on_change" })
  job.endless = true
  job.polling = polling or nil
  return job
end
