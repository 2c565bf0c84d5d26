--- luashot.run_program: runs another program to its end.

local await = require "luashot.schedule.await"
local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local jobs = require "luashot.schedule.jobs"
local new_timer = require "luashot.schedule.timer"
local uv = require "luashot.luv"

local MOST <const> = 64 << 20 -- bytes of output, the default limit
local QUIET <const> = 50 -- ms; after a program's end, its output has ended when nothing came for this time
local OF_SIGNAL <const> = 128 -- shells add it to the signal's number

local function check_argument(value, i)
  if type(value) ~= "string" or value:find "\0" then
    error(("run_program: a string without NUL bytes expected at %d, got %s"):format(i,
      type(value) == "string" and "one with" or type(value)), 4)
  end
end

local function check(given)
  if type(given) ~= "table" then
    error(("bad argument #1 to 'run_program' (table expected, got %s)"):format(type(given)), 3)
  elseif given[1] == nil then
    error("run_program: the name of a program expected at 1", 3)
  end
  local named = {}
  for key, value in pairs(given) do
    if math.type(key) ~= "integer" then
      named[key] = value
    end
  end
  core.check_options(named, { "input", "timeout", "limit" }, 3)
  for i = 1, #given do
    check_argument(given[i], i)
  end
  local limit = named.limit == nil and MOST or math.tointeger(named.limit)
  if named.input ~= nil and type(named.input) ~= "string" then
    error(("option 'input': a string expected, got %s"):format(type(named.input)), 3)
  elseif not limit or limit < 0 then
    error(("option 'limit': a number of bytes expected, got %s"):format(tostring(named.limit)), 3)
  end
  local timeout = named.timeout ~= nil and duration.option(named.timeout, "timeout", 3) or nil
  return { argv = { table.unpack(given) }, input = named.input, limit = limit, timeout = timeout }
end

local function close(handle)
  if handle and not handle:is_closing() then
    handle:close()
  end
end

---@class luashot.Program a program that runs
local Program = {}
Program.__index = Program

-- Kills it with all programs that it has started. Its exit callback still runs, and closes its handle.
function Program:__gc()
  if not self.status and self.pid then
    uv.kill(-self.pid, "sigkill")
  end
end

-- Kills it, unless it has already ended.
function Program:__close()
  self:__gc()
  close(self.stdin)
  close(self.stdout)
  close(self.stderr)
  if self.timer then
    self.timer:close()
    self.timer = nil
  end
  self.done = nil
end

-- Checks for the end: the program has ended, and its output has too, or is held only by programs that it left
-- in the background.
local function look(self)
  if self.done and self.status and (self.open == 0 or self.is_quiet) then
    self.done()
  end
end

local function read(self, pipe, name)
  local parts = {}
  self.parts[name] = parts
  self.open = self.open + 1
  pipe:read_start(function(_, bytes)
    self.is_read = true
    if bytes then
      parts[#parts + 1] = bytes
      self.size = self.size + #bytes
      if self.size > self.limit and self.done then
        self.done()
      end
      return
    end
    self.open = self.open - 1
    close(pipe)
    look(self)
  end)
end

-- Waits until nothing has come for a while.
local function await_quiet(self)
  self.is_read = false
  self.timer:start_after_look(QUIET, function()
    self.is_quiet = not self.is_read
    if self.is_quiet then
      look(self)
    else
      await_quiet(self)
    end
  end)
end

local function on_exit(self, status, signal)
  self.status = signal ~= 0 and OF_SIGNAL + signal or status
  self.signal = signal ~= 0 and signal or nil
  close(self.handle)
  if self.done then
    self.timer = new_timer()
    await_quiet(self)
    look(self)
  end
end

-- Starts the program. Returns it, or nil, message and code.
local function start(options)
  local self = setmetatable({ limit = options.limit, size = 0, open = 0, parts = {} }, Program)
  self.stdin = options.input and uv.new_pipe() or nil
  self.stdout, self.stderr = uv.new_pipe(), uv.new_pipe()
  local handle, pid, code = uv.spawn(options.argv[1], {
    args = { table.unpack(options.argv, 2) },
    stdio = { self.stdin, self.stdout, self.stderr },
    detached = true, -- a separate process group, which can be killed as a whole
  }, function(...)
    on_exit(self, ...)
  end)
  if not handle then
    self:__close()
    return nil, ("cannot run %s: %s"):format(options.argv[1], pid), code or pid:match "^E%u+"
  end
  self.handle, self.pid = handle, pid
  read(self, self.stdout, "out")
  read(self, self.stderr, "err")
  if options.input then
    self.stdin:write(options.input, function() -- called after the last byte, or when the program reads no more
      close(self.stdin)
    end)
  end
  return self
end

--- See docs/annotations/luashot.lua.
---@param given luashot.RunProgramOptions
---@return luashot.Outcome|nil
---@return string? message
---@return string? code
return function(given)
  local options = check(given)
  jobs.waiting "run_program"
  local name = options.argv[1]
  local program <close>, message, code = start(options)
  if not program then
    return core.fail(message, code)
  end
  local _, why = await(function(done)
    program.done = done
    look(program)
  end, { timeout = options.timeout })
  if why then
    return core.fail(("%s has not ended within %g s"):format(name, options.timeout), "ETIMEDOUT")
  elseif program.size > options.limit then
    return core.fail(("%s has written more than %d bytes"):format(name, options.limit), "EFBIG")
  end
  return {
    status = program.status,
    signal = program.signal,
    out = table.concat(program.parts.out),
    err = table.concat(program.parts.err),
  }
end
