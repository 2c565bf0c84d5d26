-- What a wall keeps of a fleet's messages, and how much of it at most.
local json = require "luashot.json"
local new_hosts = require "luashot.wall.hosts"

describe("the hosts of a wall", function()
  local hosts

  before_each(function()
    hosts = new_hosts "luashot"
  end)

  local function take(topic, payload)
    hosts:take { topic = "luashot/hosts/" .. topic, payload = payload }
  end

  --- What a browser gets of one.
  local function shown(name)
    return json.decode(hosts:json { [name] = true })[1]
  end

  it("are 10,000 at most; those that are there go on", function()
    for i = 1, 10001 do
      take("host-" .. i .. "/presence", "online")
    end
    assert.equal(10000, hosts.count)
    assert.is_nil(hosts:find "host-10001")
    assert.equal(1, hosts.ignored)
    take("host-1/presence", "offline")
    assert.equal("offline", shown "host-1".presence)
  end)

  it("have 16 stills at most, whose newest picture is kept; an empty one makes room", function()
    for i = 1, 17 do
      take("one/still/s" .. i, "picture " .. i)
    end
    local host = hosts:find "one"
    assert.is_nil(host.stills.s17)
    assert.equal(1, hosts.ignored)
    local before = shown "one".stills.s16
    take("one/still/s16", "newer")
    assert.equal("newer", host.stills.s16.bytes)
    assert.is_true(shown "one".stills.s16 > before)
    take("one/still/s1", "")
    assert.is_nil(host.stills.s1)
    assert.is_nil(shown "one".stills.s1)
    take("one/still/s1", "") -- which is gone already
    take("one/still/s17", "picture 17")
    take("one/still/s18", "picture 18")
    assert.equal("picture 17", host.stills.s17.bytes)
    assert.is_nil(host.stills.s18)
  end)

  it("show no stills when the last has become empty", function()
    take("one/still/screen", "picture")
    take("one/still/screen", "")
    assert.is_nil(shown "one".stills)
    take("two/still/screen", "")
    assert.is_nil(shown "two".stills)
  end)

  it("have stills of 4 MiB at most, and keep the one before a larger one", function()
    take("one/still/screen", ("x"):rep(4 << 20))
    assert.equal(4 << 20, #hosts:find "one".stills.screen.bytes)
    take("one/still/screen", ("y"):rep((4 << 20) + 1))
    assert.equal("x", hosts:find "one".stills.screen.bytes:sub(1, 1))
    assert.equal(1, hosts.ignored)
  end)

  it("have states and events of 256 KiB at most, and keep the ones before", function()
    local function text(version, size)
      local head, tail = ('{"version":"%s","data":"'):format(version), '"}'
      return head .. ("x"):rep(size - #head - #tail) .. tail
    end
    take("one/state", text("small", 1 << 18))
    take("one/state", text("large", (1 << 18) + 1))
    assert.equal("small", shown "one".version)
    take("one/event/door", text("small", 1 << 18))
    take("one/event/other", text("large", (1 << 18) + 1))
    assert.equal("door", shown "one".event.name)
    assert.equal(2, hosts.ignored)
  end)

  it("show 32 names of groups and of commands at most, short texts, and numbers that are some", function()
    local names = {}
    for i = 1, 40 do
      names[i] = "name-" .. i
    end
    take("one/state", json.encode {
      groups = names, commands = names, version = ("v"):rep(40), time = 2 ^ 53,
      stats = { waiting = 3, failures = "7" },
    })
    local one = shown "one"
    assert.equal(32, #one.groups)
    assert.equal(32, #one.commands)
    assert.equal(("v"):rep(32), one.version)
    assert.is_nil(one.time)
    assert.equal(3, one.waiting)
    assert.is_nil(one.failures)
    take("one/event/door", json.encode { time = 5e9, data = { text = "a\nb" } })
    assert.equal(5, shown "one".event.time)
    take("one/state", json.encode { version = "a\27b" })
    assert.equal("a b", shown "one".version)
  end)

  it("are told from topics of something else, and changes from what is known", function()
    take("one/presence", "online")
    hosts.changed = {}
    take("two/settings", "{}")
    take("a b/presence", "online")
    take("one/state", "[")
    assert.same({}, hosts.changed)
    assert.equal(1, hosts.count)
    assert.equal(3, hosts.ignored)
    take("one/presence", "away")
    assert.equal("unknown", shown "one".presence)
    assert.same({ one = true }, hosts.changed)
  end)
end)
