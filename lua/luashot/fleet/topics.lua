--- The topics of a fleet, and the names that may stand in them.
---
---   ROOT/hosts/HOST/presence                 "online" or "offline", retained
---   ROOT/hosts/HOST/state                    JSON, retained
---   ROOT/hosts/HOST/still/NAME               the newest picture, small, retained
---   ROOT/hosts/HOST/picture/NAME             each picture
---   ROOT/hosts/HOST/event/NAME               each event, JSON
---   ROOT/hosts/HOST/confirm                  ids of messages that a collector has stored: a list in JSON
---   ROOT/hosts/HOST/settings                 the settings that the host has, JSON, retained
---   ROOT/hosts/HOST/command/NAME, ROOT/groups/GROUP/command/NAME
---   ROOT/hosts/HOST/hello                    it asks whether a collector is there
---   ROOT/collectors                          a collector has come
---   ROOT/replies/…                           where commands may ask for an answer

local topics = {}

local LONGEST <const> = 256 -- bytes of a topic for a reply

--- Whether a text may be a host, a group, or the name of a picture, an event or a command. A dot is not allowed,
--- because nats-server takes it for the end of a level.
---@param text any
---@return boolean
function topics.is_name(text)
  return type(text) == "string" and #text <= 64 and text:find "^[%w_-]+$" ~= nil
end

--- Raises unless it is one.
---@param text any
---@param what string "option 'host'"
---@param level integer as error takes it
function topics.check_name(text, what, level)
  if not topics.is_name(text) then
    error(("fleet: %s: 1 to 64 letters, digits, '-' or '_' expected, got %s"):format(what,
      type(text) == "string" and ("'%s'"):format(text) or type(text)), level + 1)
  end
end

--- Makes a topic of a host.
---@param root string
---@param host string
---@param ... string
function topics.of_host(root, host, ...)
  return table.concat({ root, "hosts", host, ... }, "/")
end

--- Makes the topic on which collectors say that they are there.
---@param root string
function topics.of_collectors(root)
  return root .. "/collectors"
end

--- Splits a topic of a host: its name, "picture", "screen".
---@param root string
---@param topic string
---@return string|nil host
---@return string? kind
---@return string? name
function topics.split(root, topic)
  if topic:sub(1, #root + 7) ~= root .. "/hosts/" then
    return nil
  end
  local host, kind, name = topic:sub(#root + 8):match "^([%w_-]+)/(%l+)/?([%w_-]*)$"
  if topics.is_name(host) and (name == "" or topics.is_name(name)) then
    return host, kind, name ~= "" and name or nil
  end
end

--- Whether an answer may go to a topic: only below ROOT/replies/, so that no command makes a host publish in
--- another's name.
---@param root string
---@param topic any
---@return boolean
function topics.is_reply(root, topic)
  local start = root .. "/replies/"
  return type(topic) == "string" and #topic <= LONGEST and #topic > #start and topic:sub(1, #start) == start
    and topic:find "^[%w_/-]+$" ~= nil
end

return topics
