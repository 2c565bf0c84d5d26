--- Commands to a host: messages on its topics and those of its groups, each of which the script has allowed by name.
--- A command is a JSON object, or nothing. It runs as a job; its answer goes to the topic that the command names.

local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"
local json = require "luashot.json"
local topics = require "luashot.fleet.topics"
local traceback = require "luashot.schedule.traceback"

local LARGEST <const> = 1 << 20 -- bytes of a command
local AT_ONCE <const> = 8 -- commands of one host

---@class luashot.fleet.Commands
---@field count integer of commands that were obeyed
---@field refused integer of those that were not
local Commands = { __name = "luashot.fleet.Commands" }
Commands.__index = Commands

---@class luashot.fleet.Request
---@field command string
---@field scope "host"|"group"
---@field argument table
---@field reply_to string|nil
---@field correlation string|nil

-- The object of a command's payload.
local function decode(payload)
  if payload == "" then
    return {}
  elseif #payload > LARGEST then
    return nil, ("a command of %d bytes is too long: the limit is %d"):format(#payload, LARGEST), "EFBIG"
  end
  local ok, value, message, code = pcall(json.decode, payload)
  if not ok then
    return nil, tostring(value), "EFORMAT"
  elseif value == nil then
    return nil, message, code
  elseif type(value) ~= "table" or value == json.null or #value > 0 then
    return nil, "a command is a JSON object: {…}", "EFORMAT"
  end
  return value
end

-- The command that a topic names.
local function command_of(self, topic)
  for _, place in ipairs(self.places) do
    if topic:sub(1, #place.prefix) == place.prefix then
      local name = topic:sub(#place.prefix + 1)
      return topics.is_name(name) and name or nil, place.scope
    end
  end
end

local function read(self, message)
  local name, scope = command_of(self, message.topic)
  if not name then
    return nil
  end
  local argument, why, code = decode(message.payload)
  local fields = argument or {}
  local reply_to = message.response_topic or fields.response_topic
  local correlation = message.correlation or fields.correlation
  fields.response_topic, fields.correlation = nil, nil
  return {
    command = name, scope = scope, argument = argument,
    reply_to = topics.is_reply(self.root, reply_to) and reply_to or nil,
    correlation = type(correlation) == "string" and #correlation <= 1024 and correlation or nil,
  }, why, code
end

local function answer(self, request, ok, result, code)
  if not request.reply_to then
    return
  end
  local body = { host = self.host, command = request.command, ok = ok, code = code }
  body[ok and "result" or "error"] = result
  local encoded, text = pcall(json.encode, body)
  if not encoded then
    text = json.encode { host = self.host, command = request.command, ok = true }
  end
  self.reply(request, text)
end

local function refuse(self, request, message, code)
  self.refused = self.refused + 1
  answer(self, request, false, message, code)
end

local function obey(self, request, handler)
  local ok, result, message, code = traceback.call(handler, request.argument, request)
  self.running = self.running - 1
  if not ok then
    failure.add(result)
    refuse(self, request, "the command failed: " .. result:match "^[^\n]*", "EIO")
  elseif result == nil and message then
    refuse(self, request, message, code)
  else
    self.count = self.count + 1
    if result ~= self.ANSWERED then
      answer(self, request, true, result)
    end
  end
end

--- Handlers return it after an answer of their own.
Commands.ANSWERED = {}

--- Takes a message from the broker. Returns whether it was a command.
---@param message table
---@return boolean
function Commands:take(message)
  local request, why, code = read(self, message)
  if not request then
    return false
  end
  local handler = self.handlers[request.command]
  if message.retained and request.command ~= "settings" then
    -- A retained command was for the hosts of that time; a host that comes later must not run it at each start.
    self.refused = self.refused + 1
  elseif not handler then
    refuse(self, request, ("this host has no command '%s'"):format(request.command), "EACCES")
  elseif not request.argument then
    refuse(self, request, why, code)
  elseif self.running >= AT_ONCE then
    refuse(self, request, ("%d commands are already at work"):format(self.running), "EBUSY")
  else
    self.running = self.running + 1
    jobs.create(function()
      obey(self, request, handler)
    end, { name = "command " .. request.command })
  end
  return true
end

--- The filters to subscribe to.
---@return string[]
function Commands:filters()
  local list = {}
  for i, place in ipairs(self.places) do
    list[i] = place.prefix .. "+"
  end
  return list
end

--- The names of the commands that are allowed, sorted.
---@return string[]
function Commands:names()
  local names = {}
  for name in pairs(self.handlers) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

--- Allows a command.
---@param name string
---@param handler fun(argument: table, request: luashot.fleet.Request): any
function Commands:allow(name, handler)
  self.handlers[name] = handler
end

--- Makes the commands of a host. `reply(request, text)` sends an answer.
---@param options { root: string, host: string, groups: string[], reply: fun(request: table, text: string) }
---@return luashot.fleet.Commands
return function(options)
  local places = { { prefix = topics.of_host(options.root, options.host, "command", ""), scope = "host" } }
  for _, group in ipairs(options.groups) do
    places[#places + 1] = { prefix = ("%s/groups/%s/command/"):format(options.root, group), scope = "group" }
  end
  return setmetatable({
    root = options.root, host = options.host, reply = options.reply, places = places, handlers = {}, count = 0,
    refused = 0, running = 0,
  }, Commands)
end
