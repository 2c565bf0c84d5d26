--- The manual page, in the language of man(7).

local function roff(text)
  text = text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("→", "\\(->"):gsub("…", "...")
  return (text:gsub("^([.'])", "\\&%1"):gsub("\n([.'])", "\n\\&%1"))
end

local function bold(text)
  return "\\fB" .. roff(text) .. "\\fR"
end

local function shown_option(option)
  local names = {}
  for i, name in ipairs(option.names) do
    names[i] = bold(name)
  end
  local text = table.concat(names, ", ")
  local argument = option.argument and "\\fI" .. roff(option.argument) .. "\\fR"
  if option.is_optional then
    return text .. "[=" .. argument .. "]"
  end
  return argument and text .. " " .. argument or text
end

local function put_options(page, options)
  for _, option in ipairs(options) do
    table.insert(page, ".TP")
    table.insert(page, shown_option(option))
    table.insert(page, roff(option.text))
  end
end

local function put_rows(page, rows)
  for _, row in ipairs(rows) do
    table.insert(page, ".TP")
    table.insert(page, bold(row.name))
    table.insert(page, roff(row.text))
  end
end

--- The manual page of the program and its scripts.
---@param help page.help
---@param scripts page.script[]
---@param environment page.row[]
---@param version string
---@return string[] lines
return function(help, scripts, environment, version)
  local page = {
    '.\\" Made by scripts/dev/pages.',
    (".TH LUASHOT 1 \"\" \"luashot %s\" \"User Commands\""):format(version),
    ".SH NAME",
    "luashot \\- capture the screen from Lua scripts",
    ".SH SYNOPSIS",
    bold "luashot" .. " " .. roff(help.usage:match "^luashot (.*)$"),
    ".SH DESCRIPTION",
    "luashot runs Lua scripts that capture an X11 screen: a script says when, which part of which screen,",
    "and where the pixels go.",
  }
  local status
  for _, paragraph in ipairs(help.paragraphs) do
    if paragraph:find "^Exit status:" then
      status = paragraph:match "^Exit status: (.*)$"
    else
      table.insert(page, ".PP")
      table.insert(page, roff(paragraph))
    end
  end
  table.insert(page, ".SH OPTIONS")
  put_options(page, help.options)
  table.insert(page, ".SH SCRIPTS")
  table.insert(page, "These are installed, and run by their names.")
  for _, script in ipairs(scripts) do
    table.insert(page, ".SS luashot " .. roff(script.name))
    table.insert(page, roff(script.text))
    table.insert(page, ".PP")
    table.insert(page, bold "luashot" .. " " .. roff(script.usage))
    put_rows(page, script.commands)
    put_rows(page, script.arguments)
    put_options(page, script.options)
    if script.epilog then
      table.insert(page, ".PP")
      table.insert(page, roff(script.epilog))
    end
  end
  table.insert(page, ".SH EXIT STATUS")
  table.insert(page, roff(status))
  table.insert(page, ".SH ENVIRONMENT")
  put_rows(page, environment)
  table.insert(page, ".SH FILES")
  put_rows(page, {
    { name = "$XDG_STATE_HOME/luashot/history", text = "the lines that were typed at the prompt; ~/.local/state "
      .. "stands for XDG_STATE_HOME if that is not set" },
    { name = "~/.editrc", text = "keys of the prompt, see editrc(5)" },
  })
  table.insert(page, ".SH SEE ALSO")
  table.insert(page, "lua5.4(1), Xvfb(1), editrc(5); at the prompt, " .. bold "help()" .. ".")
  return page
end
