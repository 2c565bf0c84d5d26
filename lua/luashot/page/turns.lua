--- Lets a number of jobs do the same at one time. Another number of them waits in line.

local luashot = require "luashot"

---@class luashot.page.Turns
---@field free integer how many more may begin
---@field room integer how many more may wait
---@field line fun()[] wakes those that wait, the longest waiting first
local Turns = {}
Turns.__index = Turns

-- A turn, which ends with the block that has it.
local Turn = {}

function Turn:__close()
  local turns = self.turns
  local first = table.remove(turns.line, 1)
  if first then
    turns.room = turns.room + 1
    first()
  else
    turns.free = turns.free + 1
  end
end

-- A place in the line; a job that is stopped leaves it.
local Place = {}

function Place:__close()
  for i, wake in ipairs(self.turns.line) do
    if wake == self.wake then
      table.remove(self.turns.line, i)
      self.turns.room = self.turns.room + 1
      return
    end
  end
end

--- Waits for a turn, in a job. Returns a value to declare <close>; nil when too many wait already.
---@return table|nil
function Turns:take()
  if self.free > 0 then
    self.free = self.free - 1
  elseif self.room == 0 then
    return nil
  else
    self.room = self.room - 1
    local place <close> = setmetatable({ turns = self }, Place)
    luashot.await(function(done)
      place.wake = done
      self.line[#self.line + 1] = done
    end)
  end
  return setmetatable({ turns = self }, Turn)
end

---@param most integer at one time
---@param waiting integer
---@return luashot.page.Turns
return function(most, waiting)
  return setmetatable({ free = most, room = waiting, line = {} }, Turns)
end
