-- What Home Assistant is told, beside what its schema takes.
--
-- Facts of https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery, {image,camera,sensor,button}.mqtt/ and of
-- homeassistant/components/mqtt/{schemas,image,camera,sensor,button,abbreviations}.py: the keys of each platform, in
-- full (each has an abbreviation, and a message is to be read without a table). Home Assistant drops a key that a
-- platform does not know, and refuses a device or an origin with one.
local discovery = require "luashot.fleet.discovery"
local luashot = require "luashot"

local COMMON <const> = { "availability", "availability_mode", "availability_template", "availability_topic", "device",
  "enabled_by_default", "encoding", "entity_category", "entity_picture", "icon", "json_attributes_template",
  "json_attributes_topic", "name", "object_id", "origin", "payload_available", "payload_not_available", "qos",
  "unique_id" }
local PLATFORMS <const> = {
  image = { known = { "content_type", "image_encoding", "image_topic", "url_template", "url_topic" },
    required = { "image_topic" } }, -- that, or url_topic, which takes no content_type
  camera = { known = { "image_encoding", "topic" }, required = { "topic" } },
  sensor = { known = { "device_class", "expire_after", "force_update", "last_reset_value_template", "options",
    "state_class", "state_topic", "suggested_display_precision", "unit_of_measurement", "value_template" },
    required = { "state_topic" } },
  button = { known = { "command_template", "command_topic", "device_class", "payload_press", "retain" },
    required = { "command_topic" } },
}
local DEVICE <const> = { "configuration_url", "connections", "hw_version", "identifiers", "manufacturer", "model",
  "model_id", "name", "serial_number", "suggested_area", "sw_version", "via_device" }
local ORIGIN <const> = { "name", "support_url", "sw_version" }
local STATE_CLASSES <const> = { "measurement", "total", "total_increasing" }
local SENSOR_CATEGORIES <const> = { "diagnostic" } -- a sensor may not be of "config"

local function has(list, wanted)
  for _, value in ipairs(list) do
    if value == wanted then
      return true
    end
  end
  return false
end

--- What the schema would refuse or drop, as texts.
local function faults(platform, config)
  local list = {}
  local function note(is_wrong, ...)
    list[#list + 1] = is_wrong and (...):format(select(2, ...)) or nil
  end
  local rules = PLATFORMS[platform]
  for name, value in pairs(config) do
    note(not has(COMMON, name) and not has(rules.known, name), "%s: unknown key %s", platform, name)
    note(name:find "_topic$" and (type(value) ~= "string" or value == "" or value:find "[+#%z]"), "%s: no topic", name)
  end
  for _, name in ipairs(rules.required) do
    note(type(config[name]) ~= "string", "%s: %s is missing", platform, name)
  end
  for part, known in pairs { device = DEVICE, origin = ORIGIN } do
    for name in pairs(config[part] or {}) do
      note(not has(known, name), "%s: unknown key %s", part, name)
    end
  end
  local device, origin = config.device or {}, config.origin or {}
  note(not (device.identifiers and device.identifiers[1] or device.connections), "a device needs an identifier")
  note(type(origin.name) ~= "string", "an origin needs a name")
  note(type(config.unique_id) ~= "string", "a device is shown for entities with a unique_id alone")
  note(config.availability and config.availability_topic, "availability and availability_topic exclude each other")
  note(config.state_class and not has(STATE_CLASSES, config.state_class), "no state class: %s", config.state_class)
  note(platform == "sensor" and config.entity_category and not has(SENSOR_CATEGORIES, config.entity_category),
    "no category of a sensor: %s", config.entity_category)
  note(config.icon and not config.icon:find "^mdi:[%l%d-]+$", "no icon: %s", config.icon)
  return list
end

describe("what a host tells Home Assistant", function()
  local FLEET <const> = { root = "luashot", host = "lobby-1", discovery = "homeassistant" }

  it("is what its schema takes", function()
    local seen, ids = {}, {}
    for _, message in ipairs(discovery(FLEET, true)) do
      local platform, node, object = message.topic:match "^homeassistant/(%l+)/([%w_-]+)/([%w_-]+)/config$"
      local config = luashot.json.decode(message.payload)
      assert.is_truthy(PLATFORMS[platform], message.topic)
      assert.same({}, faults(platform, config))
      assert.equal("luashot_lobby-1", node)
      assert.is_nil(ids[config.unique_id])
      ids[config.unique_id], seen[platform .. "." .. object] = true, config
    end
    assert.equal("luashot/hosts/lobby-1/still/screen", seen["image.screen"].image_topic)
    assert.equal("image/jpeg", seen["image.screen"].content_type)
    assert.equal("luashot/hosts/lobby-1/command/picture", seen["button.picture"].command_topic)
    assert.equal("{}", seen["button.picture"].payload_press) -- a command is a JSON object
    for _, name in ipairs { "waiting", "acknowledged", "failures" } do
      local sensor = seen["sensor." .. name]
      assert.equal("luashot/hosts/lobby-1/state", sensor.state_topic)
      assert.equal(("{{ value_json.stats.%s }}"):format(name), sensor.value_template)
    end
    for _, config in pairs(seen) do
      assert.equal("luashot/hosts/lobby-1/presence", config.availability_topic)
      assert.same({ "online", "offline" }, { config.payload_available, config.payload_not_available })
      assert.same({ "luashot_lobby-1" }, config.device.identifiers)
    end
  end)

  it("has no button where the script takes no pictures on command", function()
    for _, message in ipairs(discovery(FLEET, false)) do
      assert.is_nil(message.topic:find "/button/")
    end
  end)

  it("would be found wrong with a key, a device or a class that the schema does not know", function()
    local good = { image_topic = "a", unique_id = "x", device = { identifiers = { "x" } }, origin = { name = "x" } }
    assert.same({}, faults("image", good))
    for name, value in pairs { img_t = "a", image_topic = "a/+", device = {}, origin = {}, state_class = "sum",
      icon = "tray", unique_id = 1 } do
      local bad = setmetatable({}, { __index = good })
      for key, other in pairs(good) do
        bad[key] = other
      end
      bad[name] = value
      assert.is_true(#faults("image", bad) > 0, name)
    end
  end)
end)
