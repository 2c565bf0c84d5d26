--- systemd's manager of a user's services, in a place of its own: it sees no other manager, and none sees it.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local PROGRAM <const> = "/lib/systemd/systemd"

-- Where control groups are: by version 1, by both, by version 2.
local HIERARCHIES <const> = { "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup" }

-- In a control group of its own, on a machine that looks as if systemd had booted it: a manager checks that.
local START <const> = [[
  mkdir "$1" && echo $$ >"$1/cgroup.procs" &&
  mount -t tmpfs none /run && mkdir -p /run/systemd/system && exec "$2" --user
]]

---@class spec.user_manager
---@field home string the home of the services
---@field runtime string where their sockets are
local Manager = {}
Manager.__index = Manager

local user_manager = {}

local function hierarchy()
  for _, path in ipairs(HIERARCHIES) do
    if uv.fs_stat(path .. "/cgroup.procs") then
      return uv.fs_access(path, "W") and path
    end
  end
end

--- Whether there can be one, in a container, say; else the reason against it.
---@return string?
function user_manager.refusal()
  return uv.getuid() ~= 0 and "only root can give a manager control groups"
    or not hierarchy() and "there are no control groups that can be written"
    or nil
end

---@return spec.user_manager? nil and its last words, when it does not come up
function user_manager.start()
  need(uv.fs_stat(PROGRAM), "systemd is not installed")
  local folder = files.folder()
  local self = setmetatable({ folder = folder, home = folder .. "/home", runtime = folder .. "/run" }, Manager)
  self.group = ("%s/luashot-spec-%d"):format(hierarchy(), uv.os_getpid())
  for _, path in ipairs { self.home, self.runtime } do
    assert(uv.fs_mkdir(path, tonumber("700", 8)))
  end
  self.environment = { HOME = self.home, XDG_RUNTIME_DIR = self.runtime, XDG_CONFIG_HOME = false,
    DBUS_SESSION_BUS_ADDRESS = false, DISPLAY = false, SYSTEMD_LOG_TARGET = "console" }
  self.process = process.spawn({ "unshare", "--mount", "--propagation", "private", "sh", "-c", START, "sh", self.group,
    PROGRAM }, { env = self.environment })
  local is_up = process.wait_until(function()
    -- systemctl's is-system-running would look for the machine's own.
    local state = self:control("show", "--property", "SystemState").out
    return state == "SystemState=running\n" or self.process.is_over() and "over"
  end)
  if is_up ~= true then
    local words = self.process.err
    self:stop()
    return nil, words
  end
  return self
end

--- `systemctl --user` with these arguments, as a result of process.run.
function Manager:control(...)
  return process.run({ "systemctl", "--user", ... }, { env = self.environment })
end

--- A property of a unit.
function Manager:show(unit, property)
  return (self:control("show", "--property", property, "--value", unit).out:gsub("\n$", ""))
end

function Manager:stop()
  self.process:kill "sigterm" -- it ends its services
  if not self.process:wait() then
    self.process:kill "sigkill"
  end
  process.run { "find", self.group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";" }
  files.remove(self.folder)
end

return user_manager
