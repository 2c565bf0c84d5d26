-- A contender in Lua and its partner, the same script as a second process on a processor of its
-- own. Questions go through a pipe, answers through a ring.
local zb = require "luashot.zerobuffer"

local pair = {}

--- Whether this process is the partner.
pair.partner = os.getenv "LUASHOT_BENCH_PARTNER" ~= nil

--- A name for the ring that is measured, the same in both.
pair.name = os.getenv "LUASHOT_BENCH_PARTNER"
  or os.getenv "LUASHOT_BENCH_NAME" .. "-" .. require("luv").os_getpid()

--- Start the partner on processor `cpu`.
---@param cpu string
---@return { begin: fun(count: integer), finish: fun(): integer }
function pair.start(cpu)
  local answers = assert(zb.reader(pair.name .. "-answers", { payload_size = 4096 }))
  local words = {}
  for _, word in ipairs(arg) do words[#words + 1] = "'" .. word .. "'" end
  local questions = assert(io.popen(string.format("LUASHOT_BENCH_PARTNER='%s' taskset -c %s lua5.4 '%s' %s",
    pair.name, cpu, arg[0], table.concat(words, " ")), "w"))
  questions:setvbuf "line"

  local function finish()
    local item <close> = assert(answers:read(60))
    return (string.unpack("<i8", item:bytes()))
  end

  finish()
  return {
    begin = function(count) questions:write(count, "\n") end,
    finish = finish,
  }
end

--- The partner's side: answer each question with what `work` makes of its count.
---@param work fun(count: integer): integer
function pair.answer(work)
  local answers <close> = assert(zb.writer(pair.name .. "-answers"))
  assert(answers:write(string.pack("<i8", 0)))
  for line in io.lines() do
    assert(answers:write(string.pack("<i8", work(assert(math.tointeger(tonumber(line)))))))
  end
end

return pair
