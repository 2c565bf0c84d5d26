--- Server-sent events: all listeners get the text whenever it has changed. Without listeners nothing runs.

local core = require "luashot.core"
local luashot = require "luashot"

local TICK <const> = 1 -- second between two looks at the text
local WAITING <const> = 4 -- texts for one listener that is slow

---@class luashot.page.Events
---@field read fun(): string the current text, in one line
---@field essence fun(text: string): string the part of the text whose change is an event
---@field run fun() lets the server send
---@field streams userdata[] of the listeners
local Events = {}
Events.__index = Events

local function tell(self, text)
  local piece = core.http_piece(text)
  local open = {}
  for _, stream in ipairs(self.streams) do
    if stream:write(piece) then
      open[#open + 1] = stream
    end
  end
  self.streams = open
  self.run()
  if #open == 0 then
    self:stop()
  end
end

--- Answers a request with the current text, and all later ones.
---@param request userdata
---@param headers table<string, string>
function Events:add(request, headers)
  local stream = request:stream(200, headers, WAITING)
  if not stream then
    return
  end
  local text = self.read()
  stream:write(core.http_piece("data: ", text, "\n\n"))
  self.streams[#self.streams + 1] = stream
  if self.job then
    return
  end
  local last = self.essence(text)
  self.job = luashot.every(TICK, function()
    local now = self.read()
    local is_new = self.essence(now) ~= last
    last = self.essence(now)
    tell(self, is_new and "data: " .. now .. "\n\n" or ": still here\n\n")
  end, { name = "page" })
end

--- Ends all streams.
function Events:stop()
  for _, stream in ipairs(self.streams) do
    stream:finish()
  end
  self.streams = {}
  if self.job then
    self.job:stop()
    self.job = nil
  end
end

---@param read fun(): string
---@param essence fun(text: string): string
---@param run fun()
---@return luashot.page.Events
return function(read, essence, run)
  return setmetatable({ read = read, essence = essence, run = run, streams = {} }, Events)
end
