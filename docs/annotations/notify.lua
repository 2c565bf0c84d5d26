---@meta luashot.notify
-- luacheck: no unused args

--- # Under a service manager

--- `require "luashot.notify"`, in the host: reports to systemd when it started the host with
--- `Type=notify`; see [the door](door.md#as-a-service). Without such a manager the functions do
--- nothing.
---@class luashot.notify
local notify = {}

--- Report that the host is ready. The host reports it when the script has run to its end; this function is
--- for scripts that never end. A second call does nothing.
function notify.ready() end

--- Report the host's state, for `systemctl status`.
---@param text string one line
function notify.status(text) end

return notify
