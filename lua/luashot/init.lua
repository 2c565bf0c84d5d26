--- The module "luashot": the C functions of luashot.core, and the parts that are written in Lua.

local luashot = require "luashot.core"

local function load_schedule()
  local schedule = require "luashot.schedule"
  if not package.preload["luashot.core"] then -- the host does this itself, once there is a loop
    luashot.set_waiter(require "luashot.readable")
  end
  return schedule
end

-- Each is loaded when it is first asked for: a script that only captures does not wait for the rest.
local lazy = { schedule = load_schedule }

function lazy.help()
  return require "luashot.help"
end

function lazy.wait()
  return require "luashot.wait"
end

function lazy.record()
  return require "luashot.record"
end

function lazy.rotate()
  return require "luashot.rotate"
end

for _, name in ipairs { "every", "after", "at", "cron", "sleep", "run" } do
  lazy[name] = function()
    return luashot.schedule[name]
  end
end

-- The methods of a display that are written in Lua.
local methods = { on_change = "luashot.change", on_monitors = "luashot.monitors", stream = "luashot.stream" }
for name, module in pairs(methods) do
  luashot.display[name] = function(...)
    return require(module)(...)
  end
end

function luashot.frame.show(...)
  return require "luashot.show"(...)
end

function luashot.display.on_lost(...)
  return require("luashot.lost").on_lost(...)
end

return setmetatable(luashot, {
  lazy = lazy, -- for the spec that compares the names with the annotations
  __index = function(_, name)
    local load = lazy[name]
    luashot[name] = load and load()
    return rawget(luashot, name)
  end,
})
