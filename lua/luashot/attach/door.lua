--- The door of a running host: a Unix socket for conversations (luashot.host.repl) with attached clients, in
--- the messages of luashot.attach.message. The lines of clients run as ordinary jobs.

local connection = require "luashot.attach.connection"
local jobs = require "luashot.schedule.jobs"
local redirect = require "luashot.attach.redirect"
local uv = require "luv"

local MOST <const> = 32 -- clients attached at the same time
local BACKLOG <const> = 128 -- pending clients
local SPELL <const> = 1000 -- ms in which
local LINES <const> = 5 -- at most are written about refused and dropped clients
local BREATH <const> = 2 -- ms until the next client of several is accepted

---@class luashot.Door
---@field clients table<luashot.Connection, boolean>
---@field count integer of them
---@field let_in integer|nil the loop's time when a client was last accepted at once
---@field made integer number of clients so far
local Door = {}
Door.__index = Door

-- Limits the messages, so that a client that connects repeatedly cannot fill the host's log.
local function warn_sometimes(self, text)
  local now = uv.now()
  if not self.warned or now - self.warned >= SPELL then
    self.warned, self.lines = now, 0
  end
  self.lines = self.lines + 1
  if self.lines <= LINES then
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
    connection.refuse(pipe, ("%d clients are already attached"):format(MOST))
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
          warn_sometimes(self, ("process %d is no longer attached: %s"):format(pid, problem))
        end
      end,
    })
    self.clients[client] = true
  end
end

-- Accepts a client. While more are pending, libuv would call this again at once, and jobs would get no turn.
-- So the next client waits for a moment, during which libuv does not poll the socket.
local function on_knock(self)
  local now = uv.now()
  if self.let_in ~= now then
    self.let_in = now
    accept(self)
  else
    self.breath:start(BREATH, 0, function()
      accept(self)
    end)
  end
end

-- Whether the current line, which gives no turn to others, must end.
local function is_unwanted()
  local job = jobs.current()
  local conversation = job and job.conversation
  local client = conversation and conversation.client
  return client ~= nil and not client.is_closed and client:has_had_enough()
end

---@class luashot.Door.options
---@field hello string the name of this host
---@field warn fun(text: string)
---@field is_ending fun(): boolean whether the host has been told to end
---@field is_over fun(): boolean whether running lines have no more time to finish
---@field stay boolean whether the socket alone keeps the loop running, as every attached client does

--- Opens the door. From now on the output of attached lines goes to their clients (luashot.attach.redirect).
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
    breath = uv.new_timer(),
    clients = {},
    count = 0,
    made = 0,
  }, Door)
  assert(self.server:open(fd))
  assert(self.server:listen(BACKLOG, function(problem)
    if not problem then
      on_knock(self)
    end
  end))
  if not options.stay then
    self.server:unref()
  end
  redirect(native.divert)
  native.on_stuck(is_unwanted)
  return self
end

--- Removes the socket, and closes all connections.
---@param why string
function Door:close(why)
  self.place:remove()
  for client in pairs(self.clients) do
    client:close(why)
  end
  if not self.server:is_closing() then
    self.server:close()
    self.breath:close()
  end
end

return { open = open }
