--- A client that is attached to this host. The host takes one incoming message in a turn of the loop, and
--- outgoing messages wait in a queue of bounded length, so a client does not slow the jobs down.

local jobs = require "luashot.schedule.jobs"
local message = require "luashot.attach.message"
local outbox = require "luashot.attach.send_queue"
local repl = require "luashot.host.repl"
local terminal = require "luashot.show.terminal"
local uv = require "luv"

local connection = {}

local BREATH <const> = 10 -- ms between messages that were sent without waiting for answers
local CANDIDATES <const> = 1000

---@class luashot.Connection
---@field pipe userdata
---@field reader luashot.MessageReader
---@field outbox luashot.SendQueue
---@field conversation luashot.Conversation
---@field busy boolean whether a line is being run
---@field held string[]|nil a message that waits until some of the outbox was read
---@field is_closed boolean
local Connection = {}
Connection.__index = Connection

local function is_mine(self, job)
  return job ~= nil and job.conversation == self.conversation
end

-- Whether a text must wait for room: that of the running line, and a picture. Other jobs may print here, and
-- must not be delayed.
local function waits(self, job, kind)
  return is_mine(self, job) or kind == "result" and job.origin == self.conversation
end

-- Answers a line, perhaps long after it came. A line that the end of the host has cut short gets no answer.
local function finish(self)
  local is_cut = self.conversation.is_cut
  if self.busy and not self.is_over() and not (is_cut and self.is_ending()) then
    if is_cut and not self.is_interrupted then
      self.outbox:send("error", "stopped\n")
    end
    self.busy = false
    self.outbox:send "done"
  end
end

local handle = {}

function handle.line(self, text)
  self.busy = true
  if self.conversation:line(text) then
    self.busy = false
    self.outbox:send "more"
  elseif not self.conversation.job then
    finish(self)
  end
end

function handle.run(self, text)
  self.busy = true
  if self.conversation:line(text) then
    self.conversation:finish()
  end
  if not self.conversation.job then
    finish(self)
  end
end

function handle.complete(self, text)
  local candidates, from = self.conversation:complete(text)
  local answer = { tostring(from), table.unpack(candidates, 1, math.min(#candidates, CANDIDATES)) }
  self.outbox:send("completion", table.concat(answer, "\n"))
end

function handle.interrupt(self)
  if self.busy then
    self.outbox:send("error", "interrupted\n")
  end
  self.is_interrupted = true
  self.conversation:interrupt()
  self.is_interrupted = false
end

function handle.terminal(self, text)
  self.conversation.terminal = terminal.parse(text)
  if not self.conversation.terminal then
    self:close("that is not a terminal", "it sent a malformed message")
  end
end

-- Takes one message, or reads more.
local function step(self)
  if self.is_closed then
    return
  end
  local kind, text
  if self.held then
    kind, text = table.unpack(self.held)
    self.held = nil
  else
    kind, text = self.reader:next()
  end
  if not kind then
    if text then
      self:close(text, text)
    else
      self.pipe:read_start(self.on_read)
    end
  elseif not handle[kind] then
    self:close(("'%s' is not a kind of message"):format(kind), "it sent a malformed message")
  elseif self.outbox.is_full and kind ~= "interrupt" then
    self.held = { kind, text }
  elseif self.busy and (kind == "line" or kind == "run") then
    self:close("the previous line is still running", "it sent a line while another was running")
  else
    handle[kind](self, text)
    if not self.is_closed then
      self.turn:start(self.reader:is_empty() and 0 or BREATH, 0, self.on_turn)
    end
  end
end

--- Prints at the client. Output of jobs that a line has started comes here as well. After the client has
--- left, it goes to the host's output; a running line ends.
---@param text string
function Connection:write(text)
  if not self.is_closed then
    self.outbox:send("output", text)
  end
  if self.is_closed then
    if is_mine(self, jobs.current()) then
      error("the client is no longer attached", 0)
    end
    io.stdout:write(text)
  end
end

--- Whether the client wants the line to end, or has gone. For a line that gives no turn to others, so that
--- messages are not read.
---@return boolean
function Connection:has_had_enough()
  local came = self.peek(self.pipe:fileno())
  return came == "" or self.reader:holds("interrupt", came or "")
end

---@class luashot.Connection.options
---@field hello string
---@field peek fun(fd: integer): string|nil see src/host/door.h
---@field name string of its jobs
---@field is_ending fun(): boolean whether the host has been told to end
---@field is_over fun(): boolean whether running lines have no more time to finish
---@field on_end fun(problem: string|nil) called once, when it is no longer attached; `problem`: the
---  client's mistake, if any

--- Begins to serve a connection, and takes it over.
---@param pipe userdata
---@param options luashot.Connection.options
---@return luashot.Connection
function connection.new(pipe, options)
  local self = setmetatable({
    pipe = pipe,
    peek = options.peek,
    on_end = options.on_end,
    is_ending = options.is_ending,
    is_over = options.is_over,
    reader = message.reader(),
    turn = uv.new_timer(),
    busy = false,
    is_closed = false,
  }, Connection)
  self.outbox = outbox(pipe, {
    waits = function(job, kind)
      return waits(self, job, kind)
    end,
    on_room = function()
      if self.held then
        step(self)
      end
    end,
    on_hopeless = function(problem)
      self:close(nil, problem)
    end,
  })
  function self.on_turn()
    step(self)
  end
  function self.on_read(_, bytes)
    if self.is_closed then
      return
    elseif not bytes then
      self:close()
      return
    end
    pipe:read_stop()
    self.reader:push(bytes)
    step(self)
  end
  local environment = repl.environment(function(text)
    self:write(text)
  end)
  self.conversation = repl.new(environment, function(text, is_error)
    if not is_error or not self.is_over() then
      self.outbox:send(is_error and "error" or "result", text)
    end
  end, {
    name = options.name,
    done = function()
      finish(self)
    end,
  })
  self.conversation.client = self
  self.outbox:send("hello", message.VERSION .. "\n" .. options.hello)
  step(self)
  return self
end

--- Closes the connection, and ends the running line. Closing twice is allowed.
---@param why? string told to the other end, if it reads
---@param problem? string for on_end
function Connection:close(why, problem)
  if self.is_closed then
    return
  end
  if why then
    self.pipe:write(message.pack("bye", why))
  end
  self.is_closed = true
  self.turn:close()
  self.outbox:close()
  self.conversation:interrupt()
  self.on_end(problem)
end

--- Closes the connection of a client that was refused.
---@param pipe userdata
---@param why string
function connection.refuse(pipe, why)
  pipe:write(message.pack("bye", why))
  pipe:close()
end

return connection
