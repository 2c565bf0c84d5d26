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

-- Tasks of readers, and the command line for each.
local EXAMPLES <const> = {
  { "Save a picture of the screen, and one of a window:",
    "luashot shot screen.png", "luashot shot --what class=XTerm 'terminal-%F_%H-%M.png'" },
  { "Save a picture whenever a region changes, and keep the last 100:",
    "luashot watch --region 640x480+10+20 --keep 100 'change-{sequence:6}.png'" },
  { "Wait until a button appears:", "luashot find --wait 30s ok.png" },
  { "Read the active window:", "luashot read --what window=active" },
  { "Compare two pictures, with a page for a browser:",
    "luashot diff --allow 0.1% --report page.html before.png after.png" },
  { "Select a region with the mouse and copy it to the clipboard:",
    'luashot shot --region "$(slop)" - | xclip -selection clipboard -t image/png' },
  { "Run a script on a private screen, and one for months:",
    "luashot --headless=1280x720 script.lua", "luashot --wait-display --listen ./door.socket script.lua" },
}

local function put_examples(page)
  for i, example in ipairs(EXAMPLES) do
    if i > 1 then
      table.insert(page, ".PP")
    end
    table.insert(page, roff(example[1]))
    table.insert(page, ".PP")
    table.insert(page, ".nf")
    for line = 2, #example do
      table.insert(page, ".RS 4")
      table.insert(page, roff(example[line]))
      table.insert(page, ".RE")
    end
    table.insert(page, ".fi")
  end
end

--- The manual page of the program and its scripts.
---@param help page.help
---@param scripts page.script[]
---@param environment page.row[]
---@param version string
---@param date string of the version: 2026-11-29
---@return string[] lines
return function(help, scripts, environment, version, date)
  local page = {
    '.\\" Made by scripts/dev/pages.',
    (".TH LUASHOT 1 \"%s\" \"luashot %s\" \"User Commands\""):format(date, version),
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
  table.insert(page, ".SH EXAMPLES")
  put_examples(page)
  table.insert(page, ".SH EXIT STATUS")
  table.insert(page, roff(status))
  table.insert(page, ".SH ENVIRONMENT")
  put_rows(page, environment)
  table.insert(page, ".SH FILES")
  put_rows(page, {
    { name = "$XDG_STATE_HOME/luashot/history", text = "the lines that were typed at the prompt; ~/.local/state "
      .. "stands for XDG_STATE_HOME if that is not set" },
    { name = "~/.editrc", text = "keys of the prompt, see editrc(5)" },
    { name = "~/.config/luashot/NAME.lua", text = "the script that the systemd unit luashot@NAME.service runs; "
      .. "it listens on $XDG_RUNTIME_DIR/luashot-NAME" },
    { name = "PREFIX/share/luashot/scripts", text = "the ready-made scripts" },
    { name = "PREFIX/share/luashot/annotations", text = "the interface in LuaCATS annotations, for editors" },
    { name = "PREFIX/share/doc/luashot", text = "the documentation: docs/cookbook.md, docs/faq.md, docs/api.md, …" },
  })
  table.insert(page, ".SH SEE ALSO")
  table.insert(page, "lua5.4(1), ffmpeg(1), slop(1), xclip(1), Xvfb(1), editrc(5), systemd.service(5); "
    .. "at the prompt, " .. bold "help()" .. ".")
  return page
end
