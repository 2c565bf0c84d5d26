-- The unit luashot@.service under a real manager of a user's services, by the commands of docs/cookbook.md.
local files = require "spec.support.files"
local process = require "spec.support.process"
local user_manager = require "spec.support.user_manager"
local xserver = require "spec.support.xserver"
local uv = require "luv"

local UNIT <const> = "luashot@patrol"
local SCRIPT <const> = [[
every("100ms", function()
  local frame <close> = grab "primary"
  assert(frame:save_async(os.getenv "HOME" .. "/patrol.png"))
end, { name = "patrol" })
]]

local build = assert(os.getenv "LUASHOT_BUILD")
local refusal = user_manager.refusal()

describe("the service", function()
  local manager, server

  local function must(...)
    local result = manager:control(...)
    assert(result.code == 0, result.err)
  end

  -- A skip, even under CI: a container may allow no manager.
  local function check()
    if refusal then
      pending("skipped, because " .. refusal)
    end
  end

  --- What a line sent into the service prints.
  local function attach(line)
    return process.run({ "sh", "-c", [[printf '%s\n' "$1" | "$2" --attach "$3"]], "sh", line,
      manager.folder .. "/prefix/bin/luashot", manager.runtime .. "/luashot-patrol" }).out
  end

  local function wait_for_picture()
    os.remove(manager.home .. "/patrol.png")
    return process.wait_until(function() return uv.fs_stat(manager.home .. "/patrol.png") end)
  end

  setup(function()
    if refusal then
      return
    end
    manager, refusal = user_manager.start()
    if not manager then
      return
    end
    server = xserver.start { width = 320, height = 240 }
    local prefix, config = manager.folder .. "/prefix", manager.home .. "/.config"
    local units = config .. "/systemd/user"
    local changes = units .. "/luashot@.service.d"
    for _, argv in ipairs {
      { "cmake", "--install", build, "--prefix", prefix },
      { "mkdir", "-p", config .. "/luashot", changes },
      { "cp", prefix .. "/lib/systemd/user/luashot@.service", units },
    } do
      local result = process.run(argv)
      assert(result.code == 0, result.err)
    end
    files.write(config .. "/luashot/patrol.lua", SCRIPT)
    files.write(changes .. "/short.conf", "[Service]\nWatchdogSec=2s\nRestartSec=100ms\n") -- the spec's patience
    must "daemon-reload"
    must("set-environment", "DISPLAY=" .. server.display)
  end)

  teardown(function()
    if manager then
      manager:stop()
      server:stop()
    end
  end)

  it("is ready when its script has run, and takes pictures", function()
    check()
    must("enable", "--now", UNIT)
    assert.equal("active", manager:show(UNIT, "ActiveState"))
    assert.truthy(wait_for_picture())
    assert.equal("42\n", attach "6 * 7")
  end)

  it("comes back when it was killed, and when its loop is blocked", function()
    check()
    local function restarts()
      return tonumber(manager:show(UNIT, "NRestarts"))
    end
    for i, harm in ipairs { "os.execute 'kill -9 $PPID'", "os.execute 'sleep 20'" } do
      attach(harm)
      assert.truthy(process.wait_until(function()
        return restarts() == i and manager:show(UNIT, "ActiveState") == "active"
      end), harm)
      assert.truthy(wait_for_picture())
    end
  end)

  it("ends well when it is told to", function()
    check()
    must("restart", UNIT)
    assert.truthy(wait_for_picture())
    must("disable", "--now", UNIT)
    assert.equal("inactive", manager:show(UNIT, "ActiveState"))
    assert.equal("success", manager:show(UNIT, "Result"))
    assert.is_nil(uv.fs_stat(manager.runtime .. "/luashot-patrol"))
  end)
end)
