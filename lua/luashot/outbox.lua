--- What goes to somebody who may not read it: messages wait in a queue of bounded length, a job that
--- can wait does while that is long, and who reads nothing is given up.

local machine = require "luashot.job"
local message = require "luashot.message"
local uv = require "luv"

local PIECE <const> = 1 << 16 -- bytes of a long text in one message
local HIGH <const> = 1 << 18 -- bytes that wait to be read: from here on, who can wait for that does
local LOW <const> = 1 << 16
local LIMIT <const> = 1 << 20 -- and from here on there is no hope
local PATIENCE <const> = 3000 -- ms in which nothing was read

---@class luashot.Outbox
---@field is_full boolean whether the queue is long
---@field package pipe userdata
---@field package queued integer bytes that were ever put into the queue
---@field package waiting table<luashot.Job, boolean> jobs that wait until some of it was read
local Outbox = {}
Outbox.__index = Outbox

-- Some of the jobs may send again at once, and wait anew.
local function wake(self)
  local waiting = self.waiting
  self.waiting = {}
  for job in pairs(waiting) do
    machine.wake(job, true)
  end
end

local function on_written(self)
  if self.is_full and not self.is_closed and self.pipe:get_write_queue_size() < LOW then
    self.is_full = false
    self.patience:stop()
    wake(self)
    self.on_room()
  end
end

-- The queue is long: see whether anything is read from it.
local function watch(self)
  self.is_full = true
  local before = self.queued - self.pipe:get_write_queue_size()
  self.patience:start(PATIENCE, PATIENCE, function()
    local read = self.queued - self.pipe:get_write_queue_size()
    if read == before then
      self.on_hopeless(("it has read nothing for %d s"):format(PATIENCE // 1000))
    end
    before = read
  end)
end

local function wait_for_room(self, kind)
  local job = machine.current()
  if job and self.waits(job, kind) and machine.can_wait(job) then
    local waiting = self.waiting
    waiting[job] = true
    machine.park(job, function()
      waiting[job] = nil
    end)
  end
end

local function send_piece(self, kind, text)
  local bytes = message.pack(kind, text)
  self.queued = self.queued + #bytes
  self.pipe:write(bytes, self.on_written)
  local size = self.pipe:get_write_queue_size()
  if size > LIMIT then
    self.on_hopeless "it does not read what it is sent"
  elseif size > HIGH then
    if not self.is_full then
      watch(self)
    end
    wait_for_room(self, kind)
  end
end

--- Sends a text, in as many messages as it needs; none when it is closed, or is so meanwhile.
---@param kind string
---@param text? string
function Outbox:send(kind, text)
  local from = 1
  repeat
    if self.is_closed then
      return
    end
    send_piece(self, kind, text and text:sub(from, from + PIECE - 1))
    from = from + PIECE
  until not text or from > #text
end

--- Ends it and the pipe. Jobs that wait go on, at the next turn of the loop.
function Outbox:close()
  self.is_closed = true
  self.patience:close()
  self.pipe:close(function()
    wake(self)
  end)
end

---@class luashot.Outbox.options
---@field waits fun(job: luashot.Job, kind: string): boolean whether a job that sends such a message
---  waits for room; nobody else is to be held up
---@field on_room fun() there is room again, after it was full
---@field on_hopeless fun(problem: string) the other side does not read

--- For a pipe, which is closed with it.
---@param pipe userdata
---@param options luashot.Outbox.options
---@return luashot.Outbox
return function(pipe, options)
  local self = setmetatable({
    pipe = pipe,
    patience = uv.new_timer(),
    queued = 0,
    waiting = {},
    is_full = false,
    is_closed = false,
    waits = options.waits,
    on_room = options.on_room,
    on_hopeless = options.on_hopeless,
  }, Outbox)
  function self.on_written()
    on_written(self)
  end
  return self
end
