-- Specs that another user takes part in, which only root can arrange. That user may not be able to read the
-- source or the build, which can be in /root.
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local nobody = { ID = 65534 }

--- The words that run the rest as another user: a program that everybody may run.
---@param ... string
---@return string[]
function nobody.words(...)
  need(uv.getuid() == 0, "only root can become another user")
  local id = tostring(nobody.ID)
  return { "setpriv", "--reuid", id, "--regid", id, "--clear-groups", ... }
end

--- The words that run a chunk under stock Lua as another user, which it becomes once it has loaded `modules`.
---@param modules string[]
---@param code string
---@return string[]
function nobody.lua(modules, code)
  need(uv.getuid() == 0, "only root can become another user")
  local lines = { 'local uv = require "luv"' }
  for _, name in ipairs(modules) do
    lines[#lines + 1] = ("require %q"):format(name)
  end
  lines[#lines + 1] = ("uv.setgid(%d) uv.setuid(%d) assert(uv.getuid() == %d)"):format(nobody.ID, nobody.ID, nobody.ID)
  lines[#lines + 1] = code
  return { "setpriv", "--clear-groups", "--", table.unpack(process.lua("-e", table.concat(lines, "\n"))) }
end

return nobody
