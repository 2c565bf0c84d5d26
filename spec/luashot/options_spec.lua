-- Whatever a script gives as options to what is written in Lua: it works, or says which option is wrong.
-- Never does it end somewhere inside.
local luashot = require "luashot"
local failure = require "luashot.schedule.failure"
local process = require "spec.support.process"
local ring = require "spec.support.ring"
local schedule = require "luashot.schedule"
local xserver = require "spec.support.xserver"
local zb = require "luashot.zerobuffer"

-- What Lua says of code that does not look at what it is given.
local blunders = { "attempt to index", "attempt to compare", "attempt to perform", "attempt to call",
  "attempt to concatenate", "attempt to get", "no integer representation", "invalid value", "invalid order",
  "string length overflow", "stack overflow" }

local ROUNDS <const> = 30 -- tables of several options, for each function

describe("options that are", function()
  local server, display, frame, report, folder, reader, writer

  setup(function()
    server = xserver.start { width = 64, height = 48 }
    display = assert(luashot.open { display = server.display })
    frame = assert(display:grab "8x6+0+0")
    folder = process.run({ "mktemp", "-d" }).out:gsub("\n", "")
    local name = ring.name("options")
    reader = assert(zb.reader(name))
    writer = assert(zb.writer(name))
    report = failure.report
    function failure.report() end
  end)

  teardown(function()
    failure.report = report
    schedule.stop_all()
    schedule.run()
    writer:close()
    reader:close()
    ring.sweep_all()
    frame:release()
    display:close()
    server:stop()
    process.run({ "rm", "-r", folder })
  end)

  local function fn() end

  -- A table in which nothing is as it should be.
  local function hostile()
    return setmetatable({}, {
      __index = function() return 1 end,
      __len = function() return 1e300 end,
      __tostring = function() return "hostile" end,
    })
  end

  local loop = {}
  loop[1], loop.loop = loop, loop

  local function pool()
    return { true, false, 0, 1, -1, 3, 2.5, 1e300, -1e300, 0 / 0, math.huge, math.maxinteger, math.mininteger,
      "", "x", "5", "5ms", "-1s", "1e999s", "#fff", "skip", "queue", "blocks", "a\0b", "%s%n", ("long"):rep(5000),
      {}, { 1, 2, 3 }, loop, hostile(), fn, print, coroutine.create(fn), io.stdout, frame, display }
  end

  --- Each function: a call with a table of options, those that it has, and a table with which it works.
  -- `waits` has the values with which it would wait for ever.
  local cases = {
    wait = {
      -- What is looked for is told of as what looks for it does.
      others = { "color", "find", "object length", "picture" },
      call = function(options)
        options[1], options[2] = display, "4x4+0+0"
        options.when = options.when == nil and function() return true end or options.when
        options.timeout = options.timeout == nil and 0 or options.timeout
        return luashot.wait(options)
      end,
      names = { "when", "timeout", "interval", "tolerance", "region", "min_pixels", "min_score", "mask", "scale" },
      lasting = { timeout = true },
    },
    record = {
      others = { "inside a job only" }, -- elsewhere it only looks at its options
      call = function(options)
        options.to = options.to == nil and folder .. "/a.mkv" or options.to
        return luashot.record(options)
      end,
      names = { "display", "what", "fps", "to", "seconds", "count", "cursor", "codec", "options", "bitrate", "keyframe",
        "rate", "segment", "speed", "append", "arguments", "program", "progress" },
    },
    rotate = {
      call = function(options) return luashot.rotate(folder .. "/none-*", options) end,
      names = { "count", "age", "bytes" },
    },
    every = {
      call = function(options) return schedule.every("1h", fn, options) end,
      names = { "name", "overrun", "on_error", "backoff" },
    },
    after = {
      call = function(options) return schedule.after("1h", fn, options) end,
      names = { "name", "overrun", "on_error", "backoff" },
    },
    at = {
      call = function(options) return schedule.at("09:00", fn, options) end,
      names = { "name", "overrun", "on_error", "backoff" },
    },
    cron = {
      call = function(options) return schedule.cron("0 0 1 1 *", fn, options) end,
      names = { "name", "overrun", "on_error", "backoff" },
    },
    on_change = {
      call = function(options) return display:on_change("4x4+0+0", fn, options) end,
      names = { "min_interval", "threshold", "name" },
    },
    on_lost = {
      call = function(options) return display:on_lost(fn, options) end,
      names = { "on_back", "first", "last" },
    },
    stream = {
      call = function(options)
        repeat -- else it would wait for room in the ring
          local item <close> = reader:read(0)
        until not item
        options.count = options.count == nil and 1 or options.count
        return display:stream(writer, options)
      end,
      names = { "fps", "clip", "cursor", "count" },
      lasting = { count = true, fps = true },
    },
    show = {
      call = function(options)
        options.mode = options.mode == nil and "blocks" or options.mode
        return frame:show(options)
      end,
      names = { "width", "mode" },
    },
    metadata = {
      call = function(options)
        options.format = options.format == nil and "rgb" or options.format
        options.width = options.width == nil and 4 or options.width
        options.height = options.height == nil and 3 or options.height
        return zb.caps.metadata(options)
      end,
      names = { "format", "width", "height", "fps", "element" },
      takes_others = true,
    },
    server = {
      call = function(options) return zb.server(ring.name("options"), options, fn) end,
      names = { "metadata_size", "payload_size", "timeout", "failure", "on_init" },
    },
    client = {
      call = function(options) return zb.client(ring.name("options"), options) end,
      names = { "metadata_size", "payload_size" },
    },
  }

  -- Ends what a call has made.
  local function finish(made)
    if type(made) == "table" and made.stop then
      made:stop()
    end
    if type(made) == "userdata" and made ~= frame or type(made) == "table" and made.close then
      (made.release or made.close)(made)
    end
  end

  local function shown(options)
    local parts = {}
    for name, value in pairs(options) do
      parts[#parts + 1] = ("%s = %s"):format(name, tostring(value)):sub(1, 60)
    end
    table.sort(parts)
    return table.concat(parts, ", ")
  end

  --- Makes the call, and says what was wrong with how it went; nil when nothing was.
  local function try(name, options)
    local case = cases[name]
    local text = ("%s { %s }"):format(name, shown(options))
    local results = table.pack(pcall(case.call, options))
    local ok, made, message, code = table.unpack(results, 1, results.n)
    if ok and made == nil and results.n > 1 then
      assert(type(message) == "string" and type(code) == "string", text .. ": " .. tostring(message))
      return "failed", message
    elseif ok then
      finish(made)
      return "worked"
    end
    assert(type(made) == "string", text .. ": raised a " .. type(made))
    for _, blunder in ipairs(blunders) do
      assert(not made:find(blunder, 1, true), text .. ": " .. made)
    end
    return "raised", made
  end

  -- Whether the message of an error tells which option it is about.
  local function names(case, message, option)
    for _, text in ipairs(case.others or {}) do
      if message:find(text, 1, true) then
        return true
      end
    end
    return message:find(option, 1, true) ~= nil
  end

  local outlet = require "luashot.show.outlet"
  local write = outlet.write

  setup(function() -- where frame:show() writes
    outlet.write = fn
  end)

  teardown(function()
    outlet.write = write
  end)

  for name, case in pairs(cases) do
    describe("wrong for " .. name, function()
      it("are named, one by one", function()
        for _, option in ipairs(case.names) do
          for _, value in ipairs(pool()) do
            if not (case.lasting and case.lasting[option] and type(value) == "number" and value > 3) then
              local how, message = try(name, { [option] = value })
              assert(how ~= "raised" or names(case, message, option),
                ("%s { %s = %s }: %s"):format(name, option, tostring(value), message))
            end
          end
        end
      end)

      it("or unknown, are told of", function()
        if case.takes_others then
          return
        end
        for _, wrong in ipairs { "wrong", "", "%s", "__index", "timeouts" } do
          local how, message = try(name, { [wrong] = 1 })
          assert.equal("raised", how)
          assert.matches("unknown option '" .. wrong .. "'", message, 1, true)
        end
        for _, key in ipairs { 7, 2.5, true, fn } do
          assert.equal("raised", (try(name, { [key] = 1 })))
        end
      end)

      it("are no table, are told of", function()
        for _, value in ipairs { 5, "x", true, fn } do
          local ok, message = pcall(function()
            if name == "wait" or name == "record" then
              return luashot[name](value)
            elseif name == "rotate" then
              return luashot.rotate("none-*", value)
            elseif name == "stream" then
              return display:stream(writer, value)
            elseif name == "show" then
              return frame:show(value)
            elseif name == "metadata" then
              return zb.caps.metadata(value)
            elseif name == "on_change" then
              return display:on_change(nil, fn, value)
            elseif name == "on_lost" then
              return display:on_lost(fn, value)
            elseif name == "server" then
              return zb.server("none", value, fn)
            elseif name == "client" then
              return zb.client("none", value)
            end
            return schedule[name](name == "at" and "09:00" or name == "cron" and "@daily" or "1h", fn, value)
          end)
          assert.is_false(ok)
          assert.matches("table", message)
          assert.not_matches("attempt", message)
          assert.not_matches("check_options", message)
        end
      end)

      it("that metamethods make up, do no harm", function()
        try(name, hostile())
      end)

      it("anything together, do no other harm", function()
        math.randomseed(20, 26)
        local values = pool()
        for _ = 1, ROUNDS do
          local options = {}
          for _ = 1, math.random(1, 4) do
            local option = case.names[math.random(#case.names)]
            local value = values[math.random(#values)]
            if not (case.lasting and case.lasting[option] and type(value) == "number" and value > 3) then
              options[option] = value
            end
          end
          try(name, options)
        end
      end)
    end)
  end

  it("wrong for a video are told of before it is begun", function()
    for option, values in pairs {
      fps = { "x", 0, -1, 0 / 0, math.huge, {} }, count = { "x", 0, -1, 2.5, 0 / 0, {} }, seconds = { -1, "x", {} },
      codec = { 5, {} }, options = { 5, "x", { 1 }, { crf = {} } }, bitrate = { "x", "4m", -1, {} },
      keyframe = { 0, "x", {} }, segment = { 0, -1, "x" }, append = { 5, "x", {} },
      speed = { 0, "x", 0 / 0, {} }, rate = { 5, "steady" },
      arguments = { 5, "x", { 1 }, { "a", {} } }, program = { 5, {}, true }, display = { 5, "x", true }, to = { 5, {} },
    } do
      for _, value in ipairs(values) do
        local how, message = try("record", { [option] = value })
        assert.equal("raised", how)
        assert.matches("option '" .. option .. "'", message, 1, true)
      end
    end
  end)

  it("no display for wait are told of", function()
    for _, value in ipairs { 5, "x", true, fn } do
      local ok, message = pcall(luashot.wait, { value, when = fn })
      assert.is_false(ok)
      assert.matches("a display expected", message)
    end
    assert.matches("a display expected", select(2, pcall(luashot.wait, { when = fn })))
  end)
end)
