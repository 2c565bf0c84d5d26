-- The collector of a fleet: every message once, whatever is killed.
local files = require "spec.support.files"
local luashot = require "luashot"
local process = require "spec.support.process"
local sites = require "spec.support.site"
local xserver = require "spec.support.xserver"

describe("luashot collect", function()
  local site

  before_each(function()
    site = sites.new()
  end)

  after_each(function()
    site:finish()
  end)

  local function collect()
    return site:script("collect", "--print", site.folder .. "/all")
  end

  --- The same, once it listens.
  local function start_collecting()
    local ears = site:listen "luashot/collectors"
    local collector = collect()
    assert(process.wait_until(function() return ears.out:find("collectors", 1, true) end, 20), collector.err)
    return collector
  end

  --- The files below the folder, without the one that is being written.
  local function stored()
    local list = {}
    for path in process.run({ "find", site.folder .. "/all", "-type", "f", "!", "-name", ".*" }).out:gmatch "[^\n]+" do
      list[#list + 1] = path
    end
    table.sort(list)
    return list
  end

  it("writes pictures and events by host, name and day, whole", function()
    local server = xserver.start { width = 160, height = 100 }
    for _, kind in ipairs { "mosquitto", "nats" } do
      site:start(kind)
      local collector = start_collecting()
      local one = site:host({ host = kind }, [[
        local frame <close> = grab()
        while not fleet:stats().connected do sleep(0.01) end
        print(frame.wall, assert(fleet:picture(frame)), assert(fleet:event("door", { open = true })))
        fleet:close() os.exit(0)]], server:env())
      local wall, picture, event = one:read_line(20):match "(%S+)%s+(%S+)%s+(%S+)"
      local day = os.date("!%Y-%m-%d", tonumber(wall) // 1000000000)
      local path = ("%s/all/%s/picture/screen/%s/%s.jpg"):format(site.folder, kind, day, picture)
      local text = ("%s/all/%s/event/door/%s/%s.json"):format(site.folder, kind, day, event)
      assert(process.wait_until(function() -- in any order: nats-server has one for each filter
        return collector.out:find(path .. "\n", 1, true) and collector.out:find(text .. "\n", 1, true)
      end, 20), collector.out)
      local image <close> = assert(luashot.load(path))
      assert.equal(160, image.width)
      assert.is_true(luashot.json.decode(files.read(text)).data.open)
    end
    server:stop()
  end)

  it("gets each message of hosts that wait for it, with the broker and itself killed in between", function()
    local broker = site:start "mosquitto" -- which keeps nothing on the disk
    local collector = collect()
    local one = site:host({ host = "one", spool = site.folder .. "/spool", confirm = true, window = 50 }, [[
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
    process.wait_until(function() return #files.names(site.folder .. "/spool") == 0 end, 10)
    assert.same({}, files.names(site.folder .. "/spool"))
  end)

  -- nats-server hands on what a killed collector has not acknowledged after half a minute, behind what has waited.
  it("gets a host's messages in their order on nats-server, one at a time, but for one a kill #long", function()
    local KILLS <const> = 6
    site:start("nats", { mqtt = "max_ack_pending: 1" })
    local collectors = { start_collecting() }
    local one = site:host({ host = "one", spool = site.folder .. "/spool", confirm = true, window = 100 }, [[
      for _ = 1, 2000 do assert(fleet:event("tick")) sleep(0.002) end
      while fleet:stats().waiting > 0 do sleep(0.05) end
      print "confirmed"]])
    for i = 1, KILLS do
      process.wait_until(function() return false end, 0.7)
      collectors[i]:kill "sigkill"
      collectors[i]:wait(5)
      collectors[i + 1] = collect()
    end
    assert(process.wait_until(function() return one.out:find "confirmed" end, 240), one.err)
    -- libmosquitto acknowledges a message before the collector writes it: one that a kill comes between is sent again
    -- by its host, behind later ones.
    local last, count, late = 0, 0, {}
    for _, collector in ipairs(collectors) do
      for text in collector.out:gmatch "%x+%-(%d+)%.json\n" do
        local sequence = math.tointeger(tonumber(text))
        if sequence < last then
          late[#late + 1] = ("%d after %d"):format(sequence, last)
        end
        last, count = math.max(last, sequence), count + 1
      end
    end
    assert.is_true(#late <= KILLS, table.concat(late, ", "))
    assert.is_true(count > 1900, count) -- a killed one has not printed its last file
    assert.equal(2000, #stored())
  end)

  it("asks for everything before it answers hosts, after each new connection", function()
    local broker = site:start("mosquitto", { config = "log_dest stderr\nlog_type subscribe" })
    start_collecting()
    broker:kill()
    broker:start()
    local filters
    process.wait_until(function()
      filters = {}
      for filter in broker.process.err:gmatch "luashot%-collect%-1 %d (%S+)" do
        filters[#filters + 1] = filter
      end
      return #filters == 3
    end, 10)
    assert.same({ "luashot/hosts/+/picture/+", "luashot/hosts/+/event/+", "luashot/hosts/+/hello" }, filters)
  end)

  it("writes nothing for messages that are no fleet's", function()
    site:start "mosquitto"
    local collector = start_collecting()
    local bad = {
      { "luashot/hosts/one/picture/x", "no picture" }, { "luashot/hosts/one/event/x", "[" },
      { "luashot/hosts/one/event/x", '{"id":"../../a-1","time":1}' },
      { "luashot/hosts/one/event/x", '{"id":"a-1","time":"never"}' },
      { "luashot/hosts/one/event/x", ('{"id":"%s-1","time":1}'):format(("a"):rep(64)) },
      { "luashot/hosts/../event/x", '{"id":"a-1","time":1}' },
      { "luashot/hosts/one/event/..", '{"id":"a-1","time":1}' },
      { "luashot/hosts/" .. ("a"):rep(65) .. "/event/x", '{"id":"a-1","time":1}' },
      { "luashot/hosts/one/event/" .. ("a"):rep(65), '{"id":"a-1","time":1}' },
      { "luashot/hosts/one/picture/x", '{"id":"a-1","time":1,"type":"text/html"}\n<html>' },
      { "luashot/hosts/one/event/good", '{"id":"a-1","time":1}' },
    }
    for _, message in ipairs(bad) do
      site:tell(message[1], message[2])
    end
    collector:see "/one/event/good/1970-01-01/a-1.json"
    assert.equal(1, #stored())
  end)

  it("goes on after a disk that was full", function()
    local broker = site:start "mosquitto"
    process.run { "mkdir", site.folder .. "/all" }
    files.write(site.folder .. "/all/one", "a file in the way")
    local collector = start_collecting()
    local one = site:host({ host = "one", spool = site.folder .. "/spool", confirm = true }, [[
      assert(fleet:event("tick"))
      while fleet:stats().waiting > 0 do sleep(0.05) end
      print "confirmed"]])
    assert(process.wait_until(function() return collector.err:find "collect: " end, 20))
    process.run { "rm", site.folder .. "/all/one" }
    broker:kill()
    broker:start()
    one:see "confirmed"
    assert.equal(1, #stored())
  end)

  it("names what is wrong with its command line", function()
    local result = process.run(sites.command("collect", site.folder))
    assert.equal(2, result.code)
    assert.matches("broker", result.err)
    result = process.run(sites.command("collect", "--broker", "http://x", site.folder))
    assert.equal(1, result.code)
    assert.matches("option 'broker'", result.err)
  end)
end)
