-- scripts/workday.lua: it starts, saves what changes, and goes on without its X server.
local files = require "spec.support.files"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"
local source = assert(os.getenv("LUASHOT_SOURCE"))

describe("luashot workday", function()
  it("saves what changes in its corner, and outlives the X server", function()
    local rig = screen.start { width = 320, height = 200 }
    local folder = files.folder()
    local host = process.spawn({ luashot, source .. "/scripts/workday.lua", folder }, { env = rig.server:env() })
    local number = 0
    local saved = process.wait_until(function()
      number = number % 255 + 1
      rig.paint(("fill 0 0 50 50 0000%02x"):format(number))
      return process.run({ "ls", folder }).out:match "corner%-[^\n]*%.png"
    end, 20)
    assert.is_string(saved)
    rig.server:kill()
    assert.is_truthy(process.wait_until(function() return host.err:find "connection to the X server is lost" end, 20))
    assert.is_true(host:is_running())
    host:kill "sigterm"
    assert.equal(143, host:wait(20))
    rig:stop()
    files.remove(folder)
  end)

  it("saves in working hours, and keeps neither old pictures nor more than 500 of changes", function()
    local rig = screen.start { width = 320, height = 200 }
    local folder = files.folder()
    local old = files.write(folder .. "/work-old.png", "")
    assert(uv.fs_utime(old, os.time() - 721 * 3600, os.time() - 721 * 3600))
    for i = 1, 502 do
      local corner = files.write(("%s/corner-%d.png"):format(folder, i), "")
      assert(uv.fs_utime(corner, i, i))
    end
    -- The same jobs, sooner.
    local host = process.spawn({ luashot, "-", folder }, { env = rig.server:env() })
    host:write(([[
      local soon = every
      function cron(when, fn, options)
        assert(when == "*/10 9-17 * * mon-fri", when)
        return soon("200ms", fn, options)
      end
      function every(when, fn, options)
        assert(when == "1h", when)
        return soon("200ms", fn, options)
      end
      dofile(%q)
    ]]):format(source .. "/scripts/workday.lua"))
    host:close_input()
    assert.is_truthy(process.wait_until(function()
      local names = table.concat(files.names(folder), " ")
      return names:find "work%-%d+%-" and not names:find "work-old" and not names:find "corner%-[12]%.png"
    end, 30), host.err)
    assert.is_truthy(uv.fs_stat(folder .. "/corner-3.png"))
    host:kill "sigterm"
    assert.equal(143, host:wait(20))
    assert.equal("", host.err)
    rig:stop()
    files.remove(folder)
  end)

  it("says what it is, and that there is no such folder", function()
    local help = process.run({ luashot, source .. "/scripts/workday.lua", "--help" })
    assert.matches("^Usage: luashot workday ", help.out)
    local result = process.run({ luashot, source .. "/scripts/workday.lua", "no such" })
    assert.equal(1, result.code)
    assert.equal("workday: no such/.: No such file or directory\n", result.err)
  end)
end)
