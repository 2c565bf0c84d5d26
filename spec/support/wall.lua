--- A wall of a site, and what it is shown.
local http = require "spec.support.http"
local luashot = require "luashot"
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local wall = {}

---@class spec.Wall
---@field process spec.process
---@field address string
local Wall = {}
Wall.__index = Wall

--- A wall that a program shows, once it has the broker.
---@param program spec.process
---@return spec.Wall
function wall.of(program)
  local self = setmetatable({ process = program }, Wall)
  local line = assert(program:read_line(20), program.err)
  self.address = line:match "^http://(.-)/$" or line
  local has_broker = process.wait_until(function()
    return luashot.json.decode(http.read(self.address, "/broker.json")).connected
  end, 20)
  assert(has_broker, program.err)
  return self
end

--- Starts one, with more options, and waits until the broker has it.
---@param site spec.Site
---@return spec.Wall
function wall.start(site, ...)
  return wall.of(site:script("wall", "127.0.0.1:0", ...))
end

--- The hosts that it shows.
---@return table<string, table> by_name
---@return integer count
function Wall:hosts()
  local by_name, count = {}, 0
  for _, host in ipairs(luashot.json.decode(http.read(self.address, "/hosts.json"))) do
    by_name[host.name], count = host, count + 1
  end
  return by_name, count
end

local function a_picture()
  local server <close> = setmetatable({ it = xserver.start { width = 64, height = 48 } }, {
    __close = function(self) self.it:stop() end,
  })
  local display <close> = assert(luashot.open { display = server.it.display })
  local frame <close> = assert(display:grab())
  return assert(frame:encode "jpeg")
end

--- Publishes what `count` hosts leave with the broker: names, states, and stills of 64 pixels.
function wall.publish_hosts(site, count)
  local picture, messages = a_picture(), {}
  for i = 1, count do
    local topic = ("luashot/hosts/host-%04d/"):format(i)
    messages[#messages + 1] = { topic .. "presence", i % 10 == 0 and "offline" or "online" }
    messages[#messages + 1] = { topic .. "state", luashot.json.encode {
      groups = { "group-" .. i % 3 }, commands = { "picture" }, time = 1, stats = { waiting = 0, failures = i % 2 },
    } }
    messages[#messages + 1] = { topic .. "still/screen", picture }
  end
  site:publish(messages)
end

return wall
