-- What docs/buffer-reuse.md and docs/zerobuffer.md promise of slots and rings, and what docs/dev/mss-tests.md and
-- docs/dev/rings.md compare with others, names tests: each of them is there.
local uv = require "luv"

local SOURCE <const> = (os.getenv "LUASHOT_SOURCE" or ".") .. "/"

local function read(path)
  local file <close> = assert(io.open(SOURCE .. path))
  return file:read "a"
end

local function is_there(path)
  return uv.fs_stat(SOURCE .. path) ~= nil
end

--- The rows of every table of a page, without their heads: lists of cells.
local function rows(page)
  local found, columns = {}, nil
  for line in (read(page) .. "\n"):gmatch "([^\n]*)\n" do
    local cells = {}
    -- A bar between backticks is no border.
    for cell in line:gsub("`[^`]*`", function(code) return (code:gsub("|", "\0")) end):gmatch "|([^|]*)%f[|]" do
      table.insert(cells, (cell:gsub("\0", "|"):match "^%s*(.-)%s*$"))
    end
    if line:find "^| %-%-%-" then
      columns = #cells
    elseif not line:find "^|" then
      assert.is_true(not columns or line == "" or line:find "^<!%-%-" ~= nil, page .. ": a row goes on: " .. line)
      columns = nil
    elseif columns then
      assert.equal(columns, #cells, page .. ": " .. line)
      table.insert(found, cells)
    end
  end
  return found
end

local names <const> = {
  ["docs/buffer-reuse.md"] = 5, -- tests that are named, at least
  ["docs/dev/mss-tests.md"] = 20,
  ["docs/dev/rings.md"] = 35,
  ["docs/zerobuffer.md"] = 0,
}

for page, least in pairs(names) do
  it(page .. " names tests that exist, in tables whose rows are whole", function()
    local count = 0
    for _, cells in ipairs(rows(page)) do
      local place, texts = cells[#cells], ""
      for path in place:gmatch "[%w_/]+_%l+%.%l+" do
        if path:find "_spec%.lua$" or path:find "_test%.c$" then
          local file = (path:find "^spec/" and "" or "spec/") .. path
          assert.is_true(is_there(file), page .. ": " .. path)
          texts = texts .. read(file)
          count = count + 1
        end
      end
      -- Functions of C tests.
      local functions = texts ~= "" and place:gsub("[%w_/]+%.%l+", "") or ""
      for name in functions:gmatch "%f[%w_]%l+_%l+_[%l_]+%l" do
        assert.is_truthy(name:find "^test_" or texts:find(name, 1, true), page .. ": no test is called " .. name)
      end
    end
    assert.is_true(count >= least, ("%d tests named"):format(count))
  end)
end

describe("docs/dev/rings.md", function()
  local page, rings = read "docs/dev/rings.md", read "docs/zerobuffer.md"
  local shown = {}
  for _, cells in ipairs(rows "docs/dev/rings.md") do
    shown[cells[1]] = cells[2]
  end

  --- All files of a folder of tests in one.
  local function contents(folder, ending)
    local found = {}
    for name in uv.fs_scandir_next, assert(uv.fs_scandir(SOURCE .. folder)) do
      table.insert(found, name:find(ending) and read(folder .. "/" .. name) or "")
    end
    return table.concat(found)
  end

  it("names C tests that exist", function()
    local tests = contents("spec/zerobuffer", "_test%.c$")
    local count = 0
    for name in page:gmatch "`(test_[%l_]+)`" do
      assert.is_true(tests:find("void " .. name .. "(", 1, true) ~= nil, name)
      count = count + 1
    end
    assert.is_true(count >= 40)
  end)

  it("names specs of Lua by their own words", function()
    local count = 0
    for path, quoted in page:gmatch '(spec/[%w_/]+_spec%.lua)(["%w ,.\']*)' do
      local text = read(path)
      for name in quoted:gmatch '"([^"]+)"' do
        assert.is_truthy(text:find('it("' .. name .. '"', 1, true), path .. ": " .. name)
        count = count + 1
      end
    end
    assert.is_true(count >= 5)
  end)

  it("shows every promise and every choice of docs/zerobuffer.md", function()
    local promises = assert(rings:match "\n## Promises\n(.-)\n## ")
    local choices = assert(rings:match "\n## Choices[^\n]*\n(.-)\nWith `zerobuffer%-ipc`")
    local missing, count = {}, 0
    local function expect(known, what)
      count = count + 1
      if not known then
        table.insert(missing, what)
      end
    end
    for line in promises:gmatch "%f[^\0\n]%* ([^\n]+)" do
      local known = false
      for beginning in pairs(shown) do
        known = known or line:find(beginning, 1, true) == 1
      end
      expect(known, line)
    end
    for choice in choices:gmatch "%f[^\0\n]| ([^|\n]+) |" do
      expect(choice == "---" or shown[choice], choice)
    end
    assert.same({}, missing)
    assert.is_true(count >= 20)
  end)

  it("has a test that expects each code of docs/zerobuffer.md", function()
    local errors = assert(rings:match "\n## Errors\n(.-)\n## ")
    local tests = contents("spec/zerobuffer", "%.%a+$") .. contents("spec/zerobuffer/scenarios", "%.lua$")
    local missing, count = {}, 0
    for cell in errors:gmatch "\n| (E[^|]+) |" do
      for code in cell:gmatch "E%u+" do
        count = count + 1
        if not tests:find('"' .. code .. '"', 1, true) then
          table.insert(missing, code)
        end
      end
    end
    assert.same({}, missing)
    assert.is_true(count >= 18)
  end)
end)
