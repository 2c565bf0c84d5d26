-- Why a connection is not to be had, in the server's own words; and what is tried again.
local luashot = require "luashot.core"
local nobody = require "spec.support.nobody"
local painter = require "spec.support.painter"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local xserver = require "spec.support.xserver"
local uv = require "luv"

--- Whether what attempts have opened is closed: for a thread that is told to end, open() waits no longer than a second.
local function is_back(fds, threads)
  return process.wait_until(function()
    return proc.fd_count() <= fds and proc.threads() <= threads
  end, 20)
end

describe("a server that lets nobody in", function()
  local server, between
  before_each(function()
    server = xserver.start({ width = 64, height = 48 })
    between = relay.start(server)
  end)
  after_each(function()
    between:stop()
    server:stop()
  end)

  local function open(options)
    options = options or {}
    options.display = between.display
    return luashot.open(options)
  end

  local function fails(message, code, options)
    local display, why, got = open(options)
    assert.is_nil(display)
    assert.same({ message:format(between.display), code }, { why, got })
  end

  local function works()
    local display <close> = assert(open())
    local frame <close> = assert(display:grab())
    assert.same({ 64, 48 }, { frame.width, frame.height })
  end

  it("is told by what it says", function()
    between("refuse Maximum number of clients reached")
    fails("the X server '%s' has no room for one more client: Maximum number of clients reached", "EBUSY")
    between("refuse Client is not authorized to connect to Server")
    local display, message, code = open()
    assert.is_nil(display)
    assert.equal("EACCES", code)
    assert.matches("refuses the connection: Client is not authorized to connect to Server (", message, 1, true)
    between("refuse \27[31mred\7")
    display, message = open()
    assert.is_nil(display)
    assert.matches("refuses the connection: [31mred (", message, 1, true)
    between("pass")
    works()
  end)

  it("says nothing on standard error", function()
    between("refuse No")
    local result = process.run(process.lua("-e", "print(select(3, require('luashot.core').open()))"),
      { env = { DISPLAY = between.display } })
    assert.same({ "EACCES\n", "" }, { result.out, result.err })
  end)

  it("is asked again when it closes the connection, for a moment", function()
    for _, way in ipairs({ "close", "reset" }) do
      for _, times in ipairs({ 1, 3 }) do
        between("%s %d", way, times)
        works()
      end
      between("%s 1000", way)
      fails("the X server '%s' closes the connection without an answer", "ENODISPLAY")
    end
    between("pass")
    works()
  end)

  it("is no X server when its answer makes no sense", function()
    between("odd")
    fails("the answer at '%s' is not that of an X server", "EXERROR")
  end)

  it("costs nothing when it does not answer", function()
    between("silent")
    local fds, threads = proc.fd_count(), proc.threads()
    for _ = 1, 20 do
      local display, _, code = open({ timeout = 0.02 })
      assert.is_nil(display)
      assert.equal("ETIMEDOUT", code)
    end
    assert.is_true(is_back(fds, threads))
    between("pass")
    works()
  end)
end)

