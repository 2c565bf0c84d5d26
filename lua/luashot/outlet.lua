--- Where something is shown that was asked for: at the prompt that runs the line, which may be that of
--- somebody who has attached, else on standard output.

---@return fun(text: string) write
---@return boolean is_standard whether that is standard output
return function()
  local machine = package.loaded["luashot.job"]
  local job = machine and machine.current()
  local conversation = job and job.conversation
  if conversation and not conversation.is_standard then
    return conversation.write, false
  end
  return function(text)
    io.stdout:write(text)
    io.stdout:flush()
  end, true
end
