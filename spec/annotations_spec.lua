-- What docs/annotations declare is what there is, no more and no less, and docs/api.md says so.
local annotations = require "spec.support.annotations"
local luashot = require "luashot"
local process = require "spec.support.process"
local sorted = require "spec.support.sorted"
local uv = require "luv"
local zerobuffer = require "luashot.zerobuffer"
local xserver = require "spec.support.xserver"

local source = assert(os.getenv("LUASHOT_SOURCE"))
local items = annotations.read_all(source)

local function class_named(name)
  for _, item in ipairs(items) do
    if item.kind == "class" and item.name == name then
      return item
    end
  end
  error("no class " .. name)
end

--- Names declared for a class: methods or functions, and fields or values.
local function declared(name, kind)
  local names = {}
  for _, item in ipairs(items) do
    if item.owner == name and item.kind == kind then
      names[item.member] = true
    end
  end
  if kind == "value" then
    for _, field in ipairs(class_named(name).fields) do
      names[field.name] = true
    end
  end
  return sorted(names)
end

--- The names in a message like "unknown option '?' (known: a, b)", or "… has a and b, not '?'".
local function known_options(fn, ...)
  local ok, message = pcall(fn, ...)
  assert.is_false(ok)
  local names = {}
  local list = message:match("%(known: (.-)%)$") or message:match("has (.-), not '")
  for name in assert(list, message):gmatch("[^, ]+") do
    names[name] = name ~= "and" or nil
  end
  return sorted(names)
end

local function field_names(name)
  local names = {}
  for _, field in ipairs(class_named(name).fields) do
    if field.name:match("^%a") then
      names[field.name] = true
    end
  end
  return sorted(names)
end

local function choices(name)
  for _, item in ipairs(items) do
    if item.kind == "alias" and item.name == name then
      local names = {}
      for _, choice in ipairs(item.choices) do
        names[choice.value:match('^"(.*)"$')] = true
      end
      return sorted(names)
    end
  end
end

local ELSEWHERE = { EEXIST = true, EENCODER = true } -- of the system, and in Lua
local WRONG = { ["no option is called like this"] = true }

