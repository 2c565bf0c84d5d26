--- A conversation: typed lines in, results out. It knows no terminal: the prompt on a terminal, standard
--- input and each client of the door have their own conversation.

local jobs = require "luashot.schedule.jobs"
local traceback = require "luashot.schedule.traceback"
local unfinished = require "luashot.host.unfinished"

local repl = {}

-- An expression as a chunk. It does not end in a call of the typed expression, so that errors about that
-- call's arguments name the line as the caller.
local function expression(text, environment)
  local plain = load("return " .. text, "=stdin", "t", environment)
  return plain and load("return (function(...) return ... end)(" .. text .. "\n)", "=stdin", "t", environment) or plain
end

local EXIT <const> = { exit = true, quit = true }
local PENDING <const> = 1 << 20 -- bytes of an incomplete chunk
local LITTLE <const> = 1 << 12 -- bytes of one that is compiled with each line, so that errors are told at once
local WORK <const> = 1 << 26 -- bytes that are compiled of one, over all its lines
local WORD <const> = 80 -- the most bytes of a line that is checked for the prompt's words

--- Whether a line ends the prompt: "exit" or "quit", with or without "()", unless a global has that name.
---@param text string
---@param environment table its globals
---@return boolean
function repl.is_exit(text, environment)
  local word = #text <= WORD and text:match "^%s*(%a+)%s*%(?%s*%)?%s*$"
  return word and EXIT[word] and environment[word] == nil or false
end

--- Compiles the typed text, first as an expression, which may begin with `=`.
---@param text string
---@param environment? table its globals; default: _G
---@return function|nil chunk
---@return string|nil message
---@return boolean|nil incomplete whether more lines could make it right
function repl.compile(text, environment)
  environment = environment or _G
  text = text:gsub("^=", "return ")
  local chunk = expression(text, environment)
  if chunk then
    return chunk
  end
  local statement, message = load(text, "=stdin", "t", environment)
  if statement then
    return statement
  end
  message = traceback.message(message) -- where the C stack overflows, the message is a message handler's
  return nil, message, message:sub(-5) == "<eof>"
end

--- Globals for a conversation that is not on standard output: those of the host, except that `print` writes
--- to the conversation. Assignments change the host's globals.
---@param write fun(text: string)
---@return table
function repl.environment(write)
  local function print(...)
    local texts = table.pack(...)
    for i = 1, texts.n do
      texts[i] = tostring(texts[i])
    end
    write(table.concat(texts, "\t") .. "\n")
  end
  return setmetatable({ print = print }, { __index = _G, __newindex = _G })
end

---@class luashot.Conversation
---@field environment table
---@field write fun(text: string, is_error: boolean|nil) takes whole lines, with their newlines
---@field print function the environment's own; results go through another one that the user sets
---@field pending luashot.Pending|nil lines that are not a chunk yet
---@field job luashot.Job|nil the line that is being run, when it waits for something
---@field is_cut boolean|nil whether the line that was run last was stopped, before its end or an error
---@field done fun()|nil
---@field is_standard boolean whether it is on standard output
---@field client luashot.Connection|nil by which it is held
---@field terminal luashot.Terminal|nil the terminal at the other end; nil for a pipe
---@field name string
local Conversation = {}
Conversation.__index = Conversation

---@class luashot.Pending
---@field lines string[]
---@field size integer bytes of them
---@field compiled integer how many bytes these were when they were last compiled
---@field work integer bytes that were compiled
---@field code luashot.Unfinished
---@field looked integer lines that the code has taken

---@class luashot.Conversation.options
---@field print? function the value of `print` until a line sets another; default: its value now
---@field done? fun() called when a line has ended that was still running when line() returned
---@field is_standard? boolean whether write is for standard output; default false
---@field name? string of the jobs that its lines are

--- Begins a conversation.
---@param environment table its globals
---@param write fun(text: string, is_error: boolean|nil) where results and errors go
---@param options? luashot.Conversation.options
---@return luashot.Conversation
function repl.new(environment, write, options)
  options = options or {}
  return setmetatable({
    environment = environment,
    write = write,
    print = options.print or environment.print,
    done = options.done,
    is_standard = options.is_standard == true,
    name = options.name or "stdin",
  }, Conversation)
end

-- Shows results through the user's `print`, if there is one, as lua5.4's prompt does.
local function show(self, ...)
  local count = select("#", ...)
  if count == 0 then
    return
  elseif self.environment.print == self.print then
    self.write(require "luashot.host.inspect"(...) .. "\n")
    return
  end
  local ok, message = pcall(self.environment.print, ...)
  if not ok then
    self.write(("error calling 'print' (%s)\n"):format(traceback.message(message)), true)
  end
