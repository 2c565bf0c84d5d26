---@meta luashot.zerobuffer
-- luacheck: no unused args, ignore 241

--- # Rings
---
--- `local zb = require "luashot.zerobuffer"`: frames of bytes to other processes, through ZeroBuffer 1.0
--- rings in shared memory. [The page about rings](zerobuffer.md) introduces them.
---
--- The reader makes a ring and owns it; the writer attaches to it by its name. There is one of each. A
--- name has 1 to 245 bytes, no slash and no control character, and does not begin with "sem.". A
--- *timeout* is a duration: 0 tries once, nil stands for 5 s, `math.huge` waits for ever. In a job the
--- calls that wait let other jobs run. A closed or released handle raises.

---@class luashot.zerobuffer
local zerobuffer = {}

--- Metadata that describes video frames.
---@type luashot.zerobuffer.caps
zerobuffer.caps = nil

--- Names and data for tests.
---@type luashot.zerobuffer.testing
zerobuffer.testing = nil

---@class luashot.zerobuffer.Config
---@field metadata_size? integer bytes of the block for metadata, 0 or more, rounded up to 64; default 1024
---@field payload_size? integer bytes of the ring, 1 or more, rounded up to 64; default 1 MiB. A frame takes 16 more than its data; one over half the ring makes writer and reader take turns

--- Make a ring and be its reader.
---@param name string
---@param config? luashot.zerobuffer.Config
---@return luashot.zerobuffer.Reader|nil reader the caller's, to close
---@return string? message
---@return string? code EEXIST (it has a reader, or another object has the name), EINVAL, EACCES, ENOSPC
function zerobuffer.reader(name, config) end

--- Attach to a ring as its writer.
---@param name string
---@return luashot.zerobuffer.Writer|nil writer the caller's, to close
---@return string? message
---@return string? code ENOENT, EEXIST (it has a writer), EREADERDEAD, EACCES, ECORRUPT, EVERSION, EINVAL
function zerobuffer.writer(name) end

---@class luashot.zerobuffer.Stat
---@field name string
---@field version string of the protocol, "1.0.0"
---@field metadata_size integer bytes of the block for metadata
---@field metadata_written integer bytes used of it, including the 8 of the length; 0: no metadata was set
---@field metadata_free integer bytes
---@field payload_size integer bytes of the ring
---@field payload_free integer bytes not in use
---@field write_position integer byte of the ring
---@field read_position integer byte of the ring
---@field written integer frames and wrap markers written
---@field read integer frames and wrap markers read
---@field writer_pid? integer nil when none is attached
---@field writer_alive boolean
---@field reader_pid? integer nil when it has closed
---@field reader_alive boolean
---@field utilization number how much of the ring is in use, 0 to 1
---@field health "good"|"degraded"|"critical" degraded from 80 % in use, critical from 95 %

--- Inspect a ring, without disturbing its reader and writer.
---@param name string
---@return luashot.zerobuffer.Stat|nil stat
---@return string? message
---@return string? code ENOENT, EACCES, ECORRUPT, EVERSION, EINVAL
function zerobuffer.stat(name) end

--- The reading side of a ring. It closes by `:close()`, `<close>` or the garbage collector.
---@class luashot.zerobuffer.Reader
local Reader = {}

--- Wait for the next frame. The frames that a writer completed before it ended are delivered first.
---@param timeout? luashot.Duration default 5 s
---@return luashot.zerobuffer.Item|nil item the caller's, to release
---@return string? message
---@return string? code ETIMEDOUT, EWRITERDEAD, ESEQUENCE, ECORRUPT, EFRAMESIZE, ECLOSED
function Reader:read(timeout) end

--- The metadata that the writer has set.
---@return string|nil metadata nil without a message: none was set yet
---@return string? message
---@return string? code ECORRUPT
function Reader:metadata() end

