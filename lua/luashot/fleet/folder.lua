--- Folders for a fleet's files. luashot opens them as `save` does: where other users can write, it follows no link of
--- theirs.

local core = require "luashot.core"
local uv = require "luashot.luv"

local folder = {}

local OTHERS <const> = 18 -- mode 022: group or others may write
local ANY <const> = ".luashot" -- a name in the folder, whether or not a file has it

--- A path to the folder of a descriptor, even after the folder is renamed or removed.
---@param descriptor integer
---@param name string
---@return string
function folder.below(descriptor, name)
  return ("/proc/self/fd/%d/%s"):format(descriptor, name)
end

local function descriptor_of(path)
  return core.folder_of(path .. "/" .. ANY)
end

--- Makes a folder for its user alone where it is missing.
---@param path string
---@param with_parents? boolean make those above it, too
---@return true|nil ok
---@return string? message
---@return string? code EACCES, ENOENT, and others of the system
function folder.make(path, with_parents)
  local parent, name = path:match "^(.-)/*([^/]+)/*$"
  if not name then
    return true -- the root
  elseif parent == "" then
    parent = path:sub(1, 1) == "/" and "/" or "."
  end
  local above, why, code = descriptor_of(parent)
  if code == "ENOENT" and with_parents and folder.make(parent, true) then
    above, why, code = descriptor_of(parent)
  end
  if not above then
    return nil, why, code
  end
  local made
  made, why, code = uv.fs_mkdir(folder.below(above, name), 448) -- 0700
  uv.fs_close(above)
  if not made and code ~= "EEXIST" then
    return core.fail(("cannot make the folder %s: %s"):format(path, why), code)
  end
  return true
end

--- Opens a folder that only this user may change, and makes it if it is missing.
---@param path string
---@return integer|nil descriptor
---@return string? message
---@return string? code EACCES when it is another user's, or others may write there
function folder.open(path)
  local ok, why, code = folder.make(path)
  if not ok then
    return nil, why, code
  end
  local place
  place, why, code = descriptor_of(path)
  if not place then
    return nil, why, code
  end
  local descriptor
  descriptor, why, code = uv.fs_open(folder.below(place, "."), "r", 0) -- one that can be synced
  uv.fs_close(place)
  if not descriptor then
    return core.fail(why, code)
  end
  local state = assert(uv.fs_fstat(descriptor))
  if state.uid ~= uv.getuid() or state.mode & OTHERS ~= 0 then
    uv.fs_close(descriptor)
    return core.fail(("the folder %s is not this user's alone: chown and chmod go-w make it so"):format(path), "EACCES")
  end
  return descriptor
end

return folder
