-- The HTTP server below luashot.page, without a page: answers, streams, and ends in every order.
local core = require "luashot.core"
local files = require "spec.support.files"
local http = require "spec.support.http"
local process = require "spec.support.process"
local uv = require "luv"

describe("the HTTP server", function()
  local server, address, is_loopback, pump, handler, failure

  local function run()
    server:run()
    for request in server.take, server do
      handler(request)
    end
    server:run()
  end

  local function open(options, place)
    server, address, is_loopback = assert(core.http_listen(place or "127.0.0.1:0", options))
    pump = uv.new_timer()
    pump:start(1, 1, function() -- an error must not leave a callback of luv
      local ok, why = pcall(run)
      failure = failure or not ok and why or nil
    end)
  end

  local function close()
    pump:close()
    server:close()
    pump, server = nil, nil
    uv.run "nowait" -- luv must see the timer's end before its state does
  end

  before_each(function()
    handler = function(request)
      request:answer(200, { ["X-Test"] = "yes" }, request:method() .. " " .. request:path() .. " " .. request:body())
    end
  end)

  after_each(function()
    if server then
      close()
    end
    collectgarbage()
    assert.is_nil(failure)
  end)

  it("answers with what it is told", function()
    open()
    assert.is_true(is_loopback)
    local status, body, head = http.ask(address, "POST", "/a%20b?x=1", {}, "body\0more")
    assert.same({ 200, "POST /a b body\0more" }, { status, body })
    assert.matches("X%-Test: yes\r\n", head)
    handler = function(request)
      request:answer(201, {}, ("%s|%s|%s"):format(request:query "x", request:header "hOsT", request:header "Nothing"))
      assert(not request:answer(200, {}, "once more"))
      assert(not request:header "Host") -- of an answered one nothing is known
    end
    assert.equal("1 &|" .. address .. "|nil", (select(2, http.ask(address, "GET", "/?x=1+%26&y"))))
  end)

  it("answers later, and for a request that is forgotten", function()
    open()
    local kept
    handler = function(request)
      kept = request
    end
    local connection = http.connect(address)
    connection:write "GET / HTTP/1.0\r\n\r\n"
    process.wait_until(function() return kept end, 10)
    process.sleep(0.05)
    assert.equal("", connection.received)
    kept:answer(200, {}, "late")
    assert.is_truthy(connection:see "late")
    connection:close()
    handler = function() end
    local timer = uv.new_timer()
    timer:start(1, 5, function() collectgarbage() end)
    assert.equal(500, (http.ask(address, "GET", "/")))
    timer:close()
  end)

  it("sends the newest piece to a reader that cannot keep up", function()
    open()
    local stream
    handler = function(request)
      stream = request:stream(200, { ["Content-Type"] = "text/plain" }, 1)
    end
    local connection = http.connect(address)
    connection:write "GET / HTTP/1.0\r\n\r\n"
    process.wait_until(function() return stream end, 10)
    connection:pause()
    for i = 1, 60 do
      assert.is_true(stream:write(core.http_piece(("<%02d>"):format(i) .. ("x"):rep(1 << 20))))
      run()
      assert.is_true(stream:waiting() <= 1)
    end
    connection:go_on()
    assert.is_truthy(connection:see("<60>x", 60))
    local count = select(2, connection.received:gsub("<%d%d>", ""))
    assert.is_true(count < 40, count)
    stream:finish()
    assert.is_false(stream:write(core.http_piece "late"))
    connection:wait()
    assert.equal("<60>" .. ("x"):rep(1 << 20), connection.received:sub(-(1 << 20) - 4)) -- whole to its end
    connection:close()
  end)

  it("keeps the latest pieces of a longer queue, in order", function()
    open()
    local stream
    handler = function(request)
      stream = request:stream(200, {}, 3)
      for i = 1, 10 do
        stream:write(core.http_piece(("<%d>"):format(i)))
      end
      assert.equal(3, stream:waiting())
      stream:finish()
    end
    local _, body = http.ask(address, "GET", "/")
    assert.matches("<8>.*<9>.*<10>", body)
    assert.is_nil(body:find("<7>", 1, true))
  end)

  it("notices that a reader has left when it writes", function()
    open()
    local stream
    handler = function(request)
      stream = request:stream(200, {}, 2)
    end
    local connection = http.connect(address)
    connection:write "GET / HTTP/1.0\r\n\r\n"
    process.wait_until(function() return stream end, 10)
    connection:close()
    local piece = core.http_piece(("x"):rep(100000))
    process.wait_until(function() return not stream:write(piece) end, 10)
    assert.is_false(stream:is_open())
  end)

  it("bounds a request, and the connections of one peer", function()
    open { body = 100, connections_of_peer = 3, timeout = 1 }
    assert.equal(200, (http.ask(address, "POST", "/", {}, ("x"):rep(100))))
    assert.equal(413, (http.ask(address, "POST", "/", {}, ("x"):rep(101))))
    local open_ones = {}
    for i = 1, 5 do
      open_ones[i] = http.connect(address)
      open_ones[i]:write "GET / HT"
    end
    for _, connection in ipairs(open_ones) do -- two at once, three after a second
      assert.is_truthy(connection:wait(20))
      connection:close()
    end
  end)

  it("answers at once where the library reads on, or has no memory for its answer", function()
    open { body = 4096, timeout = 60 }
    for request, status in pairs {
      ["GET /?" .. ("a=1&"):rep(60) .. " HTTP/1.1\r\nHost: x\r\n\r\n"] = 200,
      ["GET /?" .. ("a=1&"):rep(500) .. " HTTP/1.1\r\nHost: x\r\n\r\n"] = 414,
      ["GET /" .. ("?"):rep(10000) .. " HTTP/1.1\r\nHost: x\r\n\r\n"] = 414,
      ["POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        .. ("400\r\n" .. ("x"):rep(1024) .. "\r\n"):rep(8)] = 413, -- and more would come
    } do
      local connection = http.connect(address)
      connection:write(request)
      assert.is_truthy(connection:see("^HTTP/1.1 " .. status, 10), request:sub(1, 40))
      connection:close()
    end
  end)

  -- Writes a byte each 100 ms, for as long as the server listens to it.
  local function trickle(connection)
    local timer = uv.new_timer()
    timer:start(0, 100, function()
      if connection.ended then
        timer:stop()
      else
        connection:write "a"
      end
    end)
    return setmetatable({}, { __close = function()
      timer:close()
      uv.run "nowait"
    end })
  end

  it("waits for a request for so long, and no longer, however it trickles in", function()
    open { timeout = 1 }
    local answered = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    for _, start in ipairs { "GET /", "GET / HTTP/1.1\r\nHost: x", "POST / HTTP/1.1\r\nHost: x\r\n"
      .. "Content-Length: 100\r\n\r\n", answered .. "GET /" } do
      local connection, began = http.connect(address), uv.hrtime()
      connection:write(start)
      local _ <close> = trickle(connection)
      assert.is_truthy(connection:wait(10), start)
      assert.is_true(uv.hrtime() - began > 0.9e9, start)
      assert.equal(start:find(answered, 1, true) == 1, connection.received:find "200 OK" ~= nil)
      connection:close()
    end
  end)

  it("waits for nothing of a peer that waits for an answer, or takes a stream", function()
    open { timeout = 1 }
    local kept, stream
    handler = function(request)
      if request:path() == "/stream" then
        stream = request:stream(200, {}, 2)
      else
        kept = request
      end
    end
    local reader, patient = http.connect(address), http.connect(address)
    reader:write "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"
    patient:write "GET /late HTTP/1.1\r\nHost: x\r\n\r\n"
    process.wait_until(function() return kept and stream end, 10)
    process.wait_until(function() return patient.ended or reader.ended end, 2)
    stream:write(core.http_piece "a piece")
    kept:answer(200, {}, "late")
    assert.is_truthy(reader:see "a piece")
    assert.is_truthy(patient:see "late")
    reader:close()
    patient:close()
  end)

  it("ends with requests and streams in every state", function()
    for round = 1, 20 do
      open()
      local held = {}
      handler = function(request)
        local kind = #held % 4
        local one = { request = request }
        if kind == 2 then
          request:answer(200, {}, "x")
        elseif kind < 2 then
          one.stream = request:stream(200, {}, 2)
        end
        if kind == 1 then
          one.stream:write(core.http_piece(("x"):rep(1 << 20)))
        end
        held[#held + 1] = one
      end
      local connections = {}
      for i = 1, 8 do
        connections[i] = http.connect(address)
        connections[i]:write("GET / HTTP/1.0\r\n\r\n")
      end
      process.wait_until(function() return #held == 8 end, 10)
      if round % 2 == 0 then
        held = {}
        collectgarbage()
      end
      close()
      for _, connection in ipairs(connections) do
        assert.is_truthy(connection:wait(10))
        connection:close()
      end
      for _, one in ipairs(held) do
        assert.is_false(one.request:answer(200, {}, "x"))
        if one.stream then
          assert.is_false(one.stream:write(core.http_piece "x"))
        end
      end
    end
  end)

  it("has a Unix socket where nobody else can put another one, and removes it", function()
    local folder = files.folder()
    finally(function() files.remove(folder) end)
    local path = folder .. "/" .. ("long"):rep(20)
    open(nil, "unix:" .. path)
    assert.equal("unix:" .. path, address)
    assert.equal("socket", uv.fs_lstat(path).type)
    assert.equal("EADDRINUSE", select(3, core.http_listen(address)))
    close()
    assert.is_nil(uv.fs_lstat(path))
    files.write(path, "mine")
    assert.equal("EEXIST", select(3, core.http_listen(address)))
    assert(uv.fs_chmod(folder, tonumber("777", 8)))
    assert.equal("EPERM", select(3, core.http_listen("unix:" .. folder .. "/other")))
    assert.same({ path:match "[^/]*$" }, files.names(folder))
  end)

  it("refuses what is no address, in words", function()
    open()
    for _, wrong in ipairs { "", "8080", "localhost:80", "1.2.3:x", "127.0.0.1:99999", "[::1]80", "unix:",
      "unix:" .. ("x"):rep(81) } do
      local nothing, message, code = core.http_listen(wrong)
      assert.is_nil(nothing)
      assert.equal("EINVAL", code, message)
    end
    assert.equal("EADDRINUSE", select(3, core.http_listen(address)))
    assert.equal("ENOENT", select(3, core.http_listen "unix:/nonexistent/socket"))
  end)
end)
