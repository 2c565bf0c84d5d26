--- The completions of shells.

local completions = {}

local FOLDERS <const> = { FOLDER = true }
local FILES <const> = { SOCKET = true, FILE = true, ["FILE.html"] = true }

-- Further values that bash offers for an option of a script: its choices as its text names them, and
-- monitors.
local MONITORS <const> = "primary cursor $(luashot shot --list 2>/dev/null | sed 's/ .*//')"
local VALUES <const> = {
  WHAT = MONITORS .. " window=active title= class=",
  NAME = MONITORS,
  HOW = "replace error number",
  LEVEL = "fast small",
}

local function values_of(option)
  if option.argument == "FORMAT" then
    local list = option.text:match "^[%l%d, ]+"
    return (list:gsub(",", ""):gsub(" or ", " "))
  end
  return VALUES[option.argument] or ""
end

-- The cases of bash for the word after an option of a script.
local function bash_values(options)
  local cases = {}
  for _, option in ipairs(options) do
    if option.argument then
      local how = FOLDERS[option.argument] and "-d" or FILES[option.argument] and "-f"
        or ('-W "%s"'):format(values_of(option))
      table.insert(cases, ("%s) mapfile -t COMPREPLY < <(compgen %s -- \"$current\"); return ;;")
        :format(table.concat(option.names, "|"), how))
    end
  end
  return cases
end

local function names_of(options)
  local names = {}
  for _, option in ipairs(options) do
    for _, name in ipairs(option.names) do
      if name:find "^%-%-?%w" then
        table.insert(names, name)
      end
    end
  end
  return table.concat(names, " ")
end

-- The options with a value in the next word, as a pattern of the shell.
local function taking(options, which)
  local names = {}
  for _, option in ipairs(options) do
    if option.argument and not option.is_optional and (not which or which[option.argument]) then
      table.move(option.names, 1, #option.names, #names + 1, names)
    end
  end
  return #names > 0 and table.concat(names, "|") or "''"
end

---@param help page.help
---@param scripts page.script[]
---@return string[] lines
function completions.bash(help, scripts)
  local names, cases = {}, {}
  for i, script in ipairs(scripts) do
    names[i] = script.name
    local words = names_of(script.options)
    for _, command in ipairs(script.commands) do
      words = words .. " " .. command.name
    end
    local values = bash_values(script.options)
    cases[i] = ("    %s)\n      words='%s'\n      case $previous in\n        %s\n      esac ;;")
      :format(script.name, words, table.concat(values, "\n        "))
  end
  return {
    "# Made by scripts/dev/pages.",
    "_luashot() {",
    "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words= script= i",
    "  for ((i = 1; i < COMP_CWORD; i++)); do",
    "    case ${COMP_WORDS[i]} in",
    ("      %s) i=$((i + 1)) ;;"):format(taking(help.options)),
    "      -*) ;;",
    "      *) script=${COMP_WORDS[i]}; break ;;",
    "    esac",
    "  done",
    "  COMPREPLY=()",
    "  case $script in",
    ("    '') words='%s' ;;"):format(names_of(help.options)),
    table.concat(cases, "\n"),
    "  esac",
    "  if [[ -z $script ]]; then",
    "    case $previous in",
    ("      %s) mapfile -t COMPREPLY < <(compgen -d -- \"$current\"); return ;;"):format(taking(help.options, FOLDERS)),
    ("      %s) mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;"):format(taking(help.options, FILES)),
    ("      %s) return ;;"):format(taking(help.options)),
    "    esac",
    "    if [[ $current != -* ]]; then",
    ("      words='%s'"):format(table.concat(names, " ")),
    "    fi",
    "  fi",
    "  mapfile -t COMPREPLY < <("
      .. 'compgen -W "$words" -- "$current"; [[ $current == -* ]] || compgen -f -- "$current")',
    "}",
    "complete -o filenames -F _luashot luashot",
  }
end

local function zsh_quoted(text)
  return (text:gsub("[%[%]:\\]", "\\%0"):gsub("'", "'\\''"))
end

local function zsh_specs(options)
  local specs = {}
  for _, option in ipairs(options) do
    local action = FOLDERS[option.argument] and "_files -/" or FILES[option.argument] and "_files" or " "
    for _, name in ipairs(option.names) do
      if name:find "^%-%-?%w" then
        local takes = option.argument and (":%s:%s"):format(zsh_quoted(option.argument), action) or ""
        if option.is_optional then
          name, takes = name .. "=-", ":" .. takes
        end
        table.insert(specs, ("'%s[%s]%s'"):format(name, zsh_quoted(option.text), takes))
      end
    end
  end
  return specs
end

---@param help page.help
---@param scripts page.script[]
---@return string[] lines
function completions.zsh(help, scripts)
  local lines = { "#compdef luashot", "# Made by scripts/dev/pages.", "_luashot() {", "  local -a scripts" }
  table.insert(lines, "  scripts=(")
  for _, script in ipairs(scripts) do
    table.insert(lines, ("    '%s:%s'"):format(script.name, zsh_quoted(script.text)))
  end
  table.insert(lines, "  )")
  table.insert(lines, "  local context state state_descr line")
  table.insert(lines, "  typeset -A opt_args")
  table.insert(lines, "  _arguments -S \\")
  for _, spec in ipairs(zsh_specs(help.options)) do
    table.insert(lines, "    " .. spec .. " \\")
  end
  table.insert(lines, "    '1: :->script' '*:: :->arguments'")
  table.insert(lines, "  case $state in")
  table.insert(lines, "    script) _describe script scripts; _files ;;")
  table.insert(lines, "    arguments)")
  table.insert(lines, "      case ${line[1]} in")
  for _, script in ipairs(scripts) do
    table.insert(lines, ("        %s) _arguments %s '*: :_files' ;;"):format(script.name,
      table.concat(zsh_specs(script.options), " ")))
  end
  table.insert(lines, "        *) _files ;;")
  table.insert(lines, "      esac ;;")
  table.insert(lines, "  esac")
  table.insert(lines, "}")
  table.insert(lines, '_luashot "$@"')
  return lines
end

local function fish_quoted(text)
  return "'" .. text:gsub("[\\']", "\\%0") .. "'"
end

local function put_fish(lines, condition, options)
  for _, option in ipairs(options) do
    local words = { "complete -c luashot -n", fish_quoted(condition) }
    for _, name in ipairs(option.names) do
      local long, short = name:match "^%-%-(%w.*)$", name:match "^%-(%w)$"
      table.insert(words, long and "-l " .. long or short and "-s " .. short or nil)
    end
    if option.argument and not option.is_optional then
      local takes = (FOLDERS[option.argument] or FILES[option.argument]) and "-r" or "-x"
      table.insert(words, takes)
    end
    if #words > 2 and option.names[1]:find "%w" then
      table.insert(words, "-d " .. fish_quoted(option.text))
      table.insert(lines, table.concat(words, " "))
    end
  end
end

---@param help page.help
---@param scripts page.script[]
---@return string[] lines
function completions.fish(help, scripts)
  local names, lines = {}, { "# Made by scripts/dev/pages." }
  for i, script in ipairs(scripts) do
    names[i] = script.name
  end
  local none = "not __fish_seen_subcommand_from " .. table.concat(names, " ")
  put_fish(lines, none, help.options)
  for _, script in ipairs(scripts) do
    table.insert(lines, ("complete -c luashot -n %s -a %s -d %s"):format(fish_quoted(none), script.name,
      fish_quoted(script.text)))
    put_fish(lines, "__fish_seen_subcommand_from " .. script.name, script.options)
  end
  return lines
end

return completions