end

-- A function called as unnamed(f)() appears as "in main chunk" in a traceback, not under this file's
-- variable.
local function unnamed(fn)
  return fn
end

-- Adds the most likely name to the message about a missing function.
local function with_hint(text)
  local kind, wrong, after = text:match "^[^\n]*attempt to call a nil value %((%a+) '([%w_]+)'%)()"
  if kind ~= "global" and kind ~= "field" and kind ~= "method" then
    return text
  end
  local others = {}
  for name in pairs(kind == "global" and _G or {}) do
    others[#others + 1] = type(name) == "string" and name or nil
  end
  local nearest = require("luashot.help.manual").nearest(wrong, others)
  return nearest and ("%s (did you mean '%s'?)%s"):format(text:sub(1, after - 1), nearest, text:sub(after)) or text
end

local function run(self, chunk)
  local job = jobs.create(function(job)
    job.conversation, self.is_cut = self, true
    show(self, unnamed(chunk)())
    self.is_cut = false
  end, {
    name = self.name,
    on_error = function(text)
      self.is_cut = false
      self.write(with_hint(text) .. "\n", true)
    end,
    on_end = function(job)
      if self.job == job then
        self.job = nil
        if self.done then
          self.done()
        end
      end
    end,
  })
  self.job = not job.stopped and job or nil
end

-- Whether the words alone say that more lines are needed; most chunks are complete at the first look.
local function is_open(pending)
  for i = pending.looked + 1, #pending.lines do
    pending.code:add(pending.lines[i])
  end
  pending.looked = #pending.lines
  return pending.code:is_open()
end

-- The pending text, if it may be complete. A text that has doubled since the last try is compiled anyhow, so
-- that its errors are reported, and the total cost stays in proportion to its length.
local function text_of(pending)
  if pending.size > LITTLE and pending.size < 2 * pending.compiled and is_open(pending) then
    return nil
  end
  pending.compiled, pending.work = pending.size, pending.work + pending.size
  return table.concat(pending.lines, "\n")
end

-- The reason against more pending lines, if they are too long.
local function excess(pending)
  if pending.size > PENDING then
    return ("a chunk of more than %d bytes is too long for a prompt\n"):format(PENDING)
  elseif pending.work > WORK then
    return ("a chunk of %d lines, each of which could be its last, is too long for a prompt\n"):format(#pending.lines)
  end
end

--- Takes a line. If it completes a chunk, the chunk runs as a job, to its end or its first wait; in that case
--- `job` is set, and done() is called later. Pass no other line until then.
---@param text string without the newline
---@return boolean more whether the chunk needs more lines
function Conversation:line(text)
  local pending = self.pending
    or { lines = {}, size = -1, compiled = 0, work = 0, code = unfinished.new(), looked = 0 }
  if not self.pending and text:find "^%s*help%s*$" then
    text = "help()" -- the word alone would show the address of a function
  end
  pending.lines[#pending.lines + 1] = text
  pending.size = pending.size + #text + 1
  self.pending, self.is_cut = pending, false
  local whole = pending.size <= PENDING and text_of(pending)
  local problem = excess(pending)
  if problem then
    self.pending = nil
    self.write(problem, true)
  elseif whole then
    local chunk, message, incomplete = repl.compile(whole, self.environment)
    self.pending = incomplete and pending or nil
    if chunk then
      run(self, chunk)
    elseif not incomplete then
      self.write(message .. "\n", true)
    end
  end
  return self.pending ~= nil
end

--- Completes the text before the cursor.
---@param text string the line
---@param cursor? integer how many of its bytes are before the cursor; default: all
---@return string[] candidates whole names, sorted
---@return integer from the first byte of the name that they replace, which ends at the cursor
function Conversation:complete(text, cursor)
  return require "luashot.host.complete"(text:sub(1, cursor or #text), self.environment)
end

--- Drops the lines of an incomplete chunk, and ends the running one; done() is called for it.
function Conversation:interrupt()
  self.pending = nil
  if self.job then
    self.job:stop()
  end
end

--- Ends the input: an incomplete chunk is an error.
function Conversation:finish()
  if self.pending then
    local _, message = repl.compile(table.concat(self.pending.lines, "\n"), self.environment)
    self.write(message .. "\n", true)
  end
  self:interrupt()
end

return repl
