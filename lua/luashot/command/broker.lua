--- The options of command lines that name a broker.

local broker = {}

--- Adds the options to a parser.
---@param parser table argparse's
function broker.add(parser)
  parser:option("--broker", "mqtt://user@host:port, or mqtts:// with TLS"):argname "URL":count(1)
  parser:option("--password-file", "a file whose first line is the password"):argname "FILE"
  parser:option("--ca", "a file of CA certificates, to check the broker's with (default: the system's)"):argname "FILE"
  parser:option("--certificate", "a file with this client's certificate"):argname "FILE"
  parser:option("--key", "a file with the private key of --certificate"):argname "FILE"
  parser:option("--mqtt", "3.1.1 or 5 (default: 5, or 3.1.1 if the broker lacks 5)"):argname "VERSION"
  parser:option("--topic", "the first level of the fleet's topics (default: luashot)"):argname "NAME"
end

--- Converts a parser's result to options of luashot.fleet.
---@param options table
---@return table
function broker.options(options)
  return {
    broker = options.broker, password_file = options.password_file, ca = options.ca, key = options.key,
    certificate = options.certificate, version = options.mqtt, topic = options.topic,
  }
end

return broker
