--- Files of specs, and folders of their own for them.
local process = require "spec.support.process"
local uv = require "luv"

local files = {}

---@param path string
---@return string bytes
function files.read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

---@param path string
---@param bytes string
---@return string path
function files.write(path, bytes)
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(bytes))
  return path
end

--- A new folder, which the spec removes.
---@return string
function files.folder()
  return assert(uv.fs_mkdtemp((os.getenv "TMPDIR" or "/tmp") .. "/luashot-spec-XXXXXX"))
end

--- A folder with all that is in it.
---@param folder string
function files.remove(folder)
  process.run { "rm", "-rf", folder }
end

--- The names in a folder, sorted: all there is, and nothing else.
---@param folder string
---@return string[]
function files.names(folder)
  local names = {}
  local request = assert(uv.fs_scandir(folder))
  for name in function() return (uv.fs_scandir_next(request)) end do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

return files
