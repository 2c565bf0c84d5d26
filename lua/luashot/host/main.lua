--- Runs the command line of the host: the policy above src/host.

local chunks = require "luashot.host.chunks"
local clock = require "luashot.schedule.clock"
local failure = require "luashot.schedule.failure"
local jobs = require "luashot.schedule.jobs"
local schedule = require "luashot.schedule"
local script = require "luashot.host.script"
local shutdown = require "luashot.host.shutdown"
local traceback = require "luashot.schedule.traceback"

local host = {}

local SIGINT <const> = 2
local FOR_VIDEOS <const> = 10 -- seconds at most in which ffmpeg may write the end of a file

local native -- the functions of src/host/state.c
local manager -- luashot.notify, when a service manager has started the host
local door -- the open door of luashot.attach.door, with --listen

local function complain(text)
  io.stderr:write("luashot: ", text, "\n")
end

-- Runs `fn` as a job to its end, while the loop runs. Returns whether it succeeded.
local function drive(name, fn, is_endless)
  local job <close> = jobs.create(fn, {
    name = name,
    endless = is_endless,
    on_error = function(text)
      failure.report(text)
    end,
  })
  schedule.drive(function()
    return job.stopped or shutdown.is_over()
  end)
  return job.errors == 0
end

-- A script that sets TZ expects its jobs to follow.
local function follow_zone(uv)
  for _, name in ipairs { "os_setenv", "os_unsetenv" } do
    local set = uv[name]
    uv[name] = function(variable, ...)
      local ok, why, code = set(variable, ...)
      if variable == "TZ" then
        clock.note_zone()
      end
      return ok, why, code
    end
  end
end

-- Required on first use, because loading it may open luv. There must be only one waiter for a connection, or
-- each misses data that the other has read.
local function wait(...)
  return require "luashot.events.fd_wait"(...)
end

-- Runs when luv is first required, which makes its loop: from then on jobs can run beside the script. The
-- loop must notice signals while it sleeps (it stops after any callback when a signal has come), captures let
-- other jobs run, and computing jobs get time slices.
local function set_luv(is_gentle)
  local open = package.preload.luv
  function package.preload.luv(...)
    package.loaded.luv = open(...)
    require("luashot.events.fd_watch")(native.interrupt_fd, native.hear_interrupt)
    require("luashot.core").set_waiter(wait, package.loaded.luv.backend_fd(), native.rest)
    follow_zone(package.loaded.luv)
    native.start_slices()
    if is_gentle then
      shutdown.be_gentle()
    end
    return package.loaded.luv
  end
end

-- The status for an argument of os.exit; nil when the argument is invalid.
local function status_of(code)
  if code == nil or type(code) == "boolean" then
    return code == false and 1 or 0
  end
  return math.tointeger(tonumber(code))
end

-- A ring outlives the process unless it is closed, so the host's os.exit closes the state by default. With
-- `close` true it also closes the <close> variables of the script and its jobs, as lua5.4 does.
local function close_at_exit()
  local exit = os.exit
  function os.exit(code, close) -- luacheck: ignore 122
    local status = status_of(code)
    if not status then
      local kind = tonumber(code) and "number has no integer representation" or "number expected, got " .. type(code)
      error(("bad argument #1 to 'exit' (%s)"):format(kind), 2)
    end
    if close then
      if not native.is_child() then
        schedule.stop_all()
      end
      native.exit(status)
    end
    return exit(code, close == nil and not native.is_child() or close)
  end
end

local function attach()
  local arguments, texts = native.arguments, {}
  for i, step in ipairs(arguments.steps) do
    if step[1] == "-l" then
      complain "--attach does not go with -l"
      return 2
    end
    texts[i] = step[2]
  end
  local prompting = arguments.interactive or #texts == 0 and not arguments.script and native.is_terminal(0)
  require("luashot.events.fd_watch")(native.interrupt_fd, native.hear_interrupt) -- the loop wakes for any signal
  return require("luashot.attach").run(native.door, arguments.attach, {
    texts = texts,
    console = prompting and require("luashot.host.console").new(native, true, complain) or nil,
  })
end

