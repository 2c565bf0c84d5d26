-- The house: which room may see which, as its #include lines say.
local uv = require "luv"

local RANK = {
  base = 0,
  image = 1, zerobuffer = 1,
  codec = 2, search = 2, capture = 2, video = 2, input = 2, words = 2,
  x11 = 3, wayland = 3,
  output = 4, process = 4, http = 4, mqtt = 4,
  lua = 5,
  host = 6,
}

-- Headers of libraries, and the rooms that may see them; those of the C library and the kernel are everybody's.
local RESERVED = {
  { "^lua%.h$", { "lua", "host" } },
  { "^lauxlib%.h$", { "lua", "host" } },
  { "^lualib%.h$", { "host" } },
  { "^uv%.h$", { "host" } },
  { "^luv", { "host" } },
  { "^xcb/", { "x11" } },
  { "^xkbcommon/", { "input", "x11", "wayland" } },
  { "^wayland%-", { "wayland" } },
  { "%-client%-protocol%.h$", { "wayland" } },
  { "^libdeflate%.h$", { "codec" } },
  { "^isa%-l%.h$", { "codec" } },
  { "^zlib%.h$", { "codec" } },
  { "^png%.h$", { "codec" } },
  { "^jpeglib%.h$", { "codec" } },
  { "^jerror%.h$", { "codec" } },
  { "^webp/", { "codec" } },
  { "^qoi%.h$", { "codec" } },
  { "^sixel%.h$", { "codec" } },
  { "^libyuv%.h$", { "image" } },
  { "^xxhash%.h$", { "image" } },
  { "^tesseract/", { "words" } },
  { "^seccomp%.h$", { "process" } },
  { "^histedit%.h$", { "host" } },
  { "^sanitizer/", { "host" } },
  { "^mqtt_protocol%.h$", { "mqtt" } },
  { "^libav", { "video" } },
  { "^microhttpd%.h$", { "http" } },
  { "^mosquitto%.h$", { "mqtt" } },
  { "^X11/", { "x11", "process" } }, -- libXau: the cookie of a private server
}

local SYSTEM <const> = {}
for name in ([[
  assert ctype dirent dlfcn endian errno fcntl inttypes langinfo limits locale math netdb poll pthread sched semaphore
  setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib string strings termios time ucontext
  unistd wchar
]]):gmatch "%a+" do
  SYSTEM[name .. ".h"] = true
end

local function is_system(target)
  return SYSTEM[target] or target:match "^sys/" or target:match "^linux/" or target:match "^netinet/" or
    target:match "^arpa/"
end

-- Display servers, and the one file that knows them.
local SOURCES, KNOWS_SOURCES = { x11 = true, wayland = true }, "src/lua/sources.c:"

local source = (os.getenv("LUASHOT_SOURCE") or ".") .. "/src/"

local function entries(folder, kind)
  local names = {}
  local request = assert(uv.fs_scandir(folder))
  for name, type in function() return uv.fs_scandir_next(request) end do
    if type == kind then
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return names
end

--- Every #include line of the tree.
local includes, rooms = {}, entries(source, "directory")
for _, room in ipairs(rooms) do
  for _, name in ipairs(entries(source .. room, "file")) do
    if name:match("%.[ch]$") then
      local number = 0
      for line in io.lines(source .. room .. "/" .. name) do
        number = number + 1
        local open, target = line:match('^%s*#%s*include%s*([<"])([^>"]+)')
        if open then
          includes[#includes + 1] = {
            room = room, file = name, target = target, own = open == '"',
            place = ("src/%s/%s:%d"):format(room, name, number),
          }
        end
      end
    end
  end
end

local function contains(list, wanted)
  for _, value in ipairs(list) do
    if value == wanted then
      return true
    end
  end
  return false
end

