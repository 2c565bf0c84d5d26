--- One who is attached to this host: what comes is taken one message a turn of the loop, and what goes
--- may wait in a queue of bounded length, so that neither costs the jobs anything.

local machine = require "luashot.job"
local message = require "luashot.message"
local repl = require "luashot.repl"
local uv = require "luv"

local connection = {}

local PIECE <const> = 1 << 16 -- bytes of a long text in one message
local HIGH <const> = 1 << 18 -- bytes that wait to be read: from here on, who can wait for that does
local LOW <const> = 1 << 16
local LIMIT <const> = 1 << 20 -- and from here on there is no hope
local PATIENCE <const> = 3000 -- ms in which nothing was read
local BREATH <const> = 10 -- ms between messages that were sent without waiting for answers
local CANDIDATES <const> = 1000

---@class luashot.Connection
---@field pipe userdata
---@field reader luashot.MessageReader
---@field conversation luashot.Conversation
---@field busy boolean whether a line is being run
---@field waiter luashot.Job|nil the line's job, when it waits until some of the queue was read
---@field held string[]|nil a message that waits for that, too
---@field queued integer bytes that were ever put into the queue
---@field is_closed boolean
local Connection = {}
Connection.__index = Connection

local function is_mine(self, job)
  return job ~= nil and job.conversation == self.conversation
end

local step

local function relax(self)
  self.is_full = false
  self.patience:stop()
  if self.waiter then
    machine.wake(self.waiter, true)
  end
  if self.held and not self.is_closed then
    step(self)
  end
end

local function on_written(self)
  if self.is_full and not self.is_closed and self.pipe:get_write_queue_size() < LOW then
    relax(self)
  end
end

-- The queue is long: see whether anything is read from it.
local function watch_queue(self)
  self.is_full = true
  local before = self.queued - self.pipe:get_write_queue_size()
  self.patience:start(PATIENCE, PATIENCE, function()
    local read = self.queued - self.pipe:get_write_queue_size()
    if read == before then
      self:close(nil, ("it has read nothing for %d s"):format(PATIENCE // 1000))
    end
    before = read
  end)
end

-- The line that is being run waits until there is room. Nobody else does: another job may print here,
-- and is not to be held up.
local function wait_for_room(self)
  local job = machine.current()
  if is_mine(self, job) and machine.can_wait(job) then
    self.waiter = job
    machine.park(job, function()
      self.waiter = nil
    end)
  end
end

local function send_piece(self, kind, text)
  local bytes = message.pack(kind, text)
  self.queued = self.queued + #bytes
  self.pipe:write(bytes, self.on_written)
  local waiting = self.pipe:get_write_queue_size()
  if waiting > LIMIT then
    self:close(nil, "it does not read what it is sent")
  elseif waiting > HIGH then
    if not self.is_full then
      watch_queue(self)
    end
    wait_for_room(self)
  end
end

local function send(self, kind, text)
  local from = 1
  repeat
    if self.is_closed then
      return
    end
    send_piece(self, kind, text and text:sub(from, from + PIECE - 1))
    from = from + PIECE
  until not text or from > #text
end

-- The answer to a line, which may be a long time coming. A line that the end of the host has cut
-- short has none.
local function finish(self)
  local is_cut = self.conversation.is_cut
  if self.busy and not self.is_over() and not (is_cut and self.is_ending()) then
    if is_cut and not self.is_interrupted then
      send(self, "error", "stopped\n")
    end
    self.busy = false
    send(self, "done")
  end
end

local handle = {}

function handle.line(self, text)
  self.busy = true
  if self.conversation:line(text) then
    self.busy = false
    send(self, "more")
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
  send(self, "completion", table.concat(answer, "\n"))
end

function handle.interrupt(self)
  if self.busy then
    send(self, "error", "interrupted\n")
  end
  self.is_interrupted = true
  self.conversation:interrupt()
  self.is_interrupted = false
end

-- Takes one message, or reads on.
function step(self)
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
  elseif self.is_full and kind ~= "interrupt" then
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

-- What is printed by a function that a line has left behind, a job of its own, comes too, and goes to
-- the host's output once there is nobody any more to read it.
local function print_text(self, text)
  if not self.is_closed then
    send(self, "output", text)
  end
  if self.is_closed then
    if is_mine(self, machine.current()) then
      error("nobody is attached any more", 0)
    end
    io.stdout:write(text)
  end
end

--- Whether who runs the line wants it to end, or is gone, when that cannot be read because the line
--- lets nobody else have a turn.
---@return boolean
function Connection:has_had_enough()
  local interrupt = message.pack "interrupt"
  local came = self.peek(self.pipe:fileno())
  return came == "" or came ~= nil and came:find(interrupt, 1, true) ~= nil or self.reader:holds(interrupt)
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
    patience = uv.new_timer(),
    queued = 0,
    busy = false,
    is_full = false,
    is_closed = false,
  }, Connection)
  function self.on_written()
    on_written(self)
  end
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
    print_text(self, text)
  end)
  self.conversation = repl.new(environment, function(text, is_error)
    if not is_error or not self.is_over() then
      send(self, is_error and "error" or "result", text)
    end
  end, {
    name = options.name,
    done = function()
      finish(self)
    end,
  })
  self.conversation.client = self
  send(self, "hello", message.VERSION .. "\n" .. options.hello)
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
  self.patience:close()
  self.pipe:close()
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
