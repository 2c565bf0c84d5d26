--- JSON-RPC 2.0 as the Model Context Protocol uses it: a line is a message; each request is a job of its own,
--- which the client can cancel, and which may report progress.

local json = require "luashot.json"
local luashot = require "luashot"

local rpc = {}

local MOST <const> = 16 -- requests in progress

local CODES <const> = { parse = -32700, request = -32600, method = -32601, params = -32602, internal = -32603,
  busy = -32000 }
rpc.CODES = CODES

---@class luashot.mcp.Failure what a method raises or returns to fail as a request
---@field code integer
---@field message string
local Failure = {}

--- Fails the request.
---@param code integer
---@param message string
function rpc.fail(code, message)
  error(setmetatable({ code = code, message = message }, Failure), 0)
end

--- Makes an empty object for JSON.
function rpc.object()
  return setmetatable({}, { __jsontype = "object" })
end

--- Marks a table as a list for JSON, which matters for an empty one.
function rpc.list(values)
  return setmetatable(values or {}, { __jsontype = "array" })
end

-- Tells whether a value can be an id: an integer, or a text that does not look like the placeholder of a raw text.
local function is_id(id)
  return type(id) == "string" and #id <= 1000 and not id:find("\0", 1, true) and utf8.len(id)
    or math.type(id) == "integer" or type(id) == "number" and id == math.floor(id) and math.abs(id) < 1 << 53
end

-- Encodes a message as pieces. `raw` has lists of texts that need no escapes in JSON, such as base64; they become
-- pieces as they are, because a copy of a large picture costs milliseconds.
local function encode(message, raw)
  local text, pieces, kept = json.encode(message), {}, 1
  for first, number, after in text:gmatch '"()\\u0000(%d+)()"' do
    local known = raw and raw[tonumber(number)]
    if known then
      pieces[#pieces + 1] = text:sub(kept, first - 1)
      table.move(known, 1, #known, #pieces + 1, pieces)
      kept = after
    end
  end
  pieces[#pieces + 1] = text:sub(kept)
  return pieces
end

---@class luashot.mcp.Peer
local Peer = {}
Peer.__index = Peer

local function send(self, message, raw)
  message.jsonrpc = "2.0"
  self.write(encode(message, raw))
end

local function answer_error(self, id, code, message)
  send(self, { id = id == nil and json.null or id, error = { code = code, message = message } })
end

--- Sends the client a notification.
function Peer:notify(method, params)
  send(self, { method = method, params = params })
end

---@class luashot.mcp.Request
---@field id string|integer
---@field params table
---@field token any the client's, of progress; nil when it wants none
---@field raw string[][] texts that go into the answer as they are; see Request:add_raw
local Request = {}
Request.__index = Request

--- Reports the progress, if the client has asked for that.
---@param progress number grows
---@param message string
---@param total? number
function Request:progress(progress, message, total)
  if self.token ~= nil and not self.is_over then
    self.peer:notify("notifications/progress",
      { progressToken = self.token, progress = progress, total = total, message = message })
  end
end

--- Returns a value that becomes these texts in the answer, unchanged and one after the other: they must need no
--- escapes.
---@param texts string[]
---@return string placeholder
function Request:add_raw(texts)
  self.raw[#self.raw + 1] = texts
  return "\0" .. #self.raw
end

local function finish(self, request)
  if not request.is_over then
    request.is_over = true
    self.requests[request.id] = nil
    self.count = self.count - 1
  end
end

-- Cancels a request: the job ends where it waits, and the server sends no answer.
local function cancel(self, request)
  finish(self, request)
  request.job:stop()
end

local function tell_if_idle(self)
  if self.on_idle and self.count == 0 then
    self.on_idle()
  end
end

--- Tells that this request waits from here on for something that may never come: it ends once the input has
--- ended.
function Request:begin_to_wait()
  self.is_waiting = true
  if self.peer.on_idle then
    cancel(self.peer, self)
    tell_if_idle(self.peer)
  end
end

local function run(self, request, method)
  local ok, result = xpcall(method, function(problem)
    return getmetatable(problem) == Failure and problem or debug.traceback(tostring(problem))
  end, request.params, request)
  if request.is_over then
    return
  end
  finish(self, request)
  if ok then
    send(self, { id = request.id, result = result }, request.raw)
  elseif getmetatable(result) == Failure then
    answer_error(self, request.id, result.code, result.message)
  else
    self.complain(result)
    answer_error(self, request.id, CODES.internal, (result:gsub("\n.*", "")))
  end
  tell_if_idle(self)
end

local function start(self, message, method)
  local id, params = message.id, message.params
  local meta = type(params) == "table" and params._meta
  local token = type(meta) == "table" and meta.progressToken or nil
  local request = setmetatable({ id = id, params = params or {}, peer = self, raw = {},
    token = is_id(token) and token or nil }, Request)
  self.requests[id] = request
  self.count = self.count + 1
  request.job = luashot.after(0, function()
    run(self, request, method)
  end, { name = "request " .. tostring(id) })
end

local function take_request(self, message)
  local id, method = message.id, self.methods[message.method]
  if not is_id(id) then
    answer_error(self, nil, CODES.request, "the id of a request is a text or an integer")
  elseif message.params ~= nil and type(message.params) ~= "table" then
    answer_error(self, id, CODES.request, "params is an object")
  elseif not method then
    answer_error(self, id, CODES.method, ("there is no method '%s'"):format(message.method:sub(1, 100)))
  elseif self.requests[id] then
    answer_error(self, id, CODES.request, "a request with this id is in progress")
  elseif self.count >= MOST then
    answer_error(self, id, CODES.busy, ("%d requests are in progress"):format(MOST))
  else
    start(self, message, method)
  end
end

--- Takes a message. It never raises, even for a malformed one.
---@param line string
function Peer:take(line)
  local message, problem = json.decode(line)
  if problem then
    answer_error(self, nil, CODES.parse, problem)
  elseif type(message) ~= "table" or message == json.null or message.jsonrpc ~= "2.0" then
    answer_error(self, nil, CODES.request, "a message is an object with \"jsonrpc\": \"2.0\"")
  elseif message.method == nil then
    return -- an answer, but this server sends no requests
  elseif type(message.method) ~= "string" then
    answer_error(self, is_id(message.id) and message.id or nil, CODES.request, "method is a text")
  elseif message.id ~= nil then
    take_request(self, message)
  elseif message.method == "notifications/cancelled" then
    local params = message.params
    local id = type(params) == "table" and params.requestId
    local request = is_id(id) and self.requests[id]
    if request then
      cancel(self, request)
    end
  end
end

--- Answers a line that was too long.
function Peer:refuse(limit)
  answer_error(self, nil, CODES.request, ("a message is at most %d bytes long"):format(limit))
end

--- Notes that the client sends no more. Calls `on_idle` once its requests are answered; those that wait end.
---@param on_idle fun() may be called more than once
function Peer:finish(on_idle)
  self.on_idle = on_idle
  for _, request in pairs(self.requests) do
    if request.is_waiting then
      cancel(self, request)
    end
  end
  tell_if_idle(self)
end

--- Ends all requests.
function Peer:close()
  for _, request in pairs(self.requests) do
    cancel(self, request)
  end
end

---@param methods table<string, fun(params: table, request: luashot.mcp.Request): table>
---@param write fun(pieces: string[]) gets each message as pieces of one line
---@param complain fun(text: string) is told of mistakes in the methods
---@return luashot.mcp.Peer
function rpc.new(methods, write, complain)
  return setmetatable({ methods = methods, write = write, complain = complain, requests = {}, count = 0 }, Peer)
end

return rpc
