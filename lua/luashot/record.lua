--- luashot.record: what is on the screen as a video, through ffmpeg.

local clock = require "luashot.clock"
local core = require "luashot.core"
local duration = require "luashot.duration"
local machine = require "luashot.job"
local uv = require "luv"

local KEPT <const> = 4096 -- bytes of what ffmpeg says last

---@class luashot.Encoder ffmpeg, while it runs
---@field ended boolean
local Encoder = {}
Encoder.__index = Encoder

-- Lets the current job wait until `start(wake)` has had its `wake` called.
local function await(start)
  local job = machine.current()
  local over, parked = false, false
  start(function()
    over = true
    if parked then
      machine.wake(job, true)
    end
  end)
  if not over then
    parked = true
    local _, why = machine.park(job, function()
      parked = false
    end)
    if why then
      error("record cannot wait here: " .. why, 0)
    end
  end
end

local function arguments(options, frame)
  local list = {
    "-hide_banner", "-loglevel", "error", "-y",
    "-f", "rawvideo", "-pixel_format", "bgr0",
    "-video_size", ("%dx%d"):format(frame.width, frame.height),
    "-framerate", tostring(options.fps), "-i", "-",
  }
  table.move(options.arguments or {}, 1, #(options.arguments or {}), #list + 1, list)
  list[#list + 1] = options.to
  return list
end

-- Starts ffmpeg for frames of that size.
local function start_encoder(options, frame)
  local self = setmetatable({ said = "", ended = false, width = frame.width, height = frame.height }, Encoder)
  self.input, self.errors = uv.new_pipe(), uv.new_pipe()
  local handle, why, code
  handle, why, code = uv.spawn(options.program or "ffmpeg", {
    args = arguments(options, frame),
    stdio = { self.input, nil, self.errors },
    detached = true, -- Ctrl-C is for the script, which then ends the input
  }, function(status, signal)
    self.ended, self.status, self.signal = true, status, signal
    handle:close()
    if self.on_end then
      self.on_end()
    end
  end)
  if not handle then
    self.input:close()
    self.errors:close()
    return nil, ("cannot start ffmpeg: %s"):format(why), code or why:match "^E%u+"
  end
  self.errors:read_start(function(_, text)
    self.said = (self.said .. (text or "")):sub(-KEPT)
    if not text and not self.errors:is_closing() then
      self.errors:close()
    end
  end)
  return self
end

-- Gives it a frame; false when it is gone.
function Encoder:write(bytes)
  local failed
  await(function(wake)
    self.on_end = wake
    local request, why = self.input:write(bytes, function(error_name)
      failed = error_name
      wake()
    end)
    if not request then
      failed = why
      wake()
    end
  end)
  self.on_end = nil
  return not failed and not self.ended
end

function Encoder:close_input()
  if not self.input:is_closing() then
    self.input:close()
  end
end

Encoder.__close = Encoder.close_input

-- Lets it write the end of the file. Returns whether all went well, else why not.
function Encoder:finish()
  self:close_input()
  if not self.ended then
    await(function(wake)
      self.on_end = wake
    end)
  end
  if self.status == 0 and self.signal == 0 then
    return true
  end
  local how = self.signal ~= 0 and "signal " .. self.signal or "exit status " .. self.status
  local said = self.said:match "^%s*(.-)%s*$"
  return nil, ("ffmpeg ended with %s%s"):format(how, said ~= "" and ": " .. said or ""), "EENCODER"
end

-- A picture of the size that the video has.
local function pixels(frame, encoder)
  if frame.width == encoder.width and frame.height == encoder.height then
    return frame:bytes "bgrx"
  end
  local scaled <close> = frame:scale(encoder.width, encoder.height)
  return scaled:bytes "bgrx"
end

local known = { "display", "what", "fps", "to", "seconds", "count", "cursor", "arguments", "program", "progress" }

local function check(options)
  core.check_options(options, known)
  if type(options) ~= "table" or type(options.to) ~= "string" then
    error("option 'to': the name of a file expected", 3)
  end
  local checked = {}
  for key, value in pairs(options) do
    checked[key] = value
  end
  checked.fps = options.fps or 30
  if math.type(checked.fps) == nil or checked.fps <= 0 or checked.fps > 1000 then
    error(("option 'fps': a number from 0 to 1000 expected, got %s"):format(checked.fps), 3)
  end
  local seconds = options.seconds and duration.check(options.seconds, 1, "record")
  checked.count = options.count or seconds and math.max(1, math.floor(seconds * checked.fps + 0.5)) or math.huge
  if options.progress == nil then
    checked.progress = uv.guess_handle(2) == "tty"
  end
  return checked
end

local function show(result, options)
  if options.progress then
    io.stderr:write(("\r%s: %d frames, %.1f s, %d repeated "):format(options.to, result.frames,
      result.frames / options.fps, result.repeated))
  end
end

-- Captures and writes until there are enough, or something fails.
local function go_on(display, options, encoder, first, result)
  local how = { cursor = options.cursor }
  local frame, began = first, first.time
  local pace = display:pace(options.fps)
  while true do
    -- The frame stands for its own moment and for those that were missed before it.
    local place = math.floor((frame.time - began) * options.fps / clock.steady.second + 0.5)
    local bytes = pixels(frame, encoder)
    frame:release()
    local times = math.min(math.max(place + 1 - result.frames, 1), options.count - result.frames)
    for i = 1, times do
      if not encoder:write(bytes) then
        return encoder:finish()
      end
      result.frames = result.frames + 1
      result.repeated = result.repeated + (i > 1 and 1 or 0)
    end
    show(result, options)
    if result.frames >= options.count or machine.is_ending() then
      return true
    end
    display:tick(pace)
    local why, code
    frame, why, code = display:grab(options.what, how)
    if not frame then
      encoder:finish()
      return nil, why, code
    end
  end
end

--- Records until there are enough frames, or the host ends. Only in a job, others go on meanwhile;
--- stopping that job ends the video there. When a capture cannot be made in time, the one after it is
--- repeated, so that the video lasts as long as what it shows.
---@param given luashot.RecordOptions
---@return { frames: integer, repeated: integer }|nil
---@return string? message
---@return string? code
return function(given)
  local options = check(given)
  local job = machine.current()
  if not job or not machine.can_wait(job) then
    error("record works inside a job only, where it can wait", 2)
  end
  local display = options.display
  if not display then
    local opened, message, reason = core.open {}
    if not opened then
      return nil, message, reason
    end
    display = opened
  end
  local _ <close> = not options.display and display or nil
  local first, why, code = display:grab(options.what, { cursor = options.cursor })
  if not first then
    return nil, why, code
  end
  local encoder <close>, message, reason = start_encoder(options, first)
  if not encoder then
    return nil, message, reason
  end
  local result = { frames = 0, repeated = 0 }
  local ok
  ok, why, code = go_on(display, options, encoder, first, result)
  if ok then
    ok, why, code = encoder:finish()
  end
  if options.progress then
    io.stderr:write "\n"
  end
  if not ok then
    return nil, why, code
  end
  return result
end
