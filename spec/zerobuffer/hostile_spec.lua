-- Somebody writes anywhere into both rings of a duplex channel and their semaphores while it is used: every
-- call ends in time with a value or an error, nothing is raised, and the name serves again afterwards.
local process = require "spec.support.process"
local remote = require "spec.support.remote"
local ring = require "spec.support.ring"
local uv = require "luv"
local zb = require "luashot.zerobuffer"

local SECONDS <const> = 1.5
local SMALL <const> = { metadata_size = 64, payload_size = 1024 }
local TIMEOUT <const> = 0.02

local OPEN <const> = [[
  local channel = ...
  files = {}
  for _, side in ipairs { "_request", "_response" } do
    for path, size in pairs { ["%s"] = 128 + 64 + 1024, ["sem.sem-w-%s"] = 32, ["sem.sem-r-%s"] = 32 } do
      local file = assert(io.open("/dev/shm/" .. path:format(channel .. side), "r+b"))
      file:setvbuf "no"
      table.insert(files, { file = file, size = size })
    end
  end]]

-- Process ids are left alone: without them every call ends at once.
local SCRIBBLE <const> = [[
  local deadline = ...
  local uv = require "luv"
  local writes = 0
  while uv.hrtime() < deadline or writes < 1000 do
    local one = files[math.random(#files)]
    local at = math.random(0, (math.random(2) == 1 and math.min(one.size, 128) or one.size) - 1)
    if one.size == 32 or at < 80 or at >= 96 then
      one.file:seek("set", at)
      one.file:write(string.char(math.random(0, 255)))
      writes = writes + 1
    end
  end
  return writes]]

local channel, others

before_each(function()
  channel, others = ring.name "hostile", {}
end)

after_each(function()
  for _, other in ipairs(others) do
    other:stop()
  end
  collectgarbage()
  ring.sweep_all()
end)

--- Another process that writes from now on.
---@return spec.remote other
---@return integer deadline until when
local function scribble()
  local other = remote.start()
  table.insert(others, other)
  other:run(OPEN, channel)
  local deadline = uv.hrtime() + math.tointeger(SECONDS * 1e9)
  other:begin(SCRIBBLE, deadline)
  return other, deadline
end

--- Makes a call that must not raise, and must end in time, with a value or an error.
local function bounded(object, method, ...)
  local started = uv.hrtime()
  local value, message, code = object[method](object, ...)
  local took = (uv.hrtime() - started) / 1e9
  assert.is_true(took < 5, ("%s took %.1f s"):format(method, took))
  if value == nil and message then
    assert.matches("^E%u+$", code)
    assert.equal("string", type(message))
  end
  return value
end

local function works_again()
  local server <close> = assert(zb.server(channel, SMALL, function(item) return item end))
  local client <close> = assert(zb.client(channel, SMALL))
  assert(client:send "once more")
  assert(server:step(5))
  local item <close> = assert(client:receive(5))
  assert.equal("once more", item:bytes())
end

describe("a channel that somebody scribbles on", function()
  it("lets every call end", function()
    local server = assert(zb.server(channel, SMALL, function(item) return item:bytes() end))
    local client = assert(zb.client(channel, SMALL))
    local other, deadline = scribble()
    local got, calls = 0, 0
    while uv.hrtime() < deadline or calls < 20 do
      calls = calls + 1
      bounded(client, "send", ("x"):rep(calls * 131 % 900 + 1), TIMEOUT)
      bounded(client, "set_metadata", "who I am")
      bounded(client.responses, "metadata") -- nil alone: there are none
      bounded(server.requests, "metadata")
      bounded(server, "step", TIMEOUT)
      local item = bounded(client, "receive", TIMEOUT)
      if item then
        got = got + #item:bytes()
        item:release()
      end
      bounded(server, "stats")
    end
    print(("%d writes, %d calls, %d bytes came back"):format(other:result(), calls, got))
    bounded(client, "close")
    bounded(server, "close")
    works_again()
  end)

  it("does not end a host whose job serves it, nor keep it from ending", function()
    local program = process.spawn { assert(os.getenv "LUASHOT_BUILD") .. "/luashot", "-e", ([[
      io.stdout:setvbuf "line"
      local uv = require "luv"
      local zb = require "luashot.zerobuffer"
      local small = { metadata_size = 64, payload_size = 1024 }
      local server <close> = assert(zb.server(%q, small, function(item) return item:bytes() end))
      assert(server:start())
      local client <close> = assert(zb.client(%q, small))
      local ticks = 0
      local ticker = every("20ms", function() ticks = ticks + 1 end)
      print "ready"
      local deadline = tonumber(io.read())
      while uv.hrtime() < deadline or ticks <= 5 do
        local item = client:request("a question", 0.02)
        if item then
          item:release()
        end
        sleep "1ms"
      end
      ticker:stop()
      server:stop()
      print "done"]]):format(channel, channel) }
    assert.equal("ready", program:read_line(20))
    local other, deadline = scribble()
    program:write(deadline .. "\n")
    assert.equal("done", program:read_line(30), program.err)
    local code, signal = program:wait(30)
    assert.equal(0, signal, program.err)
    assert.equal(program.err == "" and 0 or 1, code, program.err) -- 1: the job has reported damage
    other:result()
    works_again()
  end)
end)
