-- The wall of a fleet: what it shows of real hosts and of many, in HTTP and in a browser.
local files = require "spec.support.files"
local http = require "spec.support.http"
local luashot = require "luashot"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local sites = require "spec.support.site"
local walls = require "spec.support.wall"
local xserver = require "spec.support.xserver"

local program = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

describe("luashot wall", function()
  local site, wall

  before_each(function()
    site = sites.new()
    site:start "mosquitto"
  end)

  after_each(function()
    site:finish()
  end)

  local function ask(...)
    return http.ask(wall.address, ...)
  end

  local function rest(seconds)
    process.wait_until(function() return false end, seconds)
  end

  it("shows a real host: presence, state, still, event, and a larger picture", function()
    local server = xserver.start { width = 320, height = 200 }
    wall = walls.start(site)
    local host = site:host({ host = "lobby-1", group = { "lobby", "all" }, still_width = 64 }, [[
      fleet:on("picture")
      local frame <close> = grab()
      assert(fleet:picture(frame))
      assert(fleet:event("door", { open = true }))
      print "sent"]], server:env())
    host:see "sent"
    local one
    assert(process.wait_until(function()
      one = wall:hosts()["lobby-1"]
      return one and one.presence == "online" and one.stills and one.event and one.commands[1]
    end, 20), luashot.json.encode(one or {}) .. wall.process.err .. host.err)
    assert.same({ "lobby", "all" }, one.groups)
    assert.equal("door", one.event.name)
    assert.is_true(math.abs(one.event.time - os.time()) < 60, one.event.time)
    local status, still = ask("GET", "/still.jpg?host=lobby-1&name=screen")
    assert.equal(200, status)
    local small <close> = assert(luashot.load(files.write(site.folder .. "/still.jpg", still)))
    assert.equal(64, small.width)
    assert.equal(404, (ask("GET", "/large.jpg?host=lobby-1")))
    assert.equal(200, (ask("POST", "/picture?host=lobby-1", {}, "")))
    local _, picture = ask("GET", "/large.jpg?host=lobby-1")
    local large <close> = assert(luashot.load(files.write(site.folder .. "/large.jpg", picture)))
    assert.equal(320, large.width)
    host:kill "sigkill"
    assert(process.wait_until(function() return wall:hosts()["lobby-1"].presence == "offline" end, 20))
    server:stop()
  end)

  it("says why a larger picture is missing, and asks nobody when actions are off", function()
    local host = site:host({ host = "one" }, [[
      fleet:on("picture", function() return nil, "the screen is private" end)
      assert(fleet:event "ready") -- which the broker gets behind the subscriptions
      while fleet:stats().acknowledged == 0 do sleep(0.01) end
      print "ready"]])
    host:see "ready"
    wall = walls.start(site)
    assert(process.wait_until(function() return wall:hosts().one end, 20))
    local status, text = ask("POST", "/picture?host=one", {}, "")
    assert.equal(504, status)
    assert.matches("the screen is private", text)
    assert.equal(404, (ask("POST", "/picture?host=two", {}, "")))
    assert.equal(403, (ask("POST", "/picture?host=one", { Origin = "http://evil.example" }, "")))
    wall = walls.start(site, "--no-actions")
    assert(process.wait_until(function() return wall:hosts().one end, 20))
    assert.equal(403, (ask("POST", "/picture?host=one", {}, "")))
  end)

  it("asks once for browsers that ask at one time, and again after a host that said nothing", function()
    local server = xserver.start { width = 320, height = 200 }
    finally(function() server:stop() end)
    walls.publish_hosts(site, 1) -- host-0001, which is not there
    wall = walls.start(site)
    assert(process.wait_until(function() return wall:hosts()["host-0001"] end, 20))
    assert.equal(504, (ask("POST", "/picture?host=host-0001", {}, "")))
    local host = site:host({ host = "host-0001" }, [[
      fleet:on("picture", function()
        print "asked"
        sleep(2)
        return grab()
      end)
      assert(fleet:event "ready")
      while fleet:stats().acknowledged == 0 do sleep(0.01) end
      print "ready"]], server:env())
    host:see "ready"
    local both = {}
    for i = 1, 2 do
      both[i] = http.connect(wall.address)
      both[i]:write(("POST /picture?host=host-0001 HTTP/1.0\r\nHost: %s\r\nContent-Length: 0\r\n\r\n"):format(
        wall.address))
    end
    for i = 1, 2 do
      assert(both[i]:see "^HTTP/1.%d 200", both[i].received)
      both[i]:close()
    end
    assert.equal(1, select(2, host.out:gsub("asked", "")))
  end)

  it("keeps the large pictures of the last eight hosts that were asked", function()
    local server = xserver.start { width = 64, height = 48 }
    finally(function() server:stop() end)
    site:luashot({ "-e", ([[
      local fleets = {}
      for i = 1, 9 do
        fleets[i] = assert(luashot.fleet { broker = %q, host = "h" .. i })
        fleets[i]:on("picture")
      end
      for i = 1, 9 do
        assert(fleets[i]:event "ready")
        while fleets[i]:stats().acknowledged == 0 do sleep(0.01) end
      end
      print "ready"]]):format(site:url()) }, { env = server:env() }):see "ready"
    wall = walls.start(site)
    assert(process.wait_until(function() return select(2, wall:hosts()) == 9 end, 20))
    for i = 1, 9 do
      assert.equal(200, (ask("POST", "/picture?host=h" .. i, {}, "")))
    end
    assert.equal(404, (ask("GET", "/large.jpg?host=h1")))
    for i = 2, 9 do
      assert.equal(200, (ask("GET", "/large.jpg?host=h" .. i)))
    end
  end)

  it("shows a thousand hosts from what the broker keeps", function()
    walls.publish_hosts(site, 1000)
    wall = walls.start(site)
    local list, count
    assert(process.wait_until(function()
      list, count = wall:hosts()
      return count == 1000 and list["host-1000"].stills
    end, 20))
    assert.equal("offline", list["host-0010"].presence)
    assert.same({ "group-1" }, list["host-0001"].groups)
    assert.equal(200, (ask("GET", "/still.jpg?host=host-0999")))
  end)

  it("ignores what no host would send", function()
    wall = walls.start(site)
    site:publish {
      { "luashot/hosts/one/state", "[" }, { "luashot/hosts/one/state", '{"groups":[{},7,"<b>","ok"],"stats":7}' },
      { "luashot/hosts/one/presence", "<script>" }, { "luashot/hosts/a b/presence", "online" },
      { "luashot/hosts/" .. ("a"):rep(65) .. "/presence", "online" },
      { "luashot/hosts/one/still/screen", ("x"):rep(5 << 20) }, { "luashot/hosts/one/event/x", ("["):rep(5000) },
      { "luashot/hosts/one/event/x", '{"time":1e400,"data":{"a":["' .. ("y"):rep(1000) .. '"]}}' },
    }
    local list, count
    assert(process.wait_until(function()
      list, count = wall:hosts()
      return count == 1 and list.one.event
    end, 20))
    assert.same({ "ok" }, list.one.groups)
    assert.equal("unknown", list.one.presence)
    assert.is_nil(list.one.stills)
    assert.equal(200, #list.one.event.data)
    assert.is_true(wall.process:is_running(), wall.process.err)
  end)

  it("has a document that needs no other server, and sends changes alone", function()
    walls.publish_hosts(site, 2)
    wall = walls.start(site)
    local status, body, head = ask("GET", "/")
    assert.equal(200, status)
    assert.matches("Content%-Security%-Policy: default%-src 'none'", head)
    assert.is_nil(body:find "https?://" or body:find "style=" or body:find "onclick" or body:find "<script>")
    for name in body:gmatch '="(/[%w.]+)"' do
      assert.equal(200, (ask("GET", name)), name)
    end
    local ears = http.connect(wall.address)
    ears:write(("GET /events HTTP/1.0\r\nHost: %s\r\n\r\n"):format(wall.address))
    assert(process.wait_until(function() return ears.received:find '"host%-0002"' end, 20))
    rest(1.5) -- the first reports
    local before = #ears.received
    site:publish { { "luashot/hosts/host-0001/presence", "offline" } }
    assert(process.wait_until(function() return ears.received:find('"offline"', before, true) end, 20))
    assert.is_nil(ears.received:find("host-0002", before, true))
    ears:close()
  end)

  it("sends a browser that was behind everything, so that it misses no change", function()
    -- A wall disconnects who reads nothing for 30 seconds; here the reader may take as long as it likes. The buffers
    -- of a Unix socket are small.
    wall = walls.of(site:luashot({ "-e", [[
      local core = require "luashot.core"
      local listen = core.http_listen
      function core.http_listen(address)
        return listen(address, { timeout = 3600 })
      end]], table.unpack(sites.command("wall", "--broker", site:url(), "unix:" .. site.folder .. "/wall"), 2) }))
    local names = {}
    for i = 1, 32 do
      names[i] = ("n"):rep(60) .. i
    end
    local function publish(time)
      local state = luashot.json.encode { groups = names, commands = names, time = time }
      local messages = {}
      for i = 1, 120 do
        messages[i] = { ("luashot/hosts/host-%d/state"):format(i), state }
      end
      site:publish(messages)
    end
    local function listen()
      local ears = http.connect(wall.address)
      ears:write "GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n"
      assert(process.wait_until(function() return ears.received:find '"online"' end, 20))
      return ears
    end
    site:publish { { "luashot/hosts/first/presence", "online" } }
    local ears, other = listen(), listen()
    ears:pause()
    for round = 1, 3 do -- half a megabyte each, more than the socket holds
      other.received = ""
      publish(round)
      assert(process.wait_until(function() -- each host is in a report
        return select(2, other.received:gsub('"time":' .. round .. "%f[%D]", "")) >= 120
      end, 60), round)
    end
    other.received = ""
    site:publish { { "luashot/hosts/first/presence", "offline" } }
    assert(process.wait_until(function() -- that one has to make way for the last four
      local at = other.received:find '"offline"'
      return at and select(2, other.received:sub(at):gsub("\ndata: ", "")) >= 5
    end, 60), other.received)
    local size = proc.rss_private(wall.process.pid)
    assert.is_true(size < 100 << 10, size)
    ears:go_on()
    local is_whole = process.wait_until(function() return ears.received:find('"offline"', 1, true) end, 60)
    assert(is_whole, #ears.received)
    ears:close()
    other:close()
  end)

  it("makes a token where that is asked for, and prints it", function()
    local own_wall = site:script("wall", "--new-token", "127.0.0.1:0")
    local own, token = assert(own_wall:read_line(20), own_wall.err):match "^http://(.*)/%?token=(%x+)$"
    assert.equal(401, (http.ask(own, "GET", "/hosts.json")))
    assert.equal(200, (http.ask(own, "GET", "/hosts.json", { Authorization = "Bearer " .. token })))
  end)

  it("stops, and leaves its address to the next one", function()
    local result = process.run { program, "-e", ([[
      local options = { broker = "%s", address = "127.0.0.1:0" }
      local wall = assert(require "luashot.wall"(options))
      options.address = wall.address
      print(select(3, require "luashot.wall"(options)))
      wall:stop()
      wall:stop() -- does nothing
      local again <close> = assert(require "luashot.wall"(options))
      print(again.address == wall.address)
    ]]):format(site:url()) }
    assert.same({ 0, "EADDRINUSE\ntrue\n", "" }, { result.code, result.out, result.err })
  end)

  it("leaves its address where there is no libmosquitto, and names the package", function()
    files.write(site.folder .. "/libmosquitto.so.1", "") -- which is no library
    local script = [[print(require "luashot.wall" { broker = "mqtt://x", address = "127.0.0.1:0" })]]
    local result = process.run({ program, "-e", script }, { env = { LD_LIBRARY_PATH = site.folder } })
    assert.matches("^nil\tcannot load a library: .* %(Debian: libmosquitto1%)\tENOTSUP\n$", result.out)
    assert.same({ 0, "" }, { result.code, result.err }) -- a server would go on
  end)

  it("takes no token that could be guessed, or is no part of an address", function()
    for _, token in ipairs { "short", ("x"):rep(31) .. "&", 7 } do
      assert.error_matches(function() require "luashot.wall" { broker = "mqtt://x", token = token } end,
        "^wall: option 'token': %d+ or more letters, digits")
    end
  end)

  it("names what is wrong", function()
    local result = process.run(sites.command "wall")
    assert.equal(2, result.code)
    result = process.run(sites.command("wall", "--broker", site:url(), "0.0.0.0:0"))
    assert.equal(1, result.code)
    assert.matches("give the page a token", result.err)
    result = process.run(sites.command("wall", "--broker", "mqtt://a:b@c"))
    assert.equal(1, result.code)
    assert.matches("password_file", result.err)
    for _, token in ipairs { ("a"):rep(15), ("a"):rep(15) .. "/" } do
      local ok, why = pcall(require "luashot.wall", { broker = site:url(), token = token })
      assert.is_false(ok)
      assert.matches("option 'token'", why)
    end
  end)
end)
