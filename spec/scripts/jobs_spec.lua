-- scripts/jobs.lua: the jobs of a script, shown while it runs.
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"
local script = assert(os.getenv("LUASHOT_SOURCE")) .. "/scripts/jobs.lua"

describe("luashot jobs", function()
  local file

  before_each(function()
    file = os.tmpname()
    local handle <close> = assert(io.open(file, "w"))
    handle:write [[
      print(#arg, arg[1], ...)
      every("20ms", function(job)
        if job.runs == 3 then print "ready" end
        if job.runs == 2 then error "broken" end
      end, { name = "patrol" })
      cron("@hourly", function() end, { name = "hourly" })
      io.stdout:setvbuf "no"
      after(arg[2] or "1h", function() os.exit(3) end)
    ]]
  end)

  after_each(function()
    os.remove(file)
  end)

  local function is_table(text)
    assert.matches("job +next +last +took +runs +errors +skipped\n", text)
    assert.matches("patrol +%d+%-%d%d%-%d%d %d%d:%d%d:%d%d +[%d: -]+ +%d+ ms +%d+ +1 +%d+\n  [^\n]*broken\n", text)
    assert.matches("hourly +%d+%-%d%d%-%d%d %d%d:00:00 +%- +%- +0 +0 +0\n", text)
  end

  it("shows them every so often, and passes the rest on", function()
    local result = process.run({ luashot, script, "--every", "300ms", file, "--every", "1s" })
    assert.equal("2\t--every\t--every\t1s\nready\n", result.out)
    assert.equal(3, result.code)
    is_table(result.err)
  end)

  it("shows them on SIGUSR1", function()
    local running = process.spawn { luashot, script, file }
    running:read_line()
    assert.equal("ready", running:read_line())
    running:kill "sigusr1"
    process.wait_until(function() return running.err:find "hourly" end)
    running:stop()
    is_table(running.err)
  end)

  it("ends with the script", function()
    local result = process.run({ luashot, script, "-e", "1s", "/dev/null" })
    assert.equal("", result.err)
    assert.equal(0, result.code)
  end)

  it("finds a ready-made script, and a script its modules", function()
    assert.matches("^Usage: luashot workday ", process.run({ luashot, script, "workday", "--help" }).out)
    local folder = process.run({ "mktemp", "-d" }).out:gsub("\n", "")
    for name, text in pairs { main = 'print(require "beside")', beside = "return 7" } do
      local handle <close> = assert(io.open(("%s/%s.lua"):format(folder, name), "w"))
      handle:write(text)
    end
    local result = process.run({ luashot, script, folder .. "/main.lua" })
    assert.equal("7", result.out:match "^%d+", result.err)
    process.run({ "rm", "-r", folder })
  end)

  it("says what is wrong", function()
    local result = process.run({ luashot, script, "workdy" })
    assert.equal(1, result.code)
    assert.matches("^jobs: cannot open workdy: No such file[^\n]*did you mean 'workday'[^\n]*\n$", result.err)
    assert.equal(2, process.run({ luashot, script, "--every", "never", file }).code)
    assert.equal(2, process.run({ luashot, script }).code)
  end)
end)
