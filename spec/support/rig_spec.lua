-- The rig itself: servers that other specs can trust.
local painter = require "spec.support.painter"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

describe("process", function()
  it("captures output, errors and the exit code", function()
    local result = process.run({ "sh", "-c", "cat; echo bad >&2; exit 3" }, { stdin = "input" })
    assert.equal("input", result.out)
    assert.equal("bad\n", result.err)
    assert.same({ 3, 0 }, { result.code, result.signal })
  end)

  it("ends what takes too long", function()
    local result = process.run({ "sleep", "60" }, { timeout = 0.2 })
    assert.is_true(result.timed_out)
    assert.equal("\n[killed after 0.2 s: sleep 60]\n", result.err)
    assert.same({ 124, 9 }, { result.code, result.signal })
    assert.is_false(proc.exists(result.pid))
  end)

  it("does not wait for grandchildren that keep the output open", function()
    local result = process.run({ "sh", "-c", "sleep 5 & exit 1" }, { timeout = 0.5 })
    assert.is_true(result.timed_out)
  end)

  it("changes the environment", function()
    local changes = { ONE = "1", HOME = false }
    local result = process.run({ "sh", "-c", "echo $ONE-$HOME" }, { env = changes })
    assert.equal("1-\n", result.out)
  end)

  it("leaves no descriptor behind", function()
    process.run({ "true" })
    local before = proc.fd_count()
    process.run({ "true" })
    process.run({ "cat" }, { stdin = "input" })
    process.run({ "sh", "-c", "sleep 5 & exit 1" }, { timeout = 0.1 })
    process.spawn({ "sleep", "60" }):stop()
    assert.equal(before, proc.fd_count())
  end)

  it("survives a child that does not read its input", function()
    local child = process.spawn({ "true" })
    child:wait()
    child:write("nobody listens")
    assert.same({ 0, 0 }, { child:wait() })
  end)

  it("ends children with the spec, also when that is killed", function()
    local spec = process.spawn(process.lua("-e", [[
      local child = require("spec.support.process").spawn({ "sh", "-c", "echo ready; sleep 60" })
      child:read_line()
      print(child.pid)
      io.stdout:flush()
      require("luv").sleep(60000)
    ]]))
    local pid = tonumber(spec:read_line())
    assert.is_true(proc.exists(pid))
    spec:kill("sigkill")
    assert.is_true(process.wait_until(function() return not proc.exists(pid) end, 10))
  end)
end)

describe("xserver", function()
  local server
  after_each(function() server:stop() end)

  local function geometry()
    return server:run({ "xrandr" }):match("current (%d+ x %d+)")
  end

  it("starts, is resized, has monitors, and ends", function()
    server = xserver.start({ width = 800, height = 600 })
    assert.equal("800 x 600", geometry())
    server:resize(640, 480)
    assert.equal("640 x 480", geometry())
    server:resize(800, 600)
    assert.equal("800 x 600", geometry())
    server:set_monitor("left", "400x600+0+0", { output = "screen", primary = true })
    server:set_monitor("right", "400x600+400+0")
    local listed = server:run({ "xrandr", "--listmonitors" })
    assert.matches("*left 400/100x600/100+0+0  screen", listed, 1, true)
    assert.matches("right 400/100x600/100+400+0", listed, 1, true)
    server:delete_monitor("right")
    assert.is_nil(server:run({ "xrandr", "--listmonitors" }):find("right", 1, true))
    local private, shared = server:memory()
    assert.is_true(private > 1000 and shared >= 0 and server:fd_count() > 5)
    server:stop()
    assert.is_false(proc.exists(server.pid))
    server:stop()
  end)

  it("listens on TCP when asked", function()
    server = xserver.start({ tcp = true })
    server:run({ "xrandr", "-display", server.tcp_display })
    server:stop()
    server = xserver.start()
    local refused = process.run({ "xrandr", "-display", "127.0.0.1" .. server.display })
    assert.not_equal(0, refused.code)
  end)

  it("asks for a cookie when told to", function()
    server = xserver.start({ auth = true })
    assert.equal("640 x 480", geometry())
    local stranger = { DISPLAY = server.display, XAUTHORITY = "/dev/null" }
    local refused = process.run({ "xrandr" }, { env = stranger })
    assert.not_equal(0, refused.code)
  end)

  it("can be suspended and killed", function()
    server = xserver.start()
    server:suspend()
    assert.is_true(process.run({ "xrandr" }, { env = server:env(), timeout = 0.5 }).timed_out)
    server:resume()
    assert.equal("640 x 480", geometry())
    server:kill()
    assert.is_false(proc.exists(server.pid))
  end)

  it("raises with the server's own words when it does not start", function()
    local function start() xserver.start({ args = { "-nonsense" } }) end
    assert.error_matches(start, "Unrecognized option")
    server = xserver.start()
  end)
end)

describe("painter", function()
  local server, paint
  after_each(function()
    paint:stop()
    server:stop()
  end)

  -- An independent pair of eyes.
  local function pixels(width, height, at, format)
    local result = process.run({
      "ffmpeg", "-loglevel", "error", "-f", "x11grab", "-draw_mouse", "0",
      "-video_size", width .. "x" .. height, "-i", server.display .. (at or ""),
      "-frames:v", "1", "-pix_fmt", format or "bgr24", "-f", "rawvideo", "-",
    }, { env = server:env() })
    assert.equal("", result.err)
    return result.out
  end

  it("paints what it says", function()
    server = xserver.start({ width = 300, height = 270 })
    paint = painter.start(server)
    paint("gradient")
    assert.is_true(painter.gradient_bytes(0, 0, 300, 270, 24, "bgr") == pixels(300, 270))
    paint("fill %d %d %d %d %s", 0, 0, 2, 1, "010203")
    local id = paint:window(2, 0, 2, 1, "0a0b0c")
    assert.equal("\3\2\1\3\2\1\12\11\10\12\11\10", pixels(4, 1))
    paint("move %d 0 0", id)
    assert.equal("\12\11\10", pixels(1, 1))
    paint("unmap %d", id)
    paint("destroy %d", id)
    paint("counter 0 0 1 1 770")
    assert.equal("\2\3\0", pixels(1, 1))
    paint("pointer 100 200")
  end)

  it("reports what cannot be done", function()
    server = xserver.start()
    paint = painter.start(server)
    assert.error_matches(function() paint("fill 1 2 red") end, "cannot read the command")
    assert.error_matches(function() paint("destroy 1") end, "refused")
    assert.equal("", paint("gradient"))
  end)

  it("paints at other depths", function()
    for _, depth in ipairs({ 16, 30 }) do
      server = xserver.start({ depth = depth })
      paint = painter.start(server)
      paint("gradient")
      if depth == 16 then
        local r, g, b = painter.gradient(100, 50, 16)
        local shown = ("<I2"):unpack(pixels(4, 4, "+100,50", "rgb565le"))
        assert.equal((r >> 3) << 11 | (g >> 2) << 5 | b >> 3, shown)
      end
      paint:stop()
      server:stop()
    end
  end)

  it("holds the server", function()
    server = xserver.start()
    paint = painter.start(server)
    paint("grab")
    local blocked = process.run({ "xrandr" }, { env = server:env(), timeout = 0.5 })
    assert.is_true(blocked.timed_out)
    paint("ungrab")
    server:run({ "xrandr" })
  end)
end)
