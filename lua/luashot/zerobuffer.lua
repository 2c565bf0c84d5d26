--- Frames to other processes: ZeroBuffer 1.0 rings in shared memory, one reader and one writer each.
---
--- The reader makes the ring and owns it; the writer attaches to it by its name. A name has 1 to 245
--- bytes, no slash and no control character. A *timeout* is a duration: 0 tries once, nil stands for
--- 5 s, math.huge waits for ever. In a job of the host the calls that wait let other jobs run.
---
--- Misuse raises: a wrong type, an unknown option, a closed or released handle. Otherwise a call that
--- fails returns nil, a message and one of these codes:
---
---     EINVAL          the name or the size is not possible
---     ENOENT          there is no ring of that name
---     EACCES          it is another user's
---     EEXIST          it has a reader, or a writer, already
---     ENOSPC          /dev/shm has no room for it
---     ETIMEDOUT       nothing came within the timeout
---     EBUFFERFULL     the reader made no room within the timeout
---     EWRITERDEAD     the writer has closed or died, and everything it wrote has been read
---     EREADERDEAD     the reader has closed or died
---     EFRAMETOOLARGE  the frame is larger than the ring
---     EFRAMESIZE      a frame of no bytes: refused, or found in a damaged ring
---     ESEQUENCE       a frame is missing; the next read goes on behind the gap
---     EMETADATA       empty, too large, or written already
---     ECORRUPT        what the shared memory says is not possible, or it was truncated
---     EVERSION        another major version of the protocol
---     EBUSY           a reservation is open
---     ECLOSED         the handle was closed while the call waited

require "luashot.core"
local core = require "luashot.zerobuffer.core"

---@class luashot.zerobuffer
---@field caps table metadata that describes video frames: luashot.zerobuffer.caps, when first used
---@field testing table names and data for tests: luashot.zerobuffer.testing, when first used
local zerobuffer = {}

---@class luashot.zerobuffer.Config
---@field metadata_size? integer bytes of the metadata block; default 1024, rounded up to 64; may be 0
---@field payload_size? integer bytes of the ring; default 1 MiB, rounded up to 64. Every frame takes
--- 16 more than its data; a frame over half the ring makes writer and reader take turns.

--- The reading side. Closes by `:close()`, `<close>` or when it is collected.
---@class luashot.zerobuffer.Reader
---@field read fun(self, timeout?: luashot.Duration): luashot.zerobuffer.Item?, string?, string?
--- the next frame: ETIMEDOUT, EWRITERDEAD, ESEQUENCE, ECORRUPT, EFRAMESIZE, ECLOSED
---@field metadata fun(self): string?, string?, string?
--- what the writer has set; nil alone while it has set nothing; ECORRUPT
---@field writer_connected fun(self, timeout?: luashot.Duration): boolean?, string?, string?
--- whether a live writer is attached, waiting for one that long; nil looks once
---@field fd fun(self): integer?, string?, string?
--- a descriptor for an event loop: readable when a frame may be there or a writer came or went. Then
--- `:read(0)` until it fails. Stop watching it before closing the reader.
---@field close fun(self) removes the ring; items stay readable

--- A frame that was read. It lies in the ring, so holding it keeps the writer from using that space;
--- several may be held and released in any order. Released by `:release()`, `<close>` or when it is
--- collected. `#item` is its size.
---@class luashot.zerobuffer.Item
---@field sequence integer its number: 1, 2, 3… for each writer
---@field size integer bytes
---@field bytes fun(self): string?, string?, string? a copy; ECORRUPT
---@field view fun(self, picture: luashot.zerobuffer.Picture): luashot.Frame?, string?, string?
--- the same bytes as a frame, without a copy; it keeps the item's space too. EGEOMETRY when the item
--- is too small
---@field release fun(self) gives the space back; again is a no-op

---@class luashot.zerobuffer.Picture
---@field width integer
---@field height integer
---@field format? luashot.PixelFormat default "bgrx"
---@field stride? integer bytes from one row to the next; default: rows are packed

