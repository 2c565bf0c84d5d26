--- The globals that the host gives to scripts: luashot, grab, every, after, at, cron, sleep, help.

local schedule = require "luashot.schedule"

local globals = {}

local ATTEMPTS <const> = 0.25 -- seconds between two

---@class luashot.Failure what grab raises
---@field message string
---@field code string "EBUSY", "ENODISPLAY", …
---@field where string "script.lua:3: " or empty
local Failure = {
  __name = "luashot.Failure",
  __tostring = function(failure)
    return failure.where .. failure.message
  end,
}

local function raise(message, code, level)
  local info = debug.getinfo(level + 1, "Sl")
  local where = info and info.currentline > 0 and ("%s:%d: "):format(info.short_src, info.currentline) or ""
  error(setmetatable({ message = message, code = code, where = where }, Failure))
end

local display -- the default one, opened on first use

local own_place = "^" .. debug.getinfo(1, "S").short_src:gsub("%p", "%%%0") .. ":%d+: "

-- Errors about the arguments must name the caller's line.
local function grab_from_default(...)
  local function call(...)
    return display:grab(...)
  end
  local ok, frame, message, code = pcall(call, ...)
  if not ok then
    error(type(frame) == "string" and frame:gsub(own_place, "") or frame, 3)
  end
  return frame, message, code
end

--- Grabs from the default display, which is opened on first use, and again when its connection is lost.
--- Raises a luashot.Failure where display:grab returns nil, message, code.
---@param what? string|table
---@param options? table
---@return luashot.Frame
local function grab(what, options)
  local message, code, frame
  if not display then
    display, message, code = require("luashot").open {}
    if not display then
      raise(message, code, 2)
    end
  end
  frame, message, code = grab_from_default(what, options)
  if code == "ELOST" and display:reconnect() then
    frame, message, code = grab_from_default(what, options)
  end
  if not frame then
    raise(message, code, 2)
  end
  return frame
end

-- With --verbose: prints the capture path of each display that is opened.
local function announce(luashot, say)
  local open = luashot.open
  function luashot.open(...)
    local opened, message, code = open(...)
    if opened then
      local stats = opened:stats()
      say(("capture path %s%s"):format(stats.path, stats.reason and ": " .. stats.reason or ""))
    end
    return opened, message, code
  end
end

-- Failures to open that may pass: no server yet, a server without room or without an answer, one that ends
-- meanwhile, cookies that the session has yet to write.
local PASSING <const> = { ENODISPLAY = true, EBUSY = true, ETIMEDOUT = true, ELOST = true, EACCES = true }

-- With --wait-display: opening waits for an unavailable display, while other jobs run.
local function be_patient(luashot, say)
  local open = luashot.open
  function luashot.open(options)
    local opened, message, code = open(options)
    local name = type(options) == "table" and options.display or os.getenv "DISPLAY"
    local said
    while PASSING[code] and name do
      if message ~= said then
        say(("waiting for the display %s: %s"):format(name, message))
        said = message
      end
      schedule.sleep(ATTEMPTS)
      opened, message, code = open(options)
    end
    return opened, message, code
  end
end

--- Sets the globals.
---@param say fun(text: string) prints a line about the host's actions
---@param options { verbose?: boolean, wait_display?: boolean }
function globals.install(say, options)
  if package.preload.luashot then
    luashot = require "luashot"
    if options.wait_display then
      be_patient(luashot, say)
    end
    if options.verbose then
      announce(luashot, say)
    end
  end
  _G.grab = grab
  function help(...)
    return require "luashot.help"(...)
  end
  every, after, at, cron, sleep = schedule.every, schedule.after, schedule.at, schedule.cron, schedule.sleep
end

return globals
