--- The plain prompt: lines from standard input, with the loop going on meanwhile on a terminal.
--- A better editor offers the same four functions.

local prompt = {}

-- A poll on standard input, when that is a terminal: by way of a descriptor of our own, because luv makes
-- what it polls non-blocking, and standard output, and whoever shares the terminal, would be so too.
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

--- Shows the prompt again, after something else was printed.
---@param text string
function prompt.redraw(text)
  io.stdout:write(text)
  io.stdout:flush()
end

-- A terminal gives whole lines, so that reading one after this does not block. Waiting in the loop
-- also sees every signal; one that came just before a blocking read would be slept through.
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
