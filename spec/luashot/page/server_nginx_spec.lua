-- The page behind nginx with TLS, by the very lines of docs/page.md.
local certificates = require "spec.support.certificates"
local files = require "spec.support.files"
local free_port = require "spec.support.port"
local luashot = require "luashot"
local need = require "spec.support.need"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local SOURCE <const> = assert(os.getenv "LUASHOT_SOURCE")
local TOKEN <const> = "0123456789abcdef-token"

--- The block of the documentation, with other places for what belongs to a machine.
local function configuration(folder, port, page)
  local block = assert(files.read(SOURCE .. "/docs/page.md"):match "\n```nginx\n(.-)\n```")
  local count
  for _, change in ipairs {
    { "listen 443 ssl", ("listen 127.0.0.1:%d ssl"):format(port) }, { "screens%.example", "localhost" },
    { "/etc/ssl/screens%.pem", folder .. "/page.pem" }, { "/etc/ssl/screens%.key", folder .. "/page.key" },
    { "127%.0%.0%.1:8080", page },
  } do
    block, count = block:gsub(change[1], (change[2]:gsub("%%", "%%%%")))
    assert.equal(1, count, change[1])
  end
  return ([[
    daemon off; worker_processes 1; pid %s/nginx.pid; error_log stderr warn;
    events { }
    http {
      access_log off;
      client_body_temp_path %s/body; proxy_temp_path %s/proxy; fastcgi_temp_path %s/f; uwsgi_temp_path %s/u;
      scgi_temp_path %s/s;
      %s
    }]]):format(folder, folder, folder, folder, folder, folder, block)
end

describe("the page behind nginx", function()
  local server, paint, folder, host, nginx, address

  setup(function()
    need(process.run({ "sh", "-c", "command -v nginx" }).code == 0, "nginx is not installed")
    need(process.run({ "sh", "-c", "command -v curl" }).code == 0, "curl is not installed")
    server = xserver.start { width = 320, height = 200 }
    paint = painter.start(server)
    folder = files.folder()
    certificates.authority(folder)
    certificates.make(folder, "page", "DNS:localhost")
    host = process.spawn({ os.getenv "LUASHOT_BUILD" .. "/luashot", "-e", ([[
      io.stdout:setvbuf "line"
      page = assert(luashot.page { address = "127.0.0.1:0", token = %q })
      print(page.address)
      every("1h", function() end, { name = "patrol" })]]):format(TOKEN) }, { env = server:env() })
    local page = assert(host:read_line(20), host.err)
    local port = free_port()
    address = ("https://localhost:%d"):format(port)
    files.write(folder .. "/nginx.conf", configuration(folder, port, page))
    nginx = process.spawn { "nginx", "-p", folder, "-e", "stderr", "-c", folder .. "/nginx.conf" }
    assert(process.wait_until(function()
      local asked = process.run { "curl", "-s", "--cacert", folder .. "/ca.pem", address .. "/" }
      return nginx.ended_code or asked.code == 0
    end, 20))
    assert.is_nil(nginx.ended_code, nginx.err)
  end)

  teardown(function()
    for _, one in ipairs { nginx or false, host or false, paint or false, server or false } do
      if one then
        one:stop()
      end
    end
    if folder then
      files.remove(folder)
    end
  end)

  --- What curl gets for these words: the status and the answer with its head.
  local function ask(path, ...)
    local result = process.run { "curl", "-si", "--cacert", folder .. "/ca.pem", address .. path, ... }
    assert.equal(0, result.code, result.err)
    return tonumber(result.out:match "^HTTP/1%.1 (%d+)"), result.out
  end

  local function bearer(...)
    return "-H", "Authorization: Bearer " .. TOKEN, ...
  end

  it("wants the token, and keeps it in a cookie for TLS alone", function()
    assert.equal(401, (ask "/"))
    assert.equal(401, (ask("/state.json", "-H", "Authorization: Bearer " .. TOKEN .. "x")))
    local status, text = ask("/?token=" .. TOKEN)
    assert.equal(303, status)
    assert.matches("Location: /\r\n", text)
    local cookie = text:match "Set%-Cookie: (luashot=[^;]*);[^\n]*SameSite=Strict[^\n]*; Secure\r\n"
    assert.equal("luashot=" .. TOKEN, cookie)
    assert.equal(200, (ask("/", "-H", "Cookie: " .. cookie)))
  end)

  it("takes actions from the page, and from no other", function()
    assert.equal(200, (ask("/job/run?name=patrol", bearer("-X", "POST", "-H", "Origin: " .. address))))
    for _, origin in ipairs { "https://evil.example", "https://localhost", "null", address .. "1" } do
      assert.equal(403, (ask("/job/run?name=patrol", bearer("-X", "POST", "-H", "Origin: " .. origin))), origin)
    end
  end)

  it("shows the screen live, and tells what happens", function()
    local viewer = process.spawn { "curl", "-sN", "--cacert", folder .. "/ca.pem",
      bearer(address .. "/live.mjpg?fps=30") }
    local listener = process.spawn { "curl", "-sN", "--cacert", folder .. "/ca.pem", bearer(address .. "/events") }
    local function pictures()
      return select(2, viewer.out:gsub("%-%-luashot%-frame\r\n", ""))
    end
    for i = 1, 5 do
      local before = pictures()
      paint(("fill 0 0 320 200 %06x"):format(i * 4000000 % 0xffffff))
      assert(process.wait_until(function() return pictures() > before end, 20), i)
    end
    assert(process.wait_until(function() return listener.out:find "data: {.-\n\n" end, 20), listener.err)
    assert.equal(200, (ask("/job/run?name=patrol", bearer("-X", "POST"))))
    assert(process.wait_until(function() return listener.out:find "data: {.-\n\ndata: {" end, 20), listener.err)
    viewer:stop()
    listener:stop()
    local _, text = ask("/screen.png", bearer())
    local frame <close> = assert(luashot.load((text:match "\r\n\r\n(.*)$")))
    assert.same({ 320, 200 }, { frame.width, frame.height })
  end)
end)
