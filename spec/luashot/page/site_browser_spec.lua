-- The page in Chromium: it shows what the screen shows, its buttons work by mouse and keyboard, everybody can use it
-- by the rules of axe-core, and it asks nobody but its host for anything. The pictures of docs/page.md are made here.
local browser = require "spec.support.browser"
local files = require "spec.support.files"
local http = require "spec.support.http"
local luashot = require "luashot"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local uv = require "luv"
local xserver = require "spec.support.xserver"

local BUILD <const> = assert(os.getenv "LUASHOT_BUILD")
local SOURCE <const> = assert(os.getenv "LUASHOT_SOURCE")
local PHONE <const>, DESKTOP <const> = { 360, 740, true }, { 1600, 1000, false }
local TAB <const>, ENTER <const> = 9, 13

-- The middle of the live picture, as "red,green,blue".
local MIDDLE <const> = [[(() => {
  const picture = document.getElementById("screen");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d");
  context.drawImage(picture, picture.naturalWidth / 2, picture.naturalHeight / 2, 1, 1, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)].map(value => value >> 6).join(",");
})()]]

describe("the page in a browser", function()
  local server, paint, host, address, folder, tab

  setup(function()
    server = xserver.start { width = 640, height = 400 }
    tab = browser.start()
  end)

  teardown(function()
    if tab then
      tab:stop()
    end
    server:stop()
  end)

  local function serve(options)
    host = process.spawn({ BUILD .. "/luashot", "-e", ([[
      io.stdout:setvbuf "line"
      local usual = luashot.every
      function luashot.every(time, ...) -- the last picture is sent again after an hour, not after five seconds
        return usual(time == 5 and "1h" or time, ...)
      end
      page = assert(luashot.page { address = "127.0.0.1:0", %s })
      print(page.address)
      every("1h", function() end, { name = "patrol" })
      every("300ms", function() end, { name = "door" })
      after("5m", function() error "nobody opens" end, { name = "bell" })]]):format(options) }, { env = server:env() })
    address = assert(host:read_line(20), host.err)
  end

  before_each(function()
    folder = files.folder()
    paint = painter.start(server)
    paint("gradient")
  end)

  after_each(function()
    tab:open "about:blank"
    paint:stop()
    host:stop()
    files.remove(folder)
  end)

  local function job(name)
    local _, text = http.ask(address, "GET", "/state.json")
    for _, one in ipairs(luashot.json.decode(text).jobs) do
      if one.name == name then
        return one
      end
    end
  end

  local function open()
    tab:open("http://" .. address .. "/")
    assert(tab:wait_for "document.getElementById('status').textContent === 'connected'", tab.said)
    assert(tab:wait_for "document.querySelectorAll('#jobs tr').length === 3")
  end

  -- Nothing may have been asked of others, or told on the console.
  local function check_manners()
    assert.same({}, tab.console)
    assert.is_true(#tab.requests > 3)
    for _, url in ipairs(tab.requests) do
      assert.equal("http://" .. address .. "/", url:sub(1, #address + 8))
    end
  end

  it("shows what the screen shows", function()
    tab:resize(1280, 800)
    serve ""
    open()
    for _, case in ipairs { { "ff0000", "3,0,0" }, { "00ff00", "0,3,0" }, { "0000ff", "0,0,3" } } do
      paint("fill 0 0 640 400 " .. case[1])
      assert(tab:wait_for(("%s === %q"):format(MIDDLE, case[2])), case[1])
    end
    tab:evaluate "document.getElementById('pause').click()"
    assert(tab:wait_for "document.getElementById('screen').currentSrc.includes('/screen.jpg')")
    assert(tab:wait_for(MIDDLE .. " === '0,0,3'"))
    paint "fill 0 0 640 400 ff0000"
    process.sleep(0.5)
    assert.equal("0,0,3", tab:evaluate(MIDDLE))
    tab:evaluate "document.getElementById('pause').click()"
    assert(tab:wait_for(MIDDLE .. " === '3,0,0'"))
    check_manners()
  end)

  it("runs, pauses and resumes jobs, by keyboard alone", function()
    tab:resize(1280, 800)
    serve ""
    open()
    local function press(label)
      for _ = 1, 40 do
        if tab:evaluate "document.activeElement.getAttribute('aria-label')" == label then
          return tab:press("Enter", ENTER, "\r")
        end
        tab:press("Tab", TAB)
      end
      error("no way leads to " .. label)
    end
    press "Run now patrol"
    process.wait_until(function() return job "patrol".runs == 1 end, 20)
    assert.equal(1, job "patrol".runs)
    press "Pause patrol"
    assert(tab:wait_for "document.activeElement.getAttribute('aria-label') === 'Resume patrol'")
    assert.is_true(job "patrol".paused)
    assert(tab:wait_for "document.querySelector('#jobs tr td').textContent === 'paused'")
    press "Resume patrol"
    assert(tab:wait_for "document.activeElement.getAttribute('aria-label') === 'Pause patrol'")
    assert.is_false(job "patrol".paused)
    assert(tab:wait_for "document.getElementById('number-Viewers').textContent === '1'")
    press "Run now bell"
    assert(tab:wait_for "document.getElementById('log').textContent.includes('nobody opens')")
    check_manners()
  end)

  it("shows no buttons where actions are off, and tells when the host is gone", function()
    serve "actions = false"
    open()
    assert.is_true(tab:evaluate "[...document.querySelectorAll('#jobs button')].every(one => !one.offsetParent)")
    host:kill "sigkill"
    host:wait(20)
    assert(tab:wait_for "document.getElementById('status').textContent === 'no connection to the host'")
  end)

  it("shows new pictures of the folder", function()
    serve(("folder = %q"):format(folder))
    open()
    assert(tab:wait_for "!document.getElementById('no-pictures').hidden")
    local display <close> = assert(luashot.open { display = server.display })
    local frame <close> = assert(display:grab())
    for i, name in ipairs { "one & two.png", "<b>three.qoi" } do
      assert(frame:save(folder .. "/" .. name))
      assert(uv.fs_utime(folder .. "/" .. name, os.time(), os.time() - 60 + i)) -- both may be of one tick of the clock
    end
    assert(tab:wait_for [[
      [...document.querySelectorAll("#album img")].filter(one => one.naturalWidth === 320).length === 2]])
    assert.equal("<b>three.qoi,one & two.png",
      tab:evaluate "[...document.querySelectorAll('#album b')].map(one => one.textContent).join()")
    local links = tab:evaluate "[...document.querySelectorAll('#album a')].map(one => one.getAttribute('href'))"
    for _, href in ipairs(links) do
      assert.equal(200, (http.ask(address, "GET", href)))
    end
    check_manners()
  end)

  it("is for everybody, in light and dark, on a phone and a desktop", function()
    local display <close> = assert(luashot.open { display = server.display })
    local frame <close> = assert(display:grab())
    assert(frame:save(folder .. "/a.png"))
    serve(("folder = %q"):format(folder))
    assert.equal(200, (http.ask(address, "POST", ("/job/run?id=%d"):format(job "bell".id), {}, "")))
    for _, scheme in ipairs { "light", "dark" } do
      for _, size in ipairs { PHONE, DESKTOP } do
        tab:resize(size[1], size[2], scheme, size[3])
        open()
        assert(tab:wait_for "document.querySelectorAll('#album img').length === 1 && $('log').children.length > 0")
        assert.same({}, tab:violations())
        check_manners()
      end
    end
    for _, width in ipairs { 320, 360, 500, 768, 840, 1024, 1280, 1600, 1920 } do
      tab:resize(width, 800)
      assert(tab:wait_for(("innerWidth === %d"):format(width)))
      assert.is_true(tab:evaluate "document.documentElement.scrollWidth <= innerWidth", width)
    end
  end)

  -- With LUASHOT_KEEP_PICTURES=1 the pictures of the documentation are made.
  it("looks as the documentation shows", function()
    paint "fill 0 0 640 400 3b5568"
    local windows = {
      process.spawn({ "xterm", "-geometry", "66x20+10+10", "-bg", "#1e1e2e", "-fg", "#cdd6f4", "-e", "sh", "-c",
        "head -18 README.md; exec sleep 100" }, { env = server:env(), cwd = SOURCE }),
      process.spawn({ "xclock", "-geometry", "160x160+460+20" }, { env = server:env() }),
    }
    local display <close> = assert(luashot.open { display = server.display })
    assert(process.wait_until(function() return #display:windows() == 2 end, 30))
    process.sleep(1)
    for i = 1, 6 do
      local frame <close> = assert(display:grab())
      local path = ("%s/patrol-%d.png"):format(folder, i)
      assert(frame:save(path))
      assert(uv.fs_utime(path, os.time() - 3600 + i, os.time() - 3600 + i))
    end
    serve(("folder = %q"):format(folder))
    assert.equal(200, (http.ask(address, "POST", ("/job/run?id=%d"):format(job "bell".id), {}, "")))
    for name, size in pairs { ["page-phone"] = PHONE, ["page-desktop"] = DESKTOP } do
      tab:resize(size[1], size[2], name == "page-phone" and "dark" or "light", size[3])
      open()
      assert(tab:wait_for "[...document.images].filter(one => one.naturalWidth > 0).length === 7")
      local made <close> = assert(luashot.load(tab:shoot()))
      local kept = SOURCE .. "/docs/images/" .. name .. ".png"
      if os.getenv "LUASHOT_KEEP_PICTURES" then
        assert(made:save(kept, { level = "small" }))
      end
      local shown <close> = assert(luashot.load(kept))
      assert.equal(size[1], shown.width)
      assert.equal(made.width, shown.width)
      assert.is_true(math.abs(made.height - shown.height) < 0.15 * made.height, kept .. " is another")
    end
    for _, window in ipairs(windows) do
      window:stop()
    end
    check_manners()
  end)
end)
