--- Runs the ready-made scripts as a user does: by name, in an empty folder, on a screen that shows
--- the painter's gradient.
local files = require "spec.support.files"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local build = assert(os.getenv("LUASHOT_BUILD"))

---@class spec.scripts
---@field folder string where the scripts run
---@field server spec.xserver
local Rig = {}
Rig.__index = Rig

local scripts = {}

--- Two monitors side by side: "left", primary, 200x120+0+0, and "right", 120x120+200+0.
---@return spec.scripts
function scripts.start()
  local self = setmetatable({ width = 320, height = 120 }, Rig)
  self.server = xserver.start({ width = self.width, height = self.height })
  self.server:set_monitor("left", "200x120+0+0", { output = "screen", primary = true })
  self.server:set_monitor("right", "120x120+200+0")
  local paint = painter.start(self.server)
  paint("gradient")
  paint("pointer 250 60")
  paint:stop()
  self.folder = files.folder()
  return self
end

function Rig:stop()
  self.server:stop()
  files.remove(self.folder)
end

--- The argument list that runs a script.
function Rig.argv(_, ...)
  return { build .. "/luashot", ... }
end

--- Start a script.
---@return spec.process
function Rig:spawn(...)
  return process.spawn(self:argv(...), { cwd = self.folder, env = self.server:env() })
end

--- Run a script to its end.
---@return spec.process
function Rig:run(...)
  return process.run(self:argv(...), { cwd = self.folder, env = self.server:env() })
end

--- The names in the folder, sorted; with `clear` the files go.
---@param clear? boolean
---@return string[]
function Rig:files(clear)
  local names = files.names(self.folder)
  for _, name in ipairs(clear and names or {}) do
    os.remove(self.folder .. "/" .. name)
  end
  return names
end

--- Raise unless the picture is that part of the gradient, to the pixel.
function Rig:check(name, x, y, width, height)
  local decoded = process.run({
    "ffmpeg", "-loglevel", "error", "-i", self.folder .. "/" .. name,
    "-pix_fmt", "rgb24", "-f", "rawvideo", "-",
  })
  assert(decoded.code == 0, decoded.err)
  assert(decoded.out == painter.gradient_bytes(x, y, width, height),
    ("%s is not the screen's %dx%d+%d+%d"):format(name, width, height, x, y))
end

return scripts
