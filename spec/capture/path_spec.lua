-- The three ways that pixels come by: exact on each, and the fastest that works is taken.
local luashot = require "luashot.core"
local need = require "spec.support.need"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local xserver = require "spec.support.xserver"

local PATHS = { "shm-fd", "shm-sysv", "getimage" }

describe("every path", function()
  for _, depth in ipairs({ 16, 24, 30 }) do
    describe("at depth " .. depth, function()
      local shown
      setup(function() shown = screen.start({ width = 301, height = 270, depth = depth }) end)
      teardown(function() shown:stop() end)

      for _, path in ipairs(PATHS) do
        it("brings exact pixels by " .. path, function()
          local display <close> = shown:open({ path = path })
          assert.equal(path, display:stats().path)
          -- Widths whose rows the server pads, and whose end lies in the middle of a word.
          local regions = {
            "301x270+0+0", "1x1+0+0", "1x1+300+269", "1x270+300+0", "301x1+0+269",
            "17x13+0+0", "17x13+284+0", "17x13+0+257", "17x13+284+257", "33x7+100+131",
            "2x2+255+255",
          }
          for _, region in ipairs(regions) do
            local frame <close> = assert(display:grab(region))
            assert.equal(region, screen.place(frame))
            assert.is_true(shown:shows(frame), region)
          end
          local root <close> = assert(display:grab())
          assert.is_true(shown:shows(root))
          assert.same({ painter.gradient(259, 201, depth) }, { root:pixel(259, 201) })
        end)

        it("brings every value of a channel by " .. path, function()
          local display <close> = shown:open({ path = path })
          for _, color in ipairs({ "000000", "ffffff", "ff0000", "00ff00", "0000ff", "a5a5a5" }) do
            shown.paint("fill 3 5 1 1 %s", color)
            local frame <close> = assert(display:grab("1x1+3+5"))
            local r, g, b = color:match("(..)(..)(..)")
            local wanted = { painter.shown(depth, tonumber(r, 16), tonumber(g, 16), tonumber(b, 16)) }
            assert.same(wanted, { frame:pixel(0, 0) })
          end
          shown.paint("gradient")
        end)
      end
    end)
  end

  it("brings what ffmpeg brings", function()
    local shown = screen.start({ width = 300, height = 270 })
    finally(function() shown:stop() end)
    local function ffmpeg(size, at)
      local result = process.run({
        "ffmpeg", "-loglevel", "error", "-f", "x11grab", "-draw_mouse", "0", "-video_size", size,
        "-i", shown.server.display .. at, "-frames:v", "1", "-pix_fmt", "bgr24", "-f", "rawvideo",
        "-",
      }, { env = shown.server:env() })
      assert.equal("", result.err)
      return result.out
    end
    for _, path in ipairs(PATHS) do
      local display <close> = shown:open({ path = path })
      local root <close> = assert(display:grab())
      assert.is_true(ffmpeg("300x270", "") == root:bytes("bgr"))
      local part <close> = assert(display:grab("64x48+236+222"))
      assert.is_true(ffmpeg("64x48", "+236,222") == part:bytes("bgr"))
    end
  end)
end)

