--- The door of a running host: a Unix socket at which it holds conversations (luashot.repl) with those
--- who attach, in the messages of luashot.message. What they run are jobs like any other.

local connection = require "luashot.connection"
local machine = require "luashot.job"
local redirect = require "luashot.redirect"
local uv = require "luv"

local MOST <const> = 32 -- attached at once
local BACKLOG <const> = 128 -- who knock at once
local PAUSE <const> = 1000 -- ms between two lines about refusals

---@class luashot.Door
---@field clients table<luashot.Connection, boolean>
---@field count integer of them
---@field made integer how many there ever were
local Door = {}
Door.__index = Door

-- A host's log must not be at the mercy of somebody who knocks all day.
local function warn_sometimes(self, text)
  local now = uv.now()
  if not self.warned or now - self.warned >= PAUSE then
    self.warned = now
    self.warn(text)
  end
end

local function accept(self)
  local pipe = uv.new_pipe(false)
  if not self.server:accept(pipe) then
    pipe:close()
    return
  end
  local pid, why = self.native.check_peer(pipe:fileno())
  if not pid then
    connection.refuse(pipe, why)
    warn_sometimes(self, "refused: " .. why)
  elseif self.count >= MOST then
    connection.refuse(pipe, ("%d are attached already"):format(MOST))
  else
    self.made, self.count = self.made + 1, self.count + 1
    local client
    client = connection.new(pipe, {
      hello = self.hello,
      peek = self.native.peek,
      name = "attached " .. self.made,
      is_ending = self.is_ending,
      is_over = self.is_over,
      on_end = function(problem)
        self.clients[client] = nil
        self.count = self.count - 1
        if problem then
          self.warn(("process %d is no longer attached: %s"):format(pid, problem))
        end
      end,
    })
    self.clients[client] = true
  end
end

-- Whether the line that runs now, and lets nobody else have a turn, is to end.
local function is_unwanted()
  local job = machine.current()
  local conversation = job and job.conversation
  local client = conversation and conversation.client
  return client ~= nil and not client.is_closed and client:has_had_enough()
end

---@class luashot.Door.options
---@field hello string who this host is
---@field warn fun(text: string)
---@field is_ending fun(): boolean whether the host has been told to end
---@field is_over fun(): boolean and no longer lets anything that is being run come to its end
---@field stay boolean whether the socket alone keeps the loop running; who is attached always does

--- Opens the door. From now on what is printed for whoever is attached goes there (luashot.redirect).
---@param native table src/host/door.h's functions
---@param path string
---@param options luashot.Door.options
---@return luashot.Door|nil
---@return string|nil message
---@return string|nil code
local function open(native, path, options)
  local place, fd, code = native.listen(path)
  if not place then
    return nil, fd, code
  end
  local self = setmetatable({
    native = native,
    place = place,
    hello = options.hello,
    warn = options.warn,
    is_ending = options.is_ending,
    is_over = options.is_over,
    server = uv.new_pipe(false),
    clients = {},
    count = 0,
    made = 0,
  }, Door)
  assert(self.server:open(fd))
  assert(self.server:listen(BACKLOG, function(problem)
    if not problem then
      accept(self)
    end
  end))
  if not options.stay then
    self.server:unref()
  end
  redirect(native.divert)
  native.on_stuck(is_unwanted)
  return self
end

--- Takes the socket away, and hangs up on everybody.
---@param why string
function Door:close(why)
  self.place:remove()
  for client in pairs(self.clients) do
    client:close(why)
  end
  if not self.server:is_closing() then
    self.server:close()
  end
end

return { open = open }
