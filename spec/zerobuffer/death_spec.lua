-- A side that is killed at any moment of a stream: the other one says so in time, no frame arrives
-- torn, and the name serves the next pair as if nothing had been.
local load = require "spec.support.zerobuffer_load"
local process = require "spec.support.process"
local remote = require "spec.support.remote"
local ring = require "spec.support.ring"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local RING = 65536
local TIMEOUT = 20 -- that a call has
local LIMIT = 7 -- seconds in which a death is known

-- What the other process does until it is killed.
local WRITE = [[
  local name, ring = ...
  local load = require "spec.support.zerobuffer_load"
  local sizes = load.sizes("arbitrary", ring)
  local writer = assert(require "luashot.zerobuffer".writer(name))
  for sequence = 1, math.huge do
    assert(writer:write(load.content(sequence, sizes()), 30))
  end]]
local READ = [[
  local name, ring, held = ...
  local reader = assert(require "luashot.zerobuffer".reader(name, { payload_size = ring }))
  local items = {}
  for i = 1, math.huge do
    -- Some are held for a while, and released out of order.
    local slot = i * 7919 % held + 1
    if items[slot] then
      items[slot]:release()
    end
    items[slot] = assert(reader:read(30))
  end]]

describe("a stream of which one side is killed", function()
  local seed = os.time()

  before_each(function()
    math.randomseed(seed)
  end)

  after_each(function()
    assert.equal("", ring.litter())
  end)

  local function seconds_since(started)
    return (uv.hrtime() - started) / 1e9
  end

  --- A new pair on the name, and nothing left of it.
  local function succeed(name)
    local reader = assert(zb.reader(name, { payload_size = RING }))
    local writer = assert(zb.writer(name))
    assert.equal(1, writer:write "next")
    local item <close> = assert(reader:read(TIMEOUT))
    assert.equal("next", item:bytes())
    item:release()
    writer:close()
    reader:close()
    assert.same({}, ring.files(name))
  end

  -- Anywhere in what it does with the frames to come. Returns when.
  local function kill_soon(other)
    local until_then = uv.hrtime() + math.random(0, 200000)
    while uv.hrtime() < until_then do end
    other.process:kill "sigkill"
    return uv.hrtime()
  end

  local function kill_writer()
    local name = ring.name "killed"
    local other = remote.start()
    local reader = assert(zb.reader(name, { payload_size = RING }))
    other:begin(WRITE, name, RING)
    local sizes = load.sizes("arbitrary", RING)
    local sequence, code, doomed = 0, nil, nil
    local last = math.random(0, 300)
    while not code do
      if sequence == last and not doomed then
        doomed = kill_soon(other)
      end
      -- If it was killed before it attached, nothing will come.
      local item, _, why = reader:read(doomed and sequence == 0 and 2 or TIMEOUT)
      code = why
      if item then
        sequence = sequence + 1
        assert.equal(sequence, item.sequence)
        assert.is_true(item:bytes() == load.content(sequence, sizes()), "frame " .. sequence .. " is torn")
        item:release()
      end
    end
    assert.is_truthy(code == "EWRITERDEAD" or sequence == 0 and code == "ETIMEDOUT", code)
    assert.is_true(seconds_since(doomed) < LIMIT)
    if code == "ETIMEDOUT" then -- it may be about to attach
      other.process:wait(20)
    end
    -- The next writer can go on in this very ring.
    local writer = assert(zb.writer(name))
    assert.equal(1, writer:write "again")
    local item = assert(reader:read(TIMEOUT))
    assert.equal("again", item:bytes())
    item:release()
    writer:close()
    reader:close()
    other.process:wait(20)
    succeed(name)
  end

  local function kill_reader()
    local name = ring.name "killed"
    local other = remote.start()
    other:begin(READ, name, 4 * RING, math.random(1, 3))
    local writer = process.wait_until(function() return (zb.writer(name)) end, 30)
    local sizes = load.sizes("lockstep", RING)
    local sequence, code, doomed = 0, nil, nil
    local last = math.random(0, 300)
    while not code do
      if sequence == last and not doomed then
        doomed = kill_soon(other)
      end
      local written, _, why = writer:write(load.content(sequence + 1, sizes()), TIMEOUT)
      sequence, code = written or sequence, why
    end
    assert.equal("EREADERDEAD", code)
    assert.is_true(seconds_since(doomed) < LIMIT)
    writer:close()
    other.process:wait(20)
    succeed(name)
  end

  for _, case in ipairs {
    { "leaves a reader that knows", kill_writer },
    { "leaves a writer that knows", kill_reader },
  } do
    it(case[1] .. ", 20 times", function()
      for _ = 1, 20 do
        case[2]()
      end
    end)

    it(case[1] .. ", 500 times #long", function()
      for _ = 1, 500 do
        case[2]()
      end
    end)
  end
end)
