--- What the host does with its command line, once Lua runs: the policy above src/host.

local core = require "luashot.core"
local ending = require "luashot.ending"
local failure = require "luashot.failure"
local machine = require "luashot.job"
local schedule = require "luashot.schedule"
local traceback = require "luashot.traceback"

local interrupted, is_over = ending.is_interrupted, ending.is_over

local manager -- luashot.notify, when a service manager has started the host

local host = {}

local native -- what src/host/state.c gives

local SIGINT <const> = 2

local function complain(text)
  io.stderr:write("luashot: ", text, "\n")
end

local function is_readable(path)
  local file = io.open(path, "r")
  local _, why
  if file then
    _, why = file:read(0) -- a folder can be opened, but not read
    file:close()
  end
  return file ~= nil and why == nil
end

-- Only absolute entries: a program that runs unattended must not load what lies about in the
-- current folder. A script's own folder comes first.
local function set_paths(folder)
  local function absolute(path)
    local kept = {}
    for entry in path:gmatch("[^;]+") do
      if entry:sub(1, 1) == "/" then
        kept[#kept + 1] = entry
      end
    end
    return kept
  end
  local path, cpath = absolute(package.path), absolute(package.cpath)
  if folder then
    table.insert(path, 1, folder .. "/?.lua")
    table.insert(path, 2, folder .. "/?/init.lua")
    table.insert(cpath, 1, folder .. "/?.so")
  end
  package.path, package.cpath = table.concat(path, ";"), table.concat(cpath, ";")
end

-- The folders of scripts that are known by name alone.
local function script_folders()
  local folders = {}
  local extra = os.getenv("LUASHOT_SCRIPTS")
  for folder in (extra or ""):gmatch("[^:]+") do
    folders[#folders + 1] = folder
  end
  if native.folder then
    folders[#folders + 1] = native.folder .. "/share/luashot/scripts"
    folders[#folders + 1] = native.folder .. "/../share/luashot/scripts"
  end
  return folders
end

local function find_script(name)
  if name:find("/", 1, true) or is_readable(name) then
    return name
  end
  for _, folder in ipairs(script_folders()) do
    for _, suffix in ipairs { "", ".lua" } do
      local path = ("%s/%s%s"):format(folder, name, suffix)
      if is_readable(path) then
        return path
      end
    end
  end
  return name -- to fail with the name that the user gave
end

-- Of a name that is neither a file nor a ready-made script: what there is instead.
local function other_scripts(name)
  local names, uv = {}, require "luv"
  for _, folder in ipairs(name and not name:find "[/.]" and not is_readable(name) and script_folders() or {}) do
    local request = uv.fs_scandir(folder)
    for file in function() return request and uv.fs_scandir_next(request) end do
      local script = file:match "^(.*)%.lua$"
      if script and not names[script] then
        names[script] = true
        table.insert(names, script)
      end
    end
  end
  table.sort(names)
  local list = table.concat(names, ", ")
  local nearest = core.nearest(name or "", names)
  local hint = nearest and ("did you mean '%s'? "):format(nearest) or ""
  return list == "" and "" or ("; nor is a ready-made script called so (%sthere are: %s)"):format(hint, list)
end

local function run_library(text)
  local name, module = text:match("^([^=]*)=(.*)$")
  if not module then
    name, module = text:match("^[^-]*"), text
  end
  _G[name] = _G.require(module)
end

-- A function called as unnamed(f)() shows as "in main chunk" in a traceback, not by our variable;
-- and below, return (f()) is no tail call, which a traceback would show.
local function unnamed(fn)
  return fn
end

local function run_text(text, chunk_name)
  local chunk, why = load(text, chunk_name)
  if chunk then
    unnamed(chunk)()
  end
  return why
end

local load_file = loadfile -- in a sandbox, what was read before it closed

local function run_file(path, ...)
  local chunk, why = load_file(path)
  if chunk then
    unnamed(chunk)(...)
  end
  return why
end

-- The environment's own start, as lua5.4 does it.
local function run_init()
  local name = "LUA_INIT_5_4"
  local text = os.getenv(name)
  if not text then
    name = "LUA_INIT"
    text = os.getenv(name)
  end
  if not text or not native.arguments.environment or native.lock then
    return nil
  elseif text:sub(1, 1) == "@" then
    return (run_file(text:sub(2)))
  end
  return (run_text(text, "=" .. name))
end

local function run_script(path)
  if type(arg) ~= "table" then
    error("'arg' is not a table", 0)
  end
  local why = run_file(path, table.unpack(arg))
  return why and why .. other_scripts(path)
end

-- Everything that the command line asks for, in order. Returns why a chunk could not be compiled.
local function run_steps(script)
  local why = run_init()
  for _, step in ipairs(native.arguments.steps) do
    if why then
      return why
    elseif step[1] == "-l" then
      run_library(step[2])
    else
      why = run_text(step[2], "=(command line)")
    end
  end
  if not why and script then
    why = run_script(script ~= "-" and script or nil)
  end
  return why
end

-- Runs `fn` as a job to its end, while the rest of the loop goes on. Returns whether it went well.
local function drive(name, fn, is_endless)
  local job <close> = machine.create(fn, {
    name = name,
    endless = is_endless,
    on_error = function(text)
      failure.report(text)
    end,
  })
  schedule.drive(function()
    return job.stopped or is_over()
  end)
  return job.errors == 0
end

-- The editor if there is to be one, else plain lines.
local function start_prompt(terminal, edits, complete)
  local editor = edits and require "luashot.editor"
  if editor then
    local ok, message = editor.start(native.editor, complete)
    if ok then
      return editor
    end
    complain(message)
  end
  local prompt = require "luashot.prompt"
  prompt.start(terminal)
  return prompt
end

-- Reads and runs lines until the input or a signal ends it. `print` is what scripts have from us.
local function read_prompt(terminal, edits, print)
  local conversation = require("luashot.repl").new(_G, function(text, is_error)
    if not is_error then
      io.stdout:write(text)
    elseif not interrupted() then
      io.stderr:write("luashot: ", text)
    end
  end, { print = print, is_standard = true })
  local prompt = start_prompt(terminal, edits, function(...)
    return conversation:complete(...)
  end)
  local typing
  local function step()
    local text = conversation.pending and (_PROMPT2 or ">> ") or not conversation.pending and (_PROMPT or "> ")
    typing = true
    local line = prompt.line(tostring(text), is_over)
    typing = false
    if line then
      conversation:line(line)
      schedule.drive(function()
        return not conversation.job or is_over()
      end)
    elseif not interrupted() then
      conversation:finish()
    end
    return line
  end
  repeat
    local ok, more = native.catch(step)
    local signal, text = native.get_interrupt()
    if signal == SIGINT then
      text = traceback.of_interrupt(text)
      io.stderr:write("\n", typing and text == "interrupted" and "" or text .. "\n")
      native.clear_interrupt()
      native.catch(conversation.interrupt, conversation)
      more = true
    elseif not ok then
      complain(traceback.message(more))
      more = false
    end
  until not more
  prompt.stop()
  io.stdout:write("\n")
end

-- luv's loop is made when it is first required: there can be jobs beside the script now. From then on
-- it must notice signals while it sleeps (it stops after any callback once a signal has come), captures
-- may let other jobs run, and so must what computes.
local function set_luv(is_gentle)
  local open = package.preload.luv
  function package.preload.luv(...)
    package.loaded.luv = open(...)
    require("luashot.watch")(native.interrupt_fd, native.hear_interrupt)
    require("luashot.core").set_waiter(require "luashot.readable")
    native.start_slices()
    if is_gentle then
      ending.be_gentle()
    end
    return package.loaded.luv
  end
end

local function folder_of(script)
  local folder = script and script ~= "-" and native.real_path(script:match("^(.*/)[^/]*$") or ".")
  if folder and folder:find("[;?]") then
    warn(("modules beside the script are not found: its folder has a ; or ? in its name (%s)"):format(folder))
    return nil
  end
  return folder
end

-- A ring outlives the process unless it is closed, so that here os.exit closes the state if it is not told otherwise.
local function close_at_exit()
  local exit = os.exit
  function os.exit(code, close) -- luacheck: ignore 122
    return exit(code, close == nil or close)
  end
end

-- Whether the prompt is one with a line editor; if so, what is printed makes room for it from now on.
local function prepare_editor(terminal)
  local kind = os.getenv "TERM" or ""
  local edits = terminal and native.is_terminal(1) and kind ~= "" and kind ~= "dumb"
  if edits then
    require("luashot.editor").watch_output()
  end
  return edits
end

local function attach(arguments, terminal)
  local texts = {}
  for i, step in ipairs(arguments.steps) do
    if step[1] == "-l" then
      complain "--attach does not go with -l"
      return 2
    end
    texts[i] = step[2]
  end
  local prompting = arguments.interactive or #texts == 0 and terminal and arguments.script == nil
  local edits = prompting and prepare_editor(terminal)
  return require("luashot.attach").run(native.door, arguments.attach, {
    texts = texts,
    prompting = prompting,
    start_prompt = function(complete)
      return start_prompt(terminal, edits, complete)
    end,
  })
end

local door

-- Returns whether the door is open now, if one is asked for.
local function open_door(script, stay)
  local path = native.arguments.listen
  if not path then
    return true
  end
  local why
  door, why = require("luashot.door").open(native.door, path, {
    hello = ("luashot %s (%s), process %d%s"):format(native.version, _VERSION, require("luv").os_getpid(),
      script and ", " .. script or ""),
    warn = complain,
    is_ending = function()
      return interrupted() or native.get_asked() ~= nil
    end,
    is_over = interrupted,
    stay = stay,
  })
  if not door then
    complain("--listen: " .. why)
  end
  return door ~= nil
end

--- Runs what the command line asks for. Returns the exit status; the signal that ended the run, if
--- any, is the caller's to see.
---@param from_c table
---@return integer
function host.main(from_c)
  native = from_c
  local arguments = native.arguments
  machine.adopt(native.park, native.slice_mark, native.resume)
  native.on_callback_error(function(text)
    failure.add(traceback.clean(text))
  end)
  local report = failure.report
  function failure.report(...)
    if not interrupted() then -- which is told apart
      report(...)
    end
  end
  schedule.atomic = native.atomic
  local wrong = ending.start(native, function()
    if manager then
      manager.stopping()
    end
  end)
  if wrong then
    complain("--grace: " .. wrong)
    return 2
  end

  local terminal = native.is_terminal(0)
  if arguments.attach then
    return attach(arguments, terminal)
  end
  local script = arguments.script
  local idle = not script and not arguments.execute and not arguments.show_version
  local prompting = arguments.interactive or idle and terminal
  set_luv(not arguments.grace and not prompting)
  if idle and not prompting and not arguments.listen then
    script = "-"
  end
  local edits = prompting and not native.lock and prepare_editor(terminal) -- which opens files
  if arguments.show_version or prompting then
    print(("luashot %s (%s)"):format(native.version, _VERSION))
  end
  script = script and find_script(script)
  set_paths(folder_of(script))
  local sandbox = native.lock and require "luashot.sandbox"
  require("luashot.globals").install(complain, arguments)
  close_at_exit()
  if not native.lock and os.getenv "NOTIFY_SOCKET" then -- in a sandbox it is the parent that the manager knows
    manager = require "luashot.notify"
    manager.start(native.door, complain)
  end
  if not open_door(script, idle and not prompting) then
    return 1
  end
  local builtin_print = print

  collectgarbage("restart")

  local why
  if sandbox then
    load_file, why = sandbox.enter(native.lock, script)
    if not load_file then
      complain(why)
      return 1
    end
  end
  local ok = drive("main", function()
    why = run_steps(script)
  end, not arguments.grace)
  if why then
    complain(why)
  end
  if not ok or why then
    return 1
  end
  if manager then
    manager.ready()
  end
  if prompting then
    read_prompt(terminal, edits, builtin_print)
    return 0 -- whoever sat there has seen what failed
  elseif package.loaded.luv then
    schedule.drive(is_over)
  end
  return failure.count > 0 and 1 or 0
end

-- Closes what the script left open in the loop, and waits a moment for requests that run on
-- threads. Returns whether all is quiet.
local function end_loop(uv)
  uv.walk(function(handle)
    if not handle:is_closing() then
      handle:close()
    end
  end)
  local give_up = uv.hrtime() + 2e9
  repeat
    uv.run("nowait")
    local alive = uv.loop_alive()
    if alive then
      uv.sleep(1)
    end
  until not alive or uv.hrtime() > give_up
  return not uv.loop_alive()
end

--- Ends what still goes on: jobs, the loop's handles. No signal that has come raises an error now.
---@return boolean quiet whether no thread works on memory of the Lua state any more
function host.finish()
  local signal, text = native.get_interrupt()
  if signal == SIGINT then
    complain(traceback.of_interrupt(text))
  end
  if manager then
    manager.stopping()
  end
  if door then
    door:close("the host has ended")
  end
  schedule.stop_all()
  return not package.loaded.luv or end_loop(require "luv")
end

return host
