---@meta luashot
-- luacheck: no unused args, ignore 241

--- # luashot
---
--- `require "luashot"` returns the module. In the program `luashot` it is a global as well. It captures
--- on Linux, from X11 and from [Wayland compositors with capture protocols](wayland.md).
---
--- Pixel coordinates are integers and start at 0, 0, the top-left corner of the root window (the
--- whole screen, all monitors together), or of the frame for a frame's own methods. Sizes are in
--- device pixels. A *duration* is a number of seconds, 0 or more, or a string with a unit:
--- `"250ms"`, `"5s"` or `"5 s"`, `"1.5m"`, `"1h"`; the decimal separator is a point in every locale.
---
--- **Errors.** Misuse raises: a wrong type, an unknown option, a released frame, a closed display. When
--- an operation fails, the function returns `nil, message, code`: the message is for people, the code
--- (a string, see [the table](#error-codes)) for programs. A script that cannot handle a failure writes
--- `assert(display:grab())`.

---@class luashot
---@field version string of luashot, "0.2.0"
local luashot = {}

---@alias luashot.Duration number|string seconds, or "250ms", "5s", "10m", "1h"

---@alias luashot.PixelFormat
---| "bgrx" # 4 bytes a pixel: blue, green, red, and one unused byte; the format of captures
---| "bgr"  # 3 bytes
---| "rgb"  # 3 bytes
---| "rgba" # 4 bytes, the fourth always 255
---| "gray" # 1 byte: (77 red + 150 green + 29 blue + 128) >> 8

--- The formats of video encoders: a plane of luma, then color at half the resolution, rounded up in
--- both directions; BT.601, limited range.
---@alias luashot.VideoFormat
---| "i420" # a plane of U, a plane of V
---| "nv12" # one plane with U and V alternating

--- luashot can be built without the optional ones.
---@alias luashot.FileFormat
---| "png"  # 8 bits a channel, lossless
---| "ppm"  # binary P6, no compression
---| "pam"  # P7, likewise; gray for a gray frame
---| "jpeg" # optional; "jpg" is another name for it
---| "webp" # optional; lossy by default
---| "qoi"  # optional; lossless, fast to write

---@alias luashot.Path
---| "shm-fd"   # the server writes into luashot's memory, passed to it as a descriptor (MIT-SHM 1.2)
---| "shm-sysv" # the same with a System V segment (older servers)
---| "wl-screencopy" # the compositor writes into luashot's memory (zwlr_screencopy_manager_v1)
---| "wl-copy" # the same (ext_image_copy_capture_manager_v1)
---| "wl-scratch" # the compositor writes into a scratch buffer, from which luashot copies
---| "getimage" # the pixels come through the socket (TCP, ssh -X, containers)

---@alias luashot.What
---| string         # "primary", "cursor", "640x480+10+20", or a monitor's output or name
---| luashot.Monitor
---| luashot.Region
---| luashot.Follow
---| luashot.WindowTarget
---| luashot.Window  # found again by its id
---| nil            # the root window: the whole screen

--- A rectangle of the root window. x and y default to 0.
---@class luashot.Region
---@field x? integer the left edge, in pixels
---@field y? integer the top edge
---@field width integer 1 or more
---@field height integer 1 or more

--- A region that follows the pointer. Its center is the pointer, except near the edges of the screen.
---@class luashot.Follow
---@field width integer 1 or more
---@field height integer 1 or more
---@field follow "cursor"

--- A window. Each capture searches for it again: by its id, by being the active window, or by Lua
--- patterns for its title and class (if both are given, both must match). A pattern that matches
--- several windows is the error EAMBIGUOUS, which names them, so a capture never switches to another
--- window silently. A window that is gone is ENOWINDOW; one that is not shown (minimized, on another
--- desktop) is EHIDDEN.
---
--- The picture is the area that the program draws in, without the frame and title of a window manager
--- and without the margin in which a program draws its own shadow (_GTK_FRAME_EXTENTS). It shows that
--- area of the screen, including windows that cover it, and the whole area must be on the screen unless
--- `clip` is given. With `obscured` it shows the window's own picture, including covered parts and
--- parts off the screen. The X server keeps such a picture while a client asks for it: a compositing
--- manager, or else this display. The display asks until it is closed, until `display:trim()`, or until
--- the next capture of a window after this one was not captured for 30 s. In that case the first
--- capture of a window takes 0.1 s, in which its program paints the covered parts. A window that is no
--- rectangle (SHAPE) is black outside of its shape.
---
--- The server serves no other client while it sends the pixels, so no window can move meanwhile.
--- With `damage` a capture reads only what was drawn at the window's place; with `obscured` as well, it reads
--- all of the window.
---@class luashot.WindowTarget
---@field window? integer|"active" the id of any window, or the active one
---@field title? string a Lua pattern: `"^Inbox"`; magic characters need a `%`
---@field class? string a Lua pattern for the class: `"^XTerm$"`
---@field obscured? boolean default false; on Wayland always true
---@field x? integer a part of the window, from its top left corner; default 0
---@field y? integer
---@field width? integer of the part, 1 or more; default, with neither size: the whole window
---@field height? integer

---@class luashot.OpenOptions
---@field display? string ":0", "host:10.0", "wayland-1", "wayland:"; default: the environment's WAYLAND_DISPLAY, else its DISPLAY
---@field slots? integer maximum number of frames held at one time, 1 to 1024; default 8
---@field bytes? integer maximum memory of the pool, in bytes, 1 or more; default 1 GiB
---@field path? luashot.Path use this path or fail; default: the fastest that works
---@field timeout? luashot.Duration how long to wait for the server, for each one that is tried; default for later calls as well; default 5 s
---@field damage? boolean read only the pixels that changed since the slot was last read; default false
---@field refresh? luashot.Duration with damage: read everything again when the last full read is older than this; 0, the default: never
---@field cursor? boolean draw the pointer into captures; default for later calls; default false
---@field input? boolean let the display act: move the pointer and press keys; never in a sandbox; default false
---@field mask? (luashot.Region|string)[] regions of the root window that must not be captured: black in every frame that is saved, shown or published; at most 64

--- Open a display. luashot tries the paths that pixels can take and uses the fastest that works; see
--- `display:stats()`.
---
--- The caller owns the display: `display:close()`, `local display <close> = …` or the garbage collector
--- closes it. Until then it stays connected.
---@param options? luashot.OpenOptions
---@return luashot.Display|nil display
---@return string? message
---@return string? code ENODISPLAY, EACCES, EBUSY, EVISUAL, ENOTSUP, ESANDBOX, ETIMEDOUT, ELOST, EXERROR, ENOMEM
function luashot.open(options) end

---@type luashot.schedule
luashot.schedule = nil

---@type luashot.json
luashot.json = nil

---@class luashot.LoadOptions
---@field max_pixels? integer refuse a picture with more pixels, 1 or more; default 134217728

--- Read a picture from a file, or from a string that holds one, as `frame:encode` makes it. The first
--- bytes determine the format; transparency is dropped, except that `find` can use it. The picture is a
--- frame in memory of its own; its sequence is 0. In a job other jobs run while the file is read, and while a
--- thread decodes it, if it is large; there are two such threads at most.
---
--- Colors are the values in the file: no gamma (gAMA) and no color profile is applied, and 16 bits are
--- rounded to 8. luashot loads the first picture of an animated WebP. A file takes no more memory than its own
--- size and `max_pixels` allow, whatever its header claims.
---
--- PNG, JPEG and WebP record the origin of a picture: its time to the millisecond (`wall`), its place
--- (`x` and `y`), its `source` and its resolution (which `save` writes again). PNG has them as texts
--- and pHYs, JPEG and WebP as Exif. QOI, PPM and PAM cannot record them. Values that a file does not
--- contain are 0, and the source is then the file's name.
---@param picture string a path, or the bytes
---@param options? luashot.LoadOptions
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EFORMAT, EFBIG, ENOMEM, or the system's own: ENOENT, EACCES and so on
function luashot.load(picture, options) end

--- Show what this reference says about a function, a module, a handle or a name.
---@param about? any `luashot.open`, `"display:grab"`, a frame, `"clip"`, `"EBUSY"`
function luashot.help(about) end

--- Find the name that a mistyped one most likely stands for.
---@package
---@param wrong string
---@param names string[]
---@return string? name
function luashot.nearest(wrong, names) end

--- Read a duration. Returns seconds, or nil and a message that says which form is right.
---@package
---@param value any
---@param is_bare? boolean whether a string may lack the unit
---@return number? seconds
---@return string? message
function luashot.duration(value, is_bare) end

--- Whether `save` accepts this template as a path.
---@package
---@param template string
---@return boolean|nil valid
---@return string? message
---@return string? code EINVAL, ENAMETOOLONG
function luashot.check_template(template) end

--- Raise an error for an option that is not among the names, as the functions in C do.
---@package
---@param options table|nil
---@param names string[]
function luashot.check_options(options, names) end

--- Return nil, message, code from a function that is written in Lua.
---@package
---@param message string
---@param code string
---@return nil
---@return string message
---@return string code
function luashot.fail(message, code) end

--- Set the function that is called with a failure whose result the script ignores. Returns whether this Lua
--- can detect such failures.
---@package
---@param reporter fun(message: string, code: string, level: integer)
---@return boolean
function luashot.set_untaken(reporter) end

--- Set the function by which calls wait where they can yield.
---@package
---@param waiter nil|fun(fd: integer, seconds: number): boolean|nil
---@param others? integer a descriptor that is readable when others have something to do meanwhile
---@param rest? fun(): integer for how many milliseconds they have nothing to do; -1: until `others` is readable
function luashot.set_waiter(waiter, others, rest) end

--- The methods of displays.
---@package
---@type table<string, function>
luashot.display = nil

--- Encodes bytes as text in base64 (RFC 4648).
---@package
---@param bytes string
---@return string text
function luashot.base64(bytes) end

--- Decodes a text in base64.
---@package
---@param text string spaces and newlines are skipped
---@return string|nil bytes
---@return string? message
---@return string? code EFORMAT
function luashot.unbase64(text) end

--- Lets a pipe hold a megabyte, where the system allows that.
---@package
---@param fd integer any descriptor; one that is not a pipe stays unchanged
---@return boolean wide whether the pipe is that large now
function luashot.widen_pipe(fd) end

--- The methods of matches.
---@package
---@type table<string, function>
luashot.match = nil

--- Performs one act with pointer or keyboard, for `display:click` and its siblings; `keys` and `text` are
--- strings of 32-bit numbers.
---@package
---@param display luashot.Display
---@param seconds number the longest wait for it
---@param verb "move"|"click"|"drag"|"scroll"|"key"|"type"
---@param ... integer|number|string|nil from_x, from_y, to_x, to_y, button, count, pause, keys, text
---@return boolean|nil done
---@return string? message
---@return string? code ENOINPUT, EGEOMETRY, EBUSY, ENOWINDOW, ENOKEY, ETIMEDOUT, ELOST; see display:move
function luashot.act(display, seconds, verb, ...) end

--- Lets the display act on one window alone, for `luashot mcp --window`: each act checks first that this window, and
--- no other one, gets it. X servers only; an act on a compositor fails with ENOTSUP.
---@package
---@param display luashot.Display
---@param window? integer its id; nil: any window may get acts
function luashot.act_only(display, window) end

--- The keysyms of keys by name.
---@package
---@param keys string
---@return string|nil keysyms
---@return integer|string count_or_message
---@return string? code EINVAL, ENOTSUP
function luashot.chord(keys) end

--- Makes a match of a table, so that `match:click()` knows the screen. The match lies in a frame, or in a
--- picture at x,y of a display.
---@package
---@param match table
---@param origin luashot.Frame|luashot.Display
---@param x? integer
---@param y? integer
---@return luashot.Match match the same table
function luashot.bind(match, origin, x, y) end

--- Returns the place of a frame, or of the frame that a match was found in; nil if its display cannot act.
---@package
---@param value any
---@return luashot.Display? display
---@return integer? x
---@return integer? y
function luashot.origin(value) end

--- The methods of frames.
---@package
---@type table<string, function>
luashot.frame = nil

--- The kind of memory that holds a frame's pixels, and the number of bytes that the frame occupies.
---@package
---@param frame luashot.Frame
---@return "slot"|"image"|"ring" kind
---@return integer bytes
function luashot.frame_memory(frame) end

--- The size of a terminal; nil when the descriptor is not a terminal. The sizes in pixels are 0 when it does
--- not report them.
---@package
---@param fd integer
---@return table<string, integer>? size columns, rows, width, height
function luashot.terminal_size(fd) end

--- Encode a picture as a control string for terminals that draw sixels.
---@package
---@param frame luashot.Frame
---@return string|nil text
---@return string? message
---@return string? code ENOTSUP, ENOMEM
function luashot.sixel(frame) end

--- Write a query to the controlling terminal and collect its answer, up to a control sequence that ends in
--- the character `last`. After `seconds`, return the bytes that have arrived.
---@package
---@param query string
---@param last string
---@param seconds number
---@return string|nil answer
---@return string? message
---@return string? code ENXIO or another of the system's own
function luashot.terminal_ask(query, last, seconds) end

---@class luashot.AwaitOptions
---@field timeout? luashot.Duration give up after this time; default: never

--- Wait in a job for a function that calls back, as those of luv do: `await` calls `start` with a function
--- `done`, and returns the arguments that `done` is called with. Other jobs run meanwhile. A further call of
--- `done`, or one after the end of the wait, does nothing. `job:stop()` and the end of the program end the
--- wait at once; declare the handles that `start` opens `<close>`.
---@param start fun(done: fun(...: any))
---@param options? luashot.AwaitOptions
---@return any ... the arguments of `done`; after the timeout nil, a message and ETIMEDOUT
function luashot.await(start, options) end

---@class luashot.RunProgramOptions
---@field [integer] string the program (looked for in PATH) and its arguments; no shell sees them
---@field input? string for its standard input; default: nothing
---@field timeout? luashot.Duration kill the program after this time; default: never
---@field limit? integer kill the program when it has written more bytes than this; default 64 MiB

---@class luashot.Outcome
---@field status integer the exit status; 128 + N when signal N ended the program
---@field signal? integer the signal that ended it
---@field out string its standard output
---@field err string its standard error

--- Run another program to its end, in a job; other jobs run meanwhile. `job:stop()`, a timeout and the end of
--- luashot kill it with all programs that it has started. luashot does not wait for a program in the
--- background that keeps the output open.
---@param options luashot.RunProgramOptions
---@return luashot.Outcome|nil outcome
---@return string? message
---@return string? code ENOENT (there is no such program), EACCES, ETIMEDOUT, EFBIG, and others of the system
function luashot.run_program(options) end

---@class luashot.RecordOptions
---@field to string the file, with strftime codes and fields as in `frame:save`; its extension selects the container: .mkv, .mp4, .mov, .webm, .gif, .apng, and every other container that ffmpeg's libraries know
---@field display? luashot.Display default: luashot opens one, with `damage`
---@field what? luashot.What default: the whole screen
---@field fps? number captures a second at most, default 30
---@field seconds? luashot.Duration end after this time; default: with the job
---@field count? integer end after this number of frames
---@field cursor? boolean draw the pointer
---@field codec? string of ffmpeg: "libx264", or a format such as "h264"; default: the container's usual one
---@field options? table<string, string|number> of the encoder, by ffmpeg's names: { crf = 18, preset = "fast" }
---@field bitrate? integer|string bits a second, 4000000 or "4M"; default: constant quality
---@field keyframe? luashot.Duration at most from one keyframe to the next, default 5 s; players seek to them
---@field rate? "variable"|"constant" default "variable": luashot skips frames in which nothing has changed, except one in every second; "constant": it encodes every frame, for programs that count them
---@field segment? luashot.Duration begin the next file after this time; `to` needs a time or {sequence}
---@field speed? number a time lapse: the seconds that pass in one second of the video, default 1; with `fps = 0.1` and `speed = 300`, 30 frames a second
---@field append? boolean continue the file, if it exists; it must have the same codec, size and settings
---@field arguments? string[] for the program ffmpeg, which then makes the video, before the name of the file: { "-c:v", "libx264", "-vf", "scale=640:-2" }
---@field program? string the same, instead of "ffmpeg"
---@field progress? boolean report progress on standard error; default: when that is a terminal

---@class luashot.RecordResult
---@field frames integer the moments that the video shows, `fps` in every second
---@field repeated integer moments that show the capture before, because none came in time
---@field dropped integer captures left out because there was no room: the encoder or the disk was too slow
---@field encoded? integer the frames in the video, if luashot encoded it
---@field bytes? integer of the encoded frames
---@field files? integer the number of files
---@field note? string a defect of the result: for example why an MP4 stayed in fragments

--- Record a video. `record` runs in a job while others go on; `job:stop()`, or SIGTERM to the program, ends the
--- video early, and the file is complete. If the program is killed, the file lacks two seconds at most (four with
--- `libsvtav1`).
---
--- luashot encodes with the libraries of ffmpeg (libavformat) on a thread of its own; it loads them for the first
--- video. It does not encode a frame in which nothing changed, and converts only the changed part of the others. Each
--- frame keeps the time of its capture. A slow encoder or disk makes luashot leave out captures; it never delays them.
--- Without `options` the encoder is set for speed and for no delay. Pixels are yuv420p, BT.709, limited range, if the
--- encoder takes that; H.264 needs an even size, so luashot repeats the last row or column of an odd one. Other
--- encoders get RGB: { codec = "ffv1" } keeps every color. There is no sound. After the screen was resized, luashot
--- scales the pictures to the first size.
---
--- With `arguments` or `program` luashot sends all frames through a pipe to the program ffmpeg instead, `fps` of them in
--- every second. It repeats the next picture for one that was not taken in time. Browsers and phones play the video:
--- its pixels are `yuv420p`, and its width and height are even (luashot adds a black line where they are odd), unless
--- `arguments` have `-pix_fmt`, `-vf` or an encoder of another kind. When ffmpeg fails or dies, the message has its
--- last words.
---@param options luashot.RecordOptions
---@return luashot.RecordResult|nil result
---@return string? message
---@return string? code EINVAL (a name or a value of a codec or an option), ENOTSUP (no libavformat), those of `frame:save` and `display:grab`, with the program EENCODER and ENOENT (there is none)
function luashot.record(options) end

---@class luashot.RecorderOptions
---@field display? luashot.Display default: luashot opens one, with `damage`
---@field what? luashot.What default: the whole screen
---@field fps? number captures a second at most, default 30
---@field cursor? boolean draw the pointer
---@field last? luashot.Duration the time that the recorder keeps, default 30 s; up to one keyframe's distance more
---@field bytes? integer never keep more than this, default 64 MiB; at least 1 MiB. Captures that wait for the encoder take up to a quarter of them
---@field codec? string as for `luashot.record`
---@field options? table<string, string|number> likewise; not those with which the encoder holds pictures back
---@field bitrate? integer|string likewise
---@field keyframe? luashot.Duration likewise, default 2 s
---@field container? string the name of a file of the intended container, which limits the codecs: "x.webm"; default "x.mkv"
---@field name? string the job's

---@class luashot.RecorderStats
---@field encoded integer frames encoded so far
---@field dropped integer captures that found no room, or were left out because there was none
---@field bytes integer of all frames that were encoded
---@field kept integer bytes that are kept now

--- Record into memory: the newest frames, encoded, as many as fit `last` and `bytes`. `recorder:save` writes them to a
--- file. A still screen costs almost nothing, so a recorder can run for months. It works in a job or in a script's main
--- part, until `recorder:stop()` or the end of the program.
---@param options? luashot.RecorderOptions
---@return luashot.Recorder|nil recorder
---@return string? message
---@return string? code EINVAL (also an encoder that holds pictures back), ENOTSUP, and those of `display:grab`
function luashot.recorder(options) end

---@class luashot.RotateOptions
---@field count? integer keep at most this number of files
---@field age? luashot.Duration keep no file that is older
---@field bytes? integer keep at most this number of bytes in all

--- Remove the oldest files that match a pattern, by the time of their last change, until the rest is
--- within all given limits. Of files with the same time, the one with the greater number in its name is later
--- ("shot-10.png" after "shot-9.png"). As in a shell, `*` does not match hidden files. In a folder where
--- everybody may write, only this user's files count.
---@param pattern string "shots/door-*.png"; `*` and `?` in the last part only
---@param options luashot.RotateOptions at least one of them
---@return string[]|nil removed
---@return string? message
---@return string? code ENOENT, EACCES, and others of the system
function luashot.rotate(pattern, options) end

--- Prepare a file for another program to write: refuse a path that `save` would refuse, and make an empty
--- file, for its user alone, if there is none.
---@package
---@param path string
---@return boolean|nil is_new
---@return string? message
---@return string? code EACCES, ENOENT, and others of the system
function luashot.claim_file(path) end

--- Write bytes to a file as `save` does: the file appears complete, and in a shared folder luashot follows no links of
--- other users.
---@package
---@param path string
---@param bytes string
---@param is_kept? boolean replace nothing (EEXIST), and wait until the disk has it
---@return true|nil ok
---@return string? message
---@return string? code EACCES, ENOENT, EEXIST, and others of the system
function luashot.write_file(path, bytes, is_kept) end

--- Open the folder of a path as `save` does: luashot follows no links of other users where everybody may write.
---@package
---@param path string
---@return integer|nil folder a descriptor, which the caller closes
---@return string? message
---@return string? code EACCES, ENOENT, and others of the system
function luashot.folder_of(path) end

--- Whether everybody can put files into a folder, or luashot cannot know.
---@package
---@param folder string
---@return boolean
function luashot.is_shared(folder) end

--- Start a recording, for luashot.record and luashot.recorder: src/lua/recording.h describes its methods.
---@package
---@param options table
---@param frame luashot.Frame the first
---@return userdata|nil recording
---@return string? message
---@return string? code EINVAL, ENOTSUP, and others of the system
function luashot.recording(options, frame) end

--- Load the libraries for videos now, because a sandbox allows no loading later, and because a video would show its
--- first frame for the time of loading.
---@package
---@return true|nil ok
---@return string? message
---@return string? code ENOTSUP
function luashot.load_video() end

--- The saves of save_async, for the event loop: a descriptor that is readable when one has ended.
---@package
---@return integer|nil fd luashot's: do not close it
---@return string? message
---@return string? code ENOMEM, EMFILE
function luashot.saves_fd() end

--- Take the next save or encoding that has ended; no result when there is none.
---@package
---@return function|nil done the function that was given to save_async; nil without one
---@return string|nil path_or_bytes the path, or the bytes of encode_async
---@return string? message
---@return string? code ENOMEM, ENOSPC, EACCES, and the others of `frame:save`
function luashot.take_save() end

--- Time that passes evenly, in nanoseconds: luv's hrtime().
---@package
---@return integer
function luashot.monotonic() end

--- Seconds since the epoch.
---@package
---@return number
function luashot.wall() end

--- The number of bytes read from the connections of all displays.
---@package
---@return integer
function luashot.received() end

--- Make a descriptor that stands for others in the event loop (epoll): methods `add`, `remove` and `fd`.
---@package
---@return userdata|nil poller
---@return string? message
---@return string? code EMFILE, ENOMEM
function luashot.poller() end

--- Opens a folder of pictures, for luashot.page: src/lua/album.h describes its methods.
---@package
---@param path string
---@return userdata|nil album
---@return string? message
---@return string? code ENOENT, ENOTDIR, EACCES
function luashot.album(path) end

--- Starts an HTTP server for luashot.page: src/lua/http.h describes its methods.
---@package
---@param address string
---@param options? table
---@return userdata|nil server
---@return string address or a message
---@return boolean|string code EINVAL, EADDRINUSE, ENOTSUP, ENOMEM, or the system's own; else whether only this machine reaches it
function luashot.http_listen(address, options) end

--- Makes a piece of bytes, which several answers of a server can send.
---@package
---@param ... string its bytes, one after another
---@return userdata piece
function luashot.http_piece(...) end

--- Starts to connect to an MQTT broker for luashot.fleet: src/lua/mqtt.h describes the options and the methods.
---@package
---@param options table
---@return userdata|nil connection
---@return string? message
---@return string? code EINVAL, ENOTSUP, ENOMEM, or the system's own for a file
function luashot.mqtt_open(options) end

--- Make connections now, for all displays that are opened from then on.
---@package
---@param count integer 1 to 8
---@return boolean|nil done
---@return string? message
---@return string? code ENODISPLAY, EACCES, EBUSY, EVISUAL, ELOST, EXERROR
function luashot.connect_ahead(count) end

--- Make a timer on the wall clock: methods `set(seconds since the epoch)`, `read` (whether the clock was set), `fd` and
--- `close`.
---@package
---@return userdata|nil timer
---@return string? message
---@return string? code EMFILE, ENOMEM
function luashot.wall_timer() end

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

--- Run scheduled jobs until none is left: for stock Lua. The program `luashot` does this at the end of the
--- script.
function luashot.run() end

---@class luashot.PageOptions
---@field address? string "HOST:PORT", where HOST is an IP address and PORT 0 is any free port, or "unix:PATH"; default "127.0.0.1:8080"
---@field token? string of 16 or more letters, digits and `-_.~`, that every request must bring; needed where other machines can reach the address
---@field actions? boolean whether the page may run and stop jobs; default true
---@field display? luashot.Display to show; default: one that the page opens and closes
---@field what? luashot.What the part to show, and no more; default: the whole screen
---@field fps? number maximum pictures a second for a viewer that requests no rate, 0.1 to 60; default 10
---@field folder? string a folder whose newest pictures the page shows; default: none

--- Serve a page with a live picture of the screen, the jobs and their failures: docs/page.md. The page keeps the
--- script running. It needs the program `luashot`, or stock Lua with luv.
---@param options? luashot.PageOptions
---@return luashot.Page|nil page close it by `page:stop()` or `<close>`
---@return string? message
---@return string? code EINVAL (no such address), EADDRINUSE, EACCES (reachable from other machines, and no token), ENOTSUP (without libmicrohttpd), and the codes of `luashot.open`
function luashot.page(options) end

---@class luashot.Page
---@field address string the address on which the page listens, with the port that it got
local Page = {}

--- End the page: viewers are disconnected, and the address is free again. A second time is allowed.
function Page:stop() end

---@class luashot.FleetOptions
---@field broker string "mqtt://user@host:port", or "mqtts://…" with TLS; user and port are optional
---@field password_file? string a file whose first line is the password; luashot reads it again at each connection
---@field ca? string a file of CA certificates, to check the broker's with; default: the system's
---@field certificate? string a file with this host's certificate
---@field key? string the file with the certificate's private key, without a password
---@field version? "3.1.1"|"5" of MQTT; default: 5, or 3.1.1 if the broker lacks 5
---@field host? string this host's name, 1 to 64 letters, digits, `-` and `_`; default: the machine's, with `-` for dots
---@field group? string|string[] the groups that it belongs to; names as for `host`
---@field topic? string the first level of all topics, 1 to 64 letters, digits, `-` and `_`; default "luashot"
---@field window? integer maximum number of messages that the broker has not acknowledged, 1 to 1000; default 20
---@field spool? string a folder, of this user only, for messages while the broker is away; without one they are in memory only
---@field spool_bytes? integer maximum bytes of the spool, 4096 or more; default 1 GiB
---@field spool_age? luashot.Duration older messages are removed from the spool and counted as `expired`; default: none
---@field full? "refuse"|"drop" with a full spool, new messages fail with EBUSY, or the oldest are removed; default "refuse"
---@field confirm? boolean keep each message in the spool until `luashot collect` has stored it; default: until the broker has it
---@field heartbeat? luashot.Duration the time between two reports of the host's state; default 30 s
---@field discovery? boolean|string tell Home Assistant of this host, under this first level; `true` is "homeassistant"
---@field still_every? luashot.Duration the shortest time between two stills that the broker keeps; default 5 s
---@field still_width? integer the width of these in pixels, 16 to 16384; default 960

--- Join a fleet of hosts: send pictures and events to an MQTT broker, and take commands from it: docs/fleet.md. The
--- fleet keeps the script running, and connects again whenever the connection ends.
---@param options luashot.FleetOptions
---@return luashot.Fleet|nil fleet close it by `fleet:close()` or `<close>`
---@return string? message
---@return string? code ENOTSUP (without libmosquitto), EACCES (the password file), EINVAL, and the system's own for files and the spool
function luashot.fleet(options) end

---@class luashot.Fleet
---@field host string
---@field groups string[]
local Fleet = {}

---@class luashot.FleetPictureOptions
---@field name? string of the picture, for topics; default "screen"
---@field format? "jpeg"|"webp" default "jpeg"
---@field quality? integer 1 to 100; default 85
---@field width? integer scale a wider picture to this width in pixels, in the same proportion

--- Send a picture. A worker encodes it, and the call waits until the picture is safe: the broker has acknowledged
--- it, or it is in the spool. Only a job can call it. The frame may be released afterwards.
---@param frame luashot.Frame
---@param options? luashot.FleetPictureOptions
---@return string|nil id unique in the fleet
---@return string? message
---@return string? code EBUSY (the spool is full, or without one too many messages wait), ENOSPC (the disk is full), EACCES (the broker refuses it), EFBIG, ECLOSED
function Fleet:picture(frame, options) end

--- Send an event. In a job the call waits likewise; elsewhere it returns at once.
---@param name string of letters, digits, `-` and `_`
---@param fields? table that JSON can hold
---@return string|nil id
---@return string? message
---@return string? code EBUSY, ENOSPC, EACCES, EFBIG, ECLOSED
function Fleet:event(name, fields) end

---@class luashot.FleetRequest
---@field command string
---@field scope "host"|"group" on which topic it came
---@field reply_to string|nil

--- Allow a command, by name. Each command runs as a job with the JSON object that came with it. luashot sends the result
--- of `fn`, or its `nil, message, code`, to the topic that the command names. Three names have a meaning of their own:
--- "picture" (`fn` returns a frame; without `fn` it is the whole screen), "run" (a list of names of jobs in place of
--- `fn`: `{"job": "name"}` starts one), and "settings" (`fn(document, version)` gets each version once; false, or nil
--- and a message, refuses it).
---@param command string
---@param fn? (fun(argument: table, request: luashot.FleetRequest): any)|string[]
function Fleet:on(command, fn) end

---@class luashot.FleetStats
---@field connected boolean
---@field version string of MQTT
---@field message? string why there is no connection
---@field accepted integer messages that the script has sent
---@field sent integer messages that went to the broker, repetitions too
---@field acknowledged integer messages that the broker has acknowledged
---@field waiting integer messages that it has not acknowledged
---@field spooled integer messages that went to the spool
---@field spool_bytes integer the size of the spool
---@field refused integer messages that neither broker nor spool has taken
---@field expired integer messages that were older than `spool_age`
---@field dropped integer messages that were removed for newer ones
---@field damaged integer messages that could not be read from the spool
---@field commands integer commands that the host has run
---@field refused_commands integer commands that it has refused
---@field failures integer of all jobs of the host

--- Return the fleet's counters.
---@return luashot.FleetStats
function Fleet:stats() end

--- Leave the fleet: wait up to two seconds for the broker, report "offline", and disconnect. A second time is allowed.
---@return boolean safe whether every message is with the broker or in the spool
function Fleet:close() end

--- # Displays

--- A connection to one display server, and its pool of slots.
---@class luashot.Display
local Display = {}

--- Ask the server for the current size of the root window.
---@return integer|nil width in pixels
---@return integer height in pixels; the message when width is nil
---@return string? code ELOST, ETIMEDOUT
function Display:size() end

--- A monitor at the time of the call. You may keep the table and give it to `grab`, which searches for
--- the monitor's output again: a monitor that moved is captured at its new place.
---@class luashot.Monitor
---@field x integer on the root window
---@field y integer
---@field width integer in pixels
---@field height integer
---@field name string the monitor's own name (EDID), else its label
---@field label string RandR's name for it: the name that `xrandr --setmonitor` gave, else the output
---@field output string "HDMI-1": the connector, else the label; "xinerama-1" for a head that RandR lacks
---@field primary boolean
---@field mm_width integer of the picture in millimeters; 0 when unknown
---@field mm_height integer
---@field scale number pixels for a unit of the desktop on Wayland, 1 on X11
---@field transform string "normal", "90", "180", "270", "flipped", "flipped-90", …: how the screen is turned; the picture is upright
---@field id integer the output's X id, else an atom; 0 when there is no RandR; on Wayland the global's number

--- Ask the server for the current monitors: RandR 1.5's monitors, else RandR's CRTCs, and the heads that
--- only Xinerama lists; else one monitor that is the whole root window. There is at least one.
---@return luashot.Monitor[]|nil monitors
---@return string? message
---@return string? code ELOST, ETIMEDOUT
function Display:monitors() end

--- A window at the time of the call. `grab` searches for it again by its id.
---@class luashot.Window
---@field id integer the X window's id; on Wayland a number of luashot's own
---@field title string UTF-8, one line; cut after 511 bytes
---@field class string the name that all windows of one program share: "XTerm"
---@field instance string the program's name for itself: "xterm"
---@field pid? integer the process, as the program reports it; nil when it does not
---@field x integer of its client area on the root window, without the window manager's frame; 0 on Wayland, where it is not told
---@field y integer
---@field width integer 0 on Wayland when the compositor does not let it be captured
---@field height integer
---@field active boolean it is the active window; without a window manager, the one with the keyboard focus; false on Wayland, where it is not told
---@field visible boolean it is mapped: neither minimized nor on another desktop. Other windows may cover it

--- List the current windows of programs, from the topmost down, at most 512: those that the window
--- manager lists (EWMH). Without such a manager, those with the property WM_STATE in the tree of
--- windows, else all windows that are mapped on the root. Window managers do not list menus and the
--- like, but you can capture them by their id. On Wayland: those that ext_foreign_toplevel_list_v1 lists, the
--- latest one first.
---@return luashot.Window[]|nil windows may be empty
---@return string? message
---@return string? code ELOST, ETIMEDOUT, ENOMEM; ENOTSUP on a compositor without that protocol
function Display:windows() end

---@class luashot.GrabOptions
---@field clip? boolean if a region leaves the screen, take the part inside; default false: fail
---@field cursor? boolean draw the pointer into the picture; default: the display's
---@field timeout? luashot.Duration how long to wait for the server; default: the display's

--- Capture: the display server writes the pixels into a slot of the pool, and the frame *is* that slot.
---
--- "primary" is the primary monitor (the first if none is marked), "cursor" the monitor that the
--- pointer is on. Any other string that is not a geometry is a monitor's output or name. A geometry is as X
--- has it: `+X+Y` counts from the left and the top, `-X-Y` from the right and the bottom edge of the screen
--- ("640x480-0-0" is the corner there), and `+-X` begins left of the screen. If the screen
--- was resized or a monitor moved meanwhile, luashot repeats the capture once with the new layout.
---
--- When no slot is free, luashot first runs a full garbage collection to find forgotten frames.
---@param what? luashot.What default: the root window
---@param options? luashot.GrabOptions
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EBUSY, EGEOMETRY, ENOMONITOR, ETIMEDOUT, ELOST, ENOMEM; of windows ENOWINDOW, EHIDDEN, EAMBIGUOUS, EAGAIN, ENOTSUP, EVISUAL
function Display:grab(what, options) end

--- Capture several regions at once, in one round trip. The regions share one slot, which is held until
--- the last of the frames is released. At most 4096 regions.
---@param regions luashot.What[] may be empty
---@param options? luashot.GrabOptions
---@return luashot.Frame[]|nil frames one for each region, in order; the caller's, to release
---@return string? message
---@return string? code EBUSY, EGEOMETRY, ENOMONITOR, ETIMEDOUT, ELOST, ENOMEM, and those of windows
function Display:grab_many(regions, options) end

--- The target at [1], and the rate of captures.
---@class luashot.SeriesOptions
---@field [1]? luashot.What default: the root window
---@field fps? number frames a second, up to 10000; 0, the default: as fast as it goes
---@field clip? boolean as for grab
---@field cursor? boolean as for grab
---@field timeout? luashot.Duration as for grab

--- Capture repeatedly: `for frame in display:frames{"primary", fps = 30} do … end`. Each frame is
--- released at the next step and at the end of the loop, including `break` and errors, unless
--- `frame:keep()` was called. luashot captures a frame while the body still works on the previous one
--- if the frame is already due, or will be due before a body as long as the last one ends. The times
--- lie on a fixed grid; luashot skips the times that a slow body misses. A capture that fails raises an
--- error.
---@param options? luashot.SeriesOptions
---@return fun(): luashot.Frame iterator for the generic `for`, with the three values that it takes besides
function Display:frames(options) end

--- A place on the screen: `{ 10, 20 }` or `{ x = 10, y = 20 }` in pixels of the root window; a rectangle with
--- `width` and `height` means its middle. A result of `frame:find` or `frame:find_color` means its place on
--- the screen, whatever part of the screen the frame is.
---@alias luashot.Point integer[]|luashot.Region|luashot.Match|luashot.Area

---@alias luashot.Button
---| "left"
---| "middle"
---| "right"
---| "back"
---| "forward"
---| integer # 1 to 9

--- Move the pointer.
---
--- This method and the next five act; they need a display that was opened with `input = true`. They return
--- when the display server has performed the act; the program reacts later: `luashot.wait` waits for that. A
--- separate process acts. However the script ends, that process releases all keys and buttons that it holds
--- down, and restores the keys that it has borrowed, at most half a second later if the program with the
--- focus does not answer. While a person holds a modifier or a button down, an act on X11 waits for up to 3 s; then
--- it fails with EBUSY and does nothing.
---@param x integer|luashot.Point a pixel of the root window, or a point
---@param y? integer
---@return boolean|nil done true
---@return string? message
---@return string? code ENOINPUT (the display was not opened with input = true), EGEOMETRY (the point leaves the screen), EBUSY, ENOKEY (no key gives that symbol, and there is none to borrow), ETIMEDOUT, ELOST
function Display:move(x, y) end

---@class luashot.ClickOptions
---@field button? luashot.Button default "left"
---@field count? integer the number of clicks, 1 to 10: 2 is a double click; default 1
---@field with? string keys to hold meanwhile: "ctrl", "ctrl+shift"

--- Click at the pointer's place, or at another.
---@param what? luashot.Button|luashot.Point
---@param options? luashot.ClickOptions
---@return boolean|nil done true
---@return string? message
---@return string? code ENOINPUT, EGEOMETRY, EBUSY, ENOKEY, ETIMEDOUT, ELOST; see display:move
function Display:click(what, options) end

---@class luashot.DragOptions
---@field button? luashot.Button default "left"
---@field with? string keys to hold meanwhile

--- Press a button at one place, move to the other in small steps, and release it there.
---@param from luashot.Point
---@param to luashot.Point
---@param options? luashot.DragOptions
---@return boolean|nil done true
---@return string? message
---@return string? code ENOINPUT, EGEOMETRY, EBUSY, ENOKEY, ETIMEDOUT, ELOST; see display:move
function Display:drag(from, to, options) end

---@class luashot.ScrollOptions
---@field at? luashot.Point move the pointer there first
---@field with? string keys to hold meanwhile

--- Turn the wheel by steps.
---@param dx integer to the right; to the left when negative; -1000 to 1000
---@param dy? integer down; up when negative; default 0
---@param options? luashot.ScrollOptions
---@return boolean|nil done true
---@return string? message
---@return string? code ENOINPUT, EGEOMETRY, EBUSY, ENOKEY, ETIMEDOUT, ELOST; see display:move
function Display:scroll(dx, dy, options) end

--- Press keys together, and let go of them: "ctrl+shift+t", "Return", "F5", "a". Names are those of
--- keysyms (/usr/include/X11/keysymdef.h without XK_), in large or small letters, and ctrl, shift, alt, altgr, super,
--- enter, esc, space, pageup, …; a single character is itself. The layout of the keyboard does not matter.
---@param keys string at most 8, joined by "+"
---@return boolean|nil done true
---@return string? message
---@return string? code ENOINPUT, EGEOMETRY, EBUSY, ENOKEY, ETIMEDOUT, ELOST; see display:move
function Display:key(keys) end

---@class luashot.TypeOptions
---@field interval? luashot.Duration between two characters, at most 10 s; default 0

--- Type a text into the window that has the focus. The layout of the keyboard and Caps Lock do not matter. luashot
--- lends a key that gives no symbol to a character that the layout lacks. It takes the key back when the display is
--- closed, or when another character needs the key. Before that it asks the program whether it has processed the keys
--- so far (_NET_WM_PING). A program that does not answer such questions, such as a terminal, gets a quarter of a second.
--- "\n" is the key Return, "\t" is Tab; `display:key` presses "Escape" and the like.
---@param text string UTF-8, without other control characters
---@param options? luashot.TypeOptions
---@return boolean|nil done true
---@return string? message
---@return string? code ENOINPUT, EGEOMETRY, EBUSY, ENOKEY, ETIMEDOUT, ELOST; see display:move
function Display:type(text, options) end

---@class luashot.PublishOptions
---@field clip? boolean as for grab
---@field cursor? boolean as for grab
---@field timeout? luashot.Duration how long to wait for the server and for a full ring; default: the display's
---@field full? "wait"|"drop" when the ring has no room: wait for room (the default), or fail at once

--- Capture into a ring, for another process: the display server writes the pixels straight into the memory
--- that the ring's reader has mapped. The frame in the ring is packed bgrx.
---@param writer luashot.zerobuffer.Writer of `require "luashot.zerobuffer"`
---@param what? luashot.What default: the root window
---@param options? luashot.PublishOptions
---@return integer|nil sequence the ring's number of the frame
---@return string? message the reason why the pixels were copied into the ring instead; nil when they were not copied
---@return string? code EBUFFERFULL, EREADERDEAD, EFRAMETOOLARGE, ECORRUPT, and those of grab
function Display:publish(writer, what, options) end

---@class luashot.StreamOptions
---@field [1]? luashot.What default: the root window
---@field fps? number frames a second, up to 10000; 0, the default: as fast as the reader makes room
---@field clip? boolean as for grab
---@field cursor? boolean as for grab
---@field count? integer end after this number of frames; default: when the reader is gone

--- Publish repeatedly. At a rate, a frame for which the ring has no room is dropped; see `stats()`.
---@param writer luashot.zerobuffer.Writer
---@param options? luashot.StreamOptions
---@return integer published number of frames put into the ring
---@return string? message the reason for ending; nil after `count`
---@return string? code EREADERDEAD, and those of publish
function Display:stream(writer, options) end

---@class luashot.ChangeOptions
---@field min_interval? luashot.Duration minimum time between calls; default 0
---@field threshold? integer minimum number of changed pixels for a call; default 1
---@field name? string of the job

--- Call a function whenever something is drawn in a part of the screen, from now on. This costs nothing
--- while nothing is drawn. The frame is released when the function returns: copy what you want to keep.
---
--- Where the server reports no events, luashot compares pictures every 0.5 s, or every `min_interval`:
--- on a server without DAMAGE, for covered windows (`obscured`), and for a region that follows the
--- pointer.
---
--- The target must exist at first. luashot follows monitors and windows: when one has moved, grown or
--- come back, a call lists all of it, and so does a connection that was lost and is back. While the
--- target is hidden or gone there are no calls; luashot searches for a window once a second. A capture
--- that fails temporarily (EBUSY, ETIMEDOUT) is reported and tried again.
---@param what luashot.What|nil
---@param fn fun(frame: luashot.Frame, rects: luashot.Region[]) rects: the changed places, in the frame
---@param options? luashot.ChangeOptions
---@return luashot.Job|nil job where pictures are compared, its field `polling` gives the reason
---@return string? message
---@return string? code EGEOMETRY, ENOMONITOR, ENOWINDOW, EAMBIGUOUS, ELOST, ETIMEDOUT, ENOMEM
function Display:on_change(what, fn, options) end

--- Call a function whenever a monitor was added, removed, moved or resized, or the screen was resized.
--- This is a job, which `job:stop()` ends. Captures follow such changes by themselves. With `on_lost`,
--- a change that happened without a connection is reported afterwards.
---@param fn fun(monitors: luashot.Monitor[])
---@return luashot.Job
function Display:on_monitors(fn) end

---@class luashot.LostOptions
---@field on_back? fun() called when the display is connected again
---@field first? luashot.Duration pause before the first attempt, doubled each time; default 100 ms
---@field last? luashot.Duration the longest pause between two attempts; default 5 s

--- When the X server goes away, call a function, and try to reconnect until a server answers under the
--- display's name. Until then captures fail with ELOST. Afterwards they work again, on the same handle,
--- with the features of the new server. Earlier frames stay readable. Jobs of `on_change` and
--- `on_monitors` wait for the new connection and go on; calls in progress when the connection breaks
--- fail. The global `grab` does not need this: it reconnects by itself.
---
--- The job keeps the script running only while there is no connection; its field `losses` counts them.
---@param fn fun(why: string)
---@param options? luashot.LostOptions
---@return luashot.Job job
function Display:on_lost(fn, options) end

--- Reconnect with the options that the display was opened with, as `on_lost` does, to a server of the same kind.
--- An act in progress fails with ELOST. A display that acts fails with ENOTSUP where the new server lets nobody act, and
--- only looks at it from then on.
---@param timeout? luashot.Duration how long to wait for the server; default: the display's
---@return luashot.Display|nil display the same handle; when nil, the display is unchanged, except after ENOTSUP
---@return string? message
---@return string? code EBUSY (it is being reconnected), and the codes of `luashot.open`
function Display:reconnect(timeout) end

--- The number of times that the server has reported a change of its layout.
---@package
---@return integer count
function Display:changes() end

--- Start a pace, for `tick`.
---@package
---@param fps? number
---@return userdata pace
function Display:pace(fps) end

--- Wait until the capture for the pace's next deadline may be sent.
---@package
---@param pace userdata
function Display:tick(pace) end

--- Watch a region: the server reports when something is drawn there. This costs nothing while nothing
--- is drawn.
---@param region luashot.Region
---@return luashot.Watch|nil watch the caller's, to close
---@return string? message
---@return string? code ENOTSUP, ELOST, ENOMEM
function Display:watch(region) end

---@class luashot.FindTextOptions
---@field what? luashot.What where to look; default: the root window
---@field pattern? boolean the text is a pattern of Lua, matched with one line after the other
---@field timeout? luashot.Duration of the capture, as for grab
---@field language? string as for words
---@field area? luashot.Region as for words, in the frame of `what`
---@field min_confidence? number as for words
---@field all? boolean return a list of all matches, which may be empty; default: the first, or nil

---@class luashot.TextMatch
---@field text string the text that was found
---@field x integer of the box around its words
---@field y integer
---@field width integer
---@field height integer
---@field confidence number of the least sure of its words, 0 to 100

--- Find a text on the screen, in one line; upper and lower case differ: `display:find_text("Log in")`. The
--- method returns the first match from the top, which has the methods `click` and `move` of other matches.
---@param text string a space stands for one or more
---@param options? luashot.FindTextOptions
---@return luashot.TextMatch|luashot.TextMatch[]|nil match on the root window; nil when there is none
---@return string? message
---@return string? code ENOTSUP, EBUSY, EFBIG, EGEOMETRY, ENOMONITOR, ENOWINDOW, ELOST, ETIMEDOUT, ENOMEM: those of grab and words
function Display:find_text(text, options) end

--- The latest series of `display:frames`.
---@class luashot.SeriesStats
---@field count integer frames captured
---@field skipped integer frames that became due while the script was busy
---@field fps number frames a second from the first to the last; 0 before there are two
---@field lateness number average delay of the frames after they were due, in seconds

---@class luashot.Stats
---@field slots integer in the pool now
---@field held integer slots of these that frames and requests in progress hold
---@field idle integer slots of these that are free
---@field bytes integer of all slots
---@field peak integer most slots held at one time
---@field growths integer slots made since opening
---@field collections integer full garbage collections made because no slot was free
---@field in_flight integer requests whose reply has not been read
---@field published integer frames put into rings
---@field copied integer of these, copied, because the X server could not write into the ring
---@field copy_reason? string the reason for the last copy; nil when the last frame was not copied
---@field saving integer pictures that `save_async` is saving, of all displays
---@field refused integer pictures that `save_async` refused because too many were waiting
---@field dropped integer frames not put into rings because the ring had no room or no slot was free
---@field path luashot.Path the path of the pixels
---@field reason? string why it is not the fastest path; nil when it is
---@field series? luashot.SeriesStats nil before the first one

--- The state of the pool. The server is not asked.
---@return luashot.Stats
function Display:stats() end

--- Free the memory of idle slots now, and let the X server stop keeping pictures of windows for
--- `obscured`. The next grab does both for anything unused for 30 s.
---@return integer bytes freed
function Display:trim() end

--- Disconnect. Frames stay readable until they are released. Closing twice is allowed, and so is
--- closing during captures. Every other method raises an error afterwards.
function Display:close() end

--- The connection's descriptor, for an event loop: readable when the server has sent something. Call
--- `poll` then. The display owns the descriptor: do not close it.
---@return integer fd
function Display:fd() end

--- Process the data that the server has sent, without waiting. `grab` does this too.
---@return true|nil ok
---@return string? message
---@return string? code ELOST
function Display:poll() end

--- # Frames

--- One capture, or a part or a copy of one. A frame holds its slot; at most `slots` can be held.
--- Release a frame with `frame:release()`, or declare it `local frame <close>`. The garbage collector
--- finds a forgotten frame when its slot is needed.
---
--- The fields are read-only. Any field or method except `release` raises an error on a released frame.
---@class luashot.Frame
---@field width integer in pixels
---@field height integer
---@field stride integer bytes from one row to the next, in memory
---@field format luashot.PixelFormat in memory: "bgrx" for every capture
---@field x integer of the top-left pixel, on the root window
---@field y integer
---@field sequence integer counts the captures of its display, from 1; 0 for loaded pictures
---@field time integer when the request was sent, in ns of the monotonic clock
---@field wall integer the same in ns since the epoch; 0 when a loaded file does not record it
---@field source string "root", the monitor's output, the window's title, or the name of the file or the ring
---@field window integer|nil the window's id; nil when the picture is not of a window
---@field changed luashot.Region[]|nil with `damage`: the regions that changed since the last frame of the same place
local Frame = {}

--- Release the pixels. Releasing twice is allowed.
function Frame:release() end

--- Keep a frame of `display:frames` beyond its step. The caller then owns it and releases it.
---@return luashot.Frame frame the same
function Frame:keep() end

--- A part of the frame: the same pixels, nothing is copied. It is a frame of its own and holds the slot
--- even after the original frame is released.
---@param x integer in the frame
---@param y integer
---@param width integer 1 or more
---@param height integer 1 or more
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EGEOMETRY (leaves the frame)
function Frame:crop(x, y, width, height) end

--- The color of one pixel. Raises an error when it lies outside the frame.
---@param x integer 0 to width - 1
---@param y integer 0 to height - 1
---@return integer red 0 to 255
---@return integer green 0 to 255
---@return integer blue 0 to 255
function Frame:pixel(x, y) end

--- The pixels as a string, row by row from the top, without padding: width * height * bytes a pixel.
--- With a buffer the pixels are written into that, and the result is the number of bytes.
---@param format? luashot.PixelFormat|luashot.VideoFormat default "bgrx"
---@param buffer? luashot.Buffer large enough
---@return string|integer|nil bytes
---@return string? message
---@return string? code ENOMEM
function Frame:bytes(format, buffer) end

--- Copy the pixels into memory of their own, which holds no slot: for frames that you keep.
---@param format? luashot.PixelFormat default: the frame's own
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code ENOMEM
function Frame:copy(format) end

---@class luashot.EncodeOptions
---@field level? "fast"|"small" of png: fast to write, or a smaller file that takes longer; default "fast"
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
---@field format? luashot.FileFormat default: by the path's extension; png for "-" and files
---@field level? "fast"|"small" as for encode
---@field quality? integer as for encode
---@field lossless? boolean as for encode
---@field clobber? "replace"|"error"|"number" the action when the file exists; default "replace"
---@field mode? string the permissions of the file in octal digits, as for chmod: "644"; default: "600", less what the umask takes, for a new file, and those of the file that is replaced
---@field fsync? boolean wait until the disk has the picture and its name, so that they survive a power failure; default false

--- Write the picture to a file. A path is a template: strftime codes (`%Y-%m-%d_%H-%M-%S`, the time of
--- the capture, in local time) and the fields `{name}` (the frame's source), `{x}`, `{y}`, `{width}`,
--- `{height}`, `{sequence}` and `{ms}` (its milliseconds), `{sequence:4}` with leading zeros; `%%`, `{{`
--- and `}}` stand for one `%`, `{` and `}`. When the file exists already, `clobber` decides: replace it, fail with EEXIST, or put a
--- number before the extension (`shot_1.png`).
---
--- The picture gets its name when it is complete. `save` replaces a file in one step by one with the same mode,
--- owner and group. It follows links, including a link to a file that does not exist yet. It writes some
--- files in place, so that they are incomplete for a moment: a file with several names (hard links), access
--- control lists or attributes, one in a folder where you may not write, and one whose owner you cannot keep.
--- It writes to a pipe or device only with `clobber` "replace", and to /dev/stdout, /dev/fd/N and
--- /proc/self/fd/N through the open descriptor, as to "-". N is a descriptor that the program was started with, or
--- that the script has opened with `io.open`: one of luashot's own, such as the connection to the display server, is
--- EACCES. A slow reader of a pipe delays this job, but no other one.
---
--- In a folder where everybody may write (/tmp), `save` does not follow, open or replace a link, pipe or file
--- of another user: EACCES.
---@param target string|file* a path, "-" for standard output, or an open file
---@param options? luashot.SaveOptions
---@return string|file*|nil path the path of the file; "-" and files as they were given
---@return string? message
---@return string? code EEXIST, EFORMAT (an unknown extension, and no `format`), EINVAL, ENAMETOOLONG, ENOMEM, or the system's own: ENOENT, EACCES, ENOSPC, EFBIG and so on
function Frame:save(target, options) end

--- Save without waiting: worker threads encode and write, and hold the frame's slot until they are
--- done; you may release the frame itself at once. An error affects that picture only. The program
--- finishes pictures in progress before it ends (in stock Lua: unless by `os.exit` without `true`).
---
--- There are two threads, and at most 32 pictures wait; `save_async` refuses another one. `display:stats()`
--- has both numbers. When the program ends, luashot abandons a pipe whose reader takes nothing for a second.
---@param path string as for `save`, which must not be "-"
---@param options? luashot.SaveOptions
---@param done? fun(path?: string, message?: string, code?: string) called when the save has ended
---@return boolean|nil accepted
---@return string? message
---@return string? code EBUSY, EFORMAT, EINVAL, ENAMETOOLONG, ENOMEM
function Frame:save_async(path, options, done) end

---@class luashot.EncodeAsyncOptions
---@field level? "fast"|"small" as for `encode`
---@field quality? integer as for `encode`
---@field lossless? boolean as for `encode`
---@field width? integer scale it to this width, in the same proportion, on the thread; a narrower one stays as it is

--- Encode without waiting, by the threads of `save_async` and within its limits. `done` gets the bytes of the file.
---@param format luashot.FileFormat
---@param options? luashot.EncodeAsyncOptions
---@param done fun(bytes?: string, message?: string, code?: string) called when the picture is encoded
---@return boolean|nil accepted
---@return string? message
---@return string? code EBUSY, ENOMEM
function Frame:encode_async(format, options, done) end

--- # Pixels

--- Where frames differ.
---@class luashot.Difference
---@field changed integer pixels
---@field box? luashot.Region around all changed pixels, in the frame; nil when nothing has changed
---@field rects luashot.Region[] around each group of changes that lie near each other (up to 31 pixels between them)
---@field picture? luashot.Frame if requested: the changes red, the rest pale; the caller's, to release

---@class luashot.DiffOptions
---@field tolerance? integer a pixel counts as changed when a channel differs by more than this, 0 to 255; default 0
---@field ignore_antialiasing? boolean leave out pixels that only make an edge look smooth in one of the frames, in which renderers differ that draw the same; default false
---@field ignore? (luashot.Region|string)[] regions of the frame to leave out; "100x50-0-0" is its right and bottom corner
---@field picture? boolean make a picture of the difference; default false

--- Compare with a frame of the same size, whatever its format.
---@param other luashot.Frame
---@param options? luashot.DiffOptions
---@return luashot.Difference|nil difference
---@return string? message
---@return string? code EGEOMETRY (another size), ENOMEM
function Frame:diff(other, options) end

--- Whether both frames have the same size and the same colors.
---@param other luashot.Frame
---@return boolean|nil same
---@return string? message
---@return string? code ENOMEM
function Frame:same(other) end

--- A hash of the size and the colors: XXH3, 128 bits. Equal pictures have equal hashes.
---@return string|nil hash 32 hexadecimal digits
---@return string? message
---@return string? code ENOMEM
function Frame:hash() end

--- The perceptual hash pHash. It changes little when a picture is rescaled or recompressed. Compare two
--- hashes with `luashot.distance`. The hash sees coarse structure only. Pages of text and plain
--- surfaces have little of that, so different ones can be close to each other, and similar ones far
--- apart.
---@return string|nil hash 16 hexadecimal digits
---@return string? message
---@return string? code EGEOMETRY (its own side is beyond 1048576), ENOMEM
function Frame:phash() end

--- The number of bits in which two hashes of `frame:phash` differ: up to about 10 for the same picture
--- rescaled or recompressed, 32 on average for unrelated ones.
---@param a string
---@param b string
---@return integer bits 0 to 64
function luashot.distance(a, b) end

--- The mean color.
---@return number red 0 to 255
---@return number green
---@return number blue
function Frame:mean() end

---@class luashot.ShowOptions
---@field width? integer in columns, 1 to 1000; default: the picture's own width, at most the terminal's, or 80
---@field mode? "kitty"|"sixel"|"blocks" default: the best that the terminal supports

--- Draw the picture on standard output, which may be a terminal, or at the prompt that called this.
--- luashot asks a terminal once what it supports: kitty's graphics or sixels show the pixels
--- themselves. Otherwise a character stands for two pixels above each other, in 24-bit color; that
--- works in a pipe too.
---@param options? luashot.ShowOptions
---@return luashot.Frame|nil frame the same
---@return string? message
---@return string? code ENOTSUP (no libsixel), ENOMEM, EGEOMETRY
function Frame:show(options) end

---@class luashot.Histogram
---@field red integer[] the number of pixels with each value: the index goes from 0 to 255
---@field green integer[]
---@field blue integer[]

--- How often each value of each channel occurs.
---@return luashot.Histogram histogram
function Frame:histogram() end

---@alias luashot.Color
---| string    # "#30c040" or "#3c4"
---| integer[] # red, green and blue, 0 to 255

--- Pixels of one color that touch each other, at edges or corners.
---@class luashot.Area
---@field x integer its first pixel, in reading order
---@field y integer
---@field pixels integer their number
---@field box luashot.Region around them

---@class luashot.FindColorOptions
---@field tolerance? integer how much each channel may differ, 0 to 255; default 0
---@field region? luashot.Region search only here, in the frame; default: everywhere
---@field min_pixels? integer ignore smaller areas; default 1
---@field all? boolean return a list of all areas, which may be empty; default: the first, or nil

--- Find a color.
---@param color luashot.Color
---@param options? luashot.FindColorOptions
---@return luashot.Area|luashot.Area[]|nil area nil when there is none
---@return string? message
---@return string? code EGEOMETRY (the region leaves the frame), ENOMEM
function Frame:find_color(color, options) end

---@class luashot.WordsOptions
---@field language? string of the text, as tesseract calls it: "eng" (default), "deu", several as "deu+eng"
---@field area? luashot.Region read only here, in the frame
---@field min_confidence? number 0 to 100, default 60: leave out words that are less sure

---@class luashot.Word
---@field text string
---@field x integer of the box around its ink, in the frame
---@field y integer
---@field width integer
---@field height integer
---@field confidence number 0 to 100
---@field line integer from 1, top to bottom; words beside each other have the same
---@field block integer from 1; texts that stand apart in a row, as in columns, are in different blocks

--- Read the words: light or dark text, in any color, from a size of 9 pixels on; the boxes are exact. A
--- thread reads with libtesseract while other jobs go on; a word takes about 2 ms of processor time. Each
--- language needs its data (Debian's packages tesseract-ocr-eng, -deu, …).
---@param options? luashot.WordsOptions
---@return luashot.Word[]|nil words row by row, left to right
---@return string? message
---@return string? code ENOTSUP (the library or the language is not installed: the message names the package), EGEOMETRY, EFBIG (more than 7680x4320 pixels), EBUSY (32 pictures wait already), ENOMEM
function Frame:words(options) end

---@class luashot.Match
---@field x integer of its top-left pixel
---@field y integer
---@field width integer of the searched picture, at the scale at which it was found
---@field height integer
---@field score number 1 less the mean difference of the channels, 255 counting as 1
---@field scale? number the scale at which it was found; nil without the option
local Match = {}

---@class luashot.FindOptions
---@field tolerance? integer a channel that differs by no more counts as equal, 0 to 255; default 0
---@field min_score? number 0 to 1; default 1
---@field region? luashot.Region search only here, in the frame; default: everywhere
---@field mask? luashot.Frame|string as large as the picture: black pixels of the mask match anything; default: the pixels of the picture that are not opaque
---@field scale? number|number[] sizes to try: 1 is the picture's own; up to 100 numbers from 0.01 to 100; default 1
---@field all? boolean return a list of all matches, the best first, without matches that overlap a better one; default: the best, or nil

--- Find a picture: a frame, or a file's path or bytes, which `find` loads as `luashot.load` does: in a job
--- other jobs go on meanwhile. Of equally good places, `find` returns the first in reading order. An exact
--- search is fastest. Pixels of the picture's file that are wholly or partly transparent match anything
--- (unless no pixel is opaque). A picture that is larger than the searched region, at every scale, is
--- EGEOMETRY.
---
--- `scale = { 1, 1.25, 1.5, 2 }` tries each size, for desktops that enlarge windows. luashot makes a
--- picture smaller by averaging areas, larger by bilinear interpolation. Toolkits seldom do exactly the
--- same, so give `min_score` or `tolerance` too.
---@param picture luashot.Frame|string
---@param options? luashot.FindOptions
---@return luashot.Match|luashot.Match[]|nil match nil when there is none
---@return string? message
---@return string? code EGEOMETRY (the region leaves the frame, the picture is larger than it, the mask has another size or is all black), ENOMEM, and those of load
function Frame:find(picture, options) end

--- Click the middle of the match, on the screen that the frame was captured from; the display must have been
--- opened with `input = true`. A match of `frame:find_color` is clicked at its x and y.
---@param options? luashot.ClickOptions
---@return boolean|nil done true
---@return string? message
---@return string? code ENOINPUT, EGEOMETRY, EBUSY, ENOKEY, ETIMEDOUT, ELOST; see display:move
function Match:click(options) end

--- Move the pointer there.
---@return boolean|nil done true
---@return string? message
---@return string? code ENOINPUT, EGEOMETRY, EBUSY, ENOKEY, ETIMEDOUT, ELOST; see display:move
function Match:move() end

--- Click the match of `luashot.wait` in the frame that it returned, or the middle of any other frame. Waiting
--- and clicking are one line: `assert(luashot.wait{ display, when = "ok.png", timeout = "5s" }):click()`.
---@param options? luashot.ClickOptions
---@return boolean|nil done true
---@return string? message
---@return string? code ENOINPUT, EGEOMETRY, EBUSY, ENOKEY, ETIMEDOUT, ELOST; see display:move
function Frame:click(options) end

---@class luashot.ScaleOptions
---@field filter? "box"|"bilinear"|"nearest" average of the area that a pixel covers (the default), bilinear interpolation, or the nearest pixel

---@class luashot.CopyToOptions
---@field x? integer of the picture's top-left corner in the target; default 0
---@field y? integer
---@field width? integer the size that it is scaled to; default: the frame's own
---@field height? integer
---@field filter? "box"|"bilinear"|"nearest" as for scale

--- Copy the pixels into another picture: a `copy()`, or a view of a reservation, so that they go straight
--- into a ring. `copy_to` converts them to the target's format, and scales them if you give a size.
---@param target luashot.Frame a frame that you can draw on
---@param options? luashot.CopyToOptions
---@return luashot.Frame|nil target
---@return string? message
---@return string? code EGEOMETRY (the picture leaves the target), ENOMEM
function Frame:copy_to(target, options) end

--- Scale the picture to another size.
---@param width integer 1 or more
---@param height integer 1 or more
---@param options? luashot.ScaleOptions
---@return luashot.Frame|nil frame the caller's, to release
---@return string? message
---@return string? code EGEOMETRY (beyond 1048576 a side), ENOMEM
function Frame:scale(width, height, options) end

--- Scale the picture down so that no side is longer than `most`. It is never made larger.
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
--- Drawing works on copies (`frame:copy()`) and loaded pictures. You cannot draw on a captured frame: it is
--- the capture itself, which others may read. The methods ignore parts outside the frame. Each method returns
--- the frame, so calls can be chained.

--- Fill a region with a color.
---@param region luashot.Region
---@param color luashot.Color
---@return luashot.Frame frame the same
function Frame:fill(region, color) end

---@class luashot.RectangleOptions
---@field thickness? integer 1 to 1000 pixels, inwards; default 2

--- Draw the border of a region, inside the region.
---@param region luashot.Region
---@param color luashot.Color
---@param options? luashot.RectangleOptions
---@return luashot.Frame frame the same
function Frame:rectangle(region, color, options) end

--- Blur a region. Use `fill` for secrets: blurred text can often be recovered.
---@param region luashot.Region
---@param radius? integer 1 to 1000 pixels; default 16
---@return luashot.Frame|nil frame the same
---@return string? message
---@return string? code ENOMEM
function Frame:blur(region, radius) end

---@class luashot.TextOptions
---@field color? luashot.Color default black
---@field background? luashot.Color color of the rectangle behind the text; default: none
---@field scale? integer size factor, 1 to 100; default 1

--- Write text, in letters of 8 by 13 pixels: ASCII and Latin-1; a question mark stands for others.
--- Without a place, `frame:text(options)` reads instead: it returns the lines of `frame:words(options)`, a
--- list of strings, in which two spaces separate texts that stand apart.
---@param x integer|luashot.WordsOptions|nil of the top-left corner
---@param y integer
---@param text string UTF-8, of any number of lines
---@param options? luashot.TextOptions
---@return luashot.Frame|string[]|nil frame the same; or the lines
---@return string? message
---@return string? code ENOTSUP, EGEOMETRY, EFBIG, EBUSY, ENOMEM: those of words
function Frame:text(x, y, text, options) end

--- # Waiting

---@class luashot.WaitOptions
---@field [1] luashot.Display or by name, `display`
---@field [2]? luashot.What or by name, `what`; default: the root window
---@field display? luashot.Display
---@field what? luashot.What
---@field when? (fun(frame: luashot.Frame): any)|luashot.Frame|luashot.Color wait for this: a true result of the function, a picture, or a color
---@field timeout? luashot.Duration default: for ever
---@field interval? luashot.Duration minimum time between two looks; default 50 ms
---@field tolerance? integer as for find and find_color
---@field region? luashot.Region as for find and find_color: search only here, in the frame
---@field min_pixels? integer as for find_color
---@field min_score? number as for find
---@field mask? luashot.Frame|string as for find
---@field scale? number|number[] as for find
---@field text? string in place of `when`: wait for this text, as for find_text
---@field pattern? boolean as for find_text, as are the two below
---@field language? string
---@field min_confidence? number

--- Wait until something appears: `luashot.wait{display, "primary", when = "#30c040"}`. A string that
--- begins with "#" is a color, any other one a picture's path. With the DAMAGE extension luashot
--- captures only after something was drawn. A window need not exist yet, or may still be hidden:
--- `luashot.wait{display, {title = "^Save"}, when = function() return true end, timeout = "5s"}`.
--- `luashot.wait{display, text = "Log in"}` reads the whole place once, and then only the lines that change.
---@param options luashot.WaitOptions
---@return luashot.Frame|nil frame the frame that shows it; the caller's, to release
---@return any found the result of `when`, the match or the area, in the frame; or the message
---@return string? code ETIMEDOUT, and those of grab and find
function luashot.wait(options) end

--- # Watches

--- A watch of `display:watch`. Every method except `close` raises an error once it is closed.
---@class luashot.Watch
local Watch = {}

--- Wait until something was drawn in the region since `changed` was last called, or until the monitors
--- or the size of the screen have changed.
---@param timeout? luashot.Duration default: for ever
---@return boolean|nil is_due false after the timeout
---@return string? message
---@return string? code ELOST
function Watch:wait(timeout) end

--- Return the regions that were drawn since the last call.
---@return luashot.Region[]|nil regions on the root window; none when nothing was drawn
---@return string? message
---@return string? code ELOST, ETIMEDOUT
function Watch:changed() end

--- Stop watching. Closing twice is allowed.
function Watch:close() end

--- # Recorders

---@class luashot.RecorderSaveOptions
---@field after? luashot.Duration include the next frames for this time

--- The last seconds of the screen, in memory.
---@class luashot.Recorder
---@field job luashot.Job the one that captures
local Recorder = {}

--- Write the kept frames to a file, without encoding them again, and go on. In a job, the method waits until
--- the file is written; other jobs may save meanwhile, 16 in all.
---@param path string as `to` of `luashot.record`
---@param options? luashot.RecorderSaveOptions
---@return string|nil path the name of the file, with fields and strftime codes replaced
---@return string? message
---@return string? code EBUSY, ECLOSED, EINVAL (a container that cannot have the codec), those of `frame:save`
function Recorder:save(path, options) end

--- The recorder's counters.
---@return luashot.RecorderStats
function Recorder:stats() end

--- End the recorder. It drops the frames that it keeps, and completes the files that it is writing.
function Recorder:stop() end

return luashot
