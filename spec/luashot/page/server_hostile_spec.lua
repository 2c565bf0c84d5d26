-- Clients that read slowly or not at all, send half of a request or nonsense, and come by the hundred: the page bounds
-- each, the others see the screen, and a job that runs 50 times a second loses no tick through any of them.
--
-- A tick counts as lost here when the loop's thread has computed for 20 ms since the tick before. Whatever else the
-- machine has to do makes no difference.
local files = require "spec.support.files"
local http = require "spec.support.http"
local luashot = require "luashot"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local uv = require "luv"
local xserver = require "spec.support.xserver"

local PROGRAM <const> = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"
local SANITIZED <const> = os.getenv "LUASHOT_SANITIZED" ~= nil -- its memory keeps what was freed
local WIDTH <const>, HEIGHT <const> = 1920, 1080

describe("a page with clients of every kind", function()
  local server, paint, host, address, connections

  setup(function()
    server = xserver.start { width = WIDTH, height = HEIGHT }
    paint = painter.start(server)
  end)

  teardown(function()
    paint:stop()
    server:stop()
  end)

  before_each(function()
    paint "gradient"
    connections = {}
    local environment = server:env()
    environment.MALLOC_MMAP_THRESHOLD_ = "65536" -- the C library gives every picture back that is freed
    host = process.spawn({ PROGRAM, "-e", [[
      io.stdout:setvbuf "line"
      local page = assert(luashot.page { address = "0.0.0.0:0", token = "0123456789abcdef" })
      print(page.address)
      local function computed() -- by this thread, in ns
        local file <close> = assert(io.open "/proc/thread-self/schedstat")
        return file:read "n"
      end
      local last, lost = computed(), 0
      every("20ms", function()
        local now = computed()
        lost, last = lost + (now - last) // 20000000, now
      end, { name = "tick" })
      every("100ms", function() print("lost " .. lost) end)]] }, { env = environment })
    address = "127.0.0.1:" .. assert(host:read_line(20), host.err):match ":(%d+)$"
  end)

  -- kB, without the slots.
  local function resident()
    return tonumber(files.read(("/proc/%d/status"):format(host.pid)):match "RssAnon:%s*(%d+)")
  end

  --- Checks that the host is well, and lost no tick.
  local function check()
    local from = #host.out
    process.wait_until(function() return host.out:find("lost %d+\n", from) end, 20)
    assert.equal("0", host.out:match("lost (%d+)\n", from))
    assert.equal("", host.err)
  end

  after_each(function()
    for _, connection in ipairs(connections) do
      connection:close()
    end
    host:kill "sigterm"
    host:wait(20)
    assert.equal(143, host.code, host.err)
  end)

  --- Connects; `source` is the last number of the client's address.
  local function connect(source)
    local connection = http.connect(address, source and "127.0.0." .. source)
    connections[#connections + 1] = connection
    return connection
  end

  local function ask(connection, path)
    connection:write(("GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n"):format(path))
    return connection
  end

  -- Takes the whole pictures out of what a viewer has received, and keeps the last.
  local function take_in(viewer, bytes)
    viewer.bytes, viewer.received = viewer.bytes + #bytes, viewer.received .. bytes
    while true do
      local _, to, size = viewer.received:find "Content%-Length: (%d+)\r\n\r\n"
      local stop = to and to + math.tointeger(size)
      if not stop or #viewer.received < stop then
        return
      end
      viewer.count, viewer.last, viewer.step = viewer.count + 1, viewer.received:sub(to + 1, stop), nil
      viewer.received = viewer.received:sub(stop + 1)
    end
  end

  local function go_on(viewer)
    viewer.socket:read_start(function(_, bytes)
      take_in(viewer, bytes or "")
    end)
  end

  --- A viewer of the live picture.
  local function look(source, path)
    local viewer = connect(source)
    viewer:pause()
    viewer.count, viewer.bytes = 0, 0
    viewer:write(("GET %s HTTP/1.0\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n"):format(path))
    go_on(viewer)
    return viewer
  end

  -- Steps of a test: a color in the corner of a picture that is large as a file.
  local function show(step)
    paint("fill 0 0 200 200 %02x0000", step * 16)
  end

  --- The newest step that a viewer sees.
  local function step_of(viewer)
    if viewer.last and not viewer.step then
      local frame <close> = assert(luashot.load(viewer.last))
      viewer.step = (frame:pixel(10, 10) + 8) // 16
    end
    return viewer.step
  end

  --- Shows a step, and waits until all viewers see it.
  local function all_see(viewers, step)
    show(step)
    for i, viewer in ipairs(viewers) do
      local has_seen = process.wait_until(function() return step_of(viewer) == step end, 60)
      assert(has_seen, ("viewer %d, step %d"):format(i, step))
    end
  end

  it("gives one that stops reading no old pictures, and others each", function()
    local deaf = look(nil, "/live.mjpg?fps=30&quality=100")
    assert(process.wait_until(function() return deaf.count > 0 end, 20))
    deaf:pause()
    local viewers = { look(nil, "/live.mjpg?fps=30&quality=100"), look(nil, "/live.mjpg?fps=30&width=640") }
    local function show_all(from, to)
      for step = from, to do
        all_see(viewers, step)
      end
    end
    show_all(1, 7) -- from then on every thread has the buffers that it keeps
    local before = resident()
    show_all(8, 14)
    local grown, pictures = resident() - before, 7 * #viewers[1].last // 1024
    assert.is_true(SANITIZED or grown < pictures // 2, ("%d KiB, with pictures of %d KiB"):format(grown, pictures))
    go_on(deaf)
    assert(process.wait_until(function() return step_of(deaf) == 14 end, 20))
    assert.is_true(deaf.count < 14, deaf.count)
    check()
  end)

  it("does not let one of 200 kB a second slow the others", function()
    local slow = look(nil, "/live.mjpg?fps=30&quality=100")
    local fast = look(nil, "/live.mjpg?fps=30&quality=100")
    local timer, allowed = uv.new_timer(), 0
    timer:start(50, 50, function()
      allowed = allowed + 10000 -- bytes in 50 ms
      if slow.bytes > allowed then
        slow:pause()
      else
        go_on(slow)
      end
    end)
    for step = 1, 14 do
      all_see({ fast }, step)
    end
    timer:close()
    go_on(slow)
    assert(process.wait_until(function() return step_of(slow) == 14 end, 30))
    assert.is_true(slow.count < fast.count, slow.count)
    check()
  end)

  it("bounds connections that send half of a request, and serves other addresses", function()
    local halves = {}
    for i = 1, 80 do
      halves[i] = connect(2)
      halves[i]:write(i % 2 == 0 and "GET / HTTP/1.1\r\nHost: x\r\nX-Half: " or "POST /job/run HTTP/1.1\r\nHost: x\r\n"
        .. "Authorization: Bearer 0123456789abcdef\r\nContent-Length: 60000\r\n\r\nhalf")
    end
    process.wait_until(function() return halves[80].ended end, 20)
    local open = 0
    for _, half in ipairs(halves) do
      open = open + (half.ended and 0 or 1)
    end
    assert.is_true(open <= 64, open)
    assert(ask(connect(3), "/state.json"):see "\r\n\r\n{.*}")
    check()
  end)

  it("disconnects those that send half of a request for a minute, at once or byte by byte #long", function()
    local begun = uv.hrtime()
    local idle, head, body = connect(), connect(), connect()
    idle:write "GET / HTTP/1.1\r\nHost: x"
    head:write "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
    body:write("POST /job/run HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer 0123456789abcdef\r\n"
      .. "Content-Length: 600\r\n\r\n")
    local halves = { idle, head, body }
    local seconds = {}
    while #seconds < 60 and not (idle.ended and head.ended and body.ended) do
      seconds[#seconds + 1] = (uv.hrtime() - begun) / 1e9
      for _, half in ipairs { head, body } do
        if not half.ended then
          half:write "x"
        end
      end
      process.wait_until(function() return false end, 1)
    end
    for i, half in ipairs(halves) do
      assert.is_truthy(half.ended, i)
    end
    assert.is_true(seconds[#seconds] > 25, seconds[#seconds])
    check()
  end)

  -- Requests that are nearly right, from a seed.
  local PARTS <const> = {
    "GET", "POST", "HEAD", "PUT", "get", "\0", " ", "  ", "\t", "\r\n", "\n", "\r", "/", "//", "/live.mjpg", "/events",
    "/screen.png", "/thumbnail.jpg?name=",
    "/../", "%2e%2e%2f", "%00", "%", "%zz", "?width=", "&fps=", "1e999", "-1",
    "99999999999999999999", " HTTP/1.1", " HTTP/1.0", " HTTP/9.9", " HTTP/", "Host: ", "127.0.0.1", "Host: x\r\n",
    "Content-Length: ", "Content-Length: 5\r\nContent-Length: 6\r\n", "Transfer-Encoding: chunked\r\n\r\n",
    "ffffffffff",
    "Authorization: Bearer ", "Cookie: luashot=", "Cookie: ;;;===\r\n", "Origin: null\r\n", "Expect: 100-continue\r\n",
    "Connection: close\r\n", "Upgrade: websocket\r\n", ("A"):rep(9000), ("a: b\r\n"):rep(300), "\255\254", "\r\n\r\n",
  }

  local function nonsense(random)
    local list = { random(4) > 1 and "GET / HTTP/1.1\r\n" or PARTS[random(#PARTS)] }
    for i = 2, random(2, 12) do
      list[i] = random(8) == 1 and string.char(random(0, 255)):rep(random(40)) or PARTS[random(#PARTS)]
    end
    return table.concat(list) .. (random(3) > 1 and "\r\n\r\n" or "")
  end

  local function fuzz(count)
    math.randomseed(18)
    local watcher = look(3, "/live.mjpg?fps=10&width=320")
    for _ = 1, count // 40 do
      local some = {}
      for i = 1, 40 do
        some[i] = http.connect(address, "127.0.0.4")
        some[i]:write(nonsense(math.random))
      end
      for i = 1, 40, 4 do
        some[i]:see("\r\n\r\n", 0.05)
      end
      for _, one in ipairs(some) do
        one:close()
      end
    end
    all_see({ watcher }, 5)
    assert(ask(connect(), "/state.json"):see '"failures":0')
    check()
  end

  it("survives a thousand malformed requests", function()
    fuzz(1000)
  end)

  it("survives ten thousand malformed requests #long", function()
    fuzz(10000)
  end)

  it("shows two hundred viewers the screen #long", function()
    local viewers = {}
    for i = 1, 200 do
      viewers[i] = look(10 + i % 4, ("/live.mjpg?fps=30&width=%d"):format(i % 2 == 0 and 640 or 960))
    end
    for step = 1, 14 do
      all_see(viewers, step)
    end
    assert(ask(connect(), "/state.json"):see '"viewers":200')
    check()
  end)
end)
