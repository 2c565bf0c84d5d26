--- The commands that every fleet knows: a picture now, one of the script's jobs, new settings.

local schedule = require "luashot.schedule"

local handlers = {}

local WIDEST <const> = 16384

-- A number of a command, between two bounds; nil for any other value.
local function bounded(value, low, high)
  local number = math.tointeger(value)
  return number and math.min(math.max(number, low), high)
end

local function grab_screen()
  local grab = _G.grab
  if not grab then
    return nil, "this host has no display", "ENODISPLAY"
  end
  return grab()
end

--- Makes the handler of "picture". `send` gets the picture, the options of its encoding and the request.
---@param fn? fun(argument: table): luashot.Frame|nil, string?, string?
---@param send fun(frame: luashot.Frame, options: table, request: table): any
function handlers.picture(fn, send)
  fn = fn or grab_screen
  return function(argument, request)
    local frame, why, code = fn(argument)
    if not frame then
      return nil, why or "no picture was made", code
    end
    local held <close> = frame
    local options = { quality = bounded(argument.quality, 1, 100), width = bounded(argument.width, 16, WIDEST) }
    return send(held, options, request)
  end
end

local function find_job(name)
  for _, job in ipairs(schedule.jobs()) do
    if job.name == name then
      return job
    end
  end
end

--- Makes the handler of "run", which starts one of the jobs that are allowed by name.
---@param names string[]
function handlers.run(names)
  local allowed = {}
  for _, name in ipairs(names) do
    allowed[name] = true
  end
  return function(argument)
    local job = allowed[argument.job] and find_job(argument.job)
    if not job then
      return nil, ("there is no job '%s' that may be run"):format(tostring(argument.job)), "EACCES"
    end
    job:trigger()
    return "started"
  end
end

--- Makes the handler of "settings": a document with a version, which the host obeys once and publishes by `show`.
---@param fn fun(document: table, version: string|integer): any, string?
---@param show fun(document: table)
function handlers.settings(fn, show)
  local obeyed
  return function(argument)
    local version = argument.version
    if type(version) ~= "string" and math.type(version) ~= "integer" then
      return nil, "settings need a version: a string or an integer", "EINVAL"
    elseif version == obeyed then
      return { version = version }
    end
    local ok, why = fn(argument, version)
    local failed = ok == nil and why ~= nil or ok == false
    obeyed = not failed and version or obeyed
    show { version = version, ok = not failed, error = failed and tostring(why or "refused") or nil, time = os.time() }
    if failed then
      return nil, tostring(why or "the settings are refused"), "EINVAL"
    end
    return { version = version }
  end
end

return handlers
