--- display:stream: publishes the screen repeatedly until the reader goes.

local core = require "luashot.core"

local FASTEST <const> = 10000 -- the highest rate, in captures a second

--- Publishes at a pace; without one as fast as the reader makes room. At a pace, a frame for which the
--- ring has no room, or while another job's frame is being written to it, is dropped and counted
--- (`stats()`), a deadline that has passed is skipped and counted
--- (`stats().series`).
---@param display luashot.Display
---@param writer luashot.zerobuffer.Writer
---@param options? { [1]?: luashot.What, fps?: number, clip?: boolean, cursor?: boolean, count?: integer }
---  `count`: the number of frames; without it, the stream goes on until the reader is gone
---@return integer published the number of frames put into the ring
---@return string? message the reason for ending, nil after `count`
---@return string? code EREADERDEAD when the reader is gone
return function(display, writer, options)
  core.check_options(options, { "[1]", "fps", "clip", "cursor", "count" })
  options = options or {}
  local count = options.count == nil and math.huge or options.count
  local fps = options.fps == nil and 0 or options.fps
  if type(count) ~= "number" or count ~= count then
    error(("option 'count': a number expected, got %s"):format(tostring(count)), 2)
  elseif type(fps) ~= "number" or not (fps >= 0 and fps <= FASTEST) then
    error(("option 'fps': a number from 0 to %d expected, got %s"):format(FASTEST, tostring(fps)), 2)
  end
  local published = 0
  -- As fast as the reader, because capturing without a reader would be useless.
  local how = { clip = options.clip, cursor = options.cursor, full = fps == 0 and "wait" or "drop" }
  local pace = display:pace(fps)
  while published < count do
    display:tick(pace)
    local sequence, why, code = display:publish(writer, options[1], how)
    if sequence then
      published = published + 1
    elseif code ~= "EBUFFERFULL" and code ~= "EBUSY" then
      return published, why, code
    end
  end
  return published
end
