local scripts = require "spec.support.scripts"
local terminal = require "spec.support.terminal"
local uv = require "luv"

describe("luashot demo", function()
  local rig

  setup(function() rig = scripts.start() end)
  teardown(function() rig:stop() end)
  after_each(function() rig:files(true) end)

  it("captures for real, and says where the pictures are", function()
    local result = rig:run("demo")
    assert.same({ 0, "" }, { result.code, result.err })
    local said = {}
    for path in result.out:gmatch("Saved %./(%S+)") do
      said[#said + 1] = path
    end
    table.sort(said)
    assert.same(rig:files(), said)
    assert.same({ "frame-2.png", "frame-3.png", "frame-4.png", "middle.png", "screen.png" }, said)
    rig:check("screen.png", 0, 0, 320, 120)
    rig:check("middle.png", 80, 30, 160, 60)
    rig:check("frame-4.png", 0, 0, 200, 120)
    assert.matches("The screen is 320x120", result.out)
    assert.matches("right %(right%), 120x120 at 200,0", result.out)
    assert.matches("by the path shm%-fd%.", result.out)
  end)

  it("shows the screen, too, on a terminal", function()
    local env = rig.server:env()
    env.PATH = ("%s:%s"):format(os.getenv "LUASHOT_BUILD", os.getenv "PATH")
    local shown = terminal.spawn({ "sh", "-c", "cd " .. rig.folder .. "; exec luashot demo" },
      { env = env, columns = 80, rows = 60 })
    finally(function() shown:stop() end)
    assert.equal(0, shown:wait())
    assert.matches("▀▀▀.*Saved %./screen%.png", shown.screen)
  end)

  it("puts them into the folder that it is told", function()
    local folder = rig.folder .. "/pictures"
    assert(uv.fs_mkdir(folder, 493))
    local result = rig:run("demo", "pictures")
    assert.equal(0, result.code, result.err)
    rig:check("pictures/screen.png", 0, 0, 320, 120)
    assert.equal(0, os.execute("rm -r '" .. folder .. "'") and 0)
  end)

  it("says in a line what fails", function()
    local result = rig:run("demo", "nowhere")
    assert.equal(1, result.code)
    assert.matches("^demo: cannot write nowhere/screen.png: No such file or directory\n$", result.err)
  end)

  it("has help", function()
    assert.matches("^Usage: luashot demo ", rig:run("demo", "--help").out)
  end)
end)
