-- What docs/buffer-reuse.md promises of slots and rings, and what docs/dev/mss-tests.md and docs/dev/rings.md
-- compare with others, names tests: each of them is there.
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
  ["docs/dev/rings.md"] = 1,
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

it("docs/dev/rings.md names C tests that exist", function()
  local tests = read "spec/zerobuffer/cursor_boundaries_test.c" .. read "spec/zerobuffer/writer_killed_test.c"
  local count = 0
  for name in read "docs/dev/rings.md":gmatch "`(test_[%l_]+)" do
    assert.is_true(tests:find("void " .. name, 1, true) ~= nil, name)
    count = count + 1
  end
  assert.is_true(count >= 9)
end)
