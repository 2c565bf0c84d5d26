--- One side of a stream, played by luashot: the frames of a load, each byte checked.
local load = require "spec.support.zerobuffer_load"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local side = {}

---@class spec.stream
---@field name string of the ring
---@field load string
---@field count integer
---@field ring integer its size
---@field reader_pause? number seconds after each frame
---@field writer_pause? number
---@field two_phase? boolean
---@field held? integer items that the reader holds at a time
---@field metadata? string
---@field timeout? number seconds, of calls on Python's side

--- Read what another process writes.
---@param stream spec.stream
---@param ready? fun() called when the ring is there
---@return integer frames that came right
---@return string? why it ended early
function side.read(stream, ready)
  local reader <close> = assert(zb.reader(stream.name, { payload_size = stream.ring }))
  if ready then
    ready()
  end
  local sizes, held = load.sizes(stream.load, stream.ring), {}
  for frame = 1, stream.count do
    local item, message, code = reader:read(frame == 1 and 30 or 12)
    if not item then
      return frame - 1, code .. ": " .. message
    end
    local size = sizes()
    if item.sequence ~= frame or item.size ~= size or item:bytes() ~= load.content(frame, size) then
      return frame - 1, ("frame %d of %d bytes is not %d of %d"):format(item.sequence, item.size, frame, size)
    end
    table.insert(held, item)
    if #held >= (stream.held or 1) then
      table.remove(held, frame % #held + 1):release()
    end
    if stream.reader_pause then
      uv.sleep(math.floor(stream.reader_pause * 1000))
    end
  end
  if reader:metadata() ~= stream.metadata then
    return stream.count, "metadata: " .. tostring(reader:metadata())
  end
  for _, item in ipairs(held) do
    item:release()
  end
  local free = zb.stat(stream.name).payload_free
  return stream.count, free ~= stream.ring and ("%d of %d bytes are free at the end"):format(free, stream.ring) or nil
end

--- Write for another process that reads.
---@param stream spec.stream
---@return integer frames that were written
---@return string? why it ended early
function side.write(stream)
  local writer
  local deadline = uv.hrtime() + 30e9
  repeat
    writer = zb.writer(stream.name)
  until writer or uv.hrtime() > deadline
  local closing <close> = assert(writer)
  if stream.metadata then
    assert(closing:set_metadata(stream.metadata))
  end
  local sizes = load.sizes(stream.load, stream.ring)
  for frame = 1, stream.count do
    local data = load.content(frame, sizes())
    local sequence, message, code
    if stream.two_phase then
      local place
      place, message, code = writer:reserve(#data, 8)
      if place then
        place:write(0, data)
        sequence, message, code = place:commit()
      end
    else
      sequence, message, code = writer:write(data, 8)
    end
    if not sequence then
      return frame - 1, code .. ": " .. message
    end
    if stream.writer_pause then
      uv.sleep(math.floor(stream.writer_pause * 1000))
    end
  end
  -- A reader of Python's would otherwise take the close for the end of what it has not read.
  local stat
  repeat
    uv.sleep(5)
    stat = zb.stat(stream.name)
  until not stat or stat.read >= stat.written or not writer:reader_connected() or uv.hrtime() > deadline + 60e9
  return stream.count
end

return side
