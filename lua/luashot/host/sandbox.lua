--- The Lua part of --sandbox: it opens the connections, lets the kernel lock the process
--- (src/process/sandbox.h enforces the limits), and removes functions that would only fail inside.

local core = require "luashot.core"
local luashot = require "luashot"

local sandbox = {}

local CONNECTIONS <const> = 4 -- the times that a script can open the display
local LARGEST <const> = 16 << 20 -- bytes of a script's text, which no limit of the kernel's bounds yet
local PATIENCE <const> = 5 -- seconds, with a server that does not answer

local function words(text)
  local set = {}
  for word in text:gmatch "%S+" do
    set[word] = true
  end
  return set
end

local functions = words [[assert collectgarbage error getmetatable ipairs next pairs pcall print rawequal
  rawget rawlen rawset select setmetatable tonumber tostring type warn xpcall]]
local values = words "_G _VERSION arg luashot grab every after at cron sleep help"
local public = words "buffer distance load open version"
local libraries = words "coroutine math string table utf8"

-- frame:save_async requires "luashot.events.saving"; scripts cannot misuse its value.
local modules = words "luashot.schedule luashot.events.saving"

local function copy(table)
  local new = {}
  for key, value in pairs(table) do
    new[key] = value
  end
  return new
end

-- The module without the functions of luashot's own files, which take any path, descriptor and bytes.
local function published()
  local lazy = getmetatable(luashot).lazy
  local module = setmetatable({}, {
    __index = function(_, name)
      return lazy[name] and luashot[name]
    end,
  })
  for name in pairs(public) do
    module[name] = luashot[name]
  end
  return module
end

-- No precompiled code: the virtual machine trusts it.
local load_any = load
local function load_text(chunk, name, _, ...)
  return load_any(chunk, name, "t", ...)
end

local required = {}

local function require_safe(name)
  if required[name] then
    return required[name]
  elseif libraries[name] then
    return _G[name]
  elseif not modules[name] then
    error(("module '%s' is not available in a sandbox, nor are ready-made scripts"):format(tostring(name)), 2)
  end
  return require(name)
end

local function missing(name)
  return function()
    error(name .. " is not available in a sandbox", 2)
  end
end

-- The embedded files have a separate environment; _G is the script's.
local function reduce()
  string.dump = nil -- luacheck: ignore 122
  debug.getmetatable("").__metatable = false
  for name in pairs(copy(_G)) do
    if libraries[name] then
      _G[name] = copy(_G[name])
    elseif not functions[name] and not values[name] then
      _G[name] = nil
    end
  end
  _G.os = {
    clock = os.clock,
    date = os.date,
    difftime = os.difftime,
    exit = function(...)
      return os.exit(...) -- which may be wrapped by now
    end,
    time = os.time,
  }
  _G.load = load_text
  _G.require = require_safe
  package.loaded["luashot.record.encoder"] = {
    start = function()
      return nil, "a sandbox has no programs: leave 'program' and 'arguments' out", "ESANDBOX"
    end,
    settle = function() end,
  }
  for _, name in ipairs { "fleet", "page", "run_program" } do
    getmetatable(luashot).lazy[name] = function()
      return missing("luashot." .. name)
    end
  end
  luashot.frame.words = missing "frame:words" -- the library opens files, and is large
  required.luashot = published()
  _G.luashot = required.luashot
end

-- Makes the connections, and returns their number.
local function connect()
  local count, message, code = core.connect_ahead(CONNECTIONS, PATIENCE)
  core.connect_ahead = nil
  if not count then
    function luashot.open()
      return nil, message, code
    end
  end
  return count or 0
end

local function read(script)
  local file, why = io.stdin, nil
  if script then
    file, why = io.open(script, "rb")
  end
  local pieces, size = {}, 0
  while file and size <= LARGEST do
    local piece
    piece, why = file:read(1 << 16)
    if not piece then
      break
    end
    pieces[#pieces + 1], size = piece, size + #piece
  end
  if script and file then
    file:close()
  end
  if size > LARGEST then
    return nil, ("--sandbox: the script has more than %d MiB"):format(LARGEST >> 20)
  end
  return not why and table.concat(pieces) or nil, why and ("cannot open " .. why)
end

-- The libraries for videos take a moment, and memory; they are loaded for scripts that may want them.
local function load_videos(texts)
  for _, text in ipairs(texts) do
    if text:find "record" then
      core.load_video() -- a missing library is reported at its first use
      break
    end
  end
  core.load_video = nil
end

--- A test for entries of package.path: no module may come from the sandbox's folder, where an earlier script may
--- have put it.
---@param folder string of the sandbox
---@param real_path fun(path: string): string|nil
---@return fun(entry: string): boolean whether modules of this entry may lie in the folder
function sandbox.is_foreign(folder, real_path)
  local root = (real_path(folder) or folder):gsub("/*$", "/")
  return function(entry)
    local place = real_path(entry:match "^([^?]*)/" .. "/")
    place = place and place:gsub("/*$", "/")
    return not place or place:sub(1, #root) == root or root:sub(1, #place) == place
  end
end

--- Locks the process, for good.
---@param lock fun(connections: integer): boolean|nil, string the kernel's part
---@param script string|nil the path of the script, or "-"
---@param steps string[][] of -e and -l: the option and its text
---@return nil|(fun(path: string|nil): function|nil, string) load, instead of loadfile: it loads only that script
---@return string|nil message why the process could not be locked; then nothing must run
function sandbox.enter(lock, script, steps)
  local text, problem
  if script then
    text, problem = read(script ~= "-" and script or nil)
  end
  pcall(require, "dkjson") -- for luashot.json
  local texts = { text }
  for _, step in ipairs(steps) do
    texts[#texts + 1] = step[2]
  end
  load_videos(texts)
  local connections = connect()
  io.stdout:setvbuf "line" -- the script has no function to flush it
  local ok, message = lock(connections)
  if not ok then
    return nil, message
  end
  reduce()
  return function(path)
    if not text then
      return nil, problem
    end
    return load_text(text:gsub("^#[^\n]*", "", 1), path and "@" .. path or "=stdin")
  end
end

return sandbox
