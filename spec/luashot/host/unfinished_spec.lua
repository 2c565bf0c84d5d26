local unfinished = require "luashot.host.unfinished"
local uv = require "luv"

local source = (os.getenv "LUASHOT_SOURCE" or ".") .. "/"

local function is_open(...)
  local code = unfinished.new()
  for _, line in ipairs { ... } do
    code:add(line)
  end
  return code:is_open()
end

local function each_file(folder, call)
  local request = assert(uv.fs_scandir(folder))
  for name, kind in function() return uv.fs_scandir_next(request) end do
    if kind == "directory" then
      each_file(folder .. "/" .. name, call)
    elseif name:find "%.lua$" then
      call(folder .. "/" .. name)
    end
  end
end

describe("code that is typed line by line", function()
  it("has to go on where something is open", function()
    for _, text in ipairs {
      "for i = 1, 2 do", "while f() do", "if x then", "if x then y() else", "repeat", "function f()", "x = {", "f(",
      "a[", "x = [[a", "x = [==[a]]", "--[[ a", "--[=[ a ]]", "x = 1 +", "x = a ..", "local", "x =", "f(1,", "not",
      "do do end", "f(function() end", "x = 'a\\", "x = \"a\\z  ", "x = '\\'\\",
    } do
      assert.is_true(is_open(text), text)
    end
  end)

  it("may end elsewhere", function()
    for _, text in ipairs {
      "", "x", "for i = 1, 2 do end", "if x then elseif y then else end", "repeat until x", "x = {}", "f[1](2)",
      "x = [[a]]", "x = [==[ ]] ]=] ]==]", "--[[ a ]]", "-- [[", "--[ [", "x = 'do'", "x = '\\'' -- {", "return ...",
      "::a::", "local x <const>", "do_it()", "x.endless = 1", 'x = "a\\\\"', "x = 1 -- +", ")", "x = 'a", "3;",
    } do
      assert.is_false(is_open(text), text)
    end
  end)

  it("goes on across lines", function()
    assert.is_false(is_open("x = [[a", "do", "]]"))
    assert.is_false(is_open("--[==[", "]]", "do ]==]"))
    assert.is_false(is_open("x = 'a\\", "do'"))
    assert.is_false(is_open("x = 'a\\z", "", "  do'"))
    assert.is_false(is_open("x = 'a\\z", "\\z", "do'", "-- do"))
    assert.is_true(is_open("x = 'a\\z", "'", "do"))
    assert.is_false(is_open("x = 'a\\\r", "do'\r", "x = 1 -- do\r"))
    assert.is_true(is_open("x = 1 +", "-- nothing"))
    assert.is_false(is_open("f()\n-- do\nf()"))
  end)

  it("never has to where it is whole: every file of luashot, up to every line", function()
    local files, whole = 0, 0
    each_file(source .. "lua", function(path)
      local code, before, count = unfinished.new(), {}, 0
      for line in io.lines(path) do
        code:add(line)
        before[#before + 1], count = line, count + 1
        if not code:is_open() then
          whole = whole + 1
        elseif count % 7 == 0 then -- compiling all of them takes long
          assert.is_nil(load(table.concat(before, "\n")), ("%s:%d is whole"):format(path, count))
        end
      end
      assert.is_false(code:is_open(), path)
      files = files + 1
    end)
    assert.is_true(files > 50 and whole > 1000)
  end)
end)