-- Opens the door, if one is requested. Returns false on failure.
local function open_door(path, stay)
  local listen = native.arguments.listen
  if not listen then
    return true
  end
  local why
  door, why = require("luashot.attach.door").open(native.door, listen, {
    hello = ("luashot %s (%s), process %d%s"):format(native.version, _VERSION, require("luv").os_getpid(),
      path and ", " .. path or ""),
    warn = complain,
    is_ending = function()
      return shutdown.is_interrupted() or native.get_asked() ~= nil
    end,
    is_over = shutdown.is_interrupted,
    stay = stay,
  })
  if not door then
    complain("--listen: " .. why)
  end
  return door ~= nil
end

-- Passes the C functions to the modules. Returns the mistake in the command line, if any.
local function set_up()
  jobs.adopt(native.park, native.slice_mark, native.resume)
  schedule.atomic = native.atomic
  native.on_callback_error(function(text)
    failure.add(traceback.clean(text))
  end)
  local report = failure.report
  function failure.report(...)
    if not shutdown.is_interrupted() then -- which is reported separately
      report(...)
    end
  end
  require("luashot.core").set_untaken(require "luashot.host.untaken")
  local wrong = shutdown.start(native, function()
    if manager then
      manager.stopping()
    end
  end)
  return wrong and "--grace: " .. wrong
end

--- Runs the command line. Returns the exit status; the caller checks for a signal that ended the run.
---@param from_c table
---@return integer
function host.main(from_c)
  native = from_c
  local arguments = native.arguments
  local wrong = set_up()
  if wrong then
    complain(wrong)
    return 2
  elseif arguments.attach then
    return attach()
  end

  local path = arguments.script
  local idle = not path and not arguments.execute and not arguments.show_version
  local prompting = arguments.interactive or idle and native.is_terminal(0)
  set_luv(not arguments.grace and not prompting)
  if idle and not prompting and not arguments.listen then
    path = "-"
  end
  local console = prompting -- the editor opens files, which a sandbox forbids
    and require("luashot.host.console").new(native, not native.lock, complain)
  if arguments.show_version or prompting then
    local hint = prompting and native.is_terminal(0) and ". help() explains, Ctrl-D or exit leaves" or ""
    print(("luashot %s (%s)%s"):format(native.version, _VERSION, hint))
  end
  local places = script.places(native.folder, arguments.environment)
  path = path and script.find(path, places)
  local sandbox = native.lock and require "luashot.host.sandbox"
  if sandbox then -- its script requires nothing, and what the host still loads must not be the script's
    script.set_paths(nil, native.real_path, sandbox.is_foreign(arguments.sandbox, native.real_path))
  else
    script.set_paths(path ~= "-" and path or nil, native.real_path)
  end
  require("luashot.host.globals").install(complain, arguments)
  close_at_exit()
  if not native.lock and os.getenv "NOTIFY_SOCKET" then -- in a sandbox the manager knows only the parent
    manager = require "luashot.notify"
    manager.start(native.door, complain)
  end
  if not open_door(path, idle and not prompting) then
    return 1
  end
  local builtin_print = print

  collectgarbage("restart")

  local load_file, why = loadfile, nil
  if sandbox then
    load_file, why = sandbox.enter(native.lock, path, arguments.steps)
    if not load_file then
      complain(why)
      return 1
    end
  end
  local ok = drive("main", function()
    why = chunks.run {
      environment = arguments.environment and not sandbox,
      steps = arguments.steps,
      script = path,
      load_file = load_file,
      places = places,
    }
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
  if console then
    console:converse(builtin_print)
    return 0 -- the user at the prompt has seen the failures
  elseif package.loaded.luv then
    schedule.drive(shutdown.is_over)
  end
  return failure.count > 0 and 1 or 0
end

-- Closes the script's open handles of the loop, and waits a moment for requests that run on threads. Returns
-- whether all have ended.
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

--- Ends the remaining jobs and the loop's handles. Pending signals raise no error now.
---@return boolean quiet whether no thread works on memory of the Lua state any more
function host.finish()
  if not native then
    return true -- a signal came before main()
  end
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
  if package.loaded["luashot.record.encoder"] then
    require("luashot.record.encoder").settle(FOR_VIDEOS)
  end
  if package.loaded["luashot.record.video"] then
    require("luashot.record.video").settle()
  end
  return not package.loaded.luv or end_loop(require "luv")
end

return host
