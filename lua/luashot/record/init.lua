--- luashot.record: a video of the screen, made by the libraries of ffmpeg or by its program.

local clock = require "luashot.schedule.clock"
local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local jobs = require "luashot.schedule.jobs"
local uv = require "luashot.luv"
local video = require "luashot.record.video"

local WRITE <const>, STICKY <const> = 2, 512 -- bits of a mode: everybody may write; only owners may remove

local known = { "display", "what", "fps", "to", "seconds", "count", "cursor", "codec", "options", "bitrate", "keyframe",
  "rate", "segment", "speed", "append", "arguments", "program", "progress" }

-- Options of videos that are made here; the program ffmpeg takes its own.
local ours = { "codec", "options", "bitrate", "keyframe", "rate", "segment", "speed", "append" }

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
  local is_piped = options.program ~= nil or options.arguments ~= nil
  for _, name in ipairs(is_piped and ours or {}) do
    if options[name] ~= nil then
      error(("option '%s': the program ffmpeg, which 'program' and 'arguments' choose, has options of its own")
        :format(name), 3)
    end
  end
  local checked = { is_piped = is_piped }
  for key, value in pairs(options) do
    checked[key] = value
  end
  checked.fps = options.fps or 30
  if type(checked.fps) ~= "number" or not (checked.fps > 0 and checked.fps <= 1000) then
    error(("option 'fps': a number from 0 to 1000 expected, got %s"):format(tostring(checked.fps)), 3)
  end
  checked.video = not is_piped and video.check(checked, 3) or nil
  local seconds = options.seconds and duration.option(options.seconds, "seconds", 3)
  checked.count = options.count or seconds and math.max(1, math.floor(seconds * checked.fps + 0.5)) or math.huge
  if options.progress == nil then
    checked.progress = uv.guess_handle(2) == "tty"
  end
  return checked
end

-- The latest state on the terminal, not more often than anybody can read it.
local function show(result, options, sink, is_last)
  local now = clock.monotonic()
  if not options.progress or not is_last and now < (result.shown or 0) + clock.steady.second // 5 then
    return
  end
  result.shown = now
  local stats = not options.is_piped and sink.recording:stats()
  local rest = stats and ("%.1f MB, %d dropped"):format(stats.bytes / 1e6, stats.dropped + result.dropped)
    or ("%d repeated"):format(result.repeated)
  io.stderr:write(("\r%s: %d frame%s, %.1f s, %s "):format(options.to, result.frames, result.frames == 1 and "" or "s",
    result.frames / options.fps, rest))
end

-- Captures and writes until there are enough frames, or a call fails.
local function go_on(display, options, sink, first, result)
  local how = { cursor = options.cursor }
  local frame, began = first, first.time
  local is_started = not options.is_piped -- the first frame is in it
  local pace = display:pace(options.fps)
  local function place_of(time)
    return math.floor((time - began) * options.fps / clock.steady.second + 0.5)
  end
  while true do
    -- A frame, captured or dropped, stands for its own moment and for the missed ones before it.
    local place = place_of(frame and frame.time or clock.monotonic())
    local times = math.min(math.max(place + 1 - result.frames, 1), options.count - result.frames)
    if frame then
      local ok, why, code = true, nil, nil
      if not is_started or frame ~= first and place < options.count then -- one after the end is in no video
        ok, why, code = sink:put(frame, times)
      end
      frame:release()
      if ok == nil or ok == "over" then
        return ok, why, code
      end
    else
      result.dropped = result.dropped + 1
    end
    result.frames = result.frames + times
    result.repeated = result.repeated + times - 1
    local is_over = result.frames >= options.count or jobs.is_ending()
    show(result, options, sink, is_over)
    if is_over then
      return true
    end
    repeat -- the pace begins after the first frame, so its first tick may fall into that frame's time
      display:tick(pace)
    until place_of(clock.monotonic()) >= result.frames or jobs.is_ending()
    frame = nil
    if options.is_piped or sink:has_room() then -- without it, a capture would cost its time in vain
      local why, code
      frame, why, code = display:grab(options.what, how)
      if not frame and (code ~= "EBUSY" or options.is_piped) then -- EBUSY: all slots wait for the encoder
        return nil, why, code
      end
    end
  end
end

-- Whether nobody else can replace what a name leads to, now or later: the program opens the file by its name.
local function is_safe(path)
  local folder = uv.fs_realpath(path:match "^(.*/)[^/]*$" or ".")
  while folder and folder ~= "/" do
    local state = uv.fs_lstat(folder)
    local is_open = state and state.mode & WRITE ~= 0 and state.mode & STICKY == 0
    if not state or is_open or state.uid ~= 0 and state.uid ~= uv.getuid() then
      return false, folder
    end
    folder = folder:match "^(.+)/" or "/"
  end
  return true
end

-- The pipe to the program. Claims the file. Names with a number pattern are ffmpeg's, which makes several
-- files of them.
local function start_program(options, first)
  local safe, folder = is_safe(options.to)
  if not safe then
    local message = "%s: the program opens it by name, and other users can change %s"
    return core.fail(message:format(options.to, folder), "EACCES")
  end
  local is_new, problem, reason = false, nil, nil
  if not options.to:find("%", 1, true) then
    is_new, problem, reason = core.claim_file(options.to)
  end
  if reason == "EACCES" then -- ffmpeg reports other faults of the name
    return nil, problem, reason
  end
  -- Removes the file that was made for ffmpeg, if ffmpeg has ended without writing to it.
  local function drop_empty()
    local state = is_new and uv.fs_stat(options.to)
    if state and state.size == 0 then
      os.remove(options.to)
    end
  end
  local sink, message, code = require("luashot.record.encoder").start(options, first)
  if not sink then
    drop_empty()
  end
  return sink, message, code, drop_empty
end

local function start_video(options, first)
  return video.start(options.video, first)
end

-- Records to a sink that has started, and ends it.
local function run(display, options, sink, first)
  local result = { frames = 0, repeated = 0, dropped = 0 }
  local began = first.time
  local ok, why, code = go_on(display, options, sink, first, result)
  local length = math.floor(result.frames / options.fps * clock.steady.second)
  local whole, message, cause = sink:finish(began + length)
  if options.progress then
    io.stderr:write "\n"
  end
  if not ok then
    return nil, why, code
  elseif not whole then
    return nil, message, cause
  end
  result.shown = nil
  if not options.is_piped then
    local stats = sink.recording:stats()
    result.encoded, result.bytes, result.files = stats.encoded, stats.bytes, stats.files
    result.dropped, result.note = result.dropped + stats.dropped, message
  end
  return result
end

--- Records until there are enough frames, or the host ends. Only in a job, others go on meanwhile;
--- stopping that job ends the video there. See docs/annotations/luashot.lua.
---@param given luashot.RecordOptions
---@return luashot.RecordResult|nil
---@return string? message
---@return string? code
return function(given)
  local options = check(given)
  local job = jobs.current()
  if not job or not jobs.can_wait(job) then
    error("record works inside a job only, where it can wait", 2)
  end
  if not options.is_piped then
    local ready, why, code = video.load()
    if not ready then
      return core.fail(why, code)
    end
  end
  local display = options.display
  if not display then
    local opened, message, reason = core.open { damage = true }
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
  local start = options.is_piped and start_program or start_video
  local sink <close>, message, cause, drop_empty = start(options, first)
  if not sink then
    return core.fail(message, cause)
  end
  local result
  result, why, code = run(display, options, sink, first)
  if not result then
    if drop_empty and sink.ended then
      drop_empty()
    end
    return core.fail(why, code)
  end
  return result
end
