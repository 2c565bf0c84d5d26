-- The collector of a fleet: every message once, whatever is killed.
local brokers = require "spec.support.broker"
local files = require "spec.support.files"
local luashot = require "luashot"
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local build = assert(os.getenv("LUASHOT_BUILD"))
local program = build .. "/luashot"
local script = assert(os.getenv("LUASHOT_SOURCE")) .. "/scripts/collect.lua"

describe("luashot collect", function()
  local folder, broker, programs

  before_each(function()
    folder, programs = files.folder(), {}
  end)

  after_each(function()
    for _, one in ipairs(programs) do
      one:kill "sigkill"
      one:wait(5)
    end
    if broker then
      broker:finish()
      broker = nil
    end
    files.remove(folder)
  end)

  local function spawn(argv, options)
    programs[#programs + 1] = process.spawn(argv, options)
    return programs[#programs]
  end

  local function url()
    return ("mqtt://127.0.0.1:%d"):format(broker.port)
  end

  local function collect()
    return spawn { program, script, "--broker", url(), "--print", folder .. "/all" }
  end

  local function host(name, options, text)
    return spawn({ program, "-e", ([[
      io.stdout:setvbuf "line"
      fleet = assert(luashot.fleet { broker = %q, host = %q, spool = %q, %s })
      %s]]):format(url(), name, folder .. "/spool-" .. name, options, text) })
  end

  --- The files below a folder, without the one that is being written.
  local function stored()
    local list = {}
    for path in process.run({ "find", folder .. "/all", "-type", "f", "!", "-name", ".*" }).out:gmatch "[^\n]+" do
      list[#list + 1] = path
    end
    table.sort(list)
    return list
  end

  it("writes pictures and events by host, name and day, whole", function()
    local server = xserver.start { width = 160, height = 100 }
    for _, kind in ipairs { "mosquitto", "nats" } do
      broker = brokers[kind]()
      local collector = collect()
      process.sleep(0.5)
      local one = spawn({ program, "-e", ([[
        local fleet = assert(luashot.fleet { broker = %q, host = %q })
        local frame <close> = grab()
        while not fleet:stats().connected do sleep(0.01) end
        print(frame.wall, assert(fleet:picture(frame)), assert(fleet:event("door", { open = true })))
        fleet:close() os.exit(0)]]):format(url(), kind) }, { env = server:env() })
      local wall, picture, event = one:read_line(20):match "(%S+)%s+(%S+)%s+(%S+)"
      local day = os.date("!%Y-%m-%d", tonumber(wall) // 1000000000)
      local path = ("%s/all/%s/picture/screen/%s/%s.jpg"):format(folder, kind, day, picture)
      local text = ("%s/all/%s/event/door/%s/%s.json"):format(folder, kind, day, event)
      assert(process.wait_until(function() -- in any order: nats-server has one for each filter
        return collector.out:find(path .. "\n", 1, true) and collector.out:find(text .. "\n", 1, true)
      end, 20), collector.out)
      local image <close> = assert(luashot.load(path))
      assert.equal(160, image.width)
      assert.is_true(luashot.json.decode(files.read(text)).data.open)
      collector:kill "sigkill"
      collector:wait(5)
      broker:finish()
      broker = nil
    end
    server:stop()
  end)

  it("gets each message of hosts that wait for it, with the broker and itself killed in between", function()
    broker = brokers.mosquitto() -- which keeps nothing on the disk
    local collector = collect()
    local one = host("one", "confirm = true, window = 50", [[
      for i = 1, 400 do assert(fleet:event("tick", { i = i })) end
      print "safe"
      while fleet:stats().waiting > 0 do sleep(0.05) end
      print "confirmed"]])
    for round = 1, 3 do
      process.wait_until(function() return #stored() >= 60 * round end, 20)
      collector:kill "sigkill"
      collector:wait(5)
      if round == 2 then
        broker:kill()
        broker:start()
      end
      collector = collect()
      process.sleep(0.2)
      -- A new connection sends again what is in flight; a host that stays connected waits for half a minute.
      broker:kill()
      broker:start()
    end
    assert(process.wait_until(function() return one.out:find "confirmed" end, 60), #stored())
    local list, seen = stored(), {}
    assert.equal(400, #list)
    for _, path in ipairs(list) do
      seen[luashot.json.decode(files.read(path)).data.i] = true
    end
    assert.equal(400, #seen)
    process.wait_until(function() return #files.names(folder .. "/spool-one") == 0 end, 10)
    assert.same({}, files.names(folder .. "/spool-one"))
  end)

  it("writes nothing for messages that are no fleet's", function()
    broker = brokers.mosquitto()
    local collector = collect()
    process.sleep(0.5)
    local bad = {
      { "luashot/hosts/one/picture/x", "no picture" }, { "luashot/hosts/one/event/x", "[" },
      { "luashot/hosts/one/event/x", '{"id":"../../a-1","time":1}' },
      { "luashot/hosts/one/event/x", '{"id":"a-1","time":"never"}' },
      { "luashot/hosts/../event/x", '{"id":"a-1","time":1}' },
      { "luashot/hosts/one/event/..", '{"id":"a-1","time":1}' },
      { "luashot/hosts/one/picture/x", '{"id":"a-1","time":1,"type":"text/html"}\n<html>' },
      { "luashot/hosts/one/event/good", '{"id":"a-1","time":1}' },
    }
    for _, message in ipairs(bad) do
      process.run { "mosquitto_pub", "-p", tostring(broker.port), "-q", "1", "-t", message[1], "-m", message[2] }
    end
    collector:see "/one/event/good/1970-01-01/a-1.json"
    assert.equal(1, #stored())
  end)

  it("goes on after a disk that was full", function()
    broker = brokers.mosquitto()
    process.run { "mkdir", folder .. "/all" }
    files.write(folder .. "/all/one", "a file in the way")
    local collector = collect()
    process.sleep(0.5)
    local one = host("one", "confirm = true", [[
      assert(fleet:event("tick"))
      while fleet:stats().waiting > 0 do sleep(0.05) end
      print "confirmed"]])
    assert(process.wait_until(function() return collector.err:find "collect: " end, 20))
    process.run { "rm", folder .. "/all/one" }
    broker:kill()
    broker:start()
    one:see "confirmed"
    assert.equal(1, #stored())
  end)

  it("names what is wrong with its command line", function()
    local result = process.run { program, script, folder }
    assert.equal(2, result.code)
    assert.matches("broker", result.err)
    result = process.run { program, script, "--broker", "http://x", folder }
    assert.equal(1, result.code)
    assert.matches("option 'broker'", result.err)
  end)
end)
