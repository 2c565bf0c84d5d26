-- Every function of the binding that reads a table of the script's is called by a fuzz target.

local process = require "spec.support.process"

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

local function files(pattern)
  return (process.run({ "sh", "-c", "ls " .. pattern }).out):gmatch "%S+"
end

-- What reads tables that are there for anybody to look into.
local READS <const> = { "lua_next", "lua_geti", "lua_rawgeti", "luaL_len", "get_field" }

-- The functions in C by name, with their bodies, and those among them that Lua calls, by their Lua names.
local function parse()
  local bodies, exported = {}, {}
  for path in files "src/lua/*.c" do
    local text = read(path)
    local prefix = path .. ":" -- of what is static
    for head, body in text:gmatch "\n([%w_][^;{}#]-%))\n{\n(.-)\n}\n" do
      local name = head:match "([%w_]+)%("
      bodies[head:find "^static" and prefix .. name or name] = { text = body, prefix = prefix }
    end
    local function export(lua_name, name)
      exported[#exported + 1] = { lua_name = lua_name, name = bodies[prefix .. name] and prefix .. name or name }
    end
    for lua_name, name in text:gmatch '{"([%w_]+)", ([%w_]+)}' do
      export(lua_name, name)
    end
    for name, lua_name in text:gmatch 'lua_pushcfunction%(L, ([%w_]+)%);\n%s*lua_setfield%(L, %-2, "([%w_]+)"%)' do
      export(lua_name, name)
    end
  end
  return bodies, exported
end

-- Whether the function, or one that it calls, reads tables.
local function reads(bodies, name, seen)
  local body = bodies[name]
  if not body or seen[name] then
    return false
  end
  seen[name] = true
  for word in body.text:gmatch "[%w_]+" do
    for _, reader in ipairs(READS) do
      if word == reader then
        return true
      end
    end
    if reads(bodies, bodies[body.prefix .. word] and body.prefix .. word or word, seen) then
      return true
    end
  end
  return false
end

-- Of tables that are the binding's own.
local own = {
  __close = true, __gc = true, close = true, -- of a writer: what was made of it
  bind = true, origin = true, -- metatables
  received = true, -- the displays that there are
  take_save = true, -- functions that wait for a picture
  set_untaken = true, -- what calls it knows
  http_listen = true, answer = true, answer_file = true, stream = true, -- what lua/luashot/page gives
  mqtt_open = true, send = true, -- what lua/luashot/fleet gives
}

describe("the fuzz targets of the binding", function()
  it("call everything that reads a script's tables", function()
    local targets = {}
    for path in files "spec/fuzz/lua_*_fuzz.c" do
      targets[#targets + 1] = read(path)
    end
    targets = table.concat(targets)
    local bodies, exported = parse()
    local count, missing = 0, {}
    for _, function_ in ipairs(exported) do
      if not own[function_.lua_name] and reads(bodies, function_.name, {}) then
        count = count + 1
        if not targets:find('"' .. function_.lua_name .. '"', 1, true) then
          missing[#missing + 1] = function_.lua_name
        end
      end
    end
    assert.same({}, missing)
    assert(count >= 20, count)
  end)
end)
