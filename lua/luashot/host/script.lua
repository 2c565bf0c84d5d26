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

--- The folders of ready-made scripts.
---@param program string|nil the program's folder
---@param environment boolean whether LUASHOT_SCRIPTS counts
---@return string[]
function script.places(program, environment)
  local list = {}
  for folder in (environment and os.getenv "LUASHOT_SCRIPTS" or ""):gmatch "[^:]+" do
    if folder:sub(1, 1) == "/" then
      list[#list + 1] = folder
    end
  end
  if program then
    list[#list + 1] = program .. "/share/luashot/scripts"
    list[#list + 1] = program .. "/../share/luashot/scripts"
  end
  return list
end

local function installed(name, places)
  for _, folder in ipairs(places) do
    local path = folder .. "/" .. name
    if is_readable(path) then
      return path
    end
  end
end

--- The path of a script. A name without a slash is a ready-made script, which no file of the current folder can
--- replace; else a file; else a file beside the ready-made scripts; else the name itself.
---@param name string
---@param places string[] the folders of ready-made scripts
---@return string path
function script.find(name, places)
  if name:find("/", 1, true) then
    return name
  end
  return installed(name .. ".lua", places) or not is_readable(name) and installed(name, places) or name
end

--- The names of the ready-made scripts, sorted.
---@param places string[] their folders
---@return string[]
function script.ready_made(places)
  local names, uv = {}, require "luv"
  for _, folder in ipairs(places) do
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
---@param places string[] the folders of ready-made scripts
---@return string
function script.hint(name, places)
  if name:find "^%d+x%d+$" or name:find "^wayland:%d+x%d+$" then
    return "; a size belongs to its option: --headless=" .. name
  end
  local names = not name:find "[/.]" and not is_readable(name) and script.ready_made(places) or {}
  if #names == 0 then
    return ""
  end
  local nearest = core.nearest(name, names)
  local guess = nearest and ("did you mean '%s'? "):format(nearest) or ""
  return ("; no ready-made script has that name (%savailable: %s)"):format(guess, table.concat(names, ", "))
end

-- The folder of a script; nil when modules cannot be looked up in it.
local function folder_of(path, real_path)
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

-- The file of a module below a folder where everybody may put files; nil if there is none, or with a message if it
-- or a folder on the way belongs to somebody who is not trusted.
local function find_trusted(name, folder, forms, trusted)
  local path = package.searchpath(name, folder .. table.concat(forms, ";" .. folder))
  local place = folder
  for part in (path or folder):sub(#folder + 1):gmatch "[^/]+" do
    place = place .. "/" .. part
    local info = require("luv").fs_lstat(place)
    if not info or not trusted[info.uid] then
      return nil, ("\n\t'%s' belongs to another user, in a folder where everybody may write"):format(place)
    end
  end
  return path
end

--- Search for modules beside a script in a folder where everybody may put files, such as /tmp: among those of this
--- user, of root and of the script's owner.
---@param path string the script
---@param folder string
local function search_carefully(path, folder)
  table.insert(package.searchers, 2, function(name)
    local uv = require "luv"
    local owner = uv.fs_stat(path)
    local trusted = { [0] = true, [uv.getuid()] = true, [owner and owner.uid or 0] = true }
    local file, why = find_trusted(name, folder, { "/?.lua", "/?/init.lua" }, trusted)
    if file then
      return assert(loadfile(file)), file
    end
    local library, problem = find_trusted(name, folder, { "/?.so" }, trusted)
    if library then
      return assert(package.loadlib(library, "luaopen_" .. name:gsub("%.", "_"))), library
    end
    return why or problem
  end)
end

--- Search for modules in the script's folder first, and in no relative path: a program that runs
--- unattended must not load files from the current folder.
---@param path string|nil the script
---@param real_path fun(path: string): string|nil
---@param is_foreign? fun(path: string): boolean whether nothing there may be loaded
function script.set_paths(path, real_path, is_foreign)
  local entries, libraries = absolute(package.path, is_foreign), absolute(package.cpath, is_foreign)
  local folder = path and folder_of(path, real_path)
  if folder and core.is_shared(folder) then
    search_carefully(path, folder)
  elseif folder then
    table.insert(entries, 1, folder .. "/?.lua")
    table.insert(entries, 2, folder .. "/?/init.lua")
    table.insert(libraries, 1, folder .. "/?.so")
  end
  package.path, package.cpath = table.concat(entries, ";"), table.concat(libraries, ";")
end

return script
