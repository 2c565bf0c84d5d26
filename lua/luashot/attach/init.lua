--- The client of the door: attaches to a running host, and runs lines there.

local message = require "luashot.attach.message"
local uv = require "luv"

local attach = {}

local FAILED <const> = 1
local UNREACHABLE <const> = 3
local INTERRUPTED <const> = 130
local PATIENCE <const> = 2000 -- ms for names, which are useless when they come late

local function complain(text)
  io.stderr:write("luashot: ", text, "\n")
end

---@class luashot.Session
---@field pipe userdata
---@field reader luashot.MessageReader
---@field answer string|nil the kind of the message that ended the wait for one
---@field failed boolean whether there was an error
---@field why string|nil why the host has closed the connection
---@field is_over boolean
---@field resized userdata|nil watches the size of the terminal, if there is one
---@field is_left boolean by Ctrl-C, because there was no answer to the first one
local Session = {}
Session.__index = Session

local take = {}

function take.hello(self, text)
  local version, host = text:match "^(%d+)\n(.*)$"
  if version ~= message.VERSION then
    self.why, self.is_over = ("the host speaks another version of the protocol (%s)"):format(version or text), true
    return
  end
  self.host, self.answer = host, "hello"
end

function take.output(self, text)
  self.show(text)
end

take.result = take.output

function take.error(self, text)
  self.failed = true
  self.show(text, true)
end

function take.done(self)
  self.answer = "done"
end

function take.more(self)
  self.answer = "more"
end

function take.completion(self, text)
  self.completion, self.answer = text, "completion"
end

function take.bye(self, text)
  self.why, self.is_over = text, true
end

local function on_read(self, bytes)
  if not bytes then
    self.is_over = true
    return
  end
  self.reader:push(bytes)
  repeat
    local kind, text = self.reader:next()
    if not kind and text then
      self.why, self.is_over = text, true
    elseif take[kind] then
      take[kind](self, text)
    end
  until not kind or self.is_over
  io.stdout:flush()
end

-- The first Ctrl-C interrupts the running line; a second one before its end ends the session.
local function on_interrupt(self)
  if not self.is_waiting then
    self.interrupted = true
  elseif self.interrupted then
    self.is_left = true
  else
    self.interrupted = true
    self.pipe:write(message.pack "interrupt")
  end
end

--- Attaches. Until the session is closed, Ctrl-C raises no error.
---@param native table src/host/door.h's functions
---@param path string
---@param show fun(text: string, is_error: boolean|nil) receives the output
---@return luashot.Session|nil
---@return string|nil message
---@return integer|nil status for the exit
local function open(native, path, show)
  local fd, why = native.connect(path)
  if not fd then
    return nil, why, UNREACHABLE
  end
  local self = setmetatable({
    pipe = uv.new_pipe(false),
    reader = message.reader(),
    signal = uv.new_signal(),
    show = show,
    failed = false,
    is_over = false,
    is_left = false,
  }, Session)
  assert(self.pipe:open(fd))
  self.pipe:read_start(function(_, bytes)
    on_read(self, bytes)
  end)
  self.signal:start("sigint", function()
    on_interrupt(self)
  end)
  self.signal:unref()
  if self:wait { "hello" } then
    return self
  end
  self:close()
  return nil, self:reason(), self.is_left and INTERRUPTED or UNREACHABLE
end

--- Describes this terminal to the host, now and after each change. Call it before the user types, because it
--- may query the terminal.
function Session:tell_terminal()
  if uv.guess_handle(1) ~= "tty" then
    return
  end
  local terminal, told = require "luashot.show.terminal", nil
  local function tell()
    local text = terminal.describe()
    if text and text ~= told then
      told = text
      self.pipe:write(message.pack("terminal", text))
    end
  end
  tell()
  self.resized = uv.new_signal()
  self.resized:start("sigwinch", tell)
  self.resized:unref()
end

