--- Programs that specs run: to their end with what they printed, or beside the spec for as long as
--- it needs them. A child dies with the spec, however that ends. Not for use inside a callback of
--- the event loop, because waiting here runs that loop.
local uv = require "luv"

local process = {}

local DEFAULT_TIMEOUT = 60
local TIMED_OUT = 124 -- as timeout(1) says it

-- A sanitizer's library is for this interpreter, not for the X servers and tools that it starts.
local preload = os.getenv("LD_PRELOAD")
if preload then
  uv.os_setenv("LUASHOT_PRELOAD", preload)
  uv.os_unsetenv("LD_PRELOAD")
end

-- Servers are in /usr/sbin, where only root's shell looks.
uv.os_setenv("PATH", os.getenv "PATH" .. ":/usr/sbin:/sbin")

-- Writing to a child that has ended is no reason to end too.
local sigpipe = uv.new_signal()
sigpipe:start("sigpipe", function() end)
sigpipe:unref()

--- Run the event loop until `condition()` is true. It is asked again every few milliseconds, so
--- that it may be about anything.
---@param condition fun(): any
---@param timeout? number seconds
---@return any value the condition's, or nil after the timeout
function process.wait_until(condition, timeout)
  local deadline = uv.hrtime() + (timeout or DEFAULT_TIMEOUT) * 1e9
  local tick = uv.new_timer()
  tick:start(5, 5, function() end)
  local value = condition()
  while not value and uv.hrtime() < deadline do
    assert(uv.run "once" ~= nil, "this waits in a callback, where luv since 1.52 runs no loop")
    value = condition()
  end
  tick:close()
  uv.run("nowait")
  return value or nil
end

--- Let time pass.
---@param seconds number
function process.sleep(seconds)
  uv.sleep(math.floor(seconds * 1000))
end

local function close(handle)
  if not handle:is_closing() then
    handle:close()
  end
end

