---@meta luashot.notify
-- luacheck: no unused args

--- # Under a service manager

--- `require "luashot.notify"`, in the host: what systemd is told when it has started the host with
--- `Type=notify`; see [the door](door.md#as-a-service). Where there is no such manager, nothing happens.
---@class luashot.notify
local notify = {}

--- Says that the host is ready, which it says by itself when the script has run to its end: for scripts
--- that have none. A second time says nothing.
function notify.ready() end

--- Says what the host is doing, for `systemctl status`.
---@param text string one line
function notify.status(text) end

return notify
