--- Messages between a host and its clients, in the same form in both directions: a word and the number of
--- bytes that follow, on one line, and then those bytes.
---
---     line 5          the word is the message's kind
---     1 + 1
--- The client sends
---   line        a line of a conversation, without its newline; answered by `more` or `done`
---   run         a whole chunk, of as many lines as it likes; answered by `done`
---   complete    the text before the cursor; answered by `completion`
--- terminal the client's terminal for pictures (luashot.terminal); again after each change, and
---               never when there is none
--- interrupt ends the running chunk, and drops the lines of an incomplete one; has no answer of its own
--- and the host
--- hello the protocol's number, a newline, and the host's name; once, as the first message
--- output printed text, immediately; several messages make up one text
---   result      the value of a line, likewise
--- error the error of a line, likewise
---   more        the chunk needs more lines
---   done        the chunk has run, or was wrong
--- completion the first byte of the name to complete, counted from 1, a newline, and
---               the candidates, one on each line
--- bye the reason for closing the connection; the last message
---
--- The next `line` or `run` may be sent after `more` or `done`, the others at any time.

local message = {
  --- The protocol's number.
  VERSION = "2",
  --- The most bytes of a message.
  LIMIT = 1 << 20,
}

local HEADER <const> = 32 -- more bytes than any first line
local PARTS <const> = 1000 -- of a message that are joined at a time

--- Formats a message.
---@param kind string
---@param text? string at most LIMIT bytes
---@return string
function message.pack(kind, text)
  text = text or ""
  return ("%s %d\n%s"):format(kind, #text, text)
end

---@class luashot.MessageReader
---@field length integer bytes that were not looked at
---@field package buffer string these bytes, from `at` on; `parts` came later
---@field package at integer
---@field package parts string[]
---@field package taken integer bytes that were looked at
---@field package seen integer of these and those that were not: up to where holds() has looked
---@field package kind string|nil of a message whose bytes are not all there
---@field package size integer|nil
local Reader = {}
Reader.__index = Reader

--- Makes a parser of messages. Its cost is the same when they arrive byte by byte.
---@return luashot.MessageReader
function message.reader()
  return setmetatable({ length = 0, buffer = "", at = 1, parts = {}, taken = 0, seen = 0 }, Reader)
end

local function join(self)
  if self.parts[1] then
    self.buffer, self.at = self.buffer:sub(self.at) .. table.concat(self.parts), 1
    self.parts = {}
  end
  return self.buffer
end

local function skip(self, size)
  self.at, self.length, self.taken = self.at + size, self.length - size, self.taken + size
end

--- Adds bytes that have arrived.
---@param bytes string
function Reader:push(bytes)
  self.parts[#self.parts + 1] = bytes
  self.length = self.length + #bytes
  if #self.parts == PARTS then
    join(self)
  end
end

--- Whether no bytes are left to parse.
---@return boolean
function Reader:is_empty()
  return self.length == 0
end

-- Reads a message's first line at a place: its kind, its size, and the start of the rest. nil when it is incomplete;
-- false when it is malformed.
local function first_line(buffer, at)
  local first = buffer:sub(at, at + HEADER - 1)
  local stop = first:find("\n", 1, true)
  if not stop and #first < HEADER then
    return nil
  end
  local kind, digits = first:sub(1, stop or 0):match "^(%l+) (%d+)\n$"
  return kind or false, digits, at + (stop or 0)
end

--- Whether a message of that kind has begun to arrive and was not taken. Repeated calls do not parse bytes again.
---@param kind string
---@param coming string bytes that will be pushed next
---@return boolean
function Reader:holds(kind, coming)
  local buffer = join(self)
  self.seen = math.max(self.seen, self.taken + (self.kind and self.size or 0))
  local at = self.at + self.seen - self.taken
  local function look(text)
    local found, digits, rest = first_line(text, at)
    while found and found ~= kind and tonumber(digits) <= message.LIMIT do
      at = rest + math.tointeger(digits)
      found, digits, rest = first_line(text, at)
    end
    return found == kind
  end
  local is_here = look(buffer)
  self.seen = self.taken + at - self.at
  if is_here then
    return true
  end
  local tail = buffer:sub(at) .. coming
  at = math.max(at - #buffer, 1)
  return look(tail)
end

--- The next whole message.
---@return string|nil kind nil when there is none
---@return string|nil text of the message; without a kind, the reason why the stream is malformed from here on
function Reader:next()
  if not self.kind then
    local kind, digits, rest = first_line(join(self), self.at)
    local size = tonumber(digits)
    if not kind then
      return nil, kind == false and "that was not a message" or nil
    elseif size > message.LIMIT then
      return nil, ("a message of %s bytes is too long: the limit is %d"):format(digits, message.LIMIT)
    end
    self.kind, self.size = kind, size
    skip(self, rest - self.at)
  end
  if self.length < self.size then
    return nil
  end
  local buffer = join(self)
  local kind, text = self.kind, buffer:sub(self.at, self.at + self.size - 1)
  self.kind = nil
  skip(self, self.size)
  if self.length == 0 then
    self.buffer, self.at = "", 1
  end
  return kind, text
end

return message
