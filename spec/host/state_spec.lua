-- How the host loads the Lua files that it carries.
local process = require "spec.support.process"

local build = assert(os.getenv("LUASHOT_BUILD"))

describe("the host's own files", function()
  --- How many were loaded as text, and how many compiled, by a host whose liblua is `preload`'s.
  local function loads(preload)
    local options = (os.getenv "ASAN_OPTIONS" or "") .. ":verify_asan_link_order=0" -- what is preloaded comes first
    local result = process.run { "env", "ASAN_OPTIONS=" .. options, "LD_PRELOAD=" .. build .. "/spec/" .. preload,
      build .. "/luashot", "-e",
      "local job = every('1ms', function(job) print(job.runs) job:stop() end)" }
    assert.equal("1\n", result.out)
    local _, texts = result.err:gsub("%f[^\n\0]t %S+%.lua\n", "")
    local _, compiled = result.err:gsub("%f[^\n\0]b %S+%.lua\n", "")
    assert.equal(texts + compiled, select(2, result.err:gsub("\n", "")), result.err)
    return texts, compiled
  end

  it("are compiled when the host is built", function()
    local texts, compiled = loads "loads.so"
    assert.equal(0, texts)
    assert.is_true(compiled > 10, compiled)
  end)

  it("are read as text by a Lua of another release", function()
    local texts, compiled = loads "loads_other_release.so"
    assert.equal(0, compiled)
    assert.is_true(texts > 10, texts)
  end)
end)
