--- A sandbox for a spec: a folder, in it "inside", which is the sandbox's, and what runs luashot there, with
--- an intruder (spec/support/intruder.c) where the spec is about machine code.
local files = require "spec.support.files"
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local BUILD <const> = assert(os.getenv "LUASHOT_BUILD")

local walls = {}

--- Where the kernel has no landlock, what needs it is checked to be refused.
local tried = process.run({ BUILD .. "/luashot", "--sandbox", "/tmp", "-e", "" }).err
walls.has_landlock = not tried:find "no landlock"
if not walls.has_landlock then
  print "no landlock here: the sandbox is tried without files"
end

--- Skips the test where there is no sandbox.
function walls.need()
  need(not tried:find "needs 64", "the sandbox needs 64 bits")
end

---@class spec.walls
---@field folder string
---@field inside string
---@field env table changes to the environment
local Walls = {}
Walls.__index = Walls

---@param env table<string, string|false> the server's
---@return spec.walls
function walls.new(env)
  walls.need()
  local folder = files.folder()
  assert(uv.fs_chmod(folder, tonumber("755", 8)))
  assert(uv.fs_mkdir(folder .. "/inside", tonumber("700", 8)))
  env.ASAN_OPTIONS = (os.getenv "ASAN_OPTIONS" or "") .. ":detect_leaks=0:verify_asan_link_order=0" -- it forks
  return setmetatable({ folder = folder, inside = folder .. "/inside", env = env }, Walls)
end

--- What runs luashot with these arguments.
---@return string[] argv
function Walls:command(...)
  local argv = { BUILD .. "/luashot", "--sandbox", self.inside, ... }
  if not walls.has_landlock then
    table.insert(argv, 2, "--sandbox-without-landlock")
  end
  return argv
end

--- The same for a script in which os.clock() is an attack.
---@param attack string
---@param on? string|integer
---@return string[] argv
function Walls:intruder(attack, on, ...)
  local argv = {
    "env", "LD_PRELOAD=" .. BUILD .. "/spec/intruder.so", "LUASHOT_INTRUDE=" .. attack,
    "LUASHOT_TARGET=" .. tostring(on or ""),
  }
  return table.move(self:command(...), 1, select("#", ...) + 10, #argv + 1, argv)
end

--- Runs a command to its end, in the folder.
---@param argv string[]
---@param shell? string the shell's text in which "$@" is the command; default: that alone
---@return spec.process
function Walls:run(argv, shell)
  if shell then
    argv = table.move(argv, 1, #argv, 5, { "sh", "-c", shell, "sh" })
  end
  return process.run(argv, { env = self.env, cwd = self.folder })
end

--- The same beside the spec.
---@param argv string[]
---@return spec.process
function Walls:spawn(argv)
  return process.spawn(argv, { env = self.env, cwd = self.folder })
end

--- What an attack comes to, as a script prints it; nothing may come in or out.
---@return string out, string err, integer code
function Walls:intrude(attack, on, shell)
  local result = self:run(self:intruder(attack, on, "-e", "print(os.clock())"), shell)
  return result.out, result.err, result.code
end

function Walls:remove()
  files.remove(self.folder)
end

return walls
