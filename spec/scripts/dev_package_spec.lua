-- scripts/dev/package: what its recipes say, compared with what CMake needs. The packages themselves it tests itself.
local files = require "spec.support.files"
local process = require "spec.support.process"

local source = os.getenv "LUASHOT_SOURCE" or "."

--- The requirements in src/dependencies.cmake, as lists of fields: the name, the packages of Debian, Fedora, Arch.
local function requirements()
  local list = {}
  for line in files.read(source .. "/src/dependencies.cmake"):gmatch '\n  "([^"\n]+|[^"\n]+)"' do
    local fields = {}
    for field in line:gmatch "[^|]+" do
      fields[#fields + 1] = field
    end
    if #fields == 6 then
      list[#list + 1] = fields
    end
  end
  assert(#list > 30, "src/dependencies.cmake is not read as it is written")
  return list
end

--- @return string[] packages that the field lists, and the recipe's text does not.
local function missing(field, text, without)
  local list = {}
  for _, fields in ipairs(requirements()) do
    local package = fields[field]
    local word = "%f[%w]" .. package:gsub("%p", "%%%0") .. "%f[^%w+.-]"
    if package ~= "-" and not without[fields[1]] and not text:find(word) then
      list[#list + 1] = package
    end
  end
  return list
end

describe("the recipes of scripts/package", function()
  local recipes = source .. "/scripts/package/"

  it("ask for all that the build requires", function()
    local control = files.read(recipes .. "debian/control"):match "Build%-Depends:(.-)\nStandards"
    assert.same({}, missing(2, control, { ["module luv"] = true })) -- luv is linked
    local fedora = {}
    for package in files.read(recipes .. "luashot.spec"):gmatch "\nBuildRequires: +(%S+)" do
      fedora[#fedora + 1] = package
    end
    assert.same({}, missing(3, table.concat(fedora, " "), { zlib = true })) -- zlib-devel is provided by zlib-ng, too
    local arch = files.read(recipes .. "PKGBUILD")
    arch = arch:match "\ndepends=(%b())" .. arch:match "\nmakedepends=(%b())"
    assert.same({}, missing(4, arch, {}))
  end)
end)

describe("scripts/dev/package --versions", function()
  local folder, version

  local function run()
    local result = process.run({ "scripts/dev/package", "--versions" }, { cwd = folder })
    return { code = result.code, out = result.out, err = result.err }
  end

  --- Change a file of the copy; @return string its text before
  local function change(path, pattern, replacement)
    path = folder .. "/" .. path
    local text = files.read(path)
    local changed, count = text:gsub(pattern, replacement)
    assert.equal(1, count, path)
    files.write(path, changed)
    return text
  end

  before_each(function()
    folder = files.folder()
    for _, path in ipairs { "CMakeLists.txt", "CHANGELOG.md", "scripts/dev", "scripts/package" } do
      assert.equal(0, process.run({ "cp", "-r", "--parents", path, folder }, { cwd = source }).code)
    end
    version = files.read(folder .. "/CMakeLists.txt"):match "project%(luashot VERSION (%S+)"
  end)

  after_each(function()
    files.remove(folder)
  end)

  it("is content with the recipes", function()
    assert.same({ code = 0, out = "", err = "" }, run())
  end)

  it("names each recipe that has another version", function()
    change("CMakeLists.txt", "(project%(luashot VERSION )%S+", "%19.8.7")
    local told = {}
    for _, file in ipairs {
      "scripts/package/debian/changelog", "scripts/package/PKGBUILD", "scripts/package/luashot.spec",
      "scripts/package/luashot.spec", "scripts/package/luashot-9.8.7-1.rockspec",
      "scripts/package/luashot-9.8.7-1.rockspec", "CHANGELOG.md",
    } do
      told[#told + 1] = "== " .. file .. " does not name version 9.8.7\n"
    end
    assert.same({ code = 1, out = table.concat(told), err = "" }, run())
  end)

  it("looks for the version in every place of a recipe", function()
    local pattern = version:gsub("%p", "%%%0")
    for name, place in pairs {
      ["luashot.spec"] = "( %- )" .. pattern,
      ["luashot-" .. version .. "-1.rockspec"] = "(/luashot%-)" .. pattern,
    } do
      local file = "scripts/package/" .. name
      local text = change(file, place, "%10.0.1")
      assert.same({ code = 1, out = "== " .. file .. " does not name version " .. version .. "\n", err = "" }, run())
      files.write(folder .. "/" .. file, text)
    end
  end)
end)
