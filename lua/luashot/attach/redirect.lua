--- Redirects output to attached clients: that of their lines, of script functions that the lines call, and of
--- jobs that the lines start. Other output is not redirected, and standard input belongs to the host.

local outlet = require "luashot.show.outlet"

local stdin <const>, stdout <const> = io.stdin, io.stdout

local function client_here()
  local conversation = outlet.conversation()
  return conversation and conversation.client
end

-- Joins the values as a file's write does.
local function text_of(...)
  local texts = table.pack(...)
  for i = 1, texts.n do
    local value = texts[i]
    if math.type(value) == "float" then
      texts[i] = ("%.14g"):format(value)
    elseif type(value) ~= "string" and not math.type(value) then
      error(("bad argument #%d to 'write' (string expected, got %s)"):format(i, type(value)), 4)
    end
  end
  return table.concat(texts)
end

-- The functions below return first whether they have handled the call, see src/host/door.h.

local function print_there(...)
  local client = client_here()
  if client then
    client.conversation.environment.print(...)
    return true
  end
end

local function write_there(file, ...)
  local client = file == stdout and client_here()
  if client then
    client:write(text_of(...))
    return true, file
  end
end

-- Refuses reads of the host's standard input, which would block the host.
local function check_input(is_meant)
  if is_meant and client_here() then
    error("standard input belongs to the host and cannot be read from an attached line", 4)
  end
end

--- Installs the redirection. Call it before scripts take references to these functions.
---@param divert fun(original: function, fn: function): function
return function(divert)
  local methods = getmetatable(stdout).__index
  print = divert(print, print_there) -- luacheck: ignore 121
  methods.write = divert(methods.write, write_there)
  io.write = divert(io.write, function(...) -- luacheck: ignore 122
    return write_there(io.output(), ...)
  end)
  for _, name in ipairs { "read", "lines" } do
    methods[name] = divert(methods[name], function(file)
      check_input(file == stdin)
    end)
  end
  io.read = divert(io.read, function() -- luacheck: ignore 122
    check_input(io.input() == stdin)
  end)
  io.lines = divert(io.lines, function(path) -- luacheck: ignore 122
    check_input(path == nil and io.input() == stdin)
  end)
  for _, name in ipairs { "dofile", "loadfile" } do
    _G[name] = divert(_G[name], function(path)
      check_input(path == nil)
    end)
  end
  debug.debug = divert(debug.debug, function() -- luacheck: ignore 122
    check_input(true)
  end)
end
