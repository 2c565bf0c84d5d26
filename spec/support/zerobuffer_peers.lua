--- Sides of streams and channels in other processes: played by the Python implementation (zerobuffer_peer.py), or
--- by luashot.
local json = require "dkjson"
local proc = require "spec.support.proc"
local process = require "spec.support.process"
local python = require "spec.support.python"
local remote = require "spec.support.remote"

local PEER <const> = assert(os.getenv "LUASHOT_SOURCE") .. "/spec/support/zerobuffer_peer.py"

local peers = {}

local children, others = {}, {}

--- Start a Python side, and wait until the other side may attach.
---@param environment? "next" the one with the newer zerobuffer-ipc
---@param command "read"|"write"|"serve"|"call"
---@param stream spec.stream
---@return spec.process
function peers.start(environment, command, stream)
  local arguments = { python.with("zerobuffer", environment), PEER, command, stream.name, stream.load,
    tostring(stream.count), "--ring", tostring(stream.ring), "--timeout", tostring(stream.timeout or 8), "--linger" }
  local pause = command == "read" and stream.reader_pause or command == "write" and stream.writer_pause
  for option, value in pairs { ["--pause"] = pause or false, ["--metadata"] = command == "write" and stream.metadata or
    false } do
    if value then
      table.insert(arguments, option)
      table.insert(arguments, tostring(value))
    end
  end
  if command == "write" and stream.two_phase then
    table.insert(arguments, "--commit")
  end
  local child = process.spawn(arguments)
  table.insert(children, child)
  assert(child:read_line(30) == "ready", child.err)
  return child
end

--- What became of it.
function peers.result(child)
  return (assert(json.decode(child:read_line(120) or ""), child.err))
end

--- Returns a function that waits until a Python peer is over, and what it has started: the resource tracker of
--- 1.1.7, a process of its own, removes the names of its rings as soon as it is given the processor.
function peers.ending(child)
  local trackers = proc.children(child.pid)
  return function()
    child:wait(10)
    for _, tracker in ipairs(trackers) do
      assert(process.wait_until(function() return not proc.exists(tracker) end, 60), "its tracker does not end")
    end
  end
end

--- Another process of luashot's.
---@return spec.remote
function peers.elsewhere()
  local other = remote.start()
  table.insert(others, other)
  return other
end

--- End all of them.
function peers.stop()
  for _, child in ipairs(children) do
    child:stop()
  end
  for _, other in ipairs(others) do
    other:stop()
  end
  children, others = {}, {}
end

return peers
