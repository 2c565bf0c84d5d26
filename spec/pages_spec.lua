-- The manual page, the completions, --help, help() and docs/ say the same.
local annotations = require "spec.support.annotations"
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local sorted = require "spec.support.sorted"

local source = assert(os.getenv("LUASHOT_SOURCE"))
local build = assert(os.getenv("LUASHOT_BUILD"))
local program = build .. "/luashot"
local pages = build .. "/pages/"

local function has(name)
  return process.run({ "sh", "-c", "command -v " .. name }).code == 0
end

--- The options that stand in a text, as its way of writing them is.
local function options_in(text, pattern)
  local names = {}
  for name in text:gmatch(pattern or "%f[%w%-](%-%-?%a[%w%-]*)") do
    names[name] = true
  end
  return names
end

local function help_of(script)
  return process.run({ program, script or "--help", script and "--help" }).out
end

-- Options alone, not the texts beside them: what stands before two spaces or a word.
local function listed_options(help)
  local names = {}
  for line in help:gmatch "[^\n]+" do
    local spec = line:match "^ +(%-.*)$"
    while spec do
      local name, rest = spec:match "^(%-%-?%a[%w%-]*)(.*)$"
      names[name or ""] = true
      spec = rest and rest:match "^,? ?(%-.*)$"
    end
  end
  names[""] = nil
  return names
end

describe("the options of luashot", function()
  local help = help_of()
  local options = listed_options(help)

  it("are those that it takes", function()
    local names = { ["-e"] = true, ["-l"] = true, ["-d"] = true }
    local text = files.read(source .. "/src/host/arguments.c")
    for name in text:match("valued%[%] = {(.-)\n};"):gmatch '{"([%w-]+)"' do
      names["--" .. name] = true
    end
    for name in text:match("bare%[%] = {(.-)};"):gmatch '"([%w-]+)"' do
      names["--" .. name] = true
    end
    for name in text:match("switch %(word%[1%]%)(.*)"):gmatch "case '(%a)':" do
      names["-" .. name] = true
    end
    names["--headless"] = true
    names["-h"] = nil -- --help's, for those who try
    -- One that is told of in another's line.
    assert.is_truthy(help:find "%-%-version prints it")
    options["--version"] = true
    assert.same(sorted(names), sorted(options))
  end)

  it("are in the manual page, with what is said of them", function()
    local page = files.read(pages .. "luashot.1"):gsub("\\%-", "-"):gsub("\\f%u", "")
    local list = page:match "\n%.SH OPTIONS\n(.-)\n%.SH "
    local named = {}
    for spec in list:gmatch "%.TP\n([^\n]*)" do
      for name in pairs(options_in(spec)) do
        named[name] = true
      end
    end
    named["--version"] = true
    assert.same(sorted(options), sorted(named))
    local wrapped = "--sandbox FOLDER\nrun an untrusted script: files below FOLDER only, no programs, no connections; "
      .. "docs/security.md describes the limits\n"
    assert.is_truthy(list:find(wrapped, 1, true))
    assert.is_truthy(page:find("\n.SH EXIT STATUS\n0 success; 1 the script", 1, true))
  end)

  it("are in docs/scripting.md, and so are its exit codes and the environment's variables", function()
    local text = files.read(source .. "/docs/scripting.md")
    local chapter = text:match "\n## The command line\n(.-)\n## "
    local documented = options_in(chapter:match "^(.-)\n\nA service manager")
    assert.same(sorted(options), sorted(documented))
    for code in help:match("Exit status: (.*)"):gmatch "%f[%d](%d+)%f[%D]" do
      assert.is_truthy(chapter:match("| exit status .-\n\n"):find("%f[%d]" .. code .. "%f[%D]"), code)
    end
    local page = files.read(pages .. "luashot.1"):gsub("\\%-", "-")
    for names in chapter:match("| environment variable .-\n\n"):gmatch "\n| ([%u_][^|]-) |" do
      assert.is_truthy(page:find(names, 1, true), names)
    end
  end)

  it("of each script are in the manual page", function()
    local page = files.read(pages .. "luashot.1"):gsub("\\%-", "-"):gsub("\\f%u", "")
    local count = 0
    for path in process.run({ "ls", source .. "/scripts" }).out:gmatch "(%w+)%.lua\n" do
      local text = files.read(("%s/scripts/%s.lua"):format(source, path))
      if text:find('require "luashot.command"', 1, true) then
        count = count + 1
        local own = (page .. "\n.S"):match("\n%.SS luashot " .. path .. "\n(.-)\n%.S")
        local named = {}
        for spec in own:gmatch "%.TP\n(%-[^\n]*)" do
          for name in pairs(options_in(spec)) do
            named[name] = true
          end
        end
        assert.same(sorted(listed_options(help_of(path):match "\nOptions:\n(.*)$")), sorted(named))
        local flat = help_of(path):gsub("%s+", " ")
        assert.is_truthy(flat:find(own:match "^([^\n]*)", 1, true), path)
      end
    end
    assert.is_true(count >= 10)
  end)
end)

