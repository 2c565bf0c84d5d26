-- Twenty SIGKILLs of each kind of side, beside luashot's other side: what docs/dev/rings.md has in its table.
local load = require "spec.support.zerobuffer_load"
local peers = require "spec.support.zerobuffer_peers"
local process = require "spec.support.process"
local ring = require "spec.support.ring"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local SMALL <const> = 65536

after_each(function()
  peers.stop()
  ring.sweep_all()
end)

describe("twenty kills", function()
  -- After 1.1.7's tracker no second writer finds the ring.
  it("of Python writers lose no frame, and the next one is on time #long", function()
    local stream = { name = ring.name "killed", load = "any", count = 1000000, ring = SMALL }
    local reader <close> = assert(zb.reader(stream.name, { payload_size = SMALL }))
    for round = 1, 20 do
      local writer = peers.start("next", "write", stream)
      local sizes, frames, code = load.sizes("any", SMALL), 0, nil
      local deadline = uv.hrtime() + math.random(20, 120) * 1e6
      while not code do
        if writer and uv.hrtime() > deadline then
          writer:kill "sigkill"
          writer = nil
        end
        local item, _, why = reader:read(2)
        code = why
        if item then
          local size = sizes()
          frames = frames + 1
          assert.same({ frames, size }, { item.sequence, item.size }, "round " .. round)
          assert.is_true(item:bytes() == load.content(frames, size), frames)
          item:release()
        end
      end
      assert.equal("EWRITERDEAD", code)
      assert.is_true(frames > 0)
      assert.equal(SMALL, zb.stat(stream.name).payload_free)
    end
  end)

  it("of luashot's writers leave nothing that the next one stumbles over #long", function()
    local stream = { name = ring.name "killed", load = "any", count = 1000000, ring = SMALL }
    local reader <close> = assert(zb.reader(stream.name, { payload_size = SMALL }))
    for round = 1, 20 do
      local other = peers.elsewhere()
      other:begin([[return require "spec.support.zerobuffer_side".write(...)]], stream)
      assert.is_true(reader:writer_connected(20))
      local sizes, frames, code = load.sizes("any", SMALL), 0, nil
      local deadline
      while not code do
        if deadline and uv.hrtime() > deadline then
          other.process:kill "sigkill"
          deadline = math.huge
        end
        local item, _, why = reader:read(10)
        code = why
        if item then
          local size = sizes()
          frames = frames + 1
          deadline = deadline or uv.hrtime() + math.random(1, 60) * 1e6
          assert.same({ frames, size }, { item.sequence, item.size }, "round " .. round)
          item:release()
        end
      end
      assert.equal("EWRITERDEAD", code)
      assert.is_true(frames > 0)
      assert.equal(SMALL, zb.stat(stream.name).payload_free)
    end
  end)

  for version, environment in pairs { ["1.1.7"] = "", ["1.3.0"] = "next" } do
    it(("of readers on %s are noticed by luashot's writer #long"):format(version), function()
      for _ = 1, 20 do
        local stream = { name = ring.name "killed", load = "any", count = 1000000, ring = SMALL }
        local reader = peers.start(environment ~= "" and environment or nil, "read", stream)
        local writer <close> = assert(zb.writer(stream.name))
        local sizes, frames, code = load.sizes("any", SMALL), 0, nil
        local deadline, killed = uv.hrtime() + math.random(20, 120) * 1e6, nil
        while not code do
          if not killed and uv.hrtime() > deadline then
            reader:kill "sigkill"
            killed = uv.hrtime()
          end
          local sequence, _, why = writer:write(load.content(frames + 1, sizes()), 2)
          frames, code = sequence or frames, why
        end
        assert.equal("EREADERDEAD", code)
        assert.is_true(killed and uv.hrtime() - killed < 1e9)
      end
    end)

  end

  for version, environment in pairs { ["1.1.7"] = "", ["1.3.0"] = "next" } do
    environment = environment ~= "" and environment or nil

    -- The tracker of 1.1.7 removes the name of luashot's request ring, and the server makes the ring again.
    it(("of clients on %s: luashot's server answers the next one #long"):format(version), function()
      local channel = ring.name "killed"
      local server = peers.elsewhere()
      server:begin([[
        local channel = ...
        local server <close> = assert(require "luashot.zerobuffer".server(channel, { payload_size = 1 << 20 },
          function(item) return item:bytes() end))
        while select(3, server:step(60)) ~= "ETIMEDOUT" do
        end]], channel)
      for _ = 1, 20 do
        local client = peers.start(environment, "call",
          { name = channel, load = "any", count = 1000000, ring = 1 << 20 })
        uv.sleep(math.random(20, 120))
        local wait = peers.ending(client)
        client:kill "sigkill"
        wait()
        uv.sleep(1000)
        local mine <close> = assert(zb.client(channel, { payload_size = 1 << 20 }))
        local item <close> = assert(mine:request("mine", 1))
        assert.equal("mine", item:bytes())
      end
      local last = peers.start(environment, "call", { name = channel, load = "any", count = 200, ring = 1 << 20 })
      assert.same({ 200 }, { peers.result(last).frames })
    end)

    it(("of servers on %s are noticed by luashot's client, and the next one answers #long"):format(version), function()
      local channel = ring.name "killed"
      for _ = 1, 20 do
        local server = peers.start(environment, "serve",
          { name = channel, load = "any", count = 1000000, ring = 1 << 20 })
        local client <close> = process.wait_until(function()
          return (zb.client(channel, { payload_size = 1 << 20 }))
        end, 20)
        local sizes, last = load.sizes("any", 1 << 20), uv.hrtime() + math.random(20, 120) * 1e6
        local wait, killed, code
        for request = 1, math.huge do
          local data = load.content(request, sizes())
          if request > 1 and not killed and uv.hrtime() > last then
            wait = peers.ending(server)
            server:kill "sigkill"
            killed = uv.hrtime()
          end
          local item, _, why = client:request(data, request == 1 and 30 or 5)
          if not item then
            code = why
            break
          end
          assert.is_true(item:bytes() == data, request)
          item:release()
        end
        assert.is_truthy(code == "EWRITERDEAD" or code == "EREADERDEAD", code)
        assert.is_true(uv.hrtime() - killed < 1e9)
        wait() -- or the tracker removes the name of the next server's ring
      end
    end)
  end

  --- A server of luashot's in another process; its rings are there.
  local function serve(channel)
    local server = peers.elsewhere()
    server:run([[
      server = assert(require "luashot.zerobuffer".server(..., { payload_size = 1 << 20 },
        function(item) return item:bytes() end))]], channel)
    server:begin [[while true do server:step(60) end]]
    return server.process
  end

  it("of luashot's servers are noticed by luashot's client, and the next one answers within a second #long", function()
    local channel = ring.name "killed"
    for _ = 1, 20 do
      local server = serve(channel)
      local client <close> = assert(zb.client(channel, { payload_size = 1 << 20 }))
      local last, killed, code = uv.hrtime() + math.random(5, 60) * 1e6, nil, nil
      while not code do
        if not killed and uv.hrtime() > last then
          server:kill "sigkill"
          killed = uv.hrtime()
        end
        local item, _, why = client:request("a question", 1)
        code = why
        if item then
          assert.equal("a question", item:bytes())
          item:release()
        end
      end
      assert.is_truthy(killed and (code == "EWRITERDEAD" or code == "EREADERDEAD"), code)
      assert.is_true(uv.hrtime() - killed < 1e9)
      server:wait(10)
    end
  end)

  for version, environment in pairs { ["1.1.7"] = "", ["1.3.0"] = "next" } do
    environment = environment ~= "" and environment or nil

    -- Its client looks for a dead server when its timeout is over.
    it(("of luashot's servers end clients on %s, and the next one answers the next client #long"):format(version),
      function()
        local channel = ring.name "killed"
        for _ = 1, 20 do
          local server = serve(channel)
          local client = peers.start(environment, "call",
            { name = channel, load = "any", count = 1000000, ring = 1 << 20, timeout = 1 })
          assert.is_true(process.wait_until(function()
            local stat = zb.stat(channel .. "_response")
            return stat and stat.read > 0
          end, 20))
          uv.sleep(math.random(0, 60))
          server:kill "sigkill"
          local wait = peers.ending(client)
          local theirs = peers.result(client)
          assert.is_true(theirs.frames > 0)
          assert.matches("DeadException", theirs.error)
          wait()
        end
      end)
  end
end)
