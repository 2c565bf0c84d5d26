-- --headless: a private X server that comes and goes with the run.
local files = require "spec.support.files"
local uv = require "luv"
local proc = require "spec.support.proc"
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("--headless", function()
  local folder, environment, started

  local function start(option, script)
    local child = process.spawn({ luashot, option, "-e", "io.stdout:setvbuf 'line' " .. script }, { env = environment })
    started[#started + 1] = child
    return child
  end

  local function run(option, script, ...)
    return process.run({ luashot, option, "-e", script, ... }, { env = environment })
  end

  --- Processes whose file `name` in /proc holds `text`.
  local function processes(name, text)
    local pids = {}
    local request = assert(uv.fs_scandir("/proc"))
    for pid in function() return uv.fs_scandir_next(request) end do
      local file = pid:match("^%d+$") and io.open(("/proc/%s/%s"):format(pid, name), "rb")
      local content = file and file:read("a") or ""
      if file then
        file:close()
      end
      if content:find(text, 1, true) then
        pids[#pids + 1] = tonumber(pid)
      end
    end
    return pids
  end

  --- The private servers: their command lines name the folder of this test.
  local function servers()
    return processes("cmdline", "-auth\0" .. folder)
  end

  --- All that this test has started: hosts, servers, and supervisors, whose server may still be to come.
  local function family()
    return processes("environ", "XDG_RUNTIME_DIR=" .. folder .. "\0")
  end

  local function leftovers()
    return (process.run({ "ls", "-A", folder }).out:gsub("\n", " "))
  end

  local function assert_all_gone()
    process.wait_until(function() return #family() == 0 end, 20)
    assert.same({}, family())
    assert.equal("", leftovers())
  end

  before_each(function()
    folder = files.folder()
    environment = { XDG_RUNTIME_DIR = folder, DISPLAY = false, XAUTHORITY = false }
    started = {}
  end)

  after_each(function()
    for _, child in ipairs(started) do
      child:stop()
    end
    files.remove(folder)
  end)

  it("gives the script and its children a screen of the size asked for", function()
    assert.matches("dimensions: +1920x1080 ", run("--headless", "os.execute 'xdpyinfo'").out)
    assert.matches("dimensions: +320x200 ", run("--headless=320x200", "os.execute 'xdpyinfo'").out)
  end)

  it("lets in nobody without its cookie", function()
    local result = run("--headless", [[
      os.execute "ls -l $XAUTHORITY | cut -c1-10; ls -ld $(dirname $XAUTHORITY) | cut -c1-10"
      print((os.execute "xdpyinfo > /dev/null"))
      print((os.execute "XAUTHORITY=/dev/null xdpyinfo > /dev/null 2>&1"))
    ]])
    assert.equal("-rw-------\ndrwx------\ntrue\nnil\n", result.out)
  end)

  it("does not listen on the network", function()
    local result = run("--headless", [[
      local port = 6000 + tonumber(os.getenv("DISPLAY"):match "%d+")
      require("luv").new_tcp():connect("127.0.0.1", port, function(why) print(why) end)
    ]])
    assert.equal("ECONNREFUSED\n", result.out)
  end)

  it("works with two at a time", function()
    local script = "print(os.getenv 'DISPLAY') io.read()"
    local one, two = start("--headless", script), start("--headless", script)
    assert.are_not.equal(one:read_line(), two:read_line())
    one:close_input()
    two:close_input()
    one:wait()
    two:wait()
    assert_all_gone()
  end)

  describe("is gone", function()
    for name, case in pairs {
      ["after the script"] = { 0, "print(1)" },
      ["when the script fails"] = { 1, "error 'x'" },
      ["after os.exit"] = { 3, "os.exit(3)" },
      ["after os.exit with the state closed"] = { 4, "os.exit(4, true)" },
    } do
      it(name, function()
        local result = run("--headless", case[2])
        assert.equal(case[1], result.code)
        -- At once: the host waits for it.
        assert.same({}, servers())
        assert.equal("", leftovers())
      end)
    end

    for signal, status in pairs { sigint = 130, sigterm = 143 } do
      it("after " .. signal, function()
        local child = start("--headless", "print 'ready' sleep(100)")
        child:read_line()
        assert.equal(1, #servers())
        child:kill(signal)
        assert.equal(status, (child:wait(20)))
        assert.same({}, servers())
        assert.equal("", leftovers())
      end)
    end

    it("when the host is killed", function()
      local child = start("--headless", "print 'ready' sleep(100)")
      child:read_line()
      assert.equal(1, #servers())
      child:kill("sigkill")
      assert_all_gone()
    end)

    it("when the host is killed while the server starts", function()
      for delay = 0, 60, 6 do
        local child = start("--headless", "sleep(100)")
        process.sleep(delay / 1000)
        child:kill("sigkill")
        child:wait(20)
        process.wait_until(function() return #family() == 0 end, 20)
        assert.same({}, family())
      end
    end)

    it("when its supervisor is killed too", function()
      local child = start("--headless", "print 'ready' sleep(100)")
      child:read_line()
      local server = servers()[1]
      local stat = assert(io.open(("/proc/%d/stat"):format(server))):read("a")
      local supervisor = tonumber(stat:match("%) %S (%d+)"))
      assert.are_not.equal(child.pid, supervisor)
      uv.kill(supervisor, "sigkill")
      assert.truthy(process.wait_until(function() return not proc.exists(server) end, 20))
    end)
  end)

  it("leaves standard input, output and error to the script", function()
    local result = process.run({ "sh", "-c", '"$0" --headless -e "print(io.read())" | cat', luashot }, {
      env = environment,
      stdin = "line\n",
      timeout = 20,
    })
    assert.equal("line\n", result.out)
    assert.equal("", result.err)
    assert.falsy(result.timed_out)
  end)

  it("names the package when Xvfb is missing", function()
    local command = { "/usr/bin/env", "PATH=/nonexistent", luashot, "--headless", "-e", "print(1)" }
    local result = process.run(command, { env = environment })
    assert.equal("luashot: "
      .. "this --headless needs Xvfb, which is not installed (on Debian: apt install xvfb)\n", result.err)
    assert.equal(1, result.code)
    assert.equal("", result.out)
    assert_all_gone()
  end)

  it("passes on why Xvfb does not start", function()
    local bin = folder .. "-bin"
    process.run({ "mkdir", bin })
    local file = assert(io.open(bin .. "/Xvfb", "w"))
    file:write("#!/bin/sh\necho first >&2\necho 'no screens found' >&2\nexit 1\n")
    file:close()
    process.run({ "chmod", "+x", bin .. "/Xvfb" })
    environment.PATH = bin .. ":" .. os.getenv("PATH")
    local result = run("--headless", "print(1)")
    files.remove(bin)
    assert.equal("luashot: Xvfb did not start: no screens found\n", result.err)
    assert.equal(1, result.code)
    assert_all_gone()
  end)

  it("tells why Xvfb cannot be run, and ends one that does not want to end", function()
    local bin = files.folder()
    files.write(bin .. "/Xvfb", "#!/bin/sh\ntrap '' TERM\necho 99 >&3\nexec 3>&-\nexec sleep 600 " .. folder .. "\n")
    local result = process.run({ "/usr/bin/env", "PATH=" .. bin, luashot, "--headless", "-e", "print(1)" },
      { env = environment })
    assert.equal("luashot: Xvfb cannot be run: Permission denied\n", result.err)
    environment.PATH = bin .. ":/usr/bin:/bin"
    assert(uv.fs_chmod(bin .. "/Xvfb", 448)) -- 0700
    result = run("--headless", "print(os.getenv 'DISPLAY')")
    assert.same({ 0, ":99\n", "" }, { result.code, result.out, result.err })
    assert.equal("", leftovers())
    files.remove(bin)
  end)

  it("ends a server that has missed its first signal", function()
    local bin = files.folder()
    files.write(bin .. "/Xvfb", ([[#!/bin/sh
      trap 'n=x$n; [ $n != xx ] || { echo ended >%s/ended; exit; }' TERM
      echo 99 >&3; exec 3>&-
      while :; do sleep 0.05; done]]):format(bin))
    assert(uv.fs_chmod(bin .. "/Xvfb", 448)) -- 0700
    environment.PATH = bin .. ":/usr/bin:/bin"
    local result = run("--headless", "print(os.getenv 'DISPLAY')")
    assert.same({ 0, ":99\n", "" }, { result.code, result.out, result.err })
    assert.equal("ended\n", files.read(bin .. "/ended"))
    files.remove(bin)
  end)

  it("uses /tmp when XDG_RUNTIME_DIR cannot be used", function()
    environment.XDG_RUNTIME_DIR = "/nonexistent"
    local result = run("--headless", "print(os.getenv 'XAUTHORITY')")
    assert.matches("^/tmp/luashot%-%w+/authority\n$", result.out)
    local path = result.out:match("^(.*)/")
    assert.falsy(io.open(path .. "/authority"))
    assert.is_nil((uv.fs_stat(path)))
  end)
end)
