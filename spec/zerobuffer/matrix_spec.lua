-- Every pair of luashot and a published implementation, each case with every byte checked. The table
-- that it prints is in docs/dev/rings.md. What a peer's own code cannot do is listed with its cause, and
-- must end in that way: nothing hangs, nothing wrong is delivered.
local load = require "spec.support.zerobuffer_load"
local process = require "spec.support.process"
local peers = require "spec.support.zerobuffer_peers"
local ring = require "spec.support.ring"
local side = require "spec.support.zerobuffer_side"
local zb = require "luashot.zerobuffer"

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

after_each(function()
  peers.stop()
  ring.sweep_all()
end)

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
      local other = peers.elsewhere()
      other:begin([[return require "spec.support.zerobuffer_side".write(...)]], stream)
      local frames, why = side.read(stream)
      note(case, "luashot", why or "ok")
      assert.same({ case.count }, { frames, why })
      assert.same({ case.count }, { other:result() })
    end)

    for version, environment in pairs { ["1.1.7"] = "", ["1.3.0"] = "next" } do
      it(("%s: luashot writes for %s #long"):format(case[1], version), function()
        local stream = stream_of(case)
        local reader = peers.start(environment ~= "" and environment or nil, "read", stream)
        local frames, why = side.write(stream)
        local theirs = peers.result(reader)
        note(case, version .. " reads", why or theirs.error or "ok")
        assert.same({ case.count }, { frames, why }, theirs.error)
        assert.same({ case.count }, { theirs.frames, theirs.error })
        if version ~= "1.1.7" then -- which adds in two steps, so that its count drifts
          assert.equal(stream.ring, theirs.free)
        end
        if case.metadata then
          assert.equal(case.metadata, theirs.metadata)
        end
      end)

      it(("%s: luashot reads from %s #long"):format(case[1], version), function()
        local stream = stream_of(case)
        local writer
        local frames, why = side.read(stream, function()
          writer = peers.start(environment ~= "" and environment or nil, "write", stream)
        end)
        local theirs = peers.result(writer)
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

describe("the matrix of channels", function()
  for version, environment in pairs { ["1.1.7"] = "", ["1.3.0"] = "next" } do
    environment = environment ~= "" and environment or nil

    it(("2,000 requests of arbitrary sizes: luashot serves %s #long"):format(version), function()
      local channel = ring.name "matrix"
      local server <close> = assert(zb.server(channel, { payload_size = 1 << 20 }, function(item) return item end))
      local client = peers.start(environment, "call", { name = channel, load = "any", count = 2000, ring = 1 << 20 })
      for _ = 1, 2000 do
        assert(server:step(30))
      end
      local theirs = peers.result(client)
      assert.same({ 2000 }, { theirs.frames, theirs.error })
    end)

    it(("2,000 requests of arbitrary sizes: luashot asks %s #long"):format(version), function()
      local channel = ring.name "matrix"
      local server = peers.start(environment, "serve", { name = channel, load = "any", count = 2000, ring = 1 << 20 })
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
      assert.equal(2000, peers.result(server).frames)
    end)
  end
end)
