--- Finds scripts that are given by name only, and the modules that a script requires.

local core = require "luashot.core"

local script = {}

local function is_readable(path)
  local file = io.open(path, "r")
  local _, why
  if file then
    _, why = file:read(0) -- a folder can be opened, but not read
    file:close()
  end
  return file ~= nil and why == nil
end

local function folders(program)
  local list = {}
  for folder in (os.getenv "LUASHOT_SCRIPTS" or ""):gmatch "[^:]+" do
    list[#list + 1] = folder
  end
  if program then
    list[#list + 1] = program .. "/share/luashot/scripts"
    list[#list + 1] = program .. "/../share/luashot/scripts"
  end
  return list
end

-- The path of a file in the folders of ready-made scripts.
local function installed(name, program)
  for _, folder in ipairs(folders(program)) do
    local path = folder .. "/" .. name
    if is_readable(path) then
      return path
    end
  end
end

--- The path of a script. A name without a slash is a ready-made script, which no file of the current folder can
--- replace; else a file; else a file beside the ready-made scripts; else the name itself.
---@param name string
---@param program string|nil the program's folder
---@return string path
function script.find(name, program)
  if name:find("/", 1, true) then
    return name
  end
  return installed(name .. ".lua", program) or not is_readable(name) and installed(name, program) or name
end

--- The names of the ready-made scripts, sorted.
---@param program string|nil the program's folder
---@return string[]
function script.ready_made(program)
  local names, uv = {}, require "luv"
  for _, folder in ipairs(folders(program)) do
    local request = uv.fs_scandir(folder)
    for file in function() return request and uv.fs_scandir_next(request) end do
      local name = file:match "^(.*)%.lua$"
      if name and not names[name] then
        names[name] = true
        table.insert(names, name)
      end
    end
  end
  table.sort(names)
  return names
end

--- The end of the message that `name` cannot be run: if it is neither a file nor a ready-made script, it
--- lists the ready-made scripts, or says where a size belongs.
---@param name string
---@param program string|nil
---@return string
function script.hint(name, program)
  if name:find "^%d+x%d+$" or name:find "^wayland:%d+x%d+$" then
    return "; a size belongs to its option: --headless=" .. name
  end
  local names = not name:find "[/.]" and not is_readable(name) and script.ready_made(program) or {}
  if #names == 0 then
    return ""
  end
  local nearest = core.nearest(name, names)
  local guess = nearest and ("did you mean '%s'? "):format(nearest) or ""
  return ("; no ready-made script has that name (%savailable: %s)"):format(guess, table.concat(names, ", "))
end

--- The folder of a script; nil when modules cannot be looked up in it.
---@param path string
---@param real_path fun(path: string): string|nil
---@return string|nil
function script.folder(path, real_path)
  local folder = real_path(path:match "^(.*/)[^/]*$" or ".")
  if folder and folder:find "[;?]" then
    warn(("modules beside the script are not found: its folder has a ; or ? in its name (%s)"):format(folder))
    return nil
  end
  return folder
end

local function absolute(path, is_foreign)
  local kept = {}
  for entry in path:gmatch "[^;]+" do
    if entry:sub(1, 1) == "/" and not (is_foreign and is_foreign(entry)) then
      kept[#kept + 1] = entry
    end
  end
  return kept
end

--- Search for modules in the script's folder first, and in no relative path: a program that runs
--- unattended must not load files from the current folder.
---@param folder string|nil
---@param is_foreign? fun(path: string): boolean whether nothing there may be loaded
function script.set_paths(folder, is_foreign)
  local path, cpath = absolute(package.path, is_foreign), absolute(package.cpath, is_foreign)
  if folder then
    table.insert(path, 1, folder .. "/?.lua")
    table.insert(path, 2, folder .. "/?/init.lua")
    table.insert(cpath, 1, folder .. "/?.so")
  end
  package.path, package.cpath = table.concat(path, ";"), table.concat(cpath, ";")
end

return script
