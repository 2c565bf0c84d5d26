--- Reads lines from a descriptor and writes lines to another one, in the loop. Lines have a bounded length,
--- and the reader stops while too much waits to be written.

local core = require "luashot.core"
local uv = require "luashot.luv"

local lines = {}

local LONGEST <const> = 8 << 20 -- bytes of a line; a picture that a client sends is shorter
local FULL <const> = 32 << 20 -- bytes waiting to be written, from which on it stops reading

local function open(fd)
  local kind = uv.guess_handle(fd)
  if kind == "tty" then
    return uv.new_tty(fd, fd == 0)
  elseif kind == "pipe" then
    local pipe = uv.new_pipe(false)
    pipe:open(fd)
    return pipe
  end
end

---@class luashot.mcp.Reader
local Reader = {}
Reader.__index = Reader

--- Takes bytes, and hands out the lines that they complete. A line that is too long is dropped as it comes, and
--- `on_long` is called once for it.
---@param on_line fun(line: string)
---@param on_long fun(limit: integer)
---@return luashot.mcp.Reader
function lines.splitter(on_line, on_long)
  return setmetatable({ parts = {}, size = 0, on_line = on_line, on_long = on_long }, Reader)
end

local function keep(self, part)
  self.size = self.size + #part
  if self.is_dropped then
    return
  elseif self.size > LONGEST then
    self.parts, self.is_dropped = {}, true
    self.on_long(LONGEST)
  elseif #part > 0 then
    self.parts[#self.parts + 1] = part
  end
end

function Reader:take(bytes)
  local from = 1
  while true do
    local stop = bytes:find("\n", from, true)
    keep(self, bytes:sub(from, stop and stop - 1))
    if not stop then
      return
    end
    local line = not self.is_dropped and table.concat(self.parts)
    self.parts, self.size, self.is_dropped = {}, 0, nil
    if line and line:find "%S" then
      self.on_line(line)
    end
    from = stop + 1
  end
end

-- Reads a file to its end, one piece in each turn of the loop.
local function read_file(fd, take, on_end)
  local function step()
    uv.fs_read(fd, 1 << 16, -1, function(message, bytes)
      if message or bytes == "" then
        return on_end()
      end
      take(bytes)
      step()
    end)
  end
  step()
end

---@class luashot.mcp.Lines
local Lines = {}
Lines.__index = Lines

--- Begins to read descriptor `input` and lets lines be written to `output`.
---@param input integer
---@param output integer
---@param handlers { line: fun(line: string), long: fun(limit: integer), over: fun(), gone: fun() } `over` is called
---  when the input has ended, `gone` when nobody reads the output
---@return luashot.mcp.Lines
function lines.open(input, output, handlers)
  core.widen_pipe(output)
  local self = setmetatable({ input = open(input), output = open(output), fd = output }, Lines)
  local reader = lines.splitter(handlers.line, handlers.long)
  local function over()
    if not self.is_over then
      self.is_over = true
      handlers.over()
    end
  end
  self.gone = handlers.gone
  function self.on_read(message, bytes)
    if message or not bytes then
      over()
    else
      reader:take(bytes)
    end
  end
  if self.input then
    self.input:read_start(self.on_read)
  else
    read_file(input, function(bytes) reader:take(bytes) end, over)
  end
  return self
end

-- Continues to read once a message is written.
local function on_written(self, message)
  if message then
    self.gone()
  elseif self.is_full and self.output:get_write_queue_size() < FULL // 2 then
    self.is_full = false
    if self.input and not self.input:is_closing() then
      self.input:read_start(self.on_read)
    end
  end
end

--- Writes a line.
---@param pieces string[] one after the other, without a newline
function Lines:write(pieces)
  if self.is_closed then
    return
  end
  pieces[#pieces + 1] = "\n"
  if not self.output then
    uv.fs_write(self.fd, table.concat(pieces), -1)
    return
  end
  self.output:write(pieces, function(message)
    on_written(self, message)
  end)
  if not self.is_full and self.input and self.output:get_write_queue_size() > FULL then
    self.is_full = true
    self.input:read_stop()
  end
end

--- Stops reading; messages that were written before still go out.
function Lines:close()
  self.is_closed = true
  if self.input and not self.input:is_closing() then
    self.input:close()
  end
  if self.output and not self.output:is_closing() then
    self.output:shutdown(function()
      self.output:close()
    end)
  end
end

return lines
