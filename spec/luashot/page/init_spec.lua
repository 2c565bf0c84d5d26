-- The page of a host: what it shows, to whom, and what clients of every kind get.
local files = require "spec.support.files"
local http = require "spec.support.http"
local luashot = require "luashot"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local uv = require "luv"
local xserver = require "spec.support.xserver"

local program = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"
local TOKEN = "0123456789abcdef-token"

describe("luashot.page", function()
  local server, host, address, folder, paint

  setup(function()
    server = xserver.start { width = 320, height = 200 }
  end)

  teardown(function()
    server:stop()
  end)

  --- A host with a page, with `options` as Lua, and jobs.
  local function serve(options, more)
    host = process.spawn({ program, "-e", ([[
      io.stdout:setvbuf "line"
      page = assert(luashot.page { %s })
      print(page.address)
      every("50ms", function() end, { name = "tick" })
      every("20ms", function(job) if job.runs == 1 then error "it broke" end end, { name = "bad" })
      after("5m", function() end, { name = "later" })
      %s]]):format(options or 'address = "127.0.0.1:0"', more or "") }, { env = server:env() })
    address = host:read_line(20)
    assert(address, host.err)
  end

  before_each(function()
    folder = files.folder()
    paint = painter.start(server)
    paint("gradient")
  end)

  after_each(function()
    paint:stop()
    if host then
      assert.is_true(host:is_running(), host.err)
      host:kill "sigterm"
      host:wait(20)
      assert.equal(143, host.code, host.err)
      assert.is_nil(host.err:find("Sanitizer", 1, true), host.err)
      host = nil
    end
    files.remove(folder)
  end)

  local function get(path, headers)
    return http.ask(address, "GET", path, headers)
  end

  local function post(path, headers)
    return http.ask(address, "POST", path, headers, "")
  end

  local function state()
    return luashot.json.decode(http.read(address, "/state.json"))
  end

  local function job(name)
    for _, one in ipairs(state().jobs) do
      if one.name == name then
        return one
      end
    end
  end

  --- The pictures of a live stream so far.
  local function pictures_of(connection)
    local list, at = {}, 1
    while true do
      local from, to, size = connection.received:find("Content%-Length: (%d+)\r\n\r\n", at)
      local bytes = from and connection.received:sub(to + 1, to + tonumber(size))
      if not from or #bytes < tonumber(size) then
        return list
      end
      list[#list + 1], at = bytes, to + tonumber(size)
    end
  end

  local function look(path)
    local connection = http.connect(address)
    connection:write(("GET %s HTTP/1.0\r\nHost: %s\r\n\r\n"):format(path, address))
    return connection
  end

  local function wait_for_pictures(connection, count)
    process.wait_until(function() return #pictures_of(connection) >= count end, 20)
    return pictures_of(connection)
  end

  local function load(bytes, name)
    files.write(folder .. "/" .. name, bytes)
    return assert(luashot.load(folder .. "/" .. name))
  end

  it("has a document that needs no other server", function()
    serve()
    local status, body, head = get "/"
    assert.equal(200, status)
    assert.matches("Content%-Security%-Policy: default%-src 'none'", head)
    assert.matches("X%-Content%-Type%-Options: nosniff", head)
    assert.is_nil(body:find "https?://")
    assert.is_nil(body:find "style=" or body:find "onclick" or body:find "<style" or body:find "<script>")
    for name in body:gmatch '="(/page%.%a+)"' do
      assert.equal(200, (get(name)))
    end
    assert.equal(404, (get "/nothing"))
    assert.equal(405, (http.ask(address, "DELETE", "/")))
  end)

  it("shows pictures in the format and size that are asked for", function()
    serve()
    local status, bytes = get "/screen.png"
    assert.equal(200, status)
    local shown <close> = load(bytes, "a.png")
    local display <close> = assert(luashot.open { display = server.display })
    local frame <close> = assert(display:grab())
    assert.is_true(shown:same(frame))
    local small <close> = load(select(2, get "/screen.jpg?width=80"), "a.jpg")
    assert.same({ 80, 50 }, { small.width, small.height })
    local part <close> = load(select(2, get "/screen.webp?region=40x30%2B10%2B20"), "a.webp")
    assert.same({ 40, 30 }, { part.width, part.height })
    assert.equal(400, (get "/screen.jpg?width=0"))
    assert.equal(400, (get "/screen.jpg?width=abc"))
    for _, number in ipairs { "nan", "inf", "0", "-1", "1e9", "0x1p3", "" } do
      local refused, text = get("/live.mjpg?fps=" .. number)
      assert.same({ 400, "fps: a number from 0.1 to 60 expected\n" }, { refused, text })
    end
    assert.equal(404, (get "/screen.jpg?monitor=nothing"))
    assert.equal(404, (get "/screen.gif"))
  end)

  it("never shows more than its part", function()
    serve 'address = "127.0.0.1:0", what = "50x40+10+10"'
    local part <close> = load(select(2, get "/screen.png?region=320x200%2B0%2B0"), "a.png")
    assert.same({ 50, 40 }, { part.width, part.height })
  end)

  it("tells of jobs, numbers and failures", function()
    serve()
    process.wait_until(function() return job "bad".errors == 1 and job "tick".runs > 2 end, 20)
    assert.matches("it broke", job "bad".message)
    local now = state()
    assert.matches("it broke", now.log[1].text)
    assert.equal("bad", now.log[1].job)
    assert.equal(1, now.failures)
    local status, text = get "/metrics"
    assert.equal(200, status)
    assert.matches('\nluashot_job_errors_total{job="bad"} 1\n', text)
    assert.matches("\nluashot_failures_total 1\n", text)
    local events = look "/events"
    assert.is_truthy(events:see "data: {.-\n\ndata: {.-\n\n")
    events:close()
  end)

  it("runs, pauses and stops jobs, unless actions are off", function()
    serve(nil, [[for _ = 1, 2 do every("1h", function() end, { name = "twin" }) end]])
    assert.equal(200, (post "/job/pause?name=tick"))
    assert.is_true(job "tick".paused)
    local runs = job "tick".runs
    assert.equal(200, (post "/job/run?name=tick"))
    process.wait_until(function() return job "tick".runs > runs end, 20)
    assert.equal(runs + 1, job "tick".runs)
    assert.equal(200, (post(("/job/resume?id=%d"):format(job "tick".id))))
    process.wait_until(function() return job "tick".runs > runs + 3 end, 20)
    assert.is_false(job "tick".paused)
    local status, text = post "/job/run?name=twin"
    assert.equal(409, status)
    assert.matches("2 jobs have the name 'twin': give id=", text)
    assert.equal(200, (post(("/job/run?id=%d"):format(job "twin".id))))
    assert.equal(400, (post "/job/run?id=x"))
    assert.equal(404, (post "/job/run?id=999"))
    assert.equal(200, (post "/job/run?name=later"))
    process.wait_until(function() return job "later".runs == 1 end, 20)
    assert.equal(1, job "later".runs)
    assert.equal(200, (post "/job/stop?name=tick"))
    assert.is_nil(job "tick")
    assert.equal(404, (post "/job/run?name=nobody"))
    assert.equal(404, (post "/nothing"))
    assert.equal(404, (get "/job/run?name=bad"))
    host:kill "sigterm"
    host:wait(20)
    serve 'address = "127.0.0.1:0", actions = false'
    assert.equal(403, (post "/job/stop?name=tick"))
    assert.is_truthy(job "tick")
  end)

  it("shows the screen live, and nothing while nothing changes", function()
    serve()
    local viewer = look "/live.mjpg?width=160&fps=30"
    local first <close> = load(wait_for_pictures(viewer, 1)[1], "a.jpg")
    assert.same({ 160, 100 }, { first.width, first.height })
    assert(process.wait_until(function() return state().viewers == 1 end, 20))
    local still -- each picture comes twice, for Chromium
    repeat
      still = #pictures_of(viewer)
      process.wait_until(function() return false end, 1)
    until still == #pictures_of(viewer)
    process.wait_until(function() return false end, 0.5)
    assert.equal(still, #pictures_of(viewer))
    paint "fill 0 0 320 200 ff0000"
    local all
    assert(process.wait_until(function()
      all = pictures_of(viewer)
      local last <close> = load(all[#all], "b.jpg")
      return last:pixel(80, 50) > 250
    end, 20))
    local second = look "/live.mjpg?width=160&fps=30" -- gets the picture that is there
    assert.is_true(wait_for_pictures(second, 1)[1] == all[#all])
    viewer:close()
    second:close()
    local step = 0
    assert(process.wait_until(function() -- it is noticed when pictures are sent
      step = step % 12 + 1
      paint(("fill 0 0 320 200 0000%02x"):format(step * 20))
      return state().viewers == 0
    end, 20))
  end)

  it("holds few slots, whatever sizes and rates its viewers want", function()
    serve()
    local viewers = {}
    for i = 1, 16 do
      viewers[i] = look(("/live.mjpg?width=%d&fps=%d"):format(i * 16, i % 2 == 0 and 30 or 2))
    end
    for i = 1, 30 do
      paint(("fill 0 0 320 200 00%02x00"):format(i * 4))
      assert.is_true(state().slots.held <= 4)
    end
    paint "fill 0 0 320 200 ff0000"
    for i, viewer in ipairs(viewers) do
      process.wait_until(function()
        local all = pictures_of(viewer)
        local last <close> = #all > 0 and load(all[#all], "a.jpg") or nil
        return last and last:pixel(1, 1) > 250
      end, 20)
      local all = pictures_of(viewer)
      local last <close> = load(all[#all], "a.jpg")
      assert.equal(i * 16, last.width)
      assert.is_true(last:pixel(1, 1) > 250)
      viewer:close()
    end
    process.wait_until(function() return state().slots.held == 0 end, 20)
    assert.equal(0, state().slots.held)
    assert.equal(1, state().failures) -- of the job "bad"
  end)

  --- Sends `count` requests in one piece. Returns the answers, and how many have each status.
  local function ask_at_once(path, count)
    local connection = http.connect(address)
    local one = ("GET %s HTTP/1.1\r\nHost: %s\r\n"):format(path, address)
    connection:write((one .. "\r\n"):rep(count - 1) .. one .. "Connection: close\r\n\r\n")
    connection:wait(200)
    connection:close()
    local counts = {}
    for status in connection.received:gmatch "HTTP/1.1 (%d+)" do
      counts[status] = (counts[status] or 0) + 1
    end
    return counts
  end

  it("answers requests that come in one piece", function()
    serve()
    local counts = ask_at_once("/state.json", 1000)
    assert.equal(1000, (counts["200"] or 0) + (counts["429"] or 0))
    assert(process.wait_until(function() return get "/state.json" == 200 end, 20))
    assert.equal(1, state().failures)
  end)

  it("shows the newest pictures of its folder, and nothing else of the disk", function()
    local pictures = folder .. "/pictures"
    assert(uv.fs_mkdir(pictures, 448))
    local display <close> = assert(luashot.open { display = server.display })
    local frame <close> = assert(display:grab())
    local names = { "first.png", "Zwei & drei.jpg", "third.qoi" }
    for i, name in ipairs(names) do
      assert(frame:save(pictures .. "/" .. name))
      assert(uv.fs_utime(pictures .. "/" .. name, 1e9 + i, 1e9 + i))
    end
    files.write(folder .. "/secret.png", files.read(pictures .. "/first.png"))
    assert(uv.fs_symlink(folder .. "/secret.png", pictures .. "/link.png"))
    assert(uv.fs_symlink(folder, pictures .. "/up"))
    files.write(pictures .. "/broken.jpg", "no picture")
    assert(uv.fs_utime(pictures .. "/broken.jpg", 1e9, 1e9))
    serve(('address = "127.0.0.1:0", folder = %q'):format(pictures))
    local version = state().pictures

    local status, text = get "/pictures.json"
    assert.equal(200, status)
    local list = luashot.json.decode(text)
    assert.same({ "third.qoi", "Zwei & drei.jpg", "first.png", "broken.jpg" },
      { list[1].name, list[2].name, list[3].name, list[4].name })
    assert.same({ name = "first.png", time = 1e9 + 1, size = #files.read(pictures .. "/first.png") }, list[3])
    assert.is_nil(list[5])

    for _, name in ipairs { "first.png", "Zwei%20%26%20drei.jpg", "third.qoi" } do
      local small <close> = load(select(2, get("/thumbnail.jpg?width=64&name=" .. name)), "a.jpg")
      assert.same({ 64, 40 }, { small.width, small.height })
    end
    local _, bytes, head = get "/picture?name=first.png"
    assert.is_true(bytes == files.read(pictures .. "/first.png"))
    assert.matches("Content%-Type: image/png\r\n", head)
    assert.matches("X%-Content%-Type%-Options: nosniff", head)
    assert.matches("Content%-Type: application/octet%-stream\r\n", (select(3, get "/picture?name=third.qoi")))
    assert.matches("private, max%-age", (select(3, get "/thumbnail.jpg?name=first.png&time=1")))

    for _, path in ipairs { "/picture", "/thumbnail.jpg" } do
      for _, name in ipairs { "../secret.png", "up/secret.png", "link.png", folder .. "/secret.png", "..", ".",
        "%2e%2e%2fsecret.png", "first.png%00", "none.png", "", "up", "%2Fetc%2Fpasswd" } do
        status = get(path .. "?name=" .. name)
        assert.is_true(status == 404 or name == "first.png%00" and status == 200, path .. " " .. name)
      end
      assert.equal(400, (get(path)))
    end
    assert.equal(404, (get "/thumbnail.jpg?name=broken.jpg"))
    assert.equal(404, (get "/picture/first.png"))

    assert(frame:save(pictures .. "/fourth.png"))
    assert.not_equal(version, state().pictures)
    assert.equal("fourth.png", luashot.json.decode((select(2, get "/pictures.json")))[1].name)
    process.run { "rm", "-rf", pictures }
    assert.equal("[]", (select(2, get "/pictures.json")))
    assert.equal(404, (get "/thumbnail.jpg?name=first.png"))
    assert.equal(1, state().failures)
  end)

  it("makes many small pictures in turn, and has room for those of the script", function()
    local pictures = folder .. "/pictures"
    assert(uv.fs_mkdir(pictures, 448))
    local display <close> = assert(luashot.open { display = server.display })
    local frame <close> = assert(display:grab())
    for i = 1, 20 do
      assert(frame:save(("%s/%02d.png"):format(pictures, i)))
    end
    serve(('address = "127.0.0.1:0", folder = %q'):format(pictures))
    local viewers = {}
    for i = 1, 60 do
      viewers[i] = look(i % 3 == 0 and "/screen.png" or ("/thumbnail.jpg?name=%02d.png"):format(i % 20 + 1))
    end
    for _, viewer in ipairs(viewers) do
      viewer:wait()
      local status = viewer.received:match "^HTTP/1%.1 (%d+) "
      assert.is_true(status == "200" or status == "503", status)
      viewer:close()
    end
    local status, text = get "/metrics"
    assert.equal(200, status)
    assert.matches("\nluashot_failures_total 1\n", text)
  end)

  it("has no pictures without a folder, and no page without that folder", function()
    serve()
    for _, path in ipairs { "/pictures.json", "/picture?name=a.png", "/thumbnail.jpg?name=a.png" } do
      assert.equal(404, (get(path)))
    end
    assert.is_nil(state().pictures)
    local result = process.run({ program, "-e", [[
      print(luashot.page { address = "127.0.0.1:0", folder = "/nowhere" })
      print(pcall(luashot.page, { folder = true }))]] }, { env = server:env() })
    assert.matches("^nil\tcannot open the folder /nowhere[^\n]*\tENOENT\nfalse\t[^\n]*option 'folder': a string",
      result.out)
  end)

  it("answers so many requests a second, and no more", function()
    serve()
    local begun = uv.hrtime()
    local counts = ask_at_once("/nothing", 1000)
    local seconds = (uv.hrtime() - begun) / 1e9
    assert.equal(1000, (counts["404"] or 0) + (counts["429"] or 0))
    assert.is_true(counts["404"] >= 200)
    assert.is_true(counts["404"] <= 200 * (seconds + 2), ("%d in %g s"):format(counts["404"], seconds))
    assert(process.wait_until(function() return get "/state.json" == 200 end, 20))
  end)

  it("lets nobody guess its token faster, and lets in who has it meanwhile", function()
    serve(('address = "127.0.0.1:0", token = %q'):format(TOKEN))
    local begun = uv.hrtime()
    local counts = ask_at_once("/nothing", 1000)
    local seconds = (uv.hrtime() - begun) / 1e9
    assert.equal(1000, (counts["401"] or 0) + (counts["429"] or 0))
    assert.is_true(counts["401"] <= 200 * (seconds + 2), ("%d in %g s"):format(counts["401"], seconds))
    assert.equal(200, (get("/state.json", { Authorization = "Bearer " .. TOKEN })))
  end)

  it("wants its token from everybody", function()
    serve(('address = "127.0.0.1:0", token = %q'):format(TOKEN))
    assert.equal(401, (get "/"))
    assert.equal(401, (get "/screen.png"))
    assert.equal(401, (post "/job/run?name=tick"))
    for _, wrong in ipairs { "", "x", TOKEN .. "x", TOKEN:sub(2), TOKEN:upper() } do
      assert.equal(401, (get("/", { Authorization = "Bearer " .. wrong })), wrong)
      assert.equal(401, (get("/", { Cookie = "luashot=" .. wrong })), wrong)
      assert.equal(401, (get("/?token=" .. wrong)), wrong)
    end
    assert.equal(200, (get("/", { Authorization = "Bearer " .. TOKEN })))
    assert.equal(200, (get("/", { Cookie = "other=1; luashot=" .. TOKEN })))
    local status, _, head = get("/?token=" .. TOKEN)
    assert.equal(303, status)
    assert.matches("Location: /\r\n", head)
    assert.matches("Set%-Cookie: luashot=" .. TOKEN:gsub("%-", "%%-") .. "; Path=/; HttpOnly; SameSite=Strict", head)
    local places = {
      ["//evil.example/x"] = "/evil.example/x", -- browsers read // and /\ as the start of another site's address,
      ["/%5Cevil.example"] = "/%%5Cevil.example", -- and leave tabs out
      ["/%09/evil.example"] = "/%%09/evil.example",
      ["/%0D%0AX-Evil:%20yes"] = "/%%0D%%0AX%-Evil%%3A%%20yes",
    }
    for path, place in pairs(places) do
      assert.matches("Location: " .. place .. "\r\n", (select(3, get(path .. "?token=" .. TOKEN))), path)
    end
  end)

  it("refuses other names and other sites", function()
    serve()
    local port = address:match ":(%d+)$"
    for _, name in ipairs { "localhost:" .. port, "127.0.0.1", "LOCALHOST" } do
      assert.equal(200, (get("/", { Host = name })), name)
    end
    for _, name in ipairs { "evil.example", "evil.example:" .. port, "127.0.0.1.evil.example", "10.0.0.1" } do
      assert.equal(403, (get("/", { Host = name })), name)
    end
    assert.equal(403, (post("/job/run?name=tick", { Origin = "http://evil.example" })))
    assert.equal(403, (post("/job/run?name=tick", { Origin = "null" })))
    local connection = http.connect(address) -- without a name, which "null" must not stand for
    connection:write "POST /job/run?name=tick HTTP/1.0\r\nOrigin: null\r\nContent-Length: 0\r\n\r\n"
    process.wait_until(function() return connection.received:find "\n" end, 20)
    assert.matches("^HTTP/1.%d 403 ", connection.received)
    connection:close()
    assert.equal(403, (post("/job/run?name=tick", { ["Sec-Fetch-Site"] = "cross-site" })))
    assert.equal(200, (post("/job/run?name=tick", { Origin = "http://" .. address })))
    for _, site in ipairs { "cross-site", "same-site" } do -- same-site: another port of this machine
      assert.equal(403, (get("/screen.jpg", { ["Sec-Fetch-Site"] = site, ["Sec-Fetch-Mode"] = "no-cors" })), site)
      local opened = { ["Sec-Fetch-Site"] = site, ["Sec-Fetch-Mode"] = "navigate", ["Sec-Fetch-Dest"] = "document" }
      assert.equal(200, (get("/", opened)), site)
      opened["Sec-Fetch-Dest"] = "iframe"
      assert.equal(403, (get("/", opened)), site)
    end
    assert.equal(403, (get("/state.json", { Origin = "http://evil.example" })))
    assert.equal(200, (get("/screen.jpg", { ["Sec-Fetch-Site"] = "same-origin" })))
  end)

  it("is for this machine, unless it has a token", function()
    local result = process.run({ program, "-e", [[
      print(luashot.page { address = "0.0.0.0:0" })
      print(luashot.page { address = "nowhere" })
      print(pcall(luashot.page, { token = "short" }))
      print(pcall(luashot.page, { adress = "127.0.0.1:0" }))
      local page <close> = assert(luashot.page { address = "127.0.0.1:0" })
      print(luashot.page { address = page.address })
      page:stop()
      page:stop()
      assert(luashot.page { address = page.address }):stop()
      assert(luashot.page { address = "0.0.0.0:0", token = "0123456789abcdef" }):stop()]] }, { env = server:env() })
    assert.equal("", result.err)
    assert.matches("^nil\t0%.0%.0%.0:%d+ can be reached from other machines: give the page a token, and TLS by a proxy "
      .. "%(docs/page%.md%)\tEACCES\nnil\tan address such as [^\n]* got 'nowhere'\tEINVAL\n"
      .. "false\t[^\n]*option 'token': 16 or more letters[^\n]*\n"
      .. "false\t[^\n]*adress[^\n]*address[^\n]*\nnil\tcannot listen on [^\n]*in use\tEADDRINUSE\n$", result.out)
  end)

  it("serves a Unix socket that is this user's", function()
    serve(('address = "unix:%s/page"'):format(folder))
    assert.equal("unix:" .. folder .. "/page", address)
    assert.equal(200, (get "/"))
    assert.equal("srw-------", process.run({ "stat", "-c", "%A", folder .. "/page" }).out:match "%S+")
    host:kill "sigkill"
    host:wait(20)
    serve(('address = "unix:%s/page"'):format(folder)) -- the one that was left is replaced
    assert.equal(200, (get "/"))
  end)

  it("survives clients of every kind", function()
    serve()
    math.randomseed(18)
    local open = {}
    for i = 1, 24 do
      open[i] = http.connect(address)
      open[i]:write(({ "", "GET", "GET / HTTP/1.1\r\nHost: x", ("A"):rep(50000), "\r\n\r\n\r\n", "POST / HTTP/1.1\r\n"
        .. "Host: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\nabc" })[i % 6 + 1])
    end
    for _ = 1, 200 do
      local bytes = {}
      for i = 1, math.random(1, 80) do
        bytes[i] = string.char(math.random(0, 255))
      end
      local connection = http.connect(address)
      connection:write((math.random(2) == 1 and "GET /" or "") .. table.concat(bytes) .. " HTTP/1.1\r\n\r\n")
      if math.random(3) == 1 then
        connection:wait(0.05)
      end
      connection:close()
    end
    assert.equal(413, (http.ask(address, "POST", "/job/run?name=tick", {}, ("x"):rep(70000))))
    local viewers = {}
    for i = 1, 24 do
      viewers[i] = look(i % 2 == 0 and "/events" or "/live.mjpg?fps=30")
    end
    for i = 1, 20 do
      paint(("fill 0 0 320 200 %06x"):format(i * 4000))
      viewers[i]:close()
    end
    assert.equal(200, (get "/state.json"))
    for _, list in ipairs { open, viewers } do
      for _, connection in ipairs(list) do
        connection:close()
      end
    end
    local before = job "tick".runs
    process.wait_until(function() return job "tick".runs > before end, 20)
  end)

  it("stops while requests, viewers and pictures are under way", function()
    serve(nil, [[after("1h", function() page:stop() print "stopped" end, { name = "end" })]])
    local viewers = {}
    for i = 1, 12 do
      viewers[i] = look(({ "/live.mjpg", "/events", "/screen.png", "/" })[i % 4 + 1])
      viewers[i]:pause()
    end
    assert(process.wait_until(function() return state().viewers == 3 end, 20))
    local half = http.connect(address)
    half:write "POST /job/run HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nabc"
    local stopping = http.connect(address)
    stopping:write(("POST /job/run?name=end HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\n\r\n"):format(address))
    host:see "stopped"
    stopping:close()
    for _, viewer in ipairs(viewers) do
      viewer:go_on()
      assert.is_truthy(viewer:wait())
      viewer:close()
    end
    half:close()
    assert.has_error(function() http.connect(address) end)
  end)

  it("names the package of a library that is missing", function()
    files.write(folder .. "/libmicrohttpd.so.12", "") -- which is no library
    local env = server:env()
    env.LD_LIBRARY_PATH = folder
    local result = process.run({ program, "-e", "print(luashot.page())" }, { env = env })
    assert.matches("^nil\tcannot load a library: .*libmicrohttpd%.so%.12.*" ..
      " %(Debian: libmicrohttpd12%)\tENOTSUP\n$", result.out)
    assert.equal("", result.err)
  end)
end)
