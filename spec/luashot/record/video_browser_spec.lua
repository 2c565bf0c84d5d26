-- Videos in Chromium: their length, size, and the colors that a page reads back from them.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

local PAGE <const> = [=[<!DOCTYPE html><video id="video" src="/out.mp4" muted preload="auto"></video><script>
const video = document.getElementById("video");
const tell = (text) => fetch("/result?" + text).then(() => {
  if (video.src.endsWith("mp4")) { video.src = "/out.webm"; }
});
video.onerror = () => tell("error=" + video.error.code + video.error.message);
video.onloadeddata = () => { video.currentTime = 1.5; };
const read = (tries) => {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  const colors = [[16, 16], [48, 16], [16, 40], [48, 40]].map(
    ([x, y]) => Array.from(context.getImageData(x, y, 1, 1).data.slice(0, 3)).join(","));
  // A busy browser may tell that it is there before it has a picture to draw.
  if (tries > 0 && colors.every((color) => color === "0,0,0")) {
    setTimeout(read, 50, tries - 1);
    return;
  }
  tell([video.duration.toFixed(2), video.videoWidth, video.videoHeight, ...colors].join(";"));
};
video.onseeked = () => read(400);
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

  --- Serves the page and the videos on a port of its own; returns it, and a table with what the page said of each.
  local function serve()
    local server, result = uv.new_tcp(), {}
    assert(server:bind("127.0.0.1", 0))
    local function answer(client, request)
      local target = request:match "^GET (%S+)"
      result[#result + 1] = target:match "^/result%?(.*)"
      local body, as = "", "text/plain"
      if target == "/" then
        body, as = PAGE, "text/html"
      elseif target:find "^/out%." then
        body, as = files.read(folder .. target), target:gsub("^/out%.", "video/")
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

  --- What a browser says of the two videos.
  local function play()
    local port, result = serve()
    -- A graphics card in software: without any, Chromium converts by libyuv, which cannot have the whole of blue's
    -- factor.
    local browser = process.spawn({ "chromium", "--headless=new", "--no-sandbox", "--mute-audio",
      "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
      "--disable-dev-shm-usage", "--no-first-run", "--user-data-dir=" .. folder .. "/profile",
      "--autoplay-policy=no-user-gesture-required", ("http://127.0.0.1:%d/"):format(port) })
    process.wait_until(function()
      return result[2] or browser.ended_code
    end, 120)
    browser:stop()
    result.server:close()
    assert(result[2], browser.err:sub(-500))
    return result
  end

  local PATCHES <const> = { "c83232", "32c832", "0000ff", "e0c0a0" }

  it("plays them, as long as they are and in their colors", function()
    need(process.run({ "sh", "-c", "command -v chromium" }).code == 0, "chromium is not installed")
    for i, color in ipairs(PATCHES) do
      rig.paint("fill %d %d 32 24 %s", (i - 1) % 2 * 32, (i - 1) // 2 * 24, color)
    end
    local made = process.run({ luashot, "-", folder }, { env = rig.server:env(), stdin = [[
      for _, name in ipairs { "out.mp4", "out.webm" } do
        after(0, function() assert(luashot.record { to = arg[1] .. "/" .. name, fps = 20, seconds = 2 }) end)
      end
    ]] })
    assert.equal("", made.err)
    for _, said in ipairs(play()) do
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
    end
  end)
end)
