--- The access rules of a page: they check each request before the page acts on it.

local clock = require "luashot.schedule.clock"

local access = {}

local COOKIE <const> = "luashot"
local SHORTEST_TOKEN <const> = 16
local NAMES <const> = { ["127.0.0.1"] = true, ["localhost"] = true, ["[::1]"] = true }

-- Compares in a time that depends only on the length of `given`.
local function is_same(given, token)
  local difference = #given ~ #token
  for i = 1, #given do
    difference = difference | given:byte(i) ~ token:byte((i - 1) % #token + 1)
  end
  return difference == 0
end

local function cookie_of(request)
  for name, value in (request:header "Cookie" or ""):gmatch "([^=;%s]+)=([^;]*)" do
    if name == COOKIE then
      return value
    end
  end
end

-- Programs send a header, browsers the cookie, and a person once opens an address with the token.
local function has_token(request, token)
  local bearer = (request:header "Authorization" or ""):match "^[Bb]earer +(.+)$"
  for _, given in pairs { bearer, cookie_of(request), request:query "token" } do
    if is_same(given, token) then
      return true
    end
  end
  return false
end

-- A page without a token is for this machine's browsers. It refuses other host names, which a hostile server
-- could point to 127.0.0.1 (DNS rebinding).
local function is_expected_host(request, place)
  local host = request:header "Host"
  if not host or place.text:find "^unix:" then
    return true -- no browser
  end
  local name = host:gsub(":%d+$", ""):lower()
  return NAMES[name] or host == place.text
end

-- A link or an address that a person opens, and not a part of another site's page.
local function is_navigation(request)
  return request:method() == "GET" and request:header "Sec-Fetch-Mode" == "navigate"
    and request:header "Sec-Fetch-Dest" == "document"
end

-- A page of another site must neither act here through the browser of a permitted person, nor keep the host at work
-- with pictures that the browser then withholds from it.
local function is_of_this_site(request)
  local origin, site = request:header "Origin", request:header "Sec-Fetch-Site"
  if origin then
    return origin:match "^https?://(.+)$" == (request:header "Host" or "")
  end
  return not site or site == "same-origin" or site == "none"
end

--- The fault of a token; nil if it has none.
---@param token any
---@return string|nil
function access.token_fault(token)
  if type(token) ~= "string" or #token < SHORTEST_TOKEN or token:find "[^%w%-_.~]" then
    return ("%d or more letters, digits, '-', '_', '.' or '~' expected"):format(SHORTEST_TOKEN)
  end
end

--- Checks a request. Returns nothing, or the status and the text of a refusal.
---@param request userdata
---@param place { text: string, is_loopback: boolean }
---@param token? string
---@return integer|nil status
---@return string? text
---@return table<string, string>? headers
function access.refuse(request, place, token)
  if token and not has_token(request, token) then
    return 401, "this page needs its token: open it with ?token=TOKEN, or send 'Authorization: Bearer TOKEN'",
      { ["WWW-Authenticate"] = "Bearer" }
  elseif not token and not is_expected_host(request, place) then
    return 403, "this page is served for this machine alone, by the names localhost and 127.0.0.1"
  elseif not is_of_this_site(request) and not is_navigation(request) then
    return 403, "this request comes from another site's page"
  end
end

--- Makes the header that keeps the token of an address as a cookie, so that the address can drop it.
---@param request userdata
---@param token string
---@return string
function access.cookie(request, token)
  local tail = request:header "X-Forwarded-Proto" == "https" and "; Secure" or ""
  return ("%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000%s"):format(COOKIE, token, tail)
end

--- Writes a path for the header Location, so that it stays a path of this page: browsers would read `//` and `/\\` at
--- its beginning as another site's address, and leave control characters out.
---@param path string
---@return string
function access.place(path)
  return (path:gsub("^/+", "/"):gsub("[^%w/._~-]", function(letter) return ("%%%02X"):format(letter:byte()) end))
end

--- Makes a function that is true for the first `rate` calls, and from then on for `rate` of them a second.
---@param rate integer
---@return fun(): boolean
function access.limit(rate)
  local left, last = rate, clock.monotonic()
  return function()
    local now = clock.monotonic()
    left, last = math.min(rate, left + (now - last) * 1e-9 * rate), now
    if left < 1 then
      return false
    end
    left = left - 1
    return true
  end
end

return access
