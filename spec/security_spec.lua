-- docs/security.md names, for each promise, tests that there are.
local files = require "spec.support.files"
local uv = require "luv"

local SOURCE <const> = os.getenv "LUASHOT_SOURCE" or "."

-- Whether a file below spec has this name, in which * stands for any part of one.
local function is_there(name)
  local folder, pattern = name:match "^(.-)([^/]*)$"
  local magic = "^" .. pattern:gsub("%p", "%%%0"):gsub("%%%*", ".*") .. "$"
  local request = uv.fs_scandir(SOURCE .. "/spec/" .. folder)
  for found in function() return request and uv.fs_scandir_next(request) end do
    if found:find(magic) then
      return true
    end
  end
  return false
end

it("each promise of docs/security.md names a test", function()
  local text = files.read(SOURCE .. "/docs/security.md"):match "\n## How each promise is tested\n(.*)$"
  local promises = 0
  for promise, tests in text:gmatch "\n| ([^\n]-) | ([^\n|]-) |%f[\n]" do
    local count = 0
    for name in tests:gmatch "`([%w_/*]+%.[cl]u?a?)`" do
      assert.is_true(is_there(name), name)
      count = count + 1
    end
    -- A test in the file that is named before it.
    for path, name in tests:gmatch "`([%w_/]+%.c)` %(`([%w_]+)`%)" do
      assert.is_truthy(files.read(SOURCE .. "/spec/" .. path):find("static void " .. name .. "(", 1, true), name)
    end
    if promise ~= "promise" and not promise:find "^%-" then
      assert.is_true(count > 0, promise)
      promises = promises + 1
    end
  end
  assert.is_true(promises > 20, promises)
end)
