-- Duplex channels between luashot and the published Python implementation, in two releases, both
-- ways; and what a server promises beyond the protocol's scenarios.
local json = require "dkjson"
local load = require "spec.support.zerobuffer_load"
local process = require "spec.support.process"
local python = require "spec.support.python"
local remote = require "spec.support.remote"
local ring = require "spec.support.ring"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local PEER = assert(os.getenv "LUASHOT_SOURCE") .. "/spec/support/zerobuffer_peer.py"
local SMALL = { metadata_size = 256, payload_size = 1 << 20 }
local whole = not os.getenv "LUASHOT_SANITIZED" and not os.getenv "LUASHOT_COLLECTOR"
local COUNT = whole and 2000 or 200

local channel
local children, others

before_each(function()
  channel, children, others = ring.name "duplex", {}, {}
end)

after_each(function()
  for _, child in ipairs(children) do
    child:stop()
  end
  for _, other in ipairs(others) do
    other:stop()
  end
  collectgarbage()
  ring.sweep_all()
end)

local function elsewhere()
  local other = remote.start()
  table.insert(others, other)
  return other
end

local function interop(version, environment)
  local function peer(command, ...)
    local child = process.spawn { python.with("zerobuffer", environment), PEER, command, channel, "aligned",
      tostring(COUNT), "--ring", "1048576", "--timeout", "20", ... }
    table.insert(children, child)
    return child
  end

  local function ready(child)
    assert(child:read_line() == "ready", child.err)
  end

  local function result(child)
    local line = child:read_line(120)
    return (assert(json.decode(line or ""), "no result: " .. child.err))
  end

  it("Python passes with itself", function()
    local server, called
    -- A server of 1.3.0 marks the ring of responses as its own before it opens the semaphores. If the client has not
    -- made those yet, the server takes its mark for another writer's from then on, and answers nobody.
    repeat
      channel = ring.name "duplex"
      server = peer("serve", "--linger")
      ready(server)
      local client = peer "call"
      ready(client)
      called = result(client)
    until version ~= "1.3.0" or called.frames > 0 or called.server ~= server.pid
    local served = result(server)
    print(("zerobuffer-ipc %s with itself, duplex, %d of %d echoes: %s"):format(version, called.frames, COUNT,
      called.error or served.error or ("passes in %.1f s"):format(called.seconds)))
    assert.same({ COUNT, COUNT }, { called.frames, served.frames })
  end)

  it("a Python client is answered by luashot", function()
    local server = elsewhere()
    server:begin([[
      local channel, config = ...
      local server <close> = assert(require "luashot.zerobuffer".server(channel, config,
        function(item) return item:bytes() end))
      local code
      repeat
        code = select(3, server:step(30))
      until code
      return code, server:stats().responses]], channel, SMALL)
    local client = peer "call"
    ready(client)
    local called = result(client)
    assert.is_nil(called.error)
    assert.equal(COUNT, called.frames)
    -- The client has left.
    client:wait(10)
    local code, responses = server:result()
    assert.equal(COUNT, responses)
    assert.equal("EWRITERDEAD", code)
  end)

  it("a luashot client is answered by Python", function()
    local server = peer("serve", "--linger")
    ready(server)
    local client = process.wait_until(function() return (zb.client(channel, SMALL)) end, 30)
    local sizes = load.sizes("aligned", 1 << 20)
    -- 1.1.7 gives a request's space back by a plain +=, after its response has been sent: just when the next
    -- request is written.
    for sequence = 1, COUNT do
      local data = load.content(sequence, sizes())
      local item <close> = assert(client:request(data, 30))
      assert.equal(sequence, item.sequence)
      assert.is_true(item:bytes() == data, sequence)
    end
    assert.is_true(client:server_connected())
    local served = result(server)
    assert.equal(COUNT, served.frames)
    client:close()
    server:close_input()
    assert.equal(0, (server:wait(20)), server.err)
  end)

  it("a luashot client learns that the Python server was killed", function()
    local server = peer "serve"
    ready(server)
    local client = process.wait_until(function() return (zb.client(channel, SMALL)) end, 30)
    assert(client:request("x", 30)):release()
    server:kill "sigkill"
    server:wait(10)
    local item, _, code = client:receive(3)
    assert.is_nil(item)
    assert.is_truthy(code == "EWRITERDEAD" or code == "EREADERDEAD", code)
    assert.is_false(client:server_connected())
    client:close()
  end)
