-- A video in Chromium: its length, its size, and the colors that a page reads back from it.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

local PAGE <const> = [=[<!DOCTYPE html><video id="video" src="/video" muted preload="auto"></video><script>
const video = document.getElementById("video");
const tell = (text) => fetch("/result?" + text);
video.onerror = () => tell("error=" + video.error.code + video.error.message);
video.onloadeddata = () => { video.currentTime = MOMENT; };
video.onseeked = () => {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  const colors = [[16, 16], [48, 16], [16, 40], [48, 40]].map(
    ([x, y]) => Array.from(context.getImageData(x, y, 1, 1).data.slice(0, 3)).join(","));
  tell([video.duration.toFixed(2), video.videoWidth, video.videoHeight, ...colors].join(";"));
};
</script>]=]

describe("a browser", function()
  local rig, folder

  setup(function()
    rig = screen.start { width = 64, height = 48 }
    folder = files.folder()
  end)

  teardown(function()
    rig:stop()
    files.remove(folder)
  end)

  --- Serves the page and the video on a port of its own; returns it, and a table whose `said` is what the page said.
  local function serve(path, kind, moment)
    local server, result = uv.new_tcp(), {}
    assert(server:bind("127.0.0.1", 0))
    local function answer(client, request)
      local target = request:match "^GET (%S+)"
      result.said = target:match "^/result%?(.*)" or result.said
      local body, as = "", "text/plain"
      if target == "/" then
        body, as = PAGE:gsub("MOMENT", tostring(moment)), "text/html"
      elseif target == "/video" then
        body, as = files.read(path), kind
      end
      client:write(("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"):format(as,
        #body) .. body, function()
        if not client:is_closing() then
          client:close()
        end
      end)
    end
    server:listen(16, function()
      local client, text = uv.new_tcp(), ""
      server:accept(client)
      client:read_start(function(_, more)
        text = text .. (more or "")
        if text:find("\r\n\r\n", 1, true) then
          client:read_stop()
          answer(client, text)
        end
      end)
    end)
    result.server = server
    return server:getsockname().port, result
  end

  local function play(path, kind, moment)
    local port, result = serve(path, kind, moment)
    -- A graphics card in software: without any, Chromium converts by libyuv, which cannot have the whole of blue's
    -- factor.
    local browser = process.spawn({ "chromium", "--headless=new", "--no-sandbox", "--mute-audio",
      "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
      "--disable-dev-shm-usage", "--no-first-run", "--user-data-dir=" .. folder .. "/profile",
      "--autoplay-policy=no-user-gesture-required", ("http://127.0.0.1:%d/"):format(port) })
    process.wait_until(function()
      return result.said or browser.ended_code
    end, 120)
    browser:stop()
    result.server:close()
    return assert(result.said, browser.err:sub(-500))
  end

  local PATCHES <const> = { "c83232", "32c832", "0000ff", "e0c0a0" }

  for _, case in ipairs { { "out.mp4", "video/mp4" }, { "out.webm", "video/webm" } } do
    it("plays " .. case[1], function()
      need(process.run({ "sh", "-c", "command -v chromium" }).code == 0, "chromium is not installed")
      for i, color in ipairs(PATCHES) do
        rig.paint("fill %d %d 32 24 %s", (i - 1) % 2 * 32, (i - 1) // 2 * 24, color)
      end
      local result = process.run({ luashot, "-", folder .. "/" .. case[1] }, { env = rig.server:env(), stdin = [[
        assert(luashot.record { to = arg[1], fps = 20, seconds = 2 })
      ]] })
      assert.equal("", result.err)
      local said = play(folder .. "/" .. case[1], case[2], 1.5)
      local length, width, height, colors = said:match "^([%d.]+);(%d+);(%d+);(.*)$"
      assert.near(2, tonumber(length) or error(said), 0.06)
      assert.same({ "64", "48" }, { width, height })
      local i = 0
      for red, green, blue in colors:gmatch "(%d+),(%d+),(%d+)" do
        i = i + 1
        local number = tonumber(PATCHES[i], 16)
        for at, value in ipairs { red, green, blue } do
          assert.near(number >> 8 * (3 - at) & 255, tonumber(value), 2, said)
        end
      end
      assert.equal(4, i)
    end)
  end
end)
