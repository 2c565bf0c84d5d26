-- Many hosts for long: brokers, hosts, collectors and the link are cut, and every message arrives once, in its order.
local brokers = require "spec.support.broker"
local files = require "spec.support.files"
local http = require "spec.support.http"
local luashot = require "luashot"
local need = require "spec.support.need"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local uv = require "luv"

local program = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"
local scripts = assert(os.getenv("LUASHOT_SOURCE")) .. "/scripts/"

local HOSTS <const> = math.tointeger(os.getenv "LUASHOT_FLEET_HOSTS" or 50)
local ADDRESS <const> = "10.213.0.1" -- of this side of the link
local SECONDS <const> = tonumber(os.getenv "LUASHOT_FLEET_SECONDS" or 600)

describe("a fleet of many hosts", function()
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

  --- Two names of the network, with a link between them: hosts are in the one, broker and collector outside.
  local function network()
    local name = "luashot-" .. uv.os_getpid()
    local inside, outside = "lsi" .. uv.os_getpid(), "lso" .. uv.os_getpid()
    local function run(...)
      return process.run({ ... }).code == 0
    end
    need(uv.getuid() == 0 and run("ip", "netns", "add", name), "this needs network namespaces, which root makes")
    run("ip", "link", "add", inside, "type", "veth", "peer", "name", outside)
    run("ip", "link", "set", inside, "netns", name)
    run("ip", "addr", "add", ADDRESS .. "/24", "dev", outside)
    run("ip", "link", "set", outside, "up")
    run("ip", "netns", "exec", name, "ip", "addr", "add", "10.213.0.2/24", "dev", inside)
    run("ip", "netns", "exec", name, "ip", "link", "set", inside, "up")
    run("ip", "netns", "exec", name, "ip", "link", "set", "lo", "up")
    -- Kernels without netem have the rest of the test alone.
    local is_slow = run("tc", "qdisc", "add", "dev", outside, "root", "netem", "delay", "300ms", "loss", "5%")
    print(is_slow and "300 ms, 5 % loss" or "this kernel has no netem: the link is quick")
    return setmetatable({
      prefix = { "ip", "netns", "exec", name },
      cut = function(is_cut) run("ip", "link", "set", outside, is_cut and "down" or "up") end,
    }, { __close = function()
      run("ip", "link", "del", outside)
      run("ip", "netns", "del", name)
    end })
  end

  local function prefixed(prefix, argv)
    local all = { table.unpack(prefix) }
    table.move(argv, 1, #argv, #all + 1, all)
    return all
  end

  local function url()
    return ("mqtt://%s:%d"):format(ADDRESS, broker.port)
  end

  --- Checks the order in which collectors have printed files, and the files against what hosts called safe.
  local function check(collected, hosts)
    local seen, last, stored = {}, {}, {}
    local found = process.run({ "find", folder .. "/all" }).out
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

  for _, kind in ipairs { "mosquitto", "nats" } do
    it("loses nothing on " .. kind .. ", whatever is cut or killed #long", function()
      local net <close> = network()
      broker = brokers[kind] { address = ADDRESS }
      files.write(folder .. "/host.lua", SCRIPT)
      local all = {}
      local function host(i)
        local name = ("host-%02d"):format(i)
        local one = spawn(prefixed(net.prefix, { program, "--headless=320x200", folder .. "/host.lua",
          url(), name, folder .. "/spool-" .. name }))
        one.name = name
        all[#all + 1] = one
        return one
      end
      local printed = {}
      local function collect()
        local one = spawn { program, scripts .. "collect.lua", "--broker", url(), "--print",
          folder .. "/all" }
        printed[#printed + 1] = one
        return one
      end
      local collector = collect()
      local living = {}
      for i = 1, HOSTS do
        living[i] = host(i)
      end
      local function rest(share)
        process.wait_until(function() return false end, SECONDS * share)
      end
      rest(0.15)
      broker:kill()
      rest(0.1)
      broker:start()
      rest(0.1)
      net.cut(true)
      rest(0.05)
      net.cut(false)
      for round = 1, 20 do
        local i = round % HOSTS + 1
        living[i]:kill "sigkill"
        living[i]:wait(5)
        living[i] = host(i)
        rest(0.01)
      end
      collector:kill "sigkill"
      collector:wait(5)
      rest(0.02)
      collect()
      rest(0.1)
      rest(0.1)
      local function output()
        local parts = {}
        for i, one in ipairs(printed) do
          parts[i] = one.out
        end
        return table.concat(parts)
      end
      rest(0.1)
      for _, one in ipairs(living) do
        one:kill "sigkill"
        one:wait(5)
      end
      -- What is left in the spools goes now.
      files.write(folder .. "/empty.lua", [[
        local broker, name, spool = ...
        fleet = assert(luashot.fleet { broker = broker, host = name, spool = spool, confirm = true, window = 100 })
        while not fleet:stats().connected or fleet:stats().waiting > 0 do sleep(0.1) end
        fleet:close() os.exit(0)]])
      for i = 1, HOSTS do
        local name = ("host-%02d"):format(i)
        local last = spawn(prefixed(net.prefix, { program, folder .. "/empty.lua",
          url(), name, folder .. "/spool-" .. name }))
        assert.equal(0, last:wait(120))
      end
      process.wait_until(function() return false end, 2)
      print(kind, check(output(), all), "pictures, lost 0, twice 0, out of order 0")
    end)
  end

  it("is shown on a wall while a thousand hosts publish #long", function()
    broker = brokers.mosquitto()
    local wall = spawn { program, scripts .. "wall.lua", "--broker", "mqtt://127.0.0.1:" .. broker.port, "127.0.0.1:0" }
    local address = assert(wall:read_line(20), wall.err):match "^http://(.-)/$"
    files.write(folder .. "/many.lua", [[
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
      spawn({ program, folder .. "/many.lua", tostring(first), tostring(broker.port) }):see "ready"
    end
    local function online()
      local status, text = http.ask(address, "GET", "/hosts.json")
      return status == 200 and select(2, text:gsub('"presence":"online"', ""))
    end
    assert(process.wait_until(function() return online() == 1000 end, 120), online())
    process.wait_until(function() return false end, 30)
    local before = proc.rss_private(wall.pid)
    process.wait_until(function() return false end, math.min(60, SECONDS))
    local growth = proc.rss_private(wall.pid) - before
    print(("the wall's memory: %d KiB, then %d more"):format(before, growth))
    assert.is_true(growth < 20480, growth)
    assert.equal(1000, online())
    assert.equal(1000, #luashot.json.decode((select(2, http.ask(address, "GET", "/hosts.json")))))
  end)
end)
