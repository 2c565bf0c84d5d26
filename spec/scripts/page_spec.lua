local files = require "spec.support.files"
local http = require "spec.support.http"
local process = require "spec.support.process"
local scripts = require "spec.support.scripts"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("luashot page", function()
  local rig

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)

  it("serves a part of the screen to who has the token", function()
    files.write(rig.folder .. "/token", "0123456789abcdef\n")
    local host = process.spawn({ luashot, "page", "--what", "30x20+40+10", "--token-file", rig.folder .. "/token",
      "--folder", rig.folder, "127.0.0.1:0" }, { env = rig.server:env() })
    local address = assert(host:read_line(20), host.err):match "^http://(.*)/$"
    assert.equal(401, (http.ask(address, "GET", "/screen.ppm")))
    local with_token = { Authorization = "Bearer 0123456789abcdef" }
    assert.equal(404, (http.ask(address, "GET", "/screen.ppm", with_token)))
    local status, picture = http.ask(address, "GET", "/screen.png", with_token)
    assert.equal(200, status)
    assert.same({ 30, 20, 25 }, { string.unpack(">I4I4", picture, 17) })
    assert.equal("[]", (select(2, http.ask(address, "GET", "/pictures.json", with_token))))
    assert.equal(403, (http.ask(address, "POST", "/job/run?name=x", with_token, "")))
    host:kill "sigint"
    host:wait(20)
    assert.equal(130, host.code)
  end)

  it("makes a token where that is asked for, and prints the address to open", function()
    local host = process.spawn({ luashot, "page", "--new-token", "127.0.0.1:0" }, { env = rig.server:env() })
    local address, token = assert(host:read_line(20), host.err):match "^http://(.*)/%?token=(%x+)$"
    assert.equal(32, #token)
    assert.equal(401, (http.ask(address, "GET", "/screen.png")))
    assert.equal(303, (http.ask(address, "GET", "/?token=" .. token)))
    assert.equal(200, (http.ask(address, "GET", "/screen.png", { Authorization = "Bearer " .. token })))
    local other = process.spawn({ luashot, "page", "--new-token", "127.0.0.1:0" }, { env = rig.server:env() })
    assert.is_nil(assert(other:read_line(20), other.err):find(token, 1, true))
    host:stop()
    other:stop()
  end)

  it("wants none otherwise on this machine's addresses, and on a socket of this user", function()
    for _, address in ipairs { "127.0.0.1:0", "unix:" .. rig.folder .. "/page" } do
      local host = process.spawn({ luashot, "page", address }, { env = rig.server:env() })
      local line = assert(host:read_line(20), host.err)
      assert.is_nil(line:find("token", 1, true))
      assert.equal(200, (http.ask(line:match "^http://(.*)/$" or line, "GET", "/screen.png")))
      host:stop()
    end
  end)

  it("refuses what cannot be served", function()
    files.write(rig.folder .. "/short", "0123456789\n0123456789abcdef\n")
    local wanted = ": 16 or more letters, digits, '-', '_', '.' or '~' expected\n"
    for _, case in ipairs {
      { "page: the token in " .. rig.folder .. "/short" .. wanted, "--token-file", rig.folder .. "/short" },
      { "page: the token in /dev/zero" .. wanted, "--token-file", "/dev/zero" },
      { "page: 0.0.0.0:", "0.0.0.0:0" }, { "page: [::]:", "[::]:0" },
      { "page: an address such as", "here" },
      { "no monitor is called", "--what", "HDMI-7", "127.0.0.1:0" }, { "No such file", "--token-file", "/nonexistent" },
      { "cannot open the folder /nonexistent", "--folder", "/nonexistent", "127.0.0.1:0" },
    } do
      local result = rig:run("page", table.unpack(case, 2))
      assert.equal(1, result.code, result.err)
      assert.is_truthy(result.err:find(case[1], 1, true), result.err)
    end
    local env = rig.server:env()
    env.LUASHOT_TOKEN = "short"
    assert.equal("page: the token in LUASHOT_TOKEN" .. wanted, process.run({ luashot, "page" }, { env = env }).err)
  end)
end)
