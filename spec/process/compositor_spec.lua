-- --headless=wayland: a private compositor that comes and goes with the run, whichever is installed.
local files = require "spec.support.files"
local need = require "spec.support.need"
local nobody = require "spec.support.nobody"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local skip = require("busted.core")().pending
local uv = require "luv"

local luashot = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

-- sway refuses to run as root, and another user may not reach the build.
describe("--headless=wayland", function()
  local folder, environment, started, words, program, bin

  before_each(function()
    folder, started = files.folder(), {}
    environment = { XDG_RUNTIME_DIR = folder, WAYLAND_DISPLAY = false, DISPLAY = false }
    words, program, bin = {}, luashot, files.folder()
    if uv.getuid() == 0 then
      words, program = nobody.words(), bin .. "/luashot"
      process.run { "cp", luashot, program }
      assert(uv.fs_chown(folder, nobody.ID, nobody.ID))
    end
    assert(uv.fs_chmod(bin, 493)) -- 0755
  end)

  after_each(function()
    for _, child in ipairs(started) do
      child:stop()
    end
    files.remove(folder)
    files.remove(bin)
  end)

  local function leftovers()
    return table.concat(files.names(folder), " ")
  end

  local function find(name)
    local path = process.run({ "sh", "-c", "command -v " .. name }).out:match "^[^\n]+"
    return need(path, name .. " is not installed")
  end

  --- A PATH of these programs alone, and of what compositors run.
  local function path_of(...)
    for _, name in ipairs { "sh", "cat", ... } do
      assert(uv.fs_symlink(find(name), bin .. "/" .. name))
    end
    return "PATH=" .. bin
  end

  local function words_for(size, script, ...)
    local all = { table.unpack(words) }
    for _, word in ipairs { "/usr/bin/env", ... } do
      all[#all + 1] = word
    end
    return table.move({ program, "--headless=wayland" .. size, "-e", script }, 1, 4, #all + 1, all)
  end

  local function run_wayland(size, script, ...)
    return process.run(words_for(size, script, ...), { env = environment })
  end

  local PRINT_SIZE <const> = [[
    local frame = assert(assert(luashot.open()):grab())
    local socket = os.getenv "WAYLAND_DISPLAY"
    local mode = require "luv".fs_stat(socket:match "^(.*)/").mode & 511
    print(socket:match "^.*/luashot%-%w+/wayland%-%d+$" and mode == 448 and "private")
    print(frame.width, frame.height, os.getenv "XDG_RUNTIME_DIR")
  ]]

  local function assert_size(result, width, height)
    assert.same({ 0, ("private\n%d\t%d\t%s\n"):format(width, height, folder) }, { result.code, result.out }, result.err)
    assert.equal("", leftovers())
  end

  it("gives the script a compositor with an output of the size asked for", function()
    assert_size(run_wayland(":320x200", PRINT_SIZE, path_of "sway"), 320, 200)
  end)

  it("gives it cage where sway is not installed", function()
    assert_size(run_wayland(":1280x720", PRINT_SIZE, path_of "cage"), 1280, 720)
    local result = run_wayland(":320x200", PRINT_SIZE, "PATH=" .. bin)
    assert.same({ 1, "luashot: cage has no output of 320x200: that takes sway; or wlr-randr, and labwc or cage 0.2; "
      .. "--headless=wayland:1280x720 takes neither\n" }, { result.code, result.err })
    assert.equal("", leftovers())
  end)

  it("gives it labwc, and any size with wlr-randr", function()
    if process.run({ "sh", "-c", "command -v labwc" }).code ~= 0 then
      skip "skipped, because labwc is not installed" -- Debian 12 has none
    end
    local path = path_of("labwc", "wlr-randr")
    assert_size(run_wayland(":1280x720", PRINT_SIZE, path), 1280, 720)
    assert_size(run_wayland(":320x200", PRINT_SIZE, path), 320, 200)
  end)

  --- The pids of a running host's supervisor and server, and the host.
  local function start_host(path)
    local child = process.spawn(words_for(":1280x720", "io.stdout:setvbuf 'line' print 'ready' sleep(100)", path),
      { env = environment })
    started[#started + 1] = child
    assert.equal("ready", child:read_line(30), child.err)
    local supervisor = assert(proc.children(child.pid)[1])
    return supervisor, assert(proc.children(supervisor)[1]), child
  end

  local function assert_gone(server)
    assert.is_truthy(process.wait_until(function() return not proc.exists(server) end, 20))
  end

  for _, name in ipairs { "sway", "cage" } do
    it("is gone when the host is killed, or the supervisor: " .. name, function()
      local path = path_of(name)
      local _, server, child = start_host(path)
      child:kill "sigkill"
      assert.is_truthy(process.wait_until(function() return leftovers() == "" end, 20), leftovers())
      assert_gone(server)
      local supervisor
      supervisor, server = start_host(path)
      uv.kill(supervisor, "sigkill")
      assert_gone(server)
    end)
  end

  -- sway loses a SIGTERM that comes before its loop runs, and reports earlier than that.
  it("is gone when the supervisor is killed, whatever it does with SIGTERM", function()
    files.write(bin .. "/sway", "#!/bin/sh\ntrap '' TERM\necho 'Wnone none' >&3\nexec sleep 1000 3>&-\n")
    assert(uv.fs_chmod(bin .. "/sway", 493))
    local supervisor, server = start_host(path_of "sleep")
    finally(function()
      if proc.exists(server) then
        uv.kill(server, "sigkill")
      end
    end)
    uv.kill(supervisor, "sigkill")
    assert_gone(server)
  end)

  it("ends at once", function()
    for _, name in ipairs { "sway", "cage" } do
      local result = run_wayland(":1280x720", "print(os.time())", path_of(name))
      assert.is_true(os.time() - math.tointeger(result.out) < 4, name) -- before it would be killed
      assert.equal("", leftovers())
      os.remove(bin .. "/" .. name)
      os.remove(bin .. "/sh")
      os.remove(bin .. "/cat")
    end
  end)

  it("names the package when none is there", function()
    local result = run_wayland("", "print(1)", "PATH=/nonexistent")
    assert.equal("luashot: --headless=wayland needs sway, labwc or cage, none of which is installed (on Debian: "
      .. "apt install sway)\n", result.err)
    assert.equal("", leftovers())
    if uv.getuid() == 0 then
      result = process.run({ "/usr/bin/env", path_of "sway", luashot, "--headless=wayland", "-e", "print(1)" },
        { env = environment })
      assert.same({ 1, "luashot: --headless=wayland needs labwc or cage 0.2, none of which is installed (on Debian: "
        .. "apt install cage); sway does not run as root\n" }, { result.code, result.err })
    end
  end)

  it("passes on why a compositor does not start", function()
    files.write(bin .. "/cage", "#!/bin/sh\necho first >&2\necho 'no renderer' >&2\nexit 1\n")
    assert(uv.fs_chmod(bin .. "/cage", 493))
    local result = run_wayland("", "print(1)", path_of())
    assert.same({ 1, "luashot: cage did not start: no renderer\n" }, { result.code, result.err })
    assert.equal("", leftovers())
  end)
end)
