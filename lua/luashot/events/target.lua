--- What those who watch a place of the screen have to know of it: whether it stays where it is, and
--- whether the server tells of all that changes there.

local target = {}

--- Whether it is a window: found anew by each capture, and there only while it is shown.
---@param what luashot.What
---@return boolean
function target.is_window(what)
  return type(what) == "table" and not what.output
    and (what.window or what.title or what.class or what.id) ~= nil
end

--- Whether the same pixels of the root are captured each time, but for a new layout of the monitors.
---@param what luashot.What
---@return boolean
function target.is_fixed(what)
  return what ~= "cursor" and not target.is_window(what) and not (type(what) == "table" and what.follow)
end

--- Why no event tells of changes there; nil when events do.
---@param what luashot.What
---@return string?
function target.untold(what)
  if type(what) ~= "table" or what.output then
    return nil
  elseif what.obscured then
    return "no event tells of changes in what is covered of a window"
  elseif what.follow then
    return "no event tells where the pointer goes"
  end
end

--- Whether a failed capture says that the window is not to be seen now, and may be later.
---@param what luashot.What
---@param code string
---@return boolean
function target.is_away(what, code)
  return target.is_window(what) and (code == "ENOWINDOW" or code == "EHIDDEN")
end

return target