--- Waits for an answer.
---@param wanted string[] the accepted kinds
---@param patience? integer ms; absent: no end
---@return string|nil kind nil when there will be none
function Session:wait(wanted, patience)
  local late = uv.now() + (patience or math.huge)
  self.answer, self.is_waiting, self.interrupted = nil, true, false
  local function is_here()
    for _, kind in ipairs(wanted) do
      if self.answer == kind then
        return true
      end
    end
    return false
  end
  local timer = patience and uv.new_timer()
  if timer then
    timer:start(patience, 0, function() end)
  end
  while not is_here() and not self.is_over and not self.is_left and uv.now() < late do
    uv.run "once"
  end
  if timer then
    timer:close()
  end
  self.is_waiting = false
  return is_here() and self.answer or nil
end

--- Runs a text in the host.
---@param kind "line"|"run"
---@param text string
---@return string|nil answer "done", "more"; nil when the session is over
function Session:evaluate(kind, text)
  if #text > message.LIMIT then
    self.failed = true
    self.show(("a text of more than %d bytes is too long for the door\n"):format(message.LIMIT), true)
    return "done"
  end
  self.pipe:write(message.pack(kind, text))
  return self:wait { "done", "more" }
end

--- The reason of the session's end, for people.
---@return string
function Session:reason()
  return self.is_left and "interrupted" or self.why or "the host has closed the connection"
end

--- Detaches.
function Session:close()
  self.pipe:close()
  self.signal:close()
  if self.resized then
    self.resized:close()
  end
end

--- Completes the end of the text, with the host's names.
---@param text string
---@return string[] candidates
---@return integer from the first byte of the name that they replace
function Session:complete(text)
  self.pipe:write(message.pack("complete", text))
  local candidates = {}
  if not self:wait({ "completion" }, PATIENCE) then
    return candidates, 1
  end
  local from, names = self.completion:match "^(%d+)\n?(.*)$"
  from = math.tointeger(from)
  if not from or from < 1 or from > #text + 1 then
    return candidates, 1
  end
  for name in names:gmatch "[^\n]+" do
    candidates[#candidates + 1] = name
  end
  return candidates, from
end

-- Runs lines from a prompt, until their end or that of the session.
local function converse(self, console)
  local repl = require "luashot.host.repl"
  local text = "> "
  local function is_over()
    return self.is_over or self.interrupted
  end
  local prompt = console:start_prompt(function(line, cursor)
    return self:complete(line:sub(1, cursor))
  end)
  repeat
    self.interrupted = false
    local line = prompt.line(text, is_over)
    if line and text == "> " and repl.is_exit(line, {}) then
      line = nil
    elseif line then
      text = self:evaluate("line", line) == "more" and ">> " or "> "
    elseif self.interrupted then
      self.pipe:write(message.pack "interrupt")
      io.stderr:write "\n"
      text, line = "> ", ""
    end
  until not line or self.is_over or self.is_left
  prompt.stop()
  io.stdout:write "\n"
end

local function show_here(text, is_error)
  if is_error then
    io.stdout:flush()
    io.stderr:write("luashot: ", text)
  else
    io.stdout:write(text)
  end
end

---@class luashot.attach.options
---@field texts string[] to run, one after the other; without texts and console, standard input is the one
---@field console table|nil luashot.console's, for lines that are typed

--- Runs the steps of the command line. Returns the exit status.
---@param native table src/host/door.h's functions
---@param path string of the socket
---@param options luashot.attach.options
---@return integer
function attach.run(native, path, options)
  local session, why, status = open(native, path, show_here)
  if not session then
    complain(why)
    return status
  end
  local texts = options.texts
  if #texts == 0 and not options.console then
    texts = { ((io.read(message.LIMIT + 1) or ""):gsub("^#[^\n]*", "")) }
  end
  session:tell_terminal()
  local is_answered = true -- then the host may end
  for _, text in ipairs(texts) do
    if is_answered and not session.failed then
      is_answered = not session.is_over and session:evaluate("run", text) ~= nil
    end
  end
  if options.console and is_answered and not session.failed then
    is_answered = false
    print(("%s; ^D leaves it running"):format(session.host))
    converse(session, options.console)
    session.failed = false -- the user at the prompt has seen it
  end
  session:close()
  if session.is_left or session.interrupted and session.failed then
    return INTERRUPTED
  elseif session.is_over and not is_answered then
    complain(session:reason())
    return UNREACHABLE
  end
  return session.failed and FAILED or 0
end

return attach
