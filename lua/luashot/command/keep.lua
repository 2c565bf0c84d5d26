--- The option --keep: how many of its own pictures a script leaves in place.
---
--- A picture counts if its name is one that the template can make: codes and fields match only their possible
--- values, so other files in the folder are never touched. Pictures of earlier runs count as well.

local uv = require "luashot.luv"

local keep = {}

-- The Lua patterns of strftime codes and fields. Any other code or field matches any text.
local CODES <const> = {
  ["%"] = "%%", Y = "%d%d%d%d", y = "%d%d", m = "%d%d", d = "%d%d", H = "%d%d", I = "%d%d", M = "%d%d", S = "%d%d",
  j = "%d%d%d", s = "%d+", F = "%d%d%d%d%-%d%d%-%d%d", T = "%d%d:%d%d:%d%d",
}
local FIELDS <const> = {
  ms = "%d%d%d", x = "%-?%d+", y = "%-?%d+", width = "%d+", height = "%d+", sequence = "%d+",
}

-- The pattern at the start of `text`, and the rest of it.
local function step(text)
  local code, rest = text:match "^%%([%a%%])(.*)$"
  if code then
    return CODES[code] or ".+", rest
  end
  local field
  field, rest = text:match "^{(%l+):?%d*}(.*)$"
  if field then
    return FIELDS[field] or ".+", rest
  end
  local letter = text:sub(1, 1)
  rest = text:sub((text:find "^{{" or text:find "^}}") and 3 or 2)
  return letter:gsub("%p", "%%%0"), rest
end

--- Returns a function that tests whether a template can make a name, including the number of `clobber =
--- "number"`.
---@param template string the last part of a path
---@return fun(name: string): boolean
function keep.matcher(template)
  local stem, extension = template:match "^(.+)%.([^.]*)$"
  local parts, rest = { "^" }, stem or template
  while rest ~= "" do
    parts[#parts + 1], rest = step(rest)
  end
  local front = table.concat(parts)
  local back = (extension and "%." .. extension:gsub("%p", "%%%0") or "") .. "$"
  return function(name)
    return (name:find(front .. back) or name:find(front .. "_%d+" .. back)) ~= nil
  end
end

--- Add -k, --keep.
function keep.add(parser)
  parser:option("-k --keep", "delete the oldest of its pictures, so that N are left"):argname "N"
    :convert(require("luashot.command").integer(1, math.huge))
end

--- A function that deletes the oldest pictures beyond `count`; it does nothing without a count.
---@param parser table for its error
---@param template string the path of the pictures
---@param count integer|nil
---@return fun()
function keep.tidier(parser, template, count)
  if not count then
    return function() end
  end
  local folder, name = template:match "^(.*/)([^/]*)$"
  folder, name = folder or "./", name or template
  if folder:find "[%%{]" then
    parser:error("--keep needs a folder without codes and fields, not '" .. folder .. "'")
  end
  local fits = keep.matcher(name)
  return function()
    local pictures = {}
    for entry, kind in uv.fs_scandir_next, uv.fs_scandir(folder) do
      local stat = kind == "file" and fits(entry) and uv.fs_stat(folder .. entry)
      if stat then
        pictures[#pictures + 1] = { path = folder .. entry, time = stat.mtime.sec + stat.mtime.nsec / 1e9 }
      end
    end
    table.sort(pictures, function(a, b)
      return a.time > b.time or a.time == b.time and a.path > b.path
    end)
    for i = count + 1, #pictures do
      os.remove(pictures[i].path)
    end
  end
end

return keep
