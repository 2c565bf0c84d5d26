--- display:on_change: a function that is called when something is drawn in a part of the screen.
--- Events tell, so that it costs nothing while nothing changes there; where the server has no DAMAGE,
--- pictures are compared at an interval. A connection that on_lost looks after may come and go.

local core = require "luashot.core"
local duration = require "luashot.duration"
local failure = require "luashot.failure"
local machine = require "luashot.job"
local lost = require "luashot.lost"
local schedule = require "luashot.schedule"
local target = require "luashot.target"
local traceback = require "luashot.traceback"

local INTERVAL <const> = 0.5 -- seconds between two pictures that are compared
local LOOK <const> = 1 -- seconds between two looks for a window that grows, or is away, which no event tells of

local function area(rects)
  local sum = 0
  for _, rect in ipairs(rects) do
    sum = sum + rect.width * rect.height
  end
  return sum
end

-- From the root window to the frame.
local function shift(rects, frame)
  for _, rect in ipairs(rects) do
    rect.x, rect.y = rect.x - frame.x, rect.y - frame.y
  end
  return rects
end

local function call(fn, frame, rects)
  local ok, text = xpcall(fn, traceback.handler, frame, rects)
  if not ok then
    failure.add(text)
  end
  if machine.current().stopped then
    schedule.sleep(0) -- does not return: a stopped job ends where it waits, but may block for the server
  end
end

local function is_at(frame, rect)
  return frame.x == rect.x and frame.y == rect.y and frame.width == rect.width and frame.height == rect.height
end

local function whole(frame)
  return { { x = 0, y = 0, width = frame.width, height = frame.height } }
end

-- Captures and calls; `rects` nil tells of no change. False when it is elsewhere by now.
local function tell(display, what, fn, rect, rects)
  local frame <close>, why, code = display:grab(what)
  if not frame then
    return nil, why, code
  elseif not is_at(frame, rect) then
    return false
  elseif rects then
    call(fn, frame, rects.is_whole and whole(frame) or shift(rects, frame))
  end
  return true
end

-- Watches until what is watched has moved, or something fails. `is_new`: nobody was told yet that it
-- is there, which is done when no change can be missed any more.
local function watch_once(display, what, fn, interval, threshold, is_new)
  local first <close>, unseen, reason = display:grab(what)
  if not first then
    return nil, unseen, reason
  end
  local rect = { x = first.x, y = first.y, width = first.width, height = first.height }
  first:release()
  local watch <close>, why, code = display:watch(rect)
  local ok = watch
  if ok and is_new then
    ok, why, code = tell(display, what, fn, rect, { is_whole = true })
  end
  local patience = target.is_window(what) and LOOK or math.huge
  while ok do
    local due, rects
    due, why, code = watch:wait(patience)
    ok = due ~= nil
    if due then
      rects, why, code = watch:changed()
      ok = rects
    end
    if ok and (not rects or area(rects) >= threshold) then
      ok, why, code = tell(display, what, fn, rect, rects)
    end
    if ok and rects and interval > 0 then
      schedule.sleep(interval)
    end
  end
  return ok == false or nil, why, code
end

-- Where the frame differs from the picture before, and in how many pixels.
local function differences(frame, before)
  local found, why, code = frame:diff(before)
  if found then
    return found.rects, found.changed
  elseif code ~= "EGEOMETRY" then
    error(why, 0)
  end
  return whole(frame), frame.width * frame.height
end

local function compare(display, what, fn, interval, threshold, is_new)
  local before
  while true do
    local frame <close>, why, code = display:grab(what)
    if not frame then
      return nil, why, code
    end
    if is_new then
      is_new = false
      call(fn, frame, whole(frame))
    end
    local now = assert(frame:copy())
    if before then
      local rects, changed = differences(frame, before)
      if changed >= threshold then
        call(fn, frame, rects)
      end
      before:release()
    end
    before = now
    frame:release()
    schedule.sleep(interval)
  end
end

--- Calls `fn(frame, rects)` in a job whenever something is drawn in a part of the screen; `rects` lists
--- where, in the frame's pixels. The frame is released when `fn` returns.
---@param display luashot.Display
---@param what luashot.What
---@param fn fun(frame: luashot.Frame, rects: luashot.Rect[])
---@param given? { min_interval?: number|string, threshold?: integer, name?: string } `min_interval`: two
---  calls are at least so far apart, and what happens meanwhile is seen by the next; `threshold`: fewer
---  changed pixels make no call
---@return luashot.Job job its field `polling` says why, where pictures are compared instead
return function(display, what, fn, given)
  core.check_options(given, { "min_interval", "threshold", "name" })
  given = given or {}
  local interval = given.min_interval and duration.check(given.min_interval, 3, "on_change") or 0
  if type(fn) ~= "function" then
    error(("bad argument #2 to 'on_change' (function expected, got %s)"):format(type(fn)), 3)
  end
  local first <close>, message, reason = display:grab(what)
  if not first then
    return nil, message, reason
  end
  first:release()
  local polling = target.untold(what)
  if not polling then
    local probe <close>, why, code = display:watch { x = 0, y = 0, width = 1, height = 1 }
    if not probe and code ~= "ENOTSUP" then
      error(why, 2)
    end
    polling = not probe and why or nil
  end
  local watch = polling and compare or watch_once
  local pause = polling and interval == 0 and INTERVAL or interval
  local job = schedule.after(0, function()
    local is_new = false
    while true do
      local ok, text, failed = watch(display, what, fn, pause, given.threshold or 1, is_new)
      local is_away = not ok and target.is_away(what, failed)
      is_new = ok or is_away
      if is_away then
        schedule.sleep(LOOK)
      elseif not ok and not (failed == "ELOST" and lost.await(display)) then
        error(text, 0)
      end
    end
  end, { name = given.name or "on_change" })
  job.endless = true
  job.polling = polling
  return job
end