--- Whether a live writer is attached.
---@param timeout? luashot.Duration how long to wait for a writer; default 0: check once
---@return boolean|nil is_connected
---@return string? message
---@return string? code ECLOSED
function Reader:writer_connected(timeout) end

--- For an event loop: a descriptor that is readable when a frame may be there, or a writer has come or gone.
--- Call `read(0)` then, until it fails. Stop watching it before closing the reader.
---@return integer|nil fd the reader's: do not close it
---@return string? message
---@return string? code EMFILE, ENOMEM
function Reader:fd() end

--- Remove the ring. Items stay readable. Closing twice is allowed.
function Reader:close() end

--- A frame that was read. It lies in the ring, and the writer cannot use that space until the item is
--- released: by `:release()`, `<close>` or the garbage collector. A script may hold several items, and
--- release them in any order. `#item` is its size.
---@class luashot.zerobuffer.Item
---@field sequence integer its number: 1, 2, 3… for each writer
---@field size integer bytes
local Item = {}

--- A copy of the data.
---@return string|nil bytes
---@return string? message
---@return string? code ECORRUPT
function Item:bytes() end

---@class luashot.zerobuffer.Picture
---@field width integer 1 or more
---@field height integer 1 or more
---@field format? luashot.PixelFormat default "bgrx"
---@field stride? integer bytes from one row to the next; default: rows are packed
---@field offset? integer of the first pixel in the bytes; default 0

--- The same bytes as a frame, without a copy. The frame has its own reference to the item's space: release
--- both.
---@param picture luashot.zerobuffer.Picture
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EGEOMETRY (the item is too small)
function Item:view(picture) end

--- Give the space back. Releasing twice is allowed.
function Item:release() end

--- The writing side of a ring. It closes by `:close()`, `<close>` or the garbage collector.
---@class luashot.zerobuffer.Writer
local Writer = {}

--- Copy a frame into the ring. The rows of a picture are written packed, in its own format.
---@param data string|luashot.Frame|luashot.zerobuffer.Item
---@param timeout? luashot.Duration how long to wait for space; default 5 s
---@return integer|nil sequence the frame's number: 1, 2, 3…
---@return string? message
---@return string? code EBUFFERFULL, EREADERDEAD, EFRAMETOOLARGE, EFRAMESIZE, EBUSY, ECORRUPT, ECLOSED
function Writer:write(data, timeout) end

--- Reserve the space of a frame in the ring, to fill it in place. A writer has one reservation at a time.
---@param size integer bytes, 1 or more
---@param timeout? luashot.Duration how long to wait for space; default 5 s
---@return luashot.zerobuffer.Reservation|nil reservation the caller's, to commit or abort
---@return string? message
---@return string? code EBUFFERFULL, EREADERDEAD, EFRAMETOOLARGE, EFRAMESIZE, EBUSY, ECORRUPT, ECLOSED
function Writer:reserve(size, timeout) end

--- Set the metadata, once for a ring.
---@param metadata string
---@return true|nil ok
---@return string? message
---@return string? code EMETADATA (empty, too large, or set already), EREADERDEAD, ECLOSED
function Writer:set_metadata(metadata) end

--- Whether the reader is still attached. A reader that is gone does not come back, so this never waits.
---@param timeout? luashot.Duration
---@return boolean is_connected
function Writer:reader_connected(timeout) end

--- Detach. The reader can still read the frames that were written. Closing twice is allowed.
function Writer:close() end

--- The space of a frame that is not committed yet. `:abort()`, `<close>` or the garbage collector gives it
--- up. `#reservation` is its size.
---@class luashot.zerobuffer.Reservation
local Reservation = {}

--- Copy data into the reservation. Raises when it does not fit.
---@param offset integer in bytes, from 0
---@param data string|luashot.Frame|luashot.zerobuffer.Item
---@return integer offset of the first byte after the data
function Reservation:write(offset, data) end

