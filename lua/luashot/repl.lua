--- The step from a typed text to its results: no terminal in here.

local repl = {}

--- Compiles what was typed, first as an expression.
---@param text string
---@return function|nil chunk
---@return string|nil message
---@return boolean|nil incomplete whether more lines could make it right
function repl.compile(text)
  local chunk = load("return " .. text, "=stdin", "t")
  if chunk then
    return chunk
  end
  local statement, message = load(text, "=stdin", "t")
  if statement then
    return statement
  end
  return nil, message, message:sub(-5) == "<eof>"
end

--- Calls `line(is_continuation)` for lines until they are a whole chunk, or wrong.
---@param line fun(is_continuation: boolean): string|nil without the newline; nil at the end
---@return function|nil chunk nil at the end of the input, and when there is a message
---@return string|nil message the syntax error
function repl.read(line)
  local text = line(false)
  if not text then
    return nil
  end
  while true do
    local chunk, message, incomplete = repl.compile(text)
    if chunk then
      return chunk
    elseif not incomplete then
      return nil, message
    end
    local more = line(true)
    if not more then
      return nil, message
    end
    text = text .. "\n" .. more
  end
end

--- Prints results as lua5.4's prompt does, through the global `print`.
function repl.show(...)
  if select("#", ...) > 0 then
    local ok, message = pcall(print, ...)
    if not ok then
      io.stderr:write(("error calling 'print' (%s)\n"):format(tostring(message)))
    end
  end
end

return repl
