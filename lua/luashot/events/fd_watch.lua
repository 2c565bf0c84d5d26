--- Calls a function when a descriptor is readable: other threads and connections wake the loop this way.

local failure = require "luashot.schedule.failure"
local uv = require "luashot.luv"

---@class luashot.FdWatch
local Watch = { __name = "luashot.FdWatch" }
Watch.__index = Watch

--- Ends the watch. Stopping twice is allowed.
function Watch:stop()
  if self.handle then
    self.handle:stop()
    self.handle:close()
    self.handle = nil
  end
end

Watch.__close = Watch.stop

--- Sets whether the watch keeps the loop running.
---@param on boolean
function Watch:hold(on)
  if self.handle then
    self.handle[on and "ref" or "unref"](self.handle)
  end
end

--- Calls `fn` in the loop whenever `fd` is readable; `fn` must read the data, and cannot sleep.
--- The descriptor stays the caller's and must outlive the watch. Until hold(true), a watch does not
--- keep the loop running.
---@param fd integer
---@param fn fun()
---@return luashot.FdWatch
return function(fd, fn)
  local handle = assert(uv.new_poll(fd))
  handle:start("r", function(why)
    if why then
      failure.add(why)
    else
      failure.guard(nil, fn)
    end
  end)
  handle:unref()
  return setmetatable({ handle = handle }, Watch)
end
