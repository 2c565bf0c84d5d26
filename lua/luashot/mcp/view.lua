--- The part of a display that an agent may see, and in which it may act: all of it, a region, or a window.

local core = require "luashot.core"

---@class luashot.mcp.View
---@field display luashot.Display
---@field region luashot.Region|nil
---@field window table|nil a target of grab
---@field masks luashot.Region[] parts that are hidden
local View = {}
View.__index = View

local view = {}

--- Stops the call of a tool with a message for the model.
---@param message string
function view.refuse(message)
  error(setmetatable({ message = message }, view), 0)
end

-- Returns the value; without one, refuses the call with the message.
local function need(value, message)
  if not value then
    view.refuse(message)
  end
  return value
end
view.need = need

--- Intersects two rectangles; nil when they share nothing.
local function intersect(a, b)
  local x, y = math.max(a.x, b.x), math.max(a.y, b.y)
  local width = math.min(a.x + a.width, b.x + b.width) - x
  local height = math.min(a.y + a.height, b.y + b.height) - y
  return width > 0 and height > 0 and { x = x, y = y, width = width, height = height } or nil
end
view.intersect = intersect

local function shown(rect)
  return ("%dx%d+%d+%d"):format(rect.width, rect.height, rect.x, rect.y)
end

-- Adds to `rests` the parts of a rectangle that another one does not cover.
local function subtract(rect, other, rests)
  local common = intersect(rect, other)
  if not common then
    rests[#rests + 1] = rect
    return
  end
  local right, bottom = rect.x + rect.width, rect.y + rect.height
  local common_right, common_bottom = common.x + common.width, common.y + common.height
  for _, rest in ipairs {
    { x = rect.x, y = rect.y, width = rect.width, height = common.y - rect.y },
    { x = rect.x, y = common_bottom, width = rect.width, height = bottom - common_bottom },
    { x = rect.x, y = common.y, width = common.x - rect.x, height = common.height },
    { x = common_right, y = common.y, width = right - common_right, height = common.height },
  } do
    if rest.width > 0 and rest.height > 0 then
      rests[#rests + 1] = rest
    end
  end
end

-- Tells whether the masks leave anything of a rectangle.
local function is_hidden(self, rect)
  local rests = { rect }
  for _, mask in ipairs(self.masks) do
    local left = {}
    for _, rest in ipairs(rests) do
      subtract(rest, mask, left)
    end
    rests = left
  end
  return #rests == 0
end

-- Whether a listed window is the one that may be seen.
local function is_it(window, wanted)
  if wanted.window == "active" then
    return window.active
  elseif wanted.window then
    return window.id == wanted.window
  end
  return (not wanted.title or (window.title or ""):find(wanted.title) ~= nil)
    and (not wanted.class or (window.class or ""):find(wanted.class) ~= nil)
end

--- The windows that may be seen, from the topmost down.
---@return luashot.Window[]
function View:windows()
  local seen = {}
  for _, window in ipairs(need(self.display:windows())) do
    local may
    if self.window then
      may = is_it(window, self.window)
    else
      local part = not self.region and window or intersect(window, self.region)
      may = part and not is_hidden(self, part)
    end
    seen[#seen + 1] = may and window or nil
  end
  if self.window and #seen > 1 then
    view.refuse "several windows match --window: none can be seen until only one is left"
  end
  return seen
end

-- Returns the rectangle that a call names by an area, a monitor or a window; nil for the whole view.
local function named(self, where)
  if where.area then
    return where.area
  elseif where.monitor then
    for _, monitor in ipairs(need(self.display:monitors())) do
      if monitor.name == where.monitor or monitor.output == where.monitor then
        return monitor
      end
    end
    view.refuse(("there is no monitor '%s'; list_monitors lists them"):format(where.monitor))
  elseif where.window then
    for _, window in ipairs(self:windows()) do
      if window.id == where.window then
        return window
      end
    end
    view.refuse(("there is no window %d that may be seen; list_windows lists them"):format(where.window))
  end
end

-- Clips a rectangle to another one.
local function inside(rect, bounds, what)
  return need(intersect(rect, bounds), ("%s lies outside of what may be seen, which is %s of the screen")
    :format(what, shown(bounds)))
end

-- The target of grab that is the window's own picture, without what covers it.
function View:target()
  local window = self:windows()[1]
  local target = { obscured = true }
  for name, value in pairs(window and { window = window.id } or self.window) do
    target[name] = value
  end
  return target
end

--- Resolves the place of a call. Returns the target of grab, and the part to cut out of its frames (nil:
--- all), in pixels of the screen.
---@param where { area?: luashot.Region, monitor?: string, window?: integer }
---@return luashot.What target
---@return luashot.Region|nil part
function View:aim(where)
  if self.window then
    return self:target(), named(self, where)
  end
  local rect = named(self, where)
  if not rect then
    return self.region
  end
  local width, height = self.display:size()
  local root = { x = 0, y = 0, width = need(width, height), height = height }
  return inside(inside(rect, self.region or root, "that"), root, "that")
end

--- Cuts the part that `aim` named out of a frame; the caller still owns the frame.
function View.cut(_, frame, part)
  if not part then
    return frame
  end
  local rect = inside(part, { x = frame.x, y = frame.y, width = frame.width, height = frame.height }, "that")
  return need(frame:crop(rect.x - frame.x, rect.y - frame.y, rect.width, rect.height))
end

--- Captures the place of a call. The caller releases the frame.
function View:grab(where, options)
  local target, part = self:aim(where)
  local frame = need(self.display:grab(target, options))
  if not part then
    return frame
  end
  local _ <close> = frame
  return self:cut(frame, part)
end

--- Refuses a point outside of the view, because the agent cannot have seen it.
function View:check_point(x, y)
  local bounds = self.region
  if self.window then
    bounds = need(self:windows()[1], "the window that may be seen is not there")
  end
  if bounds and not intersect({ x = x, y = y, width = 1, height = 1 }, bounds) then
    view.refuse(("the point %d,%d lies outside of what may be seen, which is %s of the screen")
      :format(x, y, shown(bounds)))
  elseif is_hidden(self, { x = x, y = y, width = 1, height = 1 }) then
    view.refuse(("the point %d,%d lies in a part of the screen that is hidden"):format(x, y))
  end
end

--- Refuses a drag, which goes in a straight line, if that leaves the view: a program under the pointer may show what
--- is dragged, or open.
function View:check_way(x, y, to_x, to_y)
  self:check_point(x, y)
  self:check_point(to_x, to_y)
  local across, down = to_x - x, to_y - y
  local longest = math.max(math.abs(across), math.abs(down))
  for i = 1, longest - 1 do
    local at_x, at_y = x + across * i / longest, y + down * i / longest
    local left, top = math.floor(at_x), math.floor(at_y)
    local pixels = { x = left, y = top, width = math.ceil(at_x) - left + 1, height = math.ceil(at_y) - top + 1 }
    for _, mask in ipairs(self.masks) do
      local common = intersect(pixels, mask)
      if common then
        view.refuse(("a drag goes in a straight line: from %d,%d to %d,%d it would cross the hidden part of the screen "
          .. "at %d,%d"):format(x, y, to_x, to_y, common.x, common.y))
      end
    end
  end
end

--- Refuses keys.
---@param typed? integer characters that went to the window before
function view.refuse_keys(typed)
  view.refuse("the window that may be seen does not have the focus: click it first"
    .. ((typed or 0) > 0 and ("; %d characters were typed before"):format(typed) or ""))
end

--- Refuses keys that would go to another window than the visible one.
---@param typed? integer characters that went there before
function View:check_focus(typed)
  if not self.window then
    return
  end
  local seen = self:windows()[1]
  if not (seen and seen.active) then
    view.refuse_keys(typed)
  end
end

--- Lets acts that follow reach no other window than the one that may be seen.
function View:bind_acts()
  if self.window then
    core.act_only(self.display, need(self:windows()[1], "the window that may be seen is not there").id)
  end
end

--- A view of a display.
---@param display luashot.Display
---@param bounds { region?: luashot.Region, window?: table, masks?: luashot.Region[] }
---@return luashot.mcp.View
function view.new(display, bounds)
  return setmetatable({ display = display, region = bounds.region, window = bounds.window,
    masks = bounds.masks or {} }, View)
end

return view
