-- Messages in a folder: their order, their bounds, and what is left when a host or a disk ends.
local files = require "spec.support.files"
local need = require "spec.support.need"
local new_spool = require "luashot.fleet.spool"
local process = require "spec.support.process"
local uv = require "luv"

local program = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("a spool", function()
  local folder, spool

  before_each(function()
    folder = files.folder()
    spool = assert(new_spool(folder .. "/spool", 1 << 20))
  end)

  after_each(function()
    process.wait_until(function() return not spool:is_busy() end)
    spool:close()
    files.remove(folder)
  end)

  --- Writes a message to its end.
  local function write(text, number)
    local result
    spool:write(number or spool:allot(), "id-1", text, function(...) result = table.pack(...) end)
    process.wait_until(function() return result end)
    return table.unpack(result, 1, result.n)
  end

  local function texts(from)
    local list, entry = {}, spool:after(from or 0)
    while entry do
      list[#list + 1] = spool:read(entry)
      entry = spool:after(entry.number)
    end
    return list
  end

  it("keeps messages in the order of their numbers, in memory and on the disk", function()
    local late = spool:allot()
    for i = 1, 12 do
      assert(write("message " .. i))
    end
    assert(write("earlier", late))
    local all = texts()
    assert.equal("earlier", all[1])
    assert.equal("message 12", all[13])
    assert.equal(12, spool:count_after(late))
    local again = assert(new_spool(folder .. "/spool", 1 << 20))
    spool:close()
    spool = again
    assert.same(all, texts())
    assert.equal(14, spool:allot())
  end)

  it("counts each message as a block at least, and refuses one that has no room", function()
    local small = assert(new_spool(folder .. "/small", 20000))
    spool:close()
    spool = small
    assert(write "x")
    assert.equal(4096, spool.bytes)
    local entry, message, code = write(("x"):rep(16000))
    assert.is_nil(entry)
    assert.equal("EBUSY", code)
    assert.matches("the spool .* is full: 4096 of 20000 bytes wait", message)
    spool:remove(spool:after(0))
    assert.equal(0, spool.bytes)
    assert(write(("x"):rep(16000)))
    assert.equal(16000, spool.bytes)
  end)

  it("removes from the front, the middle and the end, more than once", function()
    for i = 1, 9 do
      write(tostring(i))
    end
    local list = {}
    local entry = spool:after(0)
    while entry do
      list[#list + 1], entry = entry, spool:after(entry.number)
    end
    for _, i in ipairs { 1, 5, 5, 9, 2, 1 } do
      spool:remove(list[i])
    end
    assert.same({ "3", "4", "6", "7", "8" }, texts())
    process.wait_until(function() return #files.names(folder .. "/spool") == 5 end)
    assert.equal(5 * 4096, spool.bytes)
  end)

  it("sweeps what a killed host has half written, and nothing of a living one", function()
    local dead = process.run({ "sh", "-c", "echo $$" }).out:match "%d+"
    files.write(("%s/spool/.part-%s-1"):format(folder, dead), "half")
    files.write(folder .. "/spool/.part-1-1", "of init")
    files.write(folder .. "/spool/notes.txt", "of somebody else")
    local again = assert(new_spool(folder .. "/spool", 1 << 20))
    again:close()
    assert.same({ ".part-1-1", "notes.txt" }, files.names(folder .. "/spool"))
  end)

  it("loses nothing that was called safe when the host is killed", function()
    for round = 1, 5 do
      local host = process.spawn { program, "-e", ([[
        io.stdout:setvbuf "line"
        local spool = assert(require "luashot.fleet.spool"(%q, 1 << 30))
        every(0.001, function()
          local number = spool:allot()
          spool:write(number, "run", ("%%d "):format(number):rep(3000), function(entry) print(entry.number) end)
        end)]]):format(folder .. "/killed") }
      process.wait_until(function() return #host.out > 40 * round end, 20)
      process.sleep(0.003 * round)
      host:kill "sigkill"
      host:wait(10)
      local left = assert(new_spool(folder .. "/killed", 1 << 30))
      for number in host.out:gmatch "(%d+)\n" do
        local entry = left:after(tonumber(number) - 1)
        assert.equal(tonumber(number), entry.number)
        assert.equal(("%d "):format(number):rep(3000), left:read(entry))
      end
      left:close()
      for _, name in ipairs(files.names(folder .. "/killed")) do
        assert.matches("%.message$", name)
      end
    end
  end)

  it("says that the disk is full, leaves nothing half, and goes on when there is room", function()
    local disk = folder .. "/disk"
    uv.fs_mkdir(disk, 448)
    local mounted = process.run({ "mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", disk }).code == 0
    need(mounted, "only root can mount a small disk")
    local on_disk = assert(new_spool(disk, 1 << 20))
    spool:close()
    spool = on_disk
    local codes = {}
    for i = 1, 8 do
      codes[i] = select(3, write(("x"):rep(50000))) or "ok"
    end
    assert.equal("ENOSPC", codes[8])
    assert.equal("ok", codes[1])
    local names = files.names(disk)
    for _, name in ipairs(names) do
      assert.matches("%.message$", name)
    end
    assert.equal(#names * 50000, spool.bytes)
    spool:remove(spool:after(0))
    process.wait_until(function() return #files.names(disk) < #names end)
    assert(write(("x"):rep(50000)))
    process.run { "umount", "-l", disk }
  end)

  it("cannot be opened where a file is", function()
    files.write(folder .. "/file", "")
    local none, _, code = new_spool(folder .. "/file", 1)
    assert.is_nil(none)
    assert.equal("ENOTDIR", code)
    none, _, code = new_spool(folder .. "/a/b", 1)
    assert.is_nil(none)
    assert.equal("ENOENT", code)
  end)
end)
