--- The module "luashot": the C functions of luashot.core, and the parts written in Lua.

local luashot = require "luashot.core"

local function load_schedule()
  local schedule = require "luashot.schedule"
  if not package.preload["luashot.core"] then -- the host does this itself when there is a loop
    luashot.set_waiter((require "luashot.events.fd_wait"))
  end
  return schedule
end

-- Each is loaded on first use, so that a script that only captures does not wait for the rest.
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

function lazy.recorder()
  return require "luashot.recorder"
end

function lazy.rotate()
  return require "luashot.rotate"
end

function lazy.await()
  return require "luashot.schedule.await"
end

function lazy.run_program()
  return require "luashot.run_program"
end

function lazy.page()
  return require "luashot.page"
end

function lazy.fleet()
  return require "luashot.fleet"
end

function lazy.json()
  return require "luashot.json"
end

for _, name in ipairs { "every", "after", "at", "cron", "sleep", "run" } do
  lazy[name] = function()
    return luashot.schedule[name]
  end
end

-- Checks the self of methods written in Lua: a dot in place of a colon is a common mistake.
local function check_self(self, name, handle)
  if type(self) ~= "userdata" then
    error(("calling '%s' on bad self (%s expected, got %s)"):format(name, handle, type(self)), 3)
  end
end

local methods = {
  on_change = "luashot.events.on_change",
  on_monitors = "luashot.events.on_monitors",
  stream = "luashot.stream",
}
for name, module in pairs(methods) do
  luashot.display[name] = function(self, ...)
    check_self(self, name, "luashot.display")
    return require(module)(self, ...)
  end
end

for _, name in ipairs { "move", "click", "drag", "scroll", "key", "type" } do
  luashot.display[name] = function(self, ...)
    check_self(self, name, "luashot.display")
    return require("luashot.act")[name](self, ...)
  end
end

function luashot.frame.click(self, ...)
  check_self(self, "click", "luashot.frame")
  return require("luashot.act").click_frame(self, ...)
end

for _, name in ipairs { "move", "click" } do
  luashot.match[name] = function(self, ...)
    require "luashot.act" -- which takes this one's place
    return self[name](self, ...)
  end
end

function luashot.frame.show(self, ...)
  check_self(self, "show", "luashot.frame")
  return require "luashot.show"(self, ...)
end

function luashot.display.find_text(self, ...)
  check_self(self, "find_text", "luashot.display")
  return require("luashot.words").find_text(self, ...)
end

-- With a place, the method draws a text; without one it reads the text in the frame.
local draw_text = luashot.frame.text
function luashot.frame.text(self, ...)
  local first = ...
  if select("#", ...) <= 1 and (first == nil or type(first) == "table") then
    check_self(self, "text", "luashot.frame")
    return require("luashot.words").text(self, first)
  end
  return draw_text(self, ...)
end

function luashot.display.on_lost(self, ...)
  check_self(self, "on_lost", "luashot.display")
  return require("luashot.events.on_lost").on_lost(self, ...)
end

return setmetatable(luashot, {
  lazy = lazy, -- for the spec that compares the names with the annotations
  __index = function(_, name)
    local load = lazy[name]
    luashot[name] = load and load()
    return rawget(luashot, name)
  end,
})
