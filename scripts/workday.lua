#!/usr/bin/env luashot
--- Runs several jobs in one host, an example to copy and change:  luashot workday [folder]
--- It saves pictures in working hours and pictures of changes in a corner, and limits the number of files.

local command = require "luashot.command"

local parser = command.parser("workday", "Save pictures in working hours, and when a corner changes.")
  :epilog "It runs until you stop it. Copy the script and change it."
parser:argument("folder", "existing folder for the pictures"):default "."

local check = command.check "workday"
local folder = parser:parse(arg).folder
check(io.open(folder .. "/.")):close()
local display = check(luashot.open {})

display:on_lost(function(why)
  io.stderr:write("workday: ", why, "\n")
end)

local function save(frame, name)
  return assert(frame:save_async(("%s/%s-%%Y-%%m-%%d_%%H-%%M-%%S.png"):format(folder, name), {
    clobber = "number",
    level = "small",
  }))
end

cron("*/10 9-17 * * mon-fri", function()
  local frame <close> = assert(display:grab())
  save(frame, "work")
end, { name = "work", backoff = "1m" })

check(display:on_change({ width = 200, height = 100 }, function(frame)
  save(frame, "corner")
end, { min_interval = "5s", name = "corner" }))

every("1h", function()
  assert(luashot.rotate(folder .. "/work-*.png", { age = "720h" }))
  assert(luashot.rotate(folder .. "/corner-*.png", { count = 500, bytes = 1 << 30 }))
end, { name = "rotate" })
