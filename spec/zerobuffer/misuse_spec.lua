-- Misuse of rings and channels raises, names the function that was called, and blames the line that
-- called it.
local ring = require "spec.support.ring"
local zb = require "luashot.zerobuffer"

local name, server, client

before_each(function()
  name = ring.name "misuse"
  server = assert(zb.server(name, nil, function(item)
    return item
  end))
  client = assert(zb.client(name))
end)

after_each(function()
  client:close()
  server:close()
  ring.sweep_all()
end)

--- The message of what `fn` raises, without the place, which must be in this file.
local function blame(fn)
  local ok, message = pcall(fn)
  assert.is_false(ok)
  return (assert(message:match "^%S-misuse_spec%.lua:%d+: (.*)$", message))
end

local function raises(text, fn)
  local message = blame(fn)
  assert(message:find(text, 1, true), ("%q is not in %q"):format(text, message))
end

describe("misuse of", function()
  it("a ring's name and configuration", function()
    raises("bad argument #1 to 'reader' (string expected, got nil)", function()
      local _ = zb.reader(nil)
    end)
    raises("bad argument #1 to 'writer' (string expected, got nil)", function()
      local _ = zb.writer(nil)
    end)
    raises("bad argument #1 to 'stat' (string expected, got nil)", function()
      local _ = zb.stat(nil)
    end)
    raises("option 'payload_size': an integer from 1", function()
      local _ = zb.reader(name, { payload_size = 0 })
    end)
    raises("unknown option 'payloadsize' (known: metadata_size, payload_size)", function()
      local _ = zb.reader(name, { payloadsize = 1 })
    end)
  end)

  it("what makes a server", function()
    raises("bad argument #1 to 'server' (string expected, got nil)", function()
      local _ = zb.server(nil, nil, print)
    end)
    raises("bad argument #3 to 'server' (function expected, got nil)", function()
      local _ = zb.server "x"
    end)
    raises("bad argument #2 to 'server' (table expected, got number)", function()
      local _ = zb.server("x", 5, print)
    end)
    raises("unknown option 'fail'", function()
      local _ = zb.server("x", { fail = "no" }, print)
    end)
    raises("option 'failure': a string of 1 byte or more expected", function()
      local _ = zb.server("x", { failure = "" }, print)
    end)
    raises("option 'timeout': duration expected", function()
      local _ = zb.server("x", { timeout = "soon" }, print)
    end)
    raises("option 'payload_size': an integer from 1", function()
      local _ = zb.server("x", { payload_size = -1 }, print)
    end)
  end)

  it("what makes a client", function()
    raises("bad argument #1 to 'client' (string expected, got nil)", function()
      local _ = zb.client(nil)
    end)
    raises("unknown option 'timeout'", function()
      local _ = zb.client(name, { timeout = 5 })
    end)
    client:close()
    raises("option 'payload_size': an integer from 1", function()
      local _ = zb.client(name, { payload_size = -1 })
    end)
  end)

  it("a client", function()
    raises("bad argument #1 to 'send' (string, frame or item expected, got nil)", function()
      client:send(nil)
    end)
    raises("bad argument #2 to 'send' (duration expected", function()
      client:send("x", "soon")
    end)
    raises("bad argument #1 to 'reserve'", function()
      client:reserve(-1)
    end)
    raises("bad argument #1 to 'receive' (duration expected", function()
      client:receive "soon"
    end)
    raises("bad argument #1 to 'request' (string, frame or item expected, got nil)", function()
      client:request(nil)
    end)
    raises("bad argument #2 to 'request' (duration expected", function()
      client:request("x", -1)
    end)
    raises("bad argument #1 to 'set_metadata' (string expected, got nil)", function()
      client:set_metadata(nil)
    end)
  end)

  it("a client that is closed", function()
    client:close()
    for _, method in ipairs { "send", "reserve", "receive", "request", "set_metadata", "server_connected" } do
      raises(("the client of the channel %s is closed"):format(name), function()
        client[method](client, "x")
      end)
    end
  end)

  it("a server", function()
    raises("bad argument #1 to 'step' (duration expected", function()
      server:step "soon"
    end)
    server:stop()
    raises(("the server of the channel %s is stopped"):format(name), function()
      server:step(0)
    end)
    assert(server:start())
    server:close()
    raises(("the server of the channel %s is closed"):format(name), function()
      server:start()
    end)
    raises(("the server of the channel %s is closed"):format(name), function()
      server:step(0)
    end)
    assert.is_false(server:stats().running)
  end)

  it("descriptions of video", function()
    raises("bad argument #1 to 'metadata' (table or frame expected, got nil)", function()
      local _ = zb.caps.metadata(nil)
    end)
    raises("width and height expected", function()
      local _ = zb.caps.metadata { format = "bgrx" }
    end)
    raises("bad argument #1 to 'video' (string expected, got nil)", function()
      local _ = zb.caps.video(nil)
    end)
  end)
end)

describe("what a ring cannot be:", function()
  it("larger than memory, which fails before any is taken", function()
    local huge = ring.name "huge"
    for _, config in ipairs {
      { payload_size = 1 << 45 }, { payload_size = 1 << 46, metadata_size = 1 << 46 }, { metadata_size = 1 << 46 },
    } do
      local none, message, code = zb.reader(huge, config)
      assert.is_nil(none)
      local is_short = code == "EINVAL" and message:find "is impossible$" -- with 32 bits
      assert.truthy(code == "ENOSPC" or is_short, message)
      assert.same({}, ring.files(huge))
    end
    raises("option 'payload_size': an integer from 1 to 70368744177664 expected, got 70368744177665", function()
      local _ = zb.reader(huge, { payload_size = (1 << 46) + 1 })
    end)
  end)

  it("closed while the options of a view are read", function()
    local ring_name = ring.name "closed"
    local reader = assert(zb.reader(ring_name))
    local writer = assert(zb.writer(ring_name))
    assert(writer:write "pixels12")
    local item = assert(reader:read(0))
    local options = setmetatable({ width = 2, height = 1 }, { __index = function()
      reader:close()
    end })
    local frame = assert(item:view(options)) -- it holds the memory
    assert.equal("pixels12", frame:bytes())
    local again = setmetatable({ width = 2, height = 1 }, { __index = function()
      item:release()
    end })
    assert.matches("attempt to use a released item", select(2, pcall(item.view, item, again)))
    frame:release()
    assert.matches("closed", select(2, pcall(reader.read, reader, 0)))
    writer:close()
  end)
end)
