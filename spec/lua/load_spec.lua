-- Pictures are decoded beside other jobs. codec/incoming_spec.lua has those that come through pipes,
-- codec/codecs_spec.lua the formats.
local files = require "spec.support.files"
local process = require "spec.support.process"
local walls = require "spec.support.walls"

local LUASHOT <const> = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

-- Large enough to decode for some ten ticks of the job, whose file is small.
local MAKE <const> = [[
  local function make(side)
    local plain <close> = luashot.load(("P6 %d %d 255\n"):format(side, side) .. ("abc"):rep(side * side))
    return plain:encode "png"
  end
]]

describe("luashot.load", function()
  local folder

  before_each(function() folder = files.folder() end)
  after_each(function() files.remove(folder) end)

  local function run(script)
    files.write(folder .. "/load.lua", MAKE .. script)
    local argv = { LUASHOT, folder .. "/load.lua", folder .. "/large.png" }
    local result = process.run(argv, { env = { DISPLAY = false }, timeout = 200 })
    assert.equal(0, result.code, result.err)
    return result.out
  end

  it("decodes while a job of 50 Hz goes on", function()
    local out = run([[
      local path = ...
      local picture = make(4096)
      io.open(path, "w"):write(picture):close()
      local ticks = 0
      local job = every("20ms", function() ticks = ticks + 1 end)
      for _, from in ipairs { picture, path } do
        local before = ticks
        local frame <close> = assert(luashot.load(from))
        print(frame.width, frame:pixel(4095, 4095))
        print(ticks - before)
      end
      job:stop()
    ]])
    local first, second = out:match "^4096\t97\t98\t99\n(%d+)\n4096\t97\t98\t99\n(%d+)\n$"
    assert.is_truthy(first, out)
    assert.is_true(math.min(tonumber(first), tonumber(second)) >= 3, out)
  end)

  -- The pictures that find and wait take are loaded alike; each frame is only as small as its one pixel.
  for name, call in pairs {
    ["frame:find"] = "frame:find(from)",
    ["the mask of frame:find"] = "frame:find(frame, { mask = from })",
  } do
    it("decodes for " .. name .. " while a job of 50 Hz goes on", function()
      local out = run([[
        local path = ...
        local picture = make(4096)
        io.open(path, "w"):write(picture):close()
        local frame <const> = assert(luashot.load "P6 1 1 255 \0\0\0")
        local ticks = 0
        local job = every("20ms", function() ticks = ticks + 1 end)
        for _, from in ipairs { picture, path } do
          local before = ticks
          print(select(3, ]] .. call .. [[))
          print(ticks - before)
        end
        job:stop()
      ]])
      local first, second = out:match "^%a*\n(%d+)\n%a*\n(%d+)\n$"
      assert.is_truthy(first, out)
      assert.is_true(math.min(tonumber(first), tonumber(second)) >= 3, out)
    end)
  end

  it("says what is wrong with a large picture, as with a small one", function()
    assert.equal("EFORMAT\nEFBIG\nEFBIG\n", run([[
      local picture = make(1024)
      print((select(3, luashot.load(picture:sub(1, -20)))))
      print((select(3, luashot.load(picture, { max_pixels = 1024 * 1024 - 1 }))))
      print((select(3, luashot.load(picture, { max_pixels = 9 }))))
    ]]))
  end)

  it("takes few threads, whatever many jobs load", function()
    local out = run [[
      local picture, most, ended = make(2048), 0, 0
      local function count()
        local status <close> = io.open "/proc/self/status"
        most = math.max(most, tonumber(status:read("a"):match "\nThreads:%s+(%d+)"))
      end
      for _ = 1, 12 do
        after(0, function()
          count()
          luashot.load(picture):release()
          ended = ended + 1
          if ended == 12 then print(most) end
        end)
      end
    ]]
    assert.matches("^[23]\n$", out) -- the loop's, and those of the decoders
  end)

  it("is given up with its job, whose bytes live until the decoder has ended", function()
    assert.equal("20\n", run([[
      local picture, ended = make(1024), 0
      for i = 1, 20 do
        local job = after(0, function()
          local guard <close> = setmetatable({}, { __close = function() ended = ended + 1 end })
          luashot.load(picture .. i)
          print "not stopped"
        end)
        sleep(0) -- it has begun; a loop that is late would hear of its end before a later time
        job:stop()
        collectgarbage()
      end
      print(ended)
    ]]))
  end)

  it("decodes in a sandbox, too", function()
    local world = walls.new { DISPLAY = false }
    finally(function() world:remove() end)
    local result = world:run(world:command("-e", MAKE .. "print(luashot.load(make(1024)).width)"))
    assert.same({ "1024\n", "" }, { result.out, result.err })
  end)
end)
