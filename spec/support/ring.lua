--- Rings seen from outside: what lies in /dev/shm and in the lock folder, read and changed as a
--- damaged or hostile peer would.
local testing = require "luashot.zerobuffer.testing"
local process = require "spec.support.process"
local uv = require "luv"

local ring = {}

ring.HEADER = 16
ring.LOCKS = "/tmp/zerobuffer"

-- Where the fields of the OIEB are, and how they are packed.
local fields = {
  oieb_size = { 0, "<I4" },
  major = { 4, "<B" },
  metadata_size = { 8, "<I8" },
  metadata_free_bytes = { 16, "<I8" },
  metadata_written_bytes = { 24, "<I8" },
  payload_size = { 32, "<I8" },
  payload_free_bytes = { 40, "<I8" },
  payload_write_pos = { 48, "<I8" },
  payload_read_pos = { 56, "<I8" },
  payload_written_count = { 64, "<I8" },
  payload_read_count = { 72, "<I8" },
  writer_pid = { 80, "<I8" },
  reader_pid = { 88, "<I8" },
}

local count = 0

--- A name that no other test uses.
---@param base string
function ring.name(base)
  count = count + 1
  return ("%s-%d"):format(testing.buffer_name("luashot-" .. base), count)
end

local function exists(path)
  local file = io.open(path)
  return file and file:close()
end

--- All files that a ring of this name has now.
---@return string[]
function ring.files(name)
  local found = {}
  for _, path in ipairs {
    "/dev/shm/" .. name,
    "/dev/shm/sem.sem-w-" .. name,
    "/dev/shm/sem.sem-r-" .. name,
    ring.LOCKS .. "/" .. name .. ".lock",
    ring.LOCKS .. "/locks/" .. name .. ".lock",
  } do
    found[#found + 1] = exists(path) and path or nil
  end
  return found
end

--- Everything of luashot's specs that lies about.
---@return string
function ring.litter()
  local listed = process.run { "find", "/dev/shm", ring.LOCKS, "-name", "*" .. testing.buffer_name "" .. "*" }
  return listed.out
end

--- Bytes of the shared memory, counted from 0.
function ring.peek(name, offset, size)
  local file <close> = assert(io.open("/dev/shm/" .. name, "rb"))
  file:setvbuf "no"
  file:seek("set", offset)
  return file:read(size)
end

--- Overwrite bytes of it.
function ring.poke(name, offset, bytes)
  local file <close> = assert(io.open("/dev/shm/" .. name, "r+b"))
  file:seek("set", offset)
  file:write(bytes)
end

--- A field of the OIEB.
function ring.get(name, field)
  local offset, format = table.unpack(fields[field])
  return (string.unpack(format, ring.peek(name, offset, string.packsize(format))))
end

function ring.set(name, field, value)
  local offset, format = table.unpack(fields[field])
  ring.poke(name, offset, string.pack(format, value))
end

--- The same through a separate descriptor, even when the name is gone.
---@return { get: fun(field: string): integer; drained: fun(seconds: number): boolean } to be
--- declared <close>
function ring.window(name)
  local fd = assert(uv.fs_open("/dev/shm/" .. name, "r", 0))
  local function get(field)
    local offset, format = table.unpack(fields[field])
    return (string.unpack(format, assert(uv.fs_read(fd, string.packsize(format), offset))))
  end
  return setmetatable({
    get = get,
    -- Whether everything has been given back, waiting for that. A peer that undoes a subtraction leaves more.
    drained = function(seconds)
      local size, deadline = get "payload_size", uv.hrtime() + seconds * 1e9
      local looks = 0
      while get "payload_free_bytes" < size and uv.hrtime() < deadline do
        looks = looks + 1
        if looks > 20 then
          uv.sleep(0) -- the other side may need this processor
        end
      end
      return get "payload_free_bytes" >= size
    end,
  }, {
    __close = function()
      uv.fs_close(fd)
    end,
  })
end

--- Remove what processes that were killed, or implementations that do not clean up, have left of the
--- rings that were named here.
function ring.sweep_all()
  for path in ring.litter():gmatch "[^\n]+" do
    os.remove(path)
  end
end

--- Bytes of the payload ring, counted from its start.
function ring.payload(name, offset, size)
  return ring.peek(name, 128 + ring.get(name, "metadata_size") + offset, size)
end

function ring.poke_payload(name, offset, bytes)
  ring.poke(name, 128 + ring.get(name, "metadata_size") + offset, bytes)
end

--- That a call has returned nil, a message and this code:  ring.fails("ENOENT", zb.writer(name))
---@return string message
function ring.fails(code, value, message, got)
  if value ~= nil then
    error(("expected %s, got %s"):format(code, tostring(value)), 2)
  end
  if got ~= code then
    error(("expected %s, got %s: %s"):format(code, tostring(got), tostring(message)), 2)
  end
  return message
end

return ring
