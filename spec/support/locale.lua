--- Locales for programs that specs run, whether the system has them or not.
local files = require "spec.support.files"
local process = require "spec.support.process"

local locale = {}

-- All but numbers are POSIX's: to sort the letters of a language takes a second of processor time.
local SAME <const> = { "CTYPE", "COLLATE", "MONETARY", "TIME", "MESSAGES" }

local function category(name, from)
  return ("LC_%s\ncopy %q\nEND LC_%s\n"):format(name, from, name)
end

--- Makes a locale that writes numbers as another one, in a folder that the spec removes.
---@param name string as "de_DE"; the locale is "de_DE.UTF-8" then
---@return table<string, string> env by which a program finds it
---@return string folder
function locale.make(name)
  local folder = files.folder()
  local text = category("NUMERIC", name)
  for _, one in ipairs(SAME) do
    text = text .. category(one, "POSIX")
  end
  files.write(folder .. "/source", text)
  local result = process.run { "localedef", "-c", "-i", folder .. "/source", "-f", "UTF-8",
    ("%s/%s.UTF-8"):format(folder, name) }
  assert(result.code == 0 or result.code == 1, result.err) -- 1: other categories have no definition
  return { LOCPATH = folder }, folder
end

return locale
