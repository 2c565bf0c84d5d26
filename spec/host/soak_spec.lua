-- A host that goes on for as long as it must: jobs, saves, a screen that changes, X servers that die.
-- Nothing piles up, no job is missed, and every file is a picture.
local files = require "spec.support.files"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local uv = require "luv"
local xserver = require "spec.support.xserver"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

local KILLS <const> = 3
local SETTLED <const> = 0.25 -- of the time: what is taken until then is kept
local SANITIZED <const> = os.getenv "LUASHOT_SANITIZED" ~= nil
local GROWTH <const> = 12 * 1024 -- KiB by which memory may differ then
local LEAST <const> = 0.1 -- of what is due, done on a machine on which many other tests run
local SIZES <const> = { { 800, 600 }, { 640, 480 }, { 500, 300 }, { 320, 240 } }

local SCRIPT <const> = [[
  io.stdout:setvbuf "line"
  local uv = require "luv"
  local folder = os.getenv "FOLDER"
  local display = assert(luashot.open { slots = 6 })
  local count = { grabs = 0, lost = 0, back = 0, monitors = 0, changes = 0, saved = 0, refused = 0, wrong = 0,
    published = 0 }
  local longest, before = 0, nil

  -- What a capture may say while there is no server, or another one is about to come.
  local passing = { ELOST = true, ETIMEDOUT = true, EGEOMETRY = true, ENODISPLAY = true, EBUSY = true }
  local function check(frame, message, code)
    if not frame and not passing[code] then
      error(message)
    end
    return frame
  end

  every("50ms", function()
    local now = uv.hrtime() / 1e9
    longest, before = math.max(longest, before and now - before or 0), now
    local frame <close> = check(display:grab())
    if frame then
      assert(#frame:crop(0, 0, 1, 1):bytes "rgb" == 3)
      count.grabs = count.grabs + 1
    end
  end, { name = "released" })

  every("50ms", function()
    check(display:grab("100x100+10+20", { clip = true }))
  end, { name = "forgotten" })

  every("250ms", function(job)
    local frame <close> = check(display:grab())
    local width, height = frame and frame.width, frame and frame.height
    local ok, message, code = true, nil, nil
    if frame then
      ok, message, code = frame:save_async(("%s/%d.png"):format(folder, job.runs), nil, function(path, why)
        local loaded = path and luashot.load(path)
        if not loaded or loaded.width ~= width or loaded.height ~= height then
          count.wrong = count.wrong + 1
          print("wrong", path, why)
        else
          count.saved = count.saved + 1
          loaded:release()
        end
      end)
    end
    if not ok then
      count.refused = count.refused + (code == "EBUSY" and 1 or 0)
      assert(code == "EBUSY", message)
    end
  end, { name = "saved" })

  local zerobuffer = require "luashot.zerobuffer"
  local name = "soak-" .. uv.os_getpid()
  local reader = assert(zerobuffer.reader(name, { payload_size = 1 << 20 }))
  local writer = assert(zerobuffer.writer(name))
  every("100ms", function()
    if check(display:publish(writer, "64x48+0+0")) then
      local item <close> = assert(reader:read "1s")
      assert(#item == 64 * 48 * 4)
      count.published = count.published + 1
    end
  end, { name = "published" })

  every("5s", function() assert(luashot.rotate(folder .. "/*.png", { count = 100 })) end, { name = "rotated" })
  every("500ms", function()
    local stop = os.clock() + 0.03
    while os.clock() < stop do end
  end, { name = "computing" })
  display:on_monitors(function() count.monitors = count.monitors + 1 end)
  display:on_change(nil, function() count.changes = count.changes + 1 end, { min_interval = "200ms" })
  display:on_lost(function() count.lost = count.lost + 1 end, {
    on_back = function() count.back = count.back + 1 end,
  })

  -- Tell how it is, when asked.
  local input = uv.new_pipe()
  input:open(0)
  input:read_start(function()
    local state = { longest = longest, errors = 0, slots = display:stats().slots }
    for name, value in pairs(count) do
      state[name] = value
    end
    for _, job in ipairs(luashot.schedule.jobs()) do
      state.errors = state.errors + job.errors
      state["runs_" .. job.name], state["skipped_" .. job.name] = job.runs, job.skipped
    end
    local words = {}
    for name, value in pairs(state) do
      words[#words + 1] = ("%s=%s"):format(name, value)
    end
    print(table.concat(words, " "))
  end)
  print "ready"
  print(uv.os_getpid())
]]

--- How many names in /dev/shm have a text in them.
local function shared_memory(text)
  local count = 0
  local request = assert(uv.fs_scandir "/dev/shm")
  for name in function() return uv.fs_scandir_next(request) end do
    count = count + (name:find(text, 1, true) and 1 or 0)
  end
  return count
end

describe("a host under everything at once", function()
  local server, host, folder

  before_each(function()
    folder = files.folder()
    server = xserver.start { replaceable = true, width = 800, height = 600 }
  end)

  after_each(function()
    if host then
      host:stop()
    end
    server:stop()
    files.remove(folder)
  end)

  local function ask()
    host:write "?"
    local line = assert(host:read_line(30), host.err)
    local state = {}
    for name, value in line:gmatch "(%S+)=(%S+)" do
      state[name] = tonumber(value)
    end
    return state, line
  end

  local function measure()
    return { memory = proc.rss_private(host.pid), fds = proc.fd_count(host.pid), threads = proc.threads(host.pid) }
  end

  local function soak(seconds)
    local environment = server:env()
    environment.FOLDER = folder
    host = process.spawn({ luashot, "-e", SCRIPT }, { env = environment })
    assert.equal("ready", host:read_line(30), host.err)
    local ring = "soak-" .. host:read_line(30)
    assert.is_true(shared_memory(ring) > 0)
    local began = uv.hrtime() / 1e9
    local kills, step, outage = 0, 0, 0
    local settled, settled_server
    local function elapsed()
      return uv.hrtime() / 1e9 - began
    end
    while elapsed() < seconds do
      step = step + 1
      local size = SIZES[step % #SIZES + 1]
      server:resize(size[1], size[2])
      server:set_monitor("part", ("%dx%d+%d+0"):format(size[1] // 2, size[2], step % 3))
      server:run { "xsetroot", "-solid", ("#%06x"):format(step * 7919 % 0x1000000) }
      process.wait_until(function() return host.code end, 0.5)
      assert.is_nil(host.code, host.err)
      server:delete_monitor "part"
      if kills < KILLS and elapsed() > seconds * (kills + 1) / (KILLS + 1) then
        kills = kills + 1
        local down = elapsed()
        local number = server.display
        server:kill()
        process.wait_until(function() return host.code end, 0.5)
        server = xserver.start { width = 800, height = 600, display = number }
        process.wait_until(function() return ask().back >= kills end, 30)
        outage = outage + elapsed() - down
        settled_server = nil
      end
      if not settled and elapsed() > seconds * SETTLED then
        settled = measure()
      end
      settled_server = settled_server or elapsed() > seconds * (kills + SETTLED) / (KILLS + 1) and server:memory()
    end
    local state, line = ask()
    local ended = measure()
    local due = elapsed() * 20
    assert.equal("", host.err)
    assert.equal(0, state.errors, line)
    assert.equal(KILLS, kills)
    assert.equal(KILLS, state.lost, line)
    assert.equal(KILLS, state.back, line)
    -- No run is missed but those that are counted, which a loaded machine costs.
    for _, name in ipairs { "released", "forgotten" } do
      assert.is_true(state["runs_" .. name] > due * LEAST, line)
      assert.near(due, state["runs_" .. name] + state["skipped_" .. name], due * 0.02 + 10)
    end
    assert.is_true(state.grabs > (due - outage * 20) * LEAST, line)
    assert.is_true(state.longest < 5, line)
    assert.is_true(state.published > (due / 2 - outage * 10) * LEAST, line)
    assert.is_true(state.monitors > step, line)
    assert.is_true(state.changes > step / 2, line)
    -- Every file is a picture.
    assert.equal(0, state.wrong, line)
    assert.is_true(state.saved > due / 5 * LEAST, line)
    local names = files.names(folder)
    for _, name in ipairs(names) do
      assert.matches("^%d+%.png$", name)
    end
    assert.is_true(#names <= 100 + 5 * 4 + 10 and #names > math.min(50, due / 5 * LEAST), #names)
    -- Nothing piles up; AddressSanitizer keeps for a while what is freed, and tells itself what leaks.
    assert.is_true(SANITIZED or ended.memory - settled.memory < GROWTH,
      ("%d to %d KiB"):format(settled.memory, ended.memory))
    assert.is_true(math.abs(ended.fds - settled.fds) <= 6, ("%d to %d fds"):format(settled.fds, ended.fds))
    -- A picture is being loaded on a thread now and then.
    assert.is_true(math.abs(ended.threads - settled.threads) <= 1,
      ("%d to %d threads"):format(settled.threads, ended.threads))
    assert.is_true(state.slots <= 6)
    if settled_server then
      assert.is_true(server:memory() - settled_server < GROWTH,
      ("%d to %d KiB"):format(settled_server, (server:memory())))
    end
    host:kill "sigterm"
    assert.equal(143, host:wait(20))
    assert.equal("", host.err)
    assert.equal(0, shared_memory(ring))
  end

  it("goes on for twenty seconds", function()
    soak(20)
  end)

  it("goes on for twenty minutes #long", function()
    soak(20 * 60)
  end)
end)
