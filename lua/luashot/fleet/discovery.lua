--- Describes a host to Home Assistant, which then shows it without configuration: a picture, sensors, and a button if
--- the script allows it (https://www.home-assistant.io/integrations/mqtt/).

local core = require "luashot.core"
local json = require "luashot.json"
local topics = require "luashot.fleet.topics"

local function entity(fleet, component, object, fields)
  fields.unique_id = ("luashot_%s_%s"):format(fleet.host, object)
  fields.availability_topic = topics.of_host(fleet.root, fleet.host, "presence")
  fields.payload_available, fields.payload_not_available = "online", "offline"
  fields.device = {
    identifiers = { "luashot_" .. fleet.host }, name = fleet.host, manufacturer = "luashot", model = "capture host",
    sw_version = core.version,
  }
  fields.origin = { name = "luashot", sw_version = core.version }
  return {
    topic = ("%s/%s/luashot_%s/%s/config"):format(fleet.discovery, component, fleet.host, object),
    payload = json.encode(fields),
  }
end

local SENSORS <const> = {
  { "waiting", "Waiting messages", "mdi:tray-full", "{{ value_json.stats.waiting }}", "measurement" },
  { "acknowledged", "Sent messages", "mdi:send-check", "{{ value_json.stats.acknowledged }}", "total_increasing" },
  { "failures", "Failures", "mdi:alert-circle", "{{ value_json.stats.failures }}", "total_increasing" },
}

--- Makes the retained messages.
---@param fleet luashot.Fleet
---@param allows_pictures boolean
---@return { topic: string, payload: string }[]
return function(fleet, allows_pictures)
  local list = {
    entity(fleet, "image", "screen", {
      name = "Screen", image_topic = topics.of_host(fleet.root, fleet.host, "still", "screen"),
      content_type = "image/jpeg",
    }),
  }
  for _, sensor in ipairs(SENSORS) do
    local object, name, icon, template, class = table.unpack(sensor)
    list[#list + 1] = entity(fleet, "sensor", object, {
      name = name, icon = icon, state_topic = topics.of_host(fleet.root, fleet.host, "state"),
      value_template = template, state_class = class, entity_category = "diagnostic",
    })
  end
  if allows_pictures then
    list[#list + 1] = entity(fleet, "button", "picture", {
      name = "Take a picture", icon = "mdi:camera", payload_press = "{}",
      command_topic = topics.of_host(fleet.root, fleet.host, "command", "picture"),
    })
  end
  return list
end