describe("a server that is full", function()
  it("is told from one that refuses, and has room when somebody goes", function()
    local server = xserver.start({ width = 64, height = 48, args = { "-maxclients", "64" } })
    local displays = {}
    finally(function()
      for _, display in ipairs(displays) do
        display:close()
      end
      server:stop()
    end)
    local display, message, code
    repeat
      display, message, code = luashot.open({ display = server.display, slots = 1 })
      displays[#displays + 1] = display
    until not display or #displays == 100
    assert.same({ ("the X server '%s' has no room for one more client: Maximum number of clients reached")
      :format(server.display), "EBUSY" }, { message, code })
    table.remove(displays):close()
    assert.is_truthy(process.wait_until(function()
      displays[#displays + 1] = luashot.open({ display = server.display })
      return displays[#displays] ~= display
    end, 20))
  end)
end)

describe("a server that starts anew for each client", function()
  it("lets everybody in", function()
    -- Each time it may complain of its keys; nobody here would read that before the pipe is full.
    local server = process.spawn({ "sh", "-c",
      "exec Xvfb -displayfd 1 -nolisten tcp -screen 0 16x8x24 2>/dev/null" })
    finally(function() server:stop() end)
    local name = ":" .. assert(server:read_line(30))
    for i = 1, 20 do
      local display, message = luashot.open({ display = name })
      assert.is_truthy(display, ("attempt %d: %s"):format(i, message))
      display:close()
    end
  end)
end)

describe("the name of a display", function()
  it("is a local one, or that of a host", function()
    local server = xserver.start({ width = 64, height = 48, tcp = true, args = { "-ac" } })
    finally(function() server:stop() end)
    local number = server.display:sub(2)
    local forms = { ":%s", ":%s.0", "unix:%s", "unix/:%s", "host/unix:%s", "127.0.0.1:%s", "inet/127.0.0.1:%s" }
    if uv.getaddrinfo "localhost" then -- a bare system has no /etc/hosts
      forms[#forms + 1], forms[#forms + 2] = "localhost:%s", "tcp/localhost:%s.0"
    end
    for _, form in ipairs(forms) do
      local display <close> = assert(luashot.open({ display = form:format(number) }))
      assert.same({ 64, 48 }, { display:size() })
    end
  end)

  it("is told apart by the system's reason why nobody can be reached there", function()
    local display, message, code = luashot.open({ display = "255.255.255.255:0" }) -- to all is no TCP
    assert.is_nil(display)
    assert.same({ "no X server answers at '255.255.255.255:0': Network is unreachable", "ENODISPLAY" },
      { message, code })
  end)
end)

describe("a file of cookies", function()
  local server
  before_each(function() server = xserver.start({ width = 64, height = 48, auth = true }) end)
  after_each(function() server:stop() end)

  local function why(file)
    local result = process.run(process.lua("-e", "print(require('luashot.core').open())"),
      { env = { DISPLAY = server.display, XAUTHORITY = file } })
    assert.equal("", result.err)
    return (result.out:gsub("\n$", ""))
  end

  it("is named when it is not there, holds no cookie, or a wrong one", function()
    local refused = ("nil\tthe X server '%s' refuses the connection: "):format(server.display)
    local unasked = refused .. "Authorization required, but no authorization protocol specified "
    assert.equal(unasked .. "(the file of cookies '/nonexistent' cannot be read: No such file or directory)\tEACCES",
      why("/nonexistent"))
    local file = os.tmpname()
    finally(function() os.remove(file) end)
    assert.equal(unasked .. ("(there is no cookie for it in '%s')\tEACCES"):format(file), why(file))
    xserver.write_cookie(file, server.display, ("0"):rep(32))
    assert.equal(refused .. ("Invalid MIT-MAGIC-COOKIE-1 key (with the cookie in '%s')\tEACCES"):format(file),
      why(file))
  end)

  it("is told when one may not read it", function()
    local folder = assert(uv.fs_mkdtemp("/tmp/luashot-spec-XXXXXX"))
    local file = folder .. "/cookies"
    finally(function()
      os.remove(file)
      uv.fs_rmdir(folder)
    end)
    xserver.write_cookie(file, server.display, ("0"):rep(32))
    assert(uv.fs_chmod(folder, 493))
    assert(uv.fs_chmod(file, 0))
    local code = "print(require('luashot.core').open())"
    local argv = uv.getuid() == 0 and nobody.lua({ "luashot.core" }, code) -- root may read everything
      or process.lua("-e", code)
    local result = process.run(argv, { env = { DISPLAY = server.display, XAUTHORITY = file } })
    assert.matches(("(the file of cookies '%s' cannot be read: Permission denied)\tEACCES"):format(file), result.out,
      1, true)
  end)

  it("may be one that does not end, which is not read", function()
    local result = process.run(process.lua("-e", "print(require('luashot.core').open())"),
      { env = { DISPLAY = server.display, XAUTHORITY = "/dev/zero" } })
    assert.matches("(the file of cookies '/dev/zero' cannot be read: it is not a regular file)\tEACCES", result.out, 1,
      true)
  end)

  it("may hold a key of XDM-AUTHORIZATION-1 instead, which only libxcb can use", function()
    local file = os.tmpname()
    local other, between
    finally(function()
      for _, started in pairs { server = other, relay = between } do
        started:stop()
      end
      os.remove(file)
    end)
    local function add(name, key)
      local added = process.run({ "xauth", "-f", file, "add", name, "XDM-AUTHORIZATION-1", key })
      assert.equal(0, added.code, added.err)
    end
    local function open(name)
      local result = process.run(process.lua("-e", "print(require('luashot.core').open())"),
        { env = { DISPLAY = name, XAUTHORITY = file } })
      return (result.out:gsub("\n$", "")) -- libxcb prints why the key is refused
    end
    local key = "0123456789abcdef00112233445566aa"
    add(":0", key)
    other = process.spawn({ "Xvfb", "-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0", "16x8x24",
      "-auth", file })
    local name = ":" .. assert(other:read_line(30))
    add(name, key)
    assert.matches("^display %(16x8", open(name))
    add(name, key:reverse())
    assert.equal(("nil\tthe X server '%s' refuses the connection with the key of XDM-AUTHORIZATION-1 in '%s'\tEACCES")
      :format(name, file), open(name))
    between = relay.start(server)
    between "odd"
    add(between.display, key)
    assert.equal(("nil\tthe answer at '%s' is not that of an X server\tEXERROR"):format(between.display),
      open(between.display))
  end)
end)

describe("opening that is broken off", function()
  it("ends where a thread waits inside libxcb, too", function()
    local server = xserver.start({ width = 64, height = 48 })
    local paint = painter.start(server)
    finally(function()
      paint:stop()
      server:stop()
    end)
    local fds, threads = proc.fd_count(), proc.threads()
    paint("grab") -- lets clients in, and serves them not
    for _ = 1, 5 do
      local display, _, code = luashot.open({ display = server.display, timeout = 0.05 })
      assert.is_nil(display)
      assert.equal("ETIMEDOUT", code)
    end
    assert.is_true(is_back(fds, threads))
    paint("ungrab")
  end)
end)
