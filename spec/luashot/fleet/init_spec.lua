-- A host of a fleet, with real brokers, and with independent programs that listen to it.
local files = require "spec.support.files"
local luashot = require "luashot"
local need = require "spec.support.need"
local process = require "spec.support.process"
local sites = require "spec.support.site"
local uv = require "luv"
local xserver = require "spec.support.xserver"

describe("luashot.fleet", function()
  local site, server

  setup(function()
    server = xserver.start { width = 320, height = 200 }
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    site = sites.new()
  end)

  after_each(function()
    site:finish()
  end)

  local function host(options, script)
    return site:host(options, script, server:env())
  end

  --- What is left of a list of events after its duplicates, run by run; raises for what is out of order.
  local function check_order(text)
    local last, seen, count, twice = {}, {}, 0, 0
    for payload in text:gmatch "[^\n]-/event/%S+ %d (%b{})\n" do
      local event = luashot.json.decode(payload)
      assert.equal(("%s-%d"):format(event.run, event.sequence), event.id)
      if seen[event.id] then
        twice = twice + 1
      else
        assert.is_true(event.sequence > (last[event.run] or 0), ("%s after %s"):format(event.id, last[event.run]))
        seen[event.id], last[event.run], count = true, event.sequence, count + 1
      end
    end
    return seen, count, twice
  end

  it("shows presence, state, a still and what Home Assistant asks for, and leaves politely", function()
    site:start "mosquitto"
    local ears = site:listen "#"
    local one = host({ host = "one", group = "lab", discovery = true, heartbeat = 0.2 }, [[
      fleet:on("picture")
      local frame <close> = grab()
      print(assert(fleet:picture(frame)), assert(fleet:event("door", { open = true })))
      sleep(0.5)
      print(fleet:close())]])
    assert(process.wait_until(function() return one.out:find "true" end, 20), one.out .. one.err .. ears.out)
    process.wait_until(function() return ears.out:find("presence 0 offline", 1, true) end, 20)
    local out = ears.out
    assert.is_truthy(out:find("luashot/hosts/one/presence 0 online\n", 1, true))
    assert.is_truthy(out:find("luashot/hosts/one/picture/screen 0 \xff\xd8", 1, true))
    assert.is_truthy(out:find("luashot/hosts/one/still/screen 0 \xff\xd8", 1, true))
    assert.is_truthy(out:find('"data":{"open":true}', 1, true))
    local states = {}
    for text in out:gmatch "hosts/one/state 0 (%b{})" do
      states[#states + 1] = luashot.json.decode(text)
    end
    assert.is_true(#states > 1)
    local state = states[#states]
    assert.same({ "lab" }, state.groups)
    assert.same({ "picture" }, state.commands)
    assert.equal("320x200+0+0", state.pictures.screen.place)
    assert.equal(2, state.stats.acknowledged)
    local late = site:listen "luashot/#"
    process.wait_until(function() return late.out:find "still/screen" and late.out:find "presence" end, 20)
    assert.is_truthy(late.out:find("presence 1 offline", 1, true))
    assert.is_nil(late.out:find("picture/screen", 1, true))
  end)

  it("leaves with the broker what Home Assistant asks for, and the button once it may be pressed", function()
    site:start "mosquitto"
    local early = site:listen "homeassistant/#"
    local function find(ears, platform)
      local topic = ("homeassistant/%s/luashot_one/"):format(platform)
      return process.wait_until(function() return ears.out:find(topic, 1, true) end, 20)
    end
    host({ host = "one", discovery = true }, [[fleet:on("allow", function() fleet:on("picture") end)]])
    assert(find(early, "sensor"))
    assert.is_nil(early.out:find("/button/", 1, true))
    site:tell("luashot/hosts/one/command/allow", "")
    assert(find(early, "button"))
    local late = site:listen "homeassistant/#"
    for _, platform in ipairs { "image", "sensor", "button" } do
      assert(find(late, platform), platform)
    end
  end)

  it("says offline when it is killed", function()
    site:start "mosquitto"
    local ears = site:listen "luashot/hosts/one/presence"
    local one = host({ host = "one" }, [[print "here"]])
    process.wait_until(function() return ears.out:find "online" end, 20)
    one:kill "sigkill"
    assert(process.wait_until(function() return ears.out:find "offline" end, 20))
  end)

  -- The consumer has a session that the broker keeps; mosquitto writes its sessions when it gets SIGUSR1.
  local function persistent(kind, mqtt)
    if kind == "nats" then
      return site:start("nats", { mqtt = mqtt })
    end
    local store = site.folder .. "/store/"
    process.run { "mkdir", "-m", "777", store }
    return site:start("mosquitto", {
      config = "persistence true\nmax_inflight_messages 0\npersistence_location " .. store,
    })
  end

  for _, kind in ipairs { "mosquitto", "nats" } do
    it("loses nothing while " .. kind .. " ends and is away", function()
      local broker = persistent(kind, 'max_ack_pending: 1, ack_wait: "5s"') -- of nats: in order, though sent again
      local heard = ""
      local function listen()
        return site:listen("luashot/hosts/one/event/+", { "-c", "-i", "ears" })
      end
      local ears = listen()
      broker.process:kill "sigusr1"
      local one = host({ host = "one", spool = site.folder .. "/spool" }, [[
        for i = 1, 300 do
          assert(fleet:event("tick", { i = i }))
        end
        print "safe"
        while fleet:stats().waiting > 0 or not fleet:stats().connected do
          sleep(0.05)
        end
        print "empty"
        for name, value in pairs(fleet:stats()) do print(name, value) end
        print "over"]])
      process.wait_until(function() return select(2, check_order(ears.out)) >= 20 end, 20)
      ears:kill "sigstop" -- what comes from now on is with the broker
      process.sleep(0.2)
      if kind == "mosquitto" then
        broker:stop() -- a killed one loses what an absent consumer has not got
      else
        broker:kill()
      end
      ears:kill "sigcont"
      process.sleep(0.5)
      broker:start()
      one:see "empty"
      one:see "over"
      local count, twice
      process.wait_until(function()
        -- On its new connection mosquitto_sub 2.1.2 reads what it had not processed of the old one. It takes that
        -- for an error of the broker and ends, before it acknowledges more: its next run has the same session.
        if not ears:is_running() then
          ears:wait(5) -- for all that it has written
          assert.matches("network protocol error", ears.err)
          heard = heard .. ears.out
          ears = listen()
        end
        count, twice = select(2, check_order(heard .. ears.out))
        return count == 300
      end, 20) -- nats sends again after 5 s what the consumer had not acknowledged
      assert.equal(300, count)
      assert.is_true(twice <= 40, twice)
      process.wait_until(function() return #files.names(site.folder .. "/spool") == 0 end, 20) -- threads remove them
      assert.same({}, files.names(site.folder .. "/spool"))
      assert.is_truthy(one.out:find "refused\t0")
    end)
  end

  it("loses nothing that was called safe when the host is killed again and again", function()
    local broker = persistent "nats"
    local ears = site:listen("luashot/hosts/one/event/+", { "-c", "-i", "ears" })
    local safe = {}
    for round = 1, 4 do
      if round == 2 then
        broker:kill()
      elseif round == 4 then
        broker:start()
      end
      local one = host({ host = "one", spool = site.folder .. "/spool" }, [[
        for i = 1, 1e9 do
          print(assert(fleet:event("tick", { text = ("x"):rep(2000) })))
        end]])
      process.wait_until(function() return #one.out > 200 + 150 * round end, 20)
      one:kill "sigkill"
      one:wait(5)
      for id in one.out:gmatch "(%S+)\n" do
        safe[#safe + 1] = id
      end
    end
    host({ host = "one", spool = site.folder .. "/spool" }, [[
      while fleet:stats().waiting > 0 or not fleet:stats().connected do
        sleep(0.05)
      end
      print "empty"]]):see "empty"
    assert.is_true(#safe > 40, #safe)
    local seen
    process.wait_until(function()
      seen = check_order(ears.out)
      return seen[safe[#safe]]
    end, 20)
    for _, id in ipairs(safe) do
      assert.is_true(seen[id], id)
    end
  end)

  it("tells a script that its spool is full, or that without one too much waits", function()
    site:start("mosquitto"):kill()
    local one = host({ host = "one", spool = site.folder .. "/spool", spool_bytes = 20000 }, [[
      local function try() return select(2, fleet:event("tick")) and select(3, fleet:event("tick")) or "ok" end
      for i = 1, 6 do print(try()) end
      print(fleet:stats().refused > 0)]])
    for _, expected in ipairs { "ok", "ok", "ok", "ok", "EBUSY", "EBUSY", "true" } do
      assert.equal(expected, one:read_line(20))
    end
    local two = host({ host = "two", window = 3 }, [[
      for i = 1, 4 do print(select(3, fleet:event("tick")) or "ok") end
      local frame <close> = grab()
      print(select(3, fleet:picture(frame)))]])
    for _, expected in ipairs { "ok", "ok", "ok", "EBUSY", "EBUSY" } do
      assert.equal(expected, two:read_line(20))
    end
    local three = host({ host = "three", spool = site.folder .. "/three", spool_bytes = 20000, full = "drop" }, [[
      for i = 1, 9 do assert(fleet:event("tick")) end
      print(fleet:stats().dropped)]])
    assert.equal("5", three:read_line(20))
  end)

  it("sends nothing that has waited for longer than spool_age", function()
    local broker = site:start "mosquitto"
    broker:kill()
    local one = host({ host = "one", spool = site.folder .. "/spool", spool_age = 1 }, [[
      for _ = 1, 5 do assert(fleet:event("old")) end
      sleep(1.5)
      assert(fleet:event("new"))
      print "waiting"
      while fleet:stats().waiting > 0 or not fleet:stats().connected do sleep(0.05) end
      local stats = fleet:stats() -- the new one is old, too, if the broker was away for longer
      print(stats.expired >= 5, stats.expired + stats.acknowledged)
      print "over"]])
    one:see "waiting"
    broker:start()
    one:see "true\t6\nover"
    assert(process.wait_until(function() return #files.names(site.folder .. "/spool") == 0 end, 20))
  end)

  it("says that the disk of its spool is full, and loses nothing that it called safe", function()
    local disk = site.folder .. "/disk"
    assert(uv.fs_mkdir(disk, 448))
    local mounted = process.run({ "mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", disk }).code == 0
    need(mounted, "only root can mount a small disk")
    finally(function() process.run { "umount", "-l", disk } end)
    local broker = persistent "nats"
    local ears = site:listen("luashot/hosts/one/event/+", { "-c", "-i", "ears" })
    broker:kill()
    local one = host({ host = "one", spool = disk }, [[
      for _ = 1, 20 do
        local id, _, code = fleet:event("tick", { text = ("x"):rep(20000) })
        print(id or code)
      end
      print "full"
      while fleet:stats().waiting > 0 or not fleet:stats().connected do sleep(0.05) end
      print(assert(fleet:event("tick")))
      print "over"]])
    one:see "full"
    broker:start()
    one:see "over"
    local safe = 0
    assert.is_truthy(one.out:find("ENOSPC", 1, true), one.out)
    for id in one.out:gmatch "(%x+%-%d+)\n" do
      assert(process.wait_until(function() return check_order(ears.out)[id] end, 20), id)
      safe = safe + 1
    end
    assert.is_true(safe > 5 and safe < 20, safe)
  end)

  it("obeys commands for it and its group, and answers where they ask", function()
    for _, kind in ipairs { "mosquitto", "nats" } do
      site:start(kind)
      local ears = site:listen "luashot/replies/#"
      local acks = site:listen "luashot/hosts/one/settings"
      local one = host({ host = "one", group = "lab" }, [[
        every("1h", function() print "job" end, { name = "sweep" })
        fleet:on("picture")
        fleet:on("run", { "sweep" })
        fleet:on("settings", function(document)
          if document.rate == 0 then return nil, "too slow" end
          print("rate " .. document.rate)
        end)
        fleet:on("add", function(argument) return argument.a + argument.b end)
        assert(fleet:event "ready") -- which the broker gets behind the subscriptions
        while fleet:stats().acknowledged == 0 do sleep(0.01) end
        print "ready"]])
      one:see "ready"
      local reply = '"response_topic":"luashot/replies/me","correlation":"7"'
      site:tell("luashot/groups/lab/command/add", '{"a":1,"b":2,' .. reply .. "}")
      assert(process.wait_until(function() return ears.out:find '"result":3' end, 20), ears.out)
      site:tell("luashot/hosts/one/command/run", '{"job":"sweep"}')
      one:see "job"
      site:tell("luashot/hosts/one/command/run", '{"job":"other",' .. reply .. "}")
      assert(process.wait_until(function() return ears.out:find "EACCES" end, 20), ears.out)
      site:tell("luashot/hosts/one/command/settings", '{"version":3,"rate":5}', "-r")
      one:see "rate 5"
      assert(process.wait_until(function() return acks.out:find '"version":3' end, 20), acks.out)
      site:tell("luashot/hosts/one/command/settings", '{"version":4,"rate":0}')
      assert(process.wait_until(function() return acks.out:find "too slow" end, 20), acks.out)
      site:tell("luashot/hosts/one/command/picture", '{"width":32,' .. reply .. "}")
      assert(process.wait_until(function() return ears.out:find "\xff\xd8" end, 20), ears.out)
    end
  end)

  it("refuses wrong options and wrong uses", function()
    local wrong = {
      { {}, "option 'broker'" },
      { { broker = "mqtt://x", host = "a.b" }, "option 'host'" },
      { { broker = "mqtt://x", group = "a/b" }, "option 'group'" },
      { { broker = "mqtt://x", topic = "a/b" }, "option 'topic'" },
      { { broker = "mqtt://x", window = 0 }, "option 'window'" },
      { { broker = "mqtt://x", full = "burst" }, "option 'full'" },
      { { broker = "mqtt://x", spool = 7 }, "option 'spool'" },
      { { broker = "mqtt://x", spool_age = "soon" }, "option 'spool_age'" },
      { { broker = "mqtt://x", discovery = "a/b" }, "option 'discovery'" },
      { { broker = "mqtt://x", spol = "x" }, "spool" },
    }
    for _, case in ipairs(wrong) do
      local ok, why = pcall(luashot.fleet, case[1])
      assert.is_false(ok)
      assert.is_truthy(why:find(case[2], 1, true), why)
    end
    local none, message, code = luashot.fleet { broker = "mqtts://x", ca = site.folder .. "/none" }
    assert.is_nil(none)
    assert.equal("ENOENT", code)
    assert.matches("none", message)
  end)

  it("names the package of a library that is missing", function()
    files.write(site.folder .. "/libmosquitto.so.1", "") -- which is no library
    local result = process.run({ assert(os.getenv "LUASHOT_BUILD") .. "/luashot", "-e",
      [[print(luashot.fleet { broker = "mqtt://x" })]] }, { env = { LD_LIBRARY_PATH = site.folder } })
    assert.matches("^nil\tcannot load a library: .*libmosquitto%.so%.1.* %(Debian: libmosquitto1%)\tENOTSUP\n$",
      result.out)
    assert.equal("", result.err)
    local core = require "luashot.core"
    local open = core.mqtt_open
    finally(function() core.mqtt_open = open end)
    core.mqtt_open = nil
    assert.matches("LUASHOT_MQTT", (select(2, luashot.fleet { broker = "mqtt://x" })))
  end)
end)
