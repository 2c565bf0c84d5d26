--- A server of the Model Context Protocol. It lets a program with a language model look at the screen, and
--- act on it if the user asked for that.

local json = require "luashot.json"
local luashot = require "luashot"
local rpc = require "luashot.mcp.rpc"
local schema = require "luashot.mcp.schema"
local view = require "luashot.mcp.view"

local mcp = {}

local VERSIONS <const> = { "2025-11-25", "2025-06-18" } -- the newest first

local INSTRUCTIONS <const> = [[
You see a computer screen through these tools. All coordinates are pixels of the whole screen, also for pictures
that were scaled down: take_picture tells how to turn a place in its picture into a place on the screen.
Look at small parts: list_windows and list_monitors tell where things are, and the arguments area, window and monitor
narrow what a tool looks at. Wait with a tool that waits rather than by taking pictures again and again;
compare_with_last tells what has changed since your last picture.]]

local ACTING <const> = [[

You can also act. Look before you act, act once, and look whether it worked. Typed text goes to the window with
the focus.]]

---@class luashot.mcp.Server
---@field display luashot.Display
---@field view luashot.mcp.View
---@field images table<string, luashot.Frame> the remembered pictures, by name
---@field image_count integer
---@field last luashot.Frame|nil the last picture
---@field tools table<string, table>
local Server = {}
Server.__index = Server

--- Keeps a frame as the last picture, and releases the one before.
function Server:remember_last(frame)
  if self.last then
    self.last:release()
  end
  self.last = frame
end

local function initialize(self, params)
  local version = VERSIONS[1]
  for _, known in ipairs(VERSIONS) do
    if params.protocolVersion == known then
      version = known
    end
  end
  return {
    protocolVersion = version,
    capabilities = { tools = { listChanged = false } },
    serverInfo = { name = "luashot", title = "luashot", version = luashot.version },
    instructions = INSTRUCTIONS .. (self.is_acting and ACTING or ""),
  }
end

local function list_tools(self)
  local names, all = {}, rpc.list()
  for name in pairs(self.tools) do
    names[#names + 1] = name
  end
  table.sort(names)
  for i, name in ipairs(names) do
    local tool = self.tools[name]
    all[i] = { name = name, title = tool.title, description = tool.description, inputSchema = tool.input,
      outputSchema = tool.output, annotations = { readOnlyHint = not tool.is_act, openWorldHint = tool.is_act } }
  end
  return { tools = all }
end

local function failed(message)
  return { content = rpc.list { { type = "text", text = message } }, isError = true }
end

-- Drops arguments that are null.
local function arguments_of(params)
  local given = params.arguments
  if given == nil or given == json.null then
    return {}
  elseif type(given) ~= "table" then
    rpc.fail(rpc.CODES.params, "arguments is an object")
  end
  local arguments = {}
  for name, value in pairs(given) do
    if value ~= json.null then
      arguments[name] = value
    end
  end
  return arguments
end

-- Returns the message of an error for the model, and whether the error is a bug. It is none if it is a refusal, or
-- names an option or a method of the display whose argument is wrong, as "key: 'x' is not a key" does.
local function why(problem)
  if getmetatable(problem) == view then
    return problem.message, false
  end
  local message = tostring(problem):gsub("^[^:\n]*:%d+: ", "") -- without our source's place
  return message, not message:find "^option '" and not message:find "^%l+: "
end

local function call_tool(self, params, request)
  local tool = type(params.name) == "string" and self.tools[params.name]
  if not tool then
    rpc.fail(rpc.CODES.params, ("there is no tool '%s'"):format(tostring(params.name):sub(1, 100)))
  end
  local arguments = arguments_of(params)
  local problem = schema.check(arguments, tool.input)
  if problem then
    return failed(problem)
  end
  local trace
  local ok, result, contents = xpcall(function()
    if tool.is_act then
      self.view:bind_acts()
    end
    return tool.call(self, arguments, request)
  end, function(raised)
    trace = debug.traceback(tostring(raised), 2)
    return raised
  end)
  if not ok then
    local message, is_bug = why(result)
    if is_bug and not request.is_over then -- the end of a request can close what it uses
      self.complain(("%s: %s"):format(params.name, trace))
    end
    return failed(message)
  end
  local content = rpc.list(contents)
  content[#content + 1] = { type = "text", text = json.encode(result) }
  return { content = content, structuredContent = result }
end

-- Collects the tools of this server.
local function collect(is_acting)
  local all = {}
  for name, tool in pairs(require "luashot.mcp.tools") do
    all[name] = tool
  end
  for name, tool in pairs(is_acting and require "luashot.mcp.acts" or {}) do
    tool.is_act = true
    all[name] = tool
  end
  return all
end

--- A server for one client. Messages go in by server.peer:take(line), and come out by `write`.
---@param display luashot.Display opened with input = true where it is to act
---@param options { region?: luashot.Region, window?: table, masks?: luashot.Region[], is_acting?: boolean,
---  write: fun(pieces: string[]), complain: fun(text: string) }
---@return luashot.mcp.Server
function mcp.new(display, options)
  local self = setmetatable({ display = display, view = view.new(display, options), images = {}, image_count = 0,
    is_acting = options.is_acting, tools = collect(options.is_acting), complain = options.complain }, Server)
  local methods = {
    ["ping"] = rpc.object,
    ["initialize"] = function(params) return initialize(self, params) end,
    ["tools/list"] = function() return list_tools(self) end,
    ["tools/call"] = function(params, request) return call_tool(self, params, request) end,
  }
  self.peer = rpc.new(methods, options.write, options.complain)
  return self
end

--- Ends what is in progress, and forgets all pictures.
function Server:close()
  self.peer:close()
  self.images, self.last = {}, nil
end

return mcp
