--- luashot.rotate: keeps the latest files of a job, and removes the others.

local core = require "luashot.core"
local duration = require "luashot.schedule.duration"
local uv = require "luashot.luv"

local NS <const> = 1000000000
local HERE <const> = ".luashot-rotate" -- a name in the folder, whether or not a file has it
local SHARED <const> = 514 -- mode 1002: sticky, or everybody may write

-- A name as text that sorts by the value of its numbers: "shot-9" before "shot-10".
local function sortable(name)
  return (name:gsub("%d+", function(digits)
    digits = digits:gsub("^0+", "")
    return ("%020d%s"):format(#digits, digits)
  end))
end

local function split(pattern)
  local folder, name = pattern:match "^(.*/)([^/]*)$"
  folder, name = folder or "./", name or pattern
  if name == "" or folder:find "[*?]" then
    error(("bad argument #1 to 'rotate' (the last part of '%s' must be a pattern of files)"):format(pattern), 3)
  end
  local magic = name:gsub("[%^%$%(%)%%%.%[%]%+%-]", "%%%0"):gsub("%*", ".*"):gsub("%?", ".")
  return folder, "^" .. magic .. "$"
end

-- The owner whose files count in a folder: this user if everybody may write there, else nil for all.
-- Otherwise other users could make files whose number, size or time removes this user's files, and root would
-- remove theirs.
local function owner(folder)
  local state = uv.fs_fstat(folder)
  return state and state.mode & SHARED ~= 0 and uv.getuid() or nil
end

-- The matching files of the folder that `descriptor` holds, the latest first.
local function list(folder, magic, descriptor)
  local held = ("/proc/self/fd/%d/"):format(descriptor)
  local request, why, code = uv.fs_scandir(held)
  if not request then
    return core.fail(why, code)
  end
  local files, user = {}, owner(descriptor)
  for name in function() return uv.fs_scandir_next(request) end do
    -- As in shells, hidden files match only if the pattern begins with a dot.
    local is_meant = name:find(magic) and (name:sub(1, 1) ~= "." or magic:sub(2, 3) == "%.")
    local stat = is_meant and uv.fs_lstat(held .. name)
    if stat and stat.type == "file" and (not user or stat.uid == user) then
      files[#files + 1] = {
        path = folder .. name,
        held = held .. name,
        bytes = stat.size,
        time = stat.mtime.sec * NS + stat.mtime.nsec,
        order = sortable(name),
      }
    end
  end
  table.sort(files, function(a, b)
    if a.time ~= b.time then
      return a.time > b.time
    elseif a.order ~= b.order then
      return a.order > b.order
    end
    return a.path > b.path
  end)
  return files
end

--- Removes the oldest matching files until the rest is within the limits.
---@param pattern string "shots/door-*.png"
---@param limits luashot.RotateOptions
---@return string[]|nil removed
---@return string? message
---@return string? code
return function(pattern, limits)
  core.check_options(limits, { "count", "age", "bytes" })
  if type(pattern) ~= "string" then
    error(("bad argument #1 to 'rotate' (string expected, got %s)"):format(type(pattern)), 2)
  elseif not limits or not next(limits) then
    error("rotate needs a limit: count, age or bytes", 2)
  end
  for _, name in ipairs { "count", "bytes" } do
    local limit = limits[name]
    if limit ~= nil and (type(limit) ~= "number" or limit ~= limit or limit < 0) then
      error(("option '%s': a number of 0 or more expected, got %s"):format(name, tostring(limit)), 2)
    end
  end
  local oldest = limits.age and (uv.gettimeofday() - duration.option(limits.age, "age", 2)) * NS or -math.huge
  local folder, magic = split(pattern)
  local descriptor, why, code = core.folder_of(folder .. HERE)
  if not descriptor then
    return core.fail(why, code)
  end
  local _ <close> = setmetatable({}, { __close = function() uv.fs_close(descriptor) end })
  local files
  files, why, code = list(folder, magic, descriptor)
  if not files then
    return core.fail(why, code)
  end
  local removed, bytes = {}, 0
  for i, file in ipairs(files) do
    bytes = bytes + file.bytes
    if i > (limits.count or math.huge) or file.time < oldest or bytes > (limits.bytes or math.huge) then
      local ok
      ok, why, code = uv.fs_unlink(file.held)
      if not ok and code ~= "ENOENT" then
        return core.fail(why, code)
      end
      removed[#removed + 1] = file.path
    end
  end
  return removed
end
