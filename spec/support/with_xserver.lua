-- Run a program as the client of an X server of its own, with its exit code:
--   lua5.4 with_xserver.lua WIDTHxHEIGHTxDEPTH [XVFB-ARGUMENT …] -- PROGRAM [ARGUMENT …]
-- The program finds the server in DISPLAY, and its process id in LUASHOT_XSERVER_PID.
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local separator
for i, word in ipairs(arg) do
  if word == "--" then
    separator = i
    break
  end
end
local width, height, depth = (arg[1] or ""):match("^(%d+)x(%d+)x(%d+)$")
assert(width and separator, "usage: with_xserver.lua 640x480x24 [argument …] -- program …")

local server = xserver.start({
  width = tonumber(width),
  height = tonumber(height),
  depth = tonumber(depth),
  args = table.move(arg, 2, separator - 1, 1, {}),
})
local environment = server:env()
environment.LUASHOT_XSERVER_PID = tostring(server.pid)
local result = process.run(table.move(arg, separator + 1, #arg, 1, {}), {
  env = environment,
  timeout = math.huge,
})
server:stop()
io.stdout:write(result.out)
io.stderr:write(result.err)
os.exit(result.signal == 0 and result.code or 128 + result.signal)
