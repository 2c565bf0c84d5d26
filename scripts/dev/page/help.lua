--- Parses the --help texts of luashot and its scripts.

local help = {}

---@class page.option
---@field names string[] "-d", "--display"
---@field argument? string "D"
---@field is_optional? boolean whether it may be left out: --headless[=WxH]
---@field text string

---@param spec string as it stands in a help
---@return page.option
local function read_option(spec, text)
  local option = { names = {}, text = text }
  for part in spec:gmatch "[^,]+" do
    local name, rest = part:match "^%s*(%-[%w-]*)(.*)$"
    table.insert(option.names, name)
    local optional = rest:match "^%[=(.*)%]$"
    option.is_optional = option.is_optional or optional ~= nil
    option.argument = optional or rest:match "^[ =](.+)$" or option.argument
  end
  return option
end

---@class page.help
---@field usage string
---@field options page.option[]
---@field paragraphs string[]

--- luashot's own help: the options in two columns, then paragraphs.
---@param text string
---@return page.help
function help.program(text)
  local column = text:match "\n()  %-%-help" and #text:match "\n(  %-%-help +)%S" + 1
  local found = { usage = text:match "^usage: ([^\n]*)", options = {}, paragraphs = {} }
  local body = text:match "^[^\n]*\n\n(.*)$"
  local list, rest = body:match "^(.-)\n\n(.*)$"
  for line in (list .. "\n"):gmatch "([^\n]*)\n" do
    local last = found.options[#found.options]
    if line:find "^  %-" then
      local is_narrow = line:sub(column - 1, column - 1):find "^ ?$"
      local spec = is_narrow and line:sub(3, column - 1) or line
      table.insert(found.options, read_option(spec:match "^%s*(.-)%s*$", is_narrow and line:sub(column) or ""))
    else
      last.text = (last.text .. " " .. line:match "^%s*(.*)$"):match "^%s*(.*)$"
    end
  end
  for paragraph in (rest .. "\n\n"):gmatch "(.-)\n\n+" do
    table.insert(found.paragraphs, (paragraph:gsub("\n", " ")))
  end
  return found
end

-- A heading's lines of a script's help, each name with its text; a name that ends with a comma goes on
-- in the next line.
local function read_rows(text, heading)
  local rows, open = {}, nil
  local list = ("\n" .. text .. "\n\n"):match("\n" .. heading .. ":\n(.-)\n\n") or ""
  for line in (list .. "\n"):gmatch "([^\n]*)\n" do
    local name, description = line:match "^%s+(%S.-)%s%s+(%S.*)$"
    name = name or line:match "^%s+(%S.*)$"
    if name and not name:find "^%-" and heading == "Options" then
      local last = rows[#rows]
      last.text = last.text .. " " .. name .. (description and " " .. description or "")
    elseif name and open then
      open.name, open = open.name .. " " .. name, nil
    elseif name then
      local row = { name = name, text = description or "" }
      table.insert(rows, row)
      open = name:find ",$" and row or nil
    end
  end
  return rows
end

---@class page.row
---@field name string
---@field text string

---@class page.script
---@field name string
---@field usage string
---@field text string
---@field arguments page.row[]
---@field commands page.row[]
---@field options page.option[]
---@field epilog string|nil

--- A script's help, as argparse writes it.
---@param name string
---@param text string
---@return page.script
function help.script(name, text)
  local script = { name = name, arguments = read_rows(text, "Arguments"), commands = read_rows(text, "Commands") }
  script.usage = text:match "^Usage: luashot (.-)\n\n":gsub("%s+", " ")
  script.text = text:match "^.-\n\n(.-)\n\n":gsub("\n", " ")
  script.options = {}
  for _, row in ipairs(read_rows(text, "Options")) do
    table.insert(script.options, read_option(row.name, row.text))
  end
  script.epilog = text:match "\nOptions:\n.*\n\n(%u.-)\n?$"
  if script.epilog and script.epilog:find "^%u%l+:\n" then
    script.epilog = script.epilog:match "\n\n(.*)$"
  end
  return script
end

return help
