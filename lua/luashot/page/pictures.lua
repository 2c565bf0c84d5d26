--- The newest pictures of a folder that the script names: a list, small pictures, and the files themselves. No other
--- file can be requested.

local core = require "luashot.core"
local luashot = require "luashot"
local new_turns = require "luashot.page.turns"
local server = require "luashot.page.server"

local MOST <const> = 24 -- pictures of the list
local WIDTH <const> = 320 -- of a small one
local WIDEST <const> = 2048
local WAITING <const> = 128 -- requests
local KINDS <const> = { jpg = "image/jpeg", jpeg = "image/jpeg", png = "image/png", webp = "image/webp" }

---@class luashot.page.Pictures
---@field album userdata the folder
---@field turns luashot.page.Turns one thread reads at one time; the other is for the script's own pictures
local Pictures = {}
Pictures.__index = Pictures

local STATUS <const> = { ENOENT = 404, ELOOP = 404, EFORMAT = 404, EBUSY = 503 }

local function refuse(message, code)
  error(server.refusal(STATUS[code] or 500, message))
end

-- Calls a method of the album that works on a thread, and waits for it.
local function wait_for(self, method, ...)
  local turn <close> = self.turns:take()
  if not turn then
    error(server.refusal(503, "too many requests for pictures at one time"))
  end
  local arguments = table.pack(...)
  local result, message, code = luashot.await(function(done)
    arguments[arguments.n + 1] = done
    local accepted, why, failed = self.album[method](self.album, table.unpack(arguments, 1, arguments.n + 1))
    if not accepted then
      done(nil, why, failed)
    end
  end)
  return result or refuse(message, code)
end

--- Returns a number that changes when the names in the folder change.
---@return string
function Pictures:version()
  return tostring(self.album:changed())
end

--- Lists the newest, newest first; waits.
---@return { name: string, time: number, size: integer }[]
function Pictures:list()
  local list = {}
  for time, size, name in wait_for(self, "list", MOST):gmatch "(%d+) (%d+) ([^\n]*)\n" do
    list[#list + 1] = { name = name, time = tonumber(time) / 1e9, size = math.tointeger(size) }
  end
  return list
end

local function name_of(request)
  return request:query "name" or error(server.refusal(400, "name: the name of a picture expected"))
end

--- Makes the routes to them.
---@return table<string, luashot.page.Route>
function Pictures:routes()
  return {
    ["/pictures.json"] = function(request)
      request:answer(200, server.headers "application/json", luashot.json.encode(self:list()))
    end,
    ["/thumbnail.jpg"] = function(request)
      local name, width = name_of(request), server.integer(request, "width", WIDTH, 16, WIDEST)
      local bytes = wait_for(self, "encode", name, "jpeg", { quality = 80, width = width })
      -- The address contains the picture's time, so a changed picture has another address.
      local cache = request:query "time" and "private, max-age=86400" or "no-store"
      request:answer(200, server.headers("image/jpeg", { ["Cache-Control"] = cache }), bytes)
    end,
    ["/picture"] = function(request)
      local name = name_of(request)
      local kind = KINDS[name:lower():match "%.(%w+)$"] or "application/octet-stream"
      local sent, message, code = request:answer_file(200, server.headers(kind), self.album, name)
      if sent == nil then
        refuse(message, code)
      end
    end,
  }
end

function Pictures:close()
  self.album:close()
end

---@param folder string
---@return luashot.page.Pictures|nil
---@return string? message
---@return string? code
return function(folder)
  local album, message, code = core.album(folder)
  if not album then
    return nil, message, code
  end
  return setmetatable({ album = album, turns = new_turns(1, WAITING) }, Pictures)
end
