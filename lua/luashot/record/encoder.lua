--- An ffmpeg process that makes a video from frames.

local await = require "luashot.schedule.await"
local ffmpeg = require "luashot.record.ffmpeg"
local new_timer = require "luashot.schedule.timer"
local uv = require "luashot.luv"

local KEPT <const> = 4096 -- bytes of ffmpeg's last output
local LAST_WORDS <const> = 20 -- ms in which output may arrive after its end

---@class luashot.Encoder ffmpeg, while it runs
---@field ended boolean
local Encoder = {}
Encoder.__index = Encoder

local encoder = {}
local running = {} -- the encoders that have not ended yet, as keys

--- Starts ffmpeg for frames of one size.
---@param options luashot.RecordOptions
---@param frame luashot.Frame
---@return luashot.Encoder|nil
---@return string? message
---@return string? code
function encoder.start(options, frame)
  local self = setmetatable({ said = "", ended = false, width = frame.width, height = frame.height }, Encoder)
  self.input, self.errors = uv.new_pipe(), uv.new_pipe()
  local handle, why, code
  handle, why, code = uv.spawn(options.program or "ffmpeg", {
    args = ffmpeg.arguments(options, frame.width, frame.height),
    stdio = { self.input, nil, self.errors },
    detached = true, -- Ctrl-C is for the script, which then ends the input
  }, function(status, signal)
    handle:close()
    local timer = new_timer()
    timer:start_after_look(LAST_WORDS, function()
      timer:close()
      self.ended, self.status, self.signal = true, status, signal
      running[self] = nil
      if self.on_end then
        self.on_end()
      end
    end)
  end)
  if not handle then
    self.input:close()
    self.errors:close()
    return nil, ("cannot start ffmpeg: %s"):format(why), code or why:match "^E%u+"
  end
  running[self] = true
  self.errors:read_start(function(_, text)
    self.said = (self.said .. (text or "")):sub(-KEPT)
    if not text and not self.errors:is_closing() then
      self.errors:close()
    end
  end)
  return self
end

-- A picture of the size that the video has.
local function pixels(frame, self)
  if frame.width == self.width and frame.height == self.height then
    return frame:bytes "bgrx"
  end
  local scaled <close> = frame:scale(self.width, self.height)
  return scaled:bytes "bgrx"
end

-- Gives it the bytes of a frame; false when it is gone.
local function write(self, bytes)
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

--- Gives it a frame, once for each moment of the video that the frame shows.
---@param frame luashot.Frame
---@param times integer
---@return true|"over"|nil is_in "over": ffmpeg has all that it wanted
---@return string? message
---@return string? code
function Encoder:put(frame, times)
  local bytes = pixels(frame, self)
  frame:release()
  for _ = 1, times do
    if not write(self, bytes) then
      local ok, why, code = self:finish()
      return ok and "over", why, code
    end
  end
  return true
end

function Encoder:close_input()
  if not self.input:is_closing() then
    self.input:close()
  end
end

Encoder.__close = Encoder.close_input

--- Lets it finish the file. Returns true, or false and the reason.
function Encoder:finish()
  self:close_input()
  if not self.ended then
    await(function(wake)
      self.on_end = wake
    end)
  end
  local said = self.said:match "^%s*(.-)%s*$"
  -- ffmpeg 5 exits with status 0 even if the disk had no room for the end of the file.
  local is_cut = said:find "Error writing trailer" or said:find "Error closing file"
  if self.status == 0 and self.signal == 0 and not is_cut then
    return true
  end
  local how = self.signal ~= 0 and "signal " .. self.signal or "exit status " .. self.status
  return nil, ("ffmpeg ended with %s%s"):format(how, said ~= "" and ": " .. said or ""), "EENCODER"
end

--- At the end of the host, outside all jobs: waits for encoders that finish their files. After `seconds` they
--- continue without the host.
---@param seconds number
function encoder.settle(seconds)
  for one in pairs(running) do
    one:close_input()
  end
  local give_up = uv.hrtime() + seconds * 1e9
  while next(running) and uv.hrtime() < give_up do
    uv.run "nowait"
    uv.sleep(5)
  end
end

return encoder
