--- luashot.record: what is on the screen as a video, through ffmpeg.

local clock = require "luashot.schedule.clock"
local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local encoders = require "luashot.record.encoder"
local jobs = require "luashot.schedule.jobs"
local uv = require "luv"

-- A picture of the size that the video has.
local function pixels(frame, encoder)
  if frame.width == encoder.width and frame.height == encoder.height then
    return frame:bytes "bgrx"
  end
  local scaled <close> = frame:scale(encoder.width, encoder.height)
  return scaled:bytes "bgrx"
end

local known = { "display", "what", "fps", "to", "seconds", "count", "cursor", "arguments", "program", "progress" }

local function is_list_of_strings(value)
  local is_list = type(value) == "table"
  for i = 1, is_list and rawlen(value) or 0 do
    is_list = is_list and type(rawget(value, i)) == "string"
  end
  return is_list
end

local is_object = { userdata = true, table = true }

local function is_count(value)
  return value == math.huge or math.type(value) == "integer" and value >= 1
end

local function check(options)
  core.check_options(options, known, 3)
  if type(options) ~= "table" or type(options.to) ~= "string" then
    error("option 'to': the name of a file expected", 3)
  elseif options.program ~= nil and type(options.program) ~= "string" then
    error(("option 'program': a string expected, got %s"):format(type(options.program)), 3)
  elseif options.display ~= nil and not is_object[type(options.display)] then
    error(("option 'display': a display expected, got %s"):format(type(options.display)), 3)
  elseif options.count ~= nil and not is_count(options.count) then
    error(("option 'count': a whole number from 1 on expected, got %s"):format(tostring(options.count)), 3)
  elseif options.arguments ~= nil and not is_list_of_strings(options.arguments) then
    error("option 'arguments': a list of strings expected", 3)
  end
  local checked = {}
  for key, value in pairs(options) do
    checked[key] = value
  end
  checked.fps = options.fps or 30
  if type(checked.fps) ~= "number" or not (checked.fps > 0 and checked.fps <= 1000) then
    error(("option 'fps': a number from 0 to 1000 expected, got %s"):format(tostring(checked.fps)), 3)
  end
  local seconds = options.seconds and duration.option(options.seconds, "seconds", 3)
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
  local function place_of(time)
    return math.floor((time - began) * options.fps / clock.steady.second + 0.5)
  end
  while true do
    -- The frame stands for its own moment and for those that were missed before it.
    local place = place_of(frame.time)
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
    if result.frames >= options.count or jobs.is_ending() then
      return true
    end
    repeat -- the pace begins after the first frame, so its first tick may come in that frame's time
      display:tick(pace)
    until place_of(clock.monotonic()) >= result.frames or jobs.is_ending()
    local why, code
    frame, why, code = display:grab(options.what, how)
    if not frame then
      encoder:finish()
      return nil, why, code
    end
  end
end

-- Names with a number in them are ffmpeg's, which makes one of several.
local function claim(path)
  if path:find("%", 1, true) then
    return false
  end
  return core.claim_file(path)
end

-- A file that was made for ffmpeg, which has ended without writing to it.
local function drop_empty(is_new, path)
  local state = is_new and uv.fs_stat(path)
  if state and state.size == 0 then
    os.remove(path)
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
  local job = jobs.current()
  if not job or not jobs.can_wait(job) then
    error("record works inside a job only, where it can wait", 2)
  end
  local display = options.display
  if not display then
    local opened, message, reason = core.open {}
    if not opened then
      return core.fail(message, reason)
    end
    display = opened
  end
  local _ <close> = not options.display and display or nil
  local first, why, code = display:grab(options.what, { cursor = options.cursor })
  if not first then
    return core.fail(why, code)
  end
  local is_new, problem, reason = claim(options.to)
  if reason == "EACCES" then -- what else is wrong with the name ffmpeg will say
    return core.fail(problem, reason)
  end
  local encoder <close>, message, cause = encoders.start(options, first)
  if not encoder then
    drop_empty(is_new, options.to)
    return core.fail(message, cause)
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
    drop_empty(is_new and encoder.ended, options.to)
    return core.fail(why, code)
  end
  return result
end
