-- frame:show() of a line that somebody attached runs: it is drawn for the terminal that they have.
local door = require "spec.support.door"
local drawn = require "spec.support.drawn"
local need = require "spec.support.need"
local process = require "spec.support.process"
local terminal = require "spec.support.terminal"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

-- A picture of 90x40, of which each pixel says where it is.
local PICTURE <const> = [[
  local pixels = {}
  for y = 0, 39 do
    for x = 0, 89 do
      pixels[#pixels + 1] = string.char(x, y, 128)
    end
  end
  picture = assert(luashot.load("P6 90 40 255\n" .. table.concat(pixels)))
  function show() picture:show() end
  after("1h", print)
]]

describe("somebody attached is shown a picture", function()
  local here

  before_each(function()
    here = door.new()
  end)

  after_each(function()
    here:close()
  end)

  --- Of that size, and with those pixels; scaled ones are not looked at.
  local function check(picture, width, height)
    assert.same({ width, height }, { picture.width, picture.height })
    if width == 90 then
      local r, g, b = picture.pixel(77, 21)
      assert.is_true(math.max(math.abs(r - 77), math.abs(g - 21), math.abs(b - 128)) < 20) -- sixels are coarse
    end
  end

  --- What one gets who says that of the terminal: results and errors, or messages of another kind and errors.
  local function show(one, said, line, wanted)
    if said then
      one:send("terminal", said)
    end
    one.messages = {}
    one:send("run", "local _ = " .. (line or "picture:show()"))
    local parts = {}
    process.wait_until(function()
      local kind, text = table.unpack(table.remove(one.messages, 1) or {})
      parts[#parts + 1] = (kind == (wanted or "result") or kind == "error") and text or nil
      return kind == "done" or one.is_over
    end, 60)
    return table.concat(parts)
  end

  it("as it is best for the terminal of whoever asks, as that is then", function()
    here:listen(PICTURE)
    local one, two = here:connect(), here:connect()
    check(drawn.blocks(show(one)), 80, 36)
    check(drawn.blocks(show(one, "40 25 0 0 blocks")), 40, 18)
    check(drawn.blocks(show(two, "300 25 0 0 blocks")), 90, 40)
    check(drawn.blocks(show(one, nil, "show()")), 40, 18)
    check(drawn.kitty(show(one, "200 25 1600 400 kitty")), 90, 40)
    check(drawn.kitty(show(one, "9 25 45 400 kitty")), 45, 20) -- 5 pixels a column
    check(drawn.kitty(show(one, "9 25 0 0 kitty", "picture:show{ width = 20 }")), 200, 89)
    check(drawn.blocks(show(one, nil, "picture:show{ mode = 'blocks' }")), 9, 4)
    check(drawn.blocks(show(two)), 90, 40)
    local text = show(one, "200 25 1600 400 sixel")
    need(not text:find "cannot load a library", "libsixel is not installed")
    check(drawn.sixel(text), 90, 40)
  end)

  it("also from a job that was left behind, as long as somebody is there", function()
    local host = here:listen(PICTURE .. "io.stdout:setvbuf 'full'")
    local one, two = here:connect(), here:connect()
    two:send("terminal", "10 25 0 0 blocks")
    one:send("terminal", "30 25 0 0 blocks")
    one:send("run", "local _ = after(0.05, show)")
    check(drawn.blocks(one:get "result"), 30, 13)
    one:send("run", [[local _ = after(0.01, function()
      while not is_alone do sleep(0.005) end
      gone, two = picture:show{ mode = 'blocks' }, 2
    end)]])
    assert.truthy(one:get "done")
    one.pipe:close()
    here:evaluate "is_alone = true" -- the host sees the end of the other connection first
    assert.truthy(process.wait_until(function()
      return here:evaluate "two" == "2"
    end, 60))
    process.wait_until(function() return host.out ~= "" end, 20)
    check(drawn.blocks(host.out), 80, 36)
    assert.equal(1, #two.messages) -- hello
  end)

  it("that is longer than may wait, as a whole", function()
    here:listen(PICTURE .. [[
      function noise()
        local image = picture:scale(500, 500):copy()
        for i = 0, 499, 2 do
          for k = 0, 499, 16 do
            image:fill({ x = i, y = k, width = 1, height = 8 }, { i * 7 % 256, k * 5 % 256, i * k % 256 })
          end
        end
        image:show{ mode = "blocks", width = 500 }
      end]])
    local one = here:connect()
    assert.truthy(one:get "hello")
    local text = show(one, nil, "noise()")
    assert.is_true(#text > 3 << 19, tostring(#text))
    check(drawn.blocks(text), 500, 500)
    one:send("run", "local _ = after(0.01, noise)") -- that waits as well, and is no reason to hang up
    local size = #text
    process.wait_until(function()
      local kind, piece = table.unpack(table.remove(one.messages, 1) or {})
      size = size - (kind == "result" and #piece or 0)
      return size == 0 or one.is_over
    end, 60)
    assert.equal(0, size)

    -- Several at once, and what other jobs print, when it is read late: one after the other.
    one.messages = {}
    one.pipe:read_stop()
    one:send("run", [[
      count = 0
      after(0.001, noise)
      local talk = every("5ms", function() count = count + 1 print("tick", count) end)
      noise()
      noise()
      talk:stop()
      return count]])
    assert.is_true(process.wait_until(function()
      return (tonumber((here:evaluate "count")) or 0) > 5
    end, 60), "nothing else runs while a picture waits")
    one:read()
    local all, last = {}, nil
    process.wait_until(function()
      local kind, piece = table.unpack(table.remove(one.messages, 1) or {})
      all[#all + 1] = kind and kind ~= "done" and piece or nil
      last = kind == "result" and piece:match "^(%d+)\n$" or last
      return last and select(2, table.concat(all):gsub("tick", "")) >= tonumber(last) or one.is_over
    end, 60)
    local _, pictures = table.concat(all):gsub(text:gsub("%W", "%%%0"), "")
    assert.is_true(pictures >= 2, pictures .. " pictures")
    assert.is_nil(one.is_over)

    -- And given up in its midst.
    one.pipe:read_stop()
    one:send("run", "noise() noise()")
    process.sleep(0.2)
    one:send "interrupt"
    process.sleep(0.2)
    one:read()
    assert.equal("interrupted\n", one:get "error")
    assert.equal("", one:get "done")
    assert.equal("90\n", show(one, nil, "print(picture.width)", "output"))
  end)

  it("on a real terminal, and on one whose size has changed", function()
    here:listen(PICTURE)
    local env = { TERM_PROGRAM = false, KITTY_WINDOW_ID = false, XDG_STATE_HOME = here.folder }
    local function run(answer, act, ...)
      local child = terminal.spawn({ luashot, "--attach", here.path, ... },
        { columns = 60, rows = 30, answer = answer, env = env })
      local ok, why = pcall(act, child)
      child:stop()
      assert(ok, why)
    end
    run("\27[?62;22c", function(child)
      --- How wide the picture is, which is all that has 24-bit colors here.
      local function get_width(number)
        local from = #child.raw + 1
        child:type(("show() print('this is', %d)\n"):format(number))
        child:see(function(seen)
          return seen:find(("this is +%d\n> $"):format(number))
        end)
        local lines = {}
        for line in child.raw:sub(from):gmatch "[^\r\n]*\27%[38;2[^\r\n]*" do
          lines[#lines + 1] = line:match "\27%[38;2.*\27%[0m"
        end
        return drawn.blocks(table.concat(lines, "\n") .. "\n").width
      end
      child:see "> "
      assert.equal(60, get_width(0))
      child:resize(50, 30)
      local width, count = 60, 0 -- nothing tells when the client has heard of it
      while width == 60 and count < 100 do
        count = count + 1
        width = get_width(count)
      end
      assert.equal(50, width)
    end)
    run("\27_Gi=31;OK\27\\\27[?62c", function(child)
      assert.equal(0, (child:wait()))
      check(drawn.kitty(child.raw), 90, 40)
    end, "-e", "show()")
    -- And into a pipe as show() always does.
    check(drawn.blocks(here:attach({}, "-e", "show()").out), 80, 36)
  end)

  it("on nothing that is no terminal", function()
    here:listen(PICTURE)
    for _, wrong in ipairs { "", "blocks", "80 24 0 blocks", "80 24 0 0 ascii", "80 24 0 0 0 blocks",
      "0 24 0 0 blocks", "80 -1 0 0 blocks", "80 24 0 0x8 kitty", "65536 1 0 0 blocks",
      "9999999999999999999999 24 0 0 sixel", "80 24 0 0 blocks\n" } do
      local one = here:connect()
      one:send("terminal", wrong)
      assert.equal("that is not a terminal", one:get "bye", wrong)
    end
  end)
end)
