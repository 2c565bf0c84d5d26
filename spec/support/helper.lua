--- Loaded by busted before every spec file.
local busted = require "busted"

-- Kept across busted's insulation: a C module must not be opened twice.
require "luv"
require "spec.support.process"

require("spec.support.collector").usual()

-- ctest shows a file as skipped, not passed, when that is all that happened to some of its tests.
local SKIPPED = 77
local pending, failed = 0, 0
busted.subscribe({ "test", "end" }, function(_, _, status)
  pending = pending + (status == "pending" and 1 or 0)
  failed = failed + ((status == "failure" or status == "error") and 1 or 0)
  return nil, true
end)
busted.subscribe({ "error" }, function()
  failed = failed + 1
  return nil, true
end)

-- busted knows a skip of a test only, and fails at one in what comes before tests. This is told as a test that is
-- skipped; what would undo a setup that was not done does not run.
for _, before in ipairs { "strict_setup", "lazy_setup", "before_each" } do
  busted.subscribe({ "pending", before }, function(element, parent, ...)
    if before ~= "before_each" then
      parent.strict_teardown, parent.lazy_teardown = nil, nil
    end
    busted.publish({ "test", "start" }, element, parent)
    busted.publish({ "pending" }, element, parent, ...)
    busted.publish({ "test", "end" }, element, parent, "pending")
    return nil, false
  end)
end

busted.subscribe({ "exit" }, function()
  if pending > 0 and failed == 0 then
    os.exit(SKIPPED, true)
  end
  return nil, true
end)
