local caps = require "luashot.zerobuffer.caps"
local json = require "dkjson"
local luashot = require "luashot.core"
local ring = require "spec.support.ring"

describe("luashot.zerobuffer.caps", function()
  it("writes metadata that consumers of the protocol parse", function()
    local text = caps.metadata { format = "bgrx", width = 640, height = 480, fps = 30, element = "door \"1\"" }
    assert.equal('{"type":"luashot","version":"' .. luashot.version
      .. '","caps":"video/x-raw, format=(string)BGRx, width=(int)640, height=(int)480, framerate=(fraction)30/1"'
      .. ',"element_name":"door \\"1\\""}', text)
    assert.equal('door "1"', json.decode(text).element_name)
  end)

  it("reads what it writes", function()
    for _, format in ipairs { "bgrx", "bgr", "rgb", "rgba", "gray" } do
      local video = { format = format, width = 1, height = 20000, fps = 12.5, element = "x" }
      local back = assert(caps.video(caps.metadata(video)))
      assert.equal("luashot", back.type)
      assert.equal(luashot.version, back.version)
      back.type, back.version = nil, nil
      assert.same(video, back)
    end
    assert.is_nil(caps.video(caps.metadata { format = "rgb", width = 2, height = 3 }).fps)
  end)

  it("describes a frame", function()
    local frame <close> = assert(luashot.load("P6 3 2 255\n" .. ("\0"):rep(18)))
    local video = assert(caps.video(caps.metadata(frame)))
    assert.same({ "bgrx", 3, 2 }, { video.format, video.width, video.height })
  end)

  it("writes rates as fractions", function()
    for fps, fraction in pairs {
      [30] = "30/1", [60000 / 1001] = "60000/1001", [29.97003] = "30000/1001",
      [0.5] = "500/1000", [12.5] = "12500/1000",
    } do
      assert.matches("framerate=(fraction)" .. fraction,
        caps.metadata { format = "rgb", width = 2, height = 3, fps = fps }, 1, true)
    end
    assert.matches("(fraction)0/1", caps.metadata { format = "rgb", width = 2, height = 3 }, 1, true)
  end)

  it("reads the ways in which GStreamer and others write caps", function()
    local function video(text)
      return caps.video(json.encode { caps = text })
    end
    local expected = { format = "rgb", width = 640, height = 480, fps = 25.0 }
    for _, text in ipairs {
      "video/x-raw, format=(string)RGB, width=(int)640, height=(int)480, framerate=(fraction)25/1",
      "video/x-raw,format=RGB,width=640,height=480,framerate=25/1",
      "video/x-raw, width=( int )640, height=(int) 480, format=\"RGB\", framerate=(fraction)25/1, a=(string)b;",
      "video/x-raw(memory:SystemMemory), framerate=(fraction)25/1, height=(int)480, width=(int)640, format=(string)RGB",
    } do
      assert.same(expected, video(text), text)
    end
    expected.fps = nil
    assert.same(expected, video "video/x-raw, format=RGB, width=640, height=480, framerate=(fraction)0/1")
    assert.same(expected, video "video/x-raw, format=RGB, width=640, height=480")
  end)

  it("says what is no such metadata", function()
    for _, text in ipairs {
      "", "x", "{", "[]", "null", "7", '"video/x-raw"', "{}", '{"caps": 7}', '{"caps": "audio/x-raw"}',
      '{"caps": "video/x-raw"}', '{"caps": "video/x-raw, format=RGB, width=640"}',
      '{"caps": "video/x-raw, format=I420, width=640, height=480"}',
      '{"caps": "video/x-raw, format=RGB, width=0, height=480"}',
      '{"caps": "video/x-raw, format=RGB, width=-640, height=480"}',
      '{"caps": "video/x-raw, format=RGB, width=6.5, height=480"}',
      '{"caps": "video/x-rawish, format=RGB, width=640, height=480"}', "\0\255",
      ("["):rep(300000), ('{"a":'):rep(300000),
    } do
      ring.fails("EMETADATA", caps.video(text))
    end
  end)

  it("refuses a format that it does not know", function()
    assert.error_matches(function() caps.metadata { format = "yuv", width = 1, height = 1 } end, "yuv")
  end)
end)
