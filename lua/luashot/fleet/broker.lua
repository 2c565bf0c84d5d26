--- Reads the options that describe the connection to a broker.

local broker = {}

local PORTS <const> = { mqtt = 1883, mqtts = 8883 }
local VERSIONS <const> = { ["3.1.1"] = 4, ["5"] = 5 }

--- The options that fleets, walls and collectors share.
broker.NAMES = { "broker", "password_file", "ca", "certificate", "key", "version" }

local function fail(level, format, ...)
  error("fleet: " .. format:format(...), level + 1)
end

--- Splits "mqtts://user@host:port".
---@param text string
---@return table|nil { scheme, user, host, port }
function broker.split(text)
  local scheme, rest = text:match "^(mqtts?)://([^/%?#%s]+)/?$"
  if not scheme then
    return nil
  end
  local user, place = rest:match "^(.*)@([^@]*)$"
  place = place or rest
  local host, port = place:match "^%[([%x:%.]+)%]:?(%d*)$"
  if not host then
    host, port = place:match "^([^:%[%]]+):?(%d*)$"
  end
  local number = host and (port == "" and PORTS[scheme] or tonumber(port))
  if not number or number < 1 or number > 65535 or user == "" then
    return nil
  end
  return { scheme = scheme, user = user, host = host, port = math.tointeger(number) }
end

local function check_url(url, level)
  if type(url) ~= "string" then
    fail(level + 1, "option 'broker': an address such as mqtts://user@host expected, got %s", type(url))
  end
  local parts = broker.split(url)
  if not parts then
    fail(level + 1, "option 'broker': mqtt://user@host:port or mqtts://… expected, got '%s'", url)
  elseif parts.user and parts.user:find ":" then
    fail(level + 1, "option 'broker': a password in an address can be seen by others; put it into a file and "
      .. "name that as 'password_file'")
  end
  return parts
end

--- Checks the options; raises with the name of a wrong one.
---@param options table
---@param level integer as error takes it
---@return table checked
function broker.check(options, level)
  local parts = check_url(options.broker, level + 1)
  for _, name in ipairs { "password_file", "ca", "certificate", "key" } do
    if options[name] ~= nil and (type(options[name]) ~= "string" or options[name] == "") then
      fail(level, "option '%s': the path of a file expected, got %s", name, type(options[name]))
    end
  end
  if (options.certificate == nil) ~= (options.key == nil) then
    fail(level, "'certificate' and 'key' belong together")
  elseif parts.scheme == "mqtt" and (options.ca or options.certificate) then
    fail(level, "'ca' and 'certificate' need an encrypted connection: mqtts://")
  elseif options.password_file and not parts.user then
    fail(level, "option 'password_file': a user belongs to it: %s://user@%s", parts.scheme, parts.host)
  elseif options.version ~= nil and not VERSIONS[options.version] then
    fail(level, 'option \'version\': "3.1.1" or "5" expected, got %s', tostring(options.version))
  end
  return {
    host = parts.host, port = parts.port, user = parts.user, encrypted = parts.scheme == "mqtts",
    password_file = options.password_file, ca = options.ca, certificate = options.certificate, key = options.key,
    version = options.version and VERSIONS[options.version],
  }
end

--- Reads the password: the file's first line, again at each connection, so that it may change.
---@param checked table
---@return string|nil password
---@return string? message
function broker.password(checked)
  if not checked.password_file then
    return nil
  end
  local file <close>, why = io.open(checked.password_file)
  if not file then
    return nil, why
  end
  local line = file:read "l"
  if not line then
    return nil, checked.password_file .. " is empty"
  end
  return line
end

return broker