describe("the annotations", function()
  local server, display, frame

  setup(function()
    server = xserver.start({ width = 64, height = 48 })
    display = assert(luashot.open({ display = server.display }))
    frame = assert(display:grab())
  end)

  teardown(function()
    frame:release()
    display:close()
    server:stop()
  end)

  it("have a text in one place, and a class once", function()
    local seen = {}
    for _, item in ipairs(items) do
      assert(not item.stray, ("line %d: a text after a tag, which editors show with the next one: %s"):format(item.line,
        item.stray or ""))
      if item.kind == "class" then
        assert(not seen[item.name], item.name .. " is there twice")
        seen[item.name] = true
      end
    end
  end)

  it("name the module's functions and values", function()
    local functions, values = {}, {}
    for name in pairs(getmetatable(luashot).lazy) do
      assert.is_not_nil(luashot[name])
    end
    for name, value in pairs(luashot) do
      (type(value) == "function" and functions or values)[name] = true
    end
    assert.same(sorted(functions), declared("luashot", "function"))
    assert.same(sorted(values), declared("luashot", "value"))
  end)

  it("name the methods of displays and watches", function()
    local methods = debug.getmetatable(display).__index
    assert.same(sorted(methods), declared("luashot.Display", "function"))
    local watch <close> = assert(display:watch({ width = 8, height = 8 }))
    assert.same(sorted(debug.getmetatable(watch).__index), declared("luashot.Watch", "function"))
    local buffer = luashot.buffer(1)
    assert.same(sorted(debug.getmetatable(buffer).__index), declared("luashot.Buffer", "function"))
  end)

  it("name the methods and fields of frames", function()
    local index = debug.getmetatable(frame).__index
    local _, methods = debug.getupvalue(index, 1)
    local _, fields = debug.getupvalue(index, 2)
    assert.same(sorted(methods), declared("luashot.Frame", "function"))
    assert.same(sorted(fields), declared("luashot.Frame", "value"))
  end)

  it("name the fields of tables that are returned", function()
    assert.same(sorted(assert(display:monitors())[1]), field_names("luashot.Monitor"))
    local step, series = display:frames()
    step(series):release()
    local stats = display:stats()
    stats.reason, stats.copy_reason = "there on slower paths only", "there after copies only"
    assert.same(sorted(stats), field_names("luashot.Stats"))
    assert.same(sorted(stats.series), field_names("luashot.SeriesStats"))
  end)

  it("name the options", function()
    local copy <close> = frame:copy()
    local ring = "luashot-annotations-" .. uv.os_getpid()
    local reader <close> = assert(zerobuffer.reader(ring))
    local writer <close> = assert(zerobuffer.writer(ring))
    assert(writer:write("x"))
    local item <close> = assert(reader:read(0))
    local known = {
      ["luashot.OpenOptions"] = known_options(luashot.open, WRONG),
      ["luashot.LoadOptions"] = known_options(luashot.load, "a.png", WRONG),
      ["luashot.GrabOptions"] = known_options(display.grab, display, nil, WRONG),
      ["luashot.EncodeOptions"] = known_options(frame.encode, frame, "png", WRONG),
      ["luashot.EncodeAsyncOptions"] = known_options(frame.encode_async, frame, "png", WRONG, print),
      ["luashot.DiffOptions"] = known_options(frame.diff, frame, frame, WRONG),
      ["luashot.FindColorOptions"] = known_options(frame.find_color, frame, "#fff", WRONG),
      ["luashot.FindOptions"] = known_options(frame.find, frame, frame, WRONG),
      ["luashot.ScaleOptions"] = known_options(frame.scale, frame, 1, 1, WRONG),
      ["luashot.WaitOptions"] = known_options(luashot.wait,
        { display, when = "#fff", ["no option is called like this"] = true }),
      ["luashot.RectangleOptions"] = known_options(copy.rectangle, copy, { width = 1, height = 1 }, "#fff", WRONG),
      ["luashot.TextOptions"] = known_options(copy.text, copy, 0, 0, "", WRONG),
      ["luashot.SaveOptions"] = known_options(frame.save, frame, "-", WRONG),
      ["luashot.PublishOptions"] = known_options(display.publish, display, writer, nil, WRONG),
      ["luashot.StreamOptions"] = known_options(display.stream, display, writer, WRONG),
      ["luashot.ChangeOptions"] = known_options(display.on_change, display, nil, print, WRONG),
      ["luashot.RecordOptions"] = known_options(luashot.record, WRONG),
      ["luashot.RotateOptions"] = known_options(luashot.rotate, "x", WRONG),
      ["luashot.LostOptions"] = known_options(display.on_lost, display, print, WRONG),
      ["luashot.SeriesOptions"] = known_options(display.frames, display, WRONG),
      ["luashot.Region"] = known_options(display.grab, display, WRONG),
      ["luashot.zerobuffer.Config"] = known_options(zerobuffer.reader, "x", WRONG),
      ["luashot.zerobuffer.ServerConfig"] = known_options(zerobuffer.server, "x", WRONG, print),
      ["luashot.zerobuffer.Picture"] = known_options(item.view, item, WRONG),
    }
    for name, names in pairs(known) do
      assert.same(names, field_names(name))
    end
  end)

  it("name the formats and paths", function()
    local function formats(fn)
      local _, message = pcall(fn, frame, "?")
      local names = {}
      for name in message:match("%(([^()]*)%)%)?$"):gmatch("%w+") do
        names[name] = true
      end
      return sorted(names)
    end
    local both = choices("luashot.PixelFormat")
    assert.same(formats(frame.copy), both)
    table.move(choices("luashot.VideoFormat"), 1, 2, #both + 1, both)
    table.sort(both)
    assert.same(formats(frame.bytes), both)
    assert.same(known_options(luashot.open, { path = ("?"):rep(30) }), choices("luashot.Path"))
    assert.same(known_options(frame.encode, frame, "?"), choices("luashot.FileFormat"))
  end)

  it("name what luashot.json has", function()
    local functions = declared("luashot.json", "function")
    assert.same({ "decode", "encode" }, functions)
    for _, name in ipairs(functions) do
      assert.equal("function", type(luashot.json[name]), name)
    end
    assert.is_not_nil(luashot.json.null)
    assert.same(known_options(luashot.json.encode, 1, { ["?"] = 1 }), field_names "luashot.JsonOptions")
    assert.same(known_options(luashot.await, print, { ["?"] = 1 }), field_names "luashot.AwaitOptions")
    assert.same(known_options(luashot.run_program, { "true", ["?"] = 1 }), field_names "luashot.RunProgramOptions")
  end)

  it("name what a service manager can be told", function()
    local notify = require "luashot.notify"
    for _, name in ipairs(declared("luashot.notify", "function")) do
      assert.equal("function", type(notify[name:match "%w+$"]), name)
    end
  end)

  it("name what the scheduler has for scripts, and a job's fields and methods", function()
    local schedule = luashot.schedule
    for _, name in ipairs(declared("luashot.schedule", "function")) do
      assert.equal("function", type(schedule[name]), name)
    end
    local job <close> = schedule.every("1ms", error, { on_error = function() end })
    schedule.drive(function()
      return job.message
    end)
    for _, name in ipairs(declared("luashot.Job", "function")) do
      assert.equal("function", type(job[name]), name)
    end
    for _, name in ipairs(declared("luashot.Job", "value")) do
      assert.is_not_nil(job[name], name)
    end
  end)

  it("name what luashot.zerobuffer has, and the methods of its handles", function()
    local function methods(object)
      local index = debug.getmetatable(object).__index
      if type(index) == "function" then -- the table of the methods is its last upvalue
        index = select(2, debug.getupvalue(index, debug.getinfo(index, "u").nups))
      end
      local names = {}
      for name, value in pairs(index) do
        names[name] = type(value) == "function" and not name:find("^__") or nil
      end
      return sorted(names)
    end
    local ring = "luashot-annotations-" .. uv.os_getpid()
    local answering <close> = assert(zerobuffer.server(ring, nil, print))
    local asking <close> = assert(zerobuffer.client(ring))
    local reader <close> = assert(zerobuffer.reader(ring))
    local writer <close> = assert(zerobuffer.writer(ring))
    assert(writer:write("x"))
    local item <close> = assert(reader:read(0))
    local reservation <close> = assert(writer:reserve(1))
    local handles = {
      Reader = reader, Writer = writer, Item = item, Reservation = reservation, Server = answering, Client = asking,
    }
    for name, object in pairs(handles) do
      assert.same(methods(object), declared("luashot.zerobuffer." .. name, "function"))
    end
    for _, name in ipairs(field_names("luashot.zerobuffer.Item")) do
      assert.is_not_nil(item[name], name)
    end
    assert.same(sorted(answering:stats()), field_names("luashot.zerobuffer.ServerStats"))
    assert.same(sorted(assert(zerobuffer.stat(ring))), field_names("luashot.zerobuffer.Stat"))
    local values = declared("luashot.zerobuffer", "value")
    for _, name in ipairs(values) do
      assert.same(sorted(zerobuffer[name]), declared("luashot.zerobuffer." .. name, "function"))
    end
    local functions = {}
    for name, value in pairs(zerobuffer) do
      functions[name] = type(value) == "function" or nil
    end
    assert.same(sorted(functions), declared("luashot.zerobuffer", "function"))
    assert.same({ "caps", "testing" }, values)
  end)

  it("name the globals that the host adds to Lua's", function()
    local function globals(...)
      local listed = process.run({ ..., "-e", "for name in pairs(_G) do print(name) end" })
      assert.equal(0, listed.code, listed.err)
      local names = {}
      for name in listed.out:gmatch("%S+") do
        names[name] = true
      end
      return names
    end
    local added = globals(assert(os.getenv("LUASHOT_BUILD")) .. "/luashot")
    for name in pairs(globals(process.stock)) do
      added[name] = name == "arg" or nil
    end
    local named = {}
    for _, item in ipairs(items) do
      local is_global = item.kind == "function" or item.kind == "value"
      if is_global and not item.member then
        named[item.name] = true
      end
    end
    assert.same(sorted(added), sorted(named))
  end)

  it("name only types that are declared, with each tag at the start of a line", function()
    local texts = process.run({ "sh", "-c", ("cat %q/docs/annotations/*.lua; find %q/lua -name '*.lua' -exec cat {} +")
      :format(source, source) }).out
    local known, wrong = {}, {}
    for name in texts:gmatch "%-%-%-@[ac]l%a+ (luashot[%w_.]*)" do
      known[name] = true
    end
    assert.is_true(known["luashot.What"] and known["luashot.Frame"])
    for line in texts:gmatch "[^\n]+" do
      if line:find "%S.* %-%-%-@" then
        wrong[#wrong + 1] = line
      end
      for name in (line:match "^%s*%-%-%-[@|].*" or ""):gmatch "luashot%.[%w_.]*%u%w*" do
        wrong[#wrong + 1] = not known[name] and name .. ": " .. line or nil
      end
    end
    assert.same({}, wrong)
  end)

  it("describe every parameter, and every result of functions that can fail", function()
    local wrong = {}
    for _, item in ipairs(items) do
      if item.kind == "function" then
        local names = {}
        for i, param in ipairs(item.params) do
          names[i] = param.name
        end
        local fails = item.returns[1] and item.returns[1].type:find("|nil", 1, true)
        local code = item.returns[#item.returns]
        if table.concat(names, ",") ~= table.concat(item.arguments, ",") then
          wrong[#wrong + 1] = item.name .. ": parameters " .. table.concat(names, ", ")
        elseif #item.text == 0 then
          wrong[#wrong + 1] = item.name .. ": says nothing"
        elseif fails and not code.name:match("^code E%u+") then
          wrong[#wrong + 1] = item.name .. ": names no codes"
        end
      end
    end
    assert.same({}, wrong)
  end)

  it("explain every code that the rooms can give", function()
    local explained, given = {}, {}
    for _, item in ipairs(items) do
      for _, line in ipairs(item.kind == "text" and item.text or {}) do
        explained[line:match("^| (E%u+) |") or ""] = true
      end
    end
    local all = ("find %q/src -name '*.c' ! -path '*/host/*' ! -path '*/process/*' -exec cat {} +"):format(source)
    local text = process.run({ "sh", "-c", all }).out
    for code in text:gmatch('shot_fail%(%s*[^"]-"(E%u+)"') do
      -- EINTR is the binding's own: a wait that looks after Ctrl-C. EGONE is a request's own: it looks again.
      given[code] = (code ~= "EINTR" and code ~= "EGONE") or nil
    end
    explained[""] = nil
    assert.is_true(given.EGEOMETRY)
    for code in pairs(given) do
      assert.is_true(explained[code], code .. " is not explained")
    end
    for code in pairs(explained) do
      assert.is_true(given[code] or ELSEWHERE[code], code .. " is explained, but nothing gives it")
    end
  end)

  it("are what docs/api.md is made of", function()
    local made = process.run({ process.stock, source .. "/scripts/dev/reference", "--print" })
    assert.equal("", made.err)
    local file <close> = assert(io.open(source .. "/docs/api.md"))
    assert.is_true(file:read("a") == made.out, "run scripts/dev/reference")
  end)
end)