--- The writing side. Closes by `:close()`, `<close>` or when it is collected.
---@class luashot.zerobuffer.Writer
---@field write fun(self, data: string|luashot.Frame, timeout?: luashot.Duration): integer?, string?, string?
--- copies a frame into the ring and returns its sequence number; the rows of a picture are written
--- packed, in its own format. EBUFFERFULL, EREADERDEAD, EFRAMETOOLARGE, EFRAMESIZE, EBUSY
---@field reserve fun(self, size: integer, timeout?: number|string): luashot.zerobuffer.Reservation?, string?, string?
--- the place of a frame in the ring, to be filled there; one at a time. Fails as write does
---@field set_metadata fun(self, data: string): true?, string?, string?
--- once for a ring; EMETADATA
---@field reader_connected fun(self, timeout?: luashot.Duration): boolean
--- whether the reader is still there; one that is gone does not come back
---@field close fun(self) detaches; what was written can still be read

--- The place of a frame that is not written yet. Given up by `:abort()`, `<close>` or when it is
--- collected. `#reservation` is its size.
---@class luashot.zerobuffer.Reservation
---@field write fun(self, offset: integer, data: string|luashot.Frame): integer
--- copies data to that offset, counted from 0, and returns the offset behind it; raises when it leaves
--- the reservation
---@field commit fun(self): integer?, string?, string?
--- makes it a frame and returns its sequence number; EREADERDEAD, ECLOSED
---@field abort fun(self) gives it up; again is a no-op

--- A ring as anybody may look at it. It does not disturb those who use it.
---@class luashot.zerobuffer.Stat
---@field name string
---@field version string of the protocol
---@field metadata_size integer bytes of the block
---@field metadata_written integer bytes used of it, with the 8 of the length; 0 = none
---@field metadata_free integer
---@field payload_size integer bytes of the ring
---@field payload_free integer bytes not in use
---@field write_position integer
---@field read_position integer
---@field written integer frames and wrap markers written
---@field read integer frames and wrap markers read
---@field writer_pid? integer nil when none is attached
---@field writer_alive boolean
---@field reader_pid? integer nil when it has closed
---@field reader_alive boolean
---@field utilisation number share of the ring in use, 0 to 1
---@field health "good"|"degraded"|"critical" degraded from 80 % in use, critical from 95 %

--- Make the ring `name` and be its reader.
---@param name string
---@param config? luashot.zerobuffer.Config
---@return luashot.zerobuffer.Reader|nil reader
---@return string|nil message
---@return string|nil code EEXIST, EINVAL, EACCES, ENOSPC
function zerobuffer.reader(name, config)
  return core.reader(name, config)
end

--- Attach to the ring `name` as its writer.
---@param name string
---@return luashot.zerobuffer.Writer|nil writer
---@return string|nil message
---@return string|nil code ENOENT, EREADERDEAD, EEXIST, EACCES, ECORRUPT, EVERSION, EINVAL
function zerobuffer.writer(name)
  return core.writer(name)
end

--- Look at the ring `name`.
---@param name string
---@return luashot.zerobuffer.Stat|nil stat
---@return string|nil message
---@return string|nil code ENOENT, EACCES, ECORRUPT, EVERSION, EINVAL
function zerobuffer.stat(name)
  return core.stat(name)
end

--- Make the channel `channel` and be its server: `handler` is called with each request and returns the
--- response, a string, a frame or an item (the request itself, say). When it raises or returns nothing
--- that can be sent, `config.failure` is sent instead, and the error is reported and counted. The
--- request is released when the handler returns, unless it is itself the response. See luashot.zerobuffer.server.
---@param channel string a ring's name, with "_request" and "_response" behind it
---@param config? luashot.zerobuffer.ServerConfig
---@param handler fun(request: luashot.zerobuffer.Item): string|luashot.Frame|luashot.zerobuffer.Item|nil
---@return luashot.zerobuffer.Server|nil server
---@return string|nil message
---@return string|nil code as of a reader
function zerobuffer.server(channel, config, handler)
  return require("luashot.zerobuffer.server").open(channel, config, handler)
end

--- Join the channel `channel`, whose server must be there. See luashot.zerobuffer.client.
---@param channel string
---@param config? luashot.zerobuffer.Config of the ring for the responses
---@return luashot.zerobuffer.Client|nil client
---@return string|nil message
---@return string|nil code ENOENT: no server; EEXIST: it has a client; as of a writer and a reader
function zerobuffer.client(channel, config)
  return require("luashot.zerobuffer.client").open(channel, config)
end

local lazy = { caps = true, testing = true }

return setmetatable(zerobuffer, {
  __index = function(self, name)
    if lazy[name] then
      self[name] = require("luashot.zerobuffer." .. name)
    end
    return rawget(self, name)
  end,
})
