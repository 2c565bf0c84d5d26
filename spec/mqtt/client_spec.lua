-- One connection to a broker, as the loop drives it, with real brokers and false ones.
local brokers = require "spec.support.broker"
local certificates = require "spec.support.certificates"
local core = require "luashot.core"
local files = require "spec.support.files"
local free_port = require "spec.support.port"
local process = require "spec.support.process"
local terminal = require "spec.support.terminal"
local uv = require "luv"

describe("a connection to a broker", function()
  local broker, folder, connection, news

  before_each(function()
    folder = files.folder()
    news = {}
  end)

  after_each(function()
    if connection then
      connection:close()
      connection = nil
    end
    if broker then
      broker:finish()
      broker = nil
    end
    files.remove(folder)
  end)

  local function open(options)
    options.host = options.host or "127.0.0.1"
    options.port = options.port or broker.port
    connection = assert(core.mqtt_open(options))
    return connection
  end

  --- Runs the connection until it has news of a kind.
  local function await(kind, from, seconds)
    from = from or connection
    local found
    process.wait_until(function()
      from:run()
      repeat
        local event = table.pack(from:take())
        if event.n > 0 then
          news[#news + 1] = event[1]
          found = found or event[1] == kind and event or nil
        end
      until event.n == 0 or found
      return found
    end, seconds or 10)
    assert(found, kind .. " has not come, but " .. table.concat(news, " "))
    return table.unpack(found, 2, found.n)
  end

  for _, version in ipairs { 4, 5 } do
    it("brings messages there and back by version " .. version, function()
      broker = brokers.mosquitto()
      open { id = "one", version = version }
      await "open"
      local asked = assert(connection:subscribe "a/+")
      assert.equal(asked, (await "done"))
      local payload = ("\0\255binary"):rep(40000)
      local mid = assert(connection:send("a/b", payload, {
        content_type = "image/jpeg", correlation = "c\0d", properties = { id = "7", place = "1x1+0+0" },
      }))
      local message = await "message"
      assert.equal("a/b", message.topic)
      assert.is_true(message.payload == payload)
      assert.same(version == 5 and { id = "7", place = "1x1+0+0" } or {}, message.properties)
      assert.equal(version == 5 and "c\0d" or nil, message.correlation)
      assert.equal(mid, (await "done"))
    end)
  end

  it("ends when the broker is silent for longer than it may be, and says so", function()
    broker = brokers.mosquitto()
    open { id = "one", keepalive = 5 }
    await "open"
    broker.process:kill "sigstop"
    local message, code = await("end", connection, 30)
    assert.equal("ELOST", code)
    assert.equal("the broker does not answer any more", message)
  end)

  it("hands over empty messages and retained ones, and forgets the latter on demand", function()
    broker = brokers.mosquitto()
    open { id = "one" }
    await "open"
    connection:send("kept", "x", { retained = true })
    await "done"
    connection:subscribe "kept"
    await "done"
    local message = await "message"
    assert.is_true(message.retained)
    connection:send("kept", "", { retained = true })
    assert.equal("", (await "message").payload)
  end)

  it("reads no more while its news are not taken", function()
    broker = brokers.mosquitto()
    open { id = "one" }
    await "open"
    connection:subscribe("a", 0) -- so that the broker waits for no answer
    await "done"
    local other <close> = assert(core.mqtt_open { host = "127.0.0.1", port = broker.port, id = "two" })
    await("open", other)
    for _ = 1, 300 do
      other:send("a", ("x"):rep(1000))
    end
    for _ = 1, 300 do
      await("done", other)
    end
    local all, most = 0, 0
    process.wait_until(function()
      process.sleep(0.05) -- bytes wait in the socket
      for _ = 1, 300 do
        connection:run()
      end
      local count = 0
      while connection:take() do
        count = count + 1
      end
      all, most = all + count, math.max(most, count)
      return all == 300
    end, 20)
    assert.equal(300, all)
    assert.is_true(most <= 128, most)
  end)

  it("tells the end when the broker is killed, and survives to write to it", function()
    broker = brokers.mosquitto()
    open { id = "one" }
    await "open"
    broker:kill()
    for _ = 1, 20 do -- the first writes may still be taken by the system: SIGPIPE comes later
      connection:send("a", ("x"):rep(100000))
    end
    local message, code = await "end"
    assert.matches("connection", message)
    assert.is_string(code)
    assert.equal("ELOST", (select(3, connection:send("a", "b"))))
    assert.is_nil((connection:run()))
  end)

  it("names the reason why there is no connection", function()
    open { port = free_port() }
    local _, code = await "end"
    assert.equal("ECONNREFUSED", code)
    open { host = "no-such-host.invalid", port = 1 }
    local message, unknown = await "end"
    assert.equal("ELOST", unknown)
    assert.equal("the broker's name has no address", message)
  end)

  it("tells that nats-server does not speak version 5", function()
    broker = brokers.nats()
    open { id = "one", version = 5 }
    local _, code = await "end"
    assert.equal("EVERSION", code)
    open { id = "one", version = 4 }
    await "open"
  end)

  it("is let in with the right password alone", function()
    local passwords = folder .. "/passwords"
    local made = process.run { "mosquitto_passwd", "-c", "-b", passwords, "screen", "secret" }
    assert.equal(0, made.code, made.err)
    broker = brokers.mosquitto { config = "allow_anonymous false\npassword_file " .. passwords }
    for version = 4, 5 do
      open { id = "one", user = "screen", password = "wrong", version = version }
      local message, code = await "end"
      assert.equal("EACCES", code, message)
      open { id = "one", user = "screen", password = "secret", version = version }
      await "open"
    end
  end)

  it("publishes the will of a killed client, and not of one that leaves", function()
    broker = brokers.mosquitto()
    local watcher <close> = assert(core.mqtt_open { host = "127.0.0.1", port = broker.port, id = "watcher" })
    await("open", watcher)
    watcher:subscribe "presence"
    await("done", watcher)
    for _, is_polite in ipairs { true, false } do
      open { id = "one", will_topic = "presence", will = "offline" }
      await "open"
      connection:send("presence", is_polite and "bye" or "here")
      await "done"
      if is_polite then
        connection:leave()
        await "end"
      end
      connection:close()
    end
    local seen = {}
    for i = 1, 3 do
      seen[i] = await("message", watcher).payload
    end
    assert.same({ "bye", "here", "offline" }, seen)
    open { id = "late" }
    await "open"
    connection:subscribe "presence"
    local kept = await "message"
    assert.same({ "offline", true }, { kept.payload, kept.retained })
  end)

  it("checks the broker's certificate, and brings its own", function()
    certificates.authority(folder)
    certificates.make(folder, "broker", "DNS:localhost,IP:127.0.0.1")
    certificates.make(folder, "screen", "DNS:screen")
    certificates.make(folder, "stranger", "DNS:somewhere.else")
    local tls = { ca = folder .. "/ca.pem", certificate = folder .. "/broker.pem", key = folder .. "/broker.key" }
    broker = brokers.mosquitto { tls = tls, config = "require_certificate true" }
    local own = { certificate = folder .. "/screen.pem", key = folder .. "/screen.key" }
    open { id = "one", encrypted = true, ca = tls.ca, certificate = own.certificate, key = own.key }
    await "open"
    connection:subscribe "a"
    for _ = 1, 5 do
      connection:send("a", ("x"):rep(300000))
    end
    for _ = 1, 5 do
      assert.equal(300000, #await("message").payload)
    end
    open { id = "one", encrypted = true, ca = tls.ca } -- it brings no certificate
    await "end"
    open { id = "one", encrypted = true } -- it trusts the system's authorities alone
    await "end"
    open { id = "one" } -- it does not encrypt
    await "end"
    assert.is_nil(connection:send("a", "b"))
    broker:finish()
    tls.certificate, tls.key = folder .. "/stranger.pem", folder .. "/stranger.key"
    broker = brokers.mosquitto { tls = tls }
    open { id = "one", encrypted = true, ca = tls.ca } -- the certificate names another host
    await "end"
    local none, why, code = core.mqtt_open { host = "127.0.0.1", encrypted = true, ca = folder .. "/none.pem" }
    assert.is_nil(none)
    assert.equal("ENOENT", code)
    assert.matches("none%.pem", why)
  end)

  it("does not ask for the password of a key", function()
    certificates.authority(folder)
    certificates.make(folder, "broker", "IP:127.0.0.1")
    local locked = folder .. "/locked.key"
    local made = process.run { "openssl", "ec", "-aes256", "-passout", "pass:secret", "-in", folder .. "/broker.key",
      "-out", locked }
    assert.equal(0, made.code, made.err)
    local tls = { ca = folder .. "/ca.pem", certificate = folder .. "/broker.pem", key = folder .. "/broker.key" }
    broker = brokers.mosquitto { tls = tls }
    -- OpenSSL would ask on the terminal, and the host would wait for an answer.
    local session = terminal.spawn { assert(os.getenv "LUASHOT_BUILD") .. "/luashot", "-e", ([[
      local connection = assert(require "luashot.core".mqtt_open { port = %d, encrypted = true, ca = "%s",
        certificate = "%s", key = "%s" })
      local kind, why
      repeat
        connection:run()
        kind, why = connection:take()
        sleep "10ms"
      until kind
      print(kind, why)
    ]]):format(broker.port, tls.ca, tls.certificate, locked) }
    finally(function() session:stop() end)
    session:see(function(screen) return screen:find("end", 1, true) or screen:find("pass phrase", 1, true) end)
    assert.matches("^end%s+the connection to the broker failed: .*PEM lib", session.screen)
  end)

  it("refuses what the library does not take, with its name", function()
    local wrong = {
      { { id = "a\xff" }, "client's id 'a\xff'" },
      { { user = "a\xff" }, "user 'a\xff'" },
      { { will_topic = "a/#" }, "topic 'a/#'" },
    }
    for _, case in ipairs(wrong) do
      local none, message, code = core.mqtt_open(case[1])
      assert.is_nil(none)
      assert.same({ "libmosquitto does not accept the " .. case[2], "EINVAL" }, { message, code })
    end
  end)

  --- A server that answers each connection with `bytes`, then with silence or the end.
  local function false_broker(bytes, is_over)
    local server, clients = uv.new_tcp(), {}
    assert(server:bind("127.0.0.1", 0))
    server:listen(8, function()
      local client = uv.new_tcp()
      server:accept(client)
      clients[#clients + 1] = client
      client:read_start(function() end)
      client:write(bytes, function()
        if is_over and not client:is_closing() then
          client:close()
        end
      end)
    end)
    return setmetatable({ port = server:getsockname().port }, { __close = function()
      for _, client in ipairs(clients) do
        if not client:is_closing() then
          client:close()
        end
      end
      server:close()
      uv.run "nowait"
    end })
  end

  it("names why a broker of version 5 refuses it", function()
    for reason, expected in pairs { [0x84] = "EVERSION", [0x86] = "EACCES", [0x87] = "EACCES", [0x88] = "ELOST" } do
      local server <close> = false_broker(("\x20\x03\0%s\0"):format(string.char(reason)))
      open { port = server.port, id = "one", version = 5 }
      local message, code = await "end"
      assert.equal(expected, code, message)
      connection:close()
    end
  end)

  it("finds what came while it was away, if the broker keeps its session", function()
    broker = brokers.mosquitto()
    open { id = "one", version = 5, expiry = 60 }
    await "open"
    connection:subscribe "a"
    await "done"
    connection:close()
    open { id = "two" }
    await "open"
    connection:send("a", "kept")
    await "done"
    connection:close()
    open { id = "one", version = 5, expiry = 60 }
    assert.equal("kept", (await "message").payload)
  end)

  it("gets no larger packet than it asks for, and sends larger ones", function()
    broker = brokers.mosquitto()
    local one = open { id = "one", version = 5, largest = 1000 }
    await "open"
    connection:subscribe "a"
    await "done"
    connection:send("b", ("x"):rep(100000))
    await "done"
    open { id = "two" }
    await "open"
    for _, payload in ipairs { ("x"):rep(2000), "small" } do
      connection:send("a", payload)
      await "done"
    end
    connection:close()
    connection = one
    assert.equal("small", (await "message").payload)
  end)

  it("drops a larger message of a broker that does not heed it", function()
    for version = 4, 5 do
      local properties = version == 5 and "\0" or ""
      local connack = version == 5 and "\x20\x03\0\0\0" or "\x20\x02\0\0"
      local function packet(payload)
        local body = "\0\1a" .. properties .. payload
        return "\x30" .. string.char(#body % 128 + 128, #body // 128) .. body
      end
      local server <close> = false_broker(connack .. packet(("x"):rep(2000)) .. packet(("y"):rep(1000)))
      open { port = server.port, id = "one", version = version, largest = 1000 }
      assert.equal(("y"):rep(1000), (await "message").payload)
      connection:close()
    end
  end)

  it("tells which subscription the broker refuses", function()
    for version = 4, 5 do
      local properties = version == 5 and "\0" or ""
      local connack = version == 5 and "\x20\x03\0\0\0" or "\x20\x02\0\0"
      local suback = ("\x90%s\0\1%s\x80"):format(string.char(3 + #properties), properties)
      local server <close> = false_broker(connack .. suback)
      open { port = server.port, id = "one", version = version }
      await "open"
      local mid, message, code = await "done"
      assert.same({ 1, "EACCES" }, { mid, code })
      assert.matches("^the broker refuses a subscription: ", message)
      connection:close()
    end
  end)

  it("ends for a server that talks nonsense", function()
    math.randomseed(7)
    for i = 1, 40 do
      local bytes = { i % 2 == 0 and "\x20\x03\0\0\0" or "" } -- after a good CONNACK, or at once
      for at = 2, math.random(2, 60) do
        bytes[at] = string.char(math.random(0, 255))
      end
      local server <close> = false_broker(table.concat(bytes), true)
      open { port = server.port, id = "one", version = 4 } -- see client.h about version 5
      await "end"
      connection:close()
    end
  end)

  it("ends for a property that does not exist, apart from a library that aborts", function()
    for kind, bytes in pairs { connack = "\x20\x05\0\0\x02\x7f\0", publish = "\x20\x03\0\0\0\x30\x06\0\1a\2\x7f\0",
      disconnect = "\x20\x03\0\0\0\xe0\x04\x80\x02\x7f\0" } do
      local server <close> = false_broker(bytes)
      local child = process.run(process.lua("-e", ([[
        local connection = require "luashot.core".mqtt_open { port = %d, id = "one", version = 5 }
        local kind, why
        repeat
          connection:run()
          kind, why = connection:take()
        until kind == "end"
        print(why)]]):format(server.port)))
      local aborts = child.signal == 6 and child.err:find("log__printf: Assertion `mosq' failed", 1, true)
      assert.is_truthy(aborts or child.out:find "the broker", kind .. child.out .. child.err)
    end
  end)

  it("does not turn in circles while a server is silent", function()
    local server <close> = false_broker ""
    for _, encrypted in ipairs { false, true } do
      open { port = server.port, id = "one", encrypted = encrypted }
      local poll = uv.new_poll(connection:fd())
      local turns = 0
      poll:start("r", function()
        turns = turns + 1
        connection:run()
      end)
      process.wait_until(function() return false end, 0.5)
      poll:close()
      assert.is_true(turns < 10, turns .. " turns")
      connection:close()
    end
  end)

  it("can be closed at any time, more than once", function()
    open { host = "192.0.2.1", port = 1883 } -- nobody is there: a thread still waits
    connection:close()
    connection:close()
    assert.has_error(function() connection:run() end, "the connection to the broker is closed")
    broker = brokers.mosquitto()
    open { id = "one" }
    await "open"
    for _ = 1, 100 do
      connection:send("a", ("x"):rep(100000))
    end
    connection:close()
  end)

  it("refuses a message that is larger than the broker takes", function()
    broker = brokers.mosquitto { config = "max_packet_size 2000" }
    open { id = "one", version = 5 } -- which tells of the limit
    await "open"
    assert.equal("EFBIG", (select(3, connection:send("a", ("x"):rep(3000)))))
    assert(connection:send("a", ("x"):rep(1000)))
    await "done"
  end)

  it("refuses what is no topic, and options that are none", function()
    broker = brokers.mosquitto()
    open { id = "one" }
    await "open"
    for _, topic in ipairs { "a/#", "", "a/+/b", ("x"):rep(70000) } do
      local mid, message, code = connection:send(topic, "x")
      assert.is_nil(mid)
      assert.equal("EINVAL", code)
      assert.matches("^no topic of MQTT", message)
    end
    assert.has_error(function() core.mqtt_open { hots = "x" } end)
    assert.has_error(function() core.mqtt_open { port = 0 } end)
    assert.has_error(function() core.mqtt_open { certificate = "x" } end)
    assert.has_error(function() connection:send("a", "b", { properties = { 1 } }) end)
    assert.has_error(function() connection:send("a", "b", { quality = 2 }) end)
  end)
end)
