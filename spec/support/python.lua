--- The Python environments that scripts/dev/setup makes, for specs against peers.
local need = require "spec.support.need"
local process = require "spec.support.process"

local python = {}

local function interpreter(variable)
  local folder = os.getenv(variable)
  return folder and folder ~= "" and folder .. "/bin/python" or nil
end

local known = {}

--- Whether the environment can import a module; each is asked once, because that takes as long as the module does
--- to start.
local function can_import(program, module)
  local key = ("%s %s"):format(program, module)
  if program and known[key] == nil then
    known[key] = process.run({ "test", "-x", program }).code == 0
      and process.run({ program, "-c", "import " .. module }).code == 0
  end
  return known[key]
end

--- The interpreter that has a module; the spec is skipped, or fails under CI, when there is none.
---@param module string as it is imported: "zerobuffer", "mss"
---@param environment? "next" the one with the newer zerobuffer-ipc
---@return string program
function python.with(module, environment)
  local variable = environment == "next" and "LUASHOT_VENV_NEXT" or "LUASHOT_VENV"
  local program = interpreter(variable)
  return need(can_import(program, module) and program,
    ("Python cannot import %s (scripts/dev/setup installs it)"):format(module))
end

return python
