--- What the kernel says about a process, from /proc.
local process = require "spec.support.process"
local uv = require "luv"

local proc = {}

local function read(pid, name)
  local file = assert(io.open(("/proc/%s/%s"):format(pid or "self", name)))
  local text, why = file:read("a") -- nil where the process has gone since
  file:close()
  return assert(text, why)
end

local function status(pid, field)
  return tonumber(read(pid, "status"):match(field .. ":%s*(%d+)"))
end

--- Resident memory in KiB, everything counted.
---@param pid? integer this process when absent, here and below
function proc.rss(pid)
  return status(pid, "VmRSS")
end

--- Resident memory in KiB without shared mappings: what the process itself allocated.
function proc.rss_private(pid)
  return status(pid, "RssAnon")
end

--- Resident shared memory in KiB: memfds, rings.
function proc.rss_shared(pid)
  return status(pid, "RssShmem")
end

--- Threads.
function proc.threads(pid)
  return status(pid, "Threads")
end

--- What it does: "R" runs, "S" sleeps, "Z" is dead and waits for its parent; nil when there is no such process.
---@return string|nil
function proc.state(pid)
  local ok, text = pcall(read, pid, "stat")
  return ok and text:match "^.*%) (%a)" or nil
end

--- The processes that it has started.
---@return integer[]
function proc.children(pid)
  local pids = {}
  for child in read(pid, ("task/%s/children"):format(pid or "self")):gmatch "%d+" do
    pids[#pids + 1] = math.tointeger(child)
  end
  return pids
end

--- Open descriptors: number -> what it is ("socket:[123]", "/memfd:luashot (deleted)").
---@return table<integer, string> fds, integer count
function proc.fds(pid)
  local folder = ("/proc/%s/fd"):format(pid or "self")
  local fds, count = {}, 0
  local request = assert(uv.fs_scandir(folder))
  for name in function() return uv.fs_scandir_next(request) end do
    -- Our own descriptor of the folder is gone again when its link is read.
    local target = uv.fs_readlink(folder .. "/" .. name)
    if target then
      fds[tonumber(name)] = target
      count = count + 1
    end
  end
  return fds, count
end

--- How many descriptors are open.
function proc.fd_count(pid)
  local _, count = proc.fds(pid)
  return count
end

--- Mappings: all, or those whose line in maps holds `text`.
---@param text? string plain
function proc.mappings(pid, text)
  local count = 0
  for line in read(pid, "maps"):gmatch("[^\n]+") do
    if not text or line:find(text, 1, true) then
      count = count + 1
    end
  end
  return count
end

--- System V shared memory segments that a process has made, which may be gone itself.
function proc.sysv_segments(pid)
  local count = 0
  for line in io.lines("/proc/sysvipc/shm") do
    local creator = line:match("^%s*%-?%d+%s+%d+%s+%d+%s+%d+%s+(%d+)")
    count = count + (tonumber(creator) == pid and 1 or 0)
  end
  return count
end

--- Processor time that its first thread has used so far, user and system, in seconds.
function proc.cpu_time(pid)
  return tonumber(read(pid, "schedstat"):match "%d+") / 1e9
end

--- Wait until a program that has just printed goes on: until it sleeps, or has used some processor time since.
function proc.await_going_on(pid)
  local before = proc.cpu_time(pid)
  assert(process.wait_until(function()
    return proc.state(pid) == "S" or proc.cpu_time(pid) > before + 0.005
  end, 20))
end

--- Wait until a program that has just started handles a signal.
---@param name "sigint"|"sigterm"
function proc.await_handler(pid, name)
  local bit = 1 << (uv.constants[name:upper()] - 1)
  assert(process.wait_until(function()
    return tonumber(read(pid, "status"):match "SigCgt:%s*(%x+)", 16) & bit ~= 0
  end, 20))
end

--- Whether a process keeps a signal waiting.
---@param name "sigint"|"sigterm"
function proc.is_blocked(pid, name)
  local bit = 1 << (uv.constants[name:upper()] - 1)
  return tonumber(read(pid, "status"):match "SigBlk:%s*(%x+)", 16) & bit ~= 0
end

--- Send a signal, and wait until the process has taken it: a second one of the same kind would be lost before.
---@param child spec.process
---@param name "sigint"|"sigterm"
function proc.signal(child, name)
  local bit = 1 << (uv.constants[name:upper()] - 1)
  child:kill(name)
  assert(process.wait_until(function()
    local pending = tonumber(read(child.pid, "status"):match "ShdPnd:%s*(%x+)", 16)
    return pending & bit == 0
  end, 20))
end

--- Whether such a process is there and not a zombie.
function proc.exists(pid)
  local state = proc.state(pid)
  return state ~= nil and state ~= "Z" and state ~= "X"
end

return proc
