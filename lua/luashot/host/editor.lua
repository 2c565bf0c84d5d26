--- The prompt on a capable terminal: editing, history and completion. Output of jobs appears above the line
--- that is being typed. It has the same four functions as luashot.host.prompt.

local core = require "luashot.core"
local uv = require "luv"

local editor = {}

local MOST <const> = 1000 -- lines of history that are kept

local native, edit, complete
local history -- the file's path
local poller, input -- see luashot.prompt
local handles -- to be closed by stop
local editing = false -- a line is being typed
local hidden = false -- the line is off the screen, because of output
local is_line_begun = false -- the last output did not end with a newline

-- Makes room for output. `last` is the end of it.
local function give_way(last)
  if editing and not hidden then
    hidden = true
    edit:hide()
  end
  if last ~= "" then
    is_line_begun = last:sub(-1) ~= "\n"
  end
end

local function end_line()
  if is_line_begun then
    io.stdout:write("\n")
  end
  io.stdout:flush()
end

-- Shows the line again, below the output.
local function come_back()
  if hidden then
    end_line()
    hidden = false
    edit:show()
  end
end

local function last_of(...)
  local count = select("#", ...)
  local last = count > 0 and select(count, ...) or ""
  return tostring(last)
end

--- From now on output of print, io.write, warn, io.stdout:write and io.stderr:write makes room for itself.
--- Call it before scripts take references to these functions.
function editor.watch_output()
  local print_, warn_, io_write = print, warn, io.write
  local methods = getmetatable(io.stdout).__index
  local write = methods.write
  function print(...) -- luacheck: ignore 121
    give_way("\n")
    return print_(...)
  end
  function warn(...) -- luacheck: ignore 121
    give_way("\n")
    return warn_(...)
  end
  function io.write(...) -- luacheck: ignore 122
    if io.output() == io.stdout then
      give_way(last_of(...))
    end
    return io_write(...)
  end
  function methods.write(file, ...)
    if file == io.stdout or file == io.stderr then
      give_way(last_of(...))
    end
    return write(file, ...)
  end
end

-- $XDG_STATE_HOME/luashot, made if need be; nil when that is not possible.
local function state_folder()
  local base = os.getenv "XDG_STATE_HOME"
  if not base or base:sub(1, 1) ~= "/" then
    local home = os.getenv "HOME"
    if not home or home == "" then
      return nil
    end
    base = home .. "/.local/state"
  end
  local folder = base .. "/luashot"
  local path = ""
  for part in folder:gmatch "[^/]+" do
    path = path .. "/" .. part
    uv.fs_mkdir(path, 448) -- 0700; one that is there stays as it is
  end
  local state = uv.fs_stat(folder)
  return state and state.type == "directory" and folder or nil
end

local function read_history()
  local folder = state_folder()
  history = folder and folder .. "/history"
  local state = history and uv.fs_stat(history)
  if state and state.type ~= "file" then -- a link to /dev/null, which some users make, or a file that blocks
    history = nil
  end
  local file <close> = history and io.open(history)
  local text = file and file:read "a" or ""
  local lines = {}
  for line in text:gmatch "[^\n]+" do
    lines[#lines + 1] = line
  end
  for i = math.max(1, #lines - MOST + 1), #lines do
    edit:remember(lines[i])
  end
end

local last -- the line before this one

local function remember(line)
  if line:find "%S" and line ~= last and not line:find "%z" then
    last = line
    edit:remember(line)
    if history then
      native.append(history, line, MOST) -- the prompt works without a history
    end
  end
end

-- The length of their common prefix.
local function common(names)
  local length = #names[1]
  for _, name in ipairs(names) do
    while name:sub(1, length) ~= names[1]:sub(1, length) do
      length = length - 1
    end
  end
  return length
end

-- The names in columns, for the width of the terminal.
local function list(names)
  local widest = 0
  for _, name in ipairs(names) do
    widest = math.max(widest, #name + 2)
  end
  local size = uv.guess_handle(1) == "tty" and core.terminal_size(1)
  local columns = math.max(1, (size and size.columns or 80) // widest)
  local rows = math.ceil(#names / columns)
  local lines = {}
  for row = 1, rows do
    local cells = {}
    for i = row, #names, rows do
      cells[#cells + 1] = names[i] .. (" "):rep(widest - #names[i])
    end
    lines[row] = table.concat(cells):gsub(" +$", "")
  end
  return table.concat(lines, "\n") .. "\n"
end

local function on_tab()
  local text, before = edit:now()
  if not text:sub(1, before):find "%S" then
    edit:insert "  "
    return
  end
  local names, from = complete(text, before)
  if #names == 0 then
    return
  end
  local length = common(names)
  local rest = names[1]:sub(before - from + 2, length)
  if rest ~= "" then
    edit:insert(rest)
  elseif #names > 1 then
    io.stdout:write(list(names))
    come_back()
  end
end

--- Gets ready.
---@param from_c table the functions of src/host/editor.c
---@param completer fun(text: string, cursor: integer): string[], integer see Conversation:complete
---@return boolean|nil ok nil when this terminal or system has no such editor
---@return string? message
function editor.start(from_c, completer)
  native, complete = from_c, completer
  local message
  edit, message = native.open()
  if not edit then
    return nil, message
  end
  read_history()
  poller = assert(core.poller())
  poller:add(0)
  input = assert(uv.new_poll(poller:fd()))
  local prepare = uv.new_prepare()
  prepare:start(come_back) -- before the loop sleeps
  handles = { input, prepare }
  for _, name in ipairs { "sigwinch", "sigcont" } do
    local signal = uv.new_signal()
    signal:start(name, function()
      edit:renew()
    end)
    signal:unref()
    handles[#handles + 1] = signal
  end
  prepare:unref()
  return true
end

--- Shows prompt and line again.
function editor.redraw()
  give_way("\n")
  come_back()
end

-- Gives the line up, if it is not complete.
local function leave()
  input:stop()
  editing, hidden = false, false
  edit:cancel()
end

--- Shows the prompt and edits a line, while the loop runs.
---@param prompt string
---@param is_over fun(): boolean whether the wait is to end; asked after every turn of the loop
---@return string|nil line without the newline; nil at the end of the input, or of the wait
function editor.line(prompt, is_over)
  local session <close> = setmetatable({}, { __close = leave }) -- luacheck: ignore 211
  local step, line
  local function feed()
    come_back()
    step, line = edit:feed()
    if step ~= "waits" then
      input:stop()
    end
  end
  -- Not during completion, which may run the loop.
  local function listen()
    if step == "waits" then
      input:start("r", feed)
    end
  end
  end_line()
  editing = true
  step, line = edit:begin(prompt)
  listen()
  while not is_over() do
    if step == "completes" then
      on_tab()
      feed()
      listen()
    elseif step ~= "waits" then
      break
    else
      uv.run "once"
    end
  end
  if step == "line" then
    remember(line)
    return line
  end
  return nil
end

--- Leaves the terminal as it was.
function editor.stop()
  for _, handle in ipairs(handles) do
    handle:close()
  end
  edit:close()
  edit = nil
end

return editor
