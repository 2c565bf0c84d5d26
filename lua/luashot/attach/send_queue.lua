--- Sends messages to a client that may not read: they wait in a queue of bounded length, jobs that can wait
--- do so while it is long, and a client that reads nothing is dropped.

local jobs = require "luashot.schedule.jobs"
local message = require "luashot.attach.message"
local new_timer = require "luashot.schedule.timer"

local PIECE <const> = 1 << 16 -- bytes of a long text in one message
local HIGH <const> = 1 << 18 -- queued bytes from which on jobs that can wait do so
local LOW <const> = 1 << 16
local LIMIT <const> = 1 << 20 -- queued bytes from which on the client is dropped
local LATE <const> = 1 << 19 -- the same, for bytes queued during a single text
local PATIENCE <const> = 3000 -- ms without a read

---@class luashot.SendQueue
---@field is_full boolean whether the queue is long
---@field package pipe userdata
---@field package queued integer bytes that were ever put into the queue
---@field package waiting table<luashot.Job, boolean> jobs that wait until some of it was read
---@field package later (string|nil)[][]|nil messages that came while a job has a long text half sent
---@field package late integer bytes of them
---@field package turns table<luashot.Job, boolean> jobs that wait for the end of that
local SendQueue = {}
SendQueue.__index = SendQueue

-- Wakes the waiting jobs. Some may send again at once, and wait again.
local function wake(self, which)
  local woken = self[which]
  self[which] = {}
  for job in pairs(woken) do
    jobs.wake(job, true)
  end
end

local function on_written(self)
  if self.is_full and not self.is_closed and self.pipe:get_write_queue_size() < LOW then
    self.is_full = false
    self.patience:stop()
    wake(self, "waiting")
    self.on_room()
  end
end

-- Checks while the queue is long whether the client reads.
local function watch(self)
  self.is_full = true
  local before = self.queued - self.pipe:get_write_queue_size()
  self.patience:start_after_look(PATIENCE, function() -- this host may have been stopped meanwhile, not the client
    if self.queued - self.pipe:get_write_queue_size() == before then
      self.on_hopeless(("it has read nothing for %d s"):format(PATIENCE // 1000))
    else
      watch(self)
    end
  end)
end

local function can_wait(self, kind)
  local job = jobs.current()
  return job ~= nil and self.waits(job, kind) and jobs.can_wait(job)
end

local function wait(waiting)
  local job = jobs.current()
  waiting[job] = true
  jobs.park(job, function()
    waiting[job] = nil
  end)
end

local function send_piece(self, kind, text, waits)
  local bytes = message.pack(kind, text)
  self.queued = self.queued + #bytes
  self.pipe:write(bytes, self.on_written)
  local size = self.pipe:get_write_queue_size()
  if size > LIMIT then
    self.on_hopeless "it does not read its messages"
  elseif size > HIGH then
    if not self.is_full then
      watch(self)
    end
    if waits then
      wait(self.waiting)
    end
  end
end

local function send_pieces(self, kind, text, waits)
  local from = 1
  repeat
    if self.is_closed then
      return
    end
    send_piece(self, kind, text and text:sub(from, from + PIECE - 1), waits)
    from = from + PIECE
  until not text or from > #text
end

-- Ends a long text that was sent, or whose job was stopped.
local function end_text(self)
  local later = self.later
  self.later, self.late = nil, 0
  for _, one in ipairs(later) do
    send_pieces(self, one[1], one[2], false)
  end
  if next(self.turns) and not self.is_closed then
    self.next_turn:start(0, function()
      wake(self, "turns")
    end)
  end
end

-- Sends a text of a job, which may have to wait. No other text is sent in between, because this one may be a
-- picture.
local function send_text(self, kind, text)
  while self.later and not self.is_closed do
    wait(self.turns)
  end
  if not self.is_closed then
    self.later = {}
    local _ <close> = setmetatable({}, { __close = function() end_text(self) end })
    send_pieces(self, kind, text, true)
  end
end

--- Sends a text, in as many messages as it needs. Sends nothing after the queue is closed.
---@param kind string
---@param text? string
function SendQueue:send(kind, text)
  if can_wait(self, kind) then
    send_text(self, kind, text)
  elseif not self.later then
    send_pieces(self, kind, text, false)
  elseif not self.is_closed then
    self.later[#self.later + 1] = { kind, text }
    self.late = self.late + #kind + #(text or "")
    if self.late > LATE then
      self.on_hopeless "it does not read its messages"
    end
  end
end

--- Closes the queue and the pipe. Waiting jobs continue at the next turn of the loop.
function SendQueue:close()
  self.is_closed = true
  self.patience:close()
  self.next_turn:close()
  self.pipe:close(function()
    wake(self, "waiting")
    wake(self, "turns")
  end)
end

---@class luashot.SendQueue.options
---@field waits fun(job: luashot.Job, kind: string): boolean whether a job that sends such a message
---  waits for room; other jobs must not be delayed
---@field on_room fun() there is room again, after it was full
---@field on_hopeless fun(problem: string) the other side does not read

--- Makes a queue for a pipe, which is closed with it.
---@param pipe userdata
---@param options luashot.SendQueue.options
---@return luashot.SendQueue
return function(pipe, options)
  local self = setmetatable({
    pipe = pipe,
    patience = new_timer(),
    next_turn = new_timer(),
    queued = 0,
    late = 0,
    waiting = {},
    turns = {},
    is_full = false,
    is_closed = false,
    waits = options.waits,
    on_room = options.on_room,
    on_hopeless = options.on_hopeless,
  }, SendQueue)
  function self.on_written()
    on_written(self)
  end
  return self
end
