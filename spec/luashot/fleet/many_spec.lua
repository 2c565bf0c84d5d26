-- Many hosts for long: brokers, hosts, collectors and the link are cut, and every message arrives once, in its order.
local files = require "spec.support.files"
local http = require "spec.support.http"
local luashot = require "luashot"
local need = require "spec.support.need"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local sites = require "spec.support.site"
local uv = require "luv"

local HOSTS <const> = math.tointeger(os.getenv "LUASHOT_FLEET_HOSTS" or 50)
local ADDRESS <const> = "10.213.0.1" -- of this side of the link
local DELAY <const>, LOSS <const> = 150, 50 -- of each way: ms, thousandths of its packets
local SLOW_LINK <const> = assert(os.getenv "LUASHOT_BUILD") .. "/spec/luashot_slow_link"
local SECONDS <const> = tonumber(os.getenv "LUASHOT_FLEET_SECONDS" or 600)

describe("a fleet of many hosts", function()
  local site

  before_each(function()
    site = sites.new()
  end)

  after_each(function()
    site:finish()
  end)

  --- A network of its own for hosts, and a link that leads out of it; broker and collector are outside.
  local function network()
    local name = "luashot-" .. uv.os_getpid()
    local inside, outside = "lsi" .. uv.os_getpid(), "lso" .. uv.os_getpid()
    local function run(...)
      return process.run({ ... }).code == 0
    end
    need(uv.getuid() == 0 and run("ip", "netns", "add", name), "this needs network namespaces, which root makes")
    local link = process.spawn { SLOW_LINK, outside, name, inside, tostring(DELAY), tostring(LOSS) }
    assert(link:read_line(10), link.err)
    run("ip", "addr", "add", ADDRESS .. "/24", "dev", outside)
    run("ip", "link", "set", outside, "up")
    run("ip", "-n", name, "addr", "add", "10.213.0.2/24", "dev", inside)
    run("ip", "-n", name, "link", "set", inside, "up")
    run("ip", "-n", name, "link", "set", "lo", "up")
    return setmetatable({
      prefix = { "ip", "netns", "exec", name },
      cut = function(is_cut) run("ip", "link", "set", outside, is_cut and "down" or "up") end,
    }, { __close = function()
      link:kill "sigkill"
      link:wait(5)
      run("ip", "netns", "del", name)
    end })
  end

  --- Checks the order in which collectors have printed files, and the files against what hosts called safe.
  local function check(collected, hosts)
    local seen, last, stored = {}, {}, {}
    local found = process.run({ "find", site.folder .. "/all" }).out
    for host, id in found:gmatch "/all/([^/]+)/picture/[^\n]+/(%x+%-%d+)%.jpg\n" do
      stored[host .. id] = true
    end
    for path in collected:gmatch "[^\n]+" do
      local host, run, sequence = path:match "/all/([^/]+)/picture/screen/[^/]+/(%x+)%-(%d+)%.jpg$"
      local key = host .. run
      assert.is_nil(seen[key .. sequence], path .. " twice")
      assert.is_true(tonumber(sequence) > (last[key] or 0), path .. " out of order")
      seen[key .. sequence], last[key] = true, tonumber(sequence)
    end
    local count = 0
    for _, host in ipairs(hosts) do
      for id in host.out:gmatch "(%x+%-%d+)\n" do
        assert.is_true(stored[host.name .. id], host.name .. " " .. id .. " is lost")
        count = count + 1
      end
    end
    return count
  end

  local SCRIPT <const> = [[
    io.stdout:setvbuf "line"
    local broker, name, spool = ...
    fleet = assert(luashot.fleet { broker = broker, host = name, spool = spool, confirm = true, window = 100 })
    every("2s", function()
      local frame <close> = grab()
      local id, why = fleet:picture(frame)
      print(id or why)
    end)]]

  local function rest(seconds)
    process.wait_until(function() return false end, seconds)
  end

  --- The memory of hosts in KiB: of the median one, and of the largest.
  local function memory(hosts)
    local list = {}
    for i, one in ipairs(hosts) do
      list[i] = proc.rss_private(one.pid)
    end
    table.sort(list)
    return list[(#list + 1) // 2], list[#list]
  end

  for _, kind in ipairs { "mosquitto", "nats" } do
    it("loses nothing on " .. kind .. ", whatever is cut or killed #long", function()
      local net <close> = network()
      local broker = site:start(kind, { address = ADDRESS, mqtt = "max_ack_pending: 1" })
      local url = ("mqtt://%s:%d"):format(ADDRESS, broker.port)
      files.write(site.folder .. "/host.lua", SCRIPT)
      local all, killed = {}, 0
      local function host(i)
        local name = ("host-%02d"):format(i)
        local one = site:luashot({ "--headless=320x200", site.folder .. "/host.lua", url, name,
          site.folder .. "/spool-" .. name }, nil, net.prefix)
        one.name = name
        all[#all + 1] = one
        return one
      end
      local printed = {}
      local function collect()
        printed[#printed + 1] = site:script("collect", "--print", site.folder .. "/all")
        return printed[#printed]
      end
      local collector = collect()
      local living = {}
      for i = 1, HOSTS do
        living[i] = host(i)
      end
      rest(SECONDS * 0.15)
      local steady = { table.unpack(living, math.min(21, HOSTS)) } -- those that nobody kills
      local before, largest_before = memory(steady)
      broker:kill()
      rest(SECONDS * 0.1)
      broker:start()
      rest(SECONDS * 0.1)
      net.cut(true)
      rest(SECONDS * 0.05)
      net.cut(false)
      for round = 1, 20 do
        local i = (round - 1) % math.min(20, HOSTS) + 1
        living[i]:kill "sigkill"
        living[i]:wait(5)
        killed = killed + 1
        living[i] = host(i)
        rest(SECONDS * 0.01)
      end
      collector:kill "sigkill"
      collector:wait(5)
      rest(SECONDS * 0.02)
      collect()
      rest(SECONDS * 0.38)
      local after, largest_after = memory(steady)
      for _, one in ipairs(living) do
        one:kill "sigkill"
        one:wait(5)
      end
      -- What is left in the spools goes now.
      files.write(site.folder .. "/empty.lua", [[
        local broker, name, spool = ...
        fleet = assert(luashot.fleet { broker = broker, host = name, spool = spool, confirm = true, window = 100 })
        while not fleet:stats().connected or fleet:stats().waiting > 0 do sleep(0.1) end
        fleet:close() os.exit(0)]])
      local last = {}
      for i = 1, HOSTS do
        local name = ("host-%02d"):format(i)
        last[i] = site:luashot({ site.folder .. "/empty.lua", url, name, site.folder .. "/spool-" .. name }, nil,
          net.prefix)
      end
      local begun = uv.hrtime()
      for i = 1, HOSTS do
        assert.equal(0, last[i]:wait(120), last[i].err)
      end
      local drained = (uv.hrtime() - begun) // 1000000000
      rest(2)
      local collected = {}
      for i, one in ipairs(printed) do
        collected[i] = one.out
      end
      print(("%s: %d hosts, %d killed; %d pictures, lost 0, twice 0, out of order 0; the last after %d s"):format(kind,
        HOSTS, killed, check(table.concat(collected), all), drained))
      print(("memory of a host: %d KiB (largest %d), then %d (largest %d)"):format(before, largest_before, after,
        largest_after))
      assert.is_true(after - before < 2048, after - before)
      assert.is_true(largest_after - largest_before < 8192, largest_after - largest_before)
    end)
  end

  it("is shown on a wall while a thousand hosts publish #long", function()
    local broker = site:start "mosquitto"
    local wall = site:script("wall", "127.0.0.1:0")
    local address = assert(wall:read_line(20), wall.err):match "^http://(.-)/$"
    files.write(site.folder .. "/many.lua", [[
      io.stdout:setvbuf "line"
      local first, port = tonumber(arg[1]), tonumber(arg[2])
      local new_link = require "luashot.fleet.link"
      local still = ("\xff\xd8still"):rep(3000)
      for i = first, first + 249 do
        local topic = ("luashot/hosts/host-%04d/"):format(i)
        local link
        link = assert(new_link { broker = { host = "127.0.0.1", port = port }, id = "many-" .. i, on = {
          open = function() link:publish(topic .. "presence", "online", { retained = true }) end,
          lost = print, done = print, message = print, trouble = print } })
        link.on.done = function() end
        after(i % 50 / 10, function()
          local state = '{"groups":["g"],"commands":[],"stats":{"waiting":0}}'
          every("5s", function()
            if link.is_open then
              link:publish(topic .. "state", state, { retained = true })
              link:publish(topic .. "still/screen", still .. os.time(), { retained = true })
            end
          end)
        end)
      end
      print "ready"]])
    for first = 1, 751, 250 do
      site:luashot({ site.folder .. "/many.lua", tostring(first), tostring(broker.port) }):see "ready"
    end
    local function online()
      local status, text = http.ask(address, "GET", "/hosts.json")
      return status == 200 and select(2, text:gsub('"presence":"online"', ""))
    end
    assert(process.wait_until(function() return online() == 1000 end, 120), online())
    rest(30)
    local before = proc.rss_private(wall.pid)
    rest(math.min(60, SECONDS))
    local growth = proc.rss_private(wall.pid) - before
    print(("the wall's memory: %d KiB, then %d more"):format(before, growth))
    assert.is_true(growth < 20480, growth)
    assert.equal(1000, online())
    assert.equal(1000, #luashot.json.decode((select(2, http.ask(address, "GET", "/hosts.json")))))
  end)
end)
