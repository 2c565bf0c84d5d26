--- Chromium without a window, driven by its own protocol over a pair of pipes, so that no port is open.
local core = require "luashot.core"
local files = require "spec.support.files"
local json = require("luashot").json
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local browser = {}

---@class spec.Browser
---@field console string[] warnings, errors and exceptions of the page
---@field requests string[] the address of each request
local Browser = {}
Browser.__index = Browser

local function take(self, message)
  local values = message.params or {}
  if message.id then
    self.answers[message.id] = message
  elseif message.method == "Runtime.consoleAPICalled" and (values.type == "error" or values.type == "warning") then
    self.console[#self.console + 1] = values.type .. ": " .. json.encode(values.args)
  elseif message.method == "Runtime.exceptionThrown" then
    self.console[#self.console + 1] = "exception: " .. json.encode(values.exceptionDetails)
  elseif message.method == "Log.entryAdded" and values.entry.level ~= "verbose" then
    self.console[#self.console + 1] = values.entry.level .. ": " .. values.entry.text .. " " .. (values.entry.url or "")
  elseif message.method == "Network.requestWillBeSent" then
    self.requests[#self.requests + 1] = values.request.url
  end
end

-- Messages end with a NUL.
local function read(self, bytes)
  self.received = self.received .. bytes
  while true do
    local text, rest = self.received:match "^([^\0]*)\0(.*)$"
    if not text then
      return
    end
    self.received = rest
    self.messages[#self.messages + 1] = text
  end
end

local function digest(self)
  while self.messages[1] do
    take(self, json.decode(table.remove(self.messages, 1)))
  end
end

--- Calls a method of the protocol and returns its result.
---@param method string
---@param values? table
---@return table
function Browser:call(method, values)
  self.last = self.last + 1
  local id = self.last
  local message = { id = id, method = method, params = values, sessionId = self.session }
  self.to:write(json.encode(message) .. "\0")
  process.wait_until(function()
    digest(self)
    return self.answers[id] or self.is_over
  end, 60)
  local answer = assert(self.answers[id], method .. ": the browser does not answer")
  assert(not answer.error, method .. ": " .. (answer.error and answer.error.message or ""))
  return answer.result
end

--- The value of an expression of JavaScript in the page; a promise is waited for.
---@param expression string
---@return any
function Browser:evaluate(expression)
  local result = self:call("Runtime.evaluate", { expression = expression, awaitPromise = true, returnByValue = true })
  assert(not result.exceptionDetails, expression .. ": " .. json.encode(result.exceptionDetails or ""))
  return result.result.value
end

--- Waits until an expression is true, and returns its value; nil after a while. Until the page's script has run, an
--- expression may fail.
---@param expression string
---@param seconds? number
---@return any
function Browser:wait_for(expression, seconds)
  local deadline = uv.hrtime() + (seconds or 30) * 1e9
  repeat
    local ok, value = pcall(self.evaluate, self, expression)
    if ok and value then
      return value
    end
    process.sleep(0.05)
  until uv.hrtime() > deadline
end

---@param address string
function Browser:open(address)
  self.console, self.requests = {}, {}
  self:call("Page.navigate", { url = address })
  assert(self:wait_for(("location.href === %q && document.readyState !== 'loading'"):format(address)))
end

--- A window of this size, which a phone has where `is_phone`.
---@param width integer
---@param height integer
---@param scheme? "light"|"dark"
---@param is_phone? boolean
function Browser:resize(width, height, scheme, is_phone)
  self:call("Emulation.setDeviceMetricsOverride",
    { width = width, height = height, deviceScaleFactor = 1, mobile = is_phone == true })
  local feature = { name = "prefers-color-scheme", value = scheme or "light" }
  self:call("Emulation.setEmulatedMedia", { features = { feature } })
end

--- A picture of the whole page, as a PNG's bytes.
---@return string
function Browser:shoot()
  local height = self:evaluate "document.documentElement.scrollHeight"
  local width = self:evaluate "innerWidth"
  return core.unbase64(self:call("Page.captureScreenshot", {
    captureBeyondViewport = true, clip = { x = 0, y = 0, width = width, height = height, scale = 1 },
  }).data)
end

--- Presses a key in the page.
---@param key string as JavaScript calls it: "Tab", "Enter"
---@param code integer
---@param text? string
function Browser:press(key, code, text)
  self:call("Input.dispatchKeyEvent",
    { type = "keyDown", key = key, code = key, windowsVirtualKeyCode = code, text = text })
  self:call("Input.dispatchKeyEvent", { type = "keyUp", key = key, code = key, windowsVirtualKeyCode = code })
end

--- Lists what axe-core holds against the page, for people who do not see it, or use no mouse.
---@return string[] violations
function Browser:violations()
  local python = os.getenv "LUASHOT_VENV" .. "/bin/python"
  local found = process.run { python, "-c", "import importlib.util as util; "
    .. "print(util.find_spec('axe_playwright_python').submodule_search_locations[0])" }
  need(found.code == 0, "axe-core is not installed (scripts/dev/setup installs it)")
  self:evaluate(files.read(found.out:match "^[^\n]*" .. "/axe.min.js") .. "; 0")
  return self:evaluate [[axe.run(document).then(results => results.violations.map(one =>
    one.id + ": " + one.help + ": " + one.nodes.map(node => node.target.join(" ")).join(", ")))]]
end

function Browser:stop()
  if not self.is_over then
    self.child:kill "sigkill"
    process.wait_until(function() return self.is_over end, 20)
  end
  for _, pipe in ipairs { self.to, self.from, self.err } do
    if not pipe:is_closing() then
      pipe:close()
    end
  end
  process.sleep(0.1)
  files.remove(self.profile)
end

--- Starts one, with an empty tab; the spec is skipped where there is no Chromium.
---@return spec.Browser
function browser.start()
  need(process.run({ "sh", "-c", "command -v chromium" }).code == 0, "chromium is not installed")
  local self = setmetatable({
    profile = files.folder(), to = uv.new_pipe(), from = uv.new_pipe(), err = uv.new_pipe(), received = "",
    messages = {}, answers = {}, console = {}, requests = {}, last = 0, said = "",
  }, Browser)
  self.child = assert(uv.spawn("chromium", {
    args = { "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
      "--remote-debugging-pipe", "--user-data-dir=" .. self.profile },
    stdio = { nil, nil, self.err, self.to, self.from },
  }, function() self.is_over = true end))
  self.from:read_start(function(_, bytes)
    if bytes then
      read(self, bytes)
    end
  end)
  self.err:read_start(function(_, bytes)
    self.said = self.said .. (bytes or "")
  end)
  local target = self:call("Target.createTarget", { url = "about:blank" }).targetId
  self.session = self:call("Target.attachToTarget", { targetId = target, flatten = true }).sessionId
  for _, domain in ipairs { "Page", "Runtime", "Log", "Network" } do
    self:call(domain .. ".enable")
  end
  return self
end

return browser
