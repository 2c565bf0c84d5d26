--- Where something is shown that was asked for: at the prompt that runs the line, which may be that of
--- somebody who has attached, else on standard output.

local outlet = {}

--- The conversation whose line runs now, or has left the job behind that does; nil when it is on
--- standard output, or there was none, or nobody is there any more to see what a job does that it
--- has left behind.
---@return luashot.Conversation|nil
function outlet.conversation()
  local jobs = package.loaded["luashot.schedule.jobs"]
  local job = jobs and jobs.current()
  local conversation = job and (job.conversation or job.origin)
  if not conversation or conversation.is_standard then
    return nil
  end
  local is_left = not job.conversation and conversation.client and conversation.client.is_closed
  return not is_left and conversation or nil
end

--- Shows a text.
---@param text string
function outlet.write(text)
  local conversation = outlet.conversation()
  if conversation then
    conversation.write(text)
  else
    io.stdout:write(text)
    io.stdout:flush()
  end
end

return outlet