describe("the manual page", function()
  it("is one that mandoc has nothing against", function()
    need(has "mandoc", "mandoc is not installed")
    local result = process.run({ "mandoc", "-T", "lint", "-W", "error", pages .. "luashot.1" })
    assert.same({ "", 0 }, { result.out .. result.err, result.code })
    local shown = process.run({ "mandoc", "-T", "ascii", "-O", "width=200", pages .. "luashot.1" }).out:gsub(".\b", "")
    assert.matches("luashot %- capture the screen from Lua scripts", shown)
    local warnings = process.run { "mandoc", "-T", "lint", "-W", "warning", pages .. "luashot.1" }
    assert.equal("", warnings.out .. warnings.err)
    for _, heading in ipairs { "EXAMPLES", "FILES", "SEE ALSO" } do
      assert.matches("\n" .. heading .. "\n +%S", shown)
    end
    assert.is_truthy(shown:find("luashot shot --what class=XTerm 'terminal-%F_%H-%M.png'", 1, true))
    assert.matches("\n +%-%-headless%[=WxH%]\n +run against a private Xvfb", shown)
  end)

  it("points at help(), which knows what docs/api.md has", function()
    assert.is_truthy(files.read(pages .. "luashot.1"):find("help()", 1, true))
    local api = files.read(source .. "/docs/api.md")
    local names, lines = {}, {}
    for _, item in ipairs(annotations.read_all(source)) do
      if item.kind == "function" and not item.is_internal then
        names[#names + 1] = item.name
        lines[#lines + 1] = ("help %q"):format(item.name)
      end
    end
    local result = process.run({ program, "-" }, { stdin = table.concat(lines, "\n") })
    assert.equal("", result.err)
    for _, name in ipairs(names) do
      assert.is_truthy(api:find("\n### " .. name .. "(", 1, true), name)
      assert.is_truthy(("\n" .. result.out):find("\n" .. name .. "(", 1, true), name)
    end
  end)
end)

describe("completion in", function()
  local function bash(...)
    local words, quoted = { "luashot", ... }, {}
    for i, word in ipairs(words) do
      quoted[i] = ("'%s'"):format(word)
    end
    local code = ('. %sluashot.bash; COMP_WORDS=(%s) COMP_CWORD=%d; _luashot; printf "%%s\\n" "${COMPREPLY[@]}"')
      :format(pages, table.concat(quoted, " "), #words - 1)
    -- It takes its standard input for a connection, for which bash would read the user's ~/.bashrc.
    local result = process.run({ "bash", "--norc", "-c", code }, { cwd = source .. "/spec" })
    assert.equal("", result.err)
    local names = {}
    for name in result.out:gmatch "[^\n]+" do
      names[name] = true
    end
    return sorted(names)
  end

  it("bash has options, scripts, their options, and files", function()
    assert.same({ "--headless", "--help" }, bash "--he")
    assert.same({ "shot" }, bash "sho")
    assert.same({ "bench" }, bash "ben") -- a folder here
    assert.same({ "--class", "--clip", "--clipboard", "--clobber" }, bash("shot", "--cl"))
    assert.same({ "--class", "--clip", "--clipboard", "--clobber" }, bash("-d", ":0", "--strict", "shot", "--cl"))
    assert.same({ "bench" }, bash("--sandbox", "ben"))
    assert.same({ "pages_spec.lua" }, bash("--listen", "pages_s"))
    assert.same({}, bash("--grace", "x"))
    assert.same({ "stat" }, bash("ring", "sta"))
  end)

  it("bash has the values of a script's option", function()
    assert.same({ "fast", "small" }, bash("shot", "--level", ""))
    assert.same({ "pam", "png", "ppm" }, bash("shot", "--format", "p"))
    assert.same({ "bgr", "bgrx" }, bash("-d", ":0", "stream", "--format", "b"))
    assert.same({ "primary" }, bash("shot", "-m", "p"))
    assert.same({ "class=", "cursor" }, bash("watch", "--what", "c"))
    assert.same({ "pages_spec.lua" }, bash("diff", "--report", "pages_s"))
    assert.same({}, bash("timelapse", "--every", ""))
  end)

  it("zsh is a function that it can read", function()
    need(has "zsh", "zsh is not installed")
    local result = process.run({ "zsh", "-n", pages .. "_luashot" })
    assert.same({ "", 0 }, { result.err, result.code })
    -- _arguments says so when it cannot read a specification.
    local code = [[
      autoload -Uz compinit && compinit -D
      fpath=(%s $fpath)
      _arguments() { print -rl -- "$@" }
      _describe() { }
      _files() { }
      state=none line=(shot)
      . %s_luashot]]
    result = process.run({ "zsh", "-f", "-c", code:format(pages, pages) })
    assert.equal("", result.err)
    assert.is_truthy(result.out:find("--headless=-["
      .. "run against a private Xvfb (1920x1080); =wayland\\:WxH\\: a compositor]::WxH: ", 1, true))
    assert.is_truthy(result.out:find("--sandbox[run an untrusted script\\:", 1, true))
    assert.is_truthy(result.out:find("-l[require the library MOD into the global MOD]:MOD: ", 1, true))
  end)

  it("fish has options and scripts", function()
    need(has "fish", "fish is not installed")
    local home = files.folder()
    finally(function()
      files.remove(home)
    end)
    local function complete(line)
      local code = ("source %sluashot.fish; complete -C %q"):format(pages, line)
      local xdg = { HOME = home, XDG_CONFIG_HOME = false, XDG_DATA_HOME = false, XDG_STATE_HOME = false }
      local result = process.run({ "fish", "--no-config", "-c", code }, { env = xdg })
      assert.equal(0, result.code, result.err)
      local names = {}
      for name in result.out:gmatch "([^\t\n]+)[^\n]*\n" do
        names[name] = true
      end
      return sorted(names)
    end
    assert.same({ "--headless", "--help" }, complete "luashot --he")
    assert.same({ "--class", "--clip", "--clipboard", "--clobber" }, complete "luashot shot --cl")
    assert.same({ "timelapse" }, complete "luashot timel")
  end)
end)
