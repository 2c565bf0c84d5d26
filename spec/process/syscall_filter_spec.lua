-- What machine code in a sandboxed script comes to with system calls. Each attack here worked once, or stands
-- beside one that did; spec/process/sandbox_test.c has those that never did.
local files = require "spec.support.files"
local process = require "spec.support.process"
local walls = require "spec.support.walls"

local BUILD <const> = assert(os.getenv "LUASHOT_BUILD")
local ENOSYS <const> = 38
local THREADS <const> = 64 -- that docs/security.md promises
local DESCRIPTORS <const> = 256
local SIGNALS <const> = 1024

describe("machine code in a sandboxed script", function()
  local world

  setup(walls.need)

  before_each(function()
    world = walls.new { DISPLAY = false }
  end)

  after_each(function()
    world:remove()
  end)

  -- The process in the sandbox.
  local function child_of(supervisor)
    return process.run({ "ps", "-o", "pid=", "--ppid", tostring(supervisor.pid) }).out:match "%d+"
  end

  for attack, call in pairs { ["sendmsg to an address"] = "sendmsg", ["another process"] = "clone" } do
    it("is ended for " .. attack, function()
      local name = call == "sendmsg" and "sendmsg" or "process"
      local out, err, code = world:intrude(name, world.folder .. "/socket")
      local line = "luashot: the sandbox ended the script: it tried a forbidden system call, " .. call .. "\n"
      assert.same({ "", line, 159 }, { out, err, code })
    end)
  end

  local refused = {
    fastopen = "connect by sending (MSG_FASTOPEN)",
    sendmmsg = "send many messages",
    urgent = "send urgent bytes, which overtake others (MSG_OOB)",
    ["urgent answer"] = "receive urgent bytes",
    ["error queue"] = "read a socket's errors (MSG_ERRQUEUE)",
    affinity = "learn the processors of the parent",
    notification = "make a pipe of the kernel's notifications (O_NOTIFICATION_PIPE)",
    huge = "take huge pages",
    setfl = "change how standard output is opened",
    async = "have signals sent for the terminal (O_ASYNC)",
    ftruncate = "cut standard output off",
    pwrite = "write into the middle of standard output",
    executable = "make a program",
    suid = "make a set-user-ID file",
    tmpfile = "make a program without a name",
    peer = "have a descriptor of the parent (SO_PEERPIDFD)",
    whiteout = "leave a device at a renamed file's place (RENAME_WHITEOUT)",
    sticky = "make a folder with a set-group-ID bit",
    ["own descriptors"] = "make a thread with descriptors of its own",
    namespace = "make a thread in another namespace",
  }
  for attack, what in pairs(refused) do
    it("can not " .. what, function()
      local log = files.write(world.folder .. "/log", "kept\n")
      local out, err = world:intrude(attack, world.folder .. "/socket", [["$@" >>log; tail -n +2 log]])
      assert.same({ ENOSYS .. ".0\n", "" }, { out, err })
      assert.equal("kept\n", files.read(log):sub(1, 5))
      assert.same({}, files.names(world.inside))
    end)
  end

  it("is ended for making a file executable afterwards", function()
    local _, err = world:intrude "fchmod"
    assert.matches("forbidden system call, fchmod", err)
  end)

  it("has few threads, by itself and together", function()
    local out = world:intrude "threads"
    assert.is_true(tonumber(out) > 8, out)
    assert.is_true(tonumber(out) < THREADS, out)
    local crowd = world:spawn(world:intruder("crowd", nil, "-e", "print(os.clock())"))
    finally(function()
      crowd:stop()
    end)
    crowd:see "crowd"
    local child = child_of(crowd)
    local function count()
      return select(2, process.run({ "ls", "/proc/" .. child .. "/task" }).out:gsub("\n", ""))
    end
    assert(process.wait_until(function() return count() > 8 end, 20), count())
    process.sleep(1)
    assert.is_true(count() < THREADS, count())
  end)

  it("leaves no core", function()
    local script = world:spawn(world:command("-e", "print 'here' sleep(100)"))
    finally(function()
      script:stop()
    end)
    script:see "here"
    assert.matches("\nMax core file size +0 +0 ", files.read("/proc/" .. child_of(script) .. "/limits"))
  end)

  it("has few descriptors", function()
    local made = tonumber((world:intrude "memory"))
    assert.is_true(made > 100 and made < DESCRIPTORS, made)
  end)

  for attack, what in pairs { timers = "timers", signals = "signals that wait" } do
    it("leaves others of the same user " .. what, function()
      local made = tonumber((world:intrude(attack)))
      assert.is_true(made > 8 and made <= SIGNALS, made)
    end)
  end

  it("can still make the threads and the files that a script needs", function()
    local result = world:run(world:command("--headless=64x48", "-e", [[
      local frames = {}
      for i = 1, 20 do
        frames[i] = grab():copy()
        frames[i]:save_async(i .. ".png", nil, function(name, why) if not name then print(why) end end)
      end
      local displays = { luashot.open(), luashot.open(), luashot.open() }
      print(#displays)
    ]]))
    assert.equal("3\n", result.out:gsub("cannot write[^\n]*\n", ""))
    assert.equal(walls.has_landlock and 20 or 0, #files.names(world.inside))
  end)

  it("is told what is decided about each call by docs/syscalls.md, made with build/spec/syscall_table", function()
    local table_now = process.run({ BUILD .. "/spec/syscall_table" }).out
    assert.equal(table_now, files.read((os.getenv "LUASHOT_SOURCE" or ".") .. "/docs/syscalls.md"))
  end)
end)
