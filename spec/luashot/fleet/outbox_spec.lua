-- Messages on their way, with a real broker; the spec is the collector.
local files = require "spec.support.files"
local luashot = require "luashot"
local need = require "spec.support.need"
local process = require "spec.support.process"
local sites = require "spec.support.site"
local uv = require "luv"

describe("the outbox of a host", function()
  local site, broker, spool

  before_each(function()
    site = sites.new()
    broker = site:start "mosquitto"
    spool = site.folder .. "/spool"
  end)

  after_each(function()
    site:finish()
  end)

  local function host(options, script)
    options.host, options.spool = "one", spool
    return site:host(options, script)
  end

  --- The ids of events, in the order in which they came.
  local function ids(ears)
    local list = {}
    for payload in ears.out:gmatch "/event/%S+ %d (%b{})\n" do
      list[#list + 1] = luashot.json.decode(payload).id
    end
    return list
  end

  local function confirm(list)
    site:tell("luashot/hosts/one/confirm", luashot.json.encode(list))
  end

  --- Whether a condition came true in time.
  local function see(condition, timeout)
    return process.wait_until(condition, timeout or 20)
  end

  --- What a session that the broker keeps has got while nobody was there.
  local function session()
    return site:spawn { "mosquitto_sub", "-h", "127.0.0.1", "-p", tostring(broker.port), "-q", "1", "-c", "-i",
      "absent", "-t", "luashot/hosts/+/hello", "-t", "spec/ready", "-v" }
  end

  --- Whether a host whose third of four messages is too large for the broker gets the others to it.
  local function check_guilty(ears, options)
    options.version = "3.1.1"
    local one = host(options, [[
      for _, size in ipairs { 10, 100000, 200000, 10 } do
        print(assert(fleet:event("tick", { text = ("x"):rep(size) })))
      end
      while fleet:stats().waiting > 0 do sleep(0.05) end
      print("refused", fleet:stats().refused, fleet:stats().acknowledged)]])
    local sent = {}
    for i = 1, 4 do
      sent[i] = assert(one:read_line(30), one.err)
    end
    one:see "refused\t1\t3"
    assert.is_truthy(one.err:find(sent[3] .. " is lost: the broker has ended each connection", 1, true), one.err)
    local seen
    see(function()
      seen = {}
      for _, id in ipairs(ids(ears)) do
        seen[id] = true
      end
      return seen[sent[4]]
    end)
    assert.same({ [sent[1]] = true, [sent[2]] = true, [sent[4]] = true }, seen)
    assert(see(function() return #files.names(spool) == 0 end))
  end

  it("gives up the message at which a broker of 3.1.1 ends each connection", function()
    broker = site:start("mosquitto", { config = "max_packet_size 150000" })
    check_guilty(site:listen "luashot/hosts/one/event/+", {})
  end)

  it("gives up that message with a collector, too", function()
    broker = site:start("mosquitto", { config = "max_packet_size 150000" })
    local ears = site:listen "luashot/hosts/one/event/+"
    site:script("collect", site.folder .. "/collected")
    check_guilty(ears, { confirm = true })
  end)

  it("asks for a collector until one answers, and leaves no question with the broker", function()
    site:tell("spec/ready", "yes", "-r")
    local absent = session()
    absent:see "spec/ready yes"
    absent:kill "sigkill"
    absent:wait(5)
    site:tell("luashot/hosts/one/confirm", "[]", "-r") -- an answer of long ago
    local ears, events = site:listen "luashot/hosts/one/hello", site:listen "luashot/hosts/one/event/+"
    local one = host({ confirm = true }, [[
      print(assert(fleet:event("tick")))
      while fleet:stats().waiting > 0 do sleep(0.05) end
      print "confirmed"]])
    local id = assert(one:read_line(20), one.err)
    local function count()
      return select(2, ears.out:gsub("/hello", ""))
    end
    assert(see(function() return count() >= 2 end, 30), ears.out)
    assert.same({}, ids(events))
    confirm {}
    assert(see(function() return ids(events)[1] end))
    confirm { id }
    one:see "confirmed"
    local asked = count()
    see(function() return count() > asked end, 9)
    assert.equal(asked, count())
    site:tell("spec/ready", "over") -- the last that the broker keeps for it
    local back = session()
    back:see "spec/ready over"
    assert.is_nil(back.out:find("hello", 1, true))
  end)

  it("sends again what a collector has passed over, and that alone", function()
    local events = site:listen "luashot/hosts/one/event/+"
    local one = host({ confirm = true }, [[
      for _ = 1, 3 do print(assert(fleet:event("tick"))) end
      while fleet:stats().waiting > 0 do sleep(0.05) end
      print "confirmed"
      print(assert(fleet:event "tock"), "safe")]])
    local first, second, third = one:read_line(20), one:read_line(20), one:read_line(20)
    assert(see(function()
      confirm {}
      return #ids(events) == 3
    end))
    confirm { first, third }
    assert(see(function() return #ids(events) == 4 end))
    assert.same({ first, second, third, second }, ids(events))
    confirm { second }
    one:see "confirmed"
    one:see "safe" -- in the spool, while nobody has confirmed it
    assert.equal(1, #files.names(spool))
  end)

  it("has as many messages on their way as its window holds, those from its spool and new ones", function()
    local events = site:listen "luashot/hosts/one/event/+"
    local one = host({ confirm = true, window = 5 }, [[
      for _ = 1, 8 do print(assert(fleet:event("tick"))) end
      while fleet:stats().waiting > 5 do sleep(0.05) end
      print(io.read())
      for _ = 1, 8 do print(assert(fleet:event("tick"))) end
      print "safe"]])
    local all = {}
    for i = 1, 8 do
      all[i] = one:read_line(20)
    end
    assert(see(function()
      confirm {}
      return #ids(events) >= 5
    end))
    see(function() return #ids(events) > 5 end, 1)
    assert.same({ table.unpack(all, 1, 5) }, ids(events))
    confirm { all[1], all[2], all[3] } -- none waits now
    assert(see(function() return #ids(events) == 8 end))
    one:write "more\n"
    one:see "safe"
    see(function() return #ids(events) > 8 end, 1)
    assert.same(all, ids(events))
    confirm { all[4] }
    assert(see(function() return #ids(events) == 9 end))
  end)

  it("keeps in its spool what a broker is slow to take, and removes it once that has", function()
    local one = host({}, [[
      while not fleet:stats().connected do sleep(0.01) end
      print "connected"
      print(io.read(), assert(fleet:event("tick")))
      while fleet:stats().waiting > 0 do sleep(0.05) end
      print("taken", fleet:stats().sent)]])
    one:see "connected"
    broker.process:kill "sigstop"
    one:write "safe\n"
    one:see "safe"
    assert.equal(1, #files.names(spool))
    broker.process:kill "sigcont"
    one:see "taken\t1\n" -- once, although it is in both
    assert(see(function() return #files.names(spool) == 0 end))
  end)

  it("waits for a broker that is slow to take what its full disk cannot", function()
    assert(uv.fs_mkdir(spool, 448))
    local mounted = process.run({ "mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", spool }).code == 0
    need(mounted, "only root can mount a small disk")
    finally(function() process.run { "umount", "-l", spool } end)
    local one = host({}, [[
      while not fleet:stats().connected do sleep(0.01) end
      print "connected"
      print(io.read(), fleet:event("tick", { text = ("x"):rep(100000) }))
      print(fleet:stats().refused)]])
    one:see "connected"
    broker.process:kill "sigstop"
    one:write "tried\n"
    see(function() return one.out:find "tried" end, 2) -- and some attempts to write it
    assert.is_nil(one.out:find "tried")
    broker.process:kill "sigcont"
    one:see "tried"
    assert.matches("tried\t%x+%-1\n", one.out)
    one:see "0\n"
  end)

  it("leaves out a file of the spool that is damaged, says so, and sends the others", function()
    broker:kill()
    host({}, [[
      for i = 1, 4 do assert(fleet:event("tick", { i = i })) end
      print "spooled"]]):see "spooled"
    site.programs[#site.programs]:kill "sigkill"
    site.programs[#site.programs]:wait(5)
    local names = files.names(spool)
    table.sort(names)
    local text = files.read(spool .. "/" .. names[2])
    files.write(spool .. "/" .. names[1], "")
    files.write(spool .. "/" .. names[2], text:sub(1, -2))
    files.write(spool .. "/" .. names[3], text:gsub("topic", "tropic", 1))
    broker:start()
    local events = site:listen "luashot/hosts/one/event/+"
    local one = host({}, [[
      while fleet:stats().waiting > 0 do sleep(0.05) end
      print(fleet:stats().damaged, fleet:stats().acknowledged)]])
    one:see "3\t1\n"
    for i = 1, 3 do
      assert.is_truthy(one.err:find(("message %s of the spool is damaged"):format(names[i]:match "%-(.*)%.message"), 1,
        true), one.err)
    end
    assert(see(function() return #files.names(spool) == 0 and ids(events)[1] end))
    assert.same({ names[4]:match "%-(.*)%.message" }, ids(events))
  end)

  it("refuses what is larger than a broker takes, at once or from its spool, and goes on behind it", function()
    broker = site:start("mosquitto", { config = "max_packet_size 4000" })
    local one = host({}, [[
      while not fleet:stats().connected do sleep(0.01) end
      print(select(3, fleet:event("big", { text = ("x"):rep(5000) })), #assert(fleet:event("tick")) > 0)]])
    one:see "EFBIG\ttrue\n"
    one:kill "sigkill"
    one:wait(5)
    broker:kill()
    one = host({}, [[
      assert(fleet:event("big", { text = ("x"):rep(5000) }))
      print(assert(fleet:event("tick")))]])
    local id = one:read_line(20)
    one:kill "sigkill"
    one:wait(5)
    broker:start()
    local events = site:listen "luashot/hosts/one/event/+"
    one = host({}, [[
      while not fleet:stats().connected or fleet:stats().waiting > 0 do sleep(0.05) end
      print(fleet:stats().refused)]])
    one:see "1\n"
    assert.matches("is lost: the message is larger than the broker takes", one.err)
    assert(see(function() return ids(events)[1] end))
    assert.same({ id }, ids(events))
  end)
end)
