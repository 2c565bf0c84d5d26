--- Locales for programs that specs run, whether the system has them or not.
local files = require "spec.support.files"
local process = require "spec.support.process"

local locale = {}

--- Makes a locale in a folder that the spec removes.
---@param name string as "de_DE"; the locale is "de_DE.UTF-8" then
---@return table<string, string> env by which a program finds it
---@return string folder
function locale.make(name)
  local folder = files.folder()
  local result = process.run { "localedef", "-i", name, "-f", "UTF-8", ("%s/%s.UTF-8"):format(folder, name) }
  assert(result.code == 0, result.err)
  return { LOCPATH = folder }, folder
end

return locale
