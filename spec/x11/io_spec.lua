-- A server that sends the beginning of a message and never its rest, or that reads nothing: libxcb waits for it
-- without end. The relay is such a server; the connection ends, and the process goes on.
local files = require "spec.support.files"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local screen = require "spec.support.screen"
local xserver = require "spec.support.xserver"
local uv = require "luv"

local calls = {
  ["a capture"] = "display:grab()",
  ["a capture through the socket"] = "display:grab()",
  ["a list of windows"] = "display:windows()",
  ["monitors"] = "display:monitors()",
  ["events"] = "display:poll()",
  ["a watch"] = "watch:changed()",
}

-- Opens, waits for a line, and calls until that fails.
local CODE <const> = [[
  local luashot = require "luashot.core"
  local display, why, code
  repeat -- which may take longer than the calls get
    display, why, code = luashot.open{ path = %s, timeout = %s }
  until code ~= "ETIMEDOUT"
  assert(display, why)
  local rect = { x = 0, y = 0, width = 9, height = 9 }
  local watch = assert(display:watch(rect))
  local many = {}
  for i = 1, 4096 do
    many[i] = rect
  end
  display:grab_many(many) -- so that no memory is attached later, which takes a flush
  io.stdout:write "open\n"
  io.stdout:flush()
  io.read()
  local good
  repeat
    good, why, code = %s
  until not good and code ~= "ETIMEDOUT"
  print(code, why)
  assert(luashot.open{ display = os.getenv "OTHER" }:grab()) -- the process goes on
]]

local LOST <const> = "ELOST\tthe connection to the X server is lost\n"

-- What runs in the process that acts, which nobody waits for without a bound.
local acting = { ["actor.c"] = true, ["settle.c"] = true, ["typist.c"] = true }

it("nothing else in src/x11 reads, flushes or takes an identifier", function()
  local folder = (os.getenv "LUASHOT_SOURCE" or ".") .. "/src/x11/"
  local request = assert(uv.fs_scandir(folder))
  for name in function() return uv.fs_scandir_next(request) end do
    local text = files.read(folder .. name):gsub("xcb_poll_for_queued_event%(", "") -- which does neither
    local call = name:find "%.c$" and name ~= "io.c" and not acting[name] and (text:match "xcb_flush%("
      or text:match "xcb_poll_for_%l+%(" or text:match "xcb_generate_id%(")
    assert.is_true(not call, name)
  end
end)

describe("a server that holds back", function()
  local server
  setup(function()
    server = xserver.start({ width = 160, height = 120 })
  end)
  teardown(function()
    server:stop()
  end)

  local function hold(how)
    local between = relay.start(server)
    finally(function()
      between:stop()
    end)
    between("hold " .. (how or ""))
    return between
  end

  local function begin(between, call, options)
    options = options or {}
    local child = process.spawn(process.lua("-e",
      CODE:format(options.path or "nil", options.timeout or "0.3", call)),
      { env = { DISPLAY = between.display, OTHER = server.display } })
    assert.equal("open", child:read_line(20) or child.err)
    return child
  end

  local function finish(child)
    local code, signal = child:wait(60)
    child:stop()
    assert.same({ 0, 0, LOST, "" }, { code, signal, (child.out:gsub("^open\n", "")), child.err })
  end

  it("the rest of a message costs the connection, in each call", function()
    local between = hold()
    local children = {}
    for name, call in pairs(calls) do
      children[name] = begin(between, call, { path = name:find "socket" and "'getimage'" })
    end
    between "cut"
    for name, child in pairs(children) do
      child:write "\n"
      if name == "events" then
        server:resize(150, 110)
      end
    end
    for _, child in pairs(children) do
      finish(child)
    end
  end)

  it("an answer about new identifiers costs the connection, when all are used up", function()
    local between = hold "few"
    local rect = "{ x = 0, y = 0, width = 9, height = 9 }"
    local child = begin(between, ("(function() local one <close>, why, code = display:watch(%s) "
      .. "if not one then return one, why, code end return true end)()"):format(rect))
    between "cut"
    child:write "\n"
    finish(child)
  end)

  it("its hand from what is sent costs the connection", function()
    local between = hold()
    local child = begin(between, 'display:grab({ title = "door" }, { timeout = 0 })')
    between "deaf"
    child:write "\n"
    finish(child)
  end)

  it("its socket, as it ends, costs the connection, and not the process by SIGPIPE", function()
    local between = hold()
    local child = begin(between, 'display:grab({ title = "door" }, { timeout = 0 })')
    between "shut"
    process.sleep(1.2)
    child:write "\n"
    finish(child)
  end)

  it("its socket, as it ends, costs no SIGPIPE amid more requests than libxcb's buffer holds", function()
    local between = hold()
    local child = begin(between, "display:grab_many(many)")
    between "shut"
    process.sleep(1.2)
    child:write "\n"
    finish(child)
  end)

  it("a message but for a byte now and then costs the connection, after a minute #long", function()
    local between = hold()
    local child = begin(between, "display:grab()")
    between "drip"
    child:write "\n"
    local code = child:wait(120)
    assert.equal(0, code)
    finish(child)
  end)
end)

-- A program that does nothing about SIGPIPE would end when the server has gone in the middle of such a write.
it("no request writes without a guard, when libxcb's buffer is full", function()
  local shown = screen.start { width = 200, height = 100 }
  finally(function() shown:stop() end)
  local id = shown.paint:make("direct", 20, 20, 100, 50, "ff8000") -- whose colors are asked for
  local build = assert(os.getenv "LUASHOT_BUILD")
  local preload = (os.getenv "LUASHOT_PRELOAD" or "") .. " " .. build .. "/spec/bare_writes.so"
  local result = process.run({ "env", "LD_PRELOAD=" .. preload, process.stock, "-e", ([[
    local luashot = require "luashot.core"
    local display = assert(luashot.open())
    local regions, windows = {}, {}
    for i = 1, 4096 do
      regions[i] = { x = 0, y = 0, width = 9, height = 9 }
      windows[i] = { window = %d }
    end
    print(#assert(display:grab_many(regions)))
    print(select(3, display:grab_many(windows)))
    for i = 1, 1000 do
      regions[i] = assert(display:watch(regions[i]))
    end
    display:close()
  ]]):format(id) }, { env = { DISPLAY = shown.server.display } })
  assert.same({ 0, 0, "4096\nEVISUAL\n", "" }, { result.code, result.signal, result.out, result.err })
end)
