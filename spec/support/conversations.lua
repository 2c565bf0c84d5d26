--- Conversations with a display server whose words a relay damages on their way, the same way for the same seed.
local assert = require "luassert"
local process = require "spec.support.process"

-- One conversation after another, each ended by the first call that fails. Nothing may be left of any.
local CODE <const> = [[
  local luashot = require "luashot.core"
  local uv = require "luv"
  local sigpipe = uv.new_signal() -- libxcb writes to connections that are closed, too
  sigpipe:start("sigpipe", function() end)
  local first, count, address, timeout, made = %d, %d, %q, %f, 0
  local ways, calls, open = (function() %s end)()
  local function release(value)
    for _, frame in ipairs(type(value) == "table" and value or { value }) do
      if type(frame) == "userdata" then
        frame:release()
      end
    end
  end
  local function count_left() -- descriptors, and memory that is shared
    local found, request = 0, uv.fs_scandir "/proc/self/fd"
    while uv.fs_scandir_next(request) do
      found = found + 1
    end
    for line in io.lines "/proc/self/maps" do
      found = found + (line:find("/memfd:", 1, true) and 1 or 0)
    end
    return found
  end
  local before
  io.stdout:setvbuf "line"
  for i = first, first + count - 1 do
    print(i)
    local options = { display = address, timeout = timeout, slots = 3 }
    for name, value in pairs(ways[i %% #ways + 1]) do
      options[name] = value
    end
    local display = (open or luashot.open)(options) or nil
    for _, call in ipairs(display and calls(display) or {}) do
      made = made + 1
      local value = call()
      if not value then
        break
      end
      release(value)
    end
    if display then
      display:close()
    end
    collectgarbage()
    collectgarbage()
    local left = count_left()
    before = before or left
    local patience = luashot.monotonic() + 5e9
    while left > before and luashot.monotonic() < patience do -- an opening that was given up ends on its own thread
      uv.sleep(1)
      left = count_left()
    end
    assert(left <= before, ("conversation %%d has left %%d descriptors and mappings"):format(i, left - before))
  end
  print("calls", made)
  print "over"
]]

local conversations = {}

---@class spec.conversations.options
---@field relay fun(): table makes a relay to the server
---@field code string of a function: returns the list of options to open with, in turn, the function that returns the
--- calls on a display, and perhaps one that opens
---@field timeout number seconds, of each call
---@field patience number seconds, for a conversation

--- Holds `count` conversations in each of `processes` at a time, the first damaged by `seed`. Returns how many calls
--- they made.
---@param options spec.conversations.options
---@return integer calls
function conversations.hold(options, processes, count, seed)
  local running = {}
  for i = 1, processes do
    local between, first = options.relay(), seed + i * count
    between("mangle %d", first)
    local child = process.spawn(process.lua("-e", CODE:format(first, count, between.display, options.timeout,
      options.code)))
    child:close_input()
    running[i] = { between = between, child = child }
  end
  local calls = 0
  for _, pair in ipairs(running) do
    local code, signal = pair.child:wait(20 + count * options.patience)
    pair.between:stop()
    pair.child:stop()
    local last = pair.child.out:match "(%w+)\n$"
    assert.same({ 0, 0, "over", "" }, { code, signal, last, pair.child.err }, "seed " .. tostring(last))
    calls = calls + math.tointeger(pair.child.out:match "calls\t(%d+)\n")
  end
  return calls
end

return conversations