end

describe("a duplex channel with zerobuffer-ipc 1.1.7:", function()
  interop("1.1.7")
end)

describe("a duplex channel with zerobuffer-ipc 1.3.0:", function()
  interop("1.3.0", "next")
end)

describe("a duplex server", function()
  --- Both sides in this process, one step at a time.
  local function pair(config, handler)
    local server = assert(zb.server(channel, config, handler))
    local client = assert(zb.client(channel, SMALL))
    finally(function()
      client:close()
      server:close()
    end)
    return server, client
  end

  it("answers with the failure text when its handler fails, and stays in order", function()
    local answers = {
      function() error "on purpose" end, function() return nil end, function() return "" end,
      function() return 42 end, function() return ("x"):rep(2 << 20) end, function() return "fine" end,
    }
    local server, client = pair({ failure = "sorry" }, function(item)
      return answers[item.sequence]()
    end)
    for sequence = 1, 6 do
      assert(client:send "x")
      assert(server:step(5))
      local item <close> = assert(client:receive(5))
      assert.equal(sequence, item.sequence)
      assert.equal(sequence == 6 and "fine" or "sorry", item:bytes())
    end
    local stats = server:stats()
    assert.same({ 6, 6, 5 }, { stats.requests, stats.responses, stats.failures })
  end)

  it("has a text for failures of its own", function()
    local server, client = pair(nil, function() end)
    assert(client:send "x")
    assert(server:step(5))
    local item <close> = assert(client:receive(5))
    assert.equal("luashot: handler failed", item:bytes())
  end)

  it("gives the metadata to on_init, once", function()
    local seen = {}
    local server, client = pair({ on_init = function(metadata) table.insert(seen, metadata) end },
      function(item) return item:bytes() end)
    assert(client:set_metadata "who I am")
    for _ = 1, 3 do
      assert(client:send "x")
      assert(server:step(5))
      assert(client:receive(5)):release()
    end
    assert.same({ "who I am" }, seen)
  end)

  it("sends the request itself, without a copy in Lua", function()
    local server, client = pair(nil, function(item) return item end)
    assert(client:send "echo")
    assert(server:step(5))
    local item <close> = assert(client:receive(5))
    assert.equal("echo", item:bytes())
  end)

  local function echo()
    local server = assert(zb.server(channel, nil, function(item) return "to " .. item:bytes() end))
    finally(function() server:close() end)
    return server
  end

  --- A client asks, in the same process as its server, and gets the answer to that.
  local function is_answered(server, client, text)
    assert(client:send(text))
    assert(server:step(1))
    local item <close> = assert(client:receive(1))
    assert.equal("to " .. text, item:bytes())
  end

  it("answers nobody but who asked, when a client has left its requests behind", function()
    local server = echo()
    for round = 1, 3 do
      local first = assert(zb.client(channel, SMALL))
      assert(first:send "a secret")
      assert(first:send "another secret")
      first:close()
      local second <close> = assert(zb.client(channel, SMALL))
      ring.fails("EREADERDEAD", server:step(1))
      ring.fails("EREADERDEAD", server:step(1))
      for i = 1, 3 do
        is_answered(server, second, "question " .. i)
      end
      assert.equal(2 * round, server:stats().dropped)
    end
  end)

  it("answers nobody but who asked, when a client leaves while it is served", function()
    local server = echo()
    for _ = 1, 3 do
      local first = assert(zb.client(channel, SMALL))
      is_answered(server, first, "one")
      assert(first:send "two")
      first:close()
      local second <close> = assert(zb.client(channel, SMALL))
      assert(second:send "mine")
      ring.fails("EREADERDEAD", server:step(1))
      assert(server:step(1))
      local item <close> = assert(second:receive(1))
      assert.equal("to mine", item:bytes())
      is_answered(server, second, "mine, too")
    end
  end)

  it("answers the next one at once, when a client has left before it asked", function()
    local server = echo()
    for _ = 1, 3 do
      local first = assert(zb.client(channel, SMALL))
      ring.fails("ETIMEDOUT", server:step(0.3)) -- the server meets it meanwhile
      first:close()
      local second <close> = assert(zb.client(channel, SMALL))
      is_answered(server, second, "hello")
    end
  end)

  it("answers each of twenty clients that are killed amid their requests", function()
    local server = elsewhere()
    server:begin([[
      local channel, config = ...
      local server <close> = assert(require "luashot.zerobuffer".server(channel, config,
        function(item) return "to " .. item:bytes() end))
      while true do
        server:step(60)
      end]], channel, SMALL)
    finally(function() server:kill() end)
    for _ = 1, whole and 20 or 3 do
      local client = elsewhere()
      client:begin([[
        local channel, config = ...
        local zb = require "luashot.zerobuffer"
        local client
        repeat client = zb.client(channel, config) until client
        for i = 1, math.huge do
          client:send("theirs " .. i)
        end]], channel, SMALL)
      uv.sleep(math.random(5, 60))
      client.process:kill "sigkill"
      client.process:wait(10)
      local mine = process.wait_until(function() return (zb.client(channel, SMALL)) end, 20)
      for i = 1, 3 do
        local item <close> = assert(mine:request("mine " .. i, 20))
        assert.equal("to mine " .. i, item:bytes())
      end
      mine:close()
    end
  end)

  it("times out when nobody asks", function()
    local server = pair(nil, function() return "x" end)
    local started = uv.hrtime()
    ring.fails("ETIMEDOUT", server:step(0.1))
    assert.is_true(uv.hrtime() - started >= 99e6)
  end)

  it("serves one client after the other", function()
    local server, client = pair(nil, function(item) return item:bytes() end)
    for turn = 1, 3 do
      assert(client:send("turn " .. turn))
      assert(server:step(5))
      local item = assert(client:receive(5))
      assert.equal(1, item.sequence)
      assert.equal("turn " .. turn, item:bytes())
      item:release()
      client:close()
      ring.fails("EWRITERDEAD", server:step(1))
      client = assert(zb.client(channel, SMALL))
    end
    client:close()
  end)

  it("answers in a job, is started once, and can be stopped and started again", function()
    local result = process.run { assert(os.getenv "LUASHOT_BUILD") .. "/luashot", "-e", ([[
      local zb = require "luashot.zerobuffer"
      local channel, ticks = %q, 0
      local server <close> = assert(zb.server(channel, nil, function(item) return item:bytes():upper() end))
      local ticker = every("10ms", function() ticks = ticks + 1 end)
      for turn = 1, 2 do
        assert(server:start())
        print(select(3, server:start()))
        local client <close> = assert(zb.client(channel, { payload_size = 65536 }))
        local item <close> = assert(client:request("turn " .. turn, 10))
        print(item:bytes())
        repeat sleep "10ms" until ticks >= 5 * turn
        print(server:stats().running)
        server:stop()
        print(server:stats().running)
        print(select(3, client:send("x", 0)))
      end
      ticker:stop()]]):format(channel) }
    assert.equal("", result.err)
    assert.equal(("EBUSY TURN 1 true false EREADERDEAD EBUSY TURN 2 true false EREADERDEAD "):gsub(" ", "\n")
      :gsub("TURN\n", "TURN "), result.out)
  end)

  it("refuses what it cannot be made of", function()
    assert.has_error(function() zb.server(channel, {}, "handler") end)
    assert.has_error(function() zb.server(channel, { failure = "" }, print) end)
    assert.has_error(function() zb.server(channel, { unknown = 1 }, print) end)
    ring.fails("ENOENT", zb.client(channel))
    local server <close> = assert(zb.server(channel, nil, print))
    ring.fails("EEXIST", zb.server(channel, nil, print))
    assert.is_false(server:stats().client_connected)
  end)
end)
