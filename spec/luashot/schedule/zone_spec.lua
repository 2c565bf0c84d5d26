-- The time zone may change while a host runs: the system's, or what the script sets.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("the time zone", function()
  it("that the script sets holds for jobs that are there, and for names of files", function()
    local folder = files.folder()
    local result = process.run({ luashot, "--headless=16x8", "-", folder }, { env = { TZ = "Asia/Tokyo" }, stdin = [[
      local uv = require "luv"
      local frame = grab()
      local job, daily = at("12:00", print), cron("30 9 * * *", print)
      local function show()
        print(os.date("!%H:%M", math.floor(job.next)), os.date("!%H:%M", math.floor(daily.next)),
          assert(frame:save(arg[1] .. "/%Z.ppm")):match "[^/]*$", os.date "%Z")
      end
      show()
      uv.os_setenv("TZ", "America/Phoenix")
      show()
      uv.os_unsetenv "TZ"
      uv.os_setenv("TZ", "UTC")
      show()
      os.exit(0)
    ]] })
    files.remove(folder)
    assert.equal("03:00\t00:30\tJST.ppm\tJST\n19:00\t16:30\tMST.ppm\tMST\n12:00\t09:30\tUTC.ppm\tUTC\n",
      result.out .. result.err)
  end)

  it("of the system holds for jobs that are there when it is changed", function()
    need(uv.getuid() == 0, "a folder in the place of /etc needs root")
    local folder = files.folder()
    local zones = "/usr/share/zoneinfo/"
    process.run { "sh", "-c", ("cd %s && cp -r /etc/passwd /etc/ld.so.* ."):format(folder) }
    assert(uv.fs_symlink(zones .. "Asia/Tokyo", folder .. "/localtime"))
    local host = process.spawn({ "unshare", "--mount", "sh", "-c", ([[mount --bind %s /etc; exec "$0" "$@"]])
      :format(folder), luashot, "-" }, { env = { TZ = false } })
    host:write [[
      io.stdout:setvbuf "line"
      local job = at("12:00", print)
      local shown
      every("10ms", function()
        local now = os.date("!%H:%M", math.floor(job.next))
        if now ~= shown then
          shown = now
          print(now, os.date "%Z")
        end
      end)
    ]]
    host:close_input()
    assert.equal("03:00\tJST", host:read_line(20), host.err)
    assert(uv.fs_symlink(zones .. "America/Phoenix", folder .. "/other"))
    assert(uv.fs_rename(folder .. "/other", folder .. "/localtime"))
    assert.equal("19:00\tMST", host:read_line(20), host.err)
    host:stop()
    files.remove(folder)
  end)
end)
