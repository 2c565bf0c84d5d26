-- Every pair of luashot and a published implementation, each case with every byte checked. The table
-- that it prints is in docs/dev/rings.md. What a peer's own code cannot do is listed with its cause, and
-- must end in that way: nothing hangs, nothing wrong is delivered.
local json = require "dkjson"
local load = require "spec.support.zerobuffer_load"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local python = require "spec.support.python"
local remote = require "spec.support.remote"
local ring = require "spec.support.ring"
local side = require "spec.support.zerobuffer_side"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local PEER <const> = assert(os.getenv "LUASHOT_SOURCE") .. "/spec/support/zerobuffer_peer.py"
local SMALL <const> = 65536

local CASES <const> = {
  { "arbitrary sizes", load = "any", count = 2000 },
  { "wraps", load = "aligned", count = 2000 },
  { "exact fits", load = "exact", count = 2000 },
  { "over half the ring", load = "large", count = 2000 },
  { "33 MB", load = "big", count = 40, ring = 3 * 33177664 },
  { "slow reader", load = "any", count = 2000, reader_pause = 0.002 },
  { "slow writer", load = "any", count = 2000, writer_pause = 0.002 },
  { "two-phase", load = "any", count = 2000, two_phase = true },
  { "metadata", load = "aligned", count = 100, metadata = "what these frames are" },
  { "several held", load = "any", count = 2000, held = 3, ring = 4 * SMALL },
}

-- What a writer of that release cannot do, whoever reads: its own error.
local CANNOT <const> = {
  ["1.1.7"] = {
    ["arbitrary sizes"] = "overruns", ["wraps"] = "overruns", ["two-phase"] = "overruns", ["slow reader"] = "overruns",
    ["over half the ring"] = "overruns", ["several held"] = "overruns", ["33 MB"] = "overruns",
    ["slow writer"] = "overruns", ["metadata"] = "overruns",
  },
  ["1.3.0"] = { ["over half the ring"] = "BufferFull" },
}
local CAUSES <const> = {
  overruns = { "^ValueError: Invalid %a+ range", "^error: argument out of range" },
  BufferFull = { "^BufferFullException" },
}

local children, others

before_each(function()
  children, others = {}, {}
end)

after_each(function()
  for _, child in ipairs(children) do
    child:stop()
  end
  for _, other in ipairs(others) do
    other:stop()
  end
  ring.sweep_all()
end)

local function peer(environment, command, stream)
  local arguments = { python.with("zerobuffer", environment), PEER, command, stream.name, stream.load,
    tostring(stream.count), "--ring", tostring(stream.ring), "--timeout", "8", "--linger" }
  local pause = command == "read" and stream.reader_pause or command == "write" and stream.writer_pause
  for option, value in pairs { ["--pause"] = pause or false, ["--metadata"] = command == "write" and stream.metadata or
    false } do
    if value then
      table.insert(arguments, option)
      table.insert(arguments, tostring(value))
    end
  end
  if command == "write" and stream.two_phase then
    table.insert(arguments, "--commit")
  end
  local child = process.spawn(arguments)
  table.insert(children, child)
  assert(child:read_line(30) == "ready", child.err)
  return child
end

local function result(child)
  return (assert(json.decode(child:read_line(120) or ""), child.err))
end

local function elsewhere()
  local other = remote.start()
  table.insert(others, other)
  return other
end

local function stream_of(case)
  local stream = { name = ring.name "matrix", ring = SMALL }
  for key, value in pairs(case) do
    stream[key] = value
  end
  stream[1] = nil
  return stream
end

local rows = {}

local function note(case, column, text)
  rows[case[1]] = rows[case[1]] or {}
  rows[case[1]][column] = text
end

describe("the matrix of streams", function()
  for _, case in ipairs(CASES) do
    it(case[1] .. ": luashot with itself #long", function()
      local stream = stream_of(case)
      local other = elsewhere()
      other:begin([[return require "spec.support.zerobuffer_side".write(...)]], stream)
      local frames, why = side.read(stream)
      note(case, "luashot", why or "ok")
      assert.same({ case.count }, { frames, why })
      assert.same({ case.count }, { other:result() })
    end)

    for version, environment in pairs { ["1.1.7"] = "", ["1.3.0"] = "next" } do
      it(("%s: luashot writes for %s #long"):format(case[1], version), function()
        local stream = stream_of(case)
        local reader = peer(environment ~= "" and environment or nil, "read", stream)
        local frames, why = side.write(stream)
        local theirs = result(reader)
        note(case, version .. " reads", why or theirs.error or "ok")
        assert.same({ case.count }, { frames, why }, theirs.error)
        assert.same({ case.count }, { theirs.frames, theirs.error })
        assert.equal(stream.ring, theirs.free)
        if case.metadata then
          assert.equal(case.metadata, theirs.metadata)
        end
      end)

      it(("%s: luashot reads from %s #long"):format(case[1], version), function()
        local stream = stream_of(case)
        local writer
        local frames, why = side.read(stream, function()
          writer = peer(environment ~= "" and environment or nil, "write", stream)
        end)
        local theirs = result(writer)
        note(case, version .. " writes", (theirs.error or why or "ok"):match "^[%w.]+")
        local cause = CANNOT[version][case[1]]
        if not cause or not theirs.error and not why then
          assert.same({ case.count }, { frames, why }, theirs.error)
          assert.is_nil(theirs.error)
        elseif theirs.error then
          local is_known = false
          for _, pattern in ipairs(CAUSES[cause]) do
            is_known = is_known or theirs.error:find(pattern) ~= nil
          end
          assert.is_true(is_known, theirs.error)
          -- What it has written has come all the same.
          assert.is_true(frames >= theirs.frames or why:find("^E%u+") ~= nil, why)
        end
      end)
    end
  end

  it("is printed #long", function()
    local columns = { "luashot", "1.1.7 reads", "1.3.0 reads", "1.1.7 writes", "1.3.0 writes" }
    print("\n| case | " .. table.concat(columns, " | ") .. " |\n| --- | --- | --- | --- | --- | --- |")
    for _, case in ipairs(CASES) do
      local cells = { case[1] }
      for _, column in ipairs(columns) do
        table.insert(cells, (rows[case[1]] or {})[column] or "?")
      end
      print("| " .. table.concat(cells, " | ") .. " |")
    end
  end)
end)

