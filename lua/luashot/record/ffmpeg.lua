--- The command line of ffmpeg for a video. It takes raw frames from its standard input.

local ffmpeg = {}

-- Containers of videos for people, whose default encoders can halve the colors' resolution. Given RGB,
-- these encoders would keep it, which browsers, phones and decoders in hardware do not play.
local containers = {}
for extension in ("3gp avi f4v flv m2ts m4v mkv mov mp4 mpeg mpg mts ogv ts webm wmv"):gmatch "%S+" do
  containers[extension] = true
end

-- The same for encoders and codecs.
local codecs = {}
for name in ([[
    av1 flv1 h264 h265 hevc libaom-av1 libopenh264 librav1e libsvtav1 libtheora libvpx libvpx-vp9 libx264 libx265
    mpeg1video mpeg2video mpeg4 theora vp8 vp9
  ]]):gmatch "%S+" do
  codecs[name] = true
end

-- Reads the script's arguments: the last value of each kind of option.
local function read(arguments)
  local said = {}
  for i = 1, #arguments do
    local name, value = arguments[i], arguments[i + 1]
    if name == "-pix_fmt" then
      said.format = value
    elseif name == "-vcodec" or name == "-c" or name == "-codec" or name:match "^%-c:v" or name:match "^%-codec:v" then
      said.codec = value
    elseif name == "-vf" or name:match "^%-filter" or name == "-lavfi" then
      said.filter = value
    end
  end
  return said
end

-- A number in ffmpeg's form, independent of the locale's decimal point. ffmpeg itself keeps fractions up to
-- 1001000.
local function rate(fps)
  local whole = math.tointeger(fps)
  if whole then
    return ("%d"):format(whole)
  end
  return fps < 1 and ("1000000/%.0f"):format(1000000 / fps) or ("%.0f/1000000"):format(fps * 1000000)
end

-- The default pixel format: one that every player can show.
local function picture(options, width, height)
  local said = read(options.arguments or {})
  local list = {}
  local is_halved = containers[options.to:match "%.(%w+)$"] and (not said.codec or codecs[said.codec])
  if is_halved and not said.format then
    list = { "-pix_fmt", "yuv420p" }
  end
  local format = said.format or is_halved and "yuv420p" or ""
  local is_odd = width % 2 == 1 or height % 2 == 1
  if is_odd and format:match "42[02]" and not said.filter then
    table.move({ "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2" }, 1, 2, #list + 1, list)
  end
  return list
end

--- The arguments for frames of one size.
---@param options luashot.RecordOptions
---@param width integer
---@param height integer
---@return string[]
function ffmpeg.arguments(options, width, height)
  local list = {
    "-hide_banner", "-loglevel", "error", "-y",
    "-f", "rawvideo", "-pixel_format", "bgr0",
    "-video_size", ("%dx%d"):format(width, height),
    "-framerate", rate(options.fps), "-i", "-",
  }
  table.move(picture(options, width, height), 1, 4, #list + 1, list)
  table.move(options.arguments or {}, 1, #(options.arguments or {}), #list + 1, list)
  -- Without "file:", a name with a colon would be a protocol, and one with a minus an option.
  list[#list + 1] = "file:" .. options.to
  return list
end

return ffmpeg