--- The same bytes as a frame that you can draw on until the commit: `fill`, `text` … draw there, and
--- `copy_to` of other frames converts and scales into it. Release it before you abort the reservation: while
--- the frame exists, the writer is busy.
---@param picture luashot.zerobuffer.Picture
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EGEOMETRY (the reservation is too small)
function Reservation:view(picture) end

--- Publish the reservation as a frame.
---@return integer|nil sequence the frame's number
---@return string? message
---@return string? code EREADERDEAD, ECLOSED
function Reservation:commit() end

--- Give the reservation up. Aborting twice is allowed.
function Reservation:abort() end

--- # Requests and responses

---@class luashot.zerobuffer.ServerConfig
---@field metadata_size? integer of the ring for requests: as for a reader
---@field payload_size? integer the same
---@field timeout? luashot.Duration for a step, and for a client that does not read its responses; default 5 s
---@field failure? string the response when the handler fails; default "luashot: handler failed"
---@field on_init? fun(metadata: string|nil) called once, before the first request is handled

--- Make a channel of two rings, CHANNEL_request and CHANNEL_response, and be its server. The server calls the
--- handler with each request. The handler returns the response: a string, a frame or an item, such as the
--- request itself. When it raises, or returns a value that cannot be sent, the server sends `failure`
--- instead, and reports and counts the error. The request is released when the handler returns.
---@param channel string
---@param config luashot.zerobuffer.ServerConfig|nil
---@param handler fun(request: luashot.zerobuffer.Item): string|luashot.Frame|luashot.zerobuffer.Item|nil
---@return luashot.zerobuffer.Server|nil server the caller's, to close
---@return string? message
---@return string? code EEXIST (it has a server), EINVAL, EACCES, ENOSPC
function zerobuffer.server(channel, config, handler) end

--- Join a channel. Its server must exist.
---@param channel string
---@param config? luashot.zerobuffer.Config of the ring for responses
---@return luashot.zerobuffer.Client|nil client the caller's, to close
---@return string? message
---@return string? code ENOENT (no server), EEXIST (it has a client), EINVAL, EACCES, ENOSPC
function zerobuffer.client(channel, config) end

--- The answering side of a channel: one request at a time, in order, each answered by one response. It
--- closes by `:close()` or `<close>`.
---@class luashot.zerobuffer.Server
local Server = {}

--- Answer requests from now on, in a job, while the scheduler runs. After a `stop` it makes the channel
--- again.
---@return true|nil ok
---@return string? message
---@return string? code EBUSY (it is already started), EEXIST (the channel has another server by now)
function Server:start() end

--- Stop answering, and remove the channel: its client notices. A request in progress gets no response.
--- Stopping twice is allowed.
function Server:stop() end

--- Without the scheduler: wait for one request, let the handler answer it, and send the response. If the ring
--- had no room for the last response, that one is sent first.
---@param timeout? luashot.Duration for the request; default: that of the server
---@return true|nil ok
---@return string? message
---@return string? code ETIMEDOUT (no request came), EWRITERDEAD (the client has gone; the next step waits for the next one), EREADERDEAD (it did not wait for its response), EBUFFERFULL (it does not read its responses), ECLOSED
function Server:step(timeout) end

---@class luashot.zerobuffer.ServerStats
---@field requests integer requests received
---@field responses integer responses sent, failures included
---@field failures integer requests whose handler raised, or returned a value that cannot be sent
---@field dropped integer responses whose client had gone
---@field running boolean it answers requests in a job
---@field client_connected boolean

--- The server's counters since it was made.
---@return luashot.zerobuffer.ServerStats
function Server:stats() end

--- Stop for good. Closing twice is allowed.
function Server:close() end

--- The requesting side of a channel. The n-th response answers the n-th request. It closes by `:close()` or
--- `<close>`.
---@class luashot.zerobuffer.Client
local Client = {}

