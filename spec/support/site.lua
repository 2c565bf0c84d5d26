--- A site of a fleet, for one case: a broker, programs around it, and a folder. All end with the case.
local brokers = require "spec.support.broker"
local core = require "luashot.core"
local files = require "spec.support.files"
local process = require "spec.support.process"

local program = assert(os.getenv "LUASHOT_BUILD", "LUASHOT_BUILD is not set") .. "/luashot"
local scripts = assert(os.getenv "LUASHOT_SOURCE", "LUASHOT_SOURCE is not set") .. "/scripts/"

local site = {}

--- The command line of one of the ready-made scripts.
---@param name "wall"|"collect"
---@return string[]
function site.command(name, ...)
  return { program, scripts .. name .. ".lua", ... }
end

---@class spec.Site
---@field folder string
---@field broker spec.Broker|nil
local Site = {}
Site.__index = Site

--- A site without a broker.
---@return spec.Site
function site.new()
  return setmetatable({ folder = files.folder(), programs = {} }, Site)
end

--- Starts a broker in place of the one before.
---@param kind "mosquitto"|"nats"
---@param options? table as brokers take it
function Site:start(kind, options)
  self:stop()
  self.broker = brokers[kind](options)
  return self.broker
end

--- Ends all programs, and the broker.
function Site:stop()
  for _, one in ipairs(self.programs) do
    one:kill "sigkill"
  end
  for _, one in ipairs(self.programs) do
    one:wait(5)
  end
  self.programs = {}
  if self.broker then
    self.broker:finish()
    self.broker = nil
  end
end

--- Ends the site.
function Site:finish()
  self:stop()
  files.remove(self.folder)
end

--- The broker's name, as luashot takes it.
function Site:url()
  return ("mqtt://%s:%d"):format(self.broker.address, self.broker.port)
end

--- Starts a program.
---@return spec.process
function Site:spawn(argv, options)
  local one = process.spawn(argv, options)
  table.insert(self.programs, one)
  return one
end

--- Starts luashot with these arguments, below another program if `before` names one with its arguments.
---@return spec.process
function Site:luashot(argv, options, before)
  local all = { table.unpack(before or {}) }
  table.insert(all, program)
  table.move(argv, 1, #argv, #all + 1, all)
  return self:spawn(all, options)
end

--- Starts one of the ready-made scripts, with this broker.
---@param name "wall"|"collect"
---@return spec.process
function Site:script(name, ...)
  return self:spawn(site.command(name, "--broker", self:url(), ...))
end

--- Starts a host whose script has `fleet`.
---@param options table of luashot.fleet
---@param script string
---@param environment? table
---@return spec.process
function Site:host(options, script, environment)
  local fields = {}
  for name, value in pairs(options) do
    local list = type(value) == "table" and ('{ "%s" }'):format(table.concat(value, '", "'))
    fields[#fields + 1] = ("%s = %s"):format(name, list or ("%q"):format(value))
  end
  return self:luashot({ "-e", ([[
    io.stdout:setvbuf "line"
    fleet = assert(luashot.fleet { broker = %q, %s })
    %s]]):format(self:url(), table.concat(fields, ", "), script) }, { env = environment })
end

--- Publishes a message by mosquitto_pub.
---@param topic string
---@param payload string
function Site:tell(topic, payload, ...)
  local sent = process.run { "mosquitto_pub", "-h", self.broker.address, "-p", tostring(self.broker.port), "-q", "1",
    "-t", topic, "-m", payload, ... }
  assert(sent.code == 0, sent.err)
end

--- Publishes many retained messages by one connection.
---@param messages { [1]: string, [2]: string }[] topic and payload
function Site:publish(messages)
  local connection <close> = assert(core.mqtt_open { host = "127.0.0.1", port = self.broker.port, id = "many" })
  local at, done = 0, 0
  process.wait_until(function()
    connection:run()
    local kind = connection:take()
    while kind do
      if kind == "open" then
        at = 1
      elseif kind == "done" then
        done = done + 1
      end
      kind = connection:take()
    end
    while at > 0 and at <= #messages and at - done < 200 do
      assert(connection:send(messages[at][1], messages[at][2], { retained = true }))
      at = at + 1
    end
    return done == #messages
  end, 60)
  assert(done == #messages, done)
end

--- Starts mosquitto_sub, which prints topic, whether it was retained, and payload. Waits until it listens.
---@param filter string
---@param more? string[]
---@return spec.process
function Site:listen(filter, more)
  self:tell("spec/ready", "yes", "-r")
  local ears = self:spawn { "mosquitto_sub", "-h", self.broker.address, "-p", tostring(self.broker.port), "-q", "1",
    "-t", filter, "-t", "spec/ready", "-F", "%t %r %p", table.unpack(more or {}) }
  ears:see "spec/ready 1 yes\n"
  return ears
end

return site
