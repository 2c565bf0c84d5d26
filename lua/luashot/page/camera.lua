--- The newest picture of the screen, for the live views of a page, while there are viewers. All views share it, so
--- that each change is captured once.

local jobs = require "luashot.schedule.jobs"
local luashot = require "luashot"

local FAILED <const> = 1 -- second until a capture that failed is tried again

---@class luashot.page.Camera
---@field display luashot.Display
---@field what luashot.What|nil
---@field tell fun() called for each new picture
---@field frame luashot.Frame|nil the newest picture, until drop()
---@field serial integer counts the pictures
---@field fps number|nil of now; nil while it is off
local Camera = {}
Camera.__index = Camera

local function take(self, frame)
  self:drop()
  self.frame, self.serial = frame, self.serial + 1
  self.tell()
end

-- Takes a picture of each change until that fails, as when a monitor is away.
local function follow(self, fps)
  local watch <close> = self.display:on_change(self.what, function(frame)
    take(self, frame:crop(0, 0, frame.width, frame.height))
  end, { min_interval = 1 / fps, name = "page" })
  local frame = watch and self.display:grab(self.what)
  if frame then
    take(self, frame)
  end
  while frame and not watch.stopped do
    luashot.sleep(FAILED)
  end
end

--- Takes a picture now, and of each change from now on, at most `fps` a second.
---@param fps number
function Camera:start(fps)
  self:stop()
  self.fps = fps
  self.job = jobs.create(function()
    luashot.sleep(0) -- the caller first keeps this job
    while true do
      follow(self, fps)
      luashot.sleep(FAILED)
    end
  end, { name = "page" })
end

--- Releases the picture, when all have seen it.
function Camera:drop()
  if self.frame then
    self.frame:release()
    self.frame = nil
  end
end

--- Takes no picture until the next start.
function Camera:stop()
  if self.job then
    self.job:stop()
    self.job, self.fps = nil, nil
  end
  self:drop()
end

---@param display luashot.Display
---@param what luashot.What|nil
---@param tell fun()
---@return luashot.page.Camera
return function(display, what, tell)
  return setmetatable({ display = display, what = what, tell = tell, serial = 0 }, Camera)
end