--- This process's environment with changes, as luv takes it.
local function environment(changes)
  local variables = uv.os_environ()
  for name, value in pairs(changes or {}) do
    variables[name] = value or nil
  end
  local list = {}
  for name, value in pairs(variables) do
    list[#list + 1] = name .. "=" .. value
  end
  return list
end

---@class spec.process
---@field pid integer
---@field out string what it has printed so far
---@field err string the same for standard error
---@field code integer|nil its exit code, once it has ended
---@field signal integer|nil the signal that ended it, else 0
local Process = {}
Process.__index = Process

---@class spec.process.options
---@field env? table<string, string|false> changes to the environment; false removes
---@field cwd? string
---@field stdin? string all of its input; without it, write() and close_input()
---@field timeout? number seconds, for run() alone

--- Start a program.
---@param argv string[] the program, looked up in PATH, and its arguments
---@param options? spec.process.options
---@return spec.process
function process.spawn(argv, options)
  options = options or {}
  local self = setmetatable({ out = "", err = "", argv = argv, consumed = 1 }, Process)
  local input, output, errors = uv.new_pipe(), uv.new_pipe(), uv.new_pipe()
  local open = 2
  -- The kernel ends the child when this process ends, even by SIGKILL.
  local args = { "--pdeathsig", "KILL", "--", table.unpack(argv) }
  local handle, pid = uv.spawn("setpriv", {
    args = args,
    stdio = { input, output, errors },
    env = environment(options.env),
    cwd = options.cwd,
  }, function(code, signal)
    self.ended_code, self.ended_signal = code, signal
    self.handle:close()
    close(input)
  end)
  assert(handle, pid)
  self.handle, self.pid, self.input = handle, pid, input
  local function collect(field, pipe)
    return function(_, data)
      if data then
        self[field] = self[field] .. data
      else
        close(pipe)
        open = open - 1
      end
    end
  end
  output:read_start(collect("out", output))
  errors:read_start(collect("err", errors))
  -- A running child must not keep the loop of the code under test going.
  handle:unref()
  input:unref()
  output:unref()
  errors:unref()
  self.is_over = function()
    if self.ended_code and (open == 0 or self.abandoned) and not self.code then
      self.code, self.signal = self.ended_code, self.ended_signal
      close(output)
      close(errors)
    end
    return self.code ~= nil
  end
  if options.stdin then
    self:write(options.stdin)
    self:close_input()
  end
  return self
end

--- Give it input.
function Process:write(text)
  if not self.input:is_closing() then
    self.input:write(text)
  end
end

--- End its input.
function Process:close_input()
  if not self.input:is_closing() then
    self.input:shutdown(function() close(self.input) end)
  end
end

--- The next line of its output that was not taken yet.
---@param timeout? number seconds
---@return string|nil line without the newline; nil when it ended or was silent too long
function Process:read_line(timeout)
  local function next_line()
    return self.out:find("\n", self.consumed, true) or self.is_over()
  end
  process.wait_until(next_line, timeout)
  local stop = self.out:find("\n", self.consumed, true)
  if stop then
    local line = self.out:sub(self.consumed, stop - 1)
    self.consumed = stop + 1
    return line
  end
end

--- Waits until it has printed `text`, and takes all up to there.
---@param text string
function Process:see(text)
  local from, to
  process.wait_until(function()
    local is_over = self.is_over() -- before the look at what it has printed to its end
    from, to = self.out:find(text, self.consumed, true)
    return from or is_over
  end)
  if not from then
    error("not seen: " .. text .. " in " .. self.out:sub(self.consumed), 2)
  end
  self.consumed = to + 1
end

--- Whether it is still there.
function Process:is_running()
  if not self.ended_code then
    self.handle:ref() -- a loop without anything to wait for would not look
    uv.run("nowait")
  end
  if not self.ended_code then
    self.handle:unref()
  end
  return self.ended_code == nil
end

--- Send a signal.
---@param name string|integer "sigstop", "sigint", …
function Process:kill(name)
  if not self.ended_code then
    self.handle:kill(name or "sigkill")
  end
end

--- Wait for its end.
---@param timeout? number seconds
---@return integer|nil code, integer|nil signal; nil when it still runs
function Process:wait(timeout)
  process.wait_until(self.is_over, timeout)
  return self.code, self.signal
end

--- End it, gently if it lets itself be. An ended process is allowed.
function Process:stop()
  self:kill("sigterm")
  self:kill("sigcont")
  process.wait_until(function() return self.ended_code end, 5)
  self:kill("sigkill")
  -- Its own children may keep the pipes open.
  process.wait_until(self.is_over, 1)
  self.abandoned = true
  process.wait_until(self.is_over, 5)
end

--- Run a program to its end.
---@param argv string[]
---@param options? spec.process.options
---@return spec.process result with out, err, code, signal; timed_out = true and code = 124 if it had to
---  be killed, which err says, too
function process.run(argv, options)
  local self = process.spawn(argv, options)
  if not (options and options.stdin) then
    self:close_input()
  end
  if not self:wait(options and options.timeout) then
    self.timed_out = true
    self:kill("sigkill")
    self.abandoned = not self:wait(1)
    self:wait(5)
    self.code = TIMED_OUT -- a killed program has 0, which must not pass for well
    -- In the message of a spec that compares the output.
    self.err = ("%s\n[killed after %g s: %s]\n"):format(self.err, options and options.timeout or DEFAULT_TIMEOUT,
      table.concat(argv, " "))
  end
  return self
end

--- Stock Lua, of the version that luashot is built for.
process.stock = os.getenv("LUASHOT_LUA") or "lua5.4"

--- The argument list that runs stock Lua, with the sanitizer's library when the module under test
--- needs it.
---@param ... string its arguments
---@return string[]
function process.lua(...)
  local library = os.getenv("LUASHOT_PRELOAD")
  if library then
    return { "env", "LD_PRELOAD=" .. library, process.stock, ... }
  end
  return { process.stock, ... }
end

return process
