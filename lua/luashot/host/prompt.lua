--- The plain prompt: lines from standard input; on a terminal the loop runs meanwhile. luashot.host.editor
--- has the same four functions.

local prompt = {}

-- A poll on standard input, if that is a terminal. It uses a separate descriptor, because luv makes a polled
-- descriptor non-blocking, which would affect standard output and every program that shares the terminal.
local poller, handle
local readable

--- Gets ready. `terminal` says whether standard input is one.
---@param terminal boolean
function prompt.start(terminal)
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
---@return string|nil line without the newline; nil at the end of the input, or of the wait
function prompt.line(text, is_over)
  prompt.redraw(text)
  wait_for_input(is_over)
  if is_over() then
    return nil
  end
  return io.read("l")
end

--- Leaves the terminal as it was.
function prompt.stop()
  if handle then
    handle:close()
    poller, handle = nil, nil
  end
end

return prompt
