-- Strings of many bytes: right in all sizes, and nothing is left behind.
local process = require "spec.support.process"

local program = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

-- A picture without a display server: neighbors differ, and so do rows.
local SCRIPT = [[
  local luashot = require "luashot"
  local width, height = %d, %d
  local piece = {}
  for i = 1, 1009 do
    piece[i] = string.char(i & 255, i * 7 & 255, i >> 8)
  end
  local rgb = table.concat(piece):rep(width * height // 1009 + 1):sub(1, 3 * width * height)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(("P6 %%d %%d 255\n"):format(width, height), rgb)
  file:close()
  local frame = assert(luashot.load(path))
  os.remove(path)
  local function kilobytes(name)
    for line in io.lines "/proc/self/status" do
      local number = line:match("^" .. name .. ":%%s*(%%d+)")
      if number then
        return tonumber(number)
      end
    end
  end
]]

local function run(width, height, body, limit)
  local script = SCRIPT:format(width, height) .. body
  local shell = ('ulimit -v %s; exec "$0" -e "$1"'):format(limit or "unlimited")
  local result = process.run({ "sh", "-c", shell, program, script })
  assert.equal("", result.err)
  return result.out
end

describe("the bytes of a picture as a string", function()
  it("are the same at once and in pieces", function()
    for _, size in ipairs { { 7, 5 }, { 591, 591 }, { 592, 591 }, { 1300, 1201 } } do
      assert.equal("true\n", run(size[1], size[2], [[
        print(frame:bytes "bgr" == rgb:gsub("(.)(.)(.)", "%3%2%1"))
      ]]))
    end
  end)

  it("leave nothing behind", function()
    local grown = tonumber((run(1500, 1100, [[
      for _ = 1, 5 do frame:bytes "bgr" end
      collectgarbage()
      local before = kilobytes "VmSize"
      for _ = 1, 40 do frame:bytes "bgr" end
      collectgarbage()
      print(kilobytes "VmSize" - before)
    ]])))
    assert.is_true(grown < 40 * 1500 * 1100 * 3 / 1024 / 10, grown .. " KiB more")
  end)

  -- The C library keeps the memory of as many strings as it has seen freed at once, and gives back more than that.
  it("are made in large pages, or where those before them were", function()
    local bytes = run(2000, 1500, [[
      local function faults(make)
        for _ = 1, 12 do make() end
        local function count() -- the tenth field; the second is the name, in parentheses
          local stat = io.open("/proc/self/stat"):read "a"
          return tonumber((stat:match("%) %S" .. (" %S+"):rep(6) .. " (%d+)")))
        end
        local before = count()
        for _ = 1, 20 do make() end
        return count() - before
      end
      print(faults(function() frame:bytes "bgr" end))
    ]])
    local pages = 20 * 2000 * 1500 * 3 // 4096
    assert.is_true(tonumber(bytes) < pages * 3 / 4, bytes .. " of " .. pages .. " pages were cleared one by one")
  end)

  it("raise where there is no memory, and leave nothing behind", function()
    local said = run(2500, 2000, [[
      local reason
      local function fill() -- until one raises
        local list, ok = {}, true
        repeat
          ok, reason = pcall(function() list[#list + 1] = frame:bytes "bgr" end)
        until not ok or #list > 100
        collectgarbage()
        return #list
      end
      local first, last = fill(), nil
      for _ = 1, 14 do -- more than there is room for, if each that raised kept its memory
        last = fill()
      end
      print(first, last, reason)
    ]], 180000)
    local first, last, reason = said:match "^(%d+)\t(%d+)\t(.*)\n$"
    assert.equal("not enough memory", reason)
    assert.is_true(tonumber(first) > 2 and tonumber(first) < 14, said)
    assert.is_true(tonumber(last) >= tonumber(first) - 1, said)
  end)
end)
