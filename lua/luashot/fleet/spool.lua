--- A spool: messages in a folder, each a file, which outlive the host and the machine. A file is written under
--- another name, reaches the disk, and only then gets its own: NUMBER-ID, in hexadecimal, so that the order of
--- names is the order of messages. Reading and removing are quick; writing is done by threads of luv.

local core = require "luashot.core"
local failure = require "luashot.schedule.failure"
local folders = require "luashot.fleet.folder"
local uv = require "luashot.luv"

local BLOCK <const> = 4096 -- bytes that even a small file takes
local NAME <const> = "^(%x+)%-([%w%-]+)%.message$"
local PART <const> = "^%.part%-(%d+)%-"

---@class luashot.fleet.Spool
---@field bytes integer of all messages
---@field limit integer
local Spool = { __name = "luashot.fleet.Spool" }
Spool.__index = Spool

---@package
function Spool:path_of(name)
  return folders.below(self.descriptor, name)
end

local function cost(size)
  return math.max(size, BLOCK)
end

-- The position of the first entry whose number is above `number`.
local function above(self, number)
  local low, high = self.first, self.last + 1
  while low < high do
    local middle = (low + high) // 2
    if self.entries[middle].number > number then
      high = middle
    else
      low = middle + 1
    end
  end
  return low
end

local function insert(self, entry)
  local at = above(self, entry.number)
  for i = self.last, at, -1 do
    self.entries[i + 1] = self.entries[i]
  end
  self.entries[at] = entry
  self.last = self.last + 1
end

-- Whether the process that began to write a file is gone.
local function is_dead(pid)
  local _, _, code = uv.kill(pid, 0)
  return pid == uv.os_getpid() or code == "ESRCH"
end

local function read_folder(self)
  local request, why, code = uv.fs_scandir(self:path_of "")
  if not request then
    return nil, why, code
  end
  local found = {}
  for name in function() return (uv.fs_scandir_next(request)) end do
    local number, id = name:match(NAME)
    local pid = name:match(PART)
    local path = self:path_of(name)
    if pid and is_dead(tonumber(pid)) then
      uv.fs_unlink(path)
    elseif number then
      local state = uv.fs_lstat(path)
      if state and state.type == "file" then
        found[#found + 1] = {
          number = tonumber(number, 16), id = id, name = name, size = state.size,
          time = state.mtime.sec + state.mtime.nsec / 1e9,
        }
      end
    end
  end
  table.sort(found, function(a, b) return a.number < b.number end)
  for i, entry in ipairs(found) do
    self.entries[i] = entry
    self.bytes = self.bytes + cost(entry.size)
  end
  self.last = #found
  self.next = #found > 0 and found[#found].number + 1 or 1
  return true
end

--- Allots the number of a message that will be written now or later.
---@return integer
function Spool:allot()
  self.next = self.next + 1
  return self.next - 1
end

--- The oldest message whose number is above `number`.
---@param number integer
---@return { number: integer, id: string, size: integer, time: number }|nil
function Spool:after(number)
  return self.entries[above(self, number)]
end

--- The number of messages whose number is above `number`.
---@param number integer
function Spool:count_after(number)
  return self.last + 1 - above(self, number)
end

--- Whether `size` more bytes have room.
---@param size integer
function Spool:has_room(size)
  return self.bytes + cost(size) <= self.limit
end

-- The steps of a write, each of which calls the next. A failed step leaves nothing behind.
local function write_file(self, file, done)
  self.parts = self.parts + 1
  local part = self:path_of((".part-%d-%d"):format(uv.os_getpid(), self.parts))
  local descriptor
  local function finish(why, name)
    if descriptor then
      uv.fs_close(descriptor)
    end
    if why then
      uv.fs_unlink(part)
      local code = why:match "^E%u+"
      return done(nil, ("cannot write to the spool %s: %s"):format(self.folder, why), code or "EIO")
    end
    done(name)
  end
  local function step(fn)
    return function(why, result)
      failure.guard(nil, function()
        if why then
          finish(why)
        else
          fn(result)
        end
      end)
    end
  end
  uv.fs_open(part, "wx", 384, step(function(opened) -- 0600
    descriptor = opened
    uv.fs_write(descriptor, file.text, 0, step(function(written)
      if written < #file.text then -- a full disk takes a part
        return finish "ENOSPC: no space left on device"
      end
      uv.fs_fsync(descriptor, step(function()
        uv.fs_rename(part, self:path_of(file.name), step(function()
          uv.fs_fsync(self.descriptor, step(function()
            finish(nil, file.name)
          end))
        end))
      end))
    end))
  end))
end

local function write_next(self)
  local file = self.queue[1]
  if self.is_writing or not file then
    return
  end
  self.is_writing = true
  table.remove(self.queue, 1)
  write_file(self, file, function(name, why, code)
    self.is_writing = false
    if name then
      local entry = { number = file.number, id = file.id, name = name, size = #file.text, time = uv.gettimeofday() }
      insert(self, entry)
      file.done(entry)
    else
      self.bytes = self.bytes - cost(#file.text)
      file.done(nil, why, code)
    end
    write_next(self)
  end)
end

--- Writes a message, after those before it. Calls done(entry) when it would survive a loss of power, or done(nil,
--- message, code): EBUSY when the spool is full, ENOSPC when the disk is, and others of the system.
---@param number integer
---@param id string
---@param text string
---@param done fun(entry: table|nil, message?: string, code?: string)
function Spool:write(number, id, text, done)
  if not self:has_room(#text) then
    return done(nil, ("the spool %s is full: %d of %d bytes wait"):format(self.folder, self.bytes, self.limit), "EBUSY")
  end
  self.bytes = self.bytes + cost(#text)
  self.queue[#self.queue + 1] = {
    number = number, id = id, text = text, name = ("%012x-%s.message"):format(number, id), done = done,
  }
  write_next(self)
end

--- Whether writes are in progress.
function Spool:is_busy()
  return self.is_writing or #self.queue > 0
end

--- Reads a message.
---@param entry table
---@return string|nil text
---@return string? message
---@return string? code
function Spool:read(entry)
  local file, why = io.open(self:path_of(entry.name), "rb")
  if not file then
    return nil, why, "ENOENT"
  end
  local text, message = file:read "a"
  file:close()
  return text, message, "EIO"
end

--- Removes a message. A second time is allowed.
---@param entry table
function Spool:remove(entry)
  local at = above(self, entry.number) - 1
  if self.entries[at] ~= entry then
    return
  end
  if at == self.first then
    self.entries[at] = nil
    self.first = self.first + 1
  else
    table.move(self.entries, at + 1, self.last + 1, at)
    self.last = self.last - 1
  end
  self.bytes = self.bytes - cost(entry.size)
  uv.fs_unlink(self:path_of(entry.name), function() end) -- a leftover is a message with the same id
end

--- Closes the spool; no write may be in progress.
function Spool:close()
  uv.fs_close(self.descriptor)
end

--- Opens the spool in `folder`, which is made where it is missing, and must be this user's alone to change.
---@param folder string
---@param limit integer bytes
---@return luashot.fleet.Spool|nil
---@return string? message
---@return string? code
return function(folder, limit)
  local descriptor, why, code = folders.open(folder)
  if not descriptor then
    return core.fail(why, code)
  end
  local self = setmetatable({
    folder = folder, limit = limit, descriptor = descriptor, entries = {}, first = 1, last = 0, bytes = 0, next = 1,
    queue = {}, is_writing = false, parts = 0,
  }, Spool)
  local ok
  ok, why, code = read_folder(self)
  if not ok then
    self:close()
    return core.fail(why, code)
  end
  return self
end
