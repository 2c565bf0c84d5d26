--- Reports to the service manager that started the host, as sd_notify(3) describes: ready, alive, stopping.
--- Without such a manager the functions do nothing.

local notify = {}

local send = function() end

--- Begins. Children of the host do not see the manager's variables.
---@param native table src/host/door.h's functions
---@param warn fun(text: string)
function notify.start(native, warn)
  local address = os.getenv "NOTIFY_SOCKET"
  if not address or address == "" then
    return
  end
  function send(text)
    local ok, why = native.notify(address, text)
    if not ok then
      warn(why)
    end
  end
  local uv = require "luashot.luv"
  local microseconds = tonumber(os.getenv "WATCHDOG_USEC")
  local watched = tonumber(os.getenv "WATCHDOG_PID" or uv.os_getpid())
  for _, name in ipairs { "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID" } do
    uv.os_unsetenv(name)
  end
  if microseconds and microseconds > 0 and watched == uv.os_getpid() then
    local timer = uv.new_timer()
    local half = math.max(microseconds // 2000, 1) -- ms
    timer:start(0, half, function()
      send "WATCHDOG=1"
    end)
    timer:unref()
  end
end

local is_ready, is_stopping = false, false

--- Reports that the host is ready. A second call does nothing.
function notify.ready()
  if not is_ready then
    is_ready = true
    send "READY=1"
  end
end

--- Reports the host's state, one line for people.
---@param text string
function notify.status(text)
  send("STATUS=" .. text:gsub("%c", " "))
end

--- Reports that the host ends. A second call does nothing.
function notify.stopping()
  if is_ready and not is_stopping then
    is_stopping = true
    send "STOPPING=1"
  end
end

return notify
