-- Failures that nobody looks at are seen.
local door = require "spec.support.door"
local process = require "spec.support.process"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a failure that nobody looks at", function()
  local function run(script, ...)
    local result = process.run({ luashot, "--headless=16x8", ..., "-" }, { stdin = script, timeout = 60 })
    return result.code .. "|" .. result.out .. "|" .. result.err
  end

  it("is told with its place, and the run ends with 1", function()
    assert.matches("^1|on\n|luashot: stdin:1: [^\n]*/nosuch/a.png[^\n]* %(the script ignored this result%)\n$",
      run 'grab():save "/nosuch/a.png" print "on"')
    local shot = process.run { luashot, "--headless=16x8", "-e", [[grab():save "/nosuch/a.png"]] }
    assert.equal(1, shot.code, shot.err)
  end)

  it("is told once for each place and reason, of the job that it happens in", function()
    local said = run [[
      local frame = grab()
      local job = every("5ms", function(job)
        frame:save "/nosuch/a.png"
        if job.runs == 5 then job:stop() end
      end, { name = "saver" })
    ]]
    assert.matches("^1||luashot: job 'saver': stdin:3: [^\n]*/nosuch/a.png[^\n]*\n$", said)
  end)

  it("is told of functions in Lua, too", function()
    local said = run [[
      luashot.rotate("/nosuch/*", { count = 1 })
      luashot.run_program { "no-such-program" }
      luashot.record { to = "x.mkv", program = "no-such-program" }
      luashot.record { to = "x.mkv", what = "nowhere" }
    ]]
    local lines = {}
    for line in said:gmatch "luashot: stdin:(%d+): [^\n]*%(the script ignored this result%)\n" do
      lines[#lines + 1] = line
    end
    assert.equal("1 2 3 4", table.concat(lines, " "), said)
  end)

  it("is none where the result goes somewhere, or is an answer", function()
    assert.equal("0||", run([[
      local frame = grab()
      local ok = frame:save "/nosuch/a.png"
      local t = { frame:save "/nosuch/a.png" }
      if frame:save "/nosuch/a.png" then t = nil end
      select("#", frame:save "/nosuch/a.png")
      pcall(frame.save, frame, "/nosuch/a.png")
      local function save() return frame:save "/nosuch/a.png" end
      ok = save()
      pcall(function() assert(frame:save "/nosuch/a.png") end)
      coroutine.wrap(function() coroutine.yield((frame:save "/nosuch/a.png")) end)()
      luashot.wait { display = assert(luashot.open {}), when = function() end, timeout = "1ms" }
      frame:save_async("/nosuch/a.png", nil, function() end)
    ]]))
  end)

  it("ends a run that is strict", function()
    assert.matches("^1|1\n|", run([[
      every("5ms", function(job) print(job.runs) grab():save "/nosuch/a.png" end)
    ]], "--strict"))
  end)

  it("is told to who has typed it, and is theirs", function()
    local here <close> = setmetatable({ door = door.new() }, { __close = function(self) self.door:close() end })
    local host = here.door:listen(door.TICKER)
    local result = here.door:attach({}, "-e", [[do luashot.rotate("/nosuch/*", { count = 1 }) end]])
    assert.matches("^luashot: stdin:1: [^\n]*%(the script ignored this result%)\n$", result.err)
    assert.equal(1, result.code)
    assert.equal("", host.err)
    local prompt = process.run({ luashot, "-i" }, { stdin = 'luashot.rotate("/nosuch/*", { count = 1 })\n' })
    assert.matches("nil%s+[^\n]*ENOENT", prompt.out)
    assert.is_nil(prompt.err:find "nobody")
  end)

  it("is the caller's under stock Lua", function()
    local result = process.run(process.lua("-"), { stdin = [[require("luashot").load "/nosuch/a.png"]] })
    assert.equal("0", tostring(result.code) .. result.out .. result.err)
  end)
end)
