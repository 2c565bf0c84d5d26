--- The options of command lines that name a broker.

local broker = {}

--- Adds them to a parser.
---@param parser table argparse's
function broker.add(parser)
  parser:option("--broker", "mqtt://user@host:port, or mqtts:// with TLS"):argname "URL":count(1)
  parser:option("--password-file", "a file whose first line is the password"):argname "FILE"
  parser:option("--ca", "a file with the authorities that may vouch for the broker"):argname "FILE"
  parser:option("--certificate", "a file with a certificate of our own"):argname "FILE"
  parser:option("--key", "a file with its key"):argname "FILE"
  parser:option("--mqtt", "3.1.1 or 5 (default: 5, or 3.1.1 where the broker speaks no other)"):argname "VERSION"
  parser:option("--topic", "the first level of the fleet's topics (default: luashot)"):argname "NAME"
end

--- Takes them out of a parser's result.
---@param options table
---@return table
function broker.options(options)
  return {
    broker = options.broker, password_file = options.password_file, ca = options.ca, key = options.key,
    certificate = options.certificate, version = options.mqtt, topic = options.topic,
  }
end

return broker
