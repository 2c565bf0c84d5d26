--- The plain prompt: lines from standard input; on a terminal the loop runs meanwhile. luashot.host.editor
--- has the same four functions.

local prompt = {}

local LONGEST <const> = (1 << 20) + 1 -- bytes of a line that are kept: a conversation and a door refuse so long a one

local read_line -- src/host/line.h's
local is_whole = true -- the line that was read last; else its rest is to be skipped

-- A poll on standard input, if that is a terminal. It uses a separate descriptor, because luv makes a polled
-- descriptor non-blocking, which would affect standard output and every program that shares the terminal.
local poller, handle
local readable

--- Gets ready. `terminal` says whether standard input is one.
---@param read fun(most: integer): string|nil, boolean|nil reads a line, see src/host/line.h
---@param terminal boolean
function prompt.start(read, terminal)
  read_line = read
  if terminal then
    poller = assert(require("luashot.core").poller())
    poller:add(0)
    handle = assert(require("luv").new_poll(poller:fd()))
  end
end

--- Shows the prompt again, after other output.
---@param text string
function prompt.redraw(text)
  io.stdout:write(text)
  io.stdout:flush()
end

-- A terminal delivers whole lines, so reading one after this does not block. Waiting in the loop also notices
-- every signal; a blocking read would miss one that came just before it.
local function wait_for_input(is_over)
  if not handle then
    return
  end
  local uv = require "luv"
  readable = false
  handle:start("r", function()
    readable = true
  end)
  repeat
    uv.run("once")
  until readable or is_over()
  handle:stop()
end

--- Shows the prompt and reads a line.
---@param text string the prompt
---@param is_over fun(): boolean whether the wait is to end; asked after every turn of the loop
---@return string|nil line without the newline, cut if no conversation would take it; nil at the end of the input, or
---  of the wait
function prompt.line(text, is_over)
  prompt.redraw(text)
  local line = ""
  while line and not is_whole do
    line, is_whole = read_line(LONGEST)
  end
  wait_for_input(is_over)
  if is_over() then
    return nil
  end
  line, is_whole = read_line(LONGEST)
  return line
end

--- Leaves the terminal as it was.
function prompt.stop()
  if handle then
    handle:close()
    poller, handle = nil, nil
  end
end

return prompt
