-- The figures in the documents are those that spec/bench has measured, and say where, when and of which version.
local files = require "spec.support.files"
local process = require "spec.support.process"

local source = assert(os.getenv("LUASHOT_SOURCE"))

local function run(...)
  return process.run { "python3", source .. "/spec/bench/figures", ... }
end

local PLACE <const> = "^Medians of luashot %d+%.%d+%.%d+, %d%d%d%d%-%d%d%-%d%d, .+, %d+ processors, Linux %d"

describe("the figures in the documents", function()
  it("are what was measured", function()
    local result = run("--check")
    assert.equal("", result.err)
    assert.equal(0, result.code)
  end)

  it("name the version, the day, the machine and the system", function()
    local page = files.read(source .. "/docs/dev/figures.md")
    local count = 0
    for text in page:gmatch("<!%-%- figures: [%d ]+ %-%->\n(.-)<!%-%- end of figures %-%->") do
      local places, tables = 0, 0
      for line in text:gmatch("[^\n]+") do
        places = places + (line:find(PLACE) and 1 or 0)
        tables = tables + (line:find("^| measured |") and 1 or 0)
      end
      assert.equal(tables, places)
      count = count + tables
    end
    assert.is_true(count > 0)
  end)

  it("are refused when they were changed by hand", function()
    local folder = files.folder()
    for _, path in ipairs { "README.md", "docs", "spec/bench" } do
      process.run { "mkdir", "-p", folder .. "/" .. (path:match("^(.*)/") or "") }
      assert.equal(0, process.run({ "cp", "-r", source .. "/" .. path, folder .. "/" .. path }).code)
    end
    local page = folder .. "/docs/dev/figures.md"
    local text, changed = files.read(page):gsub("| (%d[%d.]*) ms |", "| 9%1 ms |", 1)
    assert.equal(1, changed)
    files.write(page, text)
    local result = process.run { "python3", folder .. "/spec/bench/figures", "--check" }
    assert.equal("other figures than docs/dev/figures.json: docs/dev/figures.md\n", result.err)
    assert.equal(1, result.code)
    files.remove(folder)
  end)
end)
