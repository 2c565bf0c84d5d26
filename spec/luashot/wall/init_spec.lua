-- The wall of a fleet: what it shows of real hosts and of many, in HTTP and in a browser.
local browser = require "spec.support.browser"
local core = require "luashot.core"
local files = require "spec.support.files"
local http = require "spec.support.http"
local luashot = require "luashot"
local process = require "spec.support.process"
local sites = require "spec.support.site"
local xserver = require "spec.support.xserver"

describe("luashot wall", function()
  local site, wall, address

  before_each(function()
    site = sites.new()
    site:start "mosquitto"
  end)

  after_each(function()
    site:finish()
  end)

  local function broker()
    return luashot.json.decode((select(2, http.ask(address, "GET", "/broker.json"))))
  end

  local function serve(...)
    wall = site:script("wall", "--no-token", "127.0.0.1:0", ...)
    address = assert(wall:read_line(20), wall.err):match "^http://(.-)/$"
    assert(process.wait_until(function() return broker().connected end, 10), wall.err)
  end

  local function hosts()
    local status, text = http.ask(address, "GET", "/hosts.json")
    assert.equal(200, status)
    local by_name, count = {}, 0
    for _, host in ipairs(luashot.json.decode(text)) do
      by_name[host.name], count = host, count + 1
    end
    return by_name, count
  end

  --- Publishes many messages by one connection.
  local function publish(messages)
    local connection <close> = assert(core.mqtt_open { host = "127.0.0.1", port = site.broker.port, id = "many" })
    local at, done = 0, 0
    process.wait_until(function()
      connection:run()
      local kind = connection:take()
      while kind do
        if kind == "open" then
          at = 1
        elseif kind == "done" then
          done = done + 1
        end
        kind = connection:take()
      end
      while at > 0 and at <= #messages and at - done < 200 do
        assert(connection:send(messages[at][1], messages[at][2], { retained = true }))
        at = at + 1
      end
      return done == #messages
    end, 60)
    assert.equal(#messages, done)
  end

  it("shows a real host: presence, state, still, event, and a larger picture", function()
    local server = xserver.start { width = 320, height = 200 }
    serve()
    local host = site:host({ host = "lobby-1", group = { "lobby", "all" }, heartbeat = 0.3, still_width = 64 }, [[
      fleet:on("picture")
      local frame <close> = grab()
      assert(fleet:picture(frame))
      assert(fleet:event("door", { open = true }))
      print "sent"]], server:env())
    host:see "sent"
    local one
    assert(process.wait_until(function()
      one = hosts()["lobby-1"]
      return one and one.presence == "online" and one.stills and one.event and one.commands[1]
    end, 10), luashot.json.encode(one or {}) .. wall.err .. host.err)
    assert.same({ "lobby", "all" }, one.groups)
    assert.equal("door", one.event.name)
    local status, still = http.ask(address, "GET", "/still.jpg?host=lobby-1&name=screen")
    assert.equal(200, status)
    local small <close> = assert(luashot.load(files.write(site.folder .. "/still.jpg", still)))
    assert.equal(64, small.width)
    assert.equal(404, (http.ask(address, "GET", "/large.jpg?host=lobby-1")))
    assert.equal(200, (http.ask(address, "POST", "/picture?host=lobby-1", {}, "")))
    local _, picture = http.ask(address, "GET", "/large.jpg?host=lobby-1")
    local large <close> = assert(luashot.load(files.write(site.folder .. "/large.jpg", picture)))
    assert.equal(320, large.width)
    host:kill "sigkill"
    assert(process.wait_until(function() return hosts()["lobby-1"].presence == "offline" end, 10))
    server:stop()
  end)

  it("says why a larger picture is missing, and asks nobody when actions are off", function()
    local host = site:host({ host = "one" }, [[
      fleet:on("picture", function() return nil, "the screen is private" end)
      while not fleet:stats().connected do sleep(0.01) end
      sleep(0.2)
      print "ready"]])
    host:see "ready"
    serve()
    assert(process.wait_until(function() return hosts().one end, 10))
    local status, text = http.ask(address, "POST", "/picture?host=one", {}, "")
    assert.equal(504, status)
    assert.matches("the screen is private", text)
    assert.equal(404, (http.ask(address, "POST", "/picture?host=two", {}, "")))
    assert.equal(403, (http.ask(address, "POST", "/picture?host=one", { Origin = "http://evil.example" }, "")))
    serve("--no-actions")
    assert(process.wait_until(function() return hosts().one end, 10))
    assert.equal(403, (http.ask(address, "POST", "/picture?host=one", {}, "")))
  end)

  local function a_picture()
    local server <close> = setmetatable({ it = xserver.start { width = 64, height = 48 } }, {
      __close = function(self) self.it:stop() end,
    })
    local display <close> = assert(luashot.open { display = server.it.display })
    local frame <close> = assert(display:grab())
    return assert(frame:encode "jpeg")
  end

  --- Publishes what `count` hosts leave with the broker.
  local function publish_hosts(count)
    local picture, messages = a_picture(), {}
    for i = 1, count do
      local topic = ("luashot/hosts/host-%04d/"):format(i)
      messages[#messages + 1] = { topic .. "presence", i % 10 == 0 and "offline" or "online" }
      messages[#messages + 1] = { topic .. "state", luashot.json.encode {
        groups = { "group-" .. i % 3 }, commands = { "picture" }, time = 1, stats = { waiting = 0, failures = i % 2 },
      } }
      messages[#messages + 1] = { topic .. "still/screen", picture }
    end
    publish(messages)
  end

  it("shows a thousand hosts from what the broker keeps", function()
    publish_hosts(1000)
    serve()
    local list, count
    assert(process.wait_until(function()
      list, count = hosts()
      return count == 1000 and list["host-1000"].stills
    end, 20))
    assert.equal("offline", list["host-0010"].presence)
    assert.same({ "group-1" }, list["host-0001"].groups)
    assert.equal(200, (http.ask(address, "GET", "/still.jpg?host=host-0999")))
  end)

  it("ignores what no host would send", function()
    serve()
    publish {
      { "luashot/hosts/one/state", "[" }, { "luashot/hosts/one/state", '{"groups":[{},7,"<b>","ok"],"stats":7}' },
      { "luashot/hosts/one/presence", "<script>" }, { "luashot/hosts/a b/presence", "online" },
      { "luashot/hosts/one/still/screen", ("x"):rep(5 << 20) }, { "luashot/hosts/one/event/x", ("["):rep(5000) },
      { "luashot/hosts/one/event/x", '{"time":1e400,"data":{"a":["' .. ("y"):rep(1000) .. '"]}}' },
    }
    local list, count
    assert(process.wait_until(function()
      list, count = hosts()
      return count == 1 and list.one.event
    end, 10))
    assert.same({ "ok" }, list.one.groups)
    assert.equal("unknown", list.one.presence)
    assert.is_nil(list.one.stills)
    assert.equal(200, #list.one.event.data)
    assert.is_true(wall:is_running(), wall.err)
  end)

  it("has a document that needs no other server, and sends changes alone", function()
    publish_hosts(2)
    serve()
    local status, body, head = http.ask(address, "GET", "/")
    assert.equal(200, status)
    assert.matches("Content%-Security%-Policy: default%-src 'none'", head)
    assert.is_nil(body:find "https?://" or body:find "style=" or body:find "onclick" or body:find "<script>")
    for name in body:gmatch '="(/[%w.]+)"' do
      assert.equal(200, (http.ask(address, "GET", name)), name)
    end
    local ears = http.connect(address)
    ears:write(("GET /events HTTP/1.0\r\nHost: %s\r\n\r\n"):format(address))
    assert(process.wait_until(function() return ears.received:find '"host%-0002"' end, 10))
    process.wait_until(function() return false end, 1.5) -- the first reports
    local before = #ears.received
    publish { { "luashot/hosts/host-0001/presence", "offline" } }
    assert(process.wait_until(function() return ears.received:find('"offline"', before, true) end, 10))
    assert.is_nil(ears.received:find("host-0002", before, true))
    ears:close()
  end)

  it("is drawn by a browser, with names, stills and states, and can be filtered", function()
    publish_hosts(40)
    serve()
    local tab = browser.start()
    finally(function() tab:stop() end)
    tab:resize(1600, 900)
    tab:open("http://" .. address .. "/")
    assert(tab:wait_for "document.getElementById('status').textContent === '36 of 40 online'")
    local seen = "document.querySelectorAll('#hosts li:not([hidden])').length"
    assert.equal(40, tab:evaluate(seen))
    assert(tab:wait_for "document.querySelector('#hosts img').naturalWidth === 64")
    assert.equal("host-0007 · online, 1 failure", tab:evaluate "document.querySelectorAll('#hosts p')[12].textContent")
    assert.equal("host-0001", tab:evaluate "document.querySelector('#hosts p').textContent.slice(0, 9)")
    tab:evaluate "document.getElementById('group').value = 'group-2'"
    tab:evaluate "document.getElementById('offline').click()"
    assert.equal(1, tab:evaluate(seen)) -- host-0020
    tab:evaluate "document.getElementById('name').value = 'nothing'"
    tab:evaluate "document.getElementById('name').dispatchEvent(new Event('input', { bubbles: true }))"
    assert.is_false(tab:evaluate "document.getElementById('none').hidden")
    tab:open("http://" .. address .. "/?")
    assert(tab:wait_for "document.querySelectorAll('#hosts li').length === 40")
    tab:evaluate "document.querySelector('#hosts button').click()"
    assert.is_true(tab:evaluate "document.getElementById('large').open")
    tab:evaluate "document.getElementById('close').click()"
    assert.is_false(tab:evaluate "document.getElementById('large').open")
    for _, width in ipairs { 360, 1600 } do
      tab:resize(width, 900, "light", width == 360)
      assert.is_true(tab:evaluate "document.documentElement.scrollWidth <= innerWidth", width)
    end
    publish { { "luashot/hosts/host-0001/presence", "offline" } }
    assert(tab:wait_for "document.getElementById('status').textContent === '35 of 40 online'")
    site.broker:kill()
    assert(tab:wait_for "document.getElementById('status').textContent.startsWith('no connection to the broker')")
    site.broker:start()
    assert(tab:wait_for "document.getElementById('status').textContent === '35 of 40 online'")
    for _, request in ipairs(tab.requests) do
      assert.equal("http://" .. address, request:match "^http://[^/]+")
    end
    assert.same({}, tab.console)
  end)

  it("wants a token, which it makes and prints", function()
    wall = site:script("wall", "127.0.0.1:0")
    local own, token = assert(wall:read_line(20), wall.err):match "^http://(.*)/%?token=(%x+)$"
    assert.equal(401, (http.ask(own, "GET", "/hosts.json")))
    assert.equal(200, (http.ask(own, "GET", "/hosts.json", { Authorization = "Bearer " .. token })))
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
  end)
end)
