--- A real compositor for specs: sway without a screen, which shows a picture of the spec's on each of its
--- outputs. It refuses to run as root, so it is another user's then.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local compositor = {}

local NOBODY <const> = 65534

---@class spec.compositor
---@field folder string
---@field display string for luashot.open
local Compositor = {}
Compositor.__index = Compositor

local function is_installed(program)
  return process.run({ "sh", "-c", "command -v " .. program }).code == 0
end

--- The command lines of compositors, which begin a client.
local PROGRAMS <const> = {
  sway = function(folder) return { "sway", "-c", folder .. "/config" } end,
  cage = function(_, client) return { "cage", "--", table.unpack(client) } end,
  labwc = function(folder, client) return { "labwc", "-C", folder, "-s", table.concat(client, " ") } end,
}

--- Start it.
---@param options { outputs?: integer, picture?: string, config?: string, instead_of?: spec.compositor,
--- program?: string, client?: string[] } picture: a file; config: further lines; instead_of: one that has ended,
--- whose name it gets; program: another one than sway, which begins that client and has no configuration
---@return spec.compositor
function compositor.start(options)
  local name = options.program or "sway"
  for _, program in ipairs { name, "swaybg", "grim", "setpriv" } do
    need(is_installed(program), program .. " is not installed")
  end
  local self = setmetatable({ folder = options.instead_of and options.instead_of.folder or files.folder() }, Compositor)
  for _, old in ipairs(options.instead_of and files.names(self.folder) or {}) do
    os.remove(self.folder .. "/" .. old)
  end
  local lines = { "default_border none", "seat * hide_cursor 0" }
  if options.picture then
    process.run { "cp", options.picture, self.folder .. "/picture.png" }
    lines[#lines + 1] = "output * background " .. self.folder .. "/picture.png tile"
  end
  lines[#lines + 1] = options.config
  files.write(self.folder .. "/config", table.concat(lines, "\n") .. "\n")
  assert(uv.fs_chmod(self.folder, tonumber("700", 8)))
  local argv = PROGRAMS[name](self.folder, options.client)
  if uv.getuid() == 0 then
    process.run { "chown", "-R", tostring(NOBODY), self.folder }
    argv = { "setpriv", "--reuid", tostring(NOBODY), "--regid", tostring(NOBODY), "--clear-groups",
      "--pdeathsig", "KILL", table.unpack(argv) }
  end
  self.server = process.spawn(argv, { env = {
    HOME = self.folder, XDG_RUNTIME_DIR = self.folder, WLR_BACKENDS = "headless", WLR_LIBINPUT_NO_DEVICES = "1",
    WLR_RENDERER = "pixman", WLR_HEADLESS_OUTPUTS = tostring(options.outputs or 1),
    WAYLAND_DISPLAY = false, DISPLAY = false, SWAYSOCK = false,
  } })
  local found = process.wait_until(function()
    for _, file in ipairs(files.names(self.folder)) do
      self.display = file:match "^wayland%-%d+$" and "wayland:" .. self.folder .. "/" .. file or self.display
      self.socket = file:match "^sway%-ipc" and self.folder .. "/" .. file or self.socket
    end
    return self.display and (name ~= "sway" or self.socket and self:try "-t get_outputs")
  end, 30)
  assert(found, name .. " did not start: " .. self.server.err)
  return self
end

function Compositor:try(words)
  local result = process.run({ "sh", "-c", "swaymsg -s '" .. self.socket .. "' " .. words })
  return result.code == 0 and result.out or nil
end

--- Have it obey: "output HEADLESS-1 transform 90".
---@param words string
function Compositor:obey(words)
  assert(self:try("-q -- '" .. words .. "'"), words)
end

--- Enable an output again, and have it draw. sway 1.10 draws nothing on it ("Page-flip failed on output") until
--- it is configured once more.
---@param output string
function Compositor:enable(output)
  self:obey(("output %s enable"):format(output))
  uv.sleep(300)
  self:obey(("output %s scale 1"):format(output))
end

--- What grim, an independent program, sees.
---@param output? string the name of one; default: all of them
---@param cursor? boolean with the pointer
---@return luashot.Frame
function Compositor:witness(output, cursor)
  local path = files.folder() .. "/witness.ppm"
  local argv = { "grim", "-t", "ppm", path }
  if output then
    table.insert(argv, 2, "-o")
    table.insert(argv, 3, output)
  end
  if cursor then
    table.insert(argv, 2, "-c")
  end
  local result = process.run(argv, { env = {
    XDG_RUNTIME_DIR = self.folder, WAYLAND_DISPLAY = self.display:match "[^/]*$",
  } })
  assert(result.code == 0, result.err)
  local frame = assert(require("luashot").load(path))
  files.remove(path:match "^(.*)/")
  return frame
end

--- The environment of its clients.
---@return table<string, string|false>
function Compositor:env()
  return { XDG_RUNTIME_DIR = self.folder, WAYLAND_DISPLAY = self.display:match "[^/]*$", DISPLAY = false }
end

function Compositor:stop()
  self.server:stop()
  files.remove(self.folder)
end

return compositor
