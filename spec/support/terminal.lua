--- A program on a terminal of its own, whose screen can be looked at.
local json = require "dkjson"
local need = require "spec.support.need"
local process = require "spec.support.process"

local PYTHON <const> = "/usr/bin/python3" -- the one that python3-pyte is for

local terminal = {}

---@class spec.terminal
---@field screen string the rows, as far as something is in them
---@field x integer where the cursor is, from 0
---@field raw string everything that the program has sent
---@field code integer|nil its exit code, once it has ended
---@field signal integer|nil what ended it
local Terminal = {}
Terminal.__index = Terminal

--- Starts a program. TERM is xterm-256color, if `options.env` says nothing else.
---@param argv string[]
---@param options? { columns?: integer, rows?: integer, env?: table, answer?: string }
---@return spec.terminal
function terminal.spawn(argv, options)
  options = options or {}
  need(process.run({ PYTHON, "-c", "import pyte" }).code == 0, "python3-pyte is not installed")
  local env = { TERM = "xterm-256color", ANSWER = options.answer or "", LANG = "C.UTF-8" }
  for name, value in pairs(options.env or {}) do
    env[name] = value
  end
  local child = process.spawn({
    PYTHON, "spec/support/terminal.py", tostring(options.columns or 80), tostring(options.rows or 24),
    table.unpack(argv),
  }, { env = env })
  return setmetatable({ child = child, screen = "", raw = "" }, Terminal)
end

local function unhex(text)
  return (text:gsub("%x%x", function(byte)
    return string.char(tonumber(byte, 16))
  end))
end

-- Takes what has come.
local function update(self)
  for line in self.child.out:sub(self.taken or 1):gmatch "([^\n]*)\n" do
    self.taken = (self.taken or 1) + #line + 1
    local state = json.decode(line)
    if state.rows then
      self.screen = table.concat(state.rows, "\n"):gsub("\n+$", "")
      self.x, self.y = state.x, state.y
      self.raw = self.raw .. unhex(state.raw)
    else
      self.code, self.signal = state.code, state.signal
    end
  end
end

local function send(self, ...)
  self.child:write(json.encode({ ... }) .. "\n")
end

function Terminal:type(text)
  send(self, "type", text)
end

function Terminal:resize(columns, rows)
  send(self, "resize", columns, rows)
end

function Terminal:kill(number)
  send(self, "signal", number)
end

--- Waits until the screen ends with `text`, or matches a pattern if `text` is a function.
---@param text string|fun(screen: string): any
function Terminal:see(text)
  local seen = process.wait_until(function()
    update(self)
    if type(text) == "function" then
      return text(self.screen)
    end
    return self.screen:sub(-#text) == text
  end, 60)
  if not seen then
    error(("not seen: %s on\n%s\n%s"):format(tostring(text), self.screen, self.child.err), 2)
  end
end

--- Waits for the program's end.
---@return integer|nil code
---@return integer|nil signal
function Terminal:wait()
  process.wait_until(function()
    update(self)
    return self.code or self.signal
  end, 30)
  return self.code, self.signal
end

function Terminal:stop()
  self.child:stop()
end

return terminal
