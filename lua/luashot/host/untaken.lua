--- Reports failures that a script ignores: a call that stands alone returned nil, message, code. Each place
--- is reported once, and the run ends with exit status 1.

local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"

local told = {} -- place and code -> true

-- The host's own files may ignore failures.
local own = debug.getinfo(1, "S").source:match "^(.*)host/untaken%.lua$"

---@param message string
---@param code string|nil
---@param level integer of the caller of the function that failed, for debug.getinfo here
return function(message, code, level)
  local caller = debug.getinfo(level, "Sl")
  if not caller or caller.currentline < 0 or caller.source:sub(1, #own) == own then
    return
  end
  local place = ("%s:%d"):format(caller.short_src, caller.currentline)
  local key = ("%s %s"):format(place, code)
  if told[key] then
    return
  end
  told[key] = true
  local text = ("%s: %s (the script ignored this result)"):format(place, message)
  local job = jobs.current()
  local conversation = job and (job.conversation or job.origin)
  if conversation then -- the user at the prompt sees it
    told[key] = nil
    conversation.write(text .. "\n", true)
  else
    failure.add(text, job and job.name ~= "main" and job or nil)
  end
end
