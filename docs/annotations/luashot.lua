---@meta luashot
-- luacheck: no unused args, ignore 241

--- # luashot
---
--- `require "luashot"` gives the module; in the program `luashot` it is a global too. It captures
--- from X11 on Linux, and from nothing else.
---
--- Pixel coordinates are integers and start at 0, 0, the top-left corner of the root window (the
--- whole screen, all monitors together), or of the frame for a frame's own methods. Sizes are in
--- device pixels. A *duration* is a number of seconds, 0 or more, or a string with a unit:
--- `"250ms"`, `"5s"`, `"10m"`, `"1h"`.
---
--- **Errors.** Misuse raises: a wrong type, an unknown option, a released frame, a closed display.
--- When the world does not play along, a function returns `nil, message, code`: the message is for
--- people, the code (a string, see [the table](#error-codes)) for programs. So a script that has no
--- better idea writes `assert(display:grab())`.

---@class luashot
---@field version string of luashot, "0.1.0"
local luashot = {}

---@alias luashot.Duration number|string seconds, or "250ms", "5s", "10m", "1h"

---@alias luashot.PixelFormat
---| "bgrx" # 4 bytes a pixel: blue, green, red, and one that means nothing; what captures hold
---| "bgr"  # 3 bytes
---| "rgb"  # 3 bytes
---| "rgba" # 4 bytes, the fourth always 255
---| "gray" # 1 byte: (77 red + 150 green + 29 blue + 128) >> 8

--- What video encoders take: a plane of luma, then colour at half the resolution, each way rounded up;
--- BT.601, limited range.
---@alias luashot.VideoFormat
---| "i420" # a plane of U, a plane of V
---| "nv12" # one plane of U and V in turn

--- The optional ones are there unless luashot was built without them.
---@alias luashot.FileFormat
---| "png"  # 8 bits a channel, lossless
---| "ppm"  # binary P6, no compression
---| "pam"  # P7, likewise; gray for a gray frame
---| "jpeg" # optional; "jpg" is the same, as any extension is
---| "webp" # optional; lossy, unless told otherwise
---| "qoi"  # optional; lossless, quick to write

---@alias luashot.Path
---| "shm-fd"   # the server writes into our memory, passed to it as a descriptor (MIT-SHM 1.2)
---| "shm-sysv" # the same with a System V segment (older servers)
---| "getimage" # the pixels come through the socket (TCP, ssh -X, containers)

---@alias luashot.What
---| string         # "primary", "cursor", "640x480+10+20", or a monitor's output or name
---| luashot.Monitor
---| luashot.Region
---| luashot.Follow
---| luashot.WindowTarget
---| luashot.Window  # found again by its id
---| nil            # the root window: the whole screen

--- Where the pixels are on the root window. Left out, x and y are 0.
---@class luashot.Region
---@field x? integer
---@field y? integer
---@field width integer 1 or more
---@field height integer 1 or more

--- A region around the pointer, wherever that is: it is in the middle, as far as the screen goes.
---@class luashot.Follow
---@field width integer 1 or more
---@field height integer 1 or more
---@field follow "cursor"

--- A window, looked for anew by each capture: by its id, by what is active at that moment, or by Lua
--- patterns for its title and class (those that are given must both be found in it). A pattern that
--- fits several windows is an error that names them, EAMBIGUOUS, so that a capture never shows another
--- window than the one before without a word; so are, as ENOWINDOW and EHIDDEN, a window that is
--- gone, and one that is not shown (minimised, on another desktop).
---
--- The picture is what the program draws in: without the frame and title that a window manager puts
--- around it, and without the margin in which a program casts a shadow by itself (_GTK_FRAME_EXTENTS).
--- It is what is to be seen there, with whatever covers it, and must be on the screen as a whole,
--- unless `clip` is given. With `obscured` it is the window's own picture, also what is covered or off
--- the screen. The X server keeps such a picture while somebody asks for it: a compositing manager, or
--- else this display: until its end, `display:trim()`, or the next capture of a window when this one
--- was not captured for 30 s. Then the first capture of a window takes 0.1 s, in which its program
--- paints what was covered so far.
---
--- No other client of the server is served while the pixels are on their way, so that no window can
--- move under them; `damage` is of no use to windows.
---@class luashot.WindowTarget
---@field window? integer|"active" the id of any window, or the one that is worked in
---@field title? string a Lua pattern: `"^Inbox"`; magic characters need a `%`
---@field class? string a Lua pattern for the class: `"^XTerm$"`
---@field obscured? boolean default false
---@field x? integer a part of it, from its top left; default 0
---@field y? integer
---@field width? integer
---@field height? integer

---@class luashot.OpenOptions
---@field display? string ":0", "host:10.0"; default: the environment's DISPLAY
---@field slots? integer most frames held at one time, 1 to 1024; default 8
---@field bytes? integer most memory of the pool, in bytes, 1 or more; default 1 GiB
---@field path? luashot.Path insist on this one; default: the fastest that works
---@field timeout? luashot.Duration patience with a server that does not answer, now and in calls that do not say otherwise; default 5 s
---@field damage? boolean read only what has changed since the slot was last read; default false
---@field refresh? luashot.Duration with damage: read all of it when that was longer ago; 0, the default: never
---@field cursor? boolean draw the pointer into captures, unless they say otherwise; default false
---@field mask? (luashot.Region|string)[] what nobody is to see, on the root window: black in every frame, whether it is saved, shown or published; at most 64 of them

--- Open a display. Which way the pixels take is found out by trying, see `display:stats()`.
---
--- The display is the caller's: `display:close()`, or `local display <close> = …`, or the garbage
--- collector ends it. One that is not closed stays connected until then.
---@param options? luashot.OpenOptions
---@return luashot.Display|nil display
---@return string? message
---@return string? code ENODISPLAY, EACCES, EVISUAL, ENOTSUP, ESANDBOX, ETIMEDOUT, ENOMEM
function luashot.open(options) end

---@type luashot.schedule
luashot.schedule = nil

---@class luashot.LoadOptions
---@field max_pixels? integer refuse a picture with more, 1 or more; default 134217728

--- Read a picture from a file, or from a string that holds one, as `frame:encode` makes it. The
--- format is told by its first bytes; transparency is dropped. The picture is a frame in memory of
--- its own; its sequence is 0.
---
--- PNG, JPEG and WebP keep where a picture came from: its time to the millisecond (`wall`), its place (`x`
--- and `y`), its `source` and its resolution (which `save` hands on); as PNG's texts and pHYs, and as Exif.
--- QOI, PPM and PAM have no place for that. What a file does not tell is 0, and the source its name.
---@param picture string a path, or the bytes
---@param options? luashot.LoadOptions
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EFORMAT, EFBIG, ENOMEM, or the system's own: ENOENT, EACCES and so on
function luashot.load(picture, options) end

--- Show what this reference says about a function, a module or a handle, or what is called so.
---@param about? any `luashot.open`, `"display:grab"`, a frame, `"clip"`, `"EBUSY"`
function luashot.help(about) end

--- The one of the names that a mistyped one was most likely meant to be.
---@package
---@param wrong string
---@param names string[]
---@return string? name
function luashot.nearest(wrong, names) end

--- Whether `save` would take this as a path, fields and codes in it included.
---@package
---@param template string
---@return boolean|nil valid
---@return string? message
---@return string? code EINVAL, ENAMETOOLONG
function luashot.check_template(template) end

--- Raises for an option that is not among the names, as the functions in C do.
---@package
---@param options table|nil
---@param names string[]
function luashot.check_options(options, names) end

--- Sets how calls that wait do so where they can yield.
---@package
---@param waiter nil|fun(fd: integer, seconds: number): boolean|nil
function luashot.set_waiter(waiter) end

--- The methods of displays.
---@package
---@type table<string, function>
luashot.display = nil

--- The methods of frames.
---@package
---@type table<string, function>
luashot.frame = nil

--- Where a frame's pixels are, and how many bytes it keeps from being used for something else.
---@package
---@param frame luashot.Frame
---@return "slot"|"image"|"ring" kind
---@return integer bytes
function luashot.frame_memory(frame) end

--- The size of a terminal; nil when the descriptor is none. Pixels are 0 when it does not say.
---@package
---@param fd integer
---@return table<string, integer>? size columns, rows, width, height
function luashot.terminal_size(fd) end

--- A picture as a control string for terminals that draw sixels.
---@package
---@param frame luashot.Frame
---@return string|nil text
---@return string? message
---@return string? code ENOTSUP, ENOMEM
function luashot.sixel(frame) end

--- Writes a query to the controlling terminal and collects its answer, up to a control sequence that
--- ends in the character `last`, or what there is after `seconds`.
---@package
---@param query string
---@param last string
---@param seconds number
---@return string|nil answer
---@return string? message
---@return string? code ENXIO or another of the system's own
function luashot.terminal_ask(query, last, seconds) end

---@class luashot.RecordOptions
---@field to string the file; its extension says what is in it, as ffmpeg knows it: .mkv, .mp4, .webm
---@field display? luashot.Display default: one of its own
---@field what? luashot.What default: the whole screen
---@field fps? number default 30
---@field seconds? luashot.Duration end after so long; default: with the job
---@field count? integer end after so many frames
---@field cursor? boolean draw the pointer
---@field arguments? string[] for ffmpeg, before the name of the file: { "-c:v", "libx264", "-crf", "18" }
---@field program? string instead of "ffmpeg"
---@field progress? boolean say on standard error how far it is; default: when that is a terminal

--- Record a video, which ffmpeg makes: it gets the frames as they are. In a job, while others go on;
--- `job:stop()`, or the end of the program by SIGTERM, ends the video there, and it is whole. A picture that was not taken in time is made up for
--- by repeating the next one, so that the video lasts as long as what it shows; one of another size, after
--- the screen was resized, is scaled. When ffmpeg fails or dies, the message has its last words.
---@param options luashot.RecordOptions
---@return { frames: integer, repeated: integer }|nil result
---@return string? message
---@return string? code EENCODER, ENOENT (there is no ffmpeg), and those of `display:grab`
function luashot.record(options) end

---@class luashot.RotateOptions
---@field count? integer keep at most so many files
---@field age? luashot.Duration keep none that is older
---@field bytes? integer keep at most so many bytes in all

--- Remove the oldest files of a kind, by the time of their last change, until what is left is within all
--- limits that are given.
---@param pattern string "shots/door-*.png"; `*` and `?` in the last part only
---@param options luashot.RotateOptions at least one of them
---@return string[]|nil removed
---@return string? message
---@return string? code ENOENT, EACCES, and others of the system
function luashot.rotate(pattern, options) end

--- The saves of save_async, for the loop.
---@package
function luashot.saves_fd() end

--- The next that is over.
---@package
function luashot.take_save() end

--- Time that passes evenly, in nanoseconds: luv's hrtime().
---@package
---@return integer
function luashot.monotonic() end

--- Seconds since the epoch.
---@package
---@return number
function luashot.wall() end

--- How many bytes have been read from the connections of all displays.
---@package
---@return integer
function luashot.received() end

--- What stands for a descriptor in the loop.
---@package
function luashot.poller() end

--- Makes connections now, for all displays that are opened from then on.
---@package
---@param count integer 1 to 8
---@return boolean|nil done
---@return string? message
---@return string? code ENODISPLAY, EACCES, EVISUAL
function luashot.connect_ahead(count) end

--- A timer on the clock on the wall.
---@package
function luashot.alarm() end

--- The program's global `every`.
---@param period luashot.Duration
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function luashot.every(period, fn, options) end

--- The program's global `after`.
---@param delay luashot.Duration
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function luashot.after(delay, fn, options) end

--- The program's global `at`.
---@param time string
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function luashot.at(time, fn, options) end

--- The program's global `cron`.
---@param expression string
---@param fn fun(job: luashot.Job)
---@param options? luashot.JobOptions
---@return luashot.Job
function luashot.cron(expression, fn, options) end

--- The program's global `sleep`.
---@param time luashot.Duration
function luashot.sleep(time) end

--- Run scheduled jobs until none is left to wait for: for stock Lua. The program `luashot` does so
--- by itself at the end of the script.
function luashot.run() end

--- # Displays

--- A connection to one X server, and its pool of slots.
---@class luashot.Display
local Display = {}

--- The size of the root window now, asked of the server.
---@return integer|nil width in pixels
---@return integer height in pixels; the message when width is nil
---@return string? code ELOST, ETIMEDOUT
function Display:size() end

--- A monitor as it is now. The table may be kept and given to `grab`, which looks for a monitor of
--- that output again: one that moved is captured where it now is.
---@class luashot.Monitor
---@field x integer on the root window
---@field y integer
---@field width integer in pixels
---@field height integer
---@field name string what the monitor calls itself (EDID), else RandR's name
---@field output string "HDMI-1": the connector, else RandR's name
---@field primary boolean
---@field mm_width integer of the picture in millimetres; 0 when unknown
---@field mm_height integer
---@field id integer the output's X id, else an atom; 0 when there is no RandR

--- The monitors now, asked of the server: of RandR 1.5 where there is one, else its CRTCs, else one
--- that is the whole root window. At least one.
---@return luashot.Monitor[]|nil monitors
---@return string? message
---@return string? code ELOST, ETIMEDOUT
function Display:monitors() end

--- A window as it was when it was listed. Given to `grab` it is looked for by its id again.
---@class luashot.Window
---@field id integer
---@field title string UTF-8, one line; cut after 511 bytes
---@field class string of programs of the same kind: "XTerm"
---@field instance string what the program calls itself: "xterm"
---@field pid? integer the process, as the program says; nil when it does not
---@field x integer of its inside on the root window, without the frame that a manager puts around it
---@field y integer
---@field width integer
---@field height integer
---@field active boolean the one that is worked in; without a window manager, the one with the keyboard
---@field visible boolean it is mapped: neither minimised nor on another desktop. It may be covered

--- The windows of programs now, from the topmost down, at most 512: those that the window manager
--- lists (EWMH). Without such a manager, those that are marked as a program's (WM_STATE) in the tree of
--- windows, else all that are mapped on the root. Menus and the like are not listed by managers, but can
--- be captured by their id.
---@return luashot.Window[]|nil windows may be empty
---@return string? message
---@return string? code ELOST, ETIMEDOUT, ENOMEM
function Display:windows() end

---@class luashot.GrabOptions
---@field clip? boolean take what lies on the screen of a region that leaves it; default false: fail
---@field cursor? boolean draw the pointer into the picture; default: as the display was opened with
---@field timeout? luashot.Duration patience with a server that does not answer; default: as the display was opened with

--- Capture: the X server writes the pixels into a slot of the pool, and the frame *is* that slot.
---
--- "primary" is the primary monitor (the first, when none is marked), "cursor" the one that the
--- pointer is on. Any other string that is not a geometry is a monitor's output or name. When the
--- screen was resized or a monitor moved, the capture is repeated once with what is true now.
---
--- When no slot is free, a full garbage collection looks for forgotten frames first.
---@param what? luashot.What default: the root window
---@param options? luashot.GrabOptions
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EBUSY, EGEOMETRY, ENOMONITOR, ETIMEDOUT, ELOST, ENOMEM; of windows ENOWINDOW, EHIDDEN, EAMBIGUOUS, EAGAIN, ENOTSUP, EVISUAL
function Display:grab(what, options) end

--- Capture several regions at once, in one round trip. The regions share one slot, which is held
--- until the last of the frames is released. Takes at most 4096.
---@param regions luashot.What[] may be empty
---@param options? luashot.GrabOptions
---@return luashot.Frame[]|nil frames one for each region, in order; the caller's, to release
---@return string? message
---@return string? code EBUSY, EGEOMETRY, ENOMONITOR, ETIMEDOUT, ELOST, ENOMEM, and those of windows
function Display:grab_many(regions, options) end

--- What to capture, at [1], and how often.
---@class luashot.SeriesOptions
---@field [1]? luashot.What default: the root window
---@field fps? number frames a second, up to 10000; 0, the default: as fast as it goes
---@field clip? boolean as for grab
---@field cursor? boolean as for grab
---@field timeout? luashot.Duration as for grab

--- Capture again and again: `for frame in display:frames{"primary", fps = 30} do … end`. The frame is
--- released at the next step, and at the end of the loop, `break` and errors included, unless
--- `frame:keep()` was called. A frame that is due already, or will be before a body is through that takes
--- as long as the last one, is captured while the script works on the one before. The times lie on a grid; those that a slow script lets pass are skipped. A capture
--- that fails raises.
---@param options? luashot.SeriesOptions
---@return fun(): luashot.Frame iterator for the generic `for`, with the three values that it takes besides
function Display:frames(options) end

---@class luashot.PublishOptions
---@field clip? boolean as for grab
---@field cursor? boolean as for grab
---@field timeout? luashot.Duration patience with the server, and with a full ring; default: as the display was opened with
---@field full? "wait"|"drop" when the ring has no room: wait for it (the default), or fail at once

--- Capture into a ring, for another process: the X server writes the pixels straight into the memory
--- that the ring's reader has mapped. The frame in the ring is packed bgrx.
---@param writer luashot.zerobuffer.Writer of `require "luashot.zerobuffer"`
---@param what? luashot.What default: the root window
---@param options? luashot.PublishOptions
---@return integer|nil sequence the ring's number of the frame
---@return string? message why the pixels were copied into the ring instead; nil when they were not
---@return string? code EBUFFERFULL, EREADERDEAD, EFRAMETOOLARGE, ECORRUPT, and those of grab
function Display:publish(writer, what, options) end

---@class luashot.StreamOptions
---@field [1]? luashot.What default: the root window
---@field fps? number frames a second, up to 10000; 0, the default: as fast as it goes
---@field clip? boolean as for grab
---@field cursor? boolean as for grab
---@field count? integer end after so many; default: when the reader is gone

--- Publish again and again. A frame for which the ring has no room is dropped; see `stats()`.
---@param writer luashot.zerobuffer.Writer
---@param options? luashot.StreamOptions
---@return integer published how many frames went into the ring
---@return string? message why it ended; nil after `count`
---@return string? code EREADERDEAD, and those of publish
function Display:stream(writer, options) end

---@class luashot.ChangeOptions
---@field min_interval? luashot.Duration calls are at least so far apart; default 0
---@field threshold? integer changed pixels that make a call; default 1
---@field name? string of the job

--- Call a function whenever something is drawn in a part of the screen, from now on. It costs nothing
--- while nothing is. The frame is released when the function returns: what is to be kept is copied.
---
--- Where no event tells, pictures are compared every 0.5 s, or `min_interval`: on a server without DAMAGE, of
--- what is covered of a window (`obscured`), and of a region that follows the pointer.
---
--- What is watched must be there at first. Monitors and windows are followed: one that has moved, grown or come back makes a call that lists all
--- of it, and so does a lost connection that is back. While it is hidden or gone there are no calls; a
--- window is looked for once a second. A capture that fails for a while (EBUSY, ETIMEDOUT) is reported, and
--- tried again.
---@param what luashot.What|nil
---@param fn fun(frame: luashot.Frame, rects: luashot.Region[]) rects: where, in the frame
---@param options? luashot.ChangeOptions
---@return luashot.Job|nil job its field `polling` says why, where pictures are compared
---@return string? message
---@return string? code EGEOMETRY, ENOMONITOR, ENOWINDOW, EAMBIGUOUS, ELOST, ETIMEDOUT, ENOMEM
function Display:on_change(what, fn, options) end

--- Call a function whenever monitors have come, gone, moved or changed their size, or the screen has: in
--- a job, which `job:stop()` ends. Captures follow such changes by themselves. With `on_lost`, a change
--- that happened while there was no connection is told afterwards.
---@param fn fun(monitors: luashot.Monitor[])
---@return luashot.Job
function Display:on_monitors(fn) end

---@class luashot.LostOptions
---@field on_back? fun() called when there is a connection again
---@field first? luashot.Duration pause before the first attempt; it doubles each time; default 100 ms
---@field last? luashot.Duration the longest pause between two attempts; default 5 s

--- Look after the connection: when the X server goes away, call a function, and try to connect again
--- until one answers under the display's name. Until then captures fail with ELOST; then they go on, on
--- the same handle, with what the new server can do. Frames of before stay readable. Jobs of `on_change`
--- and `on_monitors` wait for the new connection and go on, too; what is under way when the connection
--- breaks fails. The global `grab` needs none of this: it connects anew by itself.
---
--- It keeps the script running only while there is no connection; its job's field `losses` counts.
---@param fn fun(why: string)
---@param options? luashot.LostOptions
---@return luashot.Job job
function Display:on_lost(fn, options) end

--- Connect anew, with the options that the display was opened with: what `on_lost` does.
---@param timeout? luashot.Duration patience with a server that does not answer; default: as the display was opened with
---@return luashot.Display|nil display the same handle; nil: it is as before
---@return string? message
---@return string? code EBUSY (it is being reconnected), and the codes of `luashot.open`
function Display:reconnect(timeout) end

--- How often the server has said that its layout changed.
---@package
function Display:changes() end

--- Start a pace, for `tick`.
---@package
---@param fps? number
---@return userdata pace
function Display:pace(fps) end

--- Wait until the pace's next deadline.
---@package
---@param pace userdata
function Display:tick(pace) end

--- Watch a region: the server says when something is drawn there. It costs nothing while nothing is.
---@param region luashot.Region
---@return luashot.Watch|nil watch the caller's, to close
---@return string? message
---@return string? code ENOTSUP, ELOST, ENOMEM
function Display:watch(region) end

--- The latest series of `display:frames`.
---@class luashot.SeriesStats
---@field count integer frames captured
---@field skipped integer frames that were due while the script was busy
---@field fps number frames a second from the first to the last; 0 before there are two
---@field lateness number seconds by which they came after they were due, on average

---@class luashot.Stats
---@field slots integer in the pool now
---@field held integer of these, by frames and by requests under way
---@field idle integer of these, free
---@field bytes integer of all slots
---@field peak integer most slots held at one time
---@field growths integer slots made since opening
---@field collections integer full garbage collections for want of a slot
---@field in_flight integer requests whose answer has not been read
---@field published integer frames put into rings
---@field copied integer of these, copied on their way, because the X server could not write into the ring
---@field copy_reason? string why the last one was; nil when it was not
---@field saving integer pictures that `save_async` has under way, of all displays
---@field refused integer those that it has refused, because too many were waiting
---@field dropped integer frames not put into rings, for want of room there or of a slot
---@field path luashot.Path which way the pixels take
---@field reason? string why it is not the fastest way; nil when it is
---@field series? luashot.SeriesStats nil before the first one

--- What the pool does, without asking the server.
---@return luashot.Stats
function Display:stats() end

--- Give the memory of idle slots back now, and let the X server stop keeping pictures of windows for
--- `obscured`. Both are done for what was not used for 30 s, at the next grab.
---@return integer bytes given back
function Display:trim() end

--- Disconnect. Frames stay readable until they are released. A second time is allowed; so is any
--- time, also with captures under way. Every other method raises from then on.
function Display:close() end

--- The connection's descriptor, for an event loop: readable when the server has sent something.
--- Call `poll` then. It stays the display's: do not close it.
---@return integer fd
function Display:fd() end

--- Take in what the server has sent, without waiting. `grab` does so by itself.
---@return true|nil ok
---@return string? message
---@return string? code ELOST
function Display:poll() end

--- # Frames

--- One capture, or a part or a copy of one. As long as a frame is held, so is its slot; at most
--- `slots` can be held. Let go of it with `frame:release()`, or declare it `local frame <close>`. A
--- forgotten frame is found by the garbage collector when its slot is needed.
---
--- The fields cannot be set. Any field or method but `release` raises on a released frame.
---@class luashot.Frame
---@field width integer in pixels
---@field height integer
---@field stride integer bytes from one row to the next, in memory
---@field format luashot.PixelFormat in memory: "bgrx" for every capture
---@field x integer of the top-left pixel, on the root window
---@field y integer
---@field sequence integer counts the captures of its display, from 1; 0 for pictures that were loaded
---@field time integer when it was asked for, in ns of the monotonic clock
---@field wall integer the same in ns since the epoch; 0 when a file that was loaded does not say
---@field source string "root", the monitor's output, the window's title, or the name of the file or the ring
---@field window integer|nil the window's id; nil when it is no picture of one
---@field changed luashot.Region[]|nil with `damage`: what changed since the last frame of the same place
local Frame = {}

--- Let go of the pixels. A second time is allowed.
function Frame:release() end

--- Keep a frame of `display:frames` beyond the step that it was captured for. It is the caller's
--- then, to release.
---@return luashot.Frame frame the same
function Frame:keep() end

--- A part of the frame: the same pixels, nothing is copied. It is a frame of its own, which keeps
--- the slot held, also when the frame that it was cut from is released.
---@param x integer in the frame
---@param y integer
---@param width integer 1 or more
---@param height integer 1 or more
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EGEOMETRY (leaves the frame)
function Frame:crop(x, y, width, height) end

--- The colour of one pixel. Raises when it lies outside.
---@param x integer 0 to width - 1
---@param y integer 0 to height - 1
---@return integer red 0 to 255
---@return integer green 0 to 255
---@return integer blue 0 to 255
function Frame:pixel(x, y) end

--- The pixels as a string, row by row from the top, without padding: width * height * bytes a pixel.
--- With a buffer they are written into that, and how many bytes they are is returned.
---@param format? luashot.PixelFormat|luashot.VideoFormat default "bgrx"
---@param buffer? luashot.Buffer large enough
---@return string|integer|nil bytes
---@return string? message
---@return string? code ENOMEM
function Frame:bytes(format, buffer) end

--- The pixels in memory of their own, which holds no slot. For what is kept for long.
---@param format? luashot.PixelFormat default: the frame's own
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code ENOMEM
function Frame:copy(format) end

---@class luashot.EncodeOptions
---@field level? "fast"|"small" of png: soon done, or a smaller file for more work; default "fast"
---@field quality? integer of jpeg and webp, 1 to 100; default 85
---@field lossless? boolean of webp; default false

--- The picture as the bytes of a file.
---@param format luashot.FileFormat
---@param options? luashot.EncodeOptions
---@return string|nil bytes
---@return string? message
---@return string? code ENOMEM
function Frame:encode(format, options) end

---@class luashot.SaveOptions
---@field format? luashot.FileFormat default: what the path's extension says; png for "-" and files
---@field level? "fast"|"small" as for encode
---@field quality? integer as for encode
---@field lossless? boolean as for encode
---@field clobber? "replace"|"error"|"number" what to do when the file is there; default "replace"

--- Write the picture to a file. A path is a template: strftime codes (`%Y-%m-%d_%H-%M-%S`, the time
--- of the capture, in local time) and the fields `{name}` (the frame's source), `{x}`, `{y}`,
--- `{width}`, `{height}`, `{sequence}` and `{ms}` (its milliseconds); `%%`, `{{` and `}}` stand for
--- one `%`, `{` and `}`. The file is written under a temporary name beside its place and then
--- renamed, so that it is there as a whole or not at all. When it is there already, `clobber`
--- decides: replace it, fail with EEXIST, or put a number before the extension (`shot_1.png`).
---@param target string|file* a path, "-" for standard output, or an open file
---@param options? luashot.SaveOptions
---@return string|file*|nil path the one written; "-" and files as they were given
---@return string? message
---@return string? code EEXIST, EFORMAT (an unknown extension, and no `format`), EINVAL, ENAMETOOLONG, ENOMEM, or the system's own: ENOENT, ENOSPC and so on
function Frame:save(target, options) end

--- Save without waiting: threads encode and write, and the frame's slot stays held until they are done;
--- the frame itself may be released at once. Errors of the file are that save's alone. Pictures under
--- way are finished before the program ends (in stock Lua: unless by `os.exit` without `true`).
---
--- Two threads work, and 32 pictures may wait; one more is refused. `display:stats()` has both numbers.
---@param path string as for `save`, which must not be "-"
---@param options? luashot.SaveOptions
---@param done? fun(path?: string, message?: string, code?: string) called when it is over
---@return boolean|nil accepted
---@return string? message
---@return string? code EBUSY, EFORMAT, EINVAL, ENAMETOOLONG, ENOMEM
function Frame:save_async(path, options, done) end

--- # Pixels

--- Where frames differ.
---@class luashot.Difference
---@field changed integer pixels
---@field box? luashot.Region around them all, in the frame; nil when nothing has changed
---@field rects luashot.Region[] around each group of changes that lie near each other (up to 31 pixels between them)
---@field picture? luashot.Frame when it was asked for: the changes red, the rest pale; the caller's, to release

---@class luashot.DiffOptions
---@field tolerance? integer a pixel has changed when a channel differs by more, 0 to 255; default 0
---@field ignore? (luashot.Region|string)[] places in the frame that do not count
---@field picture? boolean make a picture of it; default false

--- Compare with a frame of the same size, whatever its format.
---@param other luashot.Frame
---@param options? luashot.DiffOptions
---@return luashot.Difference|nil difference
---@return string? message
---@return string? code EGEOMETRY (another size), ENOMEM
function Frame:diff(other, options) end

--- Whether both have the same size and the same colours.
---@param other luashot.Frame
---@return boolean|nil same
---@return string? message
---@return string? code ENOMEM
function Frame:same(other) end

--- The same for equal pictures, and for no others: XXH3, 128 bits, of the size and the colours.
---@return string|nil hash 32 hexadecimal digits
---@return string? message
---@return string? code ENOMEM
function Frame:hash() end

--- Nearly the same for a picture that was saved or scaled in another way: the hash that is known as
--- pHash, of its coarse forms. Compare two by `luashot.distance`. Fine patterns, such as a page of text,
--- and plain surfaces have little that it goes by: of those, unlike pictures can come near, and like ones
--- apart.
---@return string|nil hash 16 hexadecimal digits
---@return string? message
---@return string? code EGEOMETRY (its own side is beyond 1048576), ENOMEM
function Frame:phash() end

--- In how many bits two hashes of `frame:phash` differ: few, mostly up to 10, for the same picture saved
--- or scaled in another way; 32 on average for unrelated ones.
---@param a string
---@param b string
---@return integer bits 0 to 64
function luashot.distance(a, b) end

--- The mean colour.
---@return number red 0 to 255
---@return number green
---@return number blue
function Frame:mean() end

---@class luashot.ShowOptions
---@field width? integer in columns, 1 to 1000; default: as wide as it is, at most the terminal, or 80
---@field mode? "kitty"|"sixel"|"blocks" default: the best that the terminal says it can

--- Draw the picture on standard output, which may be a terminal, or to the prompt that called this.
--- A terminal is asked once what it can: kitty's graphics or sixels show the pixels themselves. Else a
--- character stands for two pixels above each other, in 24-bit colours; that works in a pipe too.
---@param options? luashot.ShowOptions
---@return luashot.Frame|nil frame the same
---@return string? message
---@return string? code ENOTSUP (no libsixel), ENOMEM, EGEOMETRY
function Frame:show(options) end

---@class luashot.Histogram
---@field red integer[] how many pixels have each value: the index goes from 0 to 255
---@field green integer[]
---@field blue integer[]

--- How often each value of each channel occurs.
---@return luashot.Histogram histogram
function Frame:histogram() end

---@alias luashot.Colour
---| string    # "#30c040" or "#3c4"
---| integer[] # red, green and blue, 0 to 255

--- Pixels of one colour that touch each other, also by their corners.
---@class luashot.Area
---@field x integer its first pixel, in reading order
---@field y integer
---@field pixels integer how many
---@field box luashot.Region around them

---@class luashot.FindColorOptions
---@field tolerance? integer how much each channel may differ, 0 to 255; default 0
---@field region? luashot.Region where in the frame; default: everywhere
---@field min_pixels? integer leave out smaller areas; default 1
---@field all? boolean give a list of all areas, which may be empty; default: the first, or nil

--- Find a colour.
---@param colour luashot.Colour
---@param options? luashot.FindColorOptions
---@return luashot.Area|luashot.Area[]|nil area nil when there is none
---@return string? message
---@return string? code EGEOMETRY (the region leaves the frame), ENOMEM
function Frame:find_color(colour, options) end

---@class luashot.Match
---@field x integer of its top-left pixel
---@field y integer
---@field width integer those of what was searched for, in the scale in which it was found
---@field height integer
---@field score number 1 less the mean difference of the channels, 255 counting as 1
---@field scale? number which of the option's; nil without it

---@class luashot.FindOptions
---@field tolerance? integer a channel that differs by no more counts as equal, 0 to 255; default 0
---@field min_score? number 0 to 1; default 1
---@field region? luashot.Region where in the frame; default: everywhere
---@field mask? luashot.Frame|string as large as the picture: where it is black, anything goes
---@field scale? number|number[] also, or only, in other sizes: 1 is its own; up to 100 numbers from 0.01 to 100; default 1
---@field all? boolean give a list of all matches, the best first, none of which overlaps a better one; default: the best, or nil

--- Find a picture: a frame, or a file's path or bytes as for `luashot.load`. Of equally good places
--- the first counts, in reading order. An exact search is quickest.
---
--- `scale = { 1, 1.25, 1.5, 2 }` tries one after the other, for what a desktop may draw larger: made
--- smaller by the mean of areas, larger between pixels. That is seldom what a toolkit does to the pixel,
--- so give `min_score` or `tolerance` too.
---@param picture luashot.Frame|string
---@param options? luashot.FindOptions
---@return luashot.Match|luashot.Match[]|nil match nil when there is none
---@return string? message
---@return string? code EGEOMETRY (the region leaves the frame, the mask has another size or is all black), ENOMEM, and those of load
function Frame:find(picture, options) end

---@class luashot.ScaleOptions
---@field filter? "box"|"bilinear"|"nearest" the mean of the area that a pixel covers (the default), between the nearest four pixels, or the nearest one

--- The picture in another size.
---@param width integer 1 or more
---@param height integer 1 or more
---@param options? luashot.ScaleOptions
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EGEOMETRY (beyond 1048576 a side), ENOMEM
function Frame:scale(width, height, options) end

--- The picture made smaller, so that no side is longer than `most`; it is never made larger.
---@param most integer pixels, 1 or more
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EGEOMETRY (its own side is beyond 1048576), ENOMEM
function Frame:thumbnail(most) end

--- Memory that `frame:bytes` can write into again and again. `#buffer` is its size.
---@class luashot.Buffer
local Buffer = {}

--- Make a buffer.
---@param size integer in bytes, 1 or more
---@return luashot.Buffer buffer
function luashot.buffer(size) end

--- Its first bytes as a string.
---@param count? integer default: all
---@return string bytes
function Buffer:bytes(count) end

--- # Drawing
---
--- On copies (`frame:copy()`) and loaded pictures. A frame that was captured cannot be drawn on: it is
--- the capture itself, which others may look at. What lies outside is left out. Each method returns
--- the frame, so that calls can follow each other.

--- Give every pixel of a region the colour.
---@param region luashot.Region
---@param colour luashot.Colour
---@return luashot.Frame frame the same
function Frame:fill(region, colour) end

---@class luashot.RectangleOptions
---@field thickness? integer 1 to 1000 pixels, inwards; default 2

--- Draw the border of a region, inside of it.
---@param region luashot.Region
---@param colour luashot.Colour
---@param options? luashot.RectangleOptions
---@return luashot.Frame frame the same
function Frame:rectangle(region, colour, options) end

--- Blur a region. For secrets use `fill`: blurred text can often be made out again.
---@param region luashot.Region
---@param radius? integer 1 to 1000 pixels; default 16
---@return luashot.Frame|nil frame the same
---@return string? message
---@return string? code ENOMEM
function Frame:blur(region, radius) end

---@class luashot.TextOptions
---@field color? luashot.Colour default black
---@field background? luashot.Colour of the rectangle that the text takes; default: none
---@field scale? integer how many times larger, 1 to 100; default 1

--- Write text, in letters of 8 by 13 pixels: ASCII and Latin-1; a question mark stands for others.
---@param x integer of the top-left corner
---@param y integer
---@param text string UTF-8, of any number of lines
---@param options? luashot.TextOptions
---@return luashot.Frame frame the same
function Frame:text(x, y, text, options) end

--- # Waiting

---@class luashot.WaitOptions
---@field [1] luashot.Display or by name, `display`
---@field [2]? luashot.What or by name, `what`; default: the root window
---@field display? luashot.Display
---@field what? luashot.What
---@field when fun(frame: luashot.Frame): any|luashot.Frame|luashot.Colour what to wait for: something that the function returns, a picture, or a colour
---@field timeout? luashot.Duration default: for ever
---@field interval? luashot.Duration look no more often; default 50 ms
---@field tolerance? integer as for find and find_color
---@field region? luashot.Region as for find and find_color: where in the frame
---@field min_pixels? integer as for find_color
---@field min_score? number as for find
---@field mask? luashot.Frame|string as for find
---@field scale? number|number[] as for find

--- Wait until something is to be seen: `luashot.wait{display, "primary", when = "#30c040"}`. A
--- string that begins with "#" is a colour, any other one a picture's path. Where the server tells what
--- is drawn, nothing is captured while nothing is. A window may still have to come, or to be shown:
--- `luashot.wait{display, {title = "^Save"}, when = function() return true end, timeout = "5s"}`.
---@param options luashot.WaitOptions
---@return luashot.Frame|nil frame the one in which it is to be seen; the caller's, to release
---@return any found what `when` returned, the match or the area; or the message
---@return string? code ETIMEDOUT, and those of grab and find
function luashot.wait(options) end

--- # Watches

--- What `display:watch` gives. Another method than `close` raises once it is closed.
---@class luashot.Watch
local Watch = {}

--- Wait until something has been drawn in the region since `changed` was last called, or the monitors
--- or the size of the screen have changed, so that what was looked at may be elsewhere now.
---@param timeout? luashot.Duration default: for ever
---@return boolean|nil is_due false when the time is over
---@return string? message
---@return string? code ELOST
function Watch:wait(timeout) end

--- Ask what was drawn in the region since this was last called.
---@return luashot.Region[]|nil regions on the root window; none when nothing was drawn
---@return string? message
---@return string? code ELOST, ETIMEDOUT
function Watch:changed() end

--- Stop watching. A second time is allowed.
function Watch:close() end

return luashot
