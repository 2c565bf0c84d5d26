-- The page of a wall in a browser.
local browser = require "spec.support.browser"
local files = require "spec.support.files"
local luashot = require "luashot"
local process = require "spec.support.process"
local sites = require "spec.support.site"
local walls = require "spec.support.wall"

local SOURCE <const> = assert(os.getenv "LUASHOT_SOURCE")

describe("the page of a wall", function()
  local site, wall

  before_each(function()
    site = sites.new()
    site:start "mosquitto"
  end)

  after_each(function()
    site:finish()
  end)

  it("is drawn by a browser, with names, stills and states, and can be filtered", function()
    walls.publish_hosts(site, 40)
    wall = walls.start(site)
    local tab = browser.start()
    finally(function() tab:stop() end)
    tab:resize(1600, 900)
    tab:open("http://" .. wall.address .. "/")
    assert(tab:wait_for "document.getElementById('status').textContent === '36 of 40 online'")
    local seen = "document.querySelectorAll('#hosts li:not([hidden])').length"
    assert.equal(40, tab:evaluate(seen))
    assert(tab:wait_for "document.querySelector('#hosts img').naturalWidth === 64")
    assert.equal("host-0007 · online, 1 failure", tab:evaluate "document.querySelectorAll('#hosts p')[12].textContent")
    assert.equal("host-0001", tab:evaluate "document.querySelector('#hosts p').textContent.slice(0, 9)")
    assert(tab:wait_for "document.querySelectorAll('#group option').length === 4")
    tab:evaluate "document.getElementById('group').value = 'group-2'"
    tab:evaluate "document.getElementById('offline').click()"
    assert.equal(1, tab:evaluate(seen)) -- host-0020
    tab:evaluate "document.getElementById('name').value = 'nothing'"
    tab:evaluate "document.getElementById('name').dispatchEvent(new Event('input', { bubbles: true }))"
    assert.is_false(tab:evaluate "document.getElementById('none').hidden")
    tab:open("http://" .. wall.address .. "/?")
    assert(tab:wait_for "document.querySelectorAll('#hosts li').length === 40")
    tab:evaluate "document.querySelector('#hosts button').click()"
    assert.is_true(tab:evaluate "document.getElementById('large').open")
    tab:evaluate "document.getElementById('close').click()"
    assert.is_false(tab:evaluate "document.getElementById('large').open")
    for _, width in ipairs { 360, 1600 } do
      tab:resize(width, 900, "light", width == 360)
      assert.is_true(tab:evaluate "document.documentElement.scrollWidth <= innerWidth", width)
    end
    site:publish { { "luashot/hosts/host-0001/presence", "offline" } }
    assert(tab:wait_for "document.getElementById('status').textContent === '35 of 40 online'")
    site.broker:kill()
    assert(tab:wait_for "document.getElementById('status').textContent.startsWith('no connection to the broker')")
    site.broker:start()
    assert(tab:wait_for "document.getElementById('status').textContent === '35 of 40 online'")
    for _, request in ipairs(tab.requests) do
      assert.equal("http://" .. wall.address, request:match "^http://[^/]+")
    end
    assert.same({}, tab.console)
  end)

  it("is for everybody, in light and dark, on a phone and a desktop, by keyboard", function()
    walls.publish_hosts(site, 12)
    wall = walls.start(site)
    local tab = browser.start()
    finally(function() tab:stop() end)
    for _, scheme in ipairs { "light", "dark" } do
      for _, size in ipairs { { 360, 740, true }, { 1600, 1000, false } } do
        tab:resize(size[1], size[2], scheme, size[3])
        tab:open("http://" .. wall.address .. "/")
        assert(tab:wait_for "document.getElementById('status').textContent === '11 of 12 online'")
        assert.same({}, tab:violations())
        tab:evaluate "document.querySelector('#hosts button').focus()"
        tab:press("Enter", 13, "\r")
        assert(tab:wait_for "document.getElementById('large').open")
        assert.equal("The screen of host-0001", tab:evaluate "document.getElementById('large-picture').alt")
        assert.same({}, tab:violations())
        tab:press("Escape", 27)
        assert(tab:wait_for "!document.getElementById('large').open")
        local label = "document.activeElement.getAttribute('aria-label')" -- the focus is back
        assert.equal("host-0001 · online, 1 failure, larger picture", tab:evaluate(label))
      end
    end
  end)

  it("asks for one picture each two seconds, however often its large picture was opened", function()
    site:host({ host = "one" }, [[
      fleet:on("picture", function() return nil, "the screen is private" end)
      assert(fleet:event "ready") -- which the broker gets behind the subscriptions
      while fleet:stats().acknowledged == 0 do sleep(0.01) end
      print "ready"]]):see "ready"
    wall = walls.start(site)
    local tab = browser.start()
    finally(function() tab:stop() end)
    tab:open("http://" .. wall.address .. "/")
    assert(tab:wait_for "hosts.size === 1 && hosts.get('one').commands.length === 1")
    for _ = 1, 5 do
      tab:evaluate "document.getElementById('large').close()"
      assert(tab:wait_for "!document.getElementById('large').open")
      tab:evaluate "document.querySelector('#hosts button').click()"
      assert(tab:wait_for "document.getElementById('large-note').textContent.includes('private')")
    end
    local function asked()
      tab:evaluate "0" -- takes in what the browser tells
      local count = 0
      for _, url in ipairs(tab.requests) do
        count = count + (url:find("/picture?", 1, true) and 1 or 0)
      end
      return count
    end
    local before = asked()
    process.sleep(7)
    local count = asked() - before
    assert.is_true(count >= 1 and count <= 4, count)
    tab:evaluate "document.getElementById('large').close()"
    before = asked()
    process.sleep(3)
    assert.equal(before, asked())
  end)

  -- What a screen of the documentation shows, as JPEG.
  local function drawn(title, background)
    local file = files.write(site.folder .. "/blank.ppm", "P6 480 270 255\n" .. ("\0"):rep(480 * 270 * 3))
    local frame <close> = assert(luashot.load(file))
    frame:fill({ x = 0, y = 0, width = 480, height = 270 }, background)
    frame:fill({ x = 0, y = 0, width = 480, height = 44 }, "#10202c")
    frame:text(16, 10, title, { color = "#ffffff", scale = 2 })
    for i = 0, 2 do
      frame:fill({ x = 16 + i * 152, y = 72, width = 136, height = 170 }, { 120 + 40 * i, 140 + 40 * i, 150 + 40 * i })
    end
    return assert(frame:encode("jpeg", { quality = 85 }))
  end

  local SCREENS <const> = {
    { "gate-1", "departures", "#0b3d5c" }, { "gate-2", "departures", "#0b3d5c" }, { "gate-3", "departures", "#0b3d5c" },
    { "lobby-1", "welcome", "#2f5d3a" }, { "lobby-2", "welcome", "#2f5d3a" }, { "shop-1", "offers", "#6b2d5c" },
    { "shop-2", "offers", "#6b2d5c" }, { "shop-3", "offers", "#6b2d5c" },
  }

  -- With LUASHOT_KEEP_PICTURES=1 the picture of the documentation is made.
  it("looks as the documentation shows", function()
    local messages = {}
    for i, screen in ipairs(SCREENS) do
      local topic = ("luashot/hosts/%s/"):format(screen[1])
      messages[#messages + 1] = { topic .. "presence", i == 5 and "offline" or "online" }
      messages[#messages + 1] = { topic .. "state", luashot.json.encode {
        groups = { screen[1]:match "%l+" }, commands = { "picture" }, stats = { waiting = 0, failures = 0 } } }
      messages[#messages + 1] = { topic .. "still/screen", drawn(screen[2], screen[3]) }
      messages[#messages + 1] = { topic .. "event/shown", luashot.json.encode {
        time = 1764499200000000000 + i * 1000000000, data = { page = screen[2] } } }
    end
    site:publish(messages)
    wall = walls.start(site)
    local tab = browser.start()
    finally(function() tab:stop() end)
    tab:resize(1200, 700, "light")
    tab:open("http://" .. wall.address .. "/")
    assert(tab:wait_for "document.getElementById('status').textContent === '7 of 8 online'")
    assert(tab:wait_for "[...document.images].filter(one => one.naturalWidth === 480).length === 8")
    local made <close> = assert(luashot.load(tab:shoot()))
    local kept = SOURCE .. "/docs/images/wall.png"
    if os.getenv "LUASHOT_KEEP_PICTURES" then
      assert(made:save(kept, { level = "small" }))
    end
    local shown <close> = assert(luashot.load(kept))
    assert.same({ made.width, made.height }, { shown.width, shown.height })
  end)
end)
