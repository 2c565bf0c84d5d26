-- display:on_change in the host: who is called, when, and what it costs while nothing happens.
local need = require "spec.support.need"
local process = require "spec.support.process"
local screen = require "spec.support.screen"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("on_change", function()
  local shown, child
  after_each(function()
    if child then
      child:stop()
      child = nil
    end
    shown:stop()
  end)

  --- A host that watches 40x30+10+20 and prints the color of that place's first pixel at each call.
  local function start(options, server, argv)
    shown = screen.start(server or { width = 320, height = 280 })
    argv = argv or {}
    argv[#argv + 1] = luashot
    argv[#argv + 1] = "-"
    child = process.spawn(argv, { env = shown.server:env(), stdin = ([[
      io.stdout:setvbuf "line"
      local display = assert(luashot.open())
      calls = 0
      job = display:on_change("40x30+10+20", function(frame, rects)
        calls = calls + 1
        local r, g, b = frame:pixel(0, 0)
        local color = ("%%02x%%02x%%02x"):format(r, g, b)
        print(color)
        if color == "00dead" then error "on purpose" end
        if color == "00ffff" then job:stop() end
        if color == "0000aa" then
          for _, rect in ipairs(rects) do
            print(("%%dx%%d+%%d+%%d"):format(rect.width, rect.height, rect.x, rect.y))
          end
        end
      end, { %s })
      if job.polling then print(job.polling) end
    ]]):format(options or "") })
  end

  --- Paint the first pixel; returns the lines up to the call that has seen it.
  local function mark(color)
    shown.paint("fill 10 20 1 1 %s", color)
    local lines = {}
    repeat
      local line = child:read_line(20)
      assert(line, "no call for " .. color .. ": " .. child.err)
      lines[#lines + 1] = line
    until line == color
    return lines
  end

  --- The watch stands, and has seen what was painted so far.
  local function begin()
    local color = 0x100000
    repeat
      color = color + 1
      shown.paint("fill 10 20 1 1 %06x", color)
    until child:read_line(0.2) or color == 0x100100
    mark("100200")
    while child:read_line(0.3) do end
  end

  it("calls for what is drawn inside, and says where", function()
    start()
    begin()
    mark("0000aa")
    assert.equal("1x1+0+0", child:read_line(20))
    for i = 1, 50 do
      mark(("%06x"):format(0x200000 + i))
    end
  end)

  it("does not call for what is drawn elsewhere", function()
    start()
    begin()
    for _ = 1, 5 do
      shown.paint("counter 60 60 200 200 500")
      shown.paint("counter 50 20 5 30 10")
      shown.paint("counter 10 50 40 5 10")
      assert.is_nil(child:read_line(0.1))
    end
    assert.same({ "aaaaaa" }, mark("aaaaaa"))
  end)

  it("sees the last of many drawings", function()
    start()
    begin()
    shown.paint("counter 10 20 40 30 5000")
    assert.is_true(#mark("bbbbbb") <= 5001)
  end)

  it("coalesces what comes within the interval", function()
    start("min_interval = '300ms'")
    begin()
    mark("111111")
    for i = 1, 100 do
      shown.paint("fill 10 20 1 1 %06x", 0x300000 + i)
    end
    local count = #mark("222222")
    assert.is_true(count < 30, tostring(count))
  end)

  local function keeps_to_the_threshold(...)
    start(...)
    -- A tenth of what counts makes no call, all of it does.
    local function paint(color, width)
      shown.paint("fill 10 20 %d 10 %s", width, color)
    end
    local seen
    local width = 20
    repeat
      width = 60 - width
      paint(width == 20 and "abcdef" or "abcde0", width)
      seen = child:read_line(0.2)
    until seen and #seen == 6
    while child:read_line(0.3) do end
    paint("123456", 1)
    assert.is_nil(child:read_line(0.3))
    paint("fedcba", 20)
    assert.equal("fedcba", child:read_line(20))
  end

  it("does not call below the threshold", function() keeps_to_the_threshold("threshold = 100") end)
  it("does not call below the threshold where pictures are compared", function()
    keeps_to_the_threshold("threshold = 100, min_interval = '20ms'",
      { width = 320, height = 280, args = { "-extension", "DAMAGE" } })
  end)

  it("goes on after an error, which is reported", function()
    start()
    begin()
    mark("00dead")
    mark("cccccc")
    shown.paint("fill 10 20 1 1 00ffff") -- stops the job, and so ends the host
    assert.equal(1, child:wait(20))
    assert.matches("stdin:(%d+): on purpose\nstack traceback:\n\t%[C%]: in function 'error'\n"
      .. "\tstdin:%1: in function <stdin:%d+>\n$", child.err)
  end)

  --- A host with a script of its own.
  local function run(script)
    script = "io.stdout:setvbuf 'line'\n" .. script
    child = process.spawn({ luashot, "-e", script }, { env = shown.server:env() })
  end

  it("has seen what is drawn as soon as it returns", function()
    shown = screen.start { width = 320, height = 280 }
    run [[
      local display = assert(luashot.open())
      display:on_change("40x30+10+20", function(frame, rects)
        print(frame:pixel(0, 0), #rects, rects[1].width)
        os.exit()
      end)
      print "now"
      io.read() -- the loop does not run, and so nothing is taken in
    ]]
    assert.equal("now", child:read_line(20))
    shown.paint "fill 10 20 1 1 ff0001"
    child:write "\n"
    assert.equal("255\t1\t1", child:read_line(20))
  end)

  it("follows a monitor that moves, though nothing is drawn where it was", function()
    shown = screen.start { width = 320, height = 280 }
    shown.server:set_monitor("left", "100x280+0+0")
    shown.server:set_monitor("door", "40x30+120+20")
    run [[
      local display = assert(luashot.open())
      display:on_change("door", function(frame, rects)
        for _, rect in ipairs(rects) do
          print(("%d,%d %dx%d in %dx%d at %d,%d"):format(rect.x, rect.y, rect.width, rect.height,
            frame.width, frame.height, frame.x, frame.y))
        end
      end)
      print "now"
    ]]
    assert.equal("now", child:read_line(20))
    shown.paint "fill 130 30 4 2 ff0001"
    assert.equal("10,10 4x2 in 40x30 at 120,20", child:read_line(20))
    shown.server:delete_monitor "door"
    shown.paint "fill 130 30 4 2 ff0002" -- it is nowhere: that is seen by nobody, and no error
    assert.is_nil(child:read_line(0.3))
    shown.server:set_monitor("door", "50x20+200+100")
    assert.equal("0,0 50x20 in 50x20 at 200,100", child:read_line(20))
    shown.paint "fill 203 104 4 2 ff0003"
    assert.equal("3,4 4x2 in 50x20 at 200,100", child:read_line(20))
    shown.paint "fill 130 30 4 2 ff0004"
    shown.server:set_monitor("other", "90x20+0+200") -- another one is no reason for a call
    shown.paint "fill 203 104 3 2 ff0005"
    assert.equal("3,4 3x2 in 50x20 at 200,100", child:read_line(20))
    assert.equal("", child.err)
  end)

  it("misses nothing while its function is busy, nor while a target moves", function()
    shown = screen.start { width = 320, height = 280 }
    shown.server:set_monitor("left", "100x280+0+0")
    shown.server:set_monitor("door", "40x30+120+20")
    run [[
      local display = assert(luashot.open())
      display:on_change("door", function(frame)
        local color = ("%02x%02x%02x"):format(frame:pixel(0, 0))
        print(frame.x, color)
        sleep "300ms"
      end)
      print "now"
    ]]
    assert.equal("now", child:read_line(20))
    shown.paint "fill 120 20 1 1 000001"
    assert.equal("120\t000001", child:read_line(20))
    shown.paint "fill 120 20 1 1 000002"
    assert.equal("120\t000002", child:read_line(20))
    shown.server:delete_monitor "door"
    shown.server:set_monitor("door", "40x30+200+20")
    local line = child:read_line(20)
    assert.matches("^200\t", line)
    shown.paint "fill 200 20 1 1 000003" -- while the call of the move goes on
    assert.equal("200\t000003", child:read_line(20))
    assert.equal("", child.err)
  end)

  it("goes on after captures that failed for a while", function()
    shown = screen.start { width = 320, height = 280 }
    run [[
      local display = assert(luashot.open { slots = 1 })
      display:on_change("40x30+10+20", function(frame, rects)
        print(frame:pixel(0, 0), #rects, rects[1].width)
      end)
      local held = display:grab "1x1+0+0"
      local input = require("luv").new_pipe()
      input:open(0)
      input:read_start(function() held:release() end)
      print "now"
    ]]
    assert.equal("now", child:read_line(20))
    shown.paint "fill 10 20 1 1 ff0001"
    assert(process.wait_until(function()
      return child.err:find("job 'on_change': all 1 slots are held", 1, true)
    end, 20), child.err)
    child:write "\n"
    assert.equal("255\t1\t1", child:read_line(20))
  end)

  it("does not call for nothing, whatever the threshold", function()
    shown = screen.start { width = 320, height = 280 }
    run [[
      local display = assert(luashot.open { mask = { "40x30+10+20" } })
      display:on_change("60x60+0+0", function(frame, rects) print(#rects, rects[1].x) end, { threshold = 0 })
      print "now"
    ]]
    assert.equal("now", child:read_line(20))
    shown.paint "fill 12 22 5 5 ff0000"
    shown.server:set_monitor("other", "90x20+0+200")
    assert.is_nil(child:read_line(0.3))
    shown.paint "fill 52 22 5 5 ff0000"
    assert.equal("1\t52", child:read_line(20))
    assert.equal("", child.err)
  end)

  it("raises what makes no sense, at once", function()
    shown = screen.start { width = 320, height = 280 }
    run [[
      local display = assert(luashot.open())
      for _, options in ipairs { { threshold = "much" }, { threshold = -1 }, { threshold = 1.5 },
        { min_interval = "x" }, { speed = 1 }, 5 } do
        print(select(2, pcall(display.on_change, display, nil, print, options)))
      end
      print(select(2, pcall(display.on_change, display, nil, "fn")))
      print(select(2, pcall(display.on_change, display, {}, print)))
      print(display:on_change("nowhere", print))
    ]]
    child:wait(20)
    for _, pattern in ipairs { "threshold.*much",
      "threshold.*%-1", "threshold.*1%.5", "duration expected.*'x'", "speed", "table",
      "function expected", "width and height", "nil\tno monitor is called 'nowhere'.*ENOMONITOR" } do
      local line
      line, child.out = child.out:match "^([^\n]*)\n(.*)"
      assert.matches(pattern, line)
    end
    assert.equal("", child.err)
  end)

  it("ends with its job, and the host with it", function()
    start()
    begin()
    mark("00ffff")
    assert.equal(0, child:wait(20))
    assert.equal("", child.err)
  end)

  it("compares pictures where the server has no DAMAGE, and says so", function()
    start("min_interval = '20ms'", { width = 320, height = 280, args = { "-extension", "DAMAGE" } })
    assert.equal("the X server lacks DAMAGE 1.1 or XFIXES 2", child:read_line(20))
    begin()
    shown.paint("counter 60 60 200 200 500")
    assert.is_nil(child:read_line(0.2))
    assert.same({ "aaaaaa" }, mark("aaaaaa"))
    mark("0000aa")
    assert.equal("1x1+0+0", child:read_line(20))
    mark("00dead")
    mark("00ffff")
    assert.equal(1, child:wait(20))
  end)

  it("compares with the picture from when it began", function()
    shown = screen.start { width = 320, height = 280, args = { "-extension", "DAMAGE" } }
    child = process.spawn({ luashot, "-" }, { env = shown.server:env(), stdin = [[
      io.stdout:setvbuf "line"
      local display = assert(luashot.open())
      assert(display:on_change("320x280+0+0", function(_, rects) print(#rects) end))
      print "begun"
      os.execute "sleep 1" -- no job runs meanwhile
    ]] })
    assert.equal("begun", child:read_line(20), child.err)
    shown.paint "fill 100 100 20 10 00ff00"
    assert.equal("1", child:read_line(20), child.err)
  end)

  --- What the host asks of the kernel while another part of the screen is drawn 50 times a second, or nothing.
  local function idle(seconds, is_drawn)
    need(process.run({ "strace", "-o", "/dev/null", "true" }).code == 0, "strace is missing, or may not trace")
    start(nil, nil, { "strace", "-f" })
    begin()
    local before
    repeat -- until everything rests; the watchdog of the connection looks once more within a second
      before = #child.err
      process.wait_until(function() return false end, 1.5)
    until #child.err == before
    for i = 1, seconds * 50 do
      if is_drawn then
        shown.paint("fill 100 100 100 100 %06x", i)
      end
      process.sleep(0.02)
    end
    process.wait_until(function() return false end, 0.2) -- what was printed meanwhile
    assert.equal("", child.err:sub(before + 1))
    mark("dddddd")
    assert.is_true(#child.err > before)
  end

  it("makes no system call while nothing is drawn", function() idle(5, false) end)
  it("makes no system call while nothing changes there", function() idle(5, true) end)
  it("makes no system call for 10 s while nothing changes there #long", function() idle(10, true) end)

  --- A host that watches a window and prints, at each call, where it is, the color of its first pixel
  --- and how many places have changed.
  local function watch_window(what)
    child = process.spawn({ luashot, "-" }, { env = shown.server:env(), stdin = ([[
      io.stdout:setvbuf "line"
      local display = assert(luashot.open())
      job = assert(display:on_change(%s, function(frame, rects)
        print(("%%dx%%d+%%d+%%d %%02x%%02x%%02x"):format(frame.width, frame.height, frame.x, frame.y,
          frame:pixel(0, 0)))
      end))
      print(job.polling)
    ]]):format(what) })
    return child:read_line(20)
  end

  --- Waits for a call that says so.
  local function expect(wanted)
    local lines = {}
    repeat
      local line = child:read_line(20)
      lines[#lines + 1] = line
      assert(line, ("no call '%s' after '%s': %s"):format(wanted, table.concat(lines, "', '"), child.err))
    until line == wanted
  end

  --- Does something again and again, until a call says so: the watch may stand only now.
  local function provoke(wanted, act)
    local count, line = 0
    repeat
      count = count + 1
      act(count)
      repeat
        line = child:read_line(0.3)
      until not line or line == wanted
      assert(count < 100, "no call: " .. child.err)
    until line == wanted
    while child:read_line(0.3) do end
  end

  it("follows a window, which may be away for a while", function()
    shown = screen.start({ width = 320, height = 280 })
    local id = shown.paint:window(20, 30, 60, 40, "102030")
    shown.paint("title %d door", id)
    assert.equal("nil", watch_window [[{ title = "door" }]])
    provoke("60x40+20+30 ff0000", function() shown.paint("ink %d 0 0 5 5 ff0000", id) end)
    shown.paint("move %d 100 50", id)
    expect "60x40+100+50 ff0000"
    shown.paint("ink %d 0 0 5 5 00ff00", id)
    expect "60x40+100+50 00ff00"
    shown.paint("resize %d 61 41", id) -- nothing is drawn where it was
    repeat
      local line = child:read_line(20)
      assert(line, child.err)
    until line:find("^61x41%+100%+50")
    while child:read_line(0.3) do end
    shown.paint("unmap %d", id)
    assert.is_nil(child:read_line(0.3))
    shown.paint("map %d", id)
    expect "61x41+100+50 102030"
    shown.paint("destroy %d", id)
    while child:read_line(0.3) do end
    id = shown.paint:window(5, 6, 7, 8, "0000ff")
    shown.paint("title %d door", id)
    expect "7x8+5+6 0000ff"
  end)

  it("compares pictures where no event tells", function()
    shown = screen.start({ width = 320, height = 280 })
    local id = shown.paint:window(20, 30, 60, 40, "102030")
    assert.equal("no event reports changes of a window's covered parts",
      watch_window(("{ window = %d, obscured = true }"):format(id)))
    shown.paint:window(0, 0, 200, 200, "ffffff")
    provoke("60x40+20+30 ff0000", function(count)
      shown.paint("ink %d 0 0 5 5 %s", id, count % 3 == 0 and "ff0000" or "0000ff")
    end)
    child:stop()
    shown.paint("fill 250 200 20 20 00ff00")
    assert.equal("no event reports the pointer's movement",
      watch_window [[{ width = 10, height = 10, follow = "cursor" }]])
    provoke("10x10+255+205 00ff00", function(count)
      shown.paint("pointer %d 210", count % 3 == 0 and 260 or 100)
    end)
  end)
end)
