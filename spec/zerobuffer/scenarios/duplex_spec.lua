-- The protocol's acceptance scenarios 13 (duplex channels), by their numbers.
local remote = require "spec.support.remote"
local ring = require "spec.support.ring"
local testing = require "luashot.zerobuffer.testing"
local process = require "spec.support.process"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local fails, frame_data = ring.fails, testing.frame_data
local SMALL = { metadata_size = 256, payload_size = 1 << 20 }

describe("a duplex channel", function()
  local channel, others

  before_each(function()
    channel, others = ring.name "duplex", {}
  end)

  after_each(function()
    for _, other in ipairs(others) do
      other:kill() -- most of them answer without end
    end
    collectgarbage()
    ring.sweep_all() -- after clients and servers that were killed
  end)

  --- A server in another process, whose handler has this body (`item` is the request).
  local function serve(handler, config)
    local other = remote.start()
    table.insert(others, other)
    other:run([[
      local channel, config, handler = ...
      server = assert(require "luashot.zerobuffer".server(channel, config,
        assert(load("local item = ... " .. handler))))]], channel, config or SMALL, handler)
    return other
  end

  --- Let it answer, until it fails, or nobody asks for `idle` seconds. result() returns the code.
  local function answer(other, idle)
    other:begin([[
      while true do
        local done, _, code = server:step(...)
        if not done then
          return code
        end
      end]], idle or 60)
  end

  local function connect(config)
    return assert(zb.client(channel, config or SMALL))
  end

  local ECHO = "return item:bytes()"

  it("13.1 answers requests of every size", function()
    local server = serve(ECHO)
    local client <close> = connect()
    answer(server)
    for sequence, size in ipairs { 1, 1024, 102400 } do
      assert.equal(sequence, client:send(frame_data(size, sequence), 5))
      local item <close> = assert(client:receive(5))
      assert.equal(sequence, item.sequence)
      assert.is_true(item:bytes() == frame_data(size, sequence))
    end
  end)

  it("13.2 keeps the order", function()
    local server = serve(ECHO)
    local client <close> = connect()
    for sequence = 1, 10 do
      assert.equal(sequence, client:send("request " .. sequence, 5))
    end
    answer(server)
    for sequence = 1, 10 do
      local item <close> = assert(client:receive(5))
      assert.equal(sequence, item.sequence)
      assert.equal("request " .. sequence, item:bytes())
    end
  end)

  it("13.3 takes requests while answers come", function()
    local server = serve(ECHO)
    local client <close> = connect()
    answer(server)
    local sent, received = 0, 0
    while received < 20 do
      if sent < 20 then
        sent = assert(client:send(frame_data(1000, sent + 1), 5))
      end
      local item, _, code = client:receive(sent < 20 and 0 or 5)
      if item then
        received = received + 1
        assert.equal(received, item.sequence)
        assert.is_true(item:bytes() == frame_data(1000, received))
        item:release()
      else
        assert.equal("ETIMEDOUT", code)
      end
    end
  end)

  it("13.4 works on one request at a time", function()
    local server = serve [[require "luv".sleep(100) return item:bytes()]]
    local client <close> = connect()
    answer(server)
    local started = uv.hrtime()
    for sequence = 1, 3 do
      assert(client:send(tostring(sequence), 5))
    end
    for sequence = 1, 3 do
      local item <close> = assert(client:receive(5))
      assert.equal(tostring(sequence), item:bytes())
    end
    assert.is_true(uv.hrtime() - started >= 299e6)
  end)

  it("13.5 tells the client that the server died", function()
    local server = serve [[require "luv".sleep(60000)]]
    local client <close> = connect()
    answer(server)
    assert.is_true(client:server_connected())
    assert(client:send("x", 5))
    process.sleep(0.2)
    server:kill()
    local item, _, code = client:receive(2)
    assert.is_nil(item)
    -- It has died before it ever attached to the responses, or after.
    assert.is_truthy(code == "EWRITERDEAD" or code == "EREADERDEAD", code)
    assert.is_false(client:server_connected())
    fails("EREADERDEAD", client:send("x", 2))
  end)

  it("13.6 waits for a client that does not read its answers", function()
    local server = serve [[return ("x"):rep(3000)]]
    local client <close> = connect { payload_size = 10000 }
    answer(server)
    for _ = 1, 6 do
      assert(client:send("x", 5))
    end
    local function written()
      return ring.get(channel .. "_response", "payload_written_count")
    end
    assert(process.wait_until(function() return written() == 3 end, 20))
    process.sleep(0.3)
    assert.equal(3, written())
    for sequence = 1, 6 do
      local item <close> = assert(client:receive(5))
      assert.equal(sequence, item.sequence)
      assert.equal(3000, item.size)
    end
  end)

  it("13.7 fills a request in place", function()
    local server = serve(ECHO)
    local client <close> = connect()
    answer(server)
    local reservation = assert(client:reserve(2048, 5))
    reservation:write(0, frame_data(1024, 1))
    reservation:write(1024, frame_data(1024, 1))
    assert.equal(1, reservation:commit())
    local item <close> = assert(client:receive(5))
    assert.is_true(item:bytes() == frame_data(2048, 1))
  end)

  it("13.8 lets the handler make something of the request", function()
    local server = serve [[
      return (item:bytes():gsub(".", function(byte) return string.char(byte:byte() ~ 0xFF) end))]]
    local client <close> = connect()
    answer(server)
    local data = frame_data(10240, 3)
    local item <close> = assert(client:request(data, 5))
    local back = item:bytes():gsub(".", function(byte) return string.char(byte:byte() ~ 0xFF) end)
    assert.is_true(back == data)
  end)

  it("13.9 survives a client that dies while it waits", function()
    local server = serve [[require "luv".sleep(300) return "late"]]
    local first = remote.start()
    table.insert(others, first)
    first:run([[
      client = assert(require "luashot.zerobuffer".client(...))
      assert(client:send("x", 5))]], channel, SMALL)
    answer(server, 2)
    process.sleep(0.1)
    first:kill()
    server:result(30)
    answer(server)
    -- Another client can come.
    local client = connect()
    local item = assert(client:request("again", 5))
    assert.equal("late", item:bytes())
    item:release()
    client:close()
  end)

  it("13.10 frees its name when the server is closed", function()
    local server = assert(zb.server(channel, SMALL, function(item) return item:bytes() end))
    local client <close> = connect()
    assert(client:send("pending", 5))
    server:close()
    local item, _, code = client:receive(2)
    assert.is_nil(item)
    assert.is_truthy(code == "EWRITERDEAD" or code == "EREADERDEAD", code)
    fails("EREADERDEAD", client:send("x", 1))
    client:close()
    assert.same({}, ring.files(channel .. "_request"))
    assert.same({}, ring.files(channel .. "_response"))
    local again <close> = assert(zb.server(channel, SMALL, function(request) return request:bytes() end))
    local other <close> = connect()
    assert(other:send("x", 5))
    assert(again:step(5))
    assert(other:receive(5)):release()
  end)
end)
