--- Properties of a watched target: whether it stays in place, and whether the server reports all changes of
--- it.

local target = {}

--- Whether it is a window: each capture searches for it again, and it exists only while it is shown.
---@param what luashot.What
---@return boolean
function target.is_window(what)
  return type(what) == "table" and not what.output
    and (what.window or what.title or what.class or what.id) ~= nil
end

--- Whether each capture takes the same pixels of the root, unless the layout of the monitors changes.
---@param what luashot.What
---@return boolean
function target.is_fixed(what)
  return what ~= "cursor" and not target.is_window(what) and not (type(what) == "table" and what.follow)
end

--- The reason why no event reports changes of it; nil when events do.
---@param what luashot.What
---@param display luashot.Display
---@return string?
function target.untold(what, display)
  if type(what) ~= "table" or what.output then
    return nil
  elseif target.is_window(what) and display:stats().path:find "^wl%-" then
    return "Wayland tells no client where a window is"
  elseif what.obscured then
    return "no event reports changes of a window's covered parts"
  elseif what.follow then
    return "no event reports the pointer's movement"
  end
end

--- Whether a failed capture means that the window is not shown now, and may come back.
---@param what luashot.What
---@param code string
---@return boolean
function target.is_away(what, code)
  return target.is_window(what) and (code == "ENOWINDOW" or code == "EHIDDEN")
end

return target
