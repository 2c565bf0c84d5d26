--- Tasks that scripts leave to other programs of the desktop: a person draws a rectangle; a picture goes into the
--- clipboard.

local luashot = require "luashot"
local uv = require "luashot.luv"

local desk = {}

-- Tells whether the desktop is a Wayland compositor's, for a display's name as open takes it.
local function is_wayland(name)
  return name and name:find "^wayland" ~= nil or not name and os.getenv "WAYLAND_DISPLAY" ~= nil
end

-- Runs a program. Returns its outcome; nil and a message if it is not installed.
local function run(argv, package)
  local outcome, message, code = luashot.run_program(argv)
  if code == "ENOENT" then
    return nil, ("the program %s is needed (Debian's package %s)"):format(argv[1], package)
  end
  return outcome, message
end

-- Converts slurp's answer, which is in a compositor's units (the place on an output, the size, the output), to a
-- region in pixels.
local function in_pixels(text, display)
  local x, y, width, height, output = text:match "^(%-?%d+) (%-?%d+) (%d+) (%d+) (.-)%s*$"
  for _, monitor in ipairs(output and display:monitors() or {}) do
    if monitor.output == output then
      local function pixels(units)
        return math.floor(units * monitor.scale + 0.5)
      end
      return ("%dx%d+%d+%d"):format(pixels(width), pixels(height), monitor.x + pixels(x), monitor.y + pixels(y))
    end
  end
end

--- Lets a person draw a rectangle with the pointer, or click a window; Esc gives up.
---@param display luashot.Display
---@param name? string of the display
---@return string|nil region "640x480+10+20"
---@return string? message nil when the person gave up
function desk.select(display, name)
  local outcome, message
  if is_wayland(name) then
    outcome, message = run({ "slurp", "-f", "%X %Y %w %h %o" }, "slurp")
  elseif name then
    outcome, message = run({ "slop", "--noopengl", "--xdisplay=" .. name, "--format=%wx%h+%x+%y" }, "slop")
  else
    outcome, message = run({ "slop", "--noopengl", "--format=%wx%h+%x+%y" }, "slop")
  end
  if not outcome then
    return nil, message
  end
  local region = outcome.status == 0
    and (outcome.out:match "^%s*(%d+x%d+[+-]%d+[+-]%d+)" or in_pixels(outcome.out, display))
  if region then
    return region
  end
  local why = outcome.err:gsub("%s+$", "")
  return nil, not why:find "[Cc]ancel" and why ~= "" and why or nil
end

-- Starts a program that reads `bytes` and keeps them in the background; returns true once it has read them.
local function hand_over(argv, bytes)
  return luashot.await(function(done)
    local pipe = uv.new_pipe(false)
    local handle, message, code
    handle, message, code = uv.spawn(argv[1], { args = { table.unpack(argv, 2) }, stdio = { pipe, nil, nil } },
      function(status)
        handle:close()
        done(status == 0 or nil, ("%s ended with status %d"):format(argv[1], status))
      end)
    if not handle then
      pipe:close()
      done(nil, code == "ENOENT" and ("the program %s is needed"):format(argv[1]) or message)
      return
    end
    pipe:write(bytes)
    pipe:shutdown(function()
      pipe:close()
    end)
  end, { timeout = "10s" })
end

--- Offers a picture in the clipboard, as image/png, until a person copies something else. A program keeps it
--- in the background: xclip, or wl-copy.
---@param bytes string a PNG
---@param name? string the display
---@return boolean|nil done
---@return string? message
function desk.copy(bytes, name)
  if is_wayland(name) then
    return hand_over({ "wl-copy", "--type", "image/png" }, bytes)
  end
  local argv = { "xclip", "-selection", "clipboard", "-t", "image/png", "-in" }
  if name then
    table.move({ "-display", name }, 1, 2, #argv + 1, argv)
  end
  return hand_over(argv, bytes)
end

return desk
