--- Lua values that live in another process: the second side of everything that is shared between
--- processes. `remote.start():require "luashot.zerobuffer"` is that module over there; what its
--- functions and methods return are plain values, or proxies of objects whose methods run there.
---
--- This file is also the program that the other process runs.

-- Text that Lua reads as the same values. What cannot be told in text is left to `name_object`.
local function encode(value, name_object)
  if type(value) == "table" and not getmetatable(value) then
    local parts = {}
    for key, field in pairs(value) do
      table.insert(parts, ("[%s]=%s"):format(encode(key, name_object), encode(field, name_object)))
    end
    return "{" .. table.concat(parts, ",") .. "}"
  end
  if type(value) == "table" or type(value) == "userdata" or type(value) == "function" then
    return name_object(value)
  end
  return string.format("%q", value)
end

local function encode_all(values, name_object)
  local parts = {}
  for i = 1, values.n do
    parts[i] = encode(values[i], name_object)
  end
  return table.concat(parts, ",")
end

if arg[0]:find "remote%.lua$" then
  local objects = {}

  -- Fields that are asked for at once, because a proxy cannot tell a field from a method.
  local function name_object(value)
    table.insert(objects, value)
    local fields = {}
    for _, field in ipairs { "sequence", "size" } do
      local ok, found = pcall(function() return value[field] end)
      fields[field] = ok and math.type(found) and found or nil
    end
    return ("object(%d,%s)"):format(#objects, encode(fields))
  end

  local scope = setmetatable({
    object = function(number) return objects[number] end,
    call = function(object, name, ...) return object[name](...) end,
  }, { __index = _G })

  io.stdout:setvbuf "full"
  for header in io.lines() do
    local source = io.read(tonumber(header))
    local results = table.pack(xpcall(assert(load(source, "=remote", "t", scope)), debug.traceback))
    local answer = encode_all(results, name_object)
    io.write(#answer, "\n", answer)
    io.flush()
  end
  return
end

local process = require "spec.support.process"

local remote = {}

---@class spec.remote
---@field process spec.process
local Remote = {}
Remote.__index = Remote

local Proxy = {}
local homes = setmetatable({}, { __mode = "k" })

local function name_proxy(value)
  return ("object(%d)"):format(assert(homes[value], "not a value that can be sent").number)
end

function Proxy.__index(self, name)
  local home = homes[self]
  if home.fields[name] ~= nil then
    return home.fields[name]
  end
  return function(...)
    return home.remote:call(self, name, ...)
  end
end

function Proxy.__close(self)
  homes[self].remote:run("local object <close> = ...", self)
end

--- Start the other process. It ends with this one, or by stop().
---@return spec.remote
function remote.start()
  local program = assert(os.getenv "LUASHOT_SOURCE") .. "/spec/support/remote.lua"
  return setmetatable({ process = process.spawn(process.lua(program)) }, Remote)
end

--- Begin to run source text there, and do not wait: result() does. One at a time.
function Remote:begin(source, ...)
  source = ("return (function(...) %s\nend)(%s)"):format(source, encode_all(table.pack(...), name_proxy))
  self.process:write(#source .. "\n" .. source)
end

--- What begin() began has returned. Raises what was raised there.
---@param timeout? number seconds
function Remote:result(timeout)
  local child = self.process
  local header = child:read_line(timeout)
  assert(header, "the other process does not answer: " .. child.err)
  local size = tonumber(header)
  process.wait_until(function() return #child.out >= child.consumed - 1 + size end, timeout)
  local answer = child.out:sub(child.consumed, child.consumed - 1 + size)
  assert(#answer == size, "the other process has ended: " .. child.err)
  child.out, child.consumed = child.out:sub(child.consumed + size), 1
  local function object(number, fields)
    local proxy = setmetatable({}, Proxy)
    homes[proxy] = { remote = self, number = number, fields = fields }
    return proxy
  end
  local results = table.pack(assert(load("return " .. answer, "=remote", "t", { object = object }))())
  if not results[1] then
    error(results[2], 0)
  end
  return table.unpack(results, 2, results.n)
end

--- Run source text there.
---@param source string a function body; `...` are the arguments
function Remote:run(source, ...)
  self:begin(source, ...)
  return self:result()
end

--- Call a method or function of an object there. begin_call() does not wait.
function Remote:begin_call(object, name, ...)
  self:begin("return call(...)", object, name, ...)
end

function Remote:call(object, name, ...)
  self:begin_call(object, name, ...)
  return self:result()
end

--- A module over there.
function Remote:require(name)
  return self:run("local module = require(...) return setmetatable({}, { __index = module })", name)
end

--- End it by SIGKILL, and wait until it is gone.
function Remote:kill()
  self.process:kill "sigkill"
  self.process:wait(10)
end

--- Let it end as a program ends.
function Remote:stop()
  self.process:close_input()
  if not self.process:wait(10) then
    self.process:stop()
  end
end

return remote
