-- A module that calls fork(2): the child ends nothing of its parent's, and ends itself.
local files = require "spec.support.files"
local process = require "spec.support.process"
local xserver = require "spec.support.xserver"

local luashot = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

describe("a child of fork", function()
  local server

  setup(function()
    server = xserver.start { width = 16, height = 8 }
  end)

  teardown(function()
    server:stop()
  end)

  local PRELUDE <const> = [[
    io.stdout:setvbuf "no"
    local forker = package.loadlib(os.getenv "LUASHOT_BUILD" .. "/spec/forker.so", "luaopen_forker")()
    local luashot = require "luashot"
    local function in_child(fn, ...)
      local is_child, pid = forker.fork()
      if is_child then
        fn(...)
        return os.exit(3, true)
      end
      print("child", forker.wait(pid))
    end
  ]]

  --- Under stock Lua and in the host, which must print the same.
  local function run(script, expected)
    local env = server:env()
    env.ASAN_OPTIONS = (os.getenv "ASAN_OPTIONS" or "") .. ":detect_leaks=0" -- what is the parent's is left alone
    for _, command in ipairs { process.lua "-", { luashot, "-" } } do
      local result = process.run(command, { stdin = PRELUDE .. script, env = env, timeout = 60 })
      assert.equal(expected, result.out .. result.err)
    end
  end

  for name, how in pairs {
    exit = "", close = "display:close()", collect = "display = nil collectgarbage() collectgarbage()",
    capture = "local _, _, code = display:grab() print(code)",
  } do
    it("leaves the parent's display as it was, by " .. name, function()
      run([[
        local display = assert(luashot.open {})
        assert(display:grab()):release()
        in_child(function() ]] .. how .. [[ end)
        print(display:grab())
      ]], (name == "capture" and "ELOST\n" or "") .. "child\t3\t0\nframe 2 (root 16x8+0+0)\n")
    end)
  end

  it("can open a display of its own", function()
    run([[
      local display = assert(luashot.open {})
      in_child(function() print(assert(luashot.open {}):grab()) end)
      print(display:grab())
    ]], "frame 1 (root 16x8+0+0)\nchild\t3\t0\nframe 1 (root 16x8+0+0)\n")
  end)

  -- AddressSanitizer's allocator does not survive fork: a child waits for ever for a lock that a thread of its parent
  -- held, here the one that saves.
  if not os.getenv "LUASHOT_SANITIZED" then
    it("ends although saves were under way, and does none itself", function()
      local folder = files.folder()
      run(([[
        local frame = assert(luashot.open {}):grab()
        local folder = "%s/"
        assert(frame:save_async(folder .. "a.png"))
        in_child(function() print(frame:save_async(folder .. "b.png")) end)
        assert(frame:save_async(folder .. "c.png"))
        luashot.run()
        print(luashot.load(folder .. "a.png") ~= nil, luashot.load(folder .. "c.png") ~= nil)
      ]]):format(folder), "nil\tthis process was forked, and has no threads\tENOTSUP\nchild\t3\t0\ntrue\ttrue\n")
      files.remove(folder)
    end)
  end

  it("leaves rings as they were, those that it reads and those that it writes", function()
    local name = "luashot-spec-fork-" .. require("luv").os_getpid()
    run(([[
      local zb = require "luashot.zerobuffer"
      local reader = assert(zb.reader "%s")
      local writer = assert(zb.writer "%s")
      assert(writer:write "first")
      local item = assert(reader:read(1))
      in_child(function() item = nil collectgarbage() end)
      in_child(function() item:release() reader:close() writer:close() end)
      assert(writer:write "second")
      print(item:bytes(), reader:read(1):bytes(), writer:reader_connected(), zb.stat("%s") ~= nil)
      item:release()
      reader:close()
      print(select(3, zb.stat("%s")))
    ]]):format(name, name, name, name), "child\t3\t0\nchild\t3\t0\nfirst\tsecond\ttrue\ttrue\nENOENT\n")
  end)
end)
