--- One who is attached to this host: what comes is taken one message a turn of the loop, and what goes
--- may wait in a queue of bounded length, so that neither costs the jobs anything.

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

-- The line that is being run waits until there is room, and so does who shows a picture. Nobody else
-- does: another job may print here, and is not to be held up.
local function waits(self, job, kind)
  return is_mine(self, job) or kind == "result" and job.origin == self.conversation
end

-- The answer to a line, which may be a long time coming. A line that the end of the host has cut
-- short has none.
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
    self:close("that is no terminal", "it sent nonsense")
  end
end

-- Takes one message, or reads on.
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
    self:close(("'%s' is not a kind of message"):format(kind), "it sent nonsense")
  elseif self.outbox.is_full and kind ~= "interrupt" then
    self.held = { kind, text }
  elseif self.busy and (kind == "line" or kind == "run") then
    self:close("the line before is still being run", "it sent a line while another was being run")
  else
    handle[kind](self, text)
    if not self.is_closed then
      self.turn:start(self.reader:is_empty() and 0 or BREATH, 0, self.on_turn)
    end
  end
end

--- Prints there. What is printed by a job that a line has left behind comes too, and goes to the
--- host's output once there is nobody any more to read it; a line ends then.
---@param text string
function Connection:write(text)
  if not self.is_closed then
    self.outbox:send("output", text)
  end
  if self.is_closed then
    if is_mine(self, jobs.current()) then
      error("nobody is attached any more", 0)
    end
    io.stdout:write(text)
  end
end

--- Whether who runs the line wants it to end, or is gone, when that cannot be read because the line
--- lets nobody else have a turn.
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
---@field is_over fun(): boolean and no longer lets anything that is being run come to its end
---@field on_end fun(problem: string|nil) called once, when it is no longer attached; with what it did
---  wrong, if anything

--- Begins to serve a connection, which belongs to this from now on.
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

--- Hangs up, and ends what is being run. A second time is allowed.
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

--- Hangs up on somebody who was not let in.
---@param pipe userdata
---@param why string
function connection.refuse(pipe, why)
  pipe:write(message.pack("bye", why))
  pipe:close()
end

return connection
