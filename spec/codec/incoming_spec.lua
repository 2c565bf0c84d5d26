-- Pictures that come through a pipe, when their writer likes.
local files = require "spec.support.files"
local process = require "spec.support.process"

local LUASHOT <const> = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

describe("a picture from a pipe", function()
  local folder, pipe, host

  before_each(function()
    folder = files.folder()
    pipe = folder .. "/pipe"
    assert.equal(0, process.run({ "mkfifo", pipe }).code)
  end)

  after_each(function()
    if host then
      host:stop()
      host = nil
    end
    files.remove(folder)
  end)

  local function start(script)
    host = process.spawn({ LUASHOT, "-", pipe }, { env = { DISPLAY = false } })
    host:write("local pipe = ... io.stdout:setvbuf 'line'\n" .. script)
    host:close_input()
  end

  local picture = "P6 2 1 255\nabcdef"

  it("that nobody writes lets other jobs run, and is interrupted by one Ctrl-C", function()
    start [[
      every("10ms", function(job) if job.runs == 5 then print "ticks" end end)
      after(0, function() print(luashot.load(pipe)) end)
    ]]
    assert.equal("ticks", host:read_line(20))
    host:kill "sigint"
    assert.equal(130, (host:wait(10)))
  end)

  it("that somebody has opened and says nothing likewise", function()
    start [[
      every("10ms", function(job) if job.runs == 5 then print "ticks" end end)
      after(0, function() print(luashot.load(pipe)) end)
    ]]
    local writer = process.spawn { "sh", "-c", 'exec >"$0"; printf "P6 2 1"; exec sleep 100', pipe }
    finally(function()
      writer:stop()
    end)
    assert.equal("ticks", host:read_line(20))
    process.sleep(0.2)
    assert.is_true(host:is_running())
    host:kill "sigint"
    assert.equal(130, (host:wait(10)))
  end)

  it("is whole when it comes in pieces, some time later", function()
    start [[
      local frame, why = luashot.load(pipe)
      print(frame or why, frame and frame:bytes "rgb")
    ]]
    process.sleep(0.2)
    local script = [[exec >"$0"; printf 'P6 2'; sleep 0.1; printf ' 1 255\nabc'; sleep 0.1; printf def]]
    assert.equal(0, process.run({ "sh", "-c", script, pipe }).code)
    assert.equal("abcdef", (host:read_line(20) or host.err):match "[^\t]*$")
    assert.equal(0, (host:wait(10)))
  end)

  it("is an error when it ends early, or is none", function()
    for text, code in pairs { ["P6 2 1 255\nab"] = "EFORMAT", [""] = "EFORMAT", ["no picture at all"] = "EFORMAT" } do
      start [[print((select(3, luashot.load(pipe))))]]
      process.sleep(0.1)
      process.run({ "sh", "-c", 'printf %s "$1" >"$0"', pipe, text })
      assert.equal(code, host:read_line(20))
    end
  end)

  it("that is searched for can be interrupted", function()
    start(("print 'ready' luashot.load(%q):find(pipe)"):format(picture))
    assert.equal("ready", host:read_line(20))
    process.sleep(0.2)
    host:kill "sigint"
    assert.equal(130, (host:wait(10)))
  end)

  it("can be loaded by stock Lua, too", function()
    local script = [[
      local frame = assert(require "luashot.core".load(arg[1]))
      print(frame:bytes "rgb")
    ]]
    files.write(folder .. "/load.lua", script)
    host = process.spawn(process.lua(folder .. "/load.lua", pipe))
    process.run({ "sh", "-c", 'printf "P6 2 1 255\nabcdef" >"$0"', pipe })
    assert.equal("abcdef", host:read_line(20), host.err)
  end)
end)
