--- A video while it is made: by a thread of this process, with the libraries of ffmpeg.

local clock = require "luashot.schedule.clock"
local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local wait = require "luashot.events.fd_wait"
local watch_descriptor = require "luashot.events.fd_watch"

---@class luashot.Video
---@field recording userdata core.recording's
local Video = {}
Video.__index = Video

local video = {}
local running = {} -- those that are ending, as keys; their values watch them

--- The options of luashot.record and luashot.recorder that a recording in C takes.
local PASSED <const> = { "codec", "options", "bitrate", "keyframe", "rate", "segment", "speed", "append", "last",
  "bytes", "fps", "to", "container", "waiting" }

local units = { [""] = 1, k = 1e3, M = 1e6, G = 1e9 }

-- Bits a second, from 4000000 or "4M".
local function bits(value, level)
  local number, unit = tostring(value):match "^(%d+%.?%d*)([kMG]?)$"
  if not number then
    error(("option 'bitrate': bits a second expected, such as 4000000 or \"4M\", got %s"):format(tostring(value)),
      level + 1)
  end
  return tonumber(number) * units[unit]
end

local function is_settings(value)
  if type(value) ~= "table" then
    return false
  end
  for name, setting in next, value do
    if type(name) ~= "string" or type(setting) ~= "string" and type(setting) ~= "number" then
      return false
    end
  end
  return true
end

local function fail(level, name, expected, value)
  error(("option '%s': %s expected, got %s"):format(name, expected, tostring(value)), level + 2)
end

--- Checks the options that videos made here have, and returns them for video.start.
---@param options table
---@param level integer as error takes it
---@return table
function video.check(options, level)
  local passed = {}
  for _, name in ipairs(PASSED) do
    passed[name] = options[name]
  end
  if passed.codec ~= nil and type(passed.codec) ~= "string" then
    fail(level, "codec", "a string such as \"libx264\"", passed.codec)
  elseif passed.options ~= nil and not is_settings(passed.options) then
    fail(level, "options", "a table of names with strings or numbers", passed.options)
  elseif passed.rate ~= nil and passed.rate ~= "variable" and passed.rate ~= "constant" then
    fail(level, "rate", "'variable' or 'constant'", passed.rate)
  end
  if passed.append ~= nil and type(passed.append) ~= "boolean" then
    fail(level, "append", "true or false", passed.append)
  end
  if passed.speed ~= nil and (type(passed.speed) ~= "number" or not (passed.speed >= 1 and passed.speed <= 1e6)) then
    fail(level, "speed", "a number from 1 to 1000000", passed.speed)
  end
  for _, name in ipairs { "keyframe", "segment", "last" } do
    if passed[name] ~= nil then
      passed[name] = duration.option(passed[name], name, level + 1)
      if passed[name] <= 0 then
        fail(level, name, "a time above 0", options[name])
      end
    end
  end
  if passed.segment and not passed.to:find "[%%{]" then
    fail(level, "segment", "for it a name 'to' with a time or a number, such as %H-%M-%S or {sequence},", passed.to)
  end
  if passed.bitrate ~= nil then
    passed.bitrate = bits(passed.bitrate, level + 1)
  end
  return passed
end

--- Loads the libraries, which takes up to half a second. Call it before the first frame, which the video would
--- otherwise show for that time.
---@return boolean|nil ok
---@return string? message
---@return string? code
function video.load()
  if core.load_video then -- a sandbox has loaded what it can
    return core.load_video()
  end
  return true
end

--- Starts one with its first frame, whose size it has.
---@param options table of video.check
---@param frame luashot.Frame
---@return luashot.Video|nil
---@return string? message
---@return string? code
function video.start(options, frame)
  local recording, why, code = core.recording(options, frame)
  if not recording then
    return nil, why, code
  end
  return setmetatable({ recording = recording, width = frame.width, height = frame.height }, Video)
end

--- Gives it a frame, later than the one before; one of another size is scaled.
---@param frame luashot.Frame
---@return boolean|nil has_room false: it was dropped
---@return string? message
---@return string? code
function Video:put(frame)
  if frame.width == self.width and frame.height == self.height then
    return self.recording:put(frame)
  end
  local scaled <close>, why, code = frame:scale(self.width, self.height)
  if not scaled then
    return nil, why, code
  end
  return self.recording:put(scaled)
end

--- Whether a frame that is given to it now finds room.
function Video:has_room()
  return self.recording:has_room()
end

-- The thread writes the rest; the loop goes on until it has.
local function let_end(self)
  local recording = self.recording
  local watch
  watch = watch_descriptor(recording:fd(), function()
    if recording:is_over() then
      watch:stop()
      running[recording] = nil
      recording:close()
    end
  end)
  watch:hold(true)
  running[recording] = watch
end

local function finish(self, moment)
  if not self.is_ended then
    self.is_ended = true
    self.recording:finish(moment)
  end
end

--- Ends the video if nothing else has ended it, without waiting: the last frame is shown until now.
function Video:__close()
  finish(self, clock.monotonic())
  if self.recording:is_over() then
    self.recording:close()
  else
    let_end(self)
  end
end

--- Ends the video, and waits in a job until the file is complete.
---@param moment integer monotonic ns
---@return boolean|nil ok
---@return string? message the reason; after a success the remaining flaw, if there is one
---@return string? code
function Video:finish(moment)
  finish(self, moment)
  while not self.recording:is_over() do
    wait(self.recording:fd(), math.huge)
  end
  return self.recording:result()
end

--- Writes the kept video, and that of the next `after` seconds; waits in a job until that is done.
---@param path string
---@param after number
---@return string|nil path
---@return string? message
---@return string? code
function Video:save(path, after)
  local number, why, code = self.recording:save(path, after)
  if not number then
    return nil, why, code
  end
  repeat
    local saved, message, reason = self.recording:saved(number)
    if saved then
      return saved
    elseif saved == nil then
      return nil, message, reason
    end
    wait(self.recording:fd(), math.huge)
    self.recording:is_over()
  until false
end

--- At the end of the host, outside of all jobs: waits until those that are ending have ended.
function video.settle()
  for recording, watch in pairs(running) do
    watch:stop()
    recording:close()
  end
  running = {}
end

return video
