--- The chunks of a command line, run one after the other as stock Lua does: LUA_INIT, -e and -l, the script.

local script = require "luashot.host.script"

local chunks = {}

local function run_library(text)
  local name, module = text:match("^([^=]*)=(.*)$")
  if not module then
    name, module = text:match("^[^-]*"), text
  end
  _G[name] = _G.require(module)
end

-- A function called as unnamed(f)() appears as "in main chunk" in a traceback, not under this file's
-- variable. Below, return (f()) is not a tail call, which a traceback would show.
local function unnamed(fn)
  return fn
end

local function run_text(text, chunk_name)
  local chunk, why = load(text, chunk_name)
  if chunk then
    unnamed(chunk)()
  end
  return why
end

local function run_file(load_file, path, ...)
  local chunk, why = load_file(path)
  if chunk then
    unnamed(chunk)(...)
  end
  return why
end

local function run_init()
  local name = "LUA_INIT" .. _VERSION:gsub("^Lua (%d+)%.(%d+)$", "_%1_%2")
  local text = os.getenv(name)
  if not text then
    name = "LUA_INIT"
    text = os.getenv(name)
  end
  if not text then
    return nil
  elseif text:sub(1, 1) == "@" then
    return (run_file(loadfile, text:sub(2)))
  end
  return (run_text(text, "=" .. name))
end

local function run_script(path, load_file)
  if type(arg) ~= "table" then
    error("'arg' is not a table", 0)
  end
  return (run_file(load_file, path ~= "-" and path or nil, table.unpack(arg)))
end

---@class luashot.chunks.options
---@field environment boolean whether LUA_INIT applies
---@field steps string[][] of -e and -l: the option and its text
---@field script string|nil the path, or "-" for standard input
---@field load_file function loads the script, instead of loadfile
---@field places string[] the folders of ready-made scripts

--- Runs all of them, in a job.
---@param options luashot.chunks.options
---@return string|nil why one could not be compiled; those after it did not run
function chunks.run(options)
  local why = options.environment and run_init()
  for _, step in ipairs(options.steps) do
    if why then
      return why
    elseif step[1] == "-l" then
      run_library(step[2])
    else
      why = run_text(step[2], "=(command line)")
    end
  end
  local path = options.script
  if not why and path then
    why = run_script(path, options.load_file)
    return why and path ~= "-" and why .. script.hint(path, options.places) or why
  end
  return why
end

return chunks
