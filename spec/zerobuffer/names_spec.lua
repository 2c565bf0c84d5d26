-- The table of names in docs/zerobuffer.md beside the published packages and luashot's own reference.
local json = require "dkjson"
local process = require "spec.support.process"
local python = require "spec.support.python"

local SOURCE <const> = assert(os.getenv "LUASHOT_SOURCE")

local NAMES <const> = [[
import inspect, json, zerobuffer
found = []
for name in zerobuffer.__all__:
    value = getattr(zerobuffer, name)
    if not inspect.isclass(value):
        found.append(name)
    elif not issubclass(value, Exception) and not (name.startswith("I") and name[1].isupper()):
        own = [n for n in dir(value) if not n.startswith("_")]
        found += [name + "." + n for n in own]
print(json.dumps(found))]]

-- What its README imports, and the methods that its examples call. A name of one word is one of Python's own, too.
local README <const> = [[
import importlib.metadata, json, re
text = importlib.metadata.metadata("zerobuffer-ipc").get_payload()
code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.S))
names = set(re.findall(r"\.([a-z]+_[a-z_]+)\(", code))
for imported in re.findall(r"from zerobuffer[\w.]* import \(?([^)\n]+)", code):
    names |= set(re.findall(r"\w+", imported))
print(json.dumps(sorted(names)))]]

local function read(path)
  local file <close> = assert(io.open(SOURCE .. "/" .. path))
  return file:read "a"
end

describe("the table of names in docs/zerobuffer.md", function()
  local page, reference = read "docs/zerobuffer.md", read "docs/api.md"
  local section = assert(page:match "## The names of zerobuffer%-ipc\n(.-)\n## ")
  local theirs, ours = {}, {}
  for line in section:gmatch "[^\n]+" do
    local left, right = line:match "^| (`.-) | (.-)|"
    for name in (left or ""):gmatch "`([^`]+)`" do
      theirs[name] = true
    end
    for name in (right or ""):gmatch "`([^`]+)`" do
      table.insert(ours, name)
    end
  end

  for version, environment in pairs { ["1.1.7"] = "", ["1.3.0"] = "next" } do
    it("has every public name of zerobuffer-ipc " .. version, function()
      local program = python.with("zerobuffer", environment ~= "" and environment or nil)
      local names = assert(json.decode(process.run({ program, "-c", NAMES }).out))
      assert.is_true(#names > 30)
      local missing = {}
      for _, name in ipairs(names) do
        if not theirs[name] and not theirs[name:match "^[^.]+"] then
          table.insert(missing, name)
        end
      end
      assert.same({}, missing)
    end)
  end

  --- Whether the table has it: as a class, a method of one, or alone.
  local function is_named(name)
    for key in pairs(theirs) do
      if key == name or key:match "^[^.]+" == name or key:match "%.(.+)$" == name then
        return true
      end
    end
  end

  for version, environment in pairs { ["1.1.7"] = "", ["1.3.0"] = "next" } do
    it("has every name in the README of zerobuffer-ipc " .. version, function()
      local program = python.with("zerobuffer", environment ~= "" and environment or nil)
      local names = assert(json.decode(process.run({ program, "-c", README }).out))
      assert.is_true(#names > 20)
      local missing = {}
      for _, name in ipairs(names) do
        if not is_named(name) then
          table.insert(missing, name)
        end
      end
      assert.same({}, missing)
    end)
  end

  it("names nothing of luashot's that is not in the reference", function()
    local missing = {}
    assert.is_true(#ours > 25)
    for _, name in ipairs(ours) do
      local method = name:match "^%a+[:.]([%a_]+)" or name
      if not reference:find(method, 1, true) and not name:find "luashot.h" then
        table.insert(missing, name)
      end
    end
    assert.same({}, missing)
  end)
end)
