-- Opening is as patient as it is told to be, and no more.
local luashot = require "luashot.core"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local proc = require "spec.support.proc"
local xserver = require "spec.support.xserver"
local uv = require "luv"

describe("opening a display", function()
  local server
  before_each(function() server = xserver.start({ width = 64, height = 48 }) end)
  after_each(function() server:stop() end)

  local function timed_out(timeout)
    local start = uv.hrtime()
    local display, message, code = luashot.open({ display = server.display, timeout = timeout })
    assert.is_nil(display)
    assert.equal("ETIMEDOUT", code)
    assert.matches("(is it stopped, or grabbed by another client?)", message, 1, true)
    assert.is_true(uv.hrtime() - start < 15e9)
  end

  local function works()
    local display <close> = assert(luashot.open({ display = server.display }))
    local frame <close> = assert(display:grab())
    assert.same({ 64, 48 }, { frame.width, frame.height })
  end

  it("ends in time when the server is stopped, and leaves nothing behind", function()
    works()
    collectgarbage()
    local fds, at_server = proc.fd_count(), server:fd_count()
    local threads = proc.threads()
    server:suspend()
    timed_out(0.2)
    timed_out("50ms")
    timed_out(0)
    server:resume()
    collectgarbage()
    collectgarbage()
    -- What those attempts still open is closed at once.
    assert.is_true(process.wait_until(function()
      return proc.fd_count() <= fds and server:fd_count() <= at_server and proc.threads() <= threads
    end, 10))
    works()
  end)

  it("ends in time when another client has grabbed the server", function()
    local paint = painter.start(server)
    finally(function() paint:stop() end)
    paint("grab")
    timed_out(0.3)
    paint("ungrab")
    works()
  end)

  it("waits for a server that is slow", function()
    server:suspend()
    local child = process.spawn({ "sh", "-c", "sleep 0.3; kill -CONT " .. server.pid })
    local display <close> = assert(luashot.open({ display = server.display, timeout = "30s" }))
    assert.same({ 64, 48 }, { display:size() })
    child:wait(10)
  end)

  it("fails when the server dies meanwhile", function()
    server:stop()
    -- Else a server of another test may have its name by the time the next address is tried.
    server = xserver.start { replaceable = true }
    server:suspend()
    local child = process.spawn({ "sh", "-c", "sleep 0.3; kill -KILL " .. server.pid })
    local display, message, code = luashot.open({ display = server.display, timeout = 30 })
    assert.is_nil(display)
    assert.same({ ("no X server answers at '%s'"):format(server.display), "ENODISPLAY" }, { message, code })
    child:wait(10)
  end)

  it("is told from frames that are held, when captures are not answered", function()
    local display <close> = assert(luashot.open({ display = server.display, slots = 3 }))
    local held = assert(display:grab("8x8"))
    server:suspend()
    local codes, message, _ = {}, nil, nil
    for i = 1, 4 do
      _, message, codes[i] = display:grab(nil, { timeout = 0.02 })
    end
    assert.same({ "ETIMEDOUT", "ETIMEDOUT", "EBUSY", "EBUSY" }, codes)
    assert.equal("all 3 slots are held, 2 of them by captures that the X server has not answered: release a frame, "
      .. "or open the display with more slots", message)
    held:release()
    assert.equal("ETIMEDOUT", select(3, display:grab(nil, { timeout = 0.02 })))
    _, message, codes[5] = display:grab(nil, { timeout = 0.02 })
    assert.same({ "the X server has not answered 3 captures that were given up (is it stopped, or grabbed by another "
      .. "client?)", "ETIMEDOUT" }, { message, codes[5] })
    server:resume()
    assert.is_true(process.wait_until(function()
      assert(display:poll())
      return display:stats().in_flight == 0
    end, 10))
    local frame <close> = assert(display:grab(nil, { timeout = 10 }))
    assert.same({ 64, 48 }, { frame.width, frame.height })
  end)

  it("ends with the process that gives up", function()
    server:suspend()
    local result = process.run(process.lua("-e",
      "print(select(3, require('luashot.core').open{ timeout = 0.1 }))"), { env = server:env(), timeout = 20 })
    server:resume()
    assert.same({ "ETIMEDOUT\n", "", 0 }, { result.out, result.err, result.code })
  end)
end)