--- The circles of a graph: file -> set of files, each as a text.
local function circles_of(needs)
  local circles, done = {}, {}
  local function visit(file, path)
    for i, before in ipairs(path) do
      if before == file then
        circles[#circles + 1] = table.concat(path, " -> ", i) .. " -> " .. file
        return
      end
    end
    if done[file] then
      return
    end
    local longer = table.move(path, 1, #path, 1, {})
    longer[#longer + 1] = file
    for target in pairs(needs[file] or {}) do
      visit(target, longer)
    end
    done[file] = true
  end
  for file in pairs(needs) do
    visit(file, {})
  end
  return circles
end

describe("the layers", function()
  it("are the known rooms", function()
    local unknown = {}
    for _, room in ipairs(rooms) do
      if not RANK[room] then
        unknown[#unknown + 1] = room
      end
    end
    assert.same({}, unknown)
    assert.is_true(#includes > 50)
  end)

  it("include only what lies lower, or their own room, by its full name", function()
    local wrong = {}
    for _, include in ipairs(includes) do
      if include.own then
        local room = include.target:match("^(%w+)/[%w_]+%.h$")
        local allowed = room and RANK[room]
          and (room == include.room or RANK[room] < RANK[include.room])
        if not allowed then
          wrong[#wrong + 1] = ("%s includes %s"):format(include.place, include.target)
        end
      end
    end
    assert.same({}, wrong)
  end)

  it("keep every library in its rooms", function()
    local wrong = {}
    for _, include in ipairs(includes) do
      local is_known = include.own or is_system(include.target)
      for _, rule in ipairs(RESERVED) do
        if include.target:match(rule[1]) then
          is_known = is_known or contains(rule[2], include.room)
        end
      end
      if not is_known then
        wrong[#wrong + 1] = ("%s includes %s"):format(include.place, include.target)
      end
    end
    assert.same({}, wrong)
  end)

  it("see display servers in one file alone", function()
    local wrong, known = {}, 0
    for _, include in ipairs(includes) do
      local room = include.own and include.target:match("^(%w+)/")
      if SOURCES[room] and include.room ~= room then
        local may = include.place:sub(1, #KNOWS_SOURCES) == KNOWS_SOURCES
        known = known + (may and 1 or 0)
        wrong[#wrong + 1] = not may and ("%s includes %s"):format(include.place, include.target) or nil
      end
    end
    assert.same({}, wrong)
    assert.equal(2, known) -- one for each
  end)

  it("have no circles of calls", function()
    -- Which file defines a function or a table that others can name, and which files do. The functions of a header
    -- are those of its file.
    local texts, home = {}, {}
    for _, room in ipairs(rooms) do
      for _, name in ipairs(entries(source .. room, "file")) do
        local file <close> = assert(io.open(source .. room .. "/" .. name))
        local text = "\n" .. file:read("a"):gsub("/%*.-%*/", " ")
        local own = room .. "/" .. name:gsub("%.h$", ".c")
        if name:match("%.h$") then
          for body in text:gmatch("\nstatic inline .-\n}\n") do
            texts[own] = (texts[own] or "") .. body
          end
        elseif name:match("%.c$") then
          texts[own] = (texts[own] or "") .. text
          for head in text:gmatch("\n(%a[^;{}#]-%))\n{\n") do
            local called = head:match("([%w_]+)%(")
            if not head:match("^static") and called ~= "main" then
              home[called] = room .. "/" .. name
            end
          end
          for kind, table in text:gmatch("\n(%a[%w_ ]-)([%w_]+)[%[%]]* = {\n") do
            if not kind:match("^static") then
              home[table] = room .. "/" .. name
            end
          end
        end
      end
    end
    local needs, count = {}, 0
    for file, text in pairs(texts) do
      needs[file] = {}
      for word in text:gmatch("[%a_][%w_]*") do
        if home[word] and home[word] ~= file and not needs[file][home[word]] then
          needs[file][home[word]] = true
          count = count + 1
        end
      end
    end
    assert.is_true(count > 300, count)
    assert.same({}, circles_of(needs))
  end)

  -- A struct is private to its room if no file of another room names a field of it or holds it by value, and no
  -- other struct of a header does. The names of fields are not unique, so this misses some; it blames none wrongly.
  it("keep private structs out of headers that other rooms see", function()
    local texts, direct = {}, {}
    for _, room in ipairs(rooms) do
      for _, name in ipairs(entries(source .. room, "file")) do
        if name:match("%.[ch]$") then
          local file <close> = assert(io.open(source .. room .. "/" .. name))
          texts[room .. "/" .. name] = (file:read("a"):gsub("/%*.-%*/", " "))
        end
      end
    end
    for _, include in ipairs(includes) do
      local file = include.room .. "/" .. include.file
      direct[file] = direct[file] or {}
      table.insert(direct[file], include.target)
    end
    local seen_by = {} -- header -> the text of all files of other rooms that see it
    for file, text in pairs(texts) do
      local seen = {}
      local function see(one)
        for _, header in ipairs(direct[one] or {}) do
          if texts[header] and not seen[header] then
            seen[header] = true
            see(header)
          end
        end
      end
      see(file)
      for header in pairs(seen) do
        if header:match("^%w+") ~= file:match("^%w+") then
          seen_by[header] = (seen_by[header] or "") .. text
        end
      end
    end
    local function is_held(name, text)
      for after in text:gmatch("struct " .. name .. "%f[^%w_](%s*.)") do
        if not after:match("[*;{]$") then
          return true
        end
      end
      return false
    end
    local private, count = {}, 0
    for header, others in pairs(seen_by) do
      for name, body in texts[header]:gmatch("struct ([%w_]+) (%b{})") do
        count = count + 1
        local is_used = is_held(name, others)
        for field in body:gmatch("([%a_][%w_]*)[%[%w_%]]*[;,]") do
          is_used = is_used or others:find("[>.]%s*" .. field .. "%f[^%w_]") ~= nil
        end
        for field in body:gmatch("%(%*([%w_]+)%)") do
          is_used = is_used or others:find("[>.]%s*" .. field .. "%f[^%w_]") ~= nil
        end
        for other, text in pairs(texts) do
          is_used = is_used or other:match("%.h$") and other ~= header and is_held(name, text)
        end
        is_used = is_used or is_held(name, texts[header])
        private[#private + 1] = not is_used and header .. ": struct " .. name or nil
      end
    end
    table.sort(private)
    assert.is_true(count > 50, count)
    assert.same({}, private)
  end)

  it("have no circles", function()
    local needs = {}
    for _, include in ipairs(includes) do
      local file = include.room .. "/" .. include.file
      if include.own then
        needs[file] = needs[file] or {}
        needs[file][include.target] = true
      end
    end
    assert.same({}, circles_of(needs))
  end)

  -- The folders of lua/luashot that stock Lua's installation leaves out: they need the program around them.
  it("let no Lua file but the program's own need host or attach, and have no circles of requires", function()
    local lua = source:gsub("src/$", "lua/")
    local needs, wrong, count = {}, {}, 0
    local function read(folder)
      for _, name in ipairs(entries(lua .. folder, "directory")) do
        read(folder .. name .. "/")
      end
      for _, name in ipairs(entries(lua .. folder, "file")) do
        local module = (folder .. name):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
        local is_own = folder:match("^luashot/host/") or folder:match("^luashot/attach/")
        needs[module] = {}
        for line in io.lines(lua .. folder .. name) do
          local other = line:match("require[ (,]*[\"'](luashot[%w_.]*)[\"']")
          local folder_of = other and (other .. "."):match("^luashot%.(%l+)%.")
          if not is_own and (folder_of == "host" or folder_of == "attach") then
            wrong[#wrong + 1] = module .. " requires " .. other
          elseif other and line:match("^%S") then -- needed when it is loaded, not when it is called
            needs[module][other] = true
            count = count + 1
          end
        end
      end
    end
    read("luashot/")
    assert.same({}, wrong)
    assert.is_true(count > 100, count)
    assert.same({}, circles_of(needs))
  end)
end)
