#!/usr/bin/env luashot
--- Runs a script and shows its jobs:  luashot jobs [--every 10s] script [arguments]

local command = require "luashot.command"
local scripts = require "luashot.host.script"
local uv = require "luv"

local parser = command.parser("jobs", "Run a script and show its jobs on standard error.")
  :epilog [[
The table is printed at that interval, and whenever the process receives the signal USR1
(kill -USR1 PID). The command ends with the script and its jobs.]]
parser:option("-e --every", "interval: seconds, or 5s, 10m, 1h (default: only on USR1)"):argname "TIME"
  :convert(command.interval "an interval of 0 seconds is too short")
parser:argument("script", "the script, or the name of a ready-made one, and its arguments"):args "+"

-- The words after the script's name belong to the script.
local own, given = {}, {}
for i, word in ipairs(arg) do
  local is_value = arg[i - 1] == "-e" or arg[i - 1] == "--every"
  if #given > 0 or word:sub(1, 1) ~= "-" and not is_value then
    given[#given + 1] = word
  else
    own[#own + 1] = word
  end
end
own[#own + 1] = given[1]
local options = parser:parse(own)

-- Find the script, and its modules, as the program itself does.
local script = table.remove(given, 1)
local places = scripts.places(uv.exepath():match "^(.*)/", true)
local path = scripts.find(script, places)
local chunk, why = loadfile(path)
command.check "jobs"(chunk, why and why .. scripts.hint(script, places))
scripts.set_paths(path, uv.fs_realpath)

local function show()
  io.stderr:write(luashot.schedule.report(), "\n")
end

-- Neither of them keeps the loop running.
local signal = uv.new_signal()
signal:start("sigusr1", show)
signal:unref()
if options.every then
  local timer = uv.new_timer()
  local ms = math.ceil(options.every * 1000)
  timer:start(ms, ms, show)
  timer:unref()
end

given[0] = script
rawset(_G, "arg", given)
chunk(table.unpack(given))
