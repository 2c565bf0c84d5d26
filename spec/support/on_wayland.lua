-- Run a spec against a compositor instead of an X server:  lua5.4 on_wayland.lua BUSTED spec/lua/frames_spec.lua
-- Cases that differ there are left out, with their reasons below; docs/wayland.md says what that means for users.
local process = require "spec.support.process"

local X11_PATHS <const> = "it goes by the paths of X11; source_spec has those of Wayland"
local PAINTED <const> = "it draws with an X client's requests, which a wallpaper cannot show"
local AHEAD <const> = "a capture ends with the output's next frame, so one more is in flight, or newer"
local POINTER <const> = "Wayland tells no client where the pointer is"
local FOURTH <const> = "it looks at the fourth byte of bgrx, which is the server's own"
local DEPTH <const> = "a compositor has no depth of its own"

local differences = {
  ["spec/capture/request_spec.lua"] = {
    ["grows while the request waits"] = PAINTED,
    ["shrinks while the request waits"] = PAINTED,
    ["changes with nothing to do with the region"] = PAINTED,
    ["when another client has grabbed the server"] = POINTER,
    ["while it waits"] = "a compositor that is stopped and killed in one go is gone a moment later",
    ["by every path"] = X11_PATHS,
  },
  ["spec/lua/frames_spec.lua"] = {
    ["shows what is drawn meanwhile"] = AHEAD,
    ["keeps to a grid that does not drift"] = "a capture is sent up to a frame of the output before its deadline",
    ["unless it is kept"] = AHEAD,
    ["are the same with path"] = X11_PATHS,
  },
  ["spec/lua/display_spec.lua"] = {
    ["describes itself"] = X11_PATHS,
    ["closed by a finalizer during"] = X11_PATHS,
    ["in a state that ends with live frames is no trouble"] = X11_PATHS,
    ["leaves no System V segment behind"] = X11_PATHS,
  },
  ["spec/capture/mask_spec.lua"] = {
    ["is black in every frame"] = X11_PATHS,
    ["is black at depth"] = DEPTH,
    ["hides the pointer, too"] = POINTER,
    ["hides also that something changes there"] = "a new wallpaper draws all of the output",
  },
  ["spec/output/publisher_spec.lua"] = {
    ["brings every frame to"] = FOURTH,
    ["mixes with frames of other sizes"] = FOURTH,
    ["does not give a reservation back that the server may still write"] = FOURTH,
    ["writes beyond what the server can reach by a copy"] = FOURTH,
    ["works by shm-sysv"] = X11_PATHS,
    ["works by getimage"] = X11_PATHS,
    ["finds a slot for a copy, when frames were forgotten"] = X11_PATHS,
    ["converts at depth"] = DEPTH,
    ["draws the cursor in the ring"] = POINTER,
    ["streams on, and counts, while there is no room"] = POINTER,
    ["does not commit pixels that a truncation has lost"] =
      "the compositor ends the connection of a client whose memory was cut",
  },
  ["spec/luashot/misuse_spec.lua"] = {},
  ["spec/lua/save_spec.lua"] = {},
  ["spec/lua/frame_spec.lua"] = {},
}

if not arg or not (arg[0] or ""):match "on_wayland%.lua$" then
  return differences
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
