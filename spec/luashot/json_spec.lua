-- JSON there and back, and what it may cost.
local files = require "spec.support.files"
local locale = require "spec.support.locale"
local luashot = require "luashot"
local process = require "spec.support.process"
local walls = require "spec.support.walls"

local json = luashot.json

describe("luashot.json", function()
  it("reads what it writes", function()
    for _, text in ipairs {
      '{"a":[1,2.5,-3e+20,true,false,null,"x"]}', "[]", "{}",
      '"\\u0001\\"\\\\ü"', "null", "true", "0", "[null,[[]],{}]",
    } do
      local value, message = json.decode(text)
      assert.is_nil(message, text)
      assert.equal(text, json.encode(value))
    end
    assert.equal(json.null, json.decode "null")
    assert.equal("😀", json.decode [["\ud83d\ude00"]])
    assert.equal(math.maxinteger, json.decode(json.encode(math.maxinteger)))
    assert.equal('{\n  "a":[1]\n}', json.encode({ a = { 1 } }, { indent = true }))
  end)

  it("says what is no JSON", function()
    for _, text in ipairs { "", " ", "nul", "[1", "{", '{"a":}', '"x', "[1] 2", "1 //", "/**/1", "\0", "NaN", "-",
      "\"\\", "[/*\"*/" .. ("["):rep(100000) } do
      local value, message, code = json.decode(text)
      assert.is_nil(value, text)
      assert.matches("^not JSON: ", message)
      assert.equal("EFORMAT", code)
    end
  end)

  it("goes so deep and takes so much, and no more", function()
    local deep = ("["):rep(200) .. ("]"):rep(200)
    assert.equal(deep, json.encode(assert(json.decode(deep))))
    for _, text in ipairs { "[" .. deep .. "]", ("["):rep(1000000), ('{"a":'):rep(1000000), ('["]",'):rep(1000) } do
      local value, message, code = json.decode(text)
      assert.same({ nil, "a JSON text of more than 200 levels is too deep", "EFBIG" }, { value, message, code })
    end
    assert.same({ { "[[[" } }, { json.decode('["' .. ("["):rep(3) .. '"]') })
    local value, message, code = json.decode((" "):rep((64 << 20) + 1))
    assert.same({ nil, "a JSON text of 67108865 bytes is too long: the limit is 67108864", "EFBIG" },
      { value, message, code })
  end)

  it("raises where a value is none of JSON's", function()
    local around = {}
    around.around = { around }
    local level = {}
    local deep = level
    for _ = 1, 200 do
      level[1] = {}
      level = level[1]
    end
    assert.error_matches(function() json.encode(around) end, "deeper than 200 levels, or holds itself")
    assert.error_matches(function() json.encode(deep) end, "deeper than 200 levels, or holds itself")
    assert.error_matches(function() json.encode { print } end, "json.encode: type 'function' is not supported by JSON")
    assert.error_matches(function() json.encode { [{}] = 1 } end, "json.encode: type 'table' is not supported as a key")
    assert.error_matches(function() json.encode(setmetatable({}, { __tojson = function() error "own" end })) end, "own")
    assert.error_matches(function() json.encode(1, { indented = true }) end, "unknown option 'indented'")
    assert.error_matches(function() json.decode(1) end, "bad argument #1 to 'decode' %(string expected, got number%)")
  end)

  it("writes numbers with a point, wherever the script says how they are written", function()
    local env, folder = locale.make "de_DE"
    local result = process.run({ assert(os.getenv "LUASHOT_BUILD") .. "/luashot", "-" }, { env = env, stdin = [[
      assert(os.setlocale "de_DE.UTF-8")
      print(luashot.json.encode { 0.5, 1e100 }, luashot.json.decode "2.5" == 5 / 2)
    ]] })
    files.remove(folder)
    assert.equal("[0.5,1e+100]\ttrue\n", result.out .. result.err)
  end)

  local program = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"
  local script = "print(pcall(luashot.json.encode, { 1 }))"

  it("is there in a sandbox", function()
    walls.need()
    local folder = files.folder()
    local env = { ASAN_OPTIONS = (os.getenv "ASAN_OPTIONS" or "") .. ":detect_leaks=0" } -- it forks
    local result = process.run({ program, "--sandbox", folder, "-e", script }, { env = env })
    files.remove(folder)
    assert.equal("true\t[1]\n", result.out .. result.err)
  end)

  it("says what is missing", function()
    local result = process.run({ program, "-e", "package.path = '' " .. script })
    assert.equal("false\tJSON needs the Lua module dkjson (Debian's package lua-dkjson, LuaRocks' dkjson)\n",
      result.out .. result.err)
  end)
end)