--- Send a request; its response is received later.
---@param data string|luashot.Frame|luashot.zerobuffer.Item
---@param timeout? luashot.Duration how long to wait for space; default 5 s
---@return integer|nil sequence the request's number, and that of its response
---@return string? message
---@return string? code EREADERDEAD (the server has gone), and those of `writer:write`
function Client:send(data, timeout) end

--- Reserve the space of a request in the ring, to fill it in place. The commit sends it.
---@param size integer bytes, 1 or more
---@param timeout? luashot.Duration how long to wait for space; default 5 s
---@return luashot.zerobuffer.Reservation|nil reservation
---@return string? message
---@return string? code EREADERDEAD (the server has gone), and those of `writer:reserve`
function Client:reserve(size, timeout) end

--- Wait for the next response.
---@param timeout? luashot.Duration default 5 s
---@return luashot.zerobuffer.Item|nil item its sequence is that of the request
---@return string? message
---@return string? code ETIMEDOUT, EWRITERDEAD or EREADERDEAD (the server has gone), and those of `reader:read`
function Client:receive(timeout) end

--- Send a request and wait for its response. Responses to earlier requests that timed out are dropped.
---@param data string|luashot.Frame|luashot.zerobuffer.Item
---@param timeout? luashot.Duration for both together; default 5 s
---@return luashot.zerobuffer.Item|nil item
---@return string? message
---@return string? code ETIMEDOUT, EWRITERDEAD or EREADERDEAD (the server has gone), and those of send and receive
function Client:request(data, timeout) end

--- Set the metadata that the server receives with the first request.
---@param metadata string
---@return true|nil ok
---@return string? message
---@return string? code EMETADATA (or an earlier client of this server has set it), EREADERDEAD
function Client:set_metadata(metadata) end

--- Whether the server is attached.
---@return boolean is_connected
function Client:server_connected() end

--- Leave the channel. Received items stay readable. Closing twice is allowed.
function Client:close() end

--- # Metadata of video

--- `zb.caps`: a description of a ring's video frames, as JSON with a GStreamer caps string. Video programs
--- that speak this protocol write and parse it.
---@class luashot.zerobuffer.caps
local caps = {}

---@class luashot.zerobuffer.Video
---@field format luashot.PixelFormat rows are packed, the top one first
---@field width integer 1 or more
---@field height integer 1 or more
---@field fps? number frames a second; nil when the rate varies
---@field element? string the element that writes them
---@field type? string the program that writes them, in a description that was read
---@field version? string its version, in a description that was read

--- Describe video frames.
---@param video luashot.zerobuffer.Video or a frame of luashot
---@return string metadata for `writer:set_metadata`
function caps.metadata(video) end

--- Read such a description, of luashot or another program.
---@param metadata string the result of `reader:metadata`
---@return luashot.zerobuffer.Video|nil video
---@return string? message
---@return string? code EMETADATA (it is not about video, or has a format that luashot does not know)
function caps.video(metadata) end

--- # Data for tests of rings

--- `zb.testing`: the names and data that the other implementations use in their tests.
---@class luashot.zerobuffer.testing
local testing = {}

--- A ring's name that no other process and no other run uses. Within this process, the same `base` gives the
--- same name. Where HARMONY_HOST_PID and HARMONY_FEATURE_ID are set, all processes of a test get the same
--- name.
---@param base string
---@return string name
function testing.buffer_name(base) end

--- Bytes of which byte i, counted from 0, is (i + sequence) % 256.
---@param size integer bytes
---@param sequence integer
---@return string data
function testing.frame_data(size, sequence) end

--- Bytes of which byte i is i % 256.
---@param size integer bytes
---@return string data
function testing.simple_frame_data(size) end

--- The same pattern, as metadata.
---@param size integer bytes
---@return string data
function testing.metadata(size) end

--- Whether `data` equals the bytes that `simple_frame_data` returns for its size.
---@param data string
---@return boolean is_equal
function testing.verify_simple_frame_data(data) end
