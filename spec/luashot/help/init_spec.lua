-- help() and completion say what the reference says.
local annotations = require "spec.support.annotations"
local luashot = require "luashot"
local manual = require "luashot.help.manual"
local process = require "spec.support.process"
local repl = require "luashot.host.repl"
local xserver = require "spec.support.xserver"

local program = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"
local items = annotations.read_all(assert(os.getenv("LUASHOT_SOURCE")))

describe("the help", function()
  local written

  --- Asks at a prompt that is not standard output.
  local function help(line)
    written = ""
    local conversation = repl.new(setmetatable({ help = luashot.help }, { __index = _G }), function(text)
      written = written .. text
    end)
    conversation:line(line)
    return written
  end

  local function flat(text)
    return (text:gsub("%s+", " "))
  end

  it("of a function has its signature, options, results and codes", function()
    local text = flat(help "help(require('luashot').open)")
    assert.matches("^luashot%.open%(options%) Open a display%.", text)
    assert.matches("options luashot%.OpenOptions or nil", text)
    assert.matches("slots integer; maximum number of frames held at one time, 1 to 1024; default 8", text)
    assert.matches("Gives display luashot%.Display", text)
    assert.matches("ENODISPLAY no display is named, no server answers there", text)
    assert.equal(written, help "help 'luashot.open'")
    assert.equal(written, help "help 'open'")
  end)

  it("finds every function that is documented, by its name and by itself", function()
    for _, item in ipairs(items) do
      if item.kind == "function" and not item.is_internal then
        local text = flat(help(("help %q"):format(item.name)))
        local signature = ("%s(%s)"):format(item.name, table.concat(item.arguments, ", "))
        assert.equal(signature, text:sub(1, #signature))
        for _, param in ipairs(item.params) do
          assert.is_truthy(text:find(" " .. param.name .. " ", 1, true), item.name .. " " .. param.name)
        end
        local code = item.returns[#item.returns]
        for name in (code and code.name:match "^code (.*)" or ""):gmatch "E%u+" do
          assert.is_truthy(text:find(" " .. name .. " ", 1, true), item.name .. " " .. name)
        end
      end
    end
    for owner, functions in pairs {
      ["luashot.Display"] = luashot.display, ["luashot.Frame"] = luashot.frame,
      ["luashot"] = luashot, ["luashot.schedule"] = luashot.schedule,
    } do
      for _, item in ipairs(items) do
        if item.owner == owner and item.kind == "function" and not item.is_internal then
          local found = assert(manual.of_function(functions[item.member]), item.name)
          assert.equal(item.member, found.member or found.name)
        end
      end
    end
  end)

  it("of a handle or a module lists what it has", function()
    local server = xserver.start({ width = 64, height = 48 })
    local display <close> = assert(luashot.open({ display = server.display }))
    local frame <close> = assert(display:grab())
    for name, value in pairs { ["luashot.Display"] = display, ["luashot.Frame"] = frame, ["luashot"] = luashot } do
      _G.subject = value
      local text = help "help(subject)"
      for _, item in ipairs(items) do
        if item.owner == name and not item.is_internal and item.kind == "function" then
          assert.is_truthy(text:find("  " .. item.name .. "(", 1, true), item.name)
        end
      end
      assert.is_nil(text:find "check_options")
    end
    _G.subject = nil
    assert.matches("width +integer; in pixels", help "help 'Frame'")
    server:stop()
  end)

  it("knows options, values and codes", function()
    assert.matches("luashot%.GrabOptions%.clip: boolean", help "help 'clip'")
    assert.matches('"bgrx" +4 bytes a pixel', help "help 'PixelFormat'")
    assert.matches("^EBUSY: frames hold all slots.*What helps: release frames", help "help 'EBUSY'")
  end)

  it("says what was probably meant, and where there is nothing", function()
    assert.equal("no name here is 'grap' (did you mean 'grab'?)\n", help "help 'grap'")
    assert.equal("no name here is 'zzzzzzzzzzzz'\n", help "help 'zzzzzzzzzzzz'")
    assert.equal("this function has no documentation\n", help "help(print)")
    assert.equal("this number has no documentation\n", help "help(5)")
    assert.equal("this nil has no documentation\n", help "help(nil)")
    assert.matches('help"grab".*every%(period, fn, options%)', help "help()")
  end)

  it("is in the message about a function that is not there", function()
    local message
    local conversation = repl.new(_G, function(text)
      message = text:match "^[^\n]*"
    end)
    for line, said in pairs {
      ["grap()"] = "global 'grap') (did you mean 'grab'?)",
      ["pirnt()"] = "global 'pirnt') (did you mean 'print'?)",
      ["require('luashot').opne()"] = "field 'opne') (did you mean 'open'?)",
      ["require('luashot').schedule.every(1, print):stpo()"] = "method 'stpo') (did you mean 'stop'?)",
      ["zzzzzzzzzz()"] = "global 'zzzzzzzzzz')",
      ["local grap grap()"] = "local 'grap')",
    } do
      conversation:line(line)
      assert.equal("stdin:1: attempt to call a nil value (" .. said, message)
    end
    luashot.schedule.stop_all()
  end)

  it("is in the host, and for stock Lua", function()
    local result = process.run({ program, "-e", "help(grab)" })
    assert.matches("^grab%(what, options%)\n", result.out)
    result = process.run(process.lua("-e", "local luashot = require 'luashot' luashot.help(luashot.load)"))
    assert.matches("^luashot%.load%(picture, options%)\n", result.out)
    assert.equal("", result.err)
  end)
end)

describe("completion of what is documented", function()
  local server, environment

  setup(function()
    server = xserver.start({ width = 64, height = 48 })
    environment = { luashot = luashot, display = assert(luashot.open({ display = server.display })) }
    environment.frame = assert(environment.display:grab())
  end)

  teardown(function()
    environment.frame:release()
    environment.display:close()
    server:stop()
  end)

  local function completed(text)
    local candidates = repl.new(environment, print):complete(text)
    return table.concat(candidates, " ")
  end

  it("has the methods of handles, and their fields", function()
    assert.equal("grab grab_many", completed "display:gr")
    assert.equal("save save_async scale show", completed("frame:s"):gsub("same ", ""))
    assert.equal("height", completed "frame.hei")
    assert.equal("", completed "frame:hei")
    assert.equal("every", completed "luashot.ev")
    assert.equal("sleep", completed "luashot.schedule.sl")
    assert.equal("", completed "luashot.set_w")
  end)

  it("has the names of options", function()
    assert.equal("damage display", completed "luashot.open{ da" .. " " .. completed "luashot.open { dis")
    assert.equal("clip", completed "x = display:grab('primary', { cl")
    assert.equal("cursor", completed "display:grab({ width = 1, height = 2 }, { clip = true, cu")
    assert.equal("mode", completed "frame:show{ width = 3, mo")
    assert.equal("", completed "frame:show{ width = mo")
  end)

  it("has the strings that an argument or an option can be", function()
    assert.equal("pam png ppm", completed "frame:encode('p")
    assert.equal("rgb rgba", completed 'x = frame:bytes "rg')
    assert.equal("shm-fd shm-sysv", completed 'luashot.open{ slots = 3, path = "shm-')
    assert.equal("sixel", completed "frame:show{ mode = 's")
    assert.equal("", completed "frame:show{ width = 's")
    assert.equal("", completed "x = 'al")
    assert.equal("", completed "print('luashot.")
    assert.equal("clip", completed "display:grab('primary', { cl")
    assert.equal("every", completed "f('a', \"b\") luashot.ev")
  end)

  it("works with a frame that was released", function()
    local copy = environment.frame:copy()
    copy:release()
    environment.copy = copy
    assert.equal("release", completed "copy:rel")
  end)
end)