describe("the path taken", function()
  local server
  after_each(function() server:stop() end)

  local function open(options)
    options.display = options.display or server.display
    return luashot.open(options)
  end

  local function check(display)
    local frame <close> = assert(display:grab("8x8+1+1"))
    assert.equal(8 * 8 * 3, #frame:bytes("rgb"))
  end

  it("is shm-fd on a local server, with no reason to give", function()
    server = xserver.start()
    local display <close> = assert(open({}))
    assert.equal("shm-fd", display:stats().path)
    assert.is_nil(display:stats().reason)
  end)

  it("is the one asked for", function()
    server = xserver.start()
    for _, path in ipairs({ "shm-sysv", "getimage" }) do
      local display <close> = assert(open({ path = path }))
      assert.equal(path, display:stats().path)
      assert.equal("asked for", display:stats().reason)
      check(display)
    end
    local display <close> = assert(open({ path = "shm-fd" }))
    assert.is_nil(display:stats().reason)
    assert.error_matches(function() open({ path = "shm-df" }) end,
      "option 'path': unknown value 'shm%-df' %(did you mean 'shm%-fd'%?%)")
  end)

  it("avoids MIT-SHM where the server has none", function()
    server = xserver.start({ args = { "-extension", "MIT-SHM" } })
    local display <close> = assert(open({}))
    assert.equal("getimage", display:stats().path)
    assert.equal("shm-fd: the server has no MIT-SHM; shm-sysv: the server has no MIT-SHM",
      display:stats().reason)
    check(display)
    local none, message, code = open({ path = "shm-sysv" })
    assert.is_nil(none)
    assert.equal("the server has no MIT-SHM", message)
    assert.equal("ENOTSUP", code)
  end)

  it("avoids passing descriptors over TCP", function()
    server = xserver.start({ tcp = true, auth = true })
    -- One cookie file serves both names of the server.
    local listed = server:run({ "xauth", "-f", server.xauthority, "list" })
    local cookie = assert(listed:match("%x+%s*$")):gsub("%s", "")
    xserver.write_cookie(server.xauthority, "127.0.0.1" .. server.display, cookie)
    local code = [[
      local luashot = require "luashot.core"
      local display = assert(luashot.open{ display = arg[1] })
      local stats = display:stats()
      print(stats.path, stats.reason)
      print(#display:grab("8x8+1+1"):bytes("rgb"))
      print(luashot.open{ display = arg[1], path = "shm-fd" })
    ]]
    local script = os.tmpname()
    finally(function() os.remove(script) end)
    local file <close> = assert(io.open(script, "w"))
    file:write(code)
    file:close()
    local result = process.run(process.lua(script, "127.0.0.1" .. server.display),
      { env = server:env() })
    assert.equal("", result.err)
    local why = "descriptors cannot be passed over a network connection"
    local path, reason, rest = result.out:match("^(%S+)\t([^\n]*)\n(.*)$")
    assert.equal("getimage", path)
    assert.equal("shm-fd: " .. why .. "; shm-sysv: cannot attach shared memory: the X server answers "
      .. "BadAccess", reason:gsub(" %(error.*", ""))
    assert.equal("192\nnil\t" .. why .. "\tENOTSUP\n", rest)
  end)
end)

describe("a server in another IPC namespace", function()
  -- Both sides make the first segment of a namespace of their own, so that the id which ours has
  -- names another segment over there.
  local function answers(color, prepare)
    need(process.run({ "unshare", "--ipc", "true" }).code == 0, "only root can make an IPC namespace here")
    local code = ([[
      local painter = require "spec.support.painter"
      local process = require "spec.support.process"
      local luashot = require "luashot.core"
      local server = process.spawn({ "unshare", "--ipc", "sh", "-c",
        "%s exec Xvfb -displayfd 1 -noreset -nolisten tcp -screen 0 64x64x24" })
      local name = ":" .. assert(server:read_line(30))
      local paint = painter.start({ env = function() return { DISPLAY = name } end })
      paint("fill 0 0 64 64 %s")
      print((select(2, luashot.open{ display = name, path = "shm-sysv" })))
      local display = assert(luashot.open{ display = name })
      print(display:stats().path, (display:grab("1x1+0+0"):pixel(0, 0)))
      print(display:stats().reason)
      paint:stop()
      server:stop()
    ]]):format(prepare, color)
    local result = process.run({ "unshare", "--ipc", table.unpack(process.lua("-e", code)) })
    assert.equal("", result.err)
    return result.out
  end

  local make_segment = "ipcmk -M 65536 >/dev/null &&"
  local NOT_THERE <const> =
    "the server's pixels do not arrive in shared memory (another namespace?)"

  -- No color may pass for the trace of a write.
  for _, color in ipairs({ "102030", "a5a5a5", "5a5a5a", "000000" }) do
    it("is found out by its pixels, with the screen in " .. color, function()
      local red = tonumber(color:sub(1, 2), 16)
      assert.equal(NOT_THERE .. "\nshm-fd\t" .. red .. "\nnil\n", answers(color, make_segment))
    end)
  end

  it("is found out by the refused attach", function()
    assert.matches("^cannot attach shared memory: the X server answers BadAccess.*\nshm%-fd\t16\n",
      answers("102030", ""))
  end)
end)

describe("a kernel that refuses files of memory", function()
  it("leaves the paths that need none", function()
    local shown = screen.start({ width = 64, height = 48 })
    finally(function() shown:stop() end)
    local code = [[
      local luashot = require "luashot.core"
      for _, path in ipairs({ "shm-sysv", "getimage" }) do
        local display <close> = assert(luashot.open{ path = path })
        local frame <close> = assert(display:grab("20x10+30+7"))
        print(display:stats().path, frame:pixel(19, 9))
      end
      local display <close> = assert(luashot.open{})
      print(display:stats().reason)
    ]]
    local program = assert(os.getenv("LUASHOT_BUILD")) .. "/spec/luashot_without"
    local argv = process.lua("-e", code)
    local at = argv[1] == "env" and 3 or 1 -- a sanitizer's library is for the interpreter alone
    table.insert(argv, at, "memfd")
    table.insert(argv, at, program)
    local result = process.run(argv, { env = shown.server:env() })
    local color = table.concat({ painter.gradient(49, 16) }, "\t")
    assert.same({ ("shm-sysv\t%s\ngetimage\t%s\n"):format(color, color)
      .. "shm-fd: cannot create a shared-memory file: Operation not permitted\n", "" }, { result.out, result.err })
  end)
end)
