--- The destination of shown pictures: the prompt that runs the line, which may be an attached client's, else
--- standard output.

local outlet = {}

--- The conversation whose line, or a job started by it, runs now. nil when it is on standard output, when
--- there is none, or when its client has left.
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
