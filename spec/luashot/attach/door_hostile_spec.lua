-- Hostile peers: what they send or do not read costs the host, its jobs and others who are attached
-- nothing, and whoever attaches bears a host that sends anything.
local door = require "spec.support.door"
local files = require "spec.support.files"
local mangle = require "spec.support.mangle"
local message = require "luashot.attach.message"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local terminal = require "spec.support.terminal"
local uv = require "luv"

local luashot = assert(os.getenv("LUASHOT_BUILD")) .. "/luashot"

describe("the door bears", function()
  local here

  before_each(function()
    here = door.new()
  end)

  after_each(function()
    here:close()
  end)

  --- Whether the jobs go on, and the host serves others, within bounds.
  local function check(host, before)
    assert.is_true(host:is_running())
    assert.equal("1", here:evaluate "1")
    assert.is_true(tonumber(here:evaluate "gap") < 2, "the longest pause of the job: " .. here:evaluate "gap")
    local runs = tonumber(here:evaluate "job.runs")
    assert.truthy(process.wait_until(function()
      return tonumber(here:evaluate "job.runs") > runs + 1
    end, 20))
    if not os.getenv("ASAN_OPTIONS") then
      local grown = proc.rss_private(host.pid) - before
      assert.is_true(grown < 16 << 10, ("grown by %d KiB"):format(grown))
    end
  end

  local function start()
    local host = here:listen(door.TICKER)
    here:evaluate "1"
    return host, proc.rss_private(host.pid)
  end

  it("half a message, for as long as it likes", function()
    local host, before = start()
    for _, bytes in ipairs { "", "li", "line 5", "line 5\n", "line 5\n1 +", "line 1000000\n" .. ("x"):rep(999999) } do
      here:connect().pipe:write(bytes)
    end
    process.sleep(0.2)
    check(host, before)
    local one = here:connect()
    for byte in message.pack("line", "7 * 6"):gmatch "." do
      one.pipe:write(byte)
      process.wait_until(function() return false end, 0.002)
    end
    assert.equal("42\n", one:get "result")
  end)

  it("nonsense, told so", function()
    local host, before = start()
    for bytes, answer in pairs {
      [("\0\255"):rep(50)] = "not a message",
      ["GET / HTTP/1.1\r\n\r\n"] = "not a message",
      ["line -1\n"] = "not a message",
      ["line 0x10\n"] = "not a message",
      ["line 1.5\n"] = "not a message",
      ["line 99999999999999999999\n"] = "too long",
      ["line 1048577\n"] = "too long",
      ["jump 0\n"] = "'jump' is not a kind of message",
      ["hello 0\n"] = "'hello' is not a kind of message",
      ["line 9\nsleep(10)line 1\n1"] = "is still running",
    } do
      local one = here:connect()
      one.pipe:write(bytes)
      assert.matches(answer, one:get "bye" or "no answer", 1, true)
      assert.truthy(process.wait_until(function() return one.is_over end, 20))
    end
    check(host, before)
  end)

  it("nonsense again and again, without a word about each", function()
    local host = start()
    local began = uv.hrtime()
    for _ = 1, 60 do
      local one = here:connect()
      one.pipe:write "jump 0\n"
      assert.truthy(one:get "bye")
    end
    local spells = (uv.hrtime() - began) // 1000000000 + 2
    here:evaluate "1"
    local lines = select(2, host.err:gsub("is no longer attached: it sent a malformed message\n", ""))
    assert.is_true(lines >= 1 and lines <= 5 * spells, lines .. " lines")
  end)

  it("100 MB without a newline", function()
    local host, before = start()
    local one = here:connect()
    local sent, failed = 0, nil
    local megabyte = ("x"):rep(1 << 20)
    for _ = 1, 100 do
      one.pipe:write(megabyte, function(why)
        sent, failed = sent + 1, failed or why
      end)
    end
    assert.truthy(process.wait_until(function() return sent == 100 end, 20))
    assert.truthy(failed)
    assert.matches("not a message", one:get "bye")
    check(host, before)
  end)

  it("a flood", function()
    local host, before = start()
    local one = here:connect()
    local flood = message.pack("interrupt"):rep(10000) .. message.pack("complete", "s"):rep(1000)
    for _ = 1, 20 do
      one.pipe:write(flood)
    end
    process.wait_until(function() return false end, 0.5)
    check(host, before)
    one.pipe:close()
    for _ = 1, 50 do
      here:connect().pipe:close()
    end
    check(host, before)
  end)

  it("one that is stopped while it is told a lot, and drops it", function()
    local host, before = start()
    local endless = "print 'ready' local line = ('x'):rep(1000) while true do print(line) end"
    local child = here:remember(process.spawn { luashot, "--attach", here.path, "-e", endless })
    assert.equal("ready", child:read_line(20))
    child:kill "sigstop"
    local quiet = here:connect() -- and one that does not read, and so is dropped too
    quiet:get "hello"
    quiet.pipe:read_stop()
    quiet:send("run", "every('1ms', function() print(('y'):rep(100000)) end)")
    process.wait_until(function() return false end, 0.5)
    check(host, before)
    assert.truthy(process.wait_until(function()
      return host.err:find("it has read nothing for 3 s", 1, true)
        and host.err:find("it does not read its messages", 1, true)
    end, 30), host.err)
    assert.matches("process " .. child.pid .. " is no longer attached: it has read nothing", host.err)
    check(host, before)
    assert.is_nil(here:evaluate "luashot.schedule.report()":find("attached 4", 1, true))
    child:kill "sigcont"
    assert.equal(3, (child:wait(20)))
    assert.matches("luashot: the host has closed the connection\n$", child.err)
  end)

  it("one who reads while the host itself is stopped, and keeps them", function()
    local host = start()
    local one = here:connect()
    one:get "hello"
    one.pipe:read_stop()
    one:send("run", "begun = true print(('x'):rep(3 << 20)) return 'all'")
    assert(process.wait_until(function() return here:evaluate "begun" == "true" end, 20))
    host:kill "sigstop"
    one:read()
    process.wait_until(function() return false end, 3.5) -- after 3 s the host would drop who reads nothing
    host:kill "sigcont"
    assert.equal("all\n", one:get "result", host.err)
  end)

  it("more than can be attached", function()
    local host, before = start()
    local all = {}
    for i = 1, 32 do
      all[i] = here:connect()
      assert.truthy(all[i]:get "hello")
    end
    local result = here:attach({}, "-e", "1")
    assert.equal(3, result.code)
    assert.matches("32 clients are already attached", result.err)
    all[1].pipe:close()
    assert.truthy(process.wait_until(function()
      return here:attach({}, "-e", "1").code == 0
    end, 20))
    check(host, before)
  end)

  --- Somebody who sends pieces, one after the other, and then goes in one of several manners.
  local function be_rude(random, bytes, on_end)
    local pipe, timer = uv.new_pipe(false), uv.new_timer()
    local pieces, pause = mangle.pieces(random, bytes), random(0, 9) == 0 and 2 or 0
    local manner, patience, sent = random(1, 4), random(0, 40), 0
    local function finish()
      if not timer:is_closing() then
        timer:close()
        pipe:close()
        on_end()
      end
    end
    local function send()
      sent = sent + 1
      if pieces[sent] then
        pipe:write(pieces[sent])
        timer:start(pause, 0, send)
      else
        if manner == 1 then
          pipe:shutdown()
        end
        timer:start(patience, 0, finish)
      end
    end
    pipe:connect(here.path, function(why)
      if why then
        finish()
        return
      elseif manner ~= 2 then -- who does not read
        pipe:read_start(function(_, answer)
          if not answer then
            finish()
          end
        end)
      end
      send()
    end)
  end

  --- Many of those at a time, while somebody asks again and again for the sum of two numbers.
  local function attack(count, seed)
    local random, good = mangle.random(seed), {}
    for _, line in ipairs { "1 + 1", "print('x', 1)", "x = {", "for i = 1, 3 do print(i) end", "io.write('a')",
      "sleep(0.01)", "while true do end", "error 'x'", "coroutine.wrap(function() sleep(0.01) end)()" } do
      good[#good + 1] = message.pack("line", line)
      good[#good + 1] = message.pack("run", line .. "\n" .. line)
    end
    for _, text in ipairs { "string.fo", "x = lua", "", "grab { cl", "frame:" } do
      good[#good + 1] = message.pack("complete", text)
    end
    good[#good + 1] = message.pack "interrupt"
    good[#good + 1] = message.pack "interrupt"
    good[#good + 1] = message.pack("terminal", "80 24 640 384 sixel")
    good[#good + 1] = message.pack("line", ("x"):rep(70000))

    local host, before = start()
    local descriptors = #files.names("/proc/" .. host.pid .. "/fd")
    local honest = here:connect()
    local started, ended, answers, asked, longest = 0, 0, 0, nil, 0
    assert(process.wait_until(function()
      while started < count and started - ended < 16 do
        started = started + 1
        be_rude(random, mangle.stream(random, good), function()
          ended = ended + 1
        end)
      end
      for i = #honest.messages, 1, -1 do
        if honest.messages[i][1] == "done" then
          answers, longest = answers + 1, math.max(longest, (uv.hrtime() - asked) / 1e9)
          asked = nil
        end
      end
      honest.messages = {}
      if not asked then
        asked = uv.hrtime()
        honest:send("line", "1 + 1")
      end
      return ended == count
    end, 60 + count), ("%d of %d are left"):format(count - ended, count))
    assert.is_true(answers > count / 100, ("%d answers"):format(answers))
    assert.is_true(longest < 5, ("an answer took %.1f s"):format(longest))
    honest.pipe:close()
    assert.truthy(process.wait_until(function()
      return here:evaluate "#luashot.schedule.jobs()" == "2" -- the ticker, and this line
    end, 20))
    assert.truthy(process.wait_until(function()
      return #files.names("/proc/" .. host.pid .. "/fd") <= descriptors
    end, 20), "descriptors are left open")
    check(host, before)
  end

  it("damaged streams", function() attack(600, 1) end)

  it("a hundred thousand damaged streams #long", function()
    for seed = 2, 11 do
      attack(10000, seed)
      here:close()
      here = door.new()
    end
  end)

  it("thousands who knock", function()
    local host, before = start()
    local knocked, answered, ended, most = 0, 0, 0, 2000
    local function knock()
      knocked = knocked + 1
      local pipe = uv.new_pipe(false)
      pipe:connect(here.path, function(why)
        if why then -- as many wait there as may
          knocked = knocked - 1
          pipe:close()
          return
        end
        pipe:read_start(function(_, bytes)
          answered = answered + (bytes and bytes:find("clients are already attached", 1, true) and 1 or 0)
          if not bytes then
            pipe:close()
            ended = ended + 1
          end
        end)
      end)
    end
    local first = here:connect()
    assert.truthy(first:get "hello")
    assert(process.wait_until(function()
      while knocked < most and knocked - ended < 100 do
        knock()
      end
      if ended == most - 31 and not first.is_left then -- and 31 stay, of which none says anything
        first.is_left = first:send("line", "sleep(0.05) return 'here'") or true
      end
      return first.is_left and first.messages[1]
    end, 60), ("%d of %d"):format(ended, knocked))
    assert.equal("here\n", first:get "result")
    assert.equal(most - 31, answered)
    first.pipe:close()
    check(host, before)
  end)

  it("more than it has descriptors for, without work, and lets others in afterwards", function()
    local argv = { "sh", "-c", 'ulimit -n 26; exec "$@"', "sh", luashot, "--listen", here.path, "-e", door.TICKER }
    local host = here:remember(process.spawn(argv))
    assert.truthy(process.wait_until(function() return uv.fs_stat(here.path) end, 20))
    here:evaluate "1"
    local before, all = proc.rss_private(host.pid), {}
    for i = 1, 60 do
      all[i] = here:connect()
    end
    assert.truthy(all[1]:get "hello")
    assert.truthy(process.wait_until(function() return all[60].is_over end, 20)) -- there is no room for it
    local began = proc.cpu_time(host.pid)
    process.sleep(2)
    local used = proc.cpu_time(host.pid) - began
    assert.is_true(used < 0.5, ("%.2f s of processor time"):format(used))
    for _, one in ipairs(all) do
      one.pipe:close()
    end
    assert.truthy(process.wait_until(function() return here:attach({}, "-e", "1").code == 0 end, 20))
    check(host, before)
  end)

  it("many at once, who come in one after the other", function()
    local host = here:listen(door.TICKER .. [[
      local last
      most = 0 -- descriptors that one turn of the loop has opened
      check = uv.new_check()
      check:start(function()
        local count, entries = 0, uv.fs_scandir "/proc/self/fd"
        while uv.fs_scandir_next(entries) do
          count = count + 1
        end
        most, last = math.max(most, count - (last or count)), count
      end)]])
    here:evaluate "1"
    host:kill "sigstop"
    local all = {}
    for i = 1, 30 do
      all[i] = here:connect()
    end
    host:kill "sigcont"
    for _, one in ipairs(all) do
      assert.truthy(one:get "hello")
    end
    local most = tonumber(here:evaluate "most")
    assert.is_true(most >= 1 and most <= 4, tostring(most))
  end)

  it("who has ended his side, and takes that for leaving", function()
    local host, before = start()
    local whole = { message.pack("run", "sleep(100)"), message.pack("run", "while true do end") }
    for _, bytes in ipairs { "", "line 5", table.unpack(whole) } do
      local one = here:connect()
      assert.truthy(one:get "hello")
      one.pipe:write(bytes)
      one.pipe:shutdown()
      assert.truthy(process.wait_until(function() return one.is_over end, 20), bytes)
    end
    assert.equal("2", here:evaluate "#luashot.schedule.jobs()")
    check(host, before)
  end)
end)

describe("whoever attaches bears", function()
  local here, server, pipes

  --- In the place of a host, somebody who does with each connection what they like.
  local function serve(act)
    server = uv.new_pipe(false)
    assert(server:bind(here.path))
    assert(server:listen(16, function()
      local pipe = uv.new_pipe(false)
      server:accept(pipe)
      pipes[#pipes + 1] = pipe
      act(pipe)
    end))
  end

  before_each(function()
    here, pipes = door.new(), {}
  end)

  after_each(function()
    for _, pipe in ipairs(pipes) do
      if not pipe:is_closing() then
        pipe:close()
      end
    end
    server:close()
    here:close()
  end)

  local hello <const> = message.pack("hello", message.VERSION .. "\nsomebody")

  local function attack(count, seed)
    local random = mangle.random(seed)
    local good = { hello, message.pack "more", message.pack "done", message.pack "done", message.pack "done" }
    for _, kind in ipairs { "output", "result", "error", "completion", "bye" } do
      good[#good + 1] = message.pack(kind, "some\ntext\n")
      good[#good + 1] = message.pack(kind, "1\n\0\255")
    end
    serve(function(pipe)
      local bytes = (random(1, 4) > 1 and hello or "") .. mangle.stream(random, good)
      pipe:read_start(function() end)
      pipe:write(bytes)
      pipe:shutdown()
    end)
    local clients, ended = {}, 0
    while ended < count do
      for i = 1, 4 do
        local input = i % 2 == 0 and { stdin = "1\n2\n3\n" } or nil
        clients[i] = here:remember(process.spawn({ luashot, "--attach", here.path, input and "-i" or "-e1" }, input))
      end
      for i, child in ipairs(clients) do
        local code = child:wait(30)
        assert.is_truthy(code == 0 or code == 1 or code == 3, ("client %d of seed %d: exit status %s, %s"):format(
          ended + i, seed, tostring(code), child.err))
        assert.is_nil(child.err:find("traceback", 1, true), child.err)
      end
      here.children, ended = {}, ended + 4
    end
  end

  it("a host that sends damaged streams", function() attack(40, 1) end)

  it("hosts that send ten thousand damaged streams #long", function() attack(10000, 2) end)

  it("a host of another version, and leaves", function()
    serve(function(pipe)
      pipe:write(message.pack("hello", "1\nsomebody"))
    end)
    local result = here:attach({}, "-e", "1")
    assert.equal("luashot: the host speaks another version of the protocol (1)\n", result.err)
    assert.equal(3, result.code)
  end)

  it("completions that are none", function()
    local answers = {
      "", "x", "x\nname", "0\nname", "-1\nname", "9\nname", "99999999999999999999\nname", "1\n\n\n", "1\nabcdef",
    }
    local asked = 0
    serve(function(pipe)
      local reader = message.reader()
      pipe:write(hello)
      pipe:read_start(function(_, bytes)
        reader:push(bytes or "")
        for kind in reader.next, reader do
          if kind == "complete" then
            asked = asked + 1
            pipe:write(message.pack("completion", answers[asked]))
          end
        end
      end)
    end)
    local child = terminal.spawn({ luashot, "--attach", here.path }, { env = { XDG_STATE_HOME = here.folder } })
    child:see "> "
    child:type "abc"
    child:see "> abc"
    for i = 1, #answers do
      child:type "\t"
      process.wait_until(function() return asked == i end, 20)
    end
    child:see(function(seen) return seen:find("> abcdef", 1, true) end)
    child:type "\21\4"
    local code = child:wait()
    child:stop()
    assert.equal(0, code, child.screen)
  end)
end)
