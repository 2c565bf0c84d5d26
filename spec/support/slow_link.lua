--- A link that is far and bad, for kernels without netem: a relay of TCP that holds each piece back, and some of them
--- for as long as a lost segment takes to be sent again. What follows waits behind it, as TCP has it.
local uv = require "luv"

local slow_link = {}

local AGAIN <const> = 600 -- ms until a lost segment is sent again

local Link = {}
Link.__index = Link

local function close(handle)
  if not handle:is_closing() then
    handle:close()
  end
end

-- Hands on what comes from one side to the other, later. `finish` ends both.
local function carry(self, from, to, finish)
  local waiting, last = {}, 0
  local timer = uv.new_timer()
  self.timers[timer] = true
  local function hand_on()
    while waiting[1] and waiting[1].due <= uv.now() do
      local piece = table.remove(waiting, 1)
      if piece.bytes and not to:is_closing() then
        to:write(piece.bytes)
      elseif not piece.bytes then
        finish()
      end
    end
    if waiting[1] and not timer:is_closing() then
      timer:start(math.max(0, waiting[1].due - uv.now()), 0, hand_on)
    end
  end
  from:read_start(function(_, bytes)
    if timer:is_closing() then
      return
    end
    last = math.max(last, uv.now() + self.delay + (math.random() < self.loss and AGAIN or 0))
    table.insert(waiting, { due = last, bytes = bytes })
    if not timer:is_active() then
      hand_on()
    end
  end)
  return timer
end

local function accept(self)
  local near, far = uv.new_tcp(), uv.new_tcp()
  self.server:accept(near)
  self.handles[near], self.handles[far] = true, true
  local timers
  local function finish()
    for _, handle in ipairs { near, far, table.unpack(timers or {}) } do
      close(handle)
      self.handles[handle], self.timers[handle] = nil, nil
    end
  end
  far:connect(self.address, self.target, function(why)
    if why then
      return finish()
    end
    timers = { carry(self, near, far, finish), carry(self, far, near, finish) }
  end)
end

--- Relays from a new port of `address` to `target`, a port there.
---@param address string
---@param target integer
---@param delay integer milliseconds of each way
---@param loss number the share of pieces that are lost at first
---@return { port: integer, close: fun(self) }
function slow_link.start(address, target, delay, loss)
  local self = setmetatable({ address = address, target = target, delay = delay, loss = loss, handles = {}, timers = {},
    server = uv.new_tcp() }, Link)
  assert(self.server:bind(address, 0))
  assert(self.server:listen(128, function() accept(self) end))
  self.port = self.server:getsockname().port
  return self
end

--- Ends it, and all that goes through it.
function Link:close()
  close(self.server)
  for _, list in ipairs { self.handles, self.timers } do
    for handle in pairs(list) do
      close(handle)
    end
  end
  uv.run "nowait"
end

return slow_link
