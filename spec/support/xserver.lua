--- Real X servers for specs: Xvfb with a display number of its own choice, ended with the spec.
local uv = require "luv"
local process = require "spec.support.process"
local proc = require "spec.support.proc"

local xserver = {}

---@class spec.xserver
---@field display string ":N", for open{ display = … } and DISPLAY
---@field tcp_display string "127.0.0.1:N", when started with tcp
---@field pid integer
---@field width integer
---@field height integer
---@field depth integer
---@field xauthority string|nil the cookie's file, when started with auth
local Server = {}
Server.__index = Server

local function temporary_file()
  local fd, path = assert(uv.fs_mkstemp((os.getenv("TMPDIR") or "/tmp") .. "/luashot-spec-XXXXXX"))
  uv.fs_close(fd)
  return path
end

local function random_cookie()
  return (uv.random(16):gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

--- Put a cookie for a display into an authority file.
---@param path string
---@param display string
---@param cookie? string 32 hexadecimal digits; a random one when absent
function xserver.write_cookie(path, display, cookie)
  local added = process.run({ "xauth", "-f", path, "add", display, ".", cookie or random_cookie() })
  assert(added.code == 0, added.err)
end

local given = 0

-- Servers that choose for themselves take the lowest number that is free.
local function far_away()
  local number
  repeat
    given = given + 1
    number = 10000 + uv.os_getpid() * 10 % 40000 + given
  until not uv.fs_stat(("/tmp/.X11-unix/X%d"):format(number)) -- another process may have come as far
  return (":%d"):format(number)
end

---@class spec.xserver.options
---@field width? integer 640
---@field height? integer 480
---@field depth? integer 8, 16, 24 or 30; 24
---@field tcp? boolean listen on TCP too
---@field auth? boolean ask clients for a cookie
---@field display? string the name of one that is gone, to come in its place
---@field replaceable? boolean take a name that no other server takes when this one is gone
---@field args? string[] more arguments of Xvfb: { "-extension", "MIT-SHM" }

--- Start a server and wait until it serves. Raises when it does not.
---@param options? spec.xserver.options
---@return spec.xserver
function xserver.start(options)
  options = options or {}
  local self = setmetatable({
    width = options.width or 640,
    height = options.height or 480,
    depth = options.depth or 24,
  }, Server)
  local argv = {
    "Xvfb", "-displayfd", "1", "-noreset",
    "-screen", "0", ("%dx%dx%d"):format(self.width, self.height, self.depth),
    table.unpack(options.tcp and { "-listen", "tcp" } or { "-nolisten", "tcp" }),
  }
  local cookie = options.auth and random_cookie()
  if cookie then
    -- The server takes any entry of its file, whatever display that names.
    self.xauthority = temporary_file()
    xserver.write_cookie(self.xauthority, ":0", cookie)
    table.move({ "-auth", self.xauthority }, 1, 2, #argv + 1, argv)
  end
  table.move(options.args or {}, 1, #(options.args or {}), #argv + 1, argv)
  local name = options.display or options.replaceable and far_away()
  if name then
    table.insert(argv, 2, name)
  end
  self.process = process.spawn(argv)
  self.pid = self.process.pid
  local number = self.process:read_line(30)
  if not number then
    self.process:stop()
    error("Xvfb does not start: " .. self.process.err, 2)
  end
  self.display = ":" .. number
  self.tcp_display = options.tcp and "127.0.0.1:" .. number or nil
  if cookie then
    xserver.write_cookie(self.xauthority, self.display, cookie)
  end
  return self
end

--- End it and wait until it is gone. Twice is allowed.
function Server:stop()
  self.process:stop()
  if self.xauthority then
    os.remove(self.xauthority)
  end
end

--- End it as a crash would.
function Server:kill()
  self.process:kill("sigkill")
  self.process:wait(10)
end

--- Stop it from serving, without closing anything; resume() lets it go on.
function Server:suspend()
  self.process:kill("sigstop")
end

function Server:resume()
  self.process:kill("sigcont")
end

--- Its own memory in KiB, and the shared memory that it has mapped and touched.
---@return integer private, integer shared
function Server:memory()
  return proc.rss_private(self.pid), proc.rss_shared(self.pid)
end

function Server:fd_count()
  return proc.fd_count(self.pid)
end

--- The environment a child needs to be a client of this server.
---@return table<string, string|false>
function Server:env()
  return { DISPLAY = self.display, XAUTHORITY = self.xauthority or false }
end

--- Run a program as a client of this server; raises when it fails.
---@param argv string[]
---@return string output
function Server:run(argv)
  local result = process.run(argv, { env = self:env(), timeout = 30 })
  if result.code ~= 0 then
    error(("%s failed: %s%s"):format(table.concat(argv, " "), result.out, result.err), 2)
  end
  return result.out
end

--- Make the screen as large as that; at most the size that the server was started with.
---@param width integer
---@param height integer
function Server:resize(width, height)
  local mode = ("luashot-%dx%d"):format(width, height)
  if not self:run({ "xrandr" }):find(mode, 1, true) then
    local w, h = tostring(width), tostring(height)
    self:run({ "xrandr", "--newmode", mode, "0", w, w, w, w, h, h, h, h })
    self:run({ "xrandr", "--addmode", "screen", mode })
  end
  self:run({ "xrandr", "--output", "screen", "--mode", mode })
end

--- Add or change a monitor.
---@param name string
---@param geometry string "320x240+0+0"
---@param options? { output?: string, primary?: boolean, mm_width?: integer, mm_height?: integer }
---  output: "screen" for the one that Xvfb has (a monitor alone can have it), else none
function Server:set_monitor(name, geometry, options)
  options = options or {}
  local physical, replaced = geometry:gsub("^(%d+)x(%d+)(%+%d+%+%d+)$",
    ("%%1/%dx%%2/%d%%3"):format(options.mm_width or 100, options.mm_height or 100))
  assert(replaced == 1, "a geometry like 320x240+0+0 is needed, not " .. geometry)
  local label = (options.primary and "*" or "") .. name
  self:run({ "xrandr", "--setmonitor", label, physical, options.output or "none" })
end

function Server:delete_monitor(name)
  self:run({ "xrandr", "--delmonitor", name })
end

return xserver
