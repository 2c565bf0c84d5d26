-- Run a spec against a compositor instead of an X server:  lua5.4 on_wayland.lua BUSTED spec/lua/frames_spec.lua
-- Cases that differ there are left out, with their reasons below; docs/wayland.md says what that means for users.
local process = require "spec.support.process"

-- What differs for users, in the words of docs/wayland.md.
local AHEAD <const> = "A picture is of the output's next frame after `frame.time`"
local UNASKED <const> = "Drawing is reported with the output's frames, unasked"
local BOX <const> = "By `wl-screencopy` the drawing of one frame is one rectangle around all of it"
local POINTER <const> = "Wayland tells no client where the pointer is"
local MONITORS <const> = "Outputs are the only monitors"
local PLACES <const> = "Wayland tells no client where a window is"
local CUT <const> = "A compositor ends the connection (`ELOST`) of a client whose ring was truncated"
-- What only the specs notice.
local PAINTED <const> = "it draws with requests of X, which no window of Wayland can"
local X11_ALONE <const> = "it is about what X servers alone have: System V memory, extensions, depths"
local AT_ONCE <const> = "a compositor that is stopped and killed in one go is gone a moment later"

local differences = {
  ["spec/capture/request_spec.lua"] = {
    ["grows while the request waits"] = PAINTED,
    ["shrinks while the request waits"] = PAINTED,
    ["changes with nothing to do with the region"] = PAINTED,
    ["when another client has grabbed the server"] = POINTER,
    ["while it waits"] = AT_ONCE,
  },
  ["spec/lua/frames_spec.lua"] = {
    ["shows what is drawn meanwhile"] = AHEAD,
    ["keeps to a grid that does not drift"] = AHEAD,
    ["unless it is kept"] = AHEAD,
  },
  ["spec/lua/display_spec.lua"] = {
    ["leaves no System V segment behind"] = X11_ALONE,
  },
  ["spec/lua/watch_spec.lua"] = {
    ["sees windows come, move and go"] = PLACES,
    ["looks at what of a rectangle can be on a screen"] = UNASKED,
    ["serves two that ask at the same time"] = UNASKED,
    ["wakes when what is watched may have moved"] = MONITORS,
    ["wakes a wait that is going on"] = PAINTED,
    ["loses nothing when the server answers too late"] = UNASKED,
  },
  ["spec/luashot/events/on_change_spec.lua"] = {
    ["does not call for what is drawn elsewhere"] = BOX,
    ["below the threshold where pictures are compared"] = X11_ALONE,
    ["follows a monitor that moves"] = MONITORS,
    ["misses nothing while its function is busy"] = MONITORS,
    ["does not call for nothing, whatever the threshold"] = MONITORS,
    ["compares pictures where the server has no DAMAGE"] = X11_ALONE,
    ["compares with the picture from when it began"] = X11_ALONE,
    ["makes no system call while nothing changes there"] = UNASKED,
    ["follows a window, which may be away for a while"] = PLACES,
    ["compares pictures where no event tells"] = PLACES,
  },
  ["spec/capture/mask_spec.lua"] = {
    ["is black at depth"] = X11_ALONE,
  },
  ["spec/capture/pool_spec.lua"] = {
    ["because the server has no descriptor left"] = "not even root may limit the descriptors of another user here",
  },
  ["spec/capture/update_spec.lua"] = {
    ["is the whole picture at depth 16"] = X11_ALONE,
    ["never shows half of a request"] = PAINTED,
    ["of a window is the whole picture"] = PAINTED,
    ["of a window reads what has changed"] = PAINTED,
  },
  ["spec/output/publisher_spec.lua"] = {
    ["finds a slot for a copy, when frames were forgotten"] = X11_ALONE,
    ["converts at depth"] = X11_ALONE,
    ["does not commit pixels that a truncation has lost"] = CUT,
  },
  ["spec/luashot/misuse_spec.lua"] = {},
  ["spec/lua/save_spec.lua"] = {},
  ["spec/lua/frame_spec.lua"] = {},
}

if not arg or not (arg[0] or ""):match "on_wayland%.lua$" then
  return differences
end

local files = require "spec.support.files"
local documented = files.read(assert(os.getenv "LUASHOT_SOURCE") .. "/docs/wayland.md"):gsub("%s+", " ")
for _, words in ipairs { AHEAD, UNASKED, BOX, POINTER, MONITORS, PLACES, CUT } do
  assert(documented:find(words, 1, true), "docs/wayland.md does not say: " .. words)
end

local busted, spec = arg[1], arg[2]
local argv = { arg[-1], busted, "--ignore-lua", "--run=quick", spec }
for name in pairs(assert(differences[spec], spec .. " is none of those that run on Wayland")) do
  argv[#argv + 1] = "--filter-out=" .. name:gsub("%p", "%%%0")
end
local result = process.run(argv, { env = { LUASHOT_SPEC_SERVER = "wayland" }, timeout = math.huge })
io.stdout:write(result.out)
io.stderr:write(result.err)
os.exit(result.signal == 0 and result.code or 128 + result.signal)
