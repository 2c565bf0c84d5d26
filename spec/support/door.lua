--- A host with a door, and those who come to it.
local files = require "spec.support.files"
local message = require "luashot.attach.message"
local process = require "spec.support.process"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

local door = {
  --- A job at 50 Hz that remembers its longest pause, without the time in which others had the processor.
  TICKER = [[
    uv = require "luv"
    gap, ticks = 0, 0
    local times = assert(uv.fs_open("/proc/thread-self/schedstat", "r", 0)) -- now: later there may be no descriptor
    local function now()
      local waited = tonumber((uv.fs_read(times, 64, 0):match "^%d+ (%d+)"))
      return uv.hrtime() - waited
    end
    local last = now()
    job = every("20ms", function()
      local moment = now()
      gap, last, ticks = math.max(gap, (moment - last) / 1e9), moment, ticks + 1
    end, { name = "ticker" })
    function status() print("status", job.name) end
  ]],
}

---@class spec.door
---@field folder string of its own
---@field path string of the socket
local Door = {}
Door.__index = Door

--- A place for a socket.
---@return spec.door
function door.new()
  local folder = files.folder()
  return setmetatable({ folder = folder, path = folder .. "/socket", children = {}, pipes = {} }, Door)
end

--- Ends all who were started, and takes the folder away.
function Door:close()
  for _, pipe in ipairs(self.pipes) do
    if not pipe:is_closing() then
      pipe:close()
    end
  end
  for _, child in ipairs(self.children) do
    child:stop()
  end
  files.remove(self.folder)
end

--- A child that ends with this.
---@param child spec.process
---@return spec.process
function Door:remember(child)
  self.children[#self.children + 1] = child
  return child
end

--- Start a host, and wait for its socket.
---@param script? string
---@param options? spec.process.options
---@return spec.process
function Door:listen(script, options)
  local argv = { luashot, "--listen", self.path, script and "-e" or nil, script }
  local child = self:remember(process.spawn(argv, options))
  local attached
  assert(process.wait_until(function()
    attached = attached or uv.fs_stat(self.path)
    return attached or child:is_running() == false
  end, 20) and attached, child.err)
  return child
end

--- Run luashot --attach with further arguments to its end.
---@param options spec.process.options
---@return spec.process
function Door:attach(options, ...)
  return process.run({ luashot, "--attach", self.path, ... }, options)
end

--- What a text prints there, which must go well.
---@param text string
---@return string
function Door:evaluate(text)
  local result = self:attach({}, "-e", text)
  assert(result.code == 0, result.err)
  return (result.out:gsub("\n$", ""))
end

---@class spec.door.connection
---@field pipe userdata
---@field messages string[][] kind and text of what has come and was not taken
---@field is_over boolean|nil whether the host has hung up
---@field why string|nil what was no message any more
local Connection = {}
Connection.__index = Connection

--- A bare connection, to be as rude by as one likes.
---@return spec.door.connection
function Door:connect()
  local self_ = setmetatable({ reader = message.reader(), messages = {}, pipe = uv.new_pipe(false) }, Connection)
  self.pipes[#self.pipes + 1] = self_.pipe
  local ready
  self_.pipe:connect(self.path, function(why)
    ready = why or true
  end)
  process.wait_until(function() return ready end, 20)
  assert(ready == true, ready)
  self_:read()
  return self_
end

--- Begins to read again.
function Connection:read()
  self.pipe:read_start(function(_, bytes)
    if not bytes then
      self.is_over = true
      return
    end
    self.reader:push(bytes)
    for kind, text in self.reader.next, self.reader do
      self.messages[#self.messages + 1] = { kind, text }
    end
    self.why = select(2, self.reader:next())
  end)
end

function Connection:send(kind, text)
  self.pipe:write(message.pack(kind, text))
end

--- The next message of a kind; those before it are dropped.
---@param kind string
---@return string|nil
function Connection:get(kind)
  local found
  process.wait_until(function()
    while self.messages[1] and not found do
      local one = table.remove(self.messages, 1)
      found = one[1] == kind and one[2]
    end
    return found or self.is_over
  end, 20)
  return found
end

return door
