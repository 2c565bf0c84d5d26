-- A spec file has pending() in its own environment; a module must get it from where that comes from.
local skip = require("busted.core")().pending

--- What a spec needs and cannot have: skipped with the reason for a user, a failure under CI, where
--- everything is meant to be there.
---@param condition any
---@param reason string "zerobuffer-ipc is not installed"
return function(condition, reason)
  if condition then
    return condition
  end
  if os.getenv("CI") == "true" then
    error("needed under CI: " .. reason, 2)
  end
  skip("skipped, because " .. reason)
end