--- Kills a Python peer. Returns a function that waits until what it has started is over, too: the resource tracker
--- of 1.1.7, a process of its own, removes the names of its rings as soon as it is given the processor.
local function kill(child)
  local trackers = proc.children(child.pid)
  child:kill "sigkill"
  return function()
    child:wait(10)
    for _, tracker in ipairs(trackers) do
      assert.is_true(process.wait_until(function() return not proc.exists(tracker) end, 60))
    end
  end
end

describe("twenty kills", function()
  -- After 1.1.7's tracker no second writer finds the ring.
  it("of Python writers lose no frame, and the next one is on time #long", function()
    local stream = { name = ring.name "killed", load = "any", count = 1000000, ring = SMALL }
    local reader <close> = assert(zb.reader(stream.name, { payload_size = SMALL }))
    for round = 1, 20 do
      local writer = peer("next", "write", stream)
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
      local other = elsewhere()
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
        local reader = peer(environment ~= "" and environment or nil, "read", stream)
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
      local server = elsewhere()
      server:begin([[
        local channel = ...
        local server <close> = assert(require "luashot.zerobuffer".server(channel, { payload_size = 1 << 20 },
          function(item) return item:bytes() end))
        while select(3, server:step(60)) ~= "ETIMEDOUT" do
        end]], channel)
      for _ = 1, 20 do
        local client = peer(environment, "call", { name = channel, load = "any", count = 1000000, ring = 1 << 20 })
        uv.sleep(math.random(20, 120))
        kill(client)()
        uv.sleep(1000)
        local mine <close> = assert(zb.client(channel, { payload_size = 1 << 20 }))
        local item <close> = assert(mine:request("mine", 1))
        assert.equal("mine", item:bytes())
      end
      local last = peer(environment, "call", { name = channel, load = "any", count = 200, ring = 1 << 20 })
      assert.same({ 200 }, { result(last).frames })
    end)

    it(("of servers on %s are noticed by luashot's client, and the next one answers #long"):format(version), function()
      local channel = ring.name "killed"
      for _ = 1, 20 do
        local server = peer(environment, "serve", { name = channel, load = "any", count = 1000000, ring = 1 << 20 })
        local client <close> = process.wait_until(function()
          return (zb.client(channel, { payload_size = 1 << 20 }))
        end, 20)
        local sizes, last = load.sizes("any", 1 << 20), uv.hrtime() + math.random(20, 120) * 1e6
        local wait, killed, code
        for request = 1, math.huge do
          local data = load.content(request, sizes())
          if request > 1 and not killed and uv.hrtime() > last then
            wait = kill(server)
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
end)

describe("the matrix of channels", function()
  for version, environment in pairs { ["1.1.7"] = "", ["1.3.0"] = "next" } do
    environment = environment ~= "" and environment or nil

    it(("2,000 requests of arbitrary sizes: luashot serves %s #long"):format(version), function()
      local channel = ring.name "matrix"
      local server <close> = assert(zb.server(channel, { payload_size = 1 << 20 }, function(item) return item end))
      local client = peer(environment, "call", { name = channel, load = "any", count = 2000, ring = 1 << 20 })
      for _ = 1, 2000 do
        assert(server:step(30))
      end
      local theirs = result(client)
      assert.same({ 2000 }, { theirs.frames, theirs.error })
    end)

    it(("2,000 requests of arbitrary sizes: luashot asks %s #long"):format(version), function()
      local channel = ring.name "matrix"
      local server = peer(environment, "serve", { name = channel, load = "any", count = 2000, ring = 1 << 20 })
      local client <close> = process.wait_until(function()
        return (zb.client(channel, { payload_size = 1 << 20 }))
      end, 20)
      local sizes = load.sizes("any", 1 << 20)
      for request = 1, 2000 do
        local data = load.content(request, sizes())
        local item <close> = assert(client:request(data, 30))
        assert.equal(request, item.sequence)
        assert.is_true(item:bytes() == data, request)
      end
      assert.equal(2000, result(server).frames)
    end)
  end
end)
