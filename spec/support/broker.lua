--- Brokers of MQTT for specs, on 127.0.0.1: mosquitto, and nats-server with JetStream. They keep their port and
--- their folder, so that a killed one can be started again.
local files = require "spec.support.files"
local free_port = require "spec.support.port"
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local broker = {}

local PROGRAMS <const> = { mosquitto = "/usr/sbin/mosquitto", ["nats-server"] = "/usr/sbin/nats-server" }

---@class spec.Broker
---@field address string
---@field port integer
---@field folder string
---@field process spec.process
local Broker = {}
Broker.__index = Broker

-- Tells by connecting whether a process listens.
local function is_listening(self)
  local answer
  local socket = uv.new_tcp()
  socket:connect(self.address, self.port, function(why) answer = why or "open" end)
  process.wait_until(function() return answer end, 2)
  socket:close()
  return answer == "open"
end

--- Start it, or start it again.
function Broker:start()
  self.process = process.spawn(self.argv)
  local is_up = process.wait_until(function()
    assert(self.process:is_running(), self.process.err .. self.process.out)
    return is_listening(self)
  end, 20)
  assert(is_up, "the broker does not listen")
end

--- End it as a crash does.
function Broker:kill()
  self.process:kill "sigkill"
  self.process:wait(10)
end

--- End it so that it can write down what it has acknowledged.
function Broker:stop()
  self.process:kill "sigterm"
  self.process:wait(10)
end

--- End it, and remove its folder.
function Broker:finish()
  self:kill()
  files.remove(self.folder)
end

local function find(name)
  local path = PROGRAMS[name]
  if uv.fs_access(path, "x") then
    return path
  end
  local found = process.run({ "sh", "-c", 'command -v "$0"', name }).out:match "%S+"
  return need(found, name .. " is not installed")
end

local function new(options)
  return setmetatable({ folder = files.folder(), port = free_port(), address = options.address or "127.0.0.1" },
    Broker)
end

--- A mosquitto that keeps what it has acknowledged only in memory, as it does by default.
---@param options? { config?: string, address?: string, tls?: { ca: string, certificate: string, key: string } }
---@return spec.Broker
function broker.mosquitto(options)
  options = options or {}
  local program = find "mosquitto"
  local self = new(options)
  local lines = { ("listener %d %s"):format(self.port, self.address), "max_queued_messages 0" }
  if not (options.config or ""):find "allow_anonymous" then
    lines[#lines + 1] = "allow_anonymous true"
  end
  if not (options.config or ""):find "max_packet_size" then
    lines[#lines + 1] = "max_packet_size 8388608" -- of 2.1 it is 2000000
  end
  local tls = options.tls
  if tls then
    lines[#lines + 1] = ("cafile %s\ncertfile %s\nkeyfile %s"):format(tls.ca, tls.certificate, tls.key)
  end
  lines[#lines + 1] = options.config or ""
  if uv.getuid() == 0 then
    lines[#lines + 1] = "user root" -- else it changes to a user that may not read the folder
  end
  files.write(self.folder .. "/mosquitto.conf", table.concat(lines, "\n") .. "\n")
  self.argv = { program, "-c", self.folder .. "/mosquitto.conf" }
  self:start()
  return self
end

--- A nats-server whose JetStream is on the disk, with a listener of MQTT 3.1.1.
---@param options? { address?: string, mqtt?: string } more settings of the listener
---@return spec.Broker
function broker.nats(options)
  options = options or {}
  local program = find "nats-server"
  local self = new(options)
  files.write(self.folder .. "/nats.conf", ([[
    server_name: spec
    listen: "127.0.0.1:%d"
    max_payload: 8MB
    jetstream { store_dir: "%s/store" }
    mqtt { listen: "%s:%d", %s }
  ]]):format(free_port(), self.folder, self.address, self.port, options.mqtt or ""))
  self.argv = { program, "-c", self.folder .. "/nats.conf" }
  self:start()
  return self
end

return broker
