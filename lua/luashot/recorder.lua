--- luashot.recorder: the last seconds of the screen, kept in memory, and written when something happens.

local clock = require "luashot.schedule.clock"
local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local jobs = require "luashot.schedule.jobs"
local lost = require "luashot.events.on_lost"
local schedule = require "luashot.schedule"
local video = require "luashot.record.video"

local KEYFRAME <const> = 2 -- seconds between two key pictures: a saved file begins at one
local BYTES <const> = 64 << 20 -- kept by default
local LEAST <const> = 1 << 20 -- bytes to keep
local MOST_WAITING <const> = 5 -- captures that may wait for the encoder
local SHARE <const> = 4 -- waiting captures, except one, may have this part of the bytes

local known = { "display", "what", "fps", "cursor", "last", "bytes", "codec", "options", "bitrate", "keyframe",
  "container", "name" }

---@class luashot.Recorder
local Recorder = {}
Recorder.__index = Recorder
Recorder.__name = "luashot.Recorder"

local function check(given)
  core.check_options(given, known, 3)
  local options = {}
  for key, value in pairs(given or {}) do
    options[key] = value
  end
  options.fps = options.fps or 30
  if type(options.fps) ~= "number" or not (options.fps > 0 and options.fps <= 1000) then
    error(("option 'fps': a number from 0 to 1000 expected, got %s"):format(tostring(options.fps)), 3)
  elseif options.bytes ~= nil and (math.type(options.bytes) ~= "integer" or options.bytes < LEAST) then
    error(("option 'bytes': a whole number from %d on expected, got %s"):format(LEAST, tostring(options.bytes)), 3)
  elseif options.name ~= nil and type(options.name) ~= "string" then
    error(("option 'name': a string expected, got %s"):format(type(options.name)), 3)
  elseif options.display ~= nil and type(options.display) ~= "userdata" and type(options.display) ~= "table" then
    error(("option 'display': a display expected, got %s"):format(type(options.display)), 3)
  end
  options.keyframe = options.keyframe or KEYFRAME
  options.bytes = options.bytes or BYTES
  options.video = video.check(options, 3)
  options.video.to = nil
  return options
end

-- How many captures may wait for the encoder, and how many bytes of encoded packets that leaves.
local function share(bytes, frame)
  local size = frame.stride * frame.height
  local more = math.min(bytes // SHARE // size, MOST_WAITING - 1)
  return 1 + more, bytes - more * size
end

-- One frame after the other, until the recorder is stopped. A connection that on_lost looks after may come
-- and go.
local function follow(self, display, options)
  local how = { cursor = options.cursor }
  local pace = display:pace(options.fps)
  while not self.stopped do
    display:tick(pace)
    if self.video:has_room() then
      local frame <close>, why, code = display:grab(options.what, how)
      local ok = true
      if frame then
        ok, why, code = self.video:put(frame)
      elseif code == "EBUSY" then
        self.missed = self.missed + 1 -- others hold all slots
      elseif code ~= "ELOST" or not lost.await(display) then
        ok = nil
      end
      if ok == nil then
        self.why, self.code = why, code
        error(why, 0)
      end
    else
      self.missed = self.missed + 1
    end
  end
end

--- Writes the kept video, and that of the next seconds, to a file. Waits in a job until it is written.
---@param path string
---@param options? { after?: luashot.Duration }
---@return string|nil path
---@return string? message
---@return string? code
function Recorder:save(path, options)
  core.check_options(options, { "after" })
  if type(path) ~= "string" then
    error(("bad argument #1 to 'save' (string expected, got %s)"):format(type(path)), 2)
  end
  local after = options and options.after and duration.option(options.after, "after", 2) or 0
  local job = jobs.current()
  if not job or not jobs.can_wait(job) then
    error("save works inside a job only, where it can wait", 2)
  elseif self.why then
    return nil, self.why, self.code
  elseif self.stopped then
    return nil, "the recorder is stopped", "ECLOSED"
  end
  return self.video:save(path, after)
end

--- Ends it, and completes the files that are being written. Everything else that it keeps is lost. A second call does
--- nothing.
function Recorder:stop()
  if not self.stopped then
    self.stopped = true
    self.job:stop()
  end
end

Recorder.__close = Recorder.stop

--- The recorder's counters.
---@return { encoded: integer, dropped: integer, bytes: integer, kept: integer }
function Recorder:stats()
  local stats = self.last_stats or self.video.recording:stats()
  return { encoded = stats.encoded, dropped = stats.dropped + self.missed, bytes = stats.bytes, kept = stats.kept }
end

local function open(options)
  if options.display then
    return options.display
  end
  return core.open { damage = true }
end

--- Starts one; see docs/annotations/luashot.lua.
---@param given? luashot.RecorderOptions
---@return luashot.Recorder|nil
---@return string? message
---@return string? code
return function(given)
  local options = check(given)
  local ready, lack, absence = video.load()
  if not ready then
    return core.fail(lack, absence)
  end
  local display, why, code = open(options)
  if not display then
    return core.fail(why, code)
  end
  local own <close> = not options.display and setmetatable({ display = display }, {
    __close = function(owner)
      if owner.display then
        owner.display:close()
      end
    end,
  }) or nil
  local first <close>, message, cause = display:grab(options.what, { cursor = options.cursor })
  if not first then
    return core.fail(message, cause)
  end
  options.video.waiting, options.video.bytes = share(options.bytes, first)
  local made, problem, reason = video.start(options.video, first)
  if not made then
    return core.fail(problem, reason)
  end
  if own then
    own.display = nil -- the job's from now on
  end
  local self = setmetatable({ video = made, missed = 0, stopped = false, began = clock.monotonic() }, Recorder)
  self.job = schedule.after(0, function()
    local _ <close> = not options.display and display or nil
    local recording <close> = made
    local _ <close> = setmetatable({}, { __close = function()
      self.last_stats, self.stopped = recording.recording:stats(), true
    end })
    follow(self, display, options)
  end, { name = options.name or "recorder" })
  self.job.endless = true
  return self
end
