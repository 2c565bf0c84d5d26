--- Messages between a host and who is attached to it, both ways alike: a word and the number of
--- bytes that follow, on a line of their own, and then those bytes.
---
---     line 5          the word is the message's kind
---     1 + 1
---
--- Who attaches sends
---   line        a line of a conversation, without its newline; answered by `more` or `done`
---   run         a whole chunk, of as many lines as it likes; answered by `done`
---   complete    the text before the cursor; answered by `completion`
---   terminal    what pictures are drawn on there (luashot.terminal); anew whenever that changes, and
---               never when there is none
---   interrupt   ends what is being run, and drops lines that are not a chunk yet; not answered by itself
--- and the host
---   hello       the protocol's number, a newline, and who it is; once, first of all
---   output      what was printed, as it comes; several make up one text
---   result      the value of a line, likewise
---   error       what went wrong with it, likewise
---   more        the chunk needs more lines
---   done        the chunk has run, or was wrong
---   completion  where the name begins that could be completed, counted in bytes from 1, a newline, and
---               the candidates, one on each line
---   bye         why it hangs up; the last
---
--- The next `line` or `run` may be sent after `more` or `done`, the others at any time.

local message = {
  --- The protocol's number.
  VERSION = "2",
  --- Bytes that a message may carry.
  LIMIT = 1 << 20,
}

local HEADER <const> = 32 -- more bytes than any first line has

--- A message as it is sent.
---@param kind string
---@param text? string at most LIMIT bytes
---@return string
function message.pack(kind, text)
  text = text or ""
  return ("%s %d\n%s"):format(kind, #text, text)
end

---@class luashot.MessageReader
---@field buffer string
---@field kind string|nil of a message whose bytes are not all there
---@field size integer|nil
local Reader = {}
Reader.__index = Reader

--- Takes messages apart.
---@return luashot.MessageReader
function message.reader()
  return setmetatable({ buffer = "" }, Reader)
end

--- Takes bytes as they come.
---@param bytes string
function Reader:push(bytes)
  self.buffer = self.buffer .. bytes
end

--- Whether there is nothing more to look at.
---@return boolean
function Reader:is_empty()
  return self.buffer == ""
end

--- Whether bytes are somewhere in what was not looked at.
---@param bytes string
---@return boolean
function Reader:holds(bytes)
  return self.buffer:find(bytes, 1, true) ~= nil
end

--- The next whole message.
---@return string|nil kind nil when there is none
---@return string|nil text of the message, or why that is none and nothing will be
function Reader:next()
  if not self.kind then
    local stop = self.buffer:sub(1, HEADER):find("\n", 1, true)
    if not stop then
      return nil, #self.buffer >= HEADER and "that was no message" or nil
    end
    local kind, digits = self.buffer:sub(1, stop - 1):match "^(%l+) (%d+)$"
    local size = tonumber(digits)
    if not kind then
      return nil, "that was no message"
    elseif size > message.LIMIT then
      return nil, ("a message of %s bytes is too long: the limit is %d"):format(digits, message.LIMIT)
    end
    self.kind, self.size, self.buffer = kind, size, self.buffer:sub(stop + 1)
  end
  if #self.buffer < self.size then
    return nil
  end
  local kind, text = self.kind, self.buffer:sub(1, self.size)
  self.kind, self.buffer = nil, self.buffer:sub(self.size + 1)
  return kind, text
end

return message
