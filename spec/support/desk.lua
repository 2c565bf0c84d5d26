--- A desktop to act on: an X server with a window manager, and programs that take text.
local files = require "spec.support.files"
local process = require "spec.support.process"
local uv = require "luv"
local xserver = require "spec.support.xserver"

local desk = {}

---@class spec.desk
---@field server spec.xserver
---@field folder string
local Desk = {}
Desk.__index = Desk

---@return spec.desk
function desk.start()
  local self = setmetatable({ server = xserver.start { width = 900, height = 500 }, folder = files.folder() }, Desk)
  self.env = self.server:env()
  self.env.LC_ALL = "C.UTF-8"
  self.env.GTK_IM_MODULE = "gtk-im-context-simple"
  self.env.GDK_BACKEND = "x11"
  self.env.QT_IM_MODULE = "compose"
  self.env.QT_QPA_PLATFORM = "xcb"
  self.env.NO_AT_BRIDGE = "1"
  -- It forgets windows that come after it has told that it is there, and before it runs this command.
  local ready = self.folder .. "/ready"
  self.manager = process.spawn({ "openbox", "--startup", "touch " .. ready }, { env = self.env })
  assert(process.wait_until(function() return uv.fs_stat(ready) end, 20), "openbox does not start")
  return self
end

function Desk:stop()
  self.manager:stop()
  self.server:stop()
  files.remove(self.folder)
end

--- Use a layout: "de", "us -variant intl".
function Desk:layout(name)
  local argv = { "setxkbmap", "-layout" }
  for word in name:gmatch "%S+" do
    argv[#argv + 1] = word
  end
  self.server:run(argv)
end

--- What the map of the keyboard is.
function Desk:map()
  return self.server:run { "xkbcomp", "-w0", self.server.display, "-" }
end

--- The codes of keys that are down, the mask of buttons, and the pointer's place.
---@return string codes, integer buttons, string place
function Desk:held(...)
  local line = process.run({ "python3", "spec/support/held.py", ... }, { env = self.env, timeout = 30 }).out
  local codes, buttons, place = line:match "^(.-) | (%d+) | (.-)\n"
  return codes, math.tointeger(buttons), place
end

-- Waits until a window of that title has the focus.
function Desk.wait_for(_, display, title)
  assert(process.wait_until(function()
    for _, window in ipairs(assert(display:windows())) do
      if window.title == title and window.active then
        return true
      end
    end
  end, 30), "no window '" .. title .. "' has the focus")
end

local TK <const> = [[
  wm title . typed; entry .e -width 60; pack .e; focus -force .e
  fconfigure stdout -encoding utf-8
  bind .e <FocusIn> {puts ready; flush stdout; bind .e <FocusIn> {}}
  bind .e <Return> {puts -nonewline [.e get]; exit}
]]

--- What takes text and has it at the end: its argument list, and what types the end.
local PROGRAMS <const> = {
  xterm = function(folder)
    return { "xterm", "-u8", "-T", "typed", "-e", "stty -echo -ixon; exec cat >" .. folder .. "/typed" }, "ctrl+d"
  end,
  gtk = function()
    return { "/usr/bin/python3", "spec/support/entry.py" }, "Return" -- Debian's, which has gi
  end,
  qt = function()
    return { "/usr/bin/python3", "spec/support/entry_qt.py" }, "Return"
  end,
  tk = function(folder)
    files.write(folder .. "/entry.tcl", TK)
    return { "wish", folder .. "/entry.tcl" }, "Return"
  end,
}

--- Have something typed into a program.
---@param name "xterm"|"gtk"|"qt"|"tk"
---@param display luashot.Display
---@param act fun(program: spec.process) types
---@param press? fun(key: string) presses the key that ends it; the display, when absent
---@return string text what the program had at its end
function Desk:type_into(name, display, act, press)
  local argv, last = PROGRAMS[name](self.folder)
  local program = process.spawn(argv, { env = self.env })
  local ok, problem = pcall(function()
    self:wait_for(display, "typed")
    if name == "xterm" then
      assert(process.wait_until(function() return uv.fs_stat(self.folder .. "/typed") end, 20))
    else
      assert(program:read_line(20) == "ready", "the entry has no focus")
    end
    act(program)
  end)
  if ok then
    press = press or function(key) assert(display:key(key)) end
    press(last)
    local code = program:wait(60)
    problem = code ~= 0 and ("%s ended with %s: %s"):format(name, tostring(code), program.err)
  end
  program:stop()
  assert(not problem, problem)
  if name ~= "xterm" then
    return (program.out:gsub("^ready\n", ""))
  end
  local text = files.read(self.folder .. "/typed")
  os.remove(self.folder .. "/typed")
  return text
end

return desk
