--- The user at the terminal or behind a pipe: a prompt reads the lines, and a conversation
--- (luashot.host.repl) runs them here.

local shutdown = require "luashot.host.shutdown"
local schedule = require "luashot.schedule"
local traceback = require "luashot.schedule.traceback"

local Console = {}
Console.__index = Console

local console = {}

local SIGINT <const> = 2

--- If a line editor is available and wanted, output makes room for it from now on.
---@param native table the functions of src/host/state.c
---@param wants_editor boolean
---@param say fun(text: string) prints a line about what the host does
---@return table
function console.new(native, wants_editor, say)
  local self = setmetatable({ native = native, say = say, terminal = native.is_terminal(0) }, Console)
  local kind = os.getenv "TERM" or ""
  self.edits = wants_editor and self.terminal and native.is_terminal(1) and kind ~= "" and kind ~= "dumb"
  if self.edits then
    require("luashot.host.editor").watch_output()
  end
  return self
end

--- The editor if there is one, else plain lines.
---@param complete fun(text: string, cursor: integer): string[], integer
---@return table prompt started, as luashot.prompt is one
function Console:start_prompt(complete)
  local editor, native = self.edits and require "luashot.host.editor", self.native
  if editor then
    local ok, message = editor.start(native.editor, complete)
    if ok then
      return editor
    end
    self.say(message)
  end
  local prompt = require "luashot.host.prompt"
  prompt.start(native.read_line, self.terminal)
  return prompt
end

-- The user's prompt as text. If its __tostring fails, the default is used.
local function prompt_text(wanted, default)
  local ok, text = pcall(tostring, wanted or default)
  return ok and text or default
end

--- Reads and runs lines until the input or a signal ends it.
---@param print function the print of scripts
function Console:converse(print)
  local native = self.native
  local repl = require "luashot.host.repl"
  local conversation = repl.new(_G, function(text, is_error)
    if not is_error then
      io.stdout:write(text)
    elseif not shutdown.is_interrupted() then
      io.stderr:write("luashot: ", text)
    end
  end, { print = print, is_standard = true })
  local prompt = self:start_prompt(function(...)
    return conversation:complete(...)
  end)
  local typing
  local function step()
    local text = conversation.pending and prompt_text(_PROMPT2, ">> ") or prompt_text(_PROMPT, "> ")
    typing = true
    local line = prompt.line(text, shutdown.is_over)
    typing = false
    if line and not conversation.pending and repl.is_exit(line, _G) then
      return nil
    elseif line then
      conversation:line(line)
      schedule.drive(function()
        return not conversation.job or shutdown.is_over()
      end)
    elseif not shutdown.is_interrupted() then
      conversation:finish()
    end
    return line
  end
  repeat
    local ok, more = native.catch(step)
    local signal, text = native.get_interrupt()
    if signal == SIGINT then
      text = traceback.of_interrupt(text)
      io.stderr:write("\n", typing and text == "interrupted" and "" or text .. "\n")
      native.clear_interrupt()
      native.catch(conversation.interrupt, conversation)
      more = true
    elseif not ok then
      if not signal then -- else it has interrupted this file
        self.say(traceback.message(more))
      end
      more = false
    end
  until not more
  prompt.stop()
  io.stdout:write("\n")
end

return console
