-- The messages of a host, as an independent client reads them.
local luashot = require "luashot"
local python = require "spec.support.python"
local sites = require "spec.support.site"
local xserver = require "spec.support.xserver"

describe("a message of a fleet", function()
  local site, server

  before_each(function()
    site = sites.new()
    server = xserver.start { width = 320, height = 200 }
  end)

  after_each(function()
    site:finish()
    server:stop()
  end)

  it("has the time, the place, the sequence and the id of a picture in both versions, for paho", function()
    local interpreter = python.with "paho.mqtt.client"
    for _, kind in ipairs { "mosquitto", "nats" } do
      site:start(kind)
      local ears = site:spawn({ interpreter, "-c", [[
import json, sys, paho.mqtt.client as mqtt
five = sys.argv[2] == "5"
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5 if five else mqtt.MQTTv311)
def on_connect(client, *rest):
    client.subscribe("luashot/hosts/one/picture/+", qos=1)
def on_subscribe(client, *rest):
    print("listening", flush=True)
def on_message(client, data, message):
    if five:
        meta, payload = dict(message.properties.UserProperty), message.payload
    else:
        line, payload = message.payload.split(b"\n", 1)
        meta = json.loads(line)
    print(json.dumps({"meta": meta, "start": payload[:2].hex()}), flush=True)
client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
]], tostring(site.broker.port), kind == "nats" and "4" or "5" })
      ears:see "listening\n"
      local one = site:host({ host = "one" }, [[
        local frame <close> = grab { x = 10, y = 20, width = 64, height = 32 }
        print("id " .. assert(fleet:picture(frame, { name = "corner" })), frame.wall)
        assert(fleet:picture(frame, { name = "corner", format = "webp", width = 16 }))]], server:env())
      local id, wall = one:read_line(20):match "id (%S+)%s+(%d+)"
      local first = luashot.json.decode(assert(ears:read_line(10)))
      assert.equal(id, first.meta.id)
      assert.equal(wall, tostring(first.meta.time))
      assert.equal("64x32+10+20", first.meta.place)
      assert.equal("1", tostring(first.meta.sequence))
      assert.equal("image/jpeg", first.meta.type)
      assert.equal("ffd8", first.start)
      local second = luashot.json.decode(assert(ears:read_line(10)))
      assert.equal("5249", second.start) -- RIFF
      assert.equal("2", tostring(second.meta.sequence))
    end
  end)
end)
